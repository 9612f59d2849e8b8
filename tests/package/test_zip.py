"""The package holds what runs and nothing else, and runs where nothing else is."""

import importlib.util
import json
import zipfile
from hashlib import sha256

import pytest

from infra import contents, package
from infra.bytecode import TAG, UNCHECKED, pyc_name
from tests.package.build import package_zip, provided, run_bare, unpacked  # noqa: F401

# The package built again, and unpacked.
pytestmark = pytest.mark.long

HANDLERS = {
    "chalicelib.entrypoints.front.app": "APIHandler",
    "chalicelib.entrypoints.desk.door.desk": "Desk",
    "chalicelib.entrypoints.checkout.checkout": "Checkout",
    "chalicelib.entrypoints.documents.documents": "Documents",
    "chalicelib.entrypoints.webhooks.webhooks": "Webhooks",
    "chalicelib.entrypoints.uploads.intake": "Intake",
    "chalicelib.entrypoints.events.claims": "Claims",
    "chalicelib.entrypoints.events.money": "Money",
    "chalicelib.entrypoints.events.relay": "Relay",
    "chalicelib.entrypoints.schedules.contact": "Contact",
    "chalicelib.entrypoints.schedules.nightly": "Nightly",
    "chalicelib.entrypoints.outcomes.outcomes": "Outcomes",
    "chalicelib.entrypoints.operator.operator": "Operator",
    "chalicelib.entrypoints.routing.routing": "Routing",
}
NO_NETWORK = """
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError("import reached for the network")
sys.addaudithook(refuse)
"""


def test_the_package_holds_templates_model_onnxruntime_and_numpy_within_its_size(package_zip):  # noqa: F811
    sizes = contents.check(package_zip, package.ROOT)
    assert sizes["zipped"] <= 45_000_000
    assert sizes["unzipped"] <= 150_000_000


def test_import_app_needs_no_environment_no_boto3_and_no_network(unpacked):  # noqa: F811
    loaded = run_bare(f"{NO_NETWORK}import app, json; print(json.dumps(sorted(sys.modules)))", unpacked)
    heavy = {"boto3", "botocore", "stripe", "onnxruntime", "numpy", "pydantic"}
    assert not heavy & set(json.loads(loaded))


def test_a_bare_python_with_only_the_package_has_no_boto3(unpacked):  # noqa: F811
    assert run_bare("import importlib.util; print(importlib.util.find_spec('boto3'))", unpacked) == "None"


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_handler_of_the_template_loads_from_the_package(handler, unpacked, provided):  # noqa: F811
    module, _, name = handler.rpartition(".")
    code = f"{NO_NETWORK}import {module}; print(callable({module}.{name}))"
    assert run_bare(code, unpacked, provided) == "True"


def test_the_template_names_these_handlers_and_no_others(package_zip):  # noqa: F811
    resources = json.loads(package.TEMPLATE.read_text())["Resources"]
    functions = {name: r for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    assert {f["Properties"]["Handler"]: name for name, f in functions.items()} == HANDLERS


def test_every_shipped_model_runs_on_what_ships(unpacked):  # noqa: F811
    code = """
import glob, numpy, onnxruntime
KINDS = {"tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(double)": numpy.float64}
for path in glob.glob(sys.path[0] + "/models/*.onnx"):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {i.name: numpy.zeros([d if isinstance(d, int) else 1 for d in i.shape], KINDS[i.type])
             for i in session.get_inputs()}
    assert session.run(None, given)
    print("ran", path)
"""
    assert "ran" in run_bare(code, unpacked)


def test_the_libraries_that_ship_import_without_what_was_left_out(unpacked):  # noqa: F811
    code = """
import aws_lambda_powertools, aws_lambda_powertools.metrics, aws_lambda_powertools.utilities.parser
import jinja2, pydantic, stripe, yaml, zoneinfo
zoneinfo.reset_tzpath([])
print(zoneinfo.ZoneInfo("Europe/Berlin").key, stripe.VERSION)
"""
    assert "Europe/Berlin" in run_bare(code, unpacked)


def test_every_module_has_bytecode_that_is_used_without_a_look_at_its_date(package_zip):  # noqa: F811
    with zipfile.ZipFile(package_zip) as files:
        names = set(files.namelist())
        modules = [name for name in names if name.endswith(".py")]
        assert len(modules) > 1000
        for module in modules:
            header = files.read(pyc_name(module))[:16]
            assert header[:4] == importlib.util.MAGIC_NUMBER, module
            assert header[4:8] == UNCHECKED, module
            assert header[8:] == importlib.util.source_hash(files.read(module)), module
        compiled = {name for name in names if name.endswith(".pyc")}
        assert compiled == {pyc_name(module) for module in modules}
        assert all(f".{TAG}." in name for name in compiled)


def test_python_takes_the_bytecode_that_ships(unpacked):  # noqa: F811
    code = "import chalicelib.registry; print(chalicelib.registry.__cached__)"
    (unpacked / "chalicelib/registry.py").write_text("raise RuntimeError('the source was read')")
    try:
        assert "__pycache__" in run_bare(code, unpacked)
    finally:
        with zipfile.ZipFile(package.ZIP) as files:
            files.extract("chalicelib/registry.py", unpacked)


def test_the_same_tree_gives_the_same_bytes(package_zip, tmp_path):  # noqa: F811
    raw, again = tmp_path / "raw.zip", tmp_path / "again.zip"
    with zipfile.ZipFile(package_zip) as files, zipfile.ZipFile(raw, "w") as shuffled:
        # Most modules are stripe's and numpy's, all of one kind: the others show it as well in a part of the time.
        names = [name for name in files.namelist() if not name.startswith(("stripe/", "numpy/"))]
        for name in reversed([name for name in names if not name.endswith(".pyc")]):
            shuffled.writestr(name, files.read(name))
    package.write_zip(raw, again, cache=tmp_path / "pyc")
    with zipfile.ZipFile(package_zip) as built, zipfile.ZipFile(again) as rebuilt:
        assert rebuilt.namelist() == names == sorted(names)
        for name in names:
            assert sha256(rebuilt.read(name)).digest() == sha256(built.read(name)).digest(), name
            assert rebuilt.getinfo(name).date_time == built.getinfo(name).date_time
            assert rebuilt.getinfo(name).external_attr == built.getinfo(name).external_attr


def test_a_package_that_lacks_something_is_refused_by_name(package_zip, tmp_path):  # noqa: F811
    poor = tmp_path / "poor.zip"
    with zipfile.ZipFile(poor, "w") as files:
        files.writestr("boto3/__init__.py", "")
    with pytest.raises(contents.WrongPackage) as refused:
        contents.check(poor, package.ROOT)
    for words in ("lacks numpy/__init__.py", "lacks a model (", "lacks a template", "holds boto3"):
        assert words in str(refused.value)
