"""What was said at an address holds for every debtor who has it, until whoever has it says otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.silence import Silence
from tests.builders import NOW, debtor

PHONE = "+491713920012"
SAID = Silence("nordlicht", "hash")
SMS, WHATSAPP = ContactPoint(ChannelKind.SMS, PHONE), ContactPoint(ChannelKind.WHATSAPP, PHONE)
MAIL = ContactPoint(ChannelKind.EMAIL, "marta.lindqvist@example.com")
LATER = NOW + timedelta(minutes=5)


def card(*points):
    return replace(debtor(), points=points)


def test_where_nothing_was_said_the_card_stays_as_it_is():
    held = card(SMS, MAIL)
    assert SAID.over("K-501") is None and SAID.on(held, SMS) is held


def test_P17_a_stop_is_for_every_debtor_and_every_channel_of_the_number_and_for_no_other_address():
    said = SAID.stop("K-1", NOW)
    heeded = said.on(card(SMS, WHATSAPP, MAIL), SMS)
    assert [p.state for p in heeded.points] == [PointState.OPTED_OUT, PointState.OPTED_OUT, PointState.ACTIVE]
    assert said.stop("K-1", LATER) == said, "said twice it is one word"


def test_a_start_opens_it_for_all_but_not_when_it_was_written_before_the_last_stop():
    said = SAID.stop("K-1", NOW).stop("K-2", LATER)
    assert said.start(NOW) == said
    assert said.start(LATER + timedelta(seconds=1)).over("K-3") is None


def test_P17_who_takes_back_their_own_stop_does_not_take_back_anothers():
    said = SAID.stop("K-1", NOW).stop("K-2", NOW)
    assert said.take_back("K-2").over("K-2") is PointState.OPTED_OUT
    assert said.take_back("K-2").take_back("K-1").over("K-2") is None


def test_P18_somebody_elses_address_is_gone_from_every_card_and_only_what_waits_for_its_code_stays():
    said = SAID.disown(NOW)
    waiting = replace(SMS, state=PointState.UNCONFIRMED)
    assert said.on(card(SMS, WHATSAPP, MAIL), SMS).points == (MAIL,)
    assert said.on(card(waiting, MAIL), waiting).points == (waiting, MAIL)


def test_P18_a_start_does_not_make_it_anybodys_and_a_code_makes_it_one_debtors_alone():
    said = SAID.disown(NOW).stop("K-1", NOW).start(LATER)
    assert said.over("K-1") is PointState.WRONG_PERSON
    proven = said.prove("K-2").prove("K-2")
    assert proven.proven == ("K-2",)
    assert (proven.over("K-2"), proven.over("K-1")) == (None, PointState.WRONG_PERSON)
    assert proven.disown(LATER).over("K-2") is PointState.WRONG_PERSON, "whatever was proven before"
    assert said.disown(LATER) == said, "said twice it is one word"


@pytest.mark.parametrize("state", [PointState.DEAD, PointState.OPTED_OUT])
def test_a_stop_brings_no_address_back_to_life(state):
    held = card(replace(SMS, state=state))
    assert SAID.stop("K-1", NOW).on(held, SMS) == held
