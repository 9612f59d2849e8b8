"""A question of the dialogue is open to whoever was asked, about that claim, where they were asked, for a week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.conversation import (
    ANSWERED_FOR,
    KEPT_IN_MIND,
    Conversation,
    Learnt,
    Speaker,
    Utterance,
    open_question,
    told,
)
from chalicelib.domain.parties import ChannelKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=5)
STANDS = Conversation("nordlicht", "K-1", "R-1", NOON, topic="care", step="asked_back")


def said(by, name, at=NOON, claim="R-1", channel=None):
    return Utterance(name, "nordlicht", "K-1", claim, by, at, "…", "de", channel=channel)


def asked(of=Speaker.DEBTOR, channel=None):
    return said(of, "1", channel=channel), said(Speaker.BOT, "2", channel=channel)


def is_open(talk, claim="R-1", by=Speaker.DEBTOR, at=SOON, held=STANDS, **more):
    return open_question(held, talk, claim, by, at, **more) is not None


def test_on_the_page_it_is_open_to_whoever_was_asked_and_saw_it():
    assert is_open(asked(), after="2") and is_open(asked(), after="3")
    assert not is_open(asked(), after="1") and not is_open(asked())
    assert is_open(asked(Speaker.HELPER), by=Speaker.HELPER, after="2")


@pytest.mark.parametrize("of", [Speaker.DEBTOR, Speaker.HELPER])
def test_a_helper_does_not_answer_for_the_debtor_nor_the_debtor_for_a_helper(of):
    (other,) = {Speaker.DEBTOR, Speaker.HELPER} - {of}
    assert not is_open(asked(of), by=other, after="2")
    # What the other said since is no reason either: it was not asked of them.
    later = (*asked(of), said(other, "3", SOON))
    assert not is_open(later, by=other, after="3") and is_open(later, by=of, after="3")


def test_what_was_asked_by_a_channel_is_open_there_and_on_the_debtors_own_page():
    talk = asked(channel=ChannelKind.SMS)
    assert is_open(talk, channel=ChannelKind.SMS) and is_open(talk, after="2")
    assert not is_open(talk, channel=ChannelKind.EMAIL)
    assert not is_open(talk, by=Speaker.HELPER, after="2")
    assert not is_open(asked(), channel=ChannelKind.SMS)


def test_what_was_written_before_it_is_no_answer_whenever_it_is_told():
    talk = asked(channel=ChannelKind.SMS)
    for at in (NOON - timedelta(hours=1), NOON):
        assert not is_open(talk, at=at, channel=ChannelKind.SMS)


def test_it_is_open_about_its_own_claim_alone():
    assert not is_open(asked(), claim="R-2", after="2")
    assert is_open((*asked(), said(Speaker.DEBTOR, "3", SOON, claim="R-2")), after="3")


def test_it_is_open_for_a_week():
    assert is_open(asked(), at=NOON + ANSWERED_FOR, after="2")
    assert not is_open(asked(), at=NOON + ANSWERED_FOR + timedelta(seconds=1), after="2")


def test_where_nothing_is_being_asked_nothing_is_open():
    for held in (None, replace(STANDS, step=None), replace(STANDS, topic=None)):
        assert not is_open(asked(), held=held, after="2")
    assert not is_open((), after="2")


def test_what_was_told_is_kept_in_mind_for_a_month_after_the_last_word():
    held = replace(STANDS, learnt=(Learnt("monthly", "50"),), last_at=NOON)
    assert told(held, "R-1", "monthly", NOON + KEPT_IN_MIND) == "50"
    assert told(held, "R-1", "monthly", NOON + KEPT_IN_MIND + timedelta(seconds=1)) == ""
    assert told(held, "R-2", "monthly", NOON) == told(held, "R-1", "meter_day", NOON) == ""
    assert told(None, "R-1", "monthly", NOON) == told(STANDS, "R-1", "monthly", NOON) == ""
