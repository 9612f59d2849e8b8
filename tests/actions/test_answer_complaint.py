"""A complaint is noted at once, answered once, and counted with its cause and what was changed."""

from dataclasses import replace

import pytest

from chalicelib.actions.answer_complaint import answer_complaint
from chalicelib.actions.ask_for_help import complain
from chalicelib.domain.complaint import Cause
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.errors import StaleVersion
from tests.actions.desking import ANNA, BEN, LATER, deciding, given
from tests.actions.test_ask_for_help import ask
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES


@pytest.fixture
def complained(world):
    world.register()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    task = complain(world.visit(), "Drei Nachrichten an einem Tag.", **ports)
    return given(world, task.id)


def answer(world, task, words="Das war zu viel.", by=ANNA, **changes):
    told = {"cause": Cause.TOO_MANY_MESSAGES, "justified": True, "changed": "Höchstens eine am Tag.", **changes}
    return answer_complaint("nordlicht", "K-501", task, words, by=by, signed="Anna", **told, **deciding(world))


def counted(world):
    return world.store.complaints("nordlicht", f"{NOW:%Y-%m}")


def test_it_is_counted_and_noted_the_moment_it_comes_in(world, complained):
    (one,) = counted(world)
    assert (one.task, one.answered_at, one.cause, one.in_time) == (complained.id, None, None, None)
    assert MessageKind.NOTED in {c.kind for c in world.contacts(ContactState.PLANNED)}


def test_its_answer_goes_out_once_and_the_cause_is_kept_without_their_words(world, complained):
    done = answer(world, complained.id)
    assert done.done_at == LATER and answer(world, complained.id).done_at == LATER
    (one,) = counted(world)
    assert (one.cause, one.justified, one.changed, one.by) == (
        Cause.TOO_MANY_MESSAGES,
        True,
        "Höchstens eine am Tag.",
        ANNA,
    )
    assert one.in_time and "Nachrichten an" not in repr(one)
    _, said = world.store.talk("nordlicht", "K-501")
    assert [words.words for words in said] == ["Das war zu viel."]
    assert len([c for c in world.contacts() if c.kind is MessageKind.ANSWER]) == 1
    assert len(FakeOutgoing(world.store).acts("nordlicht", f"{NOW:%Y-%m}")) == 1
    world.invariants()


def test_after_a_race_it_is_still_said_once(world, complained):
    world.store.trouble.append(StaleVersion("task"))
    answer(world, complained.id)
    assert len(world.store.talk("nordlicht", "K-501")[1]) == 1


def test_what_cannot_be_answered_is_refused_by_name(world, complained):
    assert answer(world, complained.id, by=BEN).because == "not_yours"
    assert answer(world, complained.id, words=" ").because == "no_words"
    assert answer(world, "t-none").because == "not_found"
    call = given(world, ask(world).id)
    assert answer(world, call.id).because == "no_complaint"
    answer(world, complained.id)
    assert answer(world, complained.id, by=BEN).because == "done"
    assert len(counted(world)) == 1


def test_what_came_in_by_another_way_is_counted_when_it_is_answered(world, complained):
    other = replace(complained, id="t-other", version=0)
    world.store.items["tasks", "nordlicht", "K-501", "t-other"] = replace(other, version=1)
    answer(world, "t-other")
    assert {one.task for one in counted(world)} == {complained.id, "t-other"}
