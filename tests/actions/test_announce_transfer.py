"""I have transferred it: nobody reminds for seven bank days, and nothing is booked."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import BrokenRule, Retry
from chalicelib.domain.facts import FactName
from tests.builders import NOW

# Seven bank days after Monday, 23 November 2026, at the end of the hours in which anybody is written to.
UNTIL = datetime(2026, 12, 2, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def registered(world):
    world.register()


def test_P19_it_holds_reminders_for_seven_bank_days_and_books_nothing(world):
    before = world.claim()
    assert world.announce() == UNTIL
    claim = world.claim()
    (hold,) = claim.holds
    assert (hold.kind, hold.since, hold.until) == (HoldKind.TRANSFERRED, NOW, UNTIL)
    assert (claim.outstanding, claim.paid, claim.entries) == (before.outstanding, 0, 1)
    (fact,) = world.store.named(FactName.TRANSFER_ANNOUNCED)
    assert fact.about == (("claim", "R-1001"),)
    world.invariants()


def test_P19_a_planned_reminder_waits_until_it_is_over(world):
    planned = world.planned()
    world.announce()
    assert world.send(planned) is Sent.MOVED
    later = world.planned()
    assert later.due_at > UNTIL
    assert world.send(later) is Sent.SENT


@pytest.mark.parametrize("again", [timedelta(0), timedelta(days=3)])
def test_P19_said_twice_it_is_one_word_and_one_end(world, again):
    world.announce()
    before = world.claim()
    assert world.announce(now=NOW + again) == UNTIL
    assert world.claim() == before
    assert len(world.store.named(FactName.TRANSFER_ANNOUNCED)) == 1


def test_P19_said_in_two_tabs_at_the_same_moment_it_is_one_word(world):
    world.store.meanwhile.append(world.announce)
    assert world.announce() == UNTIL
    assert len(world.store.named(FactName.TRANSFER_ANNOUNCED)) == 1


def test_P19_when_it_is_over_another_transfer_may_be_told(world):
    world.announce()
    assert world.announce(now=UNTIL + timedelta(days=1)) > UNTIL + timedelta(days=7)


def test_P19_the_money_closes_the_claim_and_no_reminder_follows(world):
    world.announce()
    world.book(world.gateway.money(4820, NOW + timedelta(days=2)), now=NOW + timedelta(days=2))
    assert world.contacts(ContactState.PLANNED) == [c for c in world.contacts() if c.kind == "receipt"]
    world.invariants()


def test_what_is_paid_needs_no_transfer(world):
    world.book(world.gateway.money(4820, NOW))
    with pytest.raises(BrokenRule, match="closed"):
        world.announce()


@pytest.mark.parametrize("wrong", [{"of": "unknown"}, {"debtor": "K-404"}, {"claim": "R-404"}])
def test_a_visit_to_what_is_not_there_announces_nothing(world, wrong):
    with pytest.raises(BrokenRule, match="not_found"):
        world.announce(world.visit(**wrong))


def test_a_claim_that_keeps_changing_is_told_so(world):
    world.store.meanwhile += [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")] * 5
    with pytest.raises(Retry):
        world.announce()
