"""Refunds, chargebacks and returned debits, as the provider tells of them: once each, in any order."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.read_notice import read_notice
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.record_return import record_refund, returns_since
from chalicelib.actions.reverse_payment import DECIDED_WITHIN
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import StaleVersion
from chalicelib.domain.money_back import RefundStatus
from chalicelib.domain.payments import PaymentStatus
from tests.builders import NOW
from tests.fakes.world import World

WEEK_SEVEN = NOW + timedelta(days=48)
LATER = WEEK_SEVEN + timedelta(days=20)


@pytest.fixture(autouse=True)
def registered(world):
    world.register()


def told(world, kind, name, now=WEEK_SEVEN):
    return read_notice(kind, "nordlicht", name, event=f"evt_{kind}_{name}_{now}", till=world.till, now=now)


def booked(world, amount=4820, **changes):
    payment = world.gateway.money(amount, NOW, **changes)
    assert world.book(payment) is Booked.BOOKED
    return payment.object_id


def entries(world, claim="R-1001"):
    """(kind, amount, split, source, value date) of every entry after the opening."""
    found = world.store.ledger("nordlicht", claim)[1:]
    return [(e.kind, e.amount, e.split, e.source, e.value_date) for e in found]


def kinds(world, claim="R-1001"):
    return [(kind, amount) for kind, amount, *_ in entries(world, claim)]


# ---- refunds


def test_M3_a_partial_refund_reverses_its_allocation_exactly(world):
    world.register(claim="R-2", principal=4000, interest=300, costs=520)
    payment = booked(world, claim="R-2")
    refund = world.gateway.gives_back(payment, 1000, WEEK_SEVEN)
    assert told(world, "refund", refund.object_id) is Booked.BOOKED
    assert kinds(world, "R-2") == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 1000)]
    claim = world.claim("R-2")
    assert (claim.outstanding.principal, claim.outstanding.interest, claim.outstanding.costs) == (1000, 0, 0)
    assert (claim.state, claim.paid) == (ClaimState.OPEN, 3820)
    world.invariants()


def test_M4_a_refund_told_of_by_every_notice_there_is_goes_back_once(world):
    payment = booked(world)
    refund = world.gateway.gives_back(payment, 1000, WEEK_SEVEN)
    answers = [told(world, *about) for about in 3 * [("refund", refund.object_id), ("payment_of_charge", payment)]]
    assert answers == [Booked.BOOKED] + [Booked.DUPLICATE] * 5
    assert kinds(world)[1:] == [(EntryKind.REVERSAL, 1000)]


def test_M4_two_refunds_of_one_payment_are_two(world):
    payment = booked(world)
    for amount in (1000, 820):
        world.gateway.gives_back(payment, amount, WEEK_SEVEN)
    told(world, "payment_of_charge", payment)
    assert kinds(world)[1:] == [(EntryKind.REVERSAL, 1000), (EntryKind.REVERSAL, 820)]
    world.invariants()


def test_M5_more_than_is_left_of_a_payment_is_refused_and_nothing_is_written(world):
    payment = booked(world)
    world.gateway.gives_back(payment, 4000, WEEK_SEVEN)
    told(world, "payment_of_charge", payment)
    before = entries(world)
    more = world.gateway.gives_back(payment, 821, WEEK_SEVEN)
    assert told(world, "refund", more.object_id) is Booked.REFUSED
    assert entries(world) == before
    world.invariants()


@pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.FAILED, RefundStatus.CANCELLED])
def test_a_refund_that_has_not_reached_the_debtor_takes_nothing_back(world, status):
    refund = world.gateway.gives_back(booked(world), 1000, WEEK_SEVEN, status)
    assert told(world, "refund", refund.object_id) is Booked.NOTHING
    assert kinds(world) == [(EntryKind.PAYMENT, 4820)]


def test_a_refund_that_came_back_from_the_bank_is_paid_again(world):
    refund = world.gateway.gives_back(booked(world), 1000, WEEK_SEVEN)
    told(world, "refund", refund.object_id)
    world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
    for _ in range(3):
        told(world, "refund", refund.object_id, LATER)
    assert [kind for kind, _ in kinds(world)] == [EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.PAYMENT]
    assert (world.claim().outstanding.total, world.claim().state) == (0, ClaimState.CLOSED)
    world.invariants()


def test_an_older_word_about_a_refund_that_comes_late_is_put_right_at_once(world):
    """One reads "succeeded"; meanwhile it fails, and whoever reads that finds nothing to restore yet."""
    payment = booked(world)
    refund = world.gateway.gives_back(payment, 1000, WEEK_SEVEN)

    def fails_meanwhile():
        world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
        assert told(world, "refund", refund.object_id) is Booked.NOTHING

    world.store.meanwhile += [lambda: None, fails_meanwhile]
    told(world, "refund", refund.object_id)
    assert world.claim().outstanding.total == 0
    assert record_refund("nordlicht", refund, till=world.till, now=LATER) is Booked.DUPLICATE
    world.invariants()


def test_M1_what_lies_in_suspense_of_a_payment_goes_back_first(world):
    payment = booked(world, 5000)
    refund = world.gateway.gives_back(payment, 180, WEEK_SEVEN)
    told(world, "refund", refund.object_id)
    assert world.claim().state is ClaimState.CLOSED and world.claim().outstanding.total == 0
    (money,) = world.store.suspense("nordlicht")
    assert (money.amount, money.left) == (180, 0)
    world.invariants()


# ---- chargebacks and returned debits


def test_M6_a_chargeback_reopens_and_nobody_is_reminded_until_it_is_decided(world):
    chargeback = world.gateway.takes_back(booked(world), WEEK_SEVEN)
    assert told(world, "chargeback", chargeback.object_id) is Booked.BOOKED
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.paid) == (ClaimState.OPEN, 4820, 0)
    assert [hold.kind for hold in claim.holds] == [HoldKind.CHARGEBACK]
    (reminder,) = [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    assert reminder.due_at >= WEEK_SEVEN + DECIDED_WITHIN
    world.invariants()


def test_M6_a_chargeback_that_is_lost_sets_the_strategy_going_again_once(world):
    chargeback = world.gateway.takes_back(booked(world), WEEK_SEVEN)
    told(world, "chargeback", chargeback.object_id)
    world.gateway.chargeback_ends(chargeback.object_id, LATER, won=False)
    for _ in range(2):
        told(world, "chargeback", chargeback.object_id, LATER)
    assert not world.claim().holds and world.claim().outstanding.total == 4820
    (reminder,) = [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    assert reminder.due_at < LATER + timedelta(days=21), "nobody waits for what is decided"
    assert kinds(world)[1:] == [(EntryKind.REVERSAL, 4820)]
    world.invariants()


def test_M7_a_chargeback_that_is_won_is_restored(world):
    chargeback = world.gateway.takes_back(booked(world), WEEK_SEVEN)
    told(world, "chargeback", chargeback.object_id)
    world.gateway.chargeback_ends(chargeback.object_id, LATER, won=True)
    told(world, "chargeback", chargeback.object_id, LATER)
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.holds) == (ClaimState.CLOSED, 0, ())
    assert [kind for kind, _ in kinds(world)] == [EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.PAYMENT]
    world.invariants()


def test_an_inquiry_moves_nothing(world):
    chargeback = world.gateway.takes_back(booked(world), WEEK_SEVEN, inquiry=True)
    assert told(world, "chargeback", chargeback.object_id) is Booked.NOTHING
    assert kinds(world) == [(EntryKind.PAYMENT, 4820)] and not world.claim().holds


def test_M8_a_direct_debit_returned_in_week_7_reopens_and_is_asked_for_again(world):
    returned = world.gateway.takes_back(booked(world), WEEK_SEVEN, debit=True)
    assert told(world, "chargeback", returned.object_id) is Booked.BOOKED
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.holds) == (ClaimState.OPEN, 4820, ())
    assert entries(world)[-1][-1] == WEEK_SEVEN.date(), "valued on the day the bank took it"
    assert [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    world.invariants()


def test_W3_the_return_told_of_before_the_payment_books_both(world):
    payment = world.gateway.money(4820, NOW)
    returned = world.gateway.takes_back(payment.object_id, WEEK_SEVEN, debit=True)
    told(world, "chargeback", returned.object_id)
    assert kinds(world) == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 4820)]
    assert told(world, "payment", payment.object_id) is Booked.DUPLICATE
    world.invariants()


def test_W5_money_in_suspense_that_is_charged_back_is_no_longer_there(world):
    payment = world.gateway.money(990, NOW, claim="R-nobody-knows")
    told(world, "payment", payment.object_id)
    chargeback = world.gateway.takes_back(payment.object_id, WEEK_SEVEN)
    told(world, "chargeback", chargeback.object_id)
    (money,) = world.store.suspense("nordlicht")
    assert money.left == 0


def test_W11_what_goes_back_of_test_money_is_ignored_on_live(world):
    payment = world.gateway.money(4820, NOW)
    world.gateway.payments[payment.object_id] = replace(payment, live=True)
    returned = world.gateway.takes_back(payment.object_id, WEEK_SEVEN)
    assert told(world, "chargeback", returned.object_id) is Booked.IGNORED
    assert kinds(world) == []


def test_W15_what_no_notice_told_of_is_found_by_the_nightly_run(world):
    payment = booked(world)
    world.gateway.gives_back(payment, 820, WEEK_SEVEN)
    world.gateway.takes_back(payment, WEEK_SEVEN, amount=4000, debit=True)
    since = WEEK_SEVEN - timedelta(days=1)
    for wanted in (Booked.BOOKED, Booked.DUPLICATE):
        found = returns_since("nordlicht", since, till=world.till, now=WEEK_SEVEN)
        assert list(found) == [wanted, wanted]
    assert world.claim().outstanding.total == 4820
    world.invariants()


# ---- in any order


def a_story(world):
    """A payment, of which a part was refunded, the rest charged back, and the chargeback won."""
    payment = world.gateway.money(4820, NOW).object_id
    refund = world.gateway.gives_back(payment, 820, NOW + timedelta(days=3)).object_id
    chargeback = world.gateway.takes_back(payment, WEEK_SEVEN, amount=4000).object_id
    world.gateway.chargeback_ends(chargeback, LATER, won=True)
    return (
        ("payment", payment), ("refund", refund), ("payment_of_charge", payment), ("chargeback", chargeback)
    )  # fmt: skip


def standing(world):
    """What the claim comes to, by component; and each movement with what it moved."""
    claim = world.claim()
    moved = sorted((kind, amount, source) for kind, amount, _, source, _ in entries(world))
    return claim.outstanding, claim.paid, claim.state, moved


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_every_order_of_the_notices_ends_in_the_same_books(order):
    plain, turned = World(), World()
    for world, numbers in ((plain, range(4)), (turned, order)):
        world.register()
        notices = a_story(world)
        for number in numbers:
            told(world, *notices[number], now=LATER)
        world.invariants()
    assert standing(plain) == standing(turned)
    assert plain.claim().outstanding.total == 820


STEPS = ("refund", "refund_fails", "charge", "decide")


@settings(max_examples=60, deadline=None)
@given(
    steps=st.permutations(STEPS),
    heard=st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=5, max_size=5),
    won=st.booleans(),
    debit=st.booleans(),
    stale=st.sets(st.integers(0, 12), max_size=3),
)
def test_whatever_is_told_when_and_how_often_the_balance_is_what_the_provider_holds(
    steps, heard, won, debit, stale
):
    """Notices of anything are heard between the steps, twice, late or not at all; at the end each once more."""
    world, day = World(), NOW
    world.register()
    world.store.meanwhile += [
        (lambda: world.store.trouble.append(StaleVersion("CLAIM"))) if n in stale else (lambda: None)
        for n in range(13)
    ]
    payment = world.gateway.money(4820, NOW).object_id
    refund = chargeback = None
    for step, names in zip((*steps, None), heard, strict=True):
        for name in names:
            hear(world, name, payment, refund, chargeback, day)
        day += timedelta(days=5)
        if step == "refund":
            refund = world.gateway.gives_back(payment, 820, day).object_id
        elif step == "refund_fails" and refund:
            world.gateway.refund_ends(refund, RefundStatus.FAILED)
        elif step == "charge":
            chargeback = world.gateway.takes_back(payment, day, amount=4000, debit=debit).object_id
        elif step == "decide" and chargeback and not debit:
            world.gateway.chargeback_ends(chargeback, day, won=won)
    for name in (3, 2, 1, 0):
        hear(world, name, payment, refund, chargeback, day)
    kept = 4820 - sum(r.amount for r in world.gateway.refunds.values() if r.status is RefundStatus.SUCCEEDED)
    kept += sum(moved.amount for c in world.gateway.chargebacks.values() for moved in c.movements)
    assert world.claim().paid == kept
    assert world.claim().outstanding.total == 4820 - kept
    world.invariants()


def hear(world, name, payment, refund, chargeback, now):
    about = {
        0: ("payment", payment), 1: ("refund", refund), 2: ("chargeback", chargeback),
        3: ("payment_of_charge", payment),
    }[name]  # fmt: skip
    if about[1]:
        told(world, *about, now=now)


ENDS = (PaymentStatus.PROCESSING, PaymentStatus.FAILED, PaymentStatus.SUCCEEDED)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_W3_W4_whatever_the_order_of_its_notices_a_payment_stands_as_it_stands(world, order):
    """Under way, failed, tried again and succeeded: each notice finds the payment as it is by then."""
    world.start()
    attempt = world.attempt()
    payment = world.gateway.pay(attempt, NOW, PaymentStatus.PROCESSING)
    for status in ENDS:
        world.gateway.settle(payment.object_id, status, 4820, NOW)
    for number in (*order, *order):
        told(world, "payment", payment.object_id, now=NOW + timedelta(minutes=number))
    assert kinds(world) == [(EntryKind.PAYMENT, 4820)]
    world.invariants()


# ---- what came again goes back once more


def won(world, payment, amount=4820):
    """A chargeback of this payment, taken and won again."""
    chargeback = world.gateway.takes_back(payment, WEEK_SEVEN, amount=amount)
    told(world, "chargeback", chargeback.object_id)
    world.gateway.chargeback_ends(chargeback.object_id, LATER, won=True)
    told(world, "chargeback", chargeback.object_id, LATER)


def test_M3_M7_a_refund_of_a_payment_whose_chargeback_was_won_is_booked_once(world):
    payment = booked(world)
    won(world, payment)
    refund = world.gateway.gives_back(payment, 1000, LATER)
    assert [told(world, "refund", refund.object_id, LATER) for _ in range(2)] == [Booked.BOOKED, Booked.DUPLICATE]
    assert (world.claim().outstanding.total, world.claim().paid) == (1000, 3820)
    more = world.gateway.gives_back(payment, 3821, LATER)
    assert told(world, "refund", more.object_id, LATER) is Booked.REFUSED
    world.invariants()


def test_M6_M7_a_payment_refunded_in_part_charged_back_won_and_charged_back_again_is_booked_each_time(world):
    payment = booked(world)
    refund = world.gateway.gives_back(payment, 820, WEEK_SEVEN)
    told(world, "refund", refund.object_id)
    for turn in range(3):
        won(world, payment, 4000)
        assert (world.claim().outstanding.total, world.claim().paid) == (820, 4000), turn
    last = world.gateway.takes_back(payment, LATER, amount=4000)
    assert told(world, "chargeback", last.object_id, LATER) is Booked.BOOKED
    assert (world.claim().outstanding.total, world.claim().paid) == (4820, 0)
    world.invariants()


def test_M6_a_chargeback_takes_what_stayed_and_what_came_again_of_one_payment(world):
    """A refund that failed came again as money of a name of its own; the bank then takes all of the payment."""
    payment = booked(world)
    refund = world.gateway.gives_back(payment, 820, WEEK_SEVEN)
    told(world, "refund", refund.object_id)
    world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
    told(world, "refund", refund.object_id, LATER)
    chargeback = world.gateway.takes_back(payment, LATER)
    assert told(world, "chargeback", chargeback.object_id, LATER) is Booked.BOOKED
    assert [amount for kind, amount in kinds(world) if kind is EntryKind.REVERSAL] == [820, 820, 4000]
    world.gateway.chargeback_ends(chargeback.object_id, LATER, won=True)
    told(world, "chargeback", chargeback.object_id, LATER)
    assert (world.claim().outstanding.total, world.claim().paid) == (0, 4820)
    assert world.claim().state is ClaimState.CLOSED
    world.invariants()


def test_M1_what_is_too_much_and_came_again_lies_in_suspense_and_goes_back_from_there(world):
    payment = booked(world, 5000)
    for _ in range(2):
        refund = world.gateway.gives_back(payment, 180, WEEK_SEVEN)
        told(world, "refund", refund.object_id)
        assert sum(money.left for money in world.store.suspense("nordlicht")) == 0
        assert world.claim().state is ClaimState.CLOSED, "the claim keeps what it had"
        world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
        told(world, "refund", refund.object_id, LATER)
        assert sum(money.left for money in world.store.suspense("nordlicht")) == 180
    world.invariants()


def test_W5_money_of_no_claim_goes_and_comes_and_goes_again(world):
    payment = world.gateway.money(990, NOW, claim="R-nobody-knows").object_id
    told(world, "payment", payment)
    won(world, payment, 990)
    assert sum(money.left for money in world.store.suspense("nordlicht")) == 990
    chargeback = world.gateway.takes_back(payment, LATER)
    assert told(world, "chargeback", chargeback.object_id, LATER) is Booked.BOOKED
    assert sum(money.left for money in world.store.suspense("nordlicht")) == 0


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["refund", "refund_fails", "won", "lost"]), st.integers(1, 6000)),
        min_size=2,
        max_size=8,
    ),
    st.sampled_from([4820, 5000, 3000]),
)
def test_M3_M6_M7_whatever_goes_and_comes_of_one_payment_the_books_hold_what_the_provider_holds(story, received):
    world = World()
    world.register()
    payment = booked(world, received)
    here = received
    for kind, wish in story:
        amount = min(wish, here)
        if not amount:
            continue
        if kind.startswith("refund"):
            name, what = world.gateway.gives_back(payment, amount, LATER).object_id, "refund"
        else:
            name, what = world.gateway.takes_back(payment, LATER, amount=amount).object_id, "chargeback"
        assert told(world, what, name, LATER) is Booked.BOOKED
        if kind == "refund_fails":
            world.gateway.refund_ends(name, RefundStatus.FAILED)
        elif what == "chargeback":
            world.gateway.chargeback_ends(name, LATER, won=kind == "won")
        told(world, what, name, LATER)
        here -= 0 if kind in ("refund_fails", "won") else amount
        lies = sum(money.left for money in world.store.suspense("nordlicht"))
        assert world.claim().paid + lies == here
        world.invariants()
