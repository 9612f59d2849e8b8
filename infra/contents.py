"""What the package must hold and may not exceed; a build that misses it fails by name."""

import re
import zipfile
from pathlib import Path

from infra.archive import sizes_of, strangers, too_large

MOST = {"zipped": 45_000_000, "unzipped": 150_000_000}
NEEDED = (
    "app.py",
    "chalice/app.py",
    "chalicelib/registry.py",
    "aws_lambda_powertools/__init__.py",
    "jinja2/__init__.py",
    "jmespath/__init__.py",
    "pydantic/__init__.py",
    "segno/__init__.py",
    "stripe/__init__.py",
    "tzdata/zoneinfo/Europe/Berlin",
    "tzdata/zoneinfo/Europe/London",
    "tzdata/zoneinfo/America/New_York",
    "tzdata/zoneinfo/Pacific/Guam",
    "numpy/__init__.py",
    "onnxruntime/__init__.py",
    "yaml/__init__.py",
)
NEEDED_PATTERNS = {
    "a compiled numpy for this Python": r"numpy/_core/_multiarray_umath\.cpython-313-x86_64-linux-gnu\.so",
    "a compiled onnxruntime": r"onnxruntime/capi/onnxruntime_pybind11_state\S*\.so",
    "a compiled pydantic for this Python": r"pydantic_core/_pydantic_core\.cpython-313-x86_64-linux-gnu\.so",
    "a template": r"templates/.+\.(html|txt)",
    "the template of the documents": r"templates/documents/paper\.typ",
    "a compiled template": r"templates/compiled/tmpl_[0-9a-f]+\.py",
    "a compiled catalogue": r"templates/locale/[a-z-]+\.mo",
    "the desk's words": r"templates/locale/desk/en\.mo",
    "a model": r"models/[^/]+\.onnx",
    "a model card": r"models/[^/]+\.json",
}
FORBIDDEN = {
    "boto3, which the runtime has": r"(boto3|botocore|s3transfer)/",
    "the local stack": r"local/",
    "tests": r"(.+/)?tests?/",
    "what has a layer of its own": r"(typst|PIL|pypdf|fonts)/",
    "the training of the model": r"models/train/",
    "uncompiled catalogues": r".+\.po",
    "the build itself": r"(pip|setuptools|wheel|infra|bench|docs)/",
}


class WrongPackage(Exception):
    """The package lacks something, holds something it should not, or is too large."""


def check(path: Path, root: Path) -> dict[str, int]:
    """Sizes in bytes and the number of files of a package that is as it should be, else WrongPackage."""
    sizes = sizes_of(path)
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        wrong = [f"lacks {name}" for name in NEEDED if name not in names]
        for what, pattern in NEEDED_PATTERNS.items():
            if not any(re.fullmatch(pattern, name) for name in names):
                wrong.append(f"lacks {what} ({pattern})")
        for what, pattern in FORBIDDEN.items():
            found = sorted(name for name in names if re.match(pattern, name))
            if found:
                wrong.append(f"holds {what}: {found[0]}")
        wrong += _missing_from(names, root) + strangers(package)
    wrong += too_large(sizes, MOST)
    if wrong:
        raise WrongPackage("\n".join(f"{path.name} {line}" for line in wrong))
    return sizes


def _missing_from(names: set[str], root: Path) -> list[str]:
    """Every file of our own that should ship is there."""
    own = [
        *root.glob("chalicelib/**/*.py"),
        *root.glob("templates/**/*.html"),
        *root.glob("templates/**/*.txt"),
        *root.glob("templates/**/*.typ"),
    ]
    expected = {str(path.relative_to(root)) for path in own}
    expected |= {str(p.relative_to(root).with_suffix(".mo")) for p in root.glob("templates/locale/*.po")}
    return [f"lacks {name}" for name in sorted(expected - names)]
