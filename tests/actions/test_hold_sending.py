"""What operators hold back is not reserved, waits as it is, and goes on once it is lifted; nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.hold_sending import finish_hold, hold_sending, lift_hold, resume_sending
from chalicelib.actions.plan_contact import plan_answer
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.gate import HOUSE, Halt
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.person import ActKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.store import GATE_PLACES, FakeOutgoing, place_of

ALL = Halt("anna", NOW)
EVERY_SCOPE = {
    "all": ALL,
    "creditor": Halt("anna", NOW, "nordlicht"),
    "batch": Halt("anna", NOW, "nordlicht", "batch-1"),
    "channel": Halt("anna", NOW, channel=ChannelKind.EMAIL),
}
ELSEWHERE = (
    Halt("anna", NOW, "fairkasso"),
    Halt("anna", NOW, "nordlicht", "batch-2"),
    Halt("anna", NOW, channel=ChannelKind.SMS),
    Halt("anna", NOW, "nordlicht", channel=ChannelKind.SMS),
)


@pytest.fixture
def planned(world):
    world.register()
    contact = world.planned()
    assert contact.channel is ChannelKind.EMAIL
    return contact


def hold(world, halt=ALL):
    return hold_sending(halt, store=world.store, gates=world.gates)


def lift(world, halt=ALL, by="bernd"):
    wanted = replace(halt, by=by, since=world.now)
    return lift_hold(wanted, store=world.store, gates=world.gates)


def resume(world, now):
    return resume_sending(gates=world.gates, watch=world.watch, scheduler=world.scheduler, now=now)


@pytest.mark.parametrize("scope", EVERY_SCOPE)
def test_O1_what_a_hold_covers_waits_where_it_is_and_says_so_once(world, planned, scope):
    hold(world, EVERY_SCOPE[scope])
    assert world.send(planned) is Sent.HELD
    held = world.again(planned)
    assert (held.state, held.due_at) == (ContactState.PLANNED, planned.due_at)
    assert isinstance(held.decisions[-1], Wait) and held.decisions[-1].because == "operator"
    assert world.send(planned) is Sent.HELD
    assert world.again(planned) == held, "said once"
    assert not world.email.sent


@pytest.mark.parametrize("halt", ELSEWHERE, ids=lambda halt: halt.name)
def test_what_is_held_elsewhere_holds_nobody_up(world, planned, halt):
    hold(world, halt)
    assert world.send(planned) is Sent.SENT


def test_O1_an_answer_waits_too(world, planned):
    """All is all: what leaves by mistake is no better for having been asked for."""
    matter = world.matter()
    answer = plan_answer(matter.debtor, world.claim(), MessageKind.NEW_LINK, what="today", now=NOW)
    world.store.commit("nordlicht", Commit((), contacts=(answer,)))
    hold(world)
    assert world.send(answer) is Sent.HELD
    lift(world)
    assert world.send(answer) is Sent.SENT


def test_O1_a_hold_that_comes_between_the_question_and_the_reservation_is_obeyed(world, planned):
    """The contact was let through; the hold is placed just before its reservation is written."""
    world.store.meanwhile.append(lambda: None)
    world.store.meanwhile[0] = lambda: hold(world)
    assert world.send(planned) is Sent.HELD
    assert world.again(planned).state is ContactState.PLANNED and not world.email.sent


def test_O1_lifted_it_goes_on_with_a_yes_of_its_own(world, planned):
    hold(world)
    world.send(planned)
    assert lift(world).by == "anna"
    assert resume(world, planned.due_at) == 1
    assert world.send(planned) is Sent.SENT
    decisions = world.again(planned).decisions
    assert [type(d) for d in decisions[-2:]] == [Wait, Allowed]
    world.invariants()


def test_O1_lifted_at_night_it_waits_for_a_permitted_hour(world, planned):
    hold(world)
    night = planned.due_at + timedelta(hours=14)
    world.send(planned)
    lift(world)
    assert world.send(planned, night) is Sent.MOVED
    moved = world.planned()
    assert moved.due_at > night
    assert world.send(moved) is Sent.SENT


def test_what_waits_is_brought_back_by_the_night_too(world, planned):
    hold(world)
    world.send(planned)
    lift(world)
    before = len(world.scheduler.planned)
    assert resume(world, planned.due_at + timedelta(hours=1)) == 1
    assert len(world.scheduler.planned) >= before


def test_a_hold_is_one_however_often_it_is_said(world):
    first = hold(world)
    assert hold(world, Halt("bernd", NOW + timedelta(hours=1))) == first == ALL
    assert len(world.gates.whole().halts) == 1
    acts = FakeOutgoing(world.store).acts(HOUSE, f"{NOW:%Y-%m}")
    assert [(act.by, act.what) for act in acts] == [("anna", ActKind.HOLD)]
    assert len(world.store.named(FactName.SENDING_HELD)) == 1


def test_what_is_not_held_cannot_be_lifted(world):
    answer = lift(world)
    assert isinstance(answer, Refused) and answer.because == "not_held"


def test_lifting_one_hold_leaves_the_others(world, planned):
    hold(world)
    hold(world, EVERY_SCOPE["channel"])
    lift(world)
    assert world.send(planned) is Sent.HELD
    lift(world, EVERY_SCOPE["channel"])
    assert world.send(planned) is Sent.SENT


def test_a_hold_that_met_with_trouble_on_its_way_is_in_force_once_it_is_said_again(world, planned):
    def trouble():
        raise Retry("table out of reach")

    world.gates.before.append(trouble)
    with pytest.raises(Retry):
        hold(world)
    hold(world)
    assert world.send(planned) is Sent.HELD


@pytest.mark.parametrize("places", range(1, GATE_PLACES))
def test_a_hold_that_died_on_its_way_is_finished_by_its_fact(world, planned, places):
    def trouble():
        raise Retry("table out of reach")

    world.gates.before += [lambda: None] * places + [trouble]
    with pytest.raises(Retry):
        hold(world)
    finish_hold(gates=world.gates)
    gates = {world.store.gate(str(n)).version for n in range(40)}
    assert gates == {1}
    assert world.send(planned) is Sent.HELD


def test_an_older_word_never_overwrites_a_newer_one(world):
    hold(world)
    old = world.gates.whole()
    lift(world)
    world.gates.tell(old)
    assert {world.store.gate(str(n)).halts for n in range(40)} == {()}


def test_every_contact_asks_at_one_place_and_all_places_are_told(world):
    hold(world)
    assert {place_of(f"c-{n}") for n in range(40)} == set(range(GATE_PLACES))
    assert {world.store.gate(f"c-{n}").version for n in range(40)} == {1}
