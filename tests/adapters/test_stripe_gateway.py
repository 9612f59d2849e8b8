"""Stripe's adapter against the payment double, over HTTP, by the provider's unmodified library."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.stripe.gateway import StripeGateway
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.payments import Attempt, CheckoutStatus, PaymentStatus
from tests.local.payment_office import KEY, Office

CREDITOR = "nordlicht"


@pytest.fixture
def office(tmp_path):
    open_office = Office(tmp_path / "double")
    open_office.register(webhook_url=None)
    yield open_office
    open_office.close()


@pytest.fixture
def gateway(office):
    return StripeGateway(lambda creditor: f"sk_test_{creditor}", office.url)


def attempt(office, number=1, amount=4820, **changes):
    ends = datetime.fromtimestamp(int(office.clock()) + 3600, UTC)
    values = {"id": f"att_{number}", "creditor": CREDITOR, "debtor": "D-77", "claim": "C-4711"}
    return Attempt(**{**values, "amount": amount, "currency": "EUR", "expires_at": ends, **changes})


def begin(gateway, wish, **changes):
    words = {
        "payee": "Stadtwerke Nordlicht GmbH",
        "description": "Strom, Rechnung 4711",
        "locale": "de",
        "success_url": f"https://pay.example.test/r/{wish.id}",
        "cancel_url": f"https://pay.example.test/r/{wish.id}?back",
    }
    return gateway.begin_checkout(wish, **{**words, **changes})


def paid(office, gateway, number=1, method="card", **changes):
    page = begin(gateway, attempt(office, number, **changes))
    office.press(page.url, method)
    return gateway.payment(CREDITOR, gateway.checkout(CREDITOR, page.provider_id).payment_id)


def test_an_attempt_opens_a_page_that_stands_until_the_attempt_ends(office, gateway):
    wish = attempt(office)
    page = begin(gateway, wish)
    assert page.url.startswith(office.url)
    assert page.expires_at == wish.expires_at
    standing = gateway.checkout(CREDITOR, page.provider_id)
    assert (standing.status, standing.payment_id, standing.attempt) == (CheckoutStatus.OPEN, None, wish.id)


def test_P1_beginning_the_same_attempt_twice_opens_one_page(office, gateway):
    wish = attempt(office)
    assert begin(gateway, wish) == begin(gateway, wish)
    assert len(office.lever("GET", "sessions")["sessions"]) == 1


def test_P1_beginning_the_same_attempt_from_six_sides_at_once_opens_one_page(office, gateway):
    wish = attempt(office)
    with ThreadPoolExecutor(6) as sides:
        pages = set(sides.map(lambda _: begin(gateway, wish), range(6)))
    assert len(pages) == 1
    assert len(office.lever("GET", "sessions")["sessions"]) == 1


def test_P11_the_same_attempt_with_another_amount_is_refused_for_good(office, gateway):
    begin(gateway, attempt(office))
    with pytest.raises(Permanent, match="IdempotencyError"):
        begin(gateway, attempt(office, amount=1))


def test_nothing_about_the_debtor_is_sent(office, gateway):
    begin(gateway, attempt(office))
    asked = office.server.double.store.rows("select request from replies")[0]["request"]
    assert "D-77" not in asked
    assert "customer" not in asked
    sent = json.loads(asked)[2]
    assert sent["metadata"] == {"creditor": CREDITOR, "claim": "C-4711", "attempt": "att_1"}
    assert sent["payment_intent_data"]["metadata"] == sent["metadata"]
    assert "payment_method_types" not in sent


LANGUAGES = [("de", "de"), ("de-AT", "de"), ("pt-BR", "pt-BR"), ("ar", "auto")]


@pytest.mark.parametrize(("tag", "shown"), LANGUAGES)
def test_the_page_speaks_the_nearest_language_it_knows(office, gateway, tag, shown):
    begin(gateway, attempt(office), locale=tag)
    assert office.lever("GET", "sessions")["sessions"][0]["locale"] == shown


def test_a_card_pays_at_once_and_the_payment_carries_our_ids(office, gateway):
    payment = paid(office, gateway)
    assert payment.status is PaymentStatus.SUCCEEDED
    assert (payment.received, payment.currency, payment.live) == (4820, "EUR", False)
    assert (payment.creditor, payment.claim, payment.attempt) == (CREDITOR, "C-4711", "att_1")
    assert abs(payment.paid_at - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_declined_card_fails_and_the_page_stays_open_for_another_try(office, gateway):
    page = begin(gateway, attempt(office))
    office.press(page.url, "card_declined")
    standing = gateway.checkout(CREDITOR, page.provider_id)
    failed = gateway.payment(CREDITOR, standing.payment_id)
    assert standing.status is CheckoutStatus.OPEN
    assert (failed.status, failed.received, failed.paid_at) == (PaymentStatus.FAILED, 0, None)
    office.press(page.url, "card")
    again = gateway.payment(CREDITOR, standing.payment_id)
    assert (again.status, again.received) == (PaymentStatus.SUCCEEDED, 4820)


def test_a_direct_debit_is_under_way_and_then_succeeds(office, gateway):
    payment = paid(office, gateway, method="sepa")
    assert (payment.status, payment.received, payment.paid_at) == (PaymentStatus.PROCESSING, 0, None)
    ordered = datetime.fromtimestamp(int(office.clock()), UTC)
    office.clock.move(11)
    office.until(lambda: gateway.payment(CREDITOR, payment.object_id).status is PaymentStatus.SUCCEEDED)
    settled = gateway.payment(CREDITOR, payment.object_id)
    assert settled.received == 4820
    assert settled.paid_at <= ordered + timedelta(seconds=2), "the day it was ordered counts"


def test_a_direct_debit_that_bounces_is_failed(office, gateway):
    payment = paid(office, gateway, method="sepa_fails")
    office.lever("POST", f"payments/{payment.object_id}/settle", outcome="failed")
    failed = gateway.payment(CREDITOR, payment.object_id)
    assert (failed.status, failed.received) == (PaymentStatus.FAILED, 0)


def test_a_closed_page_takes_no_money(office, gateway):
    page = begin(gateway, attempt(office))
    assert gateway.expire_checkout(CREDITOR, page.provider_id).status is CheckoutStatus.EXPIRED
    office.press(page.url, "card")
    standing = gateway.checkout(CREDITOR, page.provider_id)
    assert (standing.status, standing.payment_id) == (CheckoutStatus.EXPIRED, None)


def test_closing_a_page_twice_or_after_it_was_completed_is_answered_not_raised(office, gateway):
    page = begin(gateway, attempt(office))
    gateway.expire_checkout(CREDITOR, page.provider_id)
    assert gateway.expire_checkout(CREDITOR, page.provider_id).status is CheckoutStatus.EXPIRED
    other = begin(gateway, attempt(office, 2))
    office.press(other.url, "card")
    standing = gateway.expire_checkout(CREDITOR, other.provider_id)
    assert standing.status is CheckoutStatus.COMPLETE
    assert standing.payment_id


def test_a_page_closes_by_the_clock(office, gateway):
    page = begin(gateway, attempt(office))
    office.clock.move(3601)
    assert gateway.checkout(CREDITOR, page.provider_id).status is CheckoutStatus.EXPIRED


@pytest.mark.parametrize("seconds", [60, 25 * 3600])
def test_an_attempt_that_ends_too_soon_or_too_late_is_refused_for_good(office, gateway, seconds):
    ends = datetime.fromtimestamp(office.clock() + seconds, UTC)
    with pytest.raises(Permanent, match="begin_checkout"):
        begin(gateway, attempt(office, expires_at=ends))


def test_I12_a_retry_after_24_hours_opens_no_second_page(office, gateway):
    wish = attempt(office)
    page = begin(gateway, wish)
    office.press(page.url, "card")
    office.clock.move(25 * 3600)
    with pytest.raises(Permanent):
        begin(gateway, wish)
    assert len(office.lever("GET", "sessions")["sessions"]) == 1


def test_an_unknown_object_is_refused_for_good(gateway):
    with pytest.raises(Permanent, match="code=resource_missing"):
        gateway.payment(CREDITOR, "pi_nowhere")
    with pytest.raises(Permanent):
        gateway.checkout(CREDITOR, "cs_nowhere")
    with pytest.raises(Permanent):
        gateway.expire_checkout(CREDITOR, "cs_nowhere")


def test_O3_one_creditors_key_sees_nothing_of_another(office, gateway):
    office.lever("POST", "accounts", api_key="sk_test_other")
    payment = paid(office, gateway)
    with pytest.raises(Permanent):
        gateway.payment("other", payment.object_id)
    assert list(gateway.payments_since("other", datetime.fromtimestamp(0, UTC))) == []


def test_a_wrong_key_is_refused_for_good_and_not_repeated_in_the_error(office):
    wrong = StripeGateway(lambda creditor: "sk_test_of_nobody_at_all", office.url)
    with pytest.raises(Permanent) as refusal:
        wrong.payment(CREDITOR, "pi_1")
    assert "nobody" not in str(refusal.value)


def test_a_rotated_key_is_used_at_once(office):
    keys = {CREDITOR: KEY}
    gateway = StripeGateway(keys.__getitem__, office.url)
    page = begin(gateway, attempt(office))
    office.lever("POST", "accounts", api_key="sk_test_next")
    keys[CREDITOR] = "sk_test_next"
    with pytest.raises(Permanent):
        gateway.checkout(CREDITOR, page.provider_id)


def test_I11_a_fault_at_the_provider_is_tried_again_and_opens_one_page(office, gateway):
    office.fault("api_error", status=500, path="/v1/checkout")
    assert begin(gateway, attempt(office)).url
    assert len(office.lever("GET", "sessions")["sessions"]) == 1


def test_I2_an_answer_lost_after_the_page_was_opened_is_asked_for_again_and_opens_one_page(office, gateway):
    office.fault("lose_response", path="/v1/checkout")
    assert begin(gateway, attempt(office)).url
    assert len(office.lever("GET", "sessions")["sessions"]) == 1


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 503}, {"status": 429}, {"status": 409, "code": "idempotency_key_in_use"}],
    ids=str,
)
def test_what_may_pass_is_to_be_retried(office, gateway, fault):
    office.fault("api_error", times=None, **fault)
    with pytest.raises(Retry, match=f"status={fault['status']}"):
        gateway.checkout(CREDITOR, "cs_any")


def test_a_silent_provider_is_to_be_retried(office, gateway):
    office.server.stop()
    with pytest.raises(Retry, match="APIConnectionError"):
        gateway.checkout(CREDITOR, "cs_any")


def test_W15_every_payment_since_a_day_is_found_however_many_pages_it_takes(office, gateway):
    office.lever("POST", "payments", api_key=KEY, amount=100, currency="eur")
    office.clock.move(48 * 3600)
    since = datetime.fromtimestamp(office.clock() - 3600, UTC)
    wanted = {
        office.lever("POST", "payments", api_key=KEY, amount=100 + n, currency="eur")["id"] for n in range(105)
    }
    found = list(gateway.payments_since(CREDITOR, since))
    assert {payment.object_id for payment in found} == wanted
    assert len(found) == len(wanted)
    assert all(payment.status is PaymentStatus.SUCCEEDED and payment.paid_at for payment in found)


def test_W15_a_direct_debit_begun_before_and_settled_since_is_found_too(office, gateway):
    office.register(webhook_url=None, sepa_seconds=9 * 24 * 3600)
    payment = paid(office, gateway, method="sepa")
    office.clock.move(9 * 24 * 3600 + 60)
    office.until(lambda: gateway.payment(CREDITOR, payment.object_id).status is PaymentStatus.SUCCEEDED)
    since = datetime.fromtimestamp(office.clock() - 24 * 3600, UTC)
    assert [found.object_id for found in gateway.payments_since(CREDITOR, since)] == [payment.object_id]
