"""The stack's own time: the machine's, plus an offset kept in a file and applied by libfaketime.

Nothing in the package knows about it. Time only moves forward: a stack whose clock runs back would hold
signatures, schedules and ledger entries from its own future.

libfaketime is told the offset by the environment, not by its FAKETIME_TIMESTAMP_FILE: 0.9.12 as PyPI builds
it reads that file without a lock, and in a process of many threads a reading now and then finds no file, which
turns time back to the machine's or ends the process (seen). The environment it only copies.
"""

import os
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from local.places import Places, Trouble

BERLIN = ZoneInfo("Europe/Berlin")
LIBRARY = Path("vendor/libfaketime/src/libfaketime.so.1")


def offset(clock: Path) -> float:
    """Seconds the stack's time is ahead of the machine's."""
    try:
        return float(clock.read_text())
    except (FileNotFoundError, ValueError):
        return 0.0


def write_offset(clock: Path, seconds: float) -> None:
    """Set the offset, whole: a kill in the middle must not leave half of it."""
    clock.parent.mkdir(parents=True, exist_ok=True)
    beside = clock.with_name(clock.name + ".next")
    beside.write_text(as_faketime(seconds) + "\n")
    beside.replace(clock)


def stack_now(clock: Path) -> datetime:
    """The stack's time, for whoever asks: a process under the stack's clock has it already, one outside it
    adds the offset (a test, the launcher, the outbox)."""
    return datetime.now(UTC) + timedelta(seconds=0 if "FAKETIME" in os.environ else offset(clock))


def library() -> Path:
    """The libfaketime library of this Python, or Trouble in one line."""
    spec = find_spec("libfaketime")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        if (found := Path(folder) / LIBRARY).is_file():
            return found
    raise Trouble(
        "libfaketime is missing: call .venv/bin/python, which `make setup` prepares (it is built for Linux only)"
    )


def environment(places: Places) -> dict[str, str]:
    """The variables that put a process, and all it starts, under the stack's clock.

    With a faked monotonic clock waits never end. Faked file times would make every compiled module look older
    or newer than its source.
    """
    if not places.clock.exists():
        write_offset(places.clock, 0.0)
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME": as_faketime(offset(places.clock)),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def as_faketime(seconds: float) -> str:
    return f"{seconds:+.3f}"


def tomorrow_at_nine(now: datetime) -> datetime:
    """Nine o'clock in Berlin on the day after `now`, whatever the clocks do that night."""
    day = now.astimezone(BERLIN).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN).astimezone(UTC)
