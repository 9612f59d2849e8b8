"""One event for one function in a process of its own: `python -m tests.faults.machine.victim`.

It reads {"function", "event", "fault": [call, nth, mode] or null} and answers with what the function said. Where
the fault is a death the process kills itself with SIGKILL at that call: nothing is cleaned up, nothing flushed.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from .line import Fault, Line, Mode
from .machine import quiet
from .stage import Wakes, done


def killed() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process that was killed goes on")


def woken_apart(wakes: Wakes, fault: Fault | None = None, **environment: str) -> bool:
    """Wake the function in a process of its own; whether its trigger is content. A death must have happened."""
    strikes = [fault.call, fault.nth, fault.mode] if fault else None
    asked = json.dumps({"function": wakes.function, "event": wakes.event, "fault": strikes})
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.machine.victim"],
        input=asked,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if fault:
        assert ran.returncode == -signal.SIGKILL, f"it was not killed: {ran.returncode} {ran.stderr[-400:]}"
        return False
    assert ran.returncode in (0, 3), ran.stderr[-400:]
    return ran.returncode == 0


def main() -> int:
    """0: content; 3: to be woken again."""
    from chalicelib.adapters.aws import session

    asked: dict[str, Any] = json.load(sys.stdin)
    fault = Fault(*asked["fault"][:2], Mode(asked["fault"][2])) if asked["fault"] else None
    line = Line(death=killed).over(session())
    with quiet(), line.watched(fault):
        try:
            return 0 if done(Wakes(asked["function"], asked["event"]).wake()) else 3
        except Exception:  # noqa: BLE001 - a function that raises is woken again
            return 3


@contextmanager
def proxied(upstream: str, port: int) -> Iterator[Any]:
    """microburst standing before the local AWS: a client of its rules."""
    import time
    import urllib.request

    program = str(Path(sys.executable).with_name("microburst"))
    command = [program, "--upstream", upstream, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    here = f"http://127.0.0.1:{port}"

    def ask(method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{here}/_microburst/{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    try:
        end = time.monotonic() + 30
        while True:
            try:
                ask("GET", "health")
                break
            except OSError:
                assert time.monotonic() < end and process.poll() is None, "microburst does not start"
                time.sleep(0.05)
        yield ask
    finally:
        process.kill()  # it would wait for connections that nobody uses any more
        process.wait(10)


if __name__ == "__main__":
    sys.exit(main())
