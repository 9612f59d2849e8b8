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
import types
import zipfile
from os import PathLike
from pathlib import Path

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

PER_QUEUE = max(2, os.cpu_count() or 2)
ALTOGETHER = 4 * PER_QUEUE + 8  # four sources (three queues and the stream), and pages beside them

_one_at_a_time = threading.Lock()


def keep_few() -> None:
    """Let each queue keep no more workers busy than the machine has cores, whatever the template allows."""
    allowed = lambda_svc._sqs_esm_concurrency
    lambda_svc._sqs_esm_concurrency = lambda *given: min(PER_QUEUE, allowed(*given))
    lambda_svc._ACCOUNT_CONCURRENCY_CAP = ALTOGETHER


def share_between_workers(folder: Path) -> None:
    """Have workers find their code in `folder`, unpacked once; called before the server starts."""
    folder.mkdir(parents=True, exist_ok=True)
    by_age = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for stale in by_age:
        if stale is not by_age[-1] or stale.suffix == ".part":
            shutil.rmtree(stale)

    class SharedZip(zipfile.ZipFile):
        """A zip whose content, unpacked into a worker's folder, is a link to the one copy."""

        def extractall(self, path: str | PathLike[str] | None = None, members=None, pwd=None) -> None:
            if path is None or Path(path).name != "code" or members is not None:
                super().extractall(path, members, pwd)
                return
            shared = self._shared()
            Path(path).rmdir()
            Path(path).symlink_to(shared, target_is_directory=True)
            if self.filename:
                Path(self.filename).unlink()

        def _shared(self) -> Path:
            listing = [(entry.filename, entry.CRC, entry.file_size) for entry in self.infolist()]
            whole = folder / hashlib.sha256(repr(listing).encode()).hexdigest()[:24]
            with _one_at_a_time:
                if not whole.is_dir():
                    part = whole.with_suffix(".part")
                    shutil.rmtree(part, ignore_errors=True)
                    super().extractall(part)
                    part.rename(whole)
            return whole

    lambda_runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": SharedZip})
