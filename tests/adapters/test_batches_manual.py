"""The creditor's manual says what the code does: its fields, its refusals, its examples."""

import io
import re
from pathlib import Path
from textwrap import dedent

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
from local.runbook import DEFAULT_CREDITOR
from local.sample import creditors

MANUAL = (Path(__file__).parent.parent.parent / "docs" / "claims.md").read_text()
HOUSE = {"countries": {"DE"}, "strategies": {"balanced"}}


def blocks(kind):
    return [dedent(block) for block in re.findall(rf"```{kind}\n(.*?)```", MANUAL, re.DOTALL)]


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
    found = read_creditor(blocks("yaml")[0].encode(), "musterladen", **HOUSE)
    assert isinstance(found, Creditor), found
    assert found.sandbox


def test_the_example_of_a_collector_that_bills_its_client_is_accepted():
    settings, collector, _ = (read_yaml(block.encode()) for block in blocks("yaml"))
    body = yaml.safe_dump(settings | collector, allow_unicode=True).encode()
    found = read_creditor(body, "musterladen", **HOUSE)
    assert isinstance(found, Creditor), found
    assert found.on_behalf_of == "Nordlicht Energie GmbH" and found.bills_collection_fee


def sample_settings(id):
    fill = {"public_url": "https://zahlen.musterladen.example", "iban": "DE14990003030000123456"}
    return creditors.PLAIN.substitute(fill) if id == creditors.PLAIN_ID else creditors.ENERGY.substitute(fill)


def test_the_example_settings_are_those_of_the_creditor_a_handed_in_file_goes_to():
    known = read_yaml(sample_settings(DEFAULT_CREDITOR).encode())
    given_by_the_sample = {"sandbox", "reviewed_by", "reviewed_on", "release"}
    settings = read_yaml(blocks("yaml")[0].encode())
    assert {name: known[name] for name in known.keys() - given_by_the_sample} == {
        name: settings[name] for name in settings.keys() - given_by_the_sample
    }


def test_the_plain_example_file_is_taken_whole_when_it_is_handed_in():
    who = read_creditor(sample_settings(DEFAULT_CREDITOR).encode(), DEFAULT_CREDITOR, **HOUSE)
    assert isinstance(who, Creditor), who
    file = blocks("csv")[0].encode()
    found = survey(io.BytesIO(file), who, "file.csv")
    assert isinstance(found, Survey), found
    assert (found.rows, found.cut) == (2, False)
    rows = list(read_rows(io.BytesIO(file), who))
    assert [row.flags for row in rows if isinstance(row, Row)] == [(), ()]
    assert {row.phone for row in rows} == {"+491713920910", None}


def test_the_profile_of_ones_own_is_a_shorter_form_of_a_sample_creditors():
    short = read_yaml(blocks("yaml")[2].encode())["profile"]
    whole = read_yaml(sample_settings(creditors.ENERGY_ID).encode())["profile"]
    assert len(whole["columns"]) == 31
    assert short["columns"].items() <= whole["columns"].items()
    assert {name: short[name] for name in ("encoding", "delimiter", "decimal", "thousands", "date_format")} == {
        name: whole[name] for name in ("encoding", "delimiter", "decimal", "thousands", "date_format")
    }


def test_the_example_file_is_read_by_the_example_profile():
    settings, _, profile = (read_yaml(block.encode()) for block in blocks("yaml"))
    body = yaml.safe_dump(settings | profile, allow_unicode=True).encode()
    who = read_creditor(body, "musterladen", **HOUSE)
    assert isinstance(who, Creditor), who
    file = blocks("csv")[1].encode("cp1252")
    found = survey(io.BytesIO(file), who, "example.csv")
    assert isinstance(found, Survey)
    assert not found.cut
    rows = list(read_rows(io.BytesIO(file), who))
    assert [(row.principal, row.name) for row in rows if isinstance(row, Row)] == [
        (181_775, "François Castaño"),
        (10_129, 'Café "Zur Weile" UG'),
    ]
    assert all(row.flags == () for row in rows)
