"""What the gateway says of money that goes back or moves on, asked of the payment double by the real library."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.stripe.gateway import StripeGateway
from chalicelib.adapters.stripe.mandates import StripeMandates
from chalicelib.domain.errors import Permanent
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.money_back import BalanceKind, ChargebackStatus, PayoutStatus, RefundStatus
from chalicelib.domain.payments import Attempt, CheckoutStatus, PaymentStatus
from tests.local.payment_office import KEY, Office

CREDITOR = "nordlicht"
LONG_AGO = datetime.fromtimestamp(0, UTC)


@pytest.fixture
def office(tmp_path):
    opened = Office(tmp_path / "double")
    yield opened
    opened.close()


@pytest.fixture
def gateway(office):
    return StripeGateway({CREDITOR: KEY}.__getitem__, office.url)


@pytest.fixture
def mandates(office):
    return StripeMandates({CREDITOR: KEY}.__getitem__, office.url)


def arrives(office, amount=4820, **changes):
    wish = {"api_key": KEY, "amount": amount, "currency": "eur", **changes}
    return office.lever("POST", "payments", **wish)["id"]


def test_M2_a_payment_that_is_only_held_back_is_pending_and_its_captured_part_is_what_came(office, gateway):
    held = arrives(office, capture_method="manual")
    assert (gateway.payment(CREDITOR, held).status, gateway.payment(CREDITOR, held).received) == (
        PaymentStatus.PENDING,
        0,
    )
    office.lever("POST", f"payments/{held}/capture", amount=3000)
    taken = gateway.payment(CREDITOR, held)
    assert (taken.status, taken.received) == (PaymentStatus.SUCCEEDED, 3000)


def test_M3_M4_the_same_key_gives_money_back_once_and_every_refund_of_a_payment_is_found(office, gateway):
    payment = arrives(office)
    labels = {"task": "r-1"}
    given = gateway.refund_payment(CREDITOR, payment, 1000, key="r-1", labels=labels)
    assert gateway.refund_payment(CREDITOR, payment, 1000, key="r-1", labels=labels) == given
    assert (given.payment, given.status, given.amount, given.currency) == (
        payment,
        RefundStatus.SUCCEEDED,
        1000,
        "EUR",
    )
    assert given.labels == (("creditor", CREDITOR), ("task", "r-1"))
    other = office.lever("POST", "refunds", payment_intent=payment, amount=820, outcome="pending")["id"]
    assert [r.object_id for r in gateway.refunds_of(CREDITOR, payment)] == [given.object_id, other]
    assert gateway.refund(CREDITOR, other).status is RefundStatus.PENDING
    assert {r.object_id for r in gateway.refunds_since(CREDITOR, LONG_AGO)} == {given.object_id, other}


def test_M5_more_than_was_paid_is_refused_for_good(office, gateway):
    payment = arrives(office)
    gateway.refund_payment(CREDITOR, payment, 4000, key="r-1", labels={})
    with pytest.raises(Permanent, match="refund_payment"):
        gateway.refund_payment(CREDITOR, payment, 821, key="r-2", labels={})


def test_a_refund_that_came_back_long_after_is_found_by_what_was_told_of_it(office, gateway):
    given = office.lever("POST", "refunds", payment_intent=arrives(office), amount=1000)["id"]
    office.clock.move(9 * 86400)
    since = datetime.fromtimestamp(office.clock() - 3600, UTC)
    assert list(gateway.refunds_since(CREDITOR, since)) == []
    office.lever("POST", f"refunds/{given}/settle", outcome="failed")
    (found,) = gateway.refunds_since(CREDITOR, since)
    assert (found.object_id, found.status) == (given, RefundStatus.FAILED)


def test_M6_M7_a_chargeback_tells_what_was_taken_and_given_back_without_the_fees(office, gateway):
    opened = office.lever("POST", "disputes", payment_intent=arrives(office))["id"]
    told = gateway.chargeback(CREDITOR, opened)
    assert (told.status, told.taken.amount, told.given_back) == (ChargebackStatus.OPEN, -4820, None)
    assert not told.is_debit
    office.clock.move(30 * 86400)
    since = datetime.fromtimestamp(office.clock() - 3600, UTC)
    office.lever("POST", f"disputes/{opened}/move", status="won")
    (won,) = gateway.chargebacks_since(CREDITOR, since)
    assert (won.status, won.given_back.amount) == (ChargebackStatus.WON, 4820)
    assert won.given_back.at - won.taken.at > timedelta(days=29)


def test_an_inquiry_has_moved_nothing(office, gateway):
    opened = office.lever("POST", "disputes", payment_intent=arrives(office), status="warning_needs_response")
    told = gateway.chargeback(CREDITOR, opened["id"])
    assert (told.status, told.movements) == (ChargebackStatus.INQUIRY, ())


def test_M8_a_returned_direct_debit_is_a_chargeback_lost_at_once(office, gateway):
    payment = arrives(office, method="sepa")
    office.lever("POST", f"payments/{payment}/settle")
    office.clock.move(48 * 86400)
    returned = office.lever("POST", f"payments/{payment}/return", reason="debit_not_authorized")["id"]
    told = gateway.chargeback(CREDITOR, returned)
    assert (told.payment, told.status, told.is_debit) == (payment, ChargebackStatus.LOST, True)
    assert (told.taken.amount, told.because) == (-4820, "debit_not_authorized")
    assert gateway.payment(CREDITOR, payment).status is PaymentStatus.SUCCEEDED, "it did come, once"


def test_every_movement_of_the_balance_has_its_fee_and_its_payment(office, gateway):
    paid, drawn = arrives(office), arrives(office, method="sepa")
    office.lever("POST", f"payments/{drawn}/settle", outcome="failed")
    office.lever("POST", "refunds", payment_intent=paid, amount=820)
    opened = office.lever("POST", "disputes", payment_intent=paid)["id"]
    office.lever("POST", f"disputes/{opened}/move", status="won")
    moved = list(gateway.balance_since(CREDITOR, LONG_AGO))
    told = {(one.kind, one.gross, one.fee, one.payment) for one in moved}
    assert told == {
        (BalanceKind.PAYMENT, 4820, 97, paid),
        (BalanceKind.PAYMENT, 4820, 35, drawn),
        (BalanceKind.PAYMENT_FAILED, -4820, 0, drawn),
        (BalanceKind.REFUND, -820, 0, paid),
        (BalanceKind.CHARGEBACK, -4000, 2000, paid),
        (BalanceKind.CHARGEBACK_WON, 4000, 0, paid),
    }
    assert all(one.net == one.gross - one.fee for one in moved)


def test_a_payout_is_the_sum_of_its_movements(office, gateway):
    arrives(office)
    arrives(office, amount=1000)
    sent = office.lever("POST", "payouts", api_key=KEY)["id"]
    arrives(office, amount=700)
    payout = gateway.payout(CREDITOR, sent)
    parts = list(gateway.balance_of(CREDITOR, sent))
    assert (payout.status, payout.currency, payout.live) == (PayoutStatus.UNDER_WAY, "EUR", False)
    assert sum(one.net for one in parts if one.kind is not BalanceKind.PAYOUT) == payout.amount
    assert sum(one.net for one in parts) == 0
    office.lever("POST", f"payouts/{sent}/settle", outcome="paid")
    assert [one.status for one in gateway.payouts_since(CREDITOR, LONG_AGO)] == [PayoutStatus.PAID]
    office.lever("POST", f"payouts/{sent}/settle", outcome="failed")
    assert gateway.payout(CREDITOR, sent).status is PayoutStatus.FAILED
    assert BalanceKind.PAYOUT_FAILED in {one.kind for one in gateway.balance_since(CREDITOR, LONG_AGO)}


# -- mandates ------------------------------------------------------------------------------------------------


def begin(office, mandates, name="m-1"):
    now = datetime.fromtimestamp(office.clock(), UTC)
    mandate = Mandate(name, CREDITOR, "D-77", "C-4711", "p-1", 2, now)
    return mandates.begin_mandate(
        mandate,
        payee="Nordlicht Energie GmbH",
        currency="EUR",
        locale="de",
        success_url="https://pay.example.test/r/m-1",
        cancel_url="https://pay.example.test/r/m-1?left=1",
        expires_at=(now + timedelta(minutes=60)).replace(microsecond=0),
    )


def instalment(office, number=1, **changes):
    now = datetime.fromtimestamp(office.clock(), UTC)
    return Attempt(f"d-{number}", CREDITOR, "D-77", "C-4711", 1500, "EUR", now, **changes)


def saved(office, mandates, method="sepa"):
    page = begin(office, mandates)
    office.press(page.url, method)
    found = mandates.saved_on(CREDITOR, page.provider_id)
    assert found
    return found


def test_a_mandate_is_given_on_a_page_of_its_own_and_nothing_about_the_debtor_is_sent(office, gateway, mandates):
    page = begin(office, mandates)
    assert begin(office, mandates) == page
    assert mandates.saved_on(CREDITOR, page.provider_id) is None
    assert "D-77" not in office.server.double.store.rows("select request from replies")[0]["request"]
    office.press(page.url, "card")
    assert gateway.checkout(CREDITOR, page.provider_id).status is CheckoutStatus.OPEN, "an account is wanted"
    office.press(page.url, "sepa")
    standing = gateway.checkout(CREDITOR, page.provider_id)
    assert (standing.status, standing.payment_id, standing.mandate) == (CheckoutStatus.COMPLETE, None, "m-1")
    found = mandates.saved_on(CREDITOR, page.provider_id)
    assert (found.kind, found.last4, found.active) == ("sepa_debit", "3000", True)
    assert found.payer and found.way and found.reference


def test_drawing_the_same_attempt_twice_draws_once_and_is_found_again_after_the_key_is_forgotten(
    office, gateway, mandates
):
    way = saved(office, mandates)
    assert mandates.drawn(CREDITOR, way.payer, "d-1") is None
    drawn = mandates.draw(instalment(office), way, description="Rate 1")
    assert (drawn.status, drawn.attempt, drawn.claim) == (PaymentStatus.PROCESSING, "d-1", "C-4711")
    assert mandates.draw(instalment(office), way, description="Rate 1").object_id == drawn.object_id
    office.lever("POST", f"payments/{drawn.object_id}/settle")
    office.clock.move(3 * 86400)
    found = mandates.drawn(CREDITOR, way.payer, "d-1")
    assert (found.object_id, found.status, found.received) == (drawn.object_id, PaymentStatus.SUCCEEDED, 1500)


def test_a_mandate_given_up_is_not_drawn_on_and_giving_it_up_twice_is_no_error(office, mandates):
    way = saved(office, mandates)
    mandates.end_mandate(CREDITOR, way.way)
    mandates.end_mandate(CREDITOR, way.way)
    with pytest.raises(Permanent, match="draw"):
        mandates.draw(instalment(office), way, description="Rate 1")


def test_a_mandate_that_ended_at_the_bank_is_told_by_its_own_name(office, mandates):
    page = begin(office, mandates)
    office.press(page.url, "sepa")
    way = mandates.saved_on(CREDITOR, page.provider_id)
    ended = office.lever("POST", f"mandates/{way.way}/end")
    assert mandates.labels_of(CREDITOR, ended["id"])["mandate"] == "m-1"
    assert mandates.saved_on(CREDITOR, page.provider_id).active is False
