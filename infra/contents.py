"""What the package must hold and may not exceed; a build that misses it fails by name."""

import re
import struct
import zipfile
from pathlib import Path

MOST_ZIPPED = 45_000_000
MOST_UNZIPPED = 150_000_000
X86_64 = 62  # e_machine of the ELF header, System V ABI
NEEDED = (
    "app.py",
    "chalice/app.py",
    "chalicelib/registry.py",
    "aws_lambda_powertools/__init__.py",
    "jinja2/__init__.py",
    "jmespath/__init__.py",
    "pydantic/__init__.py",
    "stripe/__init__.py",
    "tzdata/zoneinfo/Europe/Berlin",
    "numpy/__init__.py",
    "onnxruntime/__init__.py",
    "yaml/__init__.py",
)
NEEDED_PATTERNS = {
    "a compiled numpy for this Python": r"numpy/_core/_multiarray_umath\.cpython-313-x86_64-linux-gnu\.so",
    "a compiled onnxruntime": r"onnxruntime/capi/onnxruntime_pybind11_state\S*\.so",
    "a compiled pydantic for this Python": r"pydantic_core/_pydantic_core\.cpython-313-x86_64-linux-gnu\.so",
    "a template": r"templates/.+\.(html|txt)",
    "a compiled template": r"templates/compiled/tmpl_[0-9a-f]+\.py",
    "a compiled catalogue": r"templates/locale/[a-z-]+\.mo",
    "a model": r"models/[^/]+\.onnx",
    "a model card": r"models/[^/]+\.json",
}
FORBIDDEN = {
    "boto3, which the runtime has": r"(boto3|botocore|s3transfer)/",
    "the local stack": r"local/",
    "tests": r"(.+/)?tests?/",
    "the training of the model": r"models/train/",
    "uncompiled catalogues": r".+\.po",
    "the build itself": r"(pip|setuptools|wheel|infra|bench|docs)/",
}


class WrongPackage(Exception):
    """The package lacks something, holds something it should not, or is too large."""


def check(path: Path, root: Path) -> dict[str, int]:
    """Sizes in bytes and the number of files of a package that is as it should be, else WrongPackage."""
    with zipfile.ZipFile(path) as package:
        infos = package.infolist()
        names = {info.filename for info in infos}
        wrong = [f"lacks {name}" for name in NEEDED if name not in names]
        for what, pattern in NEEDED_PATTERNS.items():
            if not any(re.fullmatch(pattern, name) for name in names):
                wrong.append(f"lacks {what} ({pattern})")
        for what, pattern in FORBIDDEN.items():
            found = sorted(name for name in names if re.match(pattern, name))
            if found:
                wrong.append(f"holds {what}: {found[0]}")
        wrong += _missing_from(names, root)
        for name in names:
            if re.search(r"\.so(\.|$)", name) and package.read(name)[:4] == b"\x7fELF":
                machine = struct.unpack_from("<H", package.read(name), 18)[0]
                if machine != X86_64:
                    wrong.append(f"{name} is compiled for machine {machine}, not for x86_64")
    zipped, unzipped = path.stat().st_size, sum(info.file_size for info in infos)
    if zipped > MOST_ZIPPED:
        wrong.append(f"is {zipped:,} bytes zipped, more than {MOST_ZIPPED:,}")
    if unzipped > MOST_UNZIPPED:
        wrong.append(f"is {unzipped:,} bytes unzipped, more than {MOST_UNZIPPED:,}")
    if wrong:
        raise WrongPackage("\n".join(f"{path.name} {line}" for line in wrong))
    return {"zipped": zipped, "unzipped": unzipped, "files": len(names)}


def _missing_from(names: set[str], root: Path) -> list[str]:
    """Every file of our own that should ship is there."""
    own = [
        *root.glob("chalicelib/**/*.py"),
        *root.glob("templates/**/*.html"),
        *root.glob("templates/**/*.txt"),
    ]
    expected = {str(path.relative_to(root)) for path in own}
    expected |= {str(p.relative_to(root).with_suffix(".mo")) for p in root.glob("templates/locale/*.po")}
    return [f"lacks {name}" for name in sorted(expected - names)]
