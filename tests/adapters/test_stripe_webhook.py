"""Which notices are believed: signed by a secret we know, these very bytes, within five minutes."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stripe
from stripe import WebhookSignature

from chalicelib.adapters.stripe.reading import KINDS, checkout_from, object_of, payment_from
from chalicelib.adapters.stripe.webhook import BadSignature, verify
from chalicelib.domain.errors import Permanent
from chalicelib.domain.payments import CheckoutStatus, PaymentStatus, ProviderEvent
from local.payments.deliveries import sign, tampered
from local.payments.shapes import shape
from tests.local.payment_office import SECRET, Office

NOW = datetime(2026, 11, 21, 9, 30, 0, 999_000, tzinfo=UTC)
MOMENT = int(NOW.timestamp())


def event(kind="payment_intent.succeeded", live=False, **changes):
    intent = shape("payment_intent", MOMENT, live, amount=4820, currency="eur", status="succeeded")
    return shape("event", MOMENT, live, type=kind, data={"object": intent}) | changes


def signed(body, secret=SECRET, moment=MOMENT):
    return WebhookSignature.generate_signature_header(body, secret, moment)


def test_a_signed_notice_is_believed_and_says_what_happened_to_what():
    body = json.dumps(event())
    told = verify(body.encode(), signed(body), [SECRET], NOW)
    assert told.kind == "payment_intent.succeeded"
    assert told.object_id == json.loads(body)["data"]["object"]["id"]
    assert (told.created, told.live, told.payload) == (NOW.replace(microsecond=0), False, body)


def test_W6_a_wrong_signature_is_refused():
    body = json.dumps(event())
    for header in (signed(body, "whsec_other"), f"t={MOMENT},v1=00", f"t={MOMENT}", "v1=00", "", "t=x,v1=é"):
        with pytest.raises(BadSignature):
            verify(body.encode(), header, [SECRET], NOW)


def test_W6_an_older_scheme_is_refused():
    body = json.dumps(event())
    with pytest.raises(BadSignature):
        verify(body.encode(), signed(body).replace("v1=", "v0="), [SECRET], NOW)


@pytest.mark.parametrize("secrets", [[], [""], [" "]], ids=["none", "empty", "blank"])
def test_I14_without_a_secret_nothing_is_believed(secrets):
    body = json.dumps(event())
    with pytest.raises(BadSignature):
        verify(body.encode(), signed(body, ""), secrets, NOW)


@pytest.mark.parametrize("age", [-300, -1, 0, 299, 300])
def test_W7_W8_up_to_300_seconds_either_way_are_allowed(age):
    body = json.dumps(event())
    assert verify(body.encode(), signed(body, moment=MOMENT - age), [SECRET], NOW)


@pytest.mark.parametrize("age", [301, 3600])
def test_W7_an_old_notice_is_refused(age):
    body = json.dumps(event())
    with pytest.raises(BadSignature, match=f"{age} s ago"):
        verify(body.encode(), signed(body, moment=MOMENT - age), [SECRET], NOW)


@pytest.mark.parametrize("ahead", [301, 365 * 24 * 3600])
def test_W8_a_notice_from_the_future_is_refused(ahead):
    body = json.dumps(event())
    with pytest.raises(BadSignature):
        verify(body.encode(), signed(body, moment=MOMENT + ahead), [SECRET], NOW)


def test_W7_a_new_time_beside_an_old_signature_is_refused():
    body = json.dumps(event())
    old = signed(body, moment=MOMENT - 3600)
    for header in (f"t={MOMENT},{old}", f"{old},t={MOMENT}", old.replace(str(MOMENT - 3600), str(MOMENT))):
        with pytest.raises(BadSignature):
            verify(body.encode(), header, [SECRET], NOW)


def test_W9_a_changed_body_is_refused():
    body = json.dumps(event(), indent=2)
    for other in (tampered(body), body + " ", body.replace("4820", "0482")):
        assert other != body
        with pytest.raises(BadSignature):
            verify(other.encode(), signed(body), [SECRET], NOW)


def test_W10_during_a_rotation_the_old_and_the_new_secret_are_both_valid():
    body = json.dumps(event())
    for secret in ("whsec_new", "whsec_old"):
        assert verify(body.encode(), signed(body, secret), ["whsec_new", "whsec_old"], NOW)
    with pytest.raises(BadSignature):
        verify(body.encode(), signed(body, "whsec_old"), ["whsec_newer", "whsec_new"], NOW)


def test_W10_a_notice_signed_with_both_secrets_is_believed_by_either():
    body = json.dumps(event())
    header = sign(body, ["whsec_old", "whsec_new"], MOMENT)
    for secret in ("whsec_new", "whsec_old"):
        assert verify(body.encode(), header, [secret], NOW)


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "null", "{", "7", "NaN", "[" * 5000, '{"object": "event"}',
        json.dumps(event(id="")), json.dumps(event(id=7)), json.dumps(event(type=None)),
        json.dumps(event(object="plan")), json.dumps(event(livemode="false")),
        json.dumps(event(data={"object": "pi_1"})), json.dumps(event(created="soon")),
        json.dumps(event(created=10**20)), json.dumps(event(data=None)),
    ],
    ids=lambda body: body[:24],
)  # fmt: skip
def test_a_signed_body_that_is_no_event_is_refused_for_good(body):
    with pytest.raises(Permanent):
        verify(body.encode(), signed(body), [SECRET], NOW)


def test_a_body_that_is_no_utf8_is_refused():
    with pytest.raises(BadSignature):
        verify(b"\xff\xfe", f"t={MOMENT},v1=00", [SECRET], NOW)


def test_what_the_double_sends_is_believed(tmp_path):
    office = Office(tmp_path / "double")
    try:
        office.lever("POST", "payments", api_key="sk_test_nordlicht", amount=4820, currency="eur")
        office.listener.wait_for("payment_intent.succeeded")
        for body, header in office.listener.heard:
            assert verify(body, header, [SECRET], datetime.now(UTC)).payload == body.decode()
            with pytest.raises(BadSignature):
                verify(body, header, [SECRET], datetime.now(UTC) + timedelta(seconds=310))
    finally:
        office.close()


def happened(kind):
    return ProviderEvent("evt_1", kind, "id_1", NOW, False, "{}")


def test_each_kind_that_matters_names_what_to_ask_for():
    begins = {
        "payment": "payment_intent.", "checkout": "checkout.session.", "refund": ("refund.", "charge.refund."),
        "chargeback": "charge.dispute.", "payout": "payout.", "mandate": "mandate.",
    }  # fmt: skip
    for kind, thing in KINDS.items():
        if kind != "charge.refunded":
            assert object_of(happened(kind)) == (thing, "id_1")
            assert kind.startswith(begins[thing])


def test_every_kind_that_matters_is_one_the_provider_can_send():
    module = Path(stripe.__file__).parent / "params/_webhook_endpoint_create_params.py"
    known = set(re.findall(r'^ +"([a-z_.]+)",$', module.read_text(), re.MULTILINE))
    assert set(KINDS) <= known


@pytest.mark.parametrize(("payment", "asked"), [("pi_1", "pi_1"), (None, ""), ({"id": "pi_1"}, "")])
def test_a_charge_that_was_refunded_names_its_payment(payment, asked):
    body = json.dumps({"data": {"object": {"id": "ch_1", "payment_intent": payment}}})
    told = ProviderEvent("evt_1", "charge.refunded", "ch_1", NOW, False, body)
    assert object_of(told) == ("payment_of_charge", asked)


@pytest.mark.parametrize("kind", ["charge.succeeded", "balance.available", "payment_intent.created", "x", ""])
def test_W12_an_unknown_kind_is_left_alone(kind):
    assert object_of(happened(kind)) == (None, "id_1")


def test_W12_an_event_about_an_object_without_an_id_can_be_read():
    body = json.dumps(event("balance.available", data={"object": {"object": "balance"}}))
    assert verify(body.encode(), signed(body), [SECRET], NOW).object_id == ""


@pytest.mark.parametrize(
    ("status", "changes", "means"),
    [
        ("succeeded", {}, PaymentStatus.SUCCEEDED),
        ("processing", {}, PaymentStatus.PROCESSING),
        ("canceled", {}, PaymentStatus.CANCELLED),
        ("requires_payment_method", {}, PaymentStatus.PENDING),
        ("requires_payment_method", {"last_payment_error": {"code": "card_declined"}}, PaymentStatus.FAILED),
        ("requires_action", {}, PaymentStatus.PENDING),
        ("requires_confirmation", {}, PaymentStatus.PENDING),
        ("requires_capture", {}, PaymentStatus.PENDING),
    ],
)
def test_every_status_of_the_provider_has_a_meaning(status, changes, means):
    intent = shape("payment_intent", MOMENT, False, status=status, currency="eur", **changes)
    assert payment_from(intent).status is means


def test_M2_what_was_captured_counts_not_what_was_asked_for():
    intent = shape("payment_intent", MOMENT, True, amount=9000, amount_received=4500, currency="eur")
    read = payment_from(intent | {"status": "succeeded", "latest_charge": {"created": MOMENT}})
    assert (read.received, read.live) == (4500, True)
    assert read.paid_at == NOW.replace(microsecond=0)


def test_a_payment_that_did_not_begin_here_carries_no_ids():
    read = payment_from(shape("payment_intent", MOMENT, False, status="succeeded", currency="usd"))
    assert (read.creditor, read.claim, read.attempt, read.currency) == (None, None, None, "USD")


def test_a_page_names_its_payment_as_id_or_as_object():
    session = shape("checkout.session", MOMENT, False, status="complete", metadata={"attempt": "att_1"})
    for payment in ("pi_1", {"id": "pi_1"}):
        read = checkout_from(session | {"payment_intent": payment})
        assert (read.status, read.payment_id, read.attempt) == (CheckoutStatus.COMPLETE, "pi_1", "att_1")
