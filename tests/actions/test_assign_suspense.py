"""Money that fitted no claim finds its home, once, as if it had come with the right words."""

from datetime import timedelta

import pytest

from chalicelib.actions.assign_suspense import Assigned, assign_suspense
from chalicelib.actions.release_refund import refuse_refund, send_back
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.person import ActKind
from chalicelib.domain.suspense import SuspenseEnd, SuspenseReason
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
LATER = NOW + timedelta(days=3)


@pytest.fixture
def lost(world):
    """Makes a payment that fits no claim; the claim of the house owes €48.20."""
    world.register()

    def make(amount=2000, **told):
        payment = world.gateway.money(amount, NOW, **{"claim": None, **told})
        world.book(payment)
        return payment.object_id

    return make


def assign(world, source, claim="R-1001", by="anna", now=LATER):
    return assign_suspense(
        OF,
        source,
        claim,
        by=by,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def kept(world, source):
    return world.store.suspended(OF, source)


def test_it_is_booked_once_worth_the_day_it_came(world, lost):
    source = lost()
    assert assign(world, source) == Assigned("R-1001", 2000, 0)
    claim = world.claim()
    assert claim.outstanding.total == 2820
    entry = world.store.ledger(OF, "R-1001")[-1]
    assert (entry.amount, entry.source, entry.value_date) == (2000, source, NOW.date())
    money = kept(world, source)
    assert (money.ended_as, money.ended_at, money.home) == (SuspenseEnd.ASSIGNED, LATER, "R-1001")
    (act,) = FakeOutgoing(world.store).acts(OF, f"{LATER:%Y-%m}")
    assert (act.by, act.what, act.about) == ("anna", ActKind.ASSIGN, source)
    assert len(world.store.named(FactName.SUSPENSE_ENDED)) == 1
    assert [c.kind for c in world.scheduler.planned.values() if c.kind is MessageKind.RECEIPT]
    world.invariants()


def test_told_again_it_answers_the_same_and_writes_nothing(world, lost):
    source = lost()
    first = assign(world, source)
    before = dict(world.store.items)
    assert assign(world, source, by="bernd", now=LATER + timedelta(hours=1)) == first
    assert world.store.items == before


def test_a_crash_after_the_booking_still_brings_the_receipt(world, lost):
    source = lost()
    world.scheduler.trouble.append(Retry("away"))
    with pytest.raises(Retry):
        assign(world, source)
    assign(world, source)
    assert [c.kind for c in world.scheduler.planned.values() if c.kind is MessageKind.RECEIPT]
    world.invariants()


def test_two_people_at_once_book_it_once(world, lost):
    world.register(claim="R-1002")
    source = lost()
    world.store.meanwhile.append(lambda: assign(world, source, by="bernd"))
    assert assign(world, source, claim="R-1002") == Refused("suspense_assigned", "refund_queue")
    assert world.claim("R-1002").outstanding.total == 4820
    assert world.claim().outstanding.total == 2820
    world.invariants()


def test_M1_more_than_the_claim_owes_closes_it_and_the_rest_goes_back_by_itself(world, lost):
    source = lost(5000)
    assert assign(world, source) == Assigned("R-1001", 4820, 180)
    assert world.claim().state is ClaimState.CLOSED
    money = kept(world, source)
    assert (money.left, money.reason, money.is_open) == (180, SuspenseReason.OVERPAID, True)
    (order,) = FakeOutgoing(world.store).refunds(OF)
    assert (order.id, order.amount, order.source, order.state) == (money.order, 180, source, LeavingState.WAITING)
    assert assign(world, source, now=LATER + timedelta(days=1)) == Assigned("R-1001", 4820, 180)
    world.invariants()


def test_M1_an_overpayment_goes_into_the_queue_by_itself_and_is_nobodys_to_assign(world, lost):
    payment = world.gateway.money(5000, NOW)
    world.book(payment)
    world.book(payment, event="evt_again")
    (order,) = FakeOutgoing(world.store).refunds(OF)
    assert (order.amount, order.claim, order.releases) == (180, "R-1001", ())
    assert len(world.store.named(FactName.REFUND_ORDERED)) == 1
    assert assign(world, payment.object_id) == Refused("refund_waits", "refund_queue")
    outgoing = FakeOutgoing(world.store)
    refuse_refund(OF, order.id, by="anna", store=world.store, outgoing=outgoing, now=LATER)
    assert assign(world, payment.object_id) == Refused("overpaid_goes_back", "refund_queue")
    world.invariants()


def test_money_that_is_to_go_back_is_not_booked_as_well(world, lost):
    source = lost()
    send_back(OF, source, by="anna", store=world.store, outgoing=FakeOutgoing(world.store), now=NOW)
    assert assign(world, source) == Refused("refund_waits", "refund_queue")
    assert world.claim().outstanding.total == 4820


def test_another_currency_and_what_nobody_knows_are_refused_by_name(world, lost):
    assert assign(world, lost(currency="CHF")) == Refused("wrong_currency", "refund_queue")
    assert assign(world, "pi_unknown") == Refused("not_found", "refund_queue")
    assert assign(world, lost(), claim="R-9999") == Refused("not_found", "refund_queue")


def test_money_assigned_to_a_closed_claim_goes_back_whole(world, lost):
    world.book(world.gateway.money(4820, NOW))
    source = lost()
    assert assign(world, source) == Assigned("R-1001", 0, 2000)
    assert kept(world, source).left == 2000
    assert [order.amount for order in FakeOutgoing(world.store).refunds(OF)] == [2000]
    world.invariants()
