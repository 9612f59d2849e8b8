"""Moving the stack's clock: forward only, and only while nothing is under way.

Runs in the process of the outbox page, which stands outside the stack's clock and adds the offset itself.
"""

import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from local import processes
from local.clock import as_faketime, offset, stack_now, tomorrow_at_nine, write_offset
from local.control import get
from local.places import Places
from local.under_clock import seen_by

UNDER_CLOCK = ("aws", "payments", "messages", "identity")
LONGEST_WAIT_TO_FOLLOW = 60.0

LONGEST_WAIT_FOR_REST = 30.0
LONGEST_WAIT_AFTER = 20.0


class NotNow(Exception):
    """The clock was not moved; the text says why."""


class ClockControl:
    """The one hand on the clock of a stack."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._clock = places.clock
        self._aws = places.address("aws")
        self._one_at_a_time = threading.Lock()

    def reading(self) -> dict:
        """The stack's time, how far it is ahead (seconds), and what is under way."""
        activity = self._activity()
        return {**activity, "now": stack_now(self._clock).isoformat(), "ahead": offset(self._clock)}

    def target_of(self, move: str) -> datetime:
        """When a button leads to: `next`, `tomorrow` or `week`."""
        now = stack_now(self._clock)
        match move:
            case "tomorrow":
                return tomorrow_at_nine(now)
            case "week":
                return now + timedelta(days=7)
            case "next":
                # All that leaves over the same window: one by one would take a hundred clicks.
                planned = self._activity()["wave"]
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
            step = (target - stack_now(self._clock)).total_seconds()
            if step < 0:
                raise NotNow("the clock only moves forward")
            write_offset(self._clock, offset(self._clock) + step)
            self._tell_processes()
            settled = self._rests_within(LONGEST_WAIT_AFTER)
        return {**self.reading(), "settled": settled}

    def _tell_processes(self) -> None:
        """Have every process under the clock follow it, and wait until it does."""
        told = [processes.pid_of(self._places, name) for name in UNDER_CLOCK if self._runs(name)]
        for pid in told:
            seen_by(self._clock, pid).unlink(missing_ok=True)
            os.kill(pid, signal.SIGUSR1)
        wanted, give_up = as_faketime(offset(self._clock)), time.monotonic() + LONGEST_WAIT_TO_FOLLOW
        for pid in told:
            while not _says(self._clock, pid, wanted):
                if time.monotonic() > give_up:
                    raise NotNow(f"process {pid} does not follow the clock: stop the stack and start it anew")
                time.sleep(0.01)
            seen_by(self._clock, pid).unlink(missing_ok=True)

    def _runs(self, name: str) -> bool:
        return processes.running(self._places, name)

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


def _says(clock: Path, pid: int, wanted: str) -> bool:
    try:
        return seen_by(clock, pid).read_text() == wanted
    except FileNotFoundError:
        return False


def at_rest(activity: dict) -> bool:
    """Nothing running, waiting, unread or due."""
    return not any(activity[each] for each in ("running", "waiting", "unread", "due"))
