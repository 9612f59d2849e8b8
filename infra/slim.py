"""What stays out of the package: nothing a function runs, everything it only carries.

Each rule has its reason; tests/package proves that the package still works without what is left out.
"""

import re

# Whole trees and files, by their name in the package.
LEFT_OUT = {
    # boto3 and what belongs to it: docs/decisions/0003-boto3-from-the-runtime.md.
    "the runtime has it": ("boto3/", "botocore/", "s3transfer/", "dateutil/", "six.py"),
    # Chalice's command line, which chalice names as if it ran in the function.
    "only the chalice command needs it": (
        "pip/",
        "setuptools/",
        "_distutils_hack/",
        "distutils-precedence.pth",
        "wheel/",
        "click/",
        "inquirer/",
        "blessed/",
        "jinxed/",
        "wcwidth/",
        "readchar/",
        "editor/",
        "editor.py",
        "runs/",
        "runs.py",
        "xmod/",
        "xmod.py",
    ),
    # onnxruntime runs a model without them; they serve its tools, which are left out too.
    "only onnxruntime's tools need it": (
        "google/",
        "flatbuffers/",
        "packaging/",
        "sympy/",
        "mpmath/",
        "isympy.py",
        "coloredlogs/",
        "humanfriendly/",
        "onnxruntime/transformers/",
        "onnxruntime/quantization/",
        "onnxruntime/tools/",
        "onnxruntime/datasets/",
        "onnxruntime/backend/",
        "onnxruntime/capi/onnxruntime_inference_collection_test.py",
    ),
    "for building on numpy": (
        "numpy/f2py/",
        "numpy/_core/include/",
        "numpy/_core/lib/",
        "numpy/_pyinstaller/",
    ),
    # Numpy loads them when they are asked for, and a model that is run asks for none of them.
    "numpy without a model's need": ("numpy/random/", "numpy/fft/", "numpy/polynomial/"),
    "for drawing an API's documentation": ("aws_lambda_powertools/event_handler/openapi/swagger_ui/",),
    "trains the model, does not run it": ("models/train/",),
}

PATTERNS = {
    "a test": re.compile(r"(^|/)tests?/|(^|/)conftest\.py$"),
    "types for the editor": re.compile(r"\.(pyi|pxd|pyx)$|/py\.typed$"),
    "a second copy of the library that the Python module links in": re.compile(
        r"^onnxruntime/capi/libonnxruntime\.so"
    ),
    "compiled on the machine that built": re.compile(r"(^|/)__pycache__/"),
    "C sources": re.compile(r"\.(c|h|hpp|cpp|a)$"),
    "scripts and data outside the modules": re.compile(r"^[^/]+\.data/|^bin/"),
    "what the editor left": re.compile(r"(^|/)(\.DS_Store|\.gitkeep|\.keep)$|~$"),
}
LICENCE = re.compile(
    r"^([^/]+)-[^-/]+\.dist-info/(?:licenses/)?(.*(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS).*)$", re.I
)
DIST_INFO = re.compile(r"^[^/]+\.dist-info/")
# Distributions whose modules lie under another name than their own.
MODULES = {"python_dateutil": "dateutil/", "protobuf": "google/", "six": "six.py"}


def new_name(name: str) -> str | None:
    """The name under which a file of the raw package ships, or None if it stays out.

    Licences ship in a folder of their own. The rest of *.dist-info is read by nothing that runs here, and
    pydantic looks through every one of them at import if they are there.
    """
    licence = LICENCE.match(name)
    if licence and not _left_out(MODULES.get(licence[1], f"{licence[1].lower()}/")):
        return f"licences/{licence[1]}/{licence[2].replace('/', '-')}"
    if DIST_INFO.match(name) or _left_out(name):
        return None
    if any(pattern.search(name) for pattern in PATTERNS.values()):
        return None
    return name


def _left_out(name: str) -> bool:
    return any(name.startswith(names) for names in LEFT_OUT.values())
