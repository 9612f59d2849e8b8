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


def listen(clock: Path, then: Callable[[], None] = lambda: None) -> None:
    """From now on, follow the clock at SIGUSR1; `then` is called in a thread of its own each time."""

    def follow(number: int, frame: FrameType | None) -> None:
        now = os.environ["FAKETIME"] = as_faketime(offset(clock))
        threading.Thread(target=finish, args=(now,)).start()

    def finish(now: str) -> None:
        then()
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
