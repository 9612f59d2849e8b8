"""The processes of one local stack: started with nothing of the machine's own settings, stopped by their id.

Each is known by its id and by the moment the kernel started it, so that a number that has since gone to
another program is left alone.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from local import aws, clock
from local.places import REPOSITORY, Places, Trouble, port_is_taken, read_json, write_json

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
SECONDS_TO_START = 30.0
SECONDS_TO_STOP = 20.0
SECONDS_FOR_WORKERS = 10.0

# The order of starting; stopping goes the other way. "server" holds the proxy and the outbox page.
PROCESSES = ("aws", "payments", "messages", "identity", "server")
READY_PATHS = {
    "aws": ("aws", "/_ministack/ready"),
    "payments": ("payments", "/"),
    "messages": ("messages", "/"),
    "identity": ("identity", "/"),
    "server": ("outbox", "/clock"),
}
HEARD_BY = {
    "aws": ("aws",),
    "payments": ("payments",),
    "messages": ("messages",),
    "identity": ("identity",),
    "server": ("proxy", "outbox"),
}


def environment(places: Places) -> dict[str, str]:
    """What a process under the stack's clock sees."""
    return {**dummy_account(), **clock.environment(places)}


def dummy_account() -> dict[str, str]:
    """What every process of the stack sees: dummy credentials, and none of the machine's own settings.

    The functions of the local AWS inherit it, so a credential of the machine in here would reach them.
    """
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        "PYTHONUNBUFFERED": "1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
    }


def ensure_running(places: Places, *, enforce_iam: bool, names: Sequence[str] = PROCESSES) -> None:
    """Start what does not run yet and wait until each answers. Trouble names the first that does not."""
    ports = places.ports()
    commands = {
        "aws": ["local.aws"],
        "payments": [
            *("local.under_clock", str(places.clock), "local.payments"),
            *("--port", str(ports["payments"]), "--data", str(places.payments)),
        ],
        "messages": ["local.under_clock", str(places.clock), "local.messages", "--dir", str(places.root)],
        "identity": ["local.under_clock", str(places.clock), "local.identity", "--dir", str(places.root)],
        "server": ["local.server", "--dir", str(places.root)],
    }
    under_clock = environment(places)
    variables: dict[str, Mapping[str, str]] = {
        "aws": {**under_clock, **aws.settings(places, enforce_iam=enforce_iam), **stood_in_for(places)},
        "payments": under_clock,
        "messages": under_clock,
        "identity": under_clock,
        "server": dummy_account(),
    }
    for name in names:
        if running(places, name):
            continue
        for part in HEARD_BY[name]:
            if not _becomes_free(ports[part]):
                raise Trouble(
                    f"port {ports[part]} ({part}) is taken by another program: stop that program, "
                    f"or start afresh with --fresh (messages already sent link to the old port)"
                )
        _start(places, name, commands[name], variables[name])
    for name in names:
        _wait_until_ready(places, name)


def stood_in_for(places: Places) -> dict[str, str]:
    """Where functions find what the local AWS has no service for: they inherit it."""
    double = places.address("messages")
    return {"AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": double, "AWS_ENDPOINT_URL_TRANSLATE": double}


def _becomes_free(port: int, seconds: float = 3.0) -> bool:
    """Whether the port is free, or soon is: a process that was just killed may still be letting go of it."""
    give_up = time.monotonic() + seconds
    while port_is_taken(port):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def _start(places: Places, name: str, command: list[str], variables: Mapping[str, str]) -> None:
    places.logs.mkdir(parents=True, exist_ok=True)
    with places.log(name).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    pids = _pids(places)
    _sweep(pids.get(name, {}).get("pid"))
    pids[name] = {"pid": process.pid, "started": since(process.pid)}
    write_json(places.root / "pids.json", pids)


def _wait_until_ready(places: Places, name: str) -> None:
    part, path = READY_PATHS[name]
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up:
        if not running(places, name):
            raise Trouble(f"{name} did not start: {last_line(places.log(name))} (see {places.log(name)})")
        if _answers(places.address(part) + path):
            return
        time.sleep(0.05)
    raise Trouble(f"{name} does not answer after {SECONDS_TO_START:.0f} s (see {places.log(name)})")


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def stop_all(places: Places) -> list[str]:
    """End the stack's processes, each by SIGTERM so that it saves; the names of those that ran."""
    stopped = []
    for name in reversed(PROCESSES):
        if running(places, name):
            stopped.append(name)
            _stop(places, name)
    (places.root / "pids.json").unlink(missing_ok=True)
    return stopped


def _stop(places: Places, name: str) -> None:
    """End one process and wait for it, and for those it started: the workers of the functions."""
    pid = _pids(places)[name]["pid"]
    workers = {child: since(child) for child in started_by(pid)}
    os.kill(pid, signal.SIGTERM)
    _wait_for(places, name, pid)
    give_up = time.monotonic() + SECONDS_FOR_WORKERS
    while left := [child for child, then in workers.items() if then and since(child) == then]:
        if time.monotonic() > give_up:
            for child in left:
                os.kill(child, signal.SIGKILL)
            return
        time.sleep(0.05)


def started_by(pid: int) -> list[int]:
    """Every process that one started, and those started in turn."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def _wait_for(places: Places, name: str, pid: int) -> None:
    give_up = time.monotonic() + SECONDS_TO_STOP
    while running(places, name):
        _reap(pid)
        if time.monotonic() > give_up:
            os.kill(pid, signal.SIGKILL)
            _reap(pid)
            return
        time.sleep(0.02)


def _reap(pid: int) -> None:
    """Collect an ended process if it is our own child; after a detached start it is not."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _sweep(pid: int | None) -> None:
    """Remove what libfaketime leaves in shared memory when a process is killed."""
    for leftover in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        Path("/dev/shm", leftover).unlink(missing_ok=True)


def running(places: Places, name: str) -> bool:
    """Whether the very process that was started under this name still runs."""
    entry = _pids(places).get(name)
    return bool(entry) and since(entry["pid"]) == entry["started"]


def pid_of(places: Places, name: str) -> int:
    """The process id of one part of the stack, as it was started last."""
    return int(_pids(places)[name]["pid"])


def _pids(places: Places) -> dict:
    return read_json(places.root / "pids.json")


def since(pid: int) -> str:
    """When the kernel started that process (clock ticks since boot), "" when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def last_line(log: Path) -> str:
    """The last line a process said that is worth repeating, for a failure told in one line."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return "it said nothing"
    return lines[-1] if lines else "it said nothing"
