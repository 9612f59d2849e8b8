"""Text messages by End User Messaging from the reservation to the receipt: I7, I13, W1, W3, W12 over real
protocols."""

import json
import os
import threading
from dataclasses import replace
from datetime import date

import pytest

from chalicelib import registry, wiring
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.domain.channel import ChannelSettings, Prices
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.entrypoints.outcomes import outcomes
from local.messages.double import MessagesDouble, inbound_sms, sms_event

NUMBER = "+4915799900001"
TERMS = registry.collect(channels, "CHANNEL")["sms_v2"].terms


@pytest.fixture(scope="module")
def double():
    server = MessagesDouble(0, lambda event: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] = server.url
    wiring.channels.cache_clear()
    wiring.desk.cache_clear()
    for channel in wiring.channels().values():
        vars(channel).pop("_sms", None)
    yield server
    for channel in wiring.channels().values():
        vars(channel).pop("_sms", None)
    del os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"]
    server.shutdown()
    server.server_close()


@pytest.fixture
def creditor(house, double):
    double.messages.clear()
    double.answers.clear()
    settings = ChannelSettings(TERMS, {"configuration_set": "kulanz"})
    return house.open_creditor(sender_sms=NUMBER, channels=(settings,))


@pytest.fixture
def claim(house, creditor):
    claim = house.register(creditor, email=None)
    yield claim
    house.invariants(claim)


def told(*notices):
    for notice in notices:
        outcomes(
            {"Records": [{"Sns": {"Message": json.dumps(notice), "Timestamp": "2026-11-23T18:00:00Z"}}]}, None
        )


def sent(house, claim, double):
    contact = house.planned(claim)
    assert house.send(contact) is Sent.SENT
    (message,) = double.messages
    return house.matter(claim).contacts[contact.id], message


def test_I13_accepted_and_the_receipt_lost_the_contact_counts_as_lost_and_nothing_is_sent_again(
    house, claim, double
):
    contact = house.planned(claim)
    double.answers.append({"lose_answer": True, "event": None})
    assert house.send(contact) is Sent.UNKNOWN
    assert house.matter(claim).contacts[contact.id].state is ContactState.LOST
    assert [house.send(contact) for _ in range(3)] == [Sent.DUPLICATE] * 3
    assert len(double.messages) == 1


def test_I7_the_schedule_fires_twice_and_one_text_leaves(house, claim, double):
    contact = house.planned(claim)
    assert [house.send(contact) for _ in range(2)] == [Sent.SENT, Sent.DUPLICATE]
    assert len(double.messages) == 1


def test_I11_refused_for_now_nothing_left_and_the_next_try_sends_it_once(house, claim, double):
    contact = house.planned(claim)
    double.answers.append({"status": 400, "body": {"__type": "ThrottlingException", "message": "slow"}})
    with pytest.raises(Retry):
        house.send(contact)
    assert house.planned(claim).id == contact.id
    assert house.send(contact) is Sent.SENT and len(double.messages) == 1


def test_its_words_end_with_stop_and_its_cost_is_first_by_the_list_and_then_by_the_receipt(
    house, claim, double, monkeypatch
):
    # The last prices that were looked up are taken for today's, whenever today is.
    known = Prices.of
    monkeypatch.setattr(Prices, "of", lambda held, *of: known(replace(held, reviewed_through=date.max), *of))
    contact, message = sent(house, claim, double)
    assert "STOP" in message["asked"]["MessageBody"] and "/stop" not in message["asked"]["MessageBody"]
    assert contact.cost.micros > 0 and contact.cost.micros % 120_000 == 0
    told(sms_event(message["asked"], contact.receipt))
    noted = house.matter(claim).contacts[contact.id]
    assert (noted.state, noted.cost.micros, noted.outcome) == (ContactState.DELIVERED, 105_800, "TEXT_DELIVERED")


def test_W1_W3_events_twice_and_in_any_order_are_noted_once(house, claim, double):
    contact, message = sent(house, claim, double)
    late = sms_event(message["asked"], contact.receipt, "TEXT_QUEUED", final=False)
    final = sms_event(message["asked"], contact.receipt)
    told(final, late, final, final)
    noted = house.matter(claim).contacts[contact.id]
    assert noted.state is ContactState.DELIVERED and noted.version == contact.version + 1


def test_a_number_that_is_none_is_not_written_to_again(house, claim, double):
    contact, message = sent(house, claim, double)
    told(sms_event(message["asked"], contact.receipt, "TEXT_INVALID"))
    points = {p.channel: p.state for p in house.matter(claim).debtor.points}
    assert points == {ChannelKind.SMS: PointState.DEAD}


def test_an_event_that_is_quicker_than_our_own_commit_is_told_again(house, claim, double):
    with pytest.raises(Retry):
        told(sms_event({"DestinationPhoneNumber": "+491713920012"}, "not-known-yet"))


@pytest.mark.parametrize("notice", [{}, [], "x", {"eventType": "TEXT_NEW", "messageId": "m", "isFinal": True}])
def test_W12_what_we_do_not_know_is_passed_over(house, claim, double, notice):
    before = house.everything()
    told(notice)
    assert house.everything() == before


def test_W1_a_reply_to_our_number_is_kept_once_with_the_contact_it_answers(house, claim, double, alarms):
    contact, _ = sent(house, claim, double)
    notice = inbound_sms("+491713920012", NUMBER, "Stopp bitte", contact.receipt)
    told(notice, notice)
    kept = wiring.store().reply(claim.creditor, f"sms-{notice['inboundMessageId']}", contact.id)
    assert (kept.text, kept.contact, kept.debtor) == ("Stopp bitte", contact.id, claim.debtor)
    assert not alarms.of("reply_unplaced")
    assert "Stopp" not in alarms and "3920012" not in alarms


def test_a_reply_nobody_can_place_is_kept_and_somebody_is_told(house, claim, double, alarms):
    notice = inbound_sms("+491799999901", NUMBER, "Wer sind Sie?")
    told(notice)
    assert wiring.store().reply("-", f"sms-{notice['inboundMessageId']}").text == "Wer sind Sie?"
    assert len(alarms.of("reply_unplaced")) == 1
