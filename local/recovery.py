"""Which snapshot the local AWS starts from; apart from their writing, as it runs before ministack loads."""

import shutil
from pathlib import Path


def recover(root: Path) -> None:
    """Put the newest whole snapshot where ministack looks for it; called before ministack is imported.

    Objects are written by ministack at each upload. Without any snapshot there is nothing they belong to:
    the first start was killed before it was done, and the next one begins from nothing.
    """
    state, last = root / "state", root / "state.last"
    if not state.exists() and last.exists():
        last.rename(state)
    if not state.exists():
        shutil.rmtree(root / "objects", ignore_errors=True)
    for leftover in (root / "state.next", root / "tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    for folder in (state, root / "objects", root / "code", root / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
