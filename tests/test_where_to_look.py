"""Where the plans say that something is decided (docs/architecture.md, docs/model.md), there it is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`([a-z_]+/[a-z_/0-9]+\.py)`((?:,? [A-Za-z_]+(?=[,; ]))*)")


def told():
    """(file, the names said of it) of every file that a table under "Where to look" names."""
    for page in ("architecture", "model"):
        text = (ROOT / f"docs/{page}.md").read_text("utf-8").partition("Where to look")[2]
        table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0]
        for file, names in NAMED.findall(table):
            yield file, tuple(re.findall(r"[A-Za-z_]+", names))


TOLD = sorted(set(told()))


@pytest.mark.parametrize(("file", "names"), TOLD)
def test_what_a_plan_names_is_decided_in_the_file_it_names(file, names):
    text = (ROOT / "chalicelib" / file).read_text("utf-8")
    assert [n for n in names if not re.search(rf"^(?:def |class |[A-Z_, ]*){n}\b", text, re.MULTILINE)] == []


def test_both_plans_name_files_and_what_is_in_them():
    assert len(TOLD) > 40 and ("domain/choice.py", ("is_held_out",)) in TOLD
    assert ("domain/ledger.py", ("appended",)) in TOLD
