"""One object per file: the files of a package, collected by what they export (docs/architecture.md)."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


class TwinKeys(Exception):
    """Two files of one package claim the same key."""


def collect(package: ModuleType, name: str) -> dict[str, Any]:
    """Every object called `name` in the files of `package`, by its `key`.

    Files whose name starts with an underscore are the package's own furniture and are passed over.
    Raises TwinKeys when two files export the same key, and AttributeError when a file exports none:
    a file in such a package that offers nothing is a mistake worth hearing about.
    """
    found: dict[str, Any] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda entry: entry.name):
        if module.name.startswith("_"):
            continue
        entry = getattr(import_module(f"{package.__name__}.{module.name}"), name)
        if entry.key in found:
            raise TwinKeys(f"{package.__name__}: two files export {entry.key!r}")
        found[entry.key] = entry
    return found


def collect_files(folder: Path, ending: str) -> dict[str, Path]:
    """Every data file of `folder` with this ending (".po"), by its name in small letters, unopened.

    For what is data and not code, as languages are. Raises TwinKeys for names that differ in case only.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.glob(f"*{ending}")):
        key = path.stem.lower()
        if key in found:
            raise TwinKeys(f"{folder.name}: two files are called {key!r}")
        found[key] = path
    return found
