"""Every cent the provider received is booked once or lies in suspense, whatever is told how often."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.record_payment import Booked
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.payments import AttemptStatus, PaymentStatus
from chalicelib.domain.suspense import SuspenseReason
from tests.builders import NOW
from tests.fakes.world import World


@pytest.fixture(autouse=True)
def registered(world):
    world.register()


def receipts(world):
    return [c for c in world.contacts() if c.kind is MessageKind.RECEIPT]


def test_a_payment_in_full_is_booked_closes_and_is_answered(world):
    world.start()
    payment = world.gateway.pay(world.attempt(), NOW)
    reminder = world.planned()
    assert world.book(payment, "evt_1") is Booked.BOOKED
    claim = world.claim()
    assert (claim.state, claim.paid, claim.closed_at, claim.holds) == (ClaimState.CLOSED, 4820, NOW, ())
    assert world.attempt().status is AttemptStatus.PAID
    assert world.again(reminder).state is ContactState.CANCELLED
    assert reminder.id in world.scheduler.cancelled
    (receipt,) = receipts(world)
    assert (receipt.purpose, receipt.entry, receipt.due_at) == (Purpose.ANSWER, 1, NOW)
    assert receipt.id in world.scheduler.planned
    names = [f.name for f in world.store.facts[-3:]]
    assert names == [FactName.PAYMENT_RECEIVED, FactName.BALANCE_CHANGED, FactName.CLAIM_CLOSED]
    assert world.send(receipt) is Sent.SENT
    world.invariants()


def test_facts_tell_ids_only(world):
    world.book(world.gateway.money(4820, NOW))
    for fact in world.store.facts:
        assert "4820" not in repr(fact.about) and "Marta" not in repr(fact.about)


def test_W14_what_was_received_is_booked_whatever_was_asked_for(world):
    world.start()
    attempt = world.attempt()
    payment = world.gateway.money(1000, NOW, attempt=attempt.id)
    world.book(payment)
    assert world.claim().outstanding.total == 3820
    assert (world.claim().state, world.claim().holds) == (ClaimState.OPEN, ())
    assert len(receipts(world)) == 1
    assert world.contacts(ContactState.CANCELLED) == [], "what is left is still asked for"
    world.invariants()


def test_W1_the_same_event_again_books_nothing(world):
    payment = world.gateway.money(1000, NOW)
    assert world.book(payment, "evt_1") is Booked.BOOKED
    before = dict(world.store.items)
    assert world.book(payment, "evt_1") is Booked.DUPLICATE
    assert world.store.items == before
    world.invariants()


def test_W2_another_event_about_the_same_payment_books_nothing(world):
    payment = world.gateway.money(1000, NOW)
    assert [world.book(payment, e) for e in ("evt_1", "evt_2", None)] == [
        Booked.BOOKED,
        Booked.DUPLICATE,
        Booked.DUPLICATE,
    ]
    world.invariants()


def test_W1_two_at_the_same_moment_book_once(world):
    payment = world.gateway.money(1000, NOW)
    world.store.meanwhile.append(lambda: world.book(payment, "evt_2"))
    assert world.book(payment, "evt_1") is Booked.DUPLICATE
    assert len(receipts(world)) == 1
    world.invariants()


def test_two_payments_at_the_same_moment_are_both_booked(world):
    one, two = world.gateway.money(1000, NOW), world.gateway.money(500, NOW)
    world.store.meanwhile.append(lambda: world.book(two))
    assert world.book(one) is Booked.BOOKED
    assert world.claim().outstanding.total == 3320
    world.invariants()


def test_P1_two_completed_attempts_are_both_kept_and_the_second_is_to_be_given_back(world):
    world.start()
    first = world.attempt()
    world.book(world.gateway.money(4820, NOW, attempt=first.id))
    world.book(world.gateway.money(4820, NOW, attempt="another"))
    (kept,) = world.store.suspense("nordlicht")
    assert (kept.amount, kept.reason, kept.claim) == (4820, SuspenseReason.OVERPAID, "R-1001")
    assert world.store.ledger("nordlicht", "R-1001")[-1].flags == ("on_closed_claim",)
    world.invariants()


def test_M1_what_is_too_much_lies_in_suspense(world):
    assert world.book(world.gateway.money(5000, NOW)) is Booked.BOOKED
    (kept,) = world.store.suspense("nordlicht")
    assert (kept.amount, kept.reason) == (180, SuspenseReason.OVERPAID)
    assert len(world.store.named(FactName.PAYMENT_SUSPENDED)) == 1
    world.invariants()


def test_M10_a_disputed_claim_takes_the_money_and_flags_it(world):
    world.hold("R-1001", Hold(HoldKind.DISPUTE, NOW, None, "file"))
    world.book(world.gateway.money(1000, NOW))
    assert world.store.ledger("nordlicht", "R-1001")[-1].flags == ("on_disputed_claim",)
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.DISPUTE]
    world.invariants()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"claim": "R-404"}, SuspenseReason.UNKNOWN_CLAIM),
        ({"claim": None}, SuspenseReason.UNKNOWN_CLAIM),
        ({"creditor": None, "claim": None}, SuspenseReason.UNKNOWN_CLAIM),
        ({"currency": "USD"}, SuspenseReason.WRONG_CURRENCY),
    ],
)
def test_W5_W13_money_that_fits_no_claim_lies_in_suspense(world, changes, reason):
    before = world.matter()
    payment = world.gateway.money(1000, NOW, **changes)
    assert world.book(payment, "evt_1") is Booked.SUSPENSE
    (kept,) = world.store.suspense("nordlicht")
    assert (kept.amount, kept.currency, kept.reason) == (1000, payment.currency, reason)
    assert world.book(payment, "evt_1") is Booked.DUPLICATE
    assert world.book(payment, "evt_2") is Booked.DUPLICATE
    assert world.matter() == before
    world.invariants()


def test_O3_money_that_names_another_creditor_is_not_booked_on_its_claim(world):
    from chalicelib.actions.record_payment import record_payment
    from tests.fakes.world import POLICIES, STRATEGIES

    world.open(id="suedlicht")
    payment = world.gateway.money(1000, NOW, creditor="nordlicht")
    answer = record_payment(
        "suedlicht",
        payment,
        event=None,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW,
    )
    assert answer is Booked.SUSPENSE
    assert world.claim().paid == 0 and len(world.store.suspense("suedlicht")) == 1


@pytest.mark.parametrize("status", [s for s in PaymentStatus if s is not PaymentStatus.SUCCEEDED])
def test_what_did_not_succeed_is_not_booked(world, status):
    before = dict(world.store.items)
    assert world.book(world.gateway.money(1000, NOW, status=status), "evt_1") is Booked.NOTHING
    assert world.store.items == before


def test_a_success_over_nothing_is_not_booked(world):
    assert world.book(world.gateway.money(0, NOW)) is Booked.NOTHING
    failed = replace(world.gateway.money(1000, NOW), status=PaymentStatus.FAILED)
    assert world.book(failed) is Booked.NOTHING
    assert world.claim().entries == 1


def test_W4_a_failure_told_after_the_success_changes_nothing(world):
    payment = world.gateway.money(4820, NOW)
    world.book(payment, "evt_1")
    before = dict(world.store.items)
    failed = world.gateway.settle(payment.object_id, PaymentStatus.FAILED, 0, NOW)
    assert world.book(failed, "evt_2") is Booked.NOTHING
    assert world.store.items == before and world.claim().state is ClaimState.CLOSED


def test_W11_test_money_of_a_live_creditor_is_ignored_and_the_other_way_round(world):
    assert world.book(world.gateway.money(1000, NOW, live=True)) is Booked.IGNORED
    world.open(live=True)
    assert world.book(world.gateway.money(1000, NOW)) is Booked.IGNORED
    assert world.claim().paid == 0


@pytest.mark.parametrize(
    ("paid_at", "value_date"),
    [
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_value_date_is_the_day_where_the_law_counts_it(world, paid_at, value_date):
    world.book(world.gateway.money(1000, paid_at), now=paid_at + timedelta(days=3))
    assert world.store.ledger("nordlicht", "R-1001")[-1].value_date == value_date


def test_a_crash_between_booking_and_receipt_is_mended_by_the_next_delivery(world):
    payment = world.gateway.money(1000, NOW)
    world.scheduler.trouble.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.book(payment, "evt_1")
    assert world.claim().paid == 1000
    assert world.book(payment, "evt_1") is Booked.DUPLICATE
    (receipt,) = receipts(world)
    assert receipt.id in world.scheduler.planned


def test_the_receipt_of_a_booking_at_the_same_moment_gets_its_schedule_too(world):
    """The other delivery booked and died before it could schedule; this one read before it booked."""
    payment = world.gateway.money(1000, NOW)

    def booked_and_died():
        world.scheduler.trouble.append(Retry("died"))
        with pytest.raises(Retry):
            world.book(payment, "evt_2")

    world.store.meanwhile.append(booked_and_died)
    assert world.book(payment, "evt_1") is Booked.DUPLICATE
    assert receipts(world)[0].id in world.scheduler.planned


def test_a_receipt_is_no_condition_for_booking(world):
    world.register(claim="R-2", debtor="K-2", email=None, phone=None)
    assert world.book(world.gateway.money(1000, NOW, claim="R-2")) is Booked.BOOKED
    assert world.contacts(debtor="K-2") == []


def test_a_hold_for_another_attempt_stays(world):
    world.start()
    world.book(world.gateway.money(1000, NOW, attempt="an_older_one"))
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.PAYMENT_UNDER_WAY]


def test_without_settings_or_against_many_writers_it_comes_back(world):
    payment = world.gateway.money(1000, NOW)
    world.store.meanwhile += [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")] * 8
    with pytest.raises(Retry):
        world.book(payment)
    world.store.items.pop(("creditor", "nordlicht"))
    with pytest.raises(Retry):
        world.book(payment)
    assert world.store.suspense("nordlicht") == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 6000),
            st.sampled_from(["R-1", "R-2", "R-404", None]),
            st.sampled_from(["EUR", "USD"]),
            st.sampled_from([PaymentStatus.SUCCEEDED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]),
        ),
        max_size=8,
    ),
    st.data(),
)
def test_every_invariant_holds_whatever_is_paid_and_told_in_any_order(payments, data):
    world = World()
    world.register(claim="R-1", principal=4000, interest=120, costs=250)
    world.register(claim="R-2", principal=1000)
    made = [
        world.gateway.money(amount, NOW, claim=claim, currency=currency, status=status)
        for amount, claim, currency, status in payments
    ]
    told = data.draw(st.lists(st.sampled_from(made), max_size=12)) if made else []
    for payment in (*told, *data.draw(st.permutations(made))):
        world.book(payment, f"evt_{payment.object_id}_{data.draw(st.integers(0, 1))}")
    world.invariants()
