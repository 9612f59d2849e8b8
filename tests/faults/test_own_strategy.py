"""A creditor's own strategy is answered whatever fails and in whatever order files come."""

import json

import pytest

from chalicelib import wiring
from chalicelib.domain.errors import Retry, StaleVersion
from chalicelib.entrypoints.uploads import intake
from tests.faults.test_refused_file import BUCKET, settings_of
from tests.wire import lost

OWN = b"based_on: swift\nloyalty: high\n"


def handed_in(house, name, body=OWN, ending="yaml"):
    """The bucket's notice of a strategy."""
    key = f"strategies/{name}.{ending}"
    house.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return {"detail": {"object": {"key": key, "etag": "e"}, "requester": "123456789012"}}


def answer(house, name):
    found = house.aws.client("s3").get_object(Bucket=BUCKET, Key=f"reports/{name}/strategy.json")
    return json.loads(found["Body"].read())


@pytest.mark.parametrize("body", [OWN, b"plan_fee: 3\n"], ids=["accepted", "refused"])
@pytest.mark.parametrize(("call", "after"), [("s3.PutObject", False), ("s3.PutObject", True)])
def test_its_answer_comes_whatever_failed_the_first_time_and_it_is_one_version(house, body, call, after):
    creditor = house.open_creditor()
    notice = handed_in(house, creditor.id, body)
    with house.wire.at(call, lost(), after=after), pytest.raises((Retry, StaleVersion)):
        intake(notice, None)
    intake(notice, None)
    told = answer(house, creditor.id)
    versions = wiring.store().own_strategies(creditor.id)
    assert (told["status"], len(versions)) == (("accepted", 1) if body is OWN else ("refused", 0))
    assert wiring.store().fresh_creditor(creditor.id).own_strategy is None


def test_it_may_come_before_the_notice_of_its_creditors_settings(house):
    settings_of(house, "late-settings", iban="DE02120300000000202051")
    intake(handed_in(house, "late-settings"), None)
    assert answer(house, "late-settings")["version"] == 1


def test_a_refusal_is_an_alarm_that_says_of_what(house, alarms):
    creditor = house.open_creditor()
    intake(handed_in(house, creditor.id, b"speed: now\n"), None)
    (alarm,) = alarms.of("creditor_invalid")
    assert (alarm.creditor, alarm.problems, alarm.of) == (creditor.id, 1, "strategy")


@pytest.mark.parametrize("name", ["Big-Letters", "a/b", "under_score"])
def test_a_file_of_another_name_is_nobodys(house, name):
    intake(handed_in(house, name), None)
    (problem,) = answer(house, "unknown")["problems"]
    assert problem["reason"] == "strategy_name"


def test_what_is_no_yaml_is_told_with_its_line(house):
    creditor = house.open_creditor(language="en")
    intake(handed_in(house, creditor.id, b"margin: 10 %\nsteps: [\n"), None)
    (problem,) = answer(house, creditor.id)["problems"]
    assert problem["line"] == 3 and problem["en"]["mend"] and "de" not in problem


def test_the_same_answer_is_a_table_for_a_spreadsheet(house):
    creditor = house.open_creditor(language="de")
    intake(handed_in(house, creditor.id, b"margin: =1+1\nRatengeb\xc3\xbchr: 2\n"), None)
    found = house.aws.client("s3").get_object(Bucket=BUCKET, Key=f"reports/{creditor.id}/strategy.csv")
    lines = found["Body"].read().decode("utf-8-sig").splitlines()
    assert lines[0] == "Zeile;Angabe;Wert;Was nicht stimmt;Was zu tun ist"
    assert lines[1].startswith("1;margin;'=1+1;") and lines[2].startswith("2;Ratengebühr;2;")
