"""Where a debtor may be written to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.channel import SMS, ChannelSettings
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from tests.builders import NOW, creditor, debtor

MAIL, PHONE = "marta.lindqvist@example.com", "+491713920012"


@pytest.mark.parametrize(
    ("state", "reminder", "answer"),
    [
        (PointState.ACTIVE, True, True),
        (PointState.OPTED_OUT, False, True),
        (PointState.DEAD, False, False),
        (PointState.WRONG_PERSON, False, False),
    ],
)
def test_an_address_takes_what_its_state_allows(state, reminder, answer):
    one = debtor(points=(ContactPoint(ChannelKind.EMAIL, MAIL, state),))
    assert bool(one.point(ChannelKind.EMAIL)) is reminder
    assert bool(one.point(ChannelKind.EMAIL, answering=True)) is answer
    assert one.point(ChannelKind.SMS) is None


def test_the_first_usable_address_of_a_channel_is_taken():
    old = ContactPoint(ChannelKind.EMAIL, "old@example.com", PointState.DEAD)
    new = ContactPoint(ChannelKind.EMAIL, "new@example.com")
    assert debtor(points=(old, new)).point(ChannelKind.EMAIL) == new


def test_an_opt_out_concerns_one_address():
    one = debtor().with_point_state(MAIL, PointState.OPTED_OUT)
    assert one.point(ChannelKind.EMAIL) is None
    assert one.point(ChannelKind.SMS).value == PHONE


def test_a_wrong_persons_address_is_forgotten():
    one = debtor().with_point_state(MAIL, PointState.WRONG_PERSON)
    assert [point.value for point in one.points] == [PHONE]


def test_a_debtors_holds_bind_as_a_claims_do():
    hold = Hold(HoldKind.BREATHING_SPACE, NOW, NOW + timedelta(days=60), "file")
    one = debtor().held(hold)
    assert one.binding_holds(NOW) == (hold,)
    assert one.binding_holds(NOW + timedelta(days=60)) == ()
    later = Hold(HoldKind.BREATHING_SPACE, NOW, NOW + timedelta(days=90), "file")
    assert one.held(later).holds == (later,)


NUMBER = "+4915735980001"


@pytest.mark.parametrize(
    ("sender", "origination", "answered", "named"),
    [
        ("Nordlicht", None, False, "Nordlicht"),
        (NUMBER, None, True, "Nordlicht Energie GmbH"),
        (NUMBER, "pool-1a2b", False, "Nordlicht Energie GmbH"),
        (NUMBER, "Nordlicht", False, "Nordlicht Energie GmbH"),
        ("Nordlicht", NUMBER, True, "Nordlicht"),
    ],
)
def test_nobody_is_told_to_answer_a_text_that_leaves_from_a_name_or_a_pool(sender, origination, answered, named):
    given = {"configuration_set": "kulanz"} | ({"origination": origination} if origination else {})
    by_text = ChannelSettings(replace(SMS, key="sms_v2"), given)
    one = creditor(sender_sms=sender, legal_name="Nordlicht Energie GmbH", channels=(by_text,))
    assert (one.texts_can_be_answered, one.name_in_texts) == (answered, named)
