"""Processes under the stack's clock, told when it moves.

`python -m local.under_clock CLOCK MODULE ...` runs a module so. At SIGUSR1 the process reads the offset from
the clock's file anew and puts it where libfaketime looks; then it says so in a small file beside the clock, so
that the hand on the clock can wait for it.
"""

import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from local.clock import as_faketime, offset


def listen(clock: Path, around: Callable[[Callable[[], None]], None] = lambda move: move()) -> None:
    """From now on, follow the clock at SIGUSR1. `around` is given the step that moves the time and calls it, in
    a thread of its own: what has to end or wait with it does so there, before the clock hears that it is followed.
    """

    one_at_a_time = threading.Lock()

    def follow(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=finish).start()

    def finish() -> None:
        with one_at_a_time:
            now = as_faketime(offset(clock))
            around(lambda: os.environ.update(FAKETIME=now))
            seen_by(clock, os.getpid()).write_text(now)

    signal.signal(signal.SIGUSR1, follow)


def seen_by(clock: Path, pid: int) -> Path:
    """Where a process notes the offset it follows."""
    return clock.with_name(f"{clock.name}.seen.{pid}")


def main() -> None:
    clock, module = Path(sys.argv[1]), sys.argv[2]
    listen(clock)
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
