"""What was paid can go back: once, exactly, over all claims it was spent on, and never without a trace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.assign_suspense import assign_suspense
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.reverse_payment import restore_payment, reverse_payment
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.plan import PlanState
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.trail import Restoration, Reversal, ReversalReason
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES, World

from .arranging import agreed

LATER = NOW + timedelta(days=49)
METER = POLICY.meter
WHY = ReversalReason.DIRECT_DEBIT_RETURN


@pytest.fixture(autouse=True)
def registered(world):
    world.register()


def back(world, payment, much, source="re_1", why=WHY, now=LATER, **changes):
    reversal = Reversal(source, payment.object_id, much, "EUR", METER.day(now), why)
    return reverse_payment(
        "nordlicht",
        replace(reversal, **changes),
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def again(world, amount, source="won_1", reversal="re_1", now=LATER + timedelta(days=20)):
    return restore_payment(
        "nordlicht",
        Restoration(source, reversal, amount, "EUR"),
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def booked(world, amount, **changes):
    payment = world.gateway.money(amount, NOW, **changes)
    assert world.book(payment) is Booked.BOOKED
    return payment


def last(world, claim="R-1001"):
    return world.store.ledger("nordlicht", claim)[-1]


def test_M8_a_debit_returned_in_week_7_reopens_and_is_asked_for_again(world):
    payment = booked(world, 4820)
    assert back(world, payment, 4820) is Booked.BOOKED
    claim, entry = world.claim(), last(world)
    assert (claim.state, claim.closed_at, claim.outstanding.total, claim.paid) == (ClaimState.OPEN, None, 4820, 0)
    assert (entry.kind, entry.reverses, entry.flags) == (EntryKind.REVERSAL, 1, ("direct_debit_return",))
    (reminder,) = [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    assert reminder.due_at >= LATER + timedelta(days=7) and reminder.id in world.scheduler.planned
    names = [fact.name for fact in world.store.commits[-1].facts]
    assert names[:3] == [FactName.PAYMENT_REVERSED, FactName.BALANCE_CHANGED, FactName.CLAIM_REOPENED]
    world.invariants()


def test_M3_a_partial_refund_takes_back_its_own_allocation_and_nobody_is_asked_for_it(world):
    payment = booked(world, 4820)
    assert back(world, payment, 1000, why=ReversalReason.REFUND) is Booked.BOOKED
    assert last(world).split.principal == 1000
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.OPERATOR]
    assert not [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    world.invariants()


def test_M4_a_refund_told_twice_or_at_the_same_moment_books_once(world):
    payment = booked(world, 4820)
    world.store.meanwhile.append(lambda: back(world, payment, 3000))
    assert back(world, payment, 3000) is Booked.DUPLICATE
    assert back(world, payment, 3000) is Booked.DUPLICATE
    assert world.claim().outstanding.total == 3000
    world.invariants()


def test_M4_two_refunds_at_the_same_moment_take_back_no_more_than_there_is(world):
    payment = booked(world, 4820)
    world.store.meanwhile.append(lambda: back(world, payment, 3000, source="re_2"))
    assert back(world, payment, 3000) is Booked.REFUSED
    assert back(world, payment, 1820, source="re_3") is Booked.BOOKED
    assert world.claim().outstanding.total == 4820
    world.invariants()


@pytest.mark.parametrize("changes", [{"amount": 4821}, {"amount": 0}, {"amount": -5}, {"currency": "CHF"}])
def test_M5_a_refund_above_what_was_paid_is_refused_and_nothing_is_written(world, changes):
    payment = booked(world, 4820)
    before = dict(world.store.items)
    assert back(world, payment, 4820, **changes) is Booked.REFUSED
    assert world.store.items == before


def test_a_reversal_before_its_payment_waits_for_it(world):
    payment = world.gateway.money(4820, NOW)
    with pytest.raises(Retry):
        back(world, payment, 4820)
    world.book(payment)
    assert back(world, payment, 4820) is Booked.BOOKED


def test_M1_what_lies_in_suspense_goes_back_first(world):
    payment = booked(world, 5000)
    assert back(world, payment, 100) is Booked.BOOKED
    assert (world.claim().state, world.store.suspended("nordlicht", payment.object_id).left) == (
        ClaimState.CLOSED,
        80,
    )
    assert back(world, payment, 180, source="re_2") is Booked.BOOKED
    assert (world.claim().state, world.claim().outstanding.total) == (ClaimState.OPEN, 100)
    assert world.store.suspended("nordlicht", payment.object_id).left == 0
    world.invariants()


def test_W5_money_that_fits_no_claim_can_go_back_too(world):
    payment = world.gateway.money(1000, NOW, claim=None)
    assert world.book(payment) is Booked.SUSPENSE
    assert back(world, payment, 1001) is Booked.REFUSED
    assert back(world, payment, 1000) is Booked.BOOKED
    assert back(world, payment, 1, source="re_2") is Booked.REFUSED
    assert world.store.suspended("nordlicht", payment.object_id).left == 0
    world.invariants()


def test_M6_a_chargeback_reopens_and_nobody_is_asked_while_it_is_decided(world):
    payment = booked(world, 4820)
    assert back(world, payment, 4820, why=ReversalReason.CHARGEBACK) is Booked.BOOKED
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.CHARGEBACK]
    (reminder,) = [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    assert reminder.due_at >= LATER + timedelta(days=90)
    world.invariants()


def test_M7_a_chargeback_that_is_won_restores_the_payment_as_one_of_its_own(world):
    payment = booked(world, 4820)
    back(world, payment, 4820, why=ReversalReason.CHARGEBACK)
    assert again(world, 4820) is Booked.BOOKED
    assert again(world, 4820) is Booked.DUPLICATE
    claim, entry = world.claim(), last(world)
    assert (claim.state, claim.paid, claim.holds) == (ClaimState.CLOSED, 4820, ())
    assert (entry.kind, entry.source, entry.flags) == (EntryKind.PAYMENT, "won_1", ("restored",))
    assert back(world, payment, 4821, source="re_2") is Booked.REFUSED
    assert back(world, payment, 1, source="re_2") is Booked.BOOKED, "at the provider it is the same payment"
    won = replace(payment, object_id="won_1")
    assert back(world, won, 4819, source="re_3") is Booked.BOOKED
    assert world.claim().state is ClaimState.OPEN
    world.invariants()


@pytest.fixture
def halved(world):
    """€100.00 fitted no claim; €40.00 of it went back and came again, and people booked the two on claims of two
    debtors."""
    world.register(claim="R-2001", debtor="K-502", phone="+491713920013", email="kim@example.com")
    payment = world.gateway.money(10_000, NOW, claim=None)
    assert world.book(payment) is Booked.SUSPENSE
    assert back(world, payment, 4000, why=ReversalReason.CHARGEBACK) is Booked.BOOKED
    assert again(world, 4000) is Booked.SUSPENSE
    placed(world, payment.object_id, "R-1001")
    placed(world, "won_1", "R-2001")
    return payment


def placed(world, source, claim, now=LATER + timedelta(days=30)):
    """A person books what lies in suspense on this claim."""
    ways = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return assign_suspense("nordlicht", source, claim, by="anna", **ways, now=now)


def test_M3_what_people_booked_on_claims_of_two_debtors_goes_back_from_both(world, halved):
    due = LATER + timedelta(days=40)
    assert back(world, halved, 10_001, source="re_2", now=due) is Booked.REFUSED
    assert back(world, halved, 9000, source="re_2", why=ReversalReason.REFUND, now=due) is Booked.BOOKED
    (theirs,) = world.matter(debtor="K-502").claims.values()
    owed = world.claim().outstanding.principal + theirs.outstanding.principal
    assert (world.claim().paid + theirs.paid, owed) == (1000, 2 * 4820 - 1000)
    assert theirs.paid == 0, "what was reached last goes first"
    assert back(world, halved, 1001, source="re_3", now=due) is Booked.REFUSED
    assert back(world, halved, 1000, source="re_3", now=due) is Booked.BOOKED
    assert (world.claim().paid, theirs.paid) == (0, 0)
    world.invariants()


def test_M7_what_went_back_from_two_debtors_and_comes_again_waits_for_a_person(world, halved):
    due = LATER + timedelta(days=40)
    assert back(world, halved, 10_000, source="re_2", why=ReversalReason.CHARGEBACK, now=due) is Booked.BOOKED
    assert again(world, 10_000, "won_2", "re_2", due + timedelta(days=9)) is Booked.SUSPENSE
    assert back(world, halved, 10_000, source="re_3", now=due + timedelta(days=20)) is Booked.BOOKED
    assert world.store.suspended("nordlicht", "won_2").left == 0
    world.invariants()


def test_M7_a_win_before_its_chargeback_waits_for_it(world):
    with pytest.raises(Retry):
        again(world, 4820)


def test_M9_what_comes_back_never_brings_back_a_plan(world):
    agreed(world)
    assert world.claim().state is ClaimState.ON_PLAN
    payment = booked(world, 4820)
    (plan,) = world.matter().plans.values()
    assert plan.state is PlanState.KEPT
    back(world, payment, 4820)
    claim = world.claim()
    assert (claim.state, claim.plan) == (ClaimState.OPEN, None)
    assert world.matter().plans[plan.id].state is PlanState.KEPT
    world.invariants()


def test_a_part_of_a_running_plan_that_goes_back_is_open_again_and_the_plan_goes_on(world):
    agreed(world)
    payment = booked(world, 1205)
    soon = NOW + timedelta(days=12)
    assert back(world, payment, 1205, now=soon) is Booked.BOOKED
    assert world.claim().state is ClaimState.ON_PLAN
    assert world.claim().outstanding.total == 4820
    world.invariants()


def test_M12_a_payment_over_several_claims_goes_back_from_all_of_them(world):
    world.register(claim="R-1002", principal=2000)
    world.register(claim="R-1003", principal=3000)
    world.start(9820, together=True)
    payment = world.gateway.pay(world.attempt(), NOW)
    world.book(payment)
    assert back(world, payment, 4000) is Booked.BOOKED
    matter = world.matter()
    assert sum(claim.outstanding.total for claim in matter.claims.values()) == 4000
    assert back(world, payment, 5820, source="re_2") is Booked.BOOKED
    assert {c.outstanding.total for c in world.matter().claims.values()} == {4820, 2000, 3000}
    assert again(world, 5820, reversal="re_2") is Booked.BOOKED
    assert again(world, 4000, source="won_2") is Booked.BOOKED
    assert all(claim.state is ClaimState.CLOSED for claim in world.matter().claims.values())
    world.invariants()


def test_a_payment_from_before_trails_were_kept_is_found_in_its_ledger(world):
    payment = booked(world, 4820)
    world.store.items[("source", "nordlicht", payment.object_id)] = True
    with pytest.raises(Retry):
        back(world, payment, 4820)
    assert back(world, payment, 4000, claim="R-1001") is Booked.BOOKED
    assert back(world, payment, 821, claim="R-1001", source="re_2") is Booked.REFUSED
    assert back(world, payment, 820, claim="R-1001", source="re_2") is Booked.BOOKED
    world.invariants()


def test_facts_tell_ids_only(world):
    payment = booked(world, 4820)
    back(world, payment, 1234)
    for fact in world.store.facts:
        assert "1234" not in repr(fact.about)


# ---- With interest

IN_DEFAULT = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung", "principal": 100_000}


@pytest.fixture
def bearing(world):
    world.register(claim="R-9", debtor="K-9", email="other@example.com", **IN_DEFAULT)
    return lambda: world.claim("R-9", debtor="K-9")


def test_M7_restored_it_owes_nothing_for_the_time_between_to_the_cent(world, bearing):
    payment = world.gateway.money(100_000 + 54, NOW, claim="R-9")
    assert owed_on(bearing(), NOW.date(), METER).outstanding.total == 100_054
    world.book(payment)
    assert bearing().state is ClaimState.CLOSED
    back(world, payment, 100_054, now=NOW + timedelta(days=20))
    today = NOW + timedelta(days=38)
    grown = owed_on(bearing(), METER.day(today), METER).outstanding.interest
    assert grown > 54 + 300, "18 days more, known to the year's end"
    world.book(world.gateway.money(400, today, claim="R-9"), now=today)
    assert again(world, 100_054, now=today + timedelta(hours=1)) is Booked.BOOKED
    claim = bearing()
    assert (claim.state, claim.outstanding.total) == (ClaimState.CLOSED, 0)
    kept = world.store.suspended("nordlicht", "won_1")
    assert kept.left == 400, "what was paid for the time between is given back"
    world.invariants()


def test_M16_past_the_last_known_base_rate_the_payment_books_and_somebody_is_told(world, bearing):
    late = NOW + timedelta(days=400)
    world.book(world.gateway.money(10_000, late, claim="R-9"), now=late)
    assert [fact.about for fact in world.store.named(FactName.BASE_RATE_MISSING)] == [(("claim", "R-9"),)]
    assert bearing().paid == 10_000
    world.invariants()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60_000), st.integers(0, 6), st.booleans()), max_size=8))
def test_whatever_comes_and_goes_back_the_books_balance(steps):
    world = World()
    world.register(**IN_DEFAULT)
    payments, now = [], NOW
    for number, (amount, days, goes_back) in enumerate(steps):
        now = min(now + timedelta(days=days), NOW + timedelta(days=36))
        if goes_back and payments:
            back(world, payments[number % len(payments)], amount, source=f"re_{number}", now=now)
        else:
            payments.append(world.gateway.money(amount, now - timedelta(days=days)))
            world.book(payments[-1], now=now)
        world.invariants()
