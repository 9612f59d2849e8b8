"""Contacts in other countries, through the actions; contacts that are not made: kept once, with their reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import DeadAddress
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import PointState
from tests.actions.arranging import WISH, agreed, carrier, offered
from tests.builders import NOW
from tests.fakes.world import POLICIES, World

HONOLULU = {"country": "US", "postcode": "96813", "currency": "USD"}
LEEDS = {"country": "GB", "postcode": "LS1 1AA", "currency": "GBP"}


def abroad(country, home, **changes):
    world = World()
    world.open(country=country)
    world.register(**home, **changes)
    return world


def local(contact, country, world):
    return contact.due_at.astimezone(POLICIES[country].zone_of(world.matter().debtor))


def test_a_reminder_is_planned_for_the_hour_at_which_it_is_morning_where_the_debtor_lives():
    world = abroad("US", HONOLULU)
    assert (local(world.planned(), "US", world).hour, world.planned().due_at.hour) == (9, 19)
    assert world.send(world.planned()) is Sent.SENT


def test_an_address_that_tells_no_zone_waits_for_the_hours_of_all_of_them():
    world = abroad("US", {**HONOLULU, "postcode": "unknown"})
    assert world.planned().due_at.hour == 22, "five in New York is noon in Honolulu and eight in Guam"
    assert world.send(world.planned()) is Sent.SENT


def test_I8_a_contact_late_for_the_debtors_evening_waits_for_their_morning():
    world = abroad("US", {**HONOLULU, "postcode": "10001"})
    at = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # 21:30 in New York, 16:30 in Honolulu
    assert world.send(world.planned(), at) is Sent.MOVED
    assert world.planned().due_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert world.planned().decisions[-1].because == "quiet_hours"


def test_what_was_agreed_is_said_at_the_debtors_own_hours_too():
    world = abroad("US", HONOLULU)
    agreed(world, replace(WISH, first=date(2026, 12, 4)))
    word = carrier(world)
    assert local(word, "US", world).hour == 8 and local(word, "US", world).weekday() < 6
    assert world.send(word) is Sent.SENT


@pytest.mark.parametrize(("country", "home", "waits"), [("GB", LEEDS, True), ("DE", {}, False)])
def test_while_terms_are_worked_out_nobody_is_pursued_where_the_law_says_so(country, home, waits):
    world = abroad(country, home)
    offered(world)
    due = world.planned()
    assert world.send(due) is (Sent.MOVED if waits else Sent.SENT)
    if waits:
        (later,) = (c for c in world.contacts(ContactState.PLANNED) if c.purpose == due.purpose)
        assert later.decisions[-1].because == "plan_in_the_making"
        assert later.due_at >= NOW + timedelta(days=30)


# What is not made


def unmade(world):
    return [(c.step, c.decisions[-1].because) for c in world.contacts(ContactState.CANCELLED)]


def test_a_step_that_cannot_follow_is_kept_with_its_reason_and_nothing_is_planned(world):
    world.register(phone=None)
    world.email.answers.append(DeadAddress("no such mailbox"))
    assert world.send(world.planned()) is Sent.FAILED
    assert unmade(world) == [(1, "dead_address")]
    (kept,) = world.contacts(ContactState.CANCELLED)
    assert kept.id not in world.scheduler.planned and world.contacts(ContactState.PLANNED) == []
    assert [fact.name for fact in world.store.named(FactName.CONTACT_CANCELLED)] == [FactName.CONTACT_CANCELLED]
    world.invariants()


def test_the_steps_being_used_up_is_no_contact_that_was_refused(world):
    world.register(reminders_sent=9)
    assert world.send(world.planned()) is Sent.SENT
    assert world.contacts(ContactState.CANCELLED) == [] and world.contacts(ContactState.PLANNED) == []


def test_a_claim_refused_when_it_came_says_so_and_is_planned_from_that_step_once_it_may_be(world):
    world.register(opt_out_email=True, opt_out_sms=True)
    assert unmade(world) == [(0, "opted_out")]
    (kept,) = world.contacts()
    assert kept.decisions == (Refused("opted_out", POLICIES["DE"].rule),)
    assert kept.due_at > NOW and kept.planned_at == NOW and kept.sent_at is None


def test_the_same_refusal_is_kept_once_however_often_it_is_given(world):
    from chalicelib.actions.close_task import planned_again
    from tests.fakes.world import STRATEGIES

    world.register(opt_out_email=True, opt_out_sms=True)
    matter, creditor = world.matter(), world.store.creditor("nordlicht")
    for _ in range(3):
        assert planned_again(creditor, matter, matter.claims.values(), POLICIES, STRATEGIES, NOW) == ()
    held = matter.debtor.held(Hold(HoldKind.INSOLVENCY, NOW, None, "court"))
    active = replace(held, points=tuple(replace(p, state=PointState.ACTIVE) for p in held.points))
    other = replace(matter, debtor=active)
    (again,) = planned_again(creditor, other, matter.claims.values(), POLICIES, STRATEGIES, NOW)
    assert (again.step, again.state, again.decisions[-1].because) == (0, ContactState.CANCELLED, "insolvency")
