"""Who may import whom: the plan of the house, kept by a test (docs/architecture.md)."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "chalicelib"
MAY_IMPORT = {
    "registry": set(),
    "settings": set(),
    "domain": {"domain", "registry"},
    "ports": {"domain"},
    "actions": {"actions", "ports", "domain"},
    "presentation": {"presentation", "ports", "domain", "registry"},
    "adapters": {"adapters", "ports", "domain", "registry", "settings"},
    "wiring": {"wiring", "adapters", "actions", "presentation", "ports", "domain", "registry", "settings"},
    "entrypoints": {"entrypoints", "wiring", "actions", "presentation", "domain", "settings"},
}
ONLY_IN = {
    "boto3": {"adapters"},
    "botocore": {"adapters"},
    "stripe": {"adapters"},
    "PIL": {"adapters"},
    "pypdf": {"adapters"},
    "onnxruntime": {"adapters"},
    "numpy": {"adapters"},
    "typst": {"adapters"},
    "jinja2": {"presentation"},
    "markupsafe": {"presentation"},
    "segno": {"presentation"},
    "chalice": {"entrypoints"},
    "pydantic": {"adapters", "entrypoints"},
}
PLAN = (HOUSE.parent / "docs/architecture.md").read_text()
FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path):
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports_of(path):
    tree = ast.parse(path.read_text())
    package = ("chalicelib", *path.relative_to(HOUSE).parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *(node.module.split(".") if node.module else ())))
            for alias in node.names:
                yield node.lineno, f"{stem}.{alias.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def test_every_room_imports_only_what_the_plan_allows(path):
    room = room_of(path)
    if room == "__init__":
        assert not path.read_text().strip(), "the package itself stays empty"
        return
    wrong = []
    for line, name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "chalicelib" and len(parts) > 1 and parts[1] not in MAY_IMPORT[room]:
            wrong.append(f"line {line}: {room} may not import {parts[1]}")
        if parts[0] in ONLY_IN and room not in ONLY_IN[parts[0]]:
            wrong.append(f"line {line}: {parts[0]} lives only in {', '.join(sorted(ONLY_IN[parts[0]]))}")
    assert not wrong, "\n".join(wrong)


def test_the_environment_is_read_in_one_place():
    readers = [p for p in FILES if "os.environ" in p.read_text() or "getenv" in p.read_text()]
    assert [str(p.relative_to(HOUSE)) for p in readers] in ([], ["settings.py"])


def test_the_domain_knows_neither_clock_nor_chance():
    wrong = []
    for path in FILES:
        if room_of(path) not in {"domain", "actions"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                owner = ast.unparse(node.value)
                if owner.split(".")[-1] in {"datetime", "date", "time"}:
                    wrong.append(f"{path.name}:{node.lineno}: {owner}.{node.attr}")
        for _, name in imports_of(path):
            if name.split(".")[0] in {"random", "secrets", "time", "uuid"}:
                wrong.append(f"{path.name}: imports {name}")
    assert not wrong, wrong


def test_the_plan_names_every_file_of_the_domain_once():
    tree = PLAN.partition("  domain/")[2].partition("    policies/")[0]
    named = [word for line in tree.splitlines()[1:] for word in re.findall(r"\w+", re.split(r"\s{3,}", line)[1])]
    real = {path.stem for path in (HOUSE / "domain").glob("*.py")} - {"__init__"}
    assert sorted(named) == sorted(real)


def test_the_plan_leads_to_files_and_functions_that_are_there():
    table = PLAN.partition("Where to look")[2].partition("\n\nWhat must hold")[0]
    places = re.findall(r"`(\w+(?:/\w+)*\.py)`((?:,? [a-z]+_[a-z_]+|,? [a-z]+(?=[,|; ]))*)", table)
    assert len(places) > 25
    for file, names in places:
        tree = ast.parse((HOUSE / file).read_text())
        known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert set(re.findall(r"\w+", names)) <= known, file


def test_every_file_the_plan_names_is_there():
    for name in set(re.findall(r"`((?:actions|domain|entrypoints|adapters|presentation)/[\w/]+\.py)`", PLAN)):
        assert (HOUSE / name).exists(), name
