"""Compiles the package's modules ahead of time: /var/task is read-only, so Lambda would do it at each start.

PEP 552: an unchecked-hash .pyc is used as it is, without a look at the source's date, which a zip does not
keep. Compiling is deterministic only in a process of its own with a fixed hash seed (sets of constants), so
`compile_all` runs this module as a program.
"""

import json
import marshal
import os
import subprocess
import sys
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

UNCHECKED = (0b01).to_bytes(4, "little")
TAG = sys.implementation.cache_tag
TASK, LAYERS = "/var/task", "/opt"


def pyc_name(name: str) -> str:
    """a/b.py -> a/__pycache__/b.cpython-313.pyc"""
    folder, _, module = name.rpartition("/")
    return f"{folder + '/' if folder else ''}__pycache__/{module.removesuffix('.py')}.{TAG}.pyc"


def compile_all(sources: dict[str, bytes], cache: Path, root: str = TASK) -> dict[str, bytes]:
    """The .pyc of every module, by the .pyc's name; what was compiled before is taken from `cache`.

    `root` is where Lambda unpacks the zip, which tracebacks name. A module that is no valid Python fails the
    build by its name.
    """
    cache.mkdir(parents=True, exist_ok=True)
    hashes = {name: sha256(f"{TAG} {root}{name}\0".encode() + text).hexdigest() for name, text in sources.items()}
    kept = {name: cache / name_by_hash for name, name_by_hash in hashes.items()}
    missing = sorted(name for name, path in kept.items() if not path.exists())
    workers = min(len(missing), os.cpu_count() or 1)
    running = []
    for number in range(workers):
        share = {
            f"{root}/{name}": [sources[name].decode("latin-1"), str(kept[name])]
            for name in missing[number::workers]
        }
        process = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            env={"PYTHONHASHSEED": "0"},
            text=True,
        )
        assert process.stdin
        json.dump(share, process.stdin)
        process.stdin.close()
        running.append(process)
    codes = [process.wait() for process in running]
    if any(codes):
        raise SystemExit("package: a module does not compile (see above)")
    return {pyc_name(name): kept[name].read_bytes() for name in sorted(sources)}


def _compile(name: str, text: bytes) -> bytes:
    code = compile(text, name, "exec", dont_inherit=True, optimize=0)
    return MAGIC_NUMBER + UNCHECKED + source_hash(text) + marshal.dumps(code)


def main() -> None:
    """Read {path in Lambda: [source, where to]} and write each .pyc whole or not at all."""
    for name, (text, path) in json.load(sys.stdin).items():
        whole = Path(path)
        part = whole.with_suffix(f".{os.getpid()}")
        part.write_bytes(_compile(name, text.encode("latin-1")))
        part.replace(whole)


if __name__ == "__main__":
    main()
