"""What a creditor gets back: the report of a batch, in its language (B4, B5, B6, B8)."""

import ast
import csv
import io
import json
from pathlib import Path

import pytest

from chalicelib.adapters.batches import reasons_de, reasons_en
from chalicelib.adapters.batches.reasons import LANGUAGES, told
from chalicelib.adapters.batches.report import MOST_LISTED, report_of, settings_report
from chalicelib.domain.batch import Batch, BatchStatus, Outcome, Problem, Refused, RowOutcome
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.profile import FileProfile
from tests.builders import NOW

HERE = Path(__file__).parent.parent.parent / "chalicelib"
KEY = "inbox/nordlicht/november.csv"


def batch(**changes):
    plain = {"id": "b1", "creditor": "nordlicht", "key": KEY, "etag": "e1", "received_at": NOW, "rows": 4}
    return Batch(**(plain | changes))


OUTCOMES = (
    RowOutcome(5, "R-4", Outcome.DIFFERING, (Problem("", "differs"),)),
    RowOutcome(2, "R-1", Outcome.TAKEN),
    RowOutcome(3, "R-2", Outcome.QUARANTINED, (Problem("Fällig", "date_form", "=31.02."),)),
    RowOutcome(4, "R-3", Outcome.TAKEN, flags=("bad_email", "no_contact_point"), not_contacted="no_contact_point"),
)


def table(report, delimiter=";"):
    assert report.csv.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(report.csv.decode("utf-8-sig")), delimiter=delimiter))


def test_B4_a_report_names_line_column_reason_and_value_and_what_to_do():
    counts = {Outcome.TAKEN: 2, Outcome.QUARANTINED: 1, Outcome.DIFFERING: 1}
    report = report_of(batch(counts=counts).finished(NOW), OUTCOMES, "de")
    assert report.key == "reports/nordlicht/b1"
    body = json.loads(report.json)
    assert (body["status"], body["progress"]["settled"]) == ("done", 4)
    assert body["counts"] == {"taken": 2, "unchanged": 0, "quarantined": 1, "differing": 1}
    assert [row["line"] for row in body["rows"]] == [3, 4, 5]
    (problem,) = body["rows"][0]["problems"]
    assert problem == {"column": "Fällig", "value": "=31.02."} | told("date_form", "de")
    assert body["rows"][1]["not_contacted"]["said"] == "Es gibt weder E-Mail-Adresse noch Mobilnummer."


def test_B8_no_cell_of_the_table_begins_a_formula():
    nasty = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1", "\r=1", "\n=1"]
    rows = [RowOutcome(n, "R", Outcome.QUARANTINED, (Problem("=c", "date_form", v),)) for n, v in enumerate(nasty)]
    lines = table(report_of(batch(), rows, "de"))[1:]
    assert [line[5] for line in lines] == [f"'{value}" for value in nasty]
    assert {line[3] for line in lines} == {"'=c"}


def test_the_table_says_each_thing_once():
    lines = table(report_of(batch(), OUTCOMES, "en"), ",")
    assert [line[:5] for line in lines[1:]] == [
        ["3", "R-2", "quarantined", "Fällig", "date_form"],
        ["4", "R-3", "taken", "", "bad_email"],
        ["4", "R-3", "taken", "", "no_contact_point"],
        ["5", "R-4", "differing", "", "differs"],
    ]


def test_B6_a_refused_file_has_a_report_with_the_byte():
    refused = batch().refused_for(Refused("encoding", byte=4711, line=9, value="e4"), NOW)
    body = json.loads(report_of(refused, (), "en").json)
    assert body["status"] == "refused"
    assert body["refused"]["byte"] == 4711
    assert "byte" in body["refused"]["said"]
    assert table(report_of(refused, (), "de"))[1][:6] == ["9", "", "abgelehnt", "", "encoding", "Byte 4711: e4"]
    assert table(report_of(refused, (), "en"), ",")[1][2] == "refused"


def test_B4_what_to_write_instead_is_shown_as_the_profile_declares_it():
    german = FileProfile("german", decimal=",", thousands=".", date_format="dd.mm.yyyy")
    rows = [RowOutcome(2, "R", Outcome.QUARANTINED, (Problem("a", "amount_form"), Problem("b", "date_form")))]
    (row,) = json.loads(report_of(batch(), rows, "de", german).json)["rows"]
    assert ["wie 1.234,56," in row["problems"][0]["mend"], "wie 31.12.2026," in row["problems"][1]["mend"]] == [
        True,
        True,
    ]
    lines = table(report_of(batch(), rows, "en"), ",")[1:]
    assert "like 1234.56," in lines[0][7]
    assert "like 2026-12-31," in lines[1][7]


def test_B5_a_cut_file_says_so():
    body = json.loads(report_of(batch(cut=True).finished(NOW), (), "de").json)
    assert (body["status"], body["file_ends_early"]) == (BatchStatus.PARTIAL, True)


def test_a_report_while_reading_shows_how_far_it_is():
    early = batch(status=BatchStatus.LOADING, rows=1000, chunks=10, chunks_done=3, counts={Outcome.TAKEN: 300})
    progress = json.loads(report_of(early, (), "de").json)["progress"]
    assert progress == {"rows": 1000, "settled": 300, "chunks": 10, "chunks_done": 3}


def test_a_report_lists_no_more_than_can_be_read_and_counts_the_rest():
    rows = [
        RowOutcome(n, f"R{n}", Outcome.QUARANTINED, (Problem("x", "missing"),)) for n in range(MOST_LISTED + 5)
    ]
    body = json.loads(report_of(batch(), rows, "de").json)
    assert (len(body["rows"]), body["rows_not_listed"]) == (MOST_LISTED, 5)


def test_the_same_state_gives_the_same_bytes_in_whatever_order_rows_were_settled():
    assert report_of(batch(), OUTCOMES, "de") == report_of(batch(), OUTCOMES[::-1], "de")


def test_refused_settings_are_reported_in_every_language():
    report = settings_report("nordlicht", (Problem("iban", "iban", "DE00"), Problem("", "yaml")), NOW)
    assert report.key == "reports/nordlicht/settings"
    body = json.loads(report.json)
    assert body["problems"][0]["setting"] == "iban"
    assert body["problems"][0]["en"]["mend"] != body["problems"][0]["de"]["mend"]
    assert table(report, ",")[0] == ["setting", "value", "de", "en"]


def keys_in_the_code():
    """Every reason the reading can give: the first text of each call that makes one."""
    makers = {
        "Refused": 0,
        "Misfit": 0,
        "LeftOut": 0,
        "wrong": 0,
        "Unreadable": 0,
        "Problem": 1,
        "_only_first": 2,
    }
    for path in sorted((HERE / "adapters" / "batches").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if isinstance(node, ast.Call) and name in makers and len(node.args) > makers[name]:
                for part in ast.walk(node.args[makers[name]]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_every_refusal_has_its_sentences_in_every_language():
    assert set(reasons_de.SENTENCES) == set(reasons_en.SENTENCES)
    found = set(keys_in_the_code())
    assert len(found) > 40
    assert not found - set(reasons_en.SENTENCES)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_sentence_is_calm_and_says_what_to_do(language):
    for reason in LANGUAGES[language]:
        text = told(reason, language)
        for sentence in (text["said"], text["mend"]):
            assert sentence.rstrip().endswith(".")
            assert "!" not in sentence


def test_I15_a_remark_without_a_sentence_is_passed_on_and_never_keeps_a_report_from_being_written():
    noted = RowOutcome(2, "R-1", Outcome.TAKEN, flags=("model missing: no dated file",))
    (row,) = json.loads(report_of(batch(), (noted,), "de").json)["rows"]
    assert row["flags"][0] == {"reason": "model missing: no dated file"} | {
        "said": "Das System hat hierzu etwas vermerkt.",
        "mend": "Für Sie ist nichts zu tun.",
    }


def test_every_reason_not_to_contact_has_its_sentence():
    # Care is told to nobody: the policy calls it an open task.
    reasons = {kind.value for kind in HoldKind if kind is not HoldKind.NEEDS_CARE}
    for path in ("domain/policies/_rules.py", "actions/plan_contact.py", "actions/register_claim.py"):
        for node in ast.walk(ast.parse((HERE / path).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                texts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                reasons |= {text for text in texts if isinstance(text, str)}
    assert not reasons - set(reasons_en.SENTENCES)
