"""A stop to an address of ours that is no creditor's own is obeyed, and nothing else that comes there is."""

from dataclasses import replace

import pytest

from chalicelib.actions.answer_reply import Became
from chalicelib.actions.take_reply import NOBODY
from chalicelib.domain.contact import ContactState, Reached
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.ports import Commit
from tests.actions.test_take_reply import (
    PHONE,
    answers,
    of_two_people,
    reply,
    states,
    states_of_both,
    take,
    tasks,
    written,
)
from tests.builders import creditor
from tests.fakes.world import hash_point

POOL = "+4915700000000"


def test_P17_a_stop_to_a_number_of_a_pool_holds_for_everybody_who_wrote_to_its_sender_whichever_creditor():
    world, _ = of_two_people()
    other = creditor(id="fairstrom", iban="DE02120300000000202051")
    world.store.commit(other.id, Commit((), creditor=other))
    card = replace(world.matter().debtor, creditor=other.id, version=0)
    claim = replace(world.claim(), creditor=other.id, version=0)
    theirs = replace(next(iter(world.contacts(ContactState.SENT))), creditor=other.id, id="c-other", version=0)
    reached = Reached(hash_point(PHONE), ChannelKind.SMS, other.id, card.number, theirs.id)
    world.store.commit(other.id, Commit((), debtor=card, claims=(claim,), contacts=(theirs,), reached=reached))
    said = reply(world, theirs, "STOP", answers=None, to=POOL)
    assert take(world, said) is Became.DONE
    theirs = world.store.matter(other.id, card.number)
    assert states_of_both(world) == {p.state for p in theirs.debtor.points} == {PointState.OPTED_OUT}
    assert world.store.reply(NOBODY, "in-1") is None and take(world, said) is Became.KNOWN
    # Each creditor confirms it once.
    told = [
        c.creditor
        for c in (*theirs.contacts.values(), *world.contacts(), *world.contacts(debtor="K-502"))
        if c.about
    ]
    assert sorted(told) == ["fairstrom", "nordlicht"]


def test_P17_a_stop_to_a_number_of_a_pool_is_obeyed_and_what_else_it_says_is_kept_by_itself():
    world, sent = written()
    said = reply(world, sent, "Stop! Ich habe doch bezahlt.", answers=None, to=POOL)
    assert take(world, said) is Became.UNPLACED
    assert states(world) == {PointState.OPTED_OUT} and tasks(world) == []
    assert [kept.text for kept in world.store.replies("nordlicht", sent.id)] == ["STOP"]
    assert world.store.reply(NOBODY, "in-1").text == "Stop! Ich habe doch bezahlt."
    assert take(world, said) is Became.KNOWN and len(answers(world)) == 1


@pytest.mark.parametrize("text", ["START", "Falsche Nummer", "Später", "1", "Guten Tag"])
def test_nothing_but_a_stop_is_done_about_what_comes_to_a_number_of_a_pool(text):
    world, sent = written()
    before = world.matter()
    assert take(world, reply(world, sent, text, answers=None, to=POOL)) is Became.UNPLACED
    assert world.matter() == before and world.store.reply(NOBODY, "in-1").text == text


@pytest.mark.parametrize(
    "changes", [{"proven": False}, {"sender": "+4915100000001"}, {"channel": ChannelKind.EMAIL}]
)
def test_a_stop_to_a_number_of_a_pool_silences_its_own_sender_by_its_own_channel_alone(changes):
    world, sent = written()
    assert take(world, reply(world, sent, "STOP", answers=None, to=POOL, **changes)) is Became.UNPLACED
    assert states(world) == {PointState.ACTIVE}


def test_a_stop_to_a_number_of_a_pool_that_says_nothing_else_is_kept_word_for_word():
    world, sent = written()
    assert take(world, reply(world, sent, "Stopp bitte", answers=None, to=POOL)) is Became.DONE
    assert [kept.text for kept in world.store.replies("nordlicht", sent.id)] == ["Stopp bitte"]
