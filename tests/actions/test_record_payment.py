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
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.payments import AttemptStatus, PaymentStatus
from chalicelib.domain.plan import Instalment, Method, Plan, PlanState
from chalicelib.domain.suspense import SuspenseReason
from chalicelib.ports import Commit
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
    assert all(contact.purpose is Purpose.REMINDER for contact in world.contacts(debtor="K-2"))


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


# ---- A rest not worth asking for (M11)


@pytest.mark.parametrize(("paid", "waived"), [(4720, 100), (4819, 1), (4719, 0), (4820, 0)])
def test_M11_a_small_rest_is_waived_by_a_counter_entry_and_closes_the_claim(world, paid, waived):
    assert world.book(world.gateway.money(paid, NOW)) is Booked.BOOKED
    claim, ledger = world.claim(), world.store.ledger("nordlicht", "R-1001")
    assert (claim.paid, claim.waived) == (paid, waived)
    assert (claim.state is ClaimState.CLOSED) == (paid + waived == 4820)
    kinds = [entry.kind for entry in ledger]
    assert kinds == [EntryKind.OPENING, EntryKind.PAYMENT, *[EntryKind.WAIVER] * bool(waived)]
    assert len(world.store.named(FactName.AMOUNT_WAIVED)) == bool(waived)
    assert len(receipts(world)) == 1
    world.invariants()


def test_M11_told_twice_it_is_waived_once(world):
    payment = world.gateway.money(4750, NOW)
    assert [world.book(payment, e) for e in ("evt_1", "evt_2")] == [Booked.BOOKED, Booked.DUPLICATE]
    assert len(world.store.ledger("nordlicht", "R-1001")) == 3
    world.invariants()


def test_M11_a_parted_plan_is_not_cut_short_before_its_last_part(world):
    plan = running_plan(world, 4770, 50)
    world.book(world.gateway.money(4770, NOW))
    assert (world.claim().outstanding.total, world.claim().waived) == (50, 0)
    assert world.matter().plans[plan].state is PlanState.RUNNING
    world.book(world.gateway.money(20, NOW))
    assert (world.claim().waived, world.claim().state) == (30, ClaimState.CLOSED)
    assert world.matter().plans[plan].state is PlanState.KEPT
    world.invariants()


def running_plan(world, *parts):
    """A plan of these parts on R-1001, as agreeing leaves it behind."""
    plan = Plan(
        id="p-1",
        creditor="nordlicht",
        debtor="K-501",
        claim="R-1001",
        currency="EUR",
        instalments=tuple(Instalment(n, date(2026, 11 + n, 1), amount) for n, amount in enumerate(parts)),
        method=Method.LINK,
        offer="o-1",
        agreed_at=NOW,
        paid_before=0,
    )
    claim = replace(world.claim().moved_to(ClaimState.ON_PLAN), plan=plan.id)
    world.store.commit("nordlicht", Commit((), claims=(claim,), plans=(plan,)))
    return plan.id


# ---- One payment over several claims (M12, BGB §366)


@pytest.fixture
def three(world):
    """What one debtor owes on each of three claims, the oldest first."""
    world.register(claim="R-2", principal=1000, invoice_date=date(2026, 9, 1), due=date(2026, 9, 15))
    world.register(claim="R-3", principal=300, invoice_date=date(2026, 10, 1), due=date(2026, 10, 15))
    world.start(6120, together=True)
    return {"R-1001": 4820, "R-2": 1000, "R-3": 300}


def booked_on(world):
    """What lies on each claim's ledger of payments."""
    ledgers = {name: world.store.ledger("nordlicht", name) for name in ("R-1001", "R-2", "R-3")}
    return {name: [e.amount for e in ledger if e.kind is EntryKind.PAYMENT] for name, ledger in ledgers.items()}


def test_M12_a_payment_for_several_claims_settles_each_and_is_answered_once(world, three):
    reminders = world.contacts(ContactState.PLANNED)
    payment = world.gateway.pay(world.attempt(), NOW)
    assert world.book(payment, "evt_1") is Booked.BOOKED
    assert booked_on(world) == {name: [owed] for name, owed in three.items()}
    claims = world.matter().claims.values()
    assert {claim.state for claim in claims} == {ClaimState.CLOSED} and not any(claim.holds for claim in claims)
    assert {entry.source for name in three for entry in world.store.ledger("nordlicht", name)[1:]} == {
        payment.object_id
    }
    assert world.attempt().status is AttemptStatus.PAID
    assert {world.again(c).state for c in reminders} == {ContactState.CANCELLED}
    (receipt,) = receipts(world)
    assert world.send(receipt) is Sent.SENT
    world.invariants()


def test_M12_told_under_many_names_each_claim_is_booked_once(world, three):
    payment = world.gateway.pay(world.attempt(), NOW)
    world.store.meanwhile.append(lambda: world.book(payment, "evt_2"))
    answers = [world.book(payment, event) for event in ("evt_1", "evt_2", None)]
    assert answers == [Booked.DUPLICATE] * 3
    assert booked_on(world) == {name: [owed] for name, owed in three.items()}
    assert len(receipts(world)) == 1
    world.invariants()


def test_M12_less_than_all_of_it_goes_to_the_older_first(world, three):
    attempt = world.attempt()
    world.book(world.gateway.money(5000, NOW, attempt=attempt.id))
    assert booked_on(world) == {"R-1001": [4820], "R-2": [180], "R-3": []}
    assert world.claim("R-2").outstanding.total == 820
    assert not any(claim.holds for claim in world.matter().claims.values()), "the page is done with for each"
    world.invariants()


def test_M12_what_one_of_them_no_longer_owes_is_too_much_once(world, three):
    """Somebody paid one of them elsewhere while the page stood open."""
    attempt = world.attempt()
    world.book(world.gateway.money(1000, NOW, claim="R-2"))
    payment = world.gateway.pay(attempt, NOW)
    world.book(payment)
    assert booked_on(world) == {"R-1001": [5820], "R-2": [1000], "R-3": [300]}
    (kept,) = world.store.suspense("nordlicht")
    assert (kept.source, kept.amount, kept.claim) == (payment.object_id, 1000, "R-1001")
    world.invariants()


def test_M12_when_none_of_them_owes_anything_all_of_it_lies_in_suspense(world, three):
    attempt = world.attempt()
    for name, owed in three.items():
        world.book(world.gateway.money(owed, NOW, claim=name))
    world.book(world.gateway.money(6120, NOW, attempt=attempt.id))
    (kept,) = world.store.suspense("nordlicht")
    assert (kept.amount, kept.claim) == (6120, "R-1001")
    world.invariants()


def test_M12_fifteen_claims_fit_one_transaction_with_all_that_follows_from_them(world):
    for number in range(2, 17):
        world.register(claim=f"R-{number}", principal=100, due=date(2026, 9, number))
    world.start(4820 + 14 * 100, together=True)
    attempt = world.attempt()
    assert len(attempt.covers) == 15
    assert world.book(world.gateway.pay(attempt, NOW)) is Booked.BOOKED
    closed = [claim for claim in world.matter().claims.values() if claim.state is ClaimState.CLOSED]
    assert len(closed) == 15
    world.invariants()


def test_P15_a_dispute_while_the_page_stands_open_is_flagged_on_the_claim_it_is_about(world, three):
    payment = world.gateway.pay(world.attempt(), NOW)
    world.hold("R-2", Hold(HoldKind.DISPUTE, NOW, None, "d-1"))
    world.book(payment)
    flags = {name: world.store.ledger("nordlicht", name)[-1].flags for name in three}
    assert flags == {"R-1001": (), "R-2": ("on_disputed_claim",), "R-3": ()}
    assert [hold.kind for hold in world.claim("R-2").holds] == [HoldKind.DISPUTE]
    world.invariants()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 6000),
            st.sampled_from(["R-1", "R-2", "R-404", None]),
            st.sampled_from(["EUR", "USD"]),
            st.sampled_from([PaymentStatus.SUCCEEDED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.data(),
)
def test_every_invariant_holds_whatever_is_paid_and_told_in_any_order(payments, data):
    world = World()
    world.register(claim="R-1", principal=4000, interest=120, costs=250)
    world.register(claim="R-2", principal=1000)
    world.register(claim="R-3", principal=700, costs=90)
    world.start(6160, visit=world.visit("R-1"), together=True)
    (together,) = world.matter().attempts
    made = [
        world.gateway.money(
            amount, NOW, claim=claim, currency=currency, status=status, attempt=together if all_three else None
        )
        for amount, claim, currency, status, all_three in payments
    ]
    told = data.draw(st.lists(st.sampled_from(made), max_size=12)) if made else []
    for payment in (*told, *data.draw(st.permutations(made))):
        world.book(payment, f"evt_{payment.object_id}_{data.draw(st.integers(0, 1))}")
    world.invariants()
