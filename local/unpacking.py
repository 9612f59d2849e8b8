"""One unpacked copy of the package for all workers of the local AWS.

ministack unpacks the whole zip (125 MB) anew for each worker it starts, some twenty of them, which takes
seconds and gigabytes. On Lambda every worker finds the package read-only in the same place; so here.
"""

import hashlib
import shutil
import threading
import types
import zipfile
from os import PathLike
from pathlib import Path

from ministack.core import lambda_runtime

_one_at_a_time = threading.Lock()


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
