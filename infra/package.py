"""Builds what is deployed: the package, the layer and the template in build/ (`python -m infra.package`).

Chalice packages and merges the template; this slims the zip, compiles the modules and the catalogues into it,
checks the contents, and leaves everything alone when nothing has changed. The same tree gives the same bytes.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from chalicelib.presentation import dialogues
from chalicelib.presentation.i18n import TEMPLATES, compiled_parts
from chalicelib.presentation.render import COMPILED, compile_templates
from infra import catalogues, contents, layer, watch
from infra.archive import sizes_of, write_files
from infra.bytecode import compile_all
from infra.gateway_pages import gateway_responses
from infra.slim import new_name

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
ZIP, TEMPLATE, INPUTS = BUILD / "kulanz.zip", BUILD / "template.json", BUILD / "inputs.sha256"
REGION = "eu-central-1"
STAGE = "prod"
ELSEWHERE = ("models/train", "infra/fonts")  # no part of the package


def main() -> None:
    """Build, and say in one line what came out."""
    try:
        sizes = build(say=print)
    except (catalogues.Gap, contents.WrongPackage, dialogues.Unreadable) as wrong:
        raise SystemExit(f"package: {wrong}") from None
    for path, found in ((ZIP, sizes), (layer.LAYER, sizes_of(layer.LAYER))):
        print(
            f"{path.relative_to(ROOT)}: {found['files']} files, "
            f"{found['zipped'] / 1e6:.1f} MB zipped, {found['unzipped'] / 1e6:.1f} MB unzipped"
        )


def build(*, say: Any = lambda line: None) -> dict[str, int]:
    """The sizes of an up-to-date package; it is built anew only if an input changed."""
    if sys.version_info[:2] != (3, 13):
        raise SystemExit("package: needs Python 3.13, for which chalice picks the compiled wheels")
    catalogues.check(catalogues.LOCALES)
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        link_vendor()
        digest = hash_of_inputs()
        unchanged = INPUTS.exists() and INPUTS.read_text() == digest and ZIP.exists() and TEMPLATE.exists()
        if not unchanged:
            INPUTS.unlink(missing_ok=True)
            with tempfile.TemporaryDirectory(dir=BUILD) as folder:
                say("chalice package ...")
                raw = run_chalice(Path(folder))
                say("slim, compile, zip ...")
                write_zip(raw / "deployment.zip", ZIP)
                write_template(raw / "sam.json", TEMPLATE)
        sizes = contents.check(ZIP, ROOT)
        layer.check_together(sizes, layer.build())
        INPUTS.write_text(digest)
    return sizes


def link_vendor() -> None:
    """Chalice ships vendor/ and nothing else beside the code: templates and models are linked into it."""
    vendor = ROOT / "vendor"
    vendor.mkdir(exist_ok=True)
    for name in ("templates", "models"):
        if not (ROOT / name).is_dir():
            raise SystemExit(f"package: {name}/ is missing")
        link = vendor / name
        if not link.is_symlink():
            link.symlink_to(Path("..") / name)


def inputs() -> Iterator[Path]:
    """Every file that can change what comes out."""
    yield from (ROOT / name for name in ("app.py", "requirements.txt", ".chalice/config.json"))
    for folder in ("chalicelib", "templates", "models", "infra"):
        for path in sorted((ROOT / folder).rglob("*")):
            ignored = "__pycache__" in path.parts or any(path.is_relative_to(ROOT / name) for name in ELSEWHERE)
            if path.is_file() and not ignored:
                yield path


def hash_of_inputs() -> str:
    """One hash over the names and contents of all inputs and the Python that compiles them."""
    digest = sha256(sys.version.encode())
    for path in inputs():
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def merge_template() -> dict[str, Any]:
    """What the stack has beside Chalice's own: infra/template/*.json, the watching, the gateway's pages."""
    merged: dict[str, Any] = {"Resources": watch.resources()}
    for path in sorted((ROOT / "infra/template").glob("*.json")):
        for section, entries in json.loads(path.read_text("utf-8")).items():
            if isinstance(entries, str):
                merged[section] = entries
                continue
            twins = merged.setdefault(section, {}).keys() & entries.keys()
            if twins:
                raise SystemExit(f"package: {path.name} defines {min(twins)} a second time")
            merged[section] |= entries
    api = merged["Resources"]["RestAPI"]["Properties"]
    api["GatewayResponses"] = gateway_responses()
    api["DefinitionBody"]["paths"] |= paths_of_the_desk()
    return merged


def paths_of_the_desk() -> dict[str, Any]:
    """Every route of the desk, as its own table of them says, answered by the desk's own function."""
    from chalicelib.entrypoints.desk.rooms import NEEDED

    gateway = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    uri = {"Fn::Sub": f"{gateway}/${{Desk.Arn}}/invocations"}
    answered = {"x-amazon-apigateway-integration": {"uri": uri}}
    paths: dict[str, Any] = {}
    for path, method in NEEDED:
        paths.setdefault(path, {})[method.lower()] = answered
    return paths


def run_chalice(folder: Path) -> Path:
    """`chalice package` into `folder`; its cache ignores file names, so it starts from none."""
    shutil.rmtree(ROOT / ".chalice/deployments", ignore_errors=True)
    merge, out = folder / "merge.json", folder / "raw"
    merge.write_text(json.dumps(merge_template()), "utf-8")
    command = ["package", "--stage", STAGE, "--merge-template", str(merge), str(out)]
    done = subprocess.run(
        [sys.executable, "-c", "from chalice.cli import main; main()", *command],
        cwd=ROOT,
        env={
            **os.environ,
            "AWS_DEFAULT_REGION": REGION,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PIP_CONSTRAINT": str(ROOT / "infra/constraints.txt"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "Could not install" in done.stdout + done.stderr:
        raise SystemExit(f"package: chalice failed\n{done.stdout}{done.stderr}")
    return out


def write_zip(raw: Path, target: Path, cache: Path = BUILD / "pyc") -> None:
    """The slimmed package with bytecode, catalogues and compiled templates, in a fixed order, one date."""
    files: dict[str, bytes] = {}
    with zipfile.ZipFile(raw) as package:
        for info in package.infolist():
            name = None if info.is_dir() else new_name(info.filename)
            if name is None:
                continue
            content = package.read(info)
            if name.startswith("templates/locale/") and name.endswith(".po"):
                content, of_the_desk = compiled_parts(content.decode("utf-8"))
                name = name.removesuffix("po") + "mo"
                if of_the_desk:
                    files[name.replace("/locale/", "/locale/desk/")] = of_the_desk
            if name.startswith("templates/dialogue/"):
                continue
            files[name] = content
    files |= compiled_templates() | compiled_dialogues()
    modules = {name: content for name, content in files.items() if name.endswith(".py")}
    files |= compile_all(modules, cache)
    write_files(files, target)


def compiled_templates() -> dict[str, bytes]:
    """Each template as a Python module, by its name in the package: a first page then parses none of them."""
    with tempfile.TemporaryDirectory() as folder:
        compile_templates(Path(folder))
        return {f"templates/{COMPILED.name}/{path.name}": path.read_bytes() for path in Path(folder).glob("*.py")}


def compiled_dialogues() -> dict[str, bytes]:
    """The declared dialogues as the package loads them: the topics, and each language's words by themselves."""
    folder = dialogues.FOLDER.relative_to(TEMPLATES.parent)
    written = dialogues.written_for_package(dialogues.FOLDER)
    return {f"{folder}/{dialogues.COMPILED.name}/{name}": content for name, content in written.items()}


def write_template(raw: Path, target: Path) -> None:
    """Chalice's merged template, every function and the layer pointing at our zips."""
    template = json.loads(raw.read_text("utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"./{ZIP.name}"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = f"./{layer.LAYER.name}"
    beside = target.with_suffix(".next")  # whoever deploys meanwhile reads the old one, whole
    beside.write_text(json.dumps(template, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    beside.replace(target)


if __name__ == "__main__":
    main()
