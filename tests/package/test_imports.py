"""What each function leaves out: one fresh process each, the real package, a real event, then its modules."""

import json
import subprocess
from itertools import chain

import pytest

from bench.ground import Ground
from bench.tasks import BARE_PYTHON
from tests.package.build import package_zip  # noqa: F401

FORBIDDEN = {
    "APIHandler": {"stripe", "onnxruntime", "numpy", "pydantic"},
    "Checkout": {"onnxruntime"},
    "Documents": {"stripe", "onnxruntime", "numpy"},
    "Webhooks": {"onnxruntime", "jinja2"},
    "Money": {"onnxruntime", "jinja2"},
    "Intake": {"stripe"},
    "Claims": {"stripe", "jinja2"},
    "Contact": {"onnxruntime"},
    "Outcomes": {"onnxruntime", "stripe"},
    "Routing": {"stripe", "onnxruntime", "numpy", "jinja2", "pydantic"},
    "Operator": {"stripe", "onnxruntime", "numpy", "jinja2", "pydantic"},
    "Desk": {"stripe", "onnxruntime", "numpy", "pydantic"},
}
# What lies in the layer of Documents, and is opened by Contact only where a letter is to be printed.
LAYERED = {"typst", "PIL", "pypdf"}
ASK = """
import importlib, json, sys

sys.path[:0] = {paths!r}
module, _, name = {handler!r}.rpartition(".")
answer = getattr(importlib.import_module(module), name)(json.load(sys.stdin), None)
print("\\n" + json.dumps([answer, sorted(sys.modules)]))
"""
# A process for each function, and the package unpacked for them.
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def ground(house, package_zip):  # noqa: F811
    """The house of this run beside the unpacked package."""
    with Ground(house) as standing:
        yield standing


def after(ground, function, event):
    """The function's answer to its first event, and every module its process has loaded by then."""
    handler, names = ground.tasks.functions[function]
    paths = [str(path) for path in (ground.tasks.whole, *ground.tasks.layers(function))]
    done = subprocess.run(
        [BARE_PYTHON, "-s", "-S", "-c", ASK.format(paths=paths, handler=handler)],
        env=ground.tasks.environment(names),
        input=json.dumps(event),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer, modules = json.loads(done.stdout.splitlines()[-1])
    answer = answer or {}
    assert answer.get("statusCode", 200) < 400 and not answer.get("batchItemFailures"), answer
    return answer, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("function", FORBIDDEN)
def test_a_function_loads_nothing_that_is_not_its_work(function, ground):
    _, modules = after(ground, function, ground.triggers.fresh(function))
    assert "botocore" in modules and "chalicelib" in modules
    assert not modules & FORBIDDEN[function]
    assert not modules & LAYERED or function == "Documents"


@pytest.mark.parametrize("place", ["", "/pay", "/transfer", "/talk"])
def test_no_page_view_loads_the_provider_the_model_or_a_parser(place, ground):
    claim, token = ground.triggers.claim, ground.triggers.token
    event = ground.triggers.page(token, place, visit=ground.triggers.visit_of(claim, token))
    answer, modules = after(ground, "APIHandler", event)
    assert "Set-Cookie" in chain(answer["headers"], answer["multiValueHeaders"]) and "jinja2" in modules
    assert ("segno" in modules) == (place == "/transfer"), "only the page with a code pays for drawing it"
    assert not modules & FORBIDDEN["APIHandler"]


def test_the_door_loads_as_little(ground):
    _, modules = after(ground, "APIHandler", ground.triggers.page(ground.triggers.token))
    assert not modules & FORBIDDEN["APIHandler"]
