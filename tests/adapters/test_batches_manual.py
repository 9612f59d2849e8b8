"""The creditor's manual says what the code does: its fields, its refusals, its examples."""

import io
import re
from pathlib import Path

import yaml

from chalicelib.adapters.batches import reasons_en
from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.adapters.batches.fields import FIELDS, Kind
from chalicelib.adapters.batches.reasons import told
from chalicelib.adapters.batches.rows import Survey, read_rows, survey
from chalicelib.adapters.batches.yaml_text import read_yaml
from chalicelib.domain.parties import Creditor
from chalicelib.domain.profile import DATE_FORMATS
from chalicelib.domain.row import Row

MANUAL = (Path(__file__).parent.parent.parent / "docs" / "claims.md").read_text()
HOUSE = {"countries": {"DE"}, "strategies": {"balanced"}}


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", MANUAL, re.DOTALL)


def test_every_field_stands_in_the_manual_with_its_bounds():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ", MANUAL, re.MULTILINE)
    told = {name: (needed.strip() == "yes", limit.strip()) for name, _, needed, limit in rows}
    bounded = (Kind.ID, Kind.TEXT, Kind.EMAIL)
    assert told == {f.name: (f.needed, str(f.limit) if f.kind in bounded else "") for f in FIELDS}


def test_every_refusal_stands_in_the_manual_in_its_own_words():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", MANUAL, re.MULTILINE)
    assert {reason: (said, mend) for reason, said, mend in rows} == {
        reason: (text["said"], text["mend"]) for reason in reasons_en.SENTENCES for text in [told(reason, "en")]
    }


def test_every_form_of_day_stands_in_the_manual():
    assert all(form in MANUAL for form in DATE_FORMATS)


def test_the_example_settings_are_accepted():
    found = read_creditor(blocks("yaml")[0].encode(), "auenwerke", **HOUSE)
    assert isinstance(found, Creditor), found
    assert found.sandbox


def test_the_example_file_is_read_by_the_example_profile():
    settings, profile = (read_yaml(block.encode()) for block in blocks("yaml"))
    body = yaml.safe_dump(settings | profile, allow_unicode=True).encode()
    who = read_creditor(body, "auenwerke", **HOUSE)
    assert isinstance(who, Creditor), who
    file = blocks("csv")[0].encode("cp1252")
    found = survey(io.BytesIO(file), who, "example.csv")
    assert isinstance(found, Survey)
    assert not found.cut
    rows = list(read_rows(io.BytesIO(file), who))
    assert [(row.principal, row.name) for row in rows if isinstance(row, Row)] == [
        (181_775, "François Castaño"),
        (10_129, 'Café "Zur Weile" UG'),
    ]
    assert all(row.flags == () for row in rows)
