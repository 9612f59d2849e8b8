"""A notice is only a reason to ask; what the provider then says is what counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.lapse_attempt import lapse_attempt
from chalicelib.actions.read_event import SETTLES_WITHIN, checkout_told, keep_waiting, payment_told
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.payments import AttemptStatus, CheckoutStatus, PaymentStatus
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES


@pytest.fixture
def attempt(world):
    world.register()
    world.start()
    return world.attempt()


def told(world, action, object_id, event="evt_1", now=NOW, of="nordlicht"):
    return action(
        of,
        object_id,
        event=event,
        store=world.store,
        gateway=world.gateway,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def expire(world, attempt):
    page = world.gateway.pages[attempt.provider_id]
    world.gateway.pages[attempt.provider_id] = replace(page, status=CheckoutStatus.EXPIRED)


def hold(world):
    return next((h for h in world.claim().holds if h.kind is HoldKind.PAYMENT_UNDER_WAY), None)


def test_W3_a_success_is_booked_whatever_was_told_before_it(world, attempt):
    payment = world.gateway.pay(attempt, NOW)
    assert told(world, payment_told, payment.object_id) is Booked.BOOKED
    assert told(world, checkout_told, attempt.provider_id, "evt_0") is Booked.DUPLICATE
    assert world.claim().state is ClaimState.CLOSED
    world.invariants()


def test_W2_the_page_and_the_payment_tell_of_one_booking(world, attempt):
    payment = world.gateway.pay(attempt, NOW)
    assert told(world, checkout_told, attempt.provider_id, "evt_1") is Booked.BOOKED
    assert told(world, payment_told, payment.object_id, "evt_2") is Booked.DUPLICATE
    world.invariants()


def test_a_page_that_closed_unused_sets_the_claim_free(world, attempt):
    expire(world, attempt)
    assert told(world, checkout_told, attempt.provider_id) is Booked.NOTHING
    assert (world.attempt().status, hold(world)) == (AttemptStatus.EXPIRED, None)
    (fact,) = world.store.named(FactName.PAYMENT_LAPSED)
    assert dict(fact.about) == {"claim": "R-1001", "attempt": attempt.id}
    before = dict(world.store.items)
    told(world, checkout_told, attempt.provider_id, "evt_2")
    assert world.store.items == before


def test_a_page_that_is_still_open_changes_nothing(world, attempt):
    before = dict(world.store.items)
    assert told(world, checkout_told, attempt.provider_id) is Booked.NOTHING
    assert world.store.items == before


def test_a_declined_card_leaves_the_page_open_to_try_again(world, attempt):
    payment = world.gateway.money(4820, NOW, attempt=attempt.id, status=PaymentStatus.FAILED)
    assert told(world, payment_told, payment.object_id) is Booked.NOTHING
    assert (world.attempt().status, hold(world).until) == (AttemptStatus.OPEN, attempt.expires_at)


@pytest.mark.parametrize("how", ["payment", "checkout"])
def test_a_debit_on_its_way_keeps_reminders_away_for_as_long_as_it_takes(world, attempt, how):
    reminder = world.planned()
    payment = world.gateway.pay(attempt, NOW, PaymentStatus.PROCESSING)
    action, about = {
        "payment": (payment_told, payment.object_id),
        "checkout": (checkout_told, attempt.provider_id),
    }[how]
    assert told(world, action, about, now=NOW + timedelta(minutes=1)) is Booked.NOTHING
    assert (hold(world).since, hold(world).until) == (NOW, NOW + timedelta(minutes=1) + SETTLES_WITHIN)
    assert world.send(reminder) is Sent.MOVED and world.email.sent == []
    assert len(world.store.named(FactName.PAYMENT_PENDING)) == 1
    told(world, action, about, "evt_2", NOW + timedelta(hours=5))
    assert hold(world).until == NOW + timedelta(minutes=1) + SETTLES_WITHIN, "told twice it waits no longer"
    settled = world.gateway.settle(payment.object_id, PaymentStatus.SUCCEEDED, 4820, NOW + timedelta(days=5))
    assert told(world, payment_told, settled.object_id, "evt_3") is Booked.BOOKED
    assert world.claim().holds == ()
    world.invariants()


def test_M12_a_debit_for_several_claims_is_waited_for_on_each_and_a_refused_one_frees_each(world):
    for claim in ("R-1001", "R-2"):
        world.register(claim=claim)
    world.start(9640, together=True)
    payment = world.gateway.pay(world.attempt(), NOW, PaymentStatus.PROCESSING)
    told(world, payment_told, payment.object_id)
    claims = world.matter().claims.values()
    assert [[hold.until for hold in claim.holds] for claim in claims] == [[NOW + SETTLES_WITHIN]] * 2
    world.gateway.settle(payment.object_id, PaymentStatus.FAILED, 0, NOW)
    told(world, payment_told, payment.object_id, "evt_2")
    assert [claim.holds for claim in world.matter().claims.values()] == [(), ()]


@pytest.mark.parametrize("how", ["payment", "checkout"])
def test_a_debit_the_bank_refused_sets_the_claim_free_at_once(world, attempt, how):
    payment = world.gateway.pay(attempt, NOW, PaymentStatus.PROCESSING)
    told(world, payment_told, payment.object_id)
    world.gateway.settle(payment.object_id, PaymentStatus.FAILED, 0, NOW)
    action, about = {
        "payment": (payment_told, payment.object_id),
        "checkout": (checkout_told, attempt.provider_id),
    }[how]
    assert told(world, action, about, "evt_2") is Booked.NOTHING
    assert (world.attempt().status, hold(world)) == (AttemptStatus.EXPIRED, None)


def test_what_is_processing_after_it_was_replaced_or_closed_holds_nothing(world, attempt):
    payment = world.gateway.money(4820, NOW, attempt=attempt.id, status=PaymentStatus.PROCESSING)
    world.book(world.gateway.money(4820, NOW))
    assert not keep_waiting("nordlicht", payment, store=world.store, now=NOW)
    lapse_attempt("nordlicht", attempt.id, store=world.store, now=NOW)
    assert not keep_waiting("nordlicht", payment, store=world.store, now=NOW)
    unknown = replace(payment, attempt="unknown")
    assert not keep_waiting("nordlicht", unknown, store=world.store, now=NOW)
    told(
        world, payment_told, world.gateway.money(1, NOW, attempt="unknown", status=PaymentStatus.FAILED).object_id
    )


def test_O3_another_creditors_notice_cannot_end_an_attempt(world, attempt):
    world.open(id="suedlicht")
    expire(world, attempt)
    told(world, checkout_told, attempt.provider_id, of="suedlicht")
    processing = world.gateway.money(
        1, NOW, creditor="suedlicht", attempt=attempt.id, status=PaymentStatus.PROCESSING
    )
    told(world, payment_told, processing.object_id, of="suedlicht")
    assert (world.attempt().status, hold(world).until) == (AttemptStatus.OPEN, attempt.expires_at)


def test_somebody_who_writes_at_the_same_moment_is_not_overwritten(world, attempt):
    def paid():
        world.book(world.gateway.money(1000, NOW))

    world.store.meanwhile.append(paid)
    assert lapse_attempt("nordlicht", attempt.id, store=world.store, now=NOW)
    assert (world.claim().paid, hold(world)) == (1000, None)
    world.invariants()


def test_W4_an_attempt_that_is_paid_meanwhile_is_not_ended(world, attempt):
    payment = world.gateway.money(4820, NOW, attempt=attempt.id)
    world.store.meanwhile.append(lambda: world.book(payment))
    assert not lapse_attempt("nordlicht", attempt.id, store=world.store, now=NOW)
    assert world.attempt().status is AttemptStatus.PAID


def test_one_that_somebody_went_on_with_is_not_ended(world, attempt):
    assert not lapse_attempt("nordlicht", attempt.id, store=world.store, now=NOW, version=attempt.version - 1)
    assert not lapse_attempt("nordlicht", "unknown", store=world.store, now=NOW)


@pytest.mark.parametrize("action", ["lapse", "wait"])
def test_what_keeps_changing_comes_back(world, attempt, action):
    payment = world.gateway.money(4820, NOW, attempt=attempt.id, status=PaymentStatus.PROCESSING)
    world.store.meanwhile += [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")] * 5
    with pytest.raises(Retry):
        if action == "lapse":
            lapse_attempt("nordlicht", attempt.id, store=world.store, now=NOW)
        else:
            keep_waiting("nordlicht", payment, store=world.store, now=NOW)


def test_with_the_provider_out_of_reach_the_notice_comes_back(world, attempt):
    world.gateway.down = Retry("down")
    with pytest.raises(Retry):
        told(world, checkout_told, attempt.provider_id)
