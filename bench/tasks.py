"""The package unpacked as /var/task has it, the runtime's own modules beside it, and how a function starts."""

import importlib.util
import json
import os
import py_compile
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

from bench import runtime_api
from bench.runtime_api import First
from infra import layer, package
from infra.bytecode import compile_all

BARE_PYTHON = os.path.realpath(sys.executable)
BARE = Path(__file__).parent / "bare"
# What Lambda's own runtime brings; its modules come after the package's.
RUNTIME_PACKAGES = (
    *("boto3", "botocore", "s3transfer", "dateutil", "urllib3", "jmespath"),
    *("awslambdaric", "simplejson"),
)
RUNTIME_MODULES = ("six", "snapshot_restore_py", "runtime_client")
AWS_SETTINGS = ("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# What a page of the bare kind ships: the framework alone.
BARE_SHIPS = ("chalice/",)


class Tasks:
    """Two unpacked packages (with and without bytecode) and the bare page's, under one folder."""

    def __init__(self, folder: Path) -> None:
        package.build()
        self.folder = folder
        self.whole, self.without, self.bare = (folder / name for name in ("task", "without", "bare"))
        self.runtime = folder / "runtime"
        folder.mkdir()
        with zipfile.ZipFile(package.ZIP) as files:
            files.extractall(self.whole)
            sources = [name for name in files.namelist() if not name.endswith(".pyc")]
            files.extractall(self.without, sources)
            _write_bare(files, self.bare, folder / "pyc")
        _write_runtime(self.runtime)
        self.layer = folder / "layer"
        with zipfile.ZipFile(layer.LAYER) as files:
            files.extractall(self.layer)
        self._layered = functions_with_a_layer(json.loads(package.TEMPLATE.read_text("utf-8")))
        self.functions = functions_of(json.loads(package.TEMPLATE.read_text("utf-8")))

    def layers(self, function: str) -> tuple[Path, ...]:
        """Where the function finds the modules of its layers, as Lambda puts them on its path."""
        return (self.layer / "python",) if function in self._layered else ()

    def first_response(self, function: str, event: Any, *, compiled: bool = True) -> First:
        """A function's first response from the package, with the settings the template gives it."""
        handler, names = self.functions[function]
        task = self.whole if compiled else self.without
        return self._start(task, handler, names, event, self.layers(function))

    def first_bare_response(self, event: Any) -> First:
        return self._start(self.bare, "app.app", ("TABLE",), event)

    def environment(self, names: tuple[str, ...], layers: tuple[Path, ...] = ()) -> dict[str, str]:
        """What a process of a function is started with. /var/task cannot be written: nothing compiles itself."""
        given = {name: os.environ[name] for name in (*AWS_SETTINGS, *names) if name in os.environ}
        return {
            **given,
            "LANG": "en_US.UTF-8",
            "PYTHONPATH": os.pathsep.join(map(str, (*layers, self.runtime))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POWERTOOLS_SERVICE_NAME": "kulanz",
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def _start(
        self, task: Path, handler: str, names: tuple[str, ...], event: Any, layers: tuple[Path, ...] = ()
    ) -> First:
        command = [BARE_PYTHON, "-s", "-S", "-m", "awslambdaric", handler]
        settings = self.environment(names, layers)
        return runtime_api.first_response(command, task, settings, event, self.folder / "log")


def functions_with_a_layer(template: dict[str, Any]) -> set[str]:
    return {
        name for name, resource in template["Resources"].items() if resource.get("Properties", {}).get("Layers")
    }


def functions_of(template: dict[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each function's handler and the names of its settings, as deployed."""
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            of = resource["Properties"]
            found[name] = (of["Handler"], tuple(of.get("Environment", {}).get("Variables", {})))
    return found


def _write_bare(files: zipfile.ZipFile, target: Path, cache: Path) -> None:
    """The bare page packaged as ours is, bytecode included."""
    files.extractall(target, [name for name in files.namelist() if name.startswith(BARE_SHIPS)])
    sources = {path.name: path.read_bytes() for path in BARE.glob("*.py")}
    for name, content in {**sources, **compile_all(sources, cache)}.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_runtime(target: Path) -> None:
    target.mkdir()
    for name in RUNTIME_PACKAGES:
        found = importlib.util.find_spec(name)
        if found is None or not found.submodule_search_locations:
            raise SystemExit(f"bench: {name} is not installed (pip install -r requirements-dev.txt)")
        (target / name).symlink_to(found.submodule_search_locations[0])
    for name in RUNTIME_MODULES:
        found = importlib.util.find_spec(name)
        if found is None or not found.origin:
            raise SystemExit(f"bench: {name} is not installed (pip install -r requirements-dev.txt)")
        copy = shutil.copy(found.origin, target)
        if copy.endswith(".py"):
            py_compile.compile(copy, doraise=True)
