"""docs/export.md explains every column in the words the code has for it, and no other."""

import re
from pathlib import Path

import pytest

from chalicelib.domain.export import TABLES
from chalicelib.domain.features import FEATURES
from chalicelib.domain.response import RESPONSE

GUIDE = (Path(__file__).parents[2] / "docs/export.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.mark.parametrize("table", TABLES)
def test_the_guide_lists_every_column_of_a_table_and_no_other(table):
    part = GUIDE.partition(f"## {table}\n")[2].partition("\n## ")[0]
    features = {f"{mark}_{feature.name}" for feature in FEATURES for mark in "fw"}
    features |= {f"{mark}_{feature.name}" for feature in RESPONSE for mark in "rv"}
    columns = [(c.name, c.kind.value, c.means) for c in TABLES[table] if c.name not in features]
    assert ROW.findall(part) == columns
    for mark in ("f_<feature>", "r_<feature>"):
        assert (mark in part) == (features <= {c.name for c in TABLES[table]})
