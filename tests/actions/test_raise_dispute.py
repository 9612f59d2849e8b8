"""Something is wrong: contact stops in the same moment, one person answers, and nothing is acknowledged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.actions.close_task import PEACE, close_task
from chalicelib.actions.raise_dispute import add_to_dispute, raise_dispute, withdraw_dispute
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Wait
from chalicelib.domain.dispute import LONGEST, MAY_ADMIT, DisputeReason, DisputeState, Objection
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.policies._rules import Situation
from chalicelib.domain.task import TaskKind
from tests.builders import NOW, creditor
from tests.fakes.world import POLICIES, STRATEGIES

FAULTY = Objection(DisputeReason.FAULTY, "Das Gerät geht nicht an.", 1000, ChannelKind.EMAIL, "de")


def raised(world, objection=FAULTY, now=NOW, **changes):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}
    return raise_dispute(world.visit(), replace(objection, **changes), **ports)


def added(world, words, now=NOW):
    return add_to_dispute(world.visit(), words, store=world.store, scheduler=world.scheduler, now=now)


def withdrawn(world, now=NOW):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return withdraw_dispute(world.visit(), now=now, **ports)


def answered(world, dispute, now=NOW):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return close_task("nordlicht", "K-501", dispute.task, now=now, **ports)


def kinds(world):
    return {hold.kind for hold in world.claim().holds}


def asking(world, state=ContactState.PLANNED):
    return [c for c in world.contacts(state) if c.purpose is not Purpose.ANSWER]


def test_dispute_task_hold_and_facts_are_kept_together(world):
    world.register()
    dispute = raised(world)
    matter = world.matter()
    held, task, claim = matter.disputes[dispute.id], matter.tasks[dispute.task], world.claim()
    assert (held.reason, held.words, held.admitted) == (DisputeReason.FAULTY, "Das Gerät geht nicht an.", 1000)
    assert held.due_at == task.due_at == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert (task.kind, task.about, task.done_at) == (TaskKind.DISPUTE, dispute.id, None)
    assert claim.dispute == dispute.id
    assert kinds(world) == {HoldKind.DISPUTE}
    assert claim.stands_still(NOW + timedelta(days=400)), "no due time ends it but an answer"
    for name, about in ((FactName.DISPUTE_RAISED, dispute.id), (FactName.TASK_OPENED, task.id)):
        (fact,) = world.store.named(name)
        assert {"R-1001", about} == set(dict(fact.about).values())


def test_planned_reminders_are_cancelled_in_the_same_commit(world):
    world.register()
    planned = world.planned()
    raised(world)
    assert asking(world) == []
    assert [c.id for c in asking(world, ContactState.CANCELLED)] == [planned.id]
    assert world.scheduler.cancelled == [planned.id]


def test_what_was_agreed_stands_and_its_word_waits_until_this_is_answered(world):
    world.register()
    raised(world)
    claim, debtor = world.claim(), world.matter().debtor
    situation = Situation(creditor(), debtor, claim, Purpose.AGREED, MessageKind.NOTED, ChannelKind.EMAIL)
    answer = POLICIES["DE"].may_contact(situation, NOW)
    assert isinstance(answer, Wait) and answer.because == "dispute"


def test_another_claim_of_the_debtor_is_not_touched(world):
    world.register()
    world.register(claim="R-1002")
    raised(world)
    assert [c.claim for c in asking(world)] == ["R-1002"]
    assert world.claim("R-1002").holds == ()


def test_a_reminder_whose_hour_comes_all_the_same_is_not_sent(world):
    world.register()
    contact = world.planned()
    raised(world)
    world.send(contact)
    assert world.email.sent == world.sms.sent == []


def test_the_debtor_is_told_by_when_and_by_the_way_they_wished(world):
    world.register()
    dispute = raised(world, answer_by=ChannelKind.SMS)
    (letter,) = world.contacts(ContactState.PLANNED)
    assert (letter.kind, letter.purpose, letter.channel) == (MessageKind.NOTED, Purpose.ANSWER, ChannelKind.SMS)
    assert letter.about == dispute.task
    assert letter.id in world.scheduler.planned


def test_whoever_wants_the_answer_on_the_page_is_not_written_to(world):
    world.register()
    raised(world, answer_by=None)
    assert world.contacts(ContactState.PLANNED) == []


@pytest.mark.parametrize("reason", DisputeReason)
def test_every_reason_stops_contact_and_a_part_is_kept_only_where_there_can_be_one(world, reason):
    world.register()
    dispute = raised(world, reason=reason)
    assert dispute.admitted == (1000 if reason in MAY_ADMIT else None)
    assert world.claim().outstanding.total == 4820, "what somebody says they owe changes no figure"
    also = {HoldKind.MINOR} if reason is DisputeReason.MINOR else set()
    assert kinds(world) == {HoldKind.DISPUTE} | also


def test_P2_pressed_twice_even_days_apart_it_is_one_dispute(world):
    world.register()
    first = raised(world)
    assert raised(world, now=NOW + timedelta(days=3)).id == first.id
    matter = world.matter()
    assert (len(matter.disputes), len(matter.tasks)) == (1, 1)
    assert len(world.store.named(FactName.DISPUTE_RAISED)) == 1


def test_P2_two_presses_at_the_same_moment_are_one_dispute(world):
    world.register()
    world.store.meanwhile.append(lambda: raised(world))
    raised(world)
    assert len(world.matter().disputes) == len(world.matter().tasks) == 1


def test_another_objection_while_one_runs_is_added_to_it(world):
    world.register()
    first = raised(world)
    second = raised(world, reason=DisputeReason.RETURNED, words="Ich habe es zurückgeschickt.")
    assert second.id == first.id
    held = world.matter().disputes[first.id]
    assert held.reason is DisputeReason.FAULTY
    assert held.words == "Das Gerät geht nicht an.\n\nIch habe es zurückgeschickt."


def test_words_are_added_once_and_within_bounds(world):
    world.register()
    dispute = raised(world)
    for _ in range(2):
        added(world, "Noch etwas: die Farbe stimmt auch nicht.")
    held = world.matter().disputes[dispute.id]
    assert held.words.count("Noch etwas") == 1
    assert len(world.store.named(FactName.DISPUTE_ADDED_TO)) == 1
    assert added(world, "x" * LONGEST).words == held.words
    assert added(world, "").words == held.words


def test_nothing_is_added_where_nothing_runs(world):
    world.register()
    assert added(world, "Hallo") is None
    assert not withdrawn(world)


def test_withdrawn_the_hold_ends_the_task_is_done_and_a_week_of_peace_begins(world):
    world.register()
    dispute = raised(world)
    later = NOW + timedelta(hours=2)
    assert withdrawn(world, later) and not withdrawn(world, later)
    matter = world.matter()
    assert matter.disputes[dispute.id].state is DisputeState.WITHDRAWN
    assert matter.tasks[dispute.task].done_at == later
    assert (world.claim().holds, world.claim().dispute) == ((), None)
    (follow,) = asking(world)
    assert follow.due_at >= later + PEACE
    assert len(world.store.named(FactName.DISPUTE_WITHDRAWN)) == 1


def test_after_it_was_withdrawn_the_same_words_begin_another(world):
    world.register()
    first = raised(world)
    withdrawn(world)
    second = raised(world)
    assert second.id != first.id
    assert world.claim().dispute == second.id
    assert kinds(world) == {HoldKind.DISPUTE}


def test_that_somebody_was_a_minor_is_for_a_person_to_decide(world):
    world.register()
    dispute = raised(world, reason=DisputeReason.MINOR)
    assert not withdrawn(world)
    answered(world, dispute)
    assert kinds(world) == {HoldKind.MINOR}, "the desk lifts it, not the end of its task"
    assert asking(world) == []


def test_once_a_person_has_answered_the_dispute_is_over_and_the_strategy_goes_on(world):
    world.register()
    dispute = raised(world)
    answered(world, dispute)
    assert world.matter().disputes[dispute.id].state is DisputeState.ANSWERED
    assert (world.claim().holds, world.claim().dispute) == ((), None)
    assert len(asking(world)) == 1
    assert len(world.store.named(FactName.DISPUTE_ANSWERED)) == 1


def test_M10_P15_a_payment_on_a_disputed_claim_is_booked_and_flagged_and_the_dispute_goes_on(world):
    world.register()
    world.start()
    attempt = world.attempt()
    dispute = raised(world)
    assert kinds(world) == {HoldKind.PAYMENT_UNDER_WAY, HoldKind.DISPUTE}
    world.book(world.gateway.pay(attempt, NOW))
    assert world.claim().state is ClaimState.CLOSED
    assert world.claim().recent[-1].flags == ("on_disputed_claim",)
    assert world.matter().tasks[dispute.task].done_at is None, "the person still answers"
    world.invariants()


def test_nothing_can_be_wrong_with_what_is_closed(world):
    world.register()
    world.start()
    world.book(world.gateway.pay(world.attempt(), NOW))
    with pytest.raises(BrokenRule, match="closed"):
        raised(world)


def test_a_visit_to_what_is_not_there_objects_to_nothing(world):
    world.register()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    with pytest.raises(BrokenRule, match="not_found"):
        raise_dispute(world.visit(claim="R-404"), FAULTY, **ports)
