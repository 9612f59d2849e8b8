"""What strangers send and what nobody foresaw: no raw error reaches a reader, no error's own words a log."""

import json

import pytest

from chalicelib import wiring
from chalicelib.entrypoints.outcomes import outcomes
from chalicelib.entrypoints.schedules import NightlyFailed, nightly
from tests.faults.test_webhooks import PAID
from tests.reader import Reader, answered
from tests.wire import lost

NOT_IDS = ["a" * 3000, "%00", "..", "Marta%20Lindqvist"]


def test_I3_back_from_paying_while_the_table_is_out_of_reach_there_is_a_page(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    reader.press(reader.get("pay"), "/pay")
    way = f"/r/{house.again(claim).attempt}"
    with house.wire.at("dynamodb.GetItem", lost()):
        answer = reader.get(way)
    assert answer.status == 503 and "<h1" in answer.text
    assert "content-security-policy" in answer.headers
    assert reader.get(way).location.endswith("/thanks")


@pytest.mark.parametrize("word", NOT_IDS)
def test_what_is_no_attempt_of_ours_is_not_looked_up(house, claim, word):
    with house.wire.counted() as calls:
        answer = answered("GET", f"/r/{word}", "", {"Host": "pay.example"})
    assert answer.status == 200 and "<h1" in answer.text
    assert not calls


@pytest.mark.parametrize("word", NOT_IDS)
def test_what_is_no_creditor_of_ours_is_neither_looked_up_nor_logged(house, alarms, word):
    headers = {"Content-Type": "application/json", "Stripe-Signature": "t=1,v1=0"}
    with house.wire.counted() as calls:
        assert answered("POST", f"/webhooks/{word}/stripe", "{}", headers).status == 404
    assert not calls
    assert word not in alarms


def test_P9_a_door_that_was_left_nothing_to_ask_for_leads_to_a_person(house, claim):
    token = house.link_to(claim)
    house.link(token, factors=())
    reader = Reader(token)
    before = house.everything(claim.creditor)
    for answer in (reader.get(), reader.post("", {"factor": "postcode", "postcode": "10437"}), reader.get("plan")):
        assert answer.status == 200 and "Rufen Sie uns an" in answer.words
    assert house.everything(claim.creditor) == before


@pytest.mark.parametrize("origin", ["http://[", "null", "https://", "//evil.example"])
def test_P12_an_origin_that_nobody_can_read_is_foreign(house, claim, origin):
    reader = Reader(house.link_to(claim))
    before = house.everything(claim.creditor)
    assert reader.post("", {"factor": "postcode", "postcode": "10437"}, Origin=origin).status == 403
    assert house.everything(claim.creditor) == before


def test_an_unforeseen_error_at_the_webhook_is_told_again_and_its_words_stay_out_of_the_log(
    house, provider, claim, alarms
):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    with house.wire.at("dynamodb.TransactWriteItems", ValueError("Marta Lindqvist owes 48.20")):
        assert provider.tells(notice) == 503
    assert "Marta" not in alarms and "48.20" not in alarms
    assert provider.told(notice) == 200
    assert [e.amount for e in wiring.store().ledger(claim.creditor, claim.id)] == [4820, 4820]
    house.invariants(claim)


def test_an_unforeseen_error_at_night_is_told_without_its_words(house, alarms):
    with (
        house.wire.at("dynamodb.Query", ValueError("Marta Lindqvist owes 48.20")),
        pytest.raises(NightlyFailed) as told,
    ):
        nightly({}, None)
    assert "Marta" not in alarms and "Marta" not in str(told.value)
    assert told.value.__cause__ is None and told.value.__context__ is None


def test_the_providers_first_word_to_the_topic_is_no_outcome(house):
    """SES says hello in plain text when it is given the topic."""
    hello = "Successfully validated SNS topic for Amazon SES event publishing."
    outcomes({"Records": [{"Sns": {"Message": hello}}]}, None)
    outcomes(
        {"Records": [{"Sns": {"Message": json.dumps({"notificationType": "AmazonSnsSubscriptionSucceeded"})}}]},
        None,
    )
    outcomes({"Records": [{"Sns": {"Message": "[]"}}]}, None)
