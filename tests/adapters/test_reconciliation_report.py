"""What a creditor reads of a reconciliation, what a terminal prints, and that both know every kind."""

import argparse
import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.adapters.bank.reconciliation_file import HEADERS, SENTENCES, UNCOMPARED, reconciliation_report
from chalicelib.domain.reconciliation import (
    REPAIRABLE,
    Difference,
    DifferenceKind,
    Place,
    Reconciliation,
    ReconciliationState,
    Uncompared,
)
from chalicelib.entrypoints.commands.answers import plain
from infra import reconcile
from infra.operate import add_commands
from tests.builders import NOW

MANUAL = (Path(__file__).parents[2] / "docs/money.md").read_text()
DAY = date(2026, 11, 20)
ONE = Difference(
    DifferenceKind.AMOUNT_DIFFERS, "pi_1", 400000, 482000, "EUR", DAY, Place.PAYMENT, "pi_1", ("R-1",)
)
TWO = Difference(DifferenceKind.NOT_REVERSED, "re_1", -1050, None, "EUR", DAY, Place.REFUND, "re_1")
DONE = Reconciliation(
    "night",
    "nordlicht",
    date(2026, 11, 19),
    date(2026, 11, 23),
    NOW,
    state=ReconciliationState.DONE,
    done_at=NOW,
    found=5,
    repaired=3,
    count=2,
    left=(ONE, TWO),
    uncompared=(Uncompared.NO_STATEMENTS,),
)


def table(report, delimiter):
    return list(csv.reader(io.StringIO(report.csv.decode("utf-8-sig")), delimiter=delimiter))


def test_the_report_lists_each_difference_with_both_amounts_and_ends_with_the_sums():
    report = reconciliation_report(DONE, "de")
    assert report.key == "reports/nordlicht/reconciliation-2026-11-19-2026-11-23"
    head, one, two, uncompared, sums = table(report, ";")
    assert tuple(head) == HEADERS["de"] and {len(line) for line in (one, two, uncompared, sums)} == {len(head)}
    assert one[:10] == ["2026-11-20", "amount_differs", "pi_1", "payment", "pi_1", "R-1", "EUR", *AMOUNTS, "in"]
    assert (two[7], two[8], two[9]) == ("10,50", "", "out")
    assert uncompared[10] == UNCOMPARED["de"][Uncompared.NO_STATEMENTS]
    assert sums[10] == "5 gefunden, 3 behoben, 2 offen"
    body = json.loads(report.json)
    assert (body["found"], body["repaired"], body["left"]) == (5, 3, 2)
    assert [(d["about"], d["theirs"], d["ours"]) for d in body["differences"]] == [
        ("pi_1", 400000, 482000),
        ("re_1", -1050, None),
    ]


AMOUNTS = ["4.000,00", "4.820,00"]


def test_another_language_is_english_and_the_same_state_the_same_bytes():
    assert reconciliation_report(DONE, "fr") == reconciliation_report(DONE, "en")
    assert table(reconciliation_report(DONE, "en"), ",")[-1][10] == "5 found, 3 repaired, 2 left"


@pytest.mark.parametrize("kind", DifferenceKind)
def test_every_kind_has_its_sentences_and_a_line_in_the_manual(kind):
    assert set(SENTENCES[kind]) == {"de", "en"} and all(all(said) for said in SENTENCES[kind].values())
    assert re.search(rf"^\| .*`{kind.value}`", MANUAL, re.MULTILINE), f"{kind} is missing in docs/money.md"


def test_the_manual_says_which_a_person_mends():
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| [^|]+ \| ([^|]+) \|$", MANUAL, re.MULTILINE)
    said = {name: mended for names, mended in rows for name in re.findall(r"`([a-z_]+)`", names)}
    for kind in DifferenceKind:
        by_hand = said[kind.value].startswith("by ")
        assert by_hand is (kind not in REPAIRABLE), kind


def test_what_could_not_be_compared_is_said_everywhere():
    assert set(UNCOMPARED["de"]) == set(UNCOMPARED["en"]) == set(Uncompared)
    assert set(reconcile.UNCOMPARED) == {part.value for part in Uncompared}


def shown(of):
    """As it comes through the door."""
    return json.loads(json.dumps(plain(of), default=str))


def test_a_terminal_shows_a_line_for_each_and_the_sums_last():
    assert reconcile.lines(shown(DONE)) == [
        "2026-11-20  amount_differs       pi_1 on R-1: theirs 4000.00 EUR, ours 4820.00 EUR",
        "2026-11-20  not_reversed         re_1: theirs -10.50 EUR, ours nothing",
        "not compared: the bank; no statement tells of these days",
        "5 found, 3 repaired, 2 left",
    ]


def answers(*said):
    left = iter(said)
    return lambda command, wish: next(left)


def test_it_waits_until_the_comparison_is_done():
    asked, done = {"reconciliation": {"state": "asked"}}, {"reconciliation": shown(DONE)}
    ask = answers((200, {"said": "done"}), (200, asked), (503, {"said": "try_again"}), (200, done))
    assert reconcile.reconciled(ask, "2026-11-19", "2026-11-23", pause=0)["count"] == 2


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (409, {"said": "refused", "because": "in_the_future"}, "lies in the future"),
        (409, {"said": "refused", "because": "span_too_long"}, "ask in parts"),
        (404, {"said": "not_found"}, "there is no such creditor"),
        (403, {"said": "nobody"}, "credentials are nobody's"),
    ],
)
def test_a_wish_that_is_refused_says_why(status, answer, words):
    with pytest.raises(SystemExit, match=words):
        reconcile.reconciled(answers((status, answer)), "2026-11-19", "2026-11-23", pause=0)


@pytest.mark.parametrize("day", ["gestern", "2026-02-30", "20.11.2026"])
def test_what_is_no_day_is_not_even_asked_for(day):
    with pytest.raises(SystemExit, match="is no day"):
        reconcile.reconciled(answers(), day, "2026-11-23", pause=0)


def test_it_says_so_where_it_takes_too_long():
    with pytest.raises(SystemExit, match="still under way"):
        reconcile.reconciled(answers((200, {"said": "done"})), "2026-11-19", "2026-11-23", pause=0, waits=0)


def test_a_person_says_the_days_one_after_the_other():
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(dest="command", required=True))
    given = parser.parse_args(["reconcile", "2026-06-01", "2026-06-30"])
    assert (given.command, given.first, given.last) == ("reconcile", "2026-06-01", "2026-06-30")
    assert parser.parse_args(["reconciled"]).first is None
    assert parser.parse_args(["release", "--order", "rf1"]).order == "rf1"
    with pytest.raises(SystemExit):
        parser.parse_args(["reconcile", "2026-06-01"])


def test_what_two_people_let_stand_is_listed_apart_from_what_is_left():
    of = replace(DONE, left=(ONE,), count=1, accepted=(TWO,))
    report = reconciliation_report(of, "de")
    _, one, stands, _, sums = table(report, ";")
    assert (one[2], stands[2]) == ("pi_1", "re_1")
    assert stands[-1] == "Von zwei Personen hingenommen; `accepted` nennt den Grund." != one[-1]
    assert sums[10] == "5 gefunden, 3 behoben, 1 offen, 1 hingenommen"
    body = json.loads(report.json)
    assert [each["about"] for each in body["differences"]] == ["pi_1"]
    assert [each["about"] for each in body["accepted"]] == ["re_1"]
    printed = reconcile.lines(json.loads(json.dumps(plain(of), default=str)))
    assert printed[-1] == "5 found, 3 repaired, 1 left, 1 accepted"
    assert [line.endswith(" (accepted)") for line in printed[:2]] == [False, True]
