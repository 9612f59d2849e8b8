"""Builds build/documents-layer.zip: what only the function `documents` needs, beside the package.

The typesetter alone is larger than all the rest together, so it has a layer of its own and the package keeps its
size. Under /opt a layer is read-only as the package is: its modules come compiled too. What goes in is
requirements-documents.txt and the typefaces of infra/fonts; the same two give the same bytes.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from infra.archive import sizes_of, strangers, too_large, write_files
from infra.bytecode import LAYERS, compile_all
from infra.contents import WrongPackage

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
LAYER, INPUTS = BUILD / "documents-layer.zip", BUILD / "layer.sha256"
FONTS = ROOT / "infra/fonts"
REQUIREMENTS = ROOT / "requirements-documents.txt"
# Lambda's Python 3.13 runs on Amazon Linux 2023, whose C library is 2.34.
WHEELS = (
    *("--only-binary=:all:", "--no-deps", "--no-compile", "--implementation=cp", "--python-version=3.13"),
    *("--platform=manylinux_2_28_x86_64", "--platform=manylinux_2_17_x86_64", "--platform=manylinux2014_x86_64"),
)
# What Lambda unpacks for one function, its layers included: 250 MiB.
TOGETHER = 262_144_000
MOST = {"zipped": 60_000_000, "unzipped": 160_000_000}
NEEDED = (
    "python/typst/__init__.py",
    "python/typst/_typst.abi3.so",
    "python/PIL/Image.py",
    "python/PIL/_imaging.cpython-313-x86_64-linux-gnu.so",
    "python/pypdf/__init__.py",
    "python/fonts/coverage.json",
    "licences/typst/LICENSE",
    "licences/pillow/LICENSE",
    "licences/pypdf/LICENSE",
    "licences/fonts/OFL.txt",
)
TOP = {"typst", "PIL", "pillow.libs", "pypdf", "fonts"}
LEFT_OUT = {
    "types for the editor": r".*\.pyi$|.*/py\.typed$",
    "compiled on the machine that built": r"(.*/)?__pycache__/",
    "windows on a screen": r"PIL/_imagingtk|PIL/ImageTk|PIL/ImageQt|PIL/_tkinter_finder",
    "a picture format that phones do not write": r"PIL/_avif|pillow\.libs/libavif",
    "programs": r"bin/",
}
LICENCE = re.compile(r"([^/]+)-[^-/]+\.dist-info/licenses/(.+)")


def build() -> dict[str, int]:
    """The sizes of an up-to-date layer; it is built anew only if an input changed. Raises WrongPackage."""
    BUILD.mkdir(exist_ok=True)
    digest = hash_of_inputs()
    if not (INPUTS.exists() and INPUTS.read_text() == digest and LAYER.exists()):
        INPUTS.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            install(Path(folder))
            write(Path(folder), LAYER)
    sizes = check(LAYER)
    INPUTS.write_text(digest)
    return sizes


def inputs() -> Iterator[Path]:
    """Every file that can change what comes out."""
    yield REQUIREMENTS
    yield from (ROOT / "infra" / name for name in ("layer.py", "archive.py", "bytecode.py"))
    yield from sorted(path for path in FONTS.iterdir() if path.suffix in (".ttf", ".json", ".txt"))


def hash_of_inputs() -> str:
    digest = sha256(sys.version.encode())
    for path in inputs():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def install(folder: Path) -> None:
    """The wheels for Lambda's machine, whatever machine this is."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, *WHEELS, "--target", str(folder), "--requirement", str(REQUIREMENTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"package: the layer was not installed\n{done.stdout}{done.stderr}")


def write(folder: Path, target: Path, cache: Path = BUILD / "pyc") -> None:
    """The layer from what was installed: modules with bytecode, licences in a folder of their own, typefaces."""
    files: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (new := _new_name(name)):
            files[new] = path.read_bytes()
    modules = {name: content for name, content in files.items() if name.endswith(".py")}
    files |= compile_all(modules, cache, LAYERS)
    for path in FONTS.iterdir():
        if path.suffix in (".ttf", ".json"):
            files[f"python/fonts/{path.name}"] = path.read_bytes()
    files["licences/fonts/OFL.txt"] = (FONTS / "OFL.txt").read_bytes()
    write_files(files, target)


def _new_name(name: str) -> str | None:
    if licence := LICENCE.match(name):
        return f"licences/{licence[1]}/{licence[2].replace('/', '-')}"
    if ".dist-info/" in name or any(re.match(pattern, name) for pattern in LEFT_OUT.values()):
        return None
    return f"python/{name}"


def check(path: Path) -> dict[str, int]:
    """The sizes of a layer that is as it should be, else WrongPackage."""
    sizes = sizes_of(path)
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        wrong = strangers(package)
    needed = (*NEEDED, *(f"python/fonts/{font.name}" for font in sorted(FONTS.glob("*.ttf"))))
    wrong += [f"lacks {name}" for name in needed if name not in names]
    beside = sorted({name.split("/")[1] for name in names if name.startswith("python/")} - TOP)
    wrong += [f"holds {name}, which nothing here needs" for name in beside]
    wrong += too_large(sizes, MOST)
    if wrong:
        raise WrongPackage("\n".join(f"{path.name} {line}" for line in wrong))
    return sizes


def check_together(package: dict[str, int], layer: dict[str, int]) -> None:
    """Raises WrongPackage where the package and the layer are more than Lambda takes for one function."""
    unzipped = package["unzipped"] + layer["unzipped"]
    if unzipped > TOGETHER:
        raise WrongPackage(f"package and layer are {unzipped:,} bytes unzipped, more than {TOGETHER:,}")
