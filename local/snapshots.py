"""What the local AWS remembers: a whole snapshot on disk every few seconds, and one at stop.

ministack 1.5.33 writes its state only at a clean shutdown, file by file. Here a fork of the process writes
it, so requests go on meanwhile and every service is seen at the same instant: a queue is never newer than
the table it fed. A snapshot counts once its folder has been renamed into place; a kill loses what came after.
"""

import gc
import json
import os
import select
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.services import dynamodb, lambda_svc, sqs

from local import gaps

SECONDS_BETWEEN = 2.0
# So many times as long as the last one took nobody writes the next: what stands idle, or holds much, would write
# all the time.
REST = 9
LONGEST_SILENCE = 3.0  # seconds until a fork says that it lives
LONGEST_WRITE = 60  # seconds
TRIES = 5


class Snapshots:
    """Writes the state of the local AWS under `root` while anything happens: every two seconds, or as much less
    often as keeps it under a tenth of the time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.requests = 0
        self._held = threading.Event()
        self._taking = threading.Lock()
        self._codes: dict[str, bytes] = {}
        self._digests: dict[int, str] = {}  # by identity of the bytes in _codes, which live as long as this
        lambda_svc.CODE_BLOB_DIR = str(root / "code")
        self._write_code = lambda_svc._write_code_blob
        lambda_svc._write_code_blob = self._code_once

    def keep_taking(self) -> None:
        """The timer: runs for ever in a thread of its own."""
        seen, quiet, took = -1, 0, 0.0
        while True:
            time.sleep(max(SECONDS_BETWEEN, REST * took))
            # Functions finish, and queues are emptied, a little after the last request: three more
            # snapshots follow it, then one in fifteen.
            quiet = 0 if self.requests != seen else quiet + 1
            seen = self.requests
            if quiet <= 3 or quiet % 15 == 0:
                began = time.monotonic()
                self.take()
                took = time.monotonic() - began

    def hold(self) -> None:
        """Take none until `release`: a deployment that is killed half-way then leaves no trace."""
        with self._taking:
            self._held.set()

    def release(self) -> bool:
        self._held.clear()
        return self.take()

    def take(self) -> bool:
        """Write one snapshot now; whether a whole one was written."""
        with self._taking:
            if self._held.is_set():
                return False
            for function in list(lambda_svc._functions._data.values()):
                self._remember_code(function)
            for _ in range(TRIES):
                child, heard = self._fork()
                if _lives(heard):
                    return _ends_well(child) and self._put_in_place()
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            return False

    def _fork(self) -> tuple[int, int]:
        """A fork that writes, and the end of a pipe on which it says that it lives.

        libfaketime keeps a lock of its own over every condition variable. If another thread holds it in the
        instant of the fork, Python waits for it in the child for ever, before any line of ours: the child
        says nothing, and is ended (seen: under load one in twenty).
        """
        heard, said = os.pipe()
        # Between two writes, not inside one: both locks are free in the instant of the fork.
        with dynamodb._lock, sqs._queues_lock:
            child = os.fork()
        if child == 0:
            os.write(said, b"!")
            self._write_and_leave()
        os.close(said)
        return child, heard

    def _write_and_leave(self) -> None:
        """In the fork: write every service's state beside the last one, then end without any clean-up."""
        try:
            # A lock held by a thread that did not come along would never open: this ends it then.
            signal.alarm(LONGEST_WRITE)
            os.nice(10)
            gc.disable()
            beside = self.root / "state.next"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            services = {**app._build_persistence_save_dict(), **gaps.STATES}
            for service, state_of in services.items():
                _write(beside, service, state_of)
            os._exit(0)
        except BaseException as failure:  # noqa: BLE001 - a fork must never run on into the server's code
            sys.stderr.write(f"snapshot not written: {type(failure).__name__}: {failure}\n")
            os._exit(1)

    def _put_in_place(self) -> bool:
        state, last, beside = (self.root / name for name in ("state", "state.last", "state.next"))
        shutil.rmtree(last, ignore_errors=True)
        if state.exists():
            state.rename(last)
        beside.rename(state)
        return True

    def _remember_code(self, function: dict) -> None:
        """All functions share one zip: keep it once in memory, too, so that a fork is quick."""
        for record in (function, *function.get("versions", {}).values()):
            if code := record.get("code_zip"):
                digest = self._code_once(code)
                record["code_zip"] = self._codes.setdefault(digest, code)

    def _code_once(self, code: bytes) -> str:
        """Hash and write a function's zip once in its life, not at each snapshot."""
        if id(code) not in self._digests:
            digest = self._write_code(code)
            code = self._codes.setdefault(digest, code)
            self._digests[id(code)] = digest
            return digest
        return self._digests[id(code)]


def _write(folder: Path, service: str, state_of: Callable[[], Any]) -> None:
    state = state_of()
    if state is None:
        return
    whole = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
    (folder / f"{service}.json").write_text(json.dumps(whole, default=persistence._json_default))


def _lives(heard: int) -> bool:
    """Whether the fork at the other end of the pipe has come to its first line."""
    try:
        ready, _, _ = select.select([heard], [], [], LONGEST_SILENCE)
        return bool(ready) and os.read(heard, 1) == b"!"
    finally:
        os.close(heard)


def _ends_well(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0
