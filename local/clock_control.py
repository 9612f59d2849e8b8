"""Moving the stack's clock: forward only, and only while nothing is under way.

Runs inside the stack (under libfaketime), so `datetime.now` here is the stack's time.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.clock import offset, tomorrow_at_nine, write_offset
from local.control import get

LONGEST_WAIT_FOR_REST = 30.0
LONGEST_WAIT_AFTER = 20.0


class NotNow(Exception):
    """The clock was not moved; the text says why."""


class ClockControl:
    """The one hand on the clock of a stack whose local AWS is at `aws`."""

    def __init__(self, clock: Path, aws: str) -> None:
        self._clock = clock
        self._aws = aws
        self._one_at_a_time = threading.Lock()

    def reading(self) -> dict:
        """The stack's time, how far it is ahead (seconds), and what is under way."""
        activity = self._activity()
        return {"now": datetime.now(UTC).isoformat(), "ahead": offset(self._clock), **activity}

    def target_of(self, move: str) -> datetime:
        """When a button leads to: `next`, `tomorrow` or `week`."""
        now = datetime.now(UTC)
        match move:
            case "tomorrow":
                return tomorrow_at_nine(now)
            case "week":
                return now + timedelta(days=7)
            case "next":
                planned = self._activity()["next"]
                if planned is None:
                    raise NotNow("no contact is planned")
                # One second past it: a contact that is due this very moment must not be a moment away.
                return max(datetime.fromisoformat(planned), now) + timedelta(seconds=1)
        raise NotNow(f"unknown move {move!r}: next, tomorrow or week")

    def move_to(self, target: datetime) -> dict:
        """Set the clock to `target`, then wait (at most 20 s) until what has become due is done."""
        with self._one_at_a_time:
            if not self._rests_within(LONGEST_WAIT_FOR_REST):
                raise NotNow("busy: functions are still running or messages still waiting; try again")
            step = (target - datetime.now(UTC)).total_seconds()
            if step < 0:
                raise NotNow("the clock only moves forward")
            write_offset(self._clock, offset(self._clock) + step)
            settled = self._rests_within(LONGEST_WAIT_AFTER)
        return {**self.reading(), "settled": settled}

    def _rests_within(self, seconds: float) -> bool:
        """Whether nothing is under way, seen three times in a row: between two hops there is a short gap."""
        give_up, quiet = time.monotonic() + seconds, 0
        while time.monotonic() < give_up:
            quiet = quiet + 1 if at_rest(self._activity()) else 0
            if quiet == 3:
                return True
            time.sleep(0.3)
        return False

    def _activity(self) -> dict:
        return get(f"{self._aws}/_local/activity")


def at_rest(activity: dict) -> bool:
    """Nothing running, waiting, unread or due."""
    return not any(activity[each] for each in ("running", "waiting", "unread", "due"))
