"""A dry run as a person gets it, on the real protocol: reckoned, drawn, noted, put in force, rolled back."""

import json
import os
import re
from dataclasses import replace
from html import unescape

import pytest

from chalicelib import wiring
from chalicelib.adapters.queues import chunk_text
from chalicelib.domain.batch import Batch, BatchStatus
from chalicelib.domain.rehearsal import Leg
from chalicelib.domain.strategies._base import strategy_of
from chalicelib.entrypoints.events import claims
from chalicelib.entrypoints.uploads import intake
from chalicelib.ports import Chunk
from infra.dry_run import NoDryRun, debtors_of, html, reckoned
from infra.dry_run_words import WORDS
from tests.builders import row
from tests.operators import Person
from tests.pages.lint import lint
from tests.reader import sqs

OWN = b"""based_on: gentle
speed: calm
loyalty: high
order: [email, letter]
plan:
  least: 15.00
waive_interest: yes
"""
PEOPLE = 6


@pytest.fixture(scope="module")
def creditor(house):
    house.empty()
    return house.open_creditor(language="de", strategy="swift")


@pytest.fixture(scope="module")
def portfolio(house, creditor):
    rows = tuple(
        row(line=n, claim=f"T-{n}", debtor=f"E-{n}", name="Änne Groß", email=f"t{n}@nordlicht.example")
        for n in range(2, 2 + PEOPLE)
    )
    now = wiring.clock()
    begun = Batch("b2", creditor.id, f"inbox/{creditor.id}/b.csv", "e", now, BatchStatus.LOADING, PEOPLE, 1)
    wiring.batches().begin(begun)
    assert claims(sqs(chunk_text(Chunk(creditor.id, "b2", 0, rows))), None) == {"batchItemFailures": []}
    return rows


def upload(house, key, body):
    """What EventBridge tells the intake of a file in the bucket."""
    bucket = os.environ["BUCKET"]
    house.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
    intake({"detail": {"object": {"key": key, "etag": "e"}, "requester": "123456789012"}}, None)


def answer_of(house, creditor):
    found = house.aws.client("s3").get_object(Bucket=os.environ["BUCKET"], Key=f"reports/{creditor}/strategy.json")
    return json.loads(found["Body"].read())


@pytest.fixture(scope="module")
def accepted(house, creditor, portfolio):
    upload(house, f"strategies/{creditor.id}.yaml", OWN)
    return answer_of(house, creditor.id)


@pytest.fixture(scope="module")
def drawn(creditor, accepted):
    settings, version, report = reckoned(wiring.table(), creditor.id, None, now=wiring.clock())
    return report, html(settings, version.own.strategy, report, wiring.clock())


@pytest.fixture(scope="module")
def anna(creditor):
    return Person("anna", creditor.id)


def test_a_file_in_the_bucket_is_a_version_and_counts_for_nothing_yet(house, creditor, accepted, anna):
    assert (accepted["status"], accepted["version"], accepted["by"]) == ("accepted", 1, "123456789012")
    assert "Version 1" in accepted["said"]["de"] and "en" not in accepted["said"]
    listed = anna.looks("strategies")
    assert (listed["in_force"], listed["bundled"]) == (0, "swift")
    assert [one["version"] for one in listed["versions"]] == [1]
    upload(house, f"strategies/{creditor.id}.yaml", OWN)
    assert answer_of(house, creditor.id)["version"] == 1, "the same file again is the same version"


def test_what_is_wrong_is_told_line_by_line_in_the_creditors_language(house):
    other = house.open_creditor(language="de")
    upload(house, f"strategies/{other.id}.yaml", b"speed: brisk\nplan_fee: 2.50\n")
    told = answer_of(house, other.id)
    assert told["status"] == "refused"
    (problem,) = told["problems"]
    assert (problem["line"], problem["setting"], problem["reason"]) == (2, "plan_fee", "charges_for_time")
    assert "506 BGB" in problem["de"]["said"] and problem["de"]["mend"] and "en" not in problem


def test_of_a_creditor_nobody_knows_it_is_told_in_every_language(house):
    upload(house, "strategies/nobody.yaml", OWN)
    (problem,) = answer_of(house, "nobody")["problems"]
    assert problem["reason"] == "strategy_creditor" and problem["de"]["said"] and problem["en"]["said"]


def test_everybody_is_reckoned_once_and_the_calmer_strategy_says_less(creditor, drawn):
    report, _ = drawn
    assert sorted(debtors_of(wiring.table(), creditor.id, wiring.clock())) == [f"E-{n}" for n in range(2, 8)]
    assert (report.debtors, report.claims) == (PEOPLE, PEOPLE)
    assert report.legs[Leg.WOULD].messages < report.legs[Leg.WILL].messages
    assert report.legs[Leg.WOULD].messages >= PEOPLE, "what is planned already goes"


def test_the_report_says_its_numbers_in_words_and_names_nobody(drawn):
    report, page = drawn
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))
    old, new = report.legs[Leg.WILL].messages, report.legs[Leg.WOULD].messages
    assert f"Nachrichten in den nächsten 28 Tagen: {new} statt {old}" in text
    assert "Groß" not in page and "nordlicht.example" not in page and "E-2" not in page
    assert report.id in page and page.count("<rect class") == 0 and page.count("<rect ") > 10


def test_every_table_of_it_adds_up_to_the_sum_that_stands_above(drawn):
    report, page = drawn
    for table in re.findall(r'<table class="bars">.*?</table>', page, re.DOTALL):
        body, foot = table.split("<tfoot>")
        cells = [int(n) for n in re.findall(r'<td class="n">([0-9.]+)</td>', body)]
        sums = [int(n) for n in re.findall(r'<td class="n">([0-9.]+)</td>', foot)]
        assert [sum(cells[0::2]), sum(cells[1::2])] == sums


def test_it_is_a_page_as_pages_are(drawn):
    assert lint(drawn[1], "de") == []


def test_nothing_in_it_runs_or_is_fetched(drawn):
    _, page = drawn
    assert "<script" not in page and not re.search(r"""\b(href|src|action)\s*=|url\(""", page)
    assert "default-src 'none'" in page


def test_a_version_is_put_in_force_by_the_report_of_its_own_dry_run_only(creditor, drawn, anna):
    report, page = drawn
    assert anna.acts("strategy", live="true", version="1", report=report.id)["because"] == "not_dry_run"
    noted = anna.acts("dry-run", version="1", report=report.id)
    assert noted["strategy"]["dry_runs"][0]["by"] == "anna"
    assert anna.acts("strategy", live="true", version="1", report="0" * 12)["because"] == "not_dry_run"
    assert anna.acts("strategy", version="1", report=report.id)["field"] == "live"
    said = re.search(r'DO="(strategy --live --version 1 --report ([0-9a-f]{12}))"', unescape(page))
    assert said and said[2] == report.id
    assert anna.acts("strategy", live="true", version="1", report=said[2])["in_force"] == 1
    held = wiring.store().fresh_creditor(creditor.id)
    assert strategy_of(held, wiring.strategies()).key == "own-1"
    assert [act["what"] for act in anna.looks("acts")["acts"]] == ["dry_run", "strategy"]


def test_the_creditors_settings_may_change_and_it_stays_in_force(creditor):
    from chalicelib.actions.accept_creditor import accept_creditor

    held = wiring.store().fresh_creditor(creditor.id)
    accept_creditor(
        replace(held, help_hours="Mo-Fr 9-17", own_strategy=None), store=wiring.store(), now=wiring.clock()
    )
    after = wiring.store().fresh_creditor(creditor.id)
    assert after.help_hours == "Mo-Fr 9-17" and after.own_strategy.number == 1


def test_it_is_rolled_back_without_waiting_for_a_report(creditor, anna):
    assert anna.acts("strategy", live="true", version="0")["strategy"] == "swift"
    assert wiring.store().fresh_creditor(creditor.id).own_strategy is None
    assert anna.acts("strategy", live="true", version="1")["in_force"] == 1, "it was in force before"
    assert anna.acts("strategy", live="true", version="9")["status"] == 404


def test_of_what_is_not_there_no_dry_run_is_made(creditor):
    for name, version in (("nobody", None), (creditor.id, 9)):
        with pytest.raises(NoDryRun):
            reckoned(wiring.table(), name, version, now=wiring.clock())


def test_both_languages_say_the_same_things():
    assert WORDS["de"].keys() == WORDS["en"].keys()
    for group in ("channels", "tones", "whys", "silences", "names"):
        assert WORDS["de"][group].keys() == WORDS["en"][group].keys()
    assert len(WORDS["de"]["limits"]) == len(WORDS["en"]["limits"])
