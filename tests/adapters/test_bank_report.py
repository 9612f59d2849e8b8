"""What a creditor reads of its bank's files, and what the manual says of it."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.adapters.bank import reasons_de, reasons_en
from chalicelib.adapters.bank.report import refused_report, statement_report, told
from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.domain.bank import BankStatement, Became, EntryResult, StatementKind, StatementStatus
from chalicelib.domain.bank_form import FIELDS
from chalicelib.domain.batch import Refused
from chalicelib.domain.matching import RULES
from chalicelib.domain.parties import Creditor
from chalicelib.domain.suspense import SuspenseReason
from local.sample import creditors
from tests.builders import NOW

ROOT = Path(__file__).parent.parent.parent
MANUAL = (ROOT / "docs/bank.md").read_text()
SOURCES = [*(ROOT / "chalicelib/adapters/bank").rglob("*.py"), ROOT / "chalicelib/adapters/batches/decode.py"]

STATEMENT = BankStatement(
    "s1",
    "nordlicht",
    "bank/nordlicht/x.xml",
    StatementKind.STATEMENT,
    "4567",
    "EUR",
    NOW,
    opening=0,
    closing=-1170,
)
RESULTS = (
    EntryResult("1", Became.BOOKED, 4000, "EUR", "bank:a", ("R-1", "R-2"), "", 140),
    EntryResult("2", Became.REVERSED, -5170, "EUR", "bank:b", ("R-1",)),
    EntryResult("3", Became.SUSPENSE, 1000_00, "EUR", "bank:c", ("R-3",), "unsure", 70),
)
DONE = replace(STATEMENT.counting(RESULTS), entries=3, status=StatementStatus.DONE, done_at=NOW)


def table(report, delimiter=";"):
    assert report.csv.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(report.csv.decode("utf-8-sig")), delimiter=delimiter))


def test_a_report_says_what_became_of_each_entry_and_sums_it():
    report = statement_report(DONE, RESULTS, "de")
    body = json.loads(report.json)
    assert report.key == "reports/nordlicht/bank-s1"
    assert [(one["entry"], one["outcome"], one["claims"]) for one in body["results"]] == [
        ("1", "booked", ["R-1", "R-2"]),
        ("2", "reversed", ["R-1"]),
        ("3", "suspense", ["R-3"]),
    ]
    assert body["sums"]["booked"] + body["sums"]["reversed"] == body["balances"]["closing"]
    assert body["results"][2]["because"] == told("unsure", "de")
    lines = table(report)
    assert lines[1][:5] == ["1", "40,00", "", "EUR", "gebucht"]
    assert lines[2][:5] == ["2", "", "51,70", "EUR", "zurückgebucht"]
    assert lines[-1][:6] == ["Summe", "1.000,00", "", "EUR", "Zwischenkonto", "1"]
    assert statement_report(DONE, RESULTS, "de") == report


def test_a_refusal_says_where_and_why_in_the_creditor_s_language():
    for language, word in (("de", "Dokumenttyp"), ("en", "document type"), ("fr", "document type")):
        report = refused_report("nordlicht", "k", "b1", Refused("xml_doctype", 60, 2), language)
        body = json.loads(report.json)["refused"]
        assert word in body["said"] and (body["byte"], body["line"]) == (60, 2)
        assert table(report, ";" if language == "de" else ",")[1][0] == "2"


def test_every_reason_has_two_sentences_in_both_languages():
    assert reasons_de.SENTENCES.keys() == reasons_en.SENTENCES.keys()
    raised = {word for path in SOURCES for word in re.findall(r'Refused\(\s*"(\w+)"', path.read_text())}
    raised |= {word for path in SOURCES for word in re.findall(r'_refuse\(\s*"(\w+)"', path.read_text())}
    assert raised - reasons_en.SENTENCES.keys() == set()
    assert {reason.value for reason in SuspenseReason} <= reasons_en.SENTENCES.keys()


def test_every_refusal_and_every_rule_stands_in_the_manual():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", MANUAL, re.MULTILINE)
    assert {reason: (said, mend) for reason, said, mend in rows} == reasons_en.SENTENCES
    rules = re.findall(r"^\| (\w+) \| ([0-9]+) \| ([^|]*) \|$", MANUAL, re.MULTILINE)
    assert {(clue, int(points), why) for clue, points, why in rules} == {
        (clue.value, rule.points, rule.why) for clue, rule in RULES.items()
    }


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_an_export_stands_in_the_manual(field):
    assert re.search(rf"\b{field}\b", MANUAL)


def test_the_example_of_a_form_is_accepted():
    (example,) = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
    fill = {"public_url": "https://zahlen.musterladen.example", "iban": "DE14990003030000123456"}
    settings = creditors.PLAIN.substitute(fill) + example
    found = read_creditor(settings.encode(), "musterladen", countries={"DE"}, strategies={"balanced"})
    assert isinstance(found, Creditor), found
    assert found.bank and found.bank.profile.date_format == "dd.mm.yyyy"
