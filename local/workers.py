"""The workers of the local AWS: few at a time, and one unpacked copy of the package for all of them.

ministack unpacks the whole zip (125 MB) anew for each worker, which takes seconds and gigabytes. On Lambda
every worker finds the package read-only in the same place; so here.

A machine is not an account: what a queue may keep busy there would take every core here, and the rest would be
turned away, which hides messages for minutes and counts as a failed try.
"""

import hashlib
import os
import shutil
import threading
import time
import types
import zipfile
from collections.abc import Callable
from pathlib import Path

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

PER_QUEUE = max(2, os.cpu_count() or 2)
ALTOGETHER = 4 * PER_QUEUE + 8  # four sources (three queues and the stream), and pages beside them

# A function that is busy when time moves ends first, but time waits no longer for it than so many seconds.
LONGEST_WAIT_FOR_BUSY = 20.0

_one_at_a_time = threading.Lock()


def keep_few() -> None:
    """Let each queue keep no more workers busy than the machine has cores, whatever the template allows."""
    allowed = lambda_svc._sqs_esm_concurrency
    lambda_svc._sqs_esm_concurrency = lambda *given: min(PER_QUEUE, allowed(*given))
    lambda_svc._ACCOUNT_CONCURRENCY_CAP = ALTOGETHER


def begin_anew(move: Callable[[], None]) -> None:
    """Move the time with `move`, and let every worker that starts from now on start under it.

    None is leased while it moves. The idle ones end at once; one that is busy does its work to the end and is
    leased no more: ended in the middle it would look for its next module where its code was.
    """
    with lambda_runtime._lock:
        move()
        old = [worker for pool in lambda_runtime._workers.values() for worker in pool]
        lambda_runtime._workers.clear()
    give_up = time.monotonic() + LONGEST_WAIT_FOR_BUSY
    while old:
        over = time.monotonic() > give_up
        with lambda_runtime._lock:
            ready = [worker for worker in old if over or not worker.in_use]
        lambda_runtime.kill_workers(ready)
        old = [worker for worker in old if worker not in ready]
        if old:
            time.sleep(0.02)


def share_between_workers(folder: Path) -> None:
    """Have workers find their code in `folder`, unpacked once; called before the server starts."""
    folder.mkdir(parents=True, exist_ok=True)
    by_age = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for stale in by_age:
        if stale is not by_age[-1] or stale.suffix == ".part":
            shutil.rmtree(stale)

    lambda_runtime.zipfile = types.SimpleNamespace(
        **{**vars(zipfile), "ZipFile": lambda file: SharedZip(Path(file), folder)}
    )


class SharedZip:
    """A zip whose content, unpacked into a worker's folder, is a link to the one copy of it."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file = file
        self._folder = folder

    def __enter__(self) -> "SharedZip":
        return self

    def __exit__(self, *failure: object) -> None:
        return None

    def namelist(self) -> list[str]:
        with zipfile.ZipFile(self._file) as whole:
            return whole.namelist()

    def extractall(self, path: str) -> None:
        if Path(path).name != "code":  # a layer
            with zipfile.ZipFile(self._file) as whole:
                whole.extractall(path)
            return
        shared = self._shared()
        Path(path).rmdir()
        Path(path).symlink_to(shared, target_is_directory=True)
        self._file.unlink()

    def _shared(self) -> Path:
        """Where the package is unpacked, which is done at the first call; known by its list of contents,
        the end of the file, which holds the checksum of each."""
        size = self._file.stat().st_size
        with self._file.open("rb") as content:
            content.seek(max(0, size - (1 << 20)))
            name = hashlib.sha256(content.read() + str(size).encode()).hexdigest()[:24]
        whole, part = self._folder / name, self._folder / f"{name}.part"
        with _one_at_a_time:
            if not whole.is_dir():
                shutil.rmtree(part, ignore_errors=True)
                with zipfile.ZipFile(self._file) as package:
                    package.extractall(part)
                part.rename(whole)
        return whole
