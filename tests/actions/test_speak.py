"""What is answered to somebody's own words goes to them by the channel they wrote by, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.send_contact import Sent
from chalicelib.actions.speak import spoken
from chalicelib.actions.write_message import Pen, text_of
from chalicelib.domain.choices import Choices
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.conversation import Speaker, Utterance
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.ports import Commit
from chalicelib.presentation.composer import compose
from tests.fakes.world import POLICIES, STRATEGIES, World, code_of

TOKEN = "q7Xc2LmVb9TzRk4WnYp3Hg"


def told(world, words="Wir rechnen neu.", by=Speaker.PERSON, **changes):
    plain = Utterance("u-2", "nordlicht", world.claim().debtor, world.claim().id, by, world.now, words, "de")
    return replace(plain, **({"signed": "Jana"} | changes))


def owing(**changes):
    world = World()
    world.register(**changes)
    return world


def say(world, *said):
    world.store.commit("nordlicht", Commit((), said=said))


def message(world, contact):
    pen = Pen(world.store, compose, POLICIES, STRATEGIES, code_of)
    return text_of(TOKEN, world.store.creditor("nordlicht"), world.matter(), contact, pen=pen, now=world.now)


def wrote(world, channel, ago=timedelta(hours=1)):
    theirs = told(world, "Stimmt das?", Speaker.DEBTOR, id="u-1", channel=channel, at=world.now - ago, signed="")
    say(world, theirs)


def test_an_answer_goes_by_the_channel_they_wrote_by_else_by_the_one_they_chose_else_by_mail():
    world = owing()
    answer = told(world)
    by_text = spoken(world.matter(), world.claim(), answer, world.now, ChannelKind.SMS, "hash")
    assert (by_text.channel, by_text.to, by_text.about) == (ChannelKind.SMS, "hash", "u-2")
    assert (by_text.kind, by_text.purpose) == (MessageKind.ANSWER, Purpose.ANSWER)
    assert spoken(world.matter(), world.claim(), answer, world.now).channel is ChannelKind.EMAIL
    card = replace(world.matter().debtor, choices=Choices(channel=ChannelKind.SMS))
    chosen = spoken(replace(world.matter(), debtor=card), world.claim(), answer, world.now)
    assert chosen.channel is ChannelKind.SMS and chosen.to is None


def test_without_an_address_that_may_be_written_to_it_stands_on_the_page_alone():
    world = owing(email=None)
    card = world.matter().debtor
    silent = replace(card, points=tuple(replace(p, state=PointState.DEAD) for p in card.points))
    assert spoken(replace(world.matter(), debtor=silent), world.claim(), told(world), world.now) is None


def test_the_same_words_have_the_same_message():
    world = owing()
    one, other = (spoken(world.matter(), world.claim(), told(world), now) for now in (world.now, world.now))
    assert one.id == other.id
    assert spoken(world.matter(), world.claim(), told(world, id="u-3"), world.now).id != one.id


def test_a_mail_holds_the_words_and_says_who_wrote_them():
    world = owing()
    answer = told(world, "Vielen Dank.\nWir rechnen neu.")
    say(world, answer)
    mail = message(world, spoken(world.matter(), world.claim(), answer, world.now))
    assert "Vielen Dank.\nWir rechnen neu." in mail.long and "<p" in mail.html and "Wir rechnen neu." in mail.html
    assert "Jana" in mail.long and f"/p/{TOKEN}/chat" in mail.long
    assert "Wir rechnen" not in mail.short and "Wir rechnen" not in mail.subject


def test_the_dialogue_never_poses_as_a_person():
    world = owing()
    answer = told(world, by=Speaker.BOT, signed="")
    say(world, answer)
    mail = message(world, spoken(world.matter(), world.claim(), answer, world.now))
    assert "kein Mensch" in mail.long and "kein Mensch" in mail.html


@pytest.mark.parametrize(
    ("words", "ago", "seen"),
    [
        ("Wir rechnen neu.", timedelta(hours=23), True),
        ("Wir rechnen neu.", timedelta(hours=25), False),
        ("Sie schulden uns 48,20 €.", timedelta(hours=1), False),
        ("Wir rechnen neu. " * 40, timedelta(hours=1), False),
    ],
)
def test_a_text_message_says_the_words_only_to_who_wrote_there_within_the_day_and_only_if_anybody_may_see_them(
    words, ago, seen
):
    world = owing(email=None)
    wrote(world, ChannelKind.SMS, ago)
    answer = told(world, words)
    say(world, answer)
    text = message(world, spoken(world.matter(), world.claim(), answer, world.now, ChannelKind.SMS))
    assert ("Wir rechnen neu." in text.short or "48,20" in text.short) is seen
    assert (text.words == words) is seen and f"/p/{TOKEN}/chat" in text.short


def test_who_wrote_by_another_way_is_shown_no_words_there():
    world = owing()
    wrote(world, ChannelKind.EMAIL)
    answer = told(world)
    say(world, answer)
    text = message(world, spoken(world.matter(), world.claim(), answer, world.now, ChannelKind.SMS))
    assert "Wir rechnen" not in text.short and not text.words


def test_it_leaves_like_any_answer():
    world = owing()
    answer = told(world)
    contact = spoken(world.matter(), world.claim(), answer, world.now)
    world.store.commit("nordlicht", Commit((), contacts=(contact,), said=(answer,)))
    assert world.send(contact, world.now) is Sent.SENT
