"""The payment double moves money as the provider does: captures, refunds, disputes, mandates, fees and payouts.

STRIPE_FIXTURES names a copy of Stripe's own fixtures (openapi/fixtures3.json of github.com/stripe/openapi):
where it is set, each shape is compared with them.
"""

import json
import os
from pathlib import Path

import pytest
import stripe

from local.payments.balance import DISPUTE_FEES
from tests.local.payment_office import KEY, Office

FIXTURES = Path(os.environ.get("STRIPE_FIXTURES", "fixtures3.json"))
CLASSES = {
    "payment_intent": "payment_intents", "charge": "charges", "refund": "refunds", "dispute": "disputes",
    "payout": "payouts", "balance_transaction": "balance_transactions", "setup_intent": "setup_intents",
    "payment_method": "payment_methods",
}  # fmt: skip


@pytest.fixture
def office(tmp_path):
    open_office = Office(tmp_path / "double")
    yield open_office
    open_office.close()


def client(office):
    return stripe.StripeClient(KEY, base_addresses={"api": office.url}, max_network_retries=0).v1


def arrives(office, **changes):
    return office.lever("POST", "payments", **{"api_key": KEY, "amount": 4820, "currency": "eur", **changes})["id"]


def settled_debit(office):
    intent = arrives(office, method="sepa")
    office.lever("POST", f"payments/{intent}/settle", outcome="succeeded")
    return intent


def moved(office, **by):
    """(type, gross, fee) of every movement of the balance, the oldest first."""
    found = client(office).balance_transactions.list({"limit": 100, **by}).data
    return [(one.type, one.amount, one.fee) for one in reversed(found)]


def saved_account(office, method="sepa"):
    """(customer, payment method, mandate) after somebody saved an account on a hosted page."""
    session = client(office).checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "eur",
            "customer_creation": "always",
            "allowed_payment_method_types": ["sepa_debit"],
            "setup_intent_data": {"metadata": {"plan": "p-1"}},
            "success_url": "https://pay.example.test/r/m-1",
        }
    )
    office.press(session.url, method)
    done = client(office).checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.mandate"]})
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    return done.customer, done.setup_intent.payment_method, done.setup_intent.mandate


def draw(office, customer, method, key="k1", amount=1500):
    wish = {
        "amount": amount, "currency": "eur", "customer": customer, "payment_method": method, "off_session": True,
        "confirm": True, "metadata": {"instalment": "1"},
    }  # fmt: skip
    return client(office).payment_intents.create(wish, {"idempotency_key": key})


def test_M2_what_is_held_back_is_taken_in_part_and_told_of(office):
    intent = arrives(office, capture_method="manual")
    held = client(office).payment_intents.retrieve(intent)
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 4820, 0)
    assert moved(office) == []
    with pytest.raises(stripe.InvalidRequestError, match="amount to capture"):
        client(office).payment_intents.capture(intent, {"amount_to_capture": 4821})
    taken = client(office).payment_intents.capture(intent, {"amount_to_capture": 3000})
    assert (taken.status, taken.amount, taken.amount_received) == ("succeeded", 4820, 3000)
    assert moved(office) == [("charge", 3000, 70)]
    for kind in ("payment_intent.amount_capturable_updated", "charge.captured", "payment_intent.succeeded"):
        office.listener.wait_for(kind)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client(office).payment_intents.capture(intent)
    assert refusal.value.code == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client(office).refunds.create({"payment_intent": intent, "amount": 3001})


def test_a_direct_debit_is_credited_when_ordered_and_its_failure_takes_that_back(office):
    intent = arrives(office, method="sepa")
    assert moved(office) == [("payment", 4820, 35)]
    office.lever("POST", f"payments/{intent}/settle", outcome="failed")
    assert moved(office) == [("payment", 4820, 35), ("payment_failure_refund", -4820, 0)]
    charge = client(office).charges.list({"payment_intent": intent}).data[0]
    assert charge.failure_balance_transaction and charge.status == "failed"


def test_M3_a_refund_takes_its_time_and_may_come_back(office):
    intent = arrives(office)
    pending = office.lever("POST", "refunds", payment_intent=intent, amount=1000, outcome="pending")
    assert client(office).refunds.retrieve(pending["id"]).status == "pending"
    office.lever("POST", f"refunds/{pending['id']}/settle", outcome="succeeded")
    office.lever("POST", f"refunds/{pending['id']}/settle", outcome="failed")
    back = client(office).refunds.retrieve(pending["id"])
    assert (back.status, back.failure_reason) == ("failed", "expired_or_canceled_card")
    assert moved(office)[1:] == [("refund", -1000, 0), ("refund_failure", 1000, 0)]
    assert client(office).charges.list({"payment_intent": intent}).data[0].amount_refunded == 0
    for kind in ("refund.created", "charge.refunded", "refund.updated", "refund.failed"):
        office.listener.wait_for(kind)


def test_M6_M7_a_chargeback_takes_the_money_with_a_fee_and_winning_brings_it_back(office):
    intent = arrives(office)
    opened = office.lever("POST", "disputes", payment_intent=intent)["id"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client(office).refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_disputed"
    office.lever("POST", f"disputes/{opened}/move", status="under_review")
    office.lever("POST", f"disputes/{opened}/move", status="won")
    told = client(office).disputes.retrieve(opened)
    assert told.status == "won"
    assert [(one.amount, one.fee) for one in told.balance_transactions] == [
        (-4820, DISPUTE_FEES["card"]),
        (4820, 0),
    ]
    for kind in ("created", "funds_withdrawn", "updated", "closed", "funds_reinstated"):
        office.listener.wait_for(f"charge.dispute.{kind}")


def test_an_inquiry_moves_no_money_until_it_is_a_chargeback(office):
    opened = office.lever("POST", "disputes", payment_intent=arrives(office), status="warning_needs_response")[
        "id"
    ]
    assert client(office).disputes.retrieve(opened).balance_transactions == []
    office.lever("POST", f"disputes/{opened}/move", status="needs_response")
    assert len(client(office).disputes.retrieve(opened).balance_transactions) == 1


def test_M8_a_direct_debit_comes_back_in_week_seven_as_a_dispute_that_is_lost_at_once(office):
    intent = settled_debit(office)
    office.clock.move(48 * 86400)
    returned = office.lever("POST", f"payments/{intent}/return")
    told = client(office).disputes.list({"payment_intent": intent}).data[0]
    assert (told.id, told.status, told.reason) == (returned["id"], "lost", "customer_initiated")
    assert client(office).payment_intents.retrieve(intent).status == "succeeded"
    assert moved(office)[-1] == ("adjustment", -4820, DISPUTE_FEES["sepa_debit"])
    for kind in ("created", "funds_withdrawn", "closed"):
        office.listener.wait_for(f"charge.dispute.{kind}")


def test_a_saved_account_is_drawn_on_off_session_once_a_key(office):
    customer, method, mandate = saved_account(office)
    assert (mandate.status, mandate.payment_method) == ("active", method)
    first = draw(office, customer, method)
    assert (first.status, draw(office, customer, method).id) == ("processing", first.id)
    with pytest.raises(stripe.IdempotencyError) as mismatch:
        draw(office, customer, method, amount=1600)
    assert mismatch.value.http_status == 400
    assert mismatch.value.error.type == "idempotency_error"
    charge = client(office).charges.retrieve(first.latest_charge)
    assert charge.payment_method_details.sepa_debit.mandate == mandate.id
    office.lever("POST", f"payments/{first.id}/settle", outcome="succeeded")
    assert client(office).payment_intents.retrieve(first.id).amount_received == 1500


def test_after_a_day_the_provider_forgets_a_key(office):
    customer, method, _ = saved_account(office)
    first = draw(office, customer, method)
    office.clock.move(24 * 3600 + 1)
    assert draw(office, customer, method).id != first.id


def test_a_mandate_that_ended_is_not_drawn_on(office):
    customer, method, mandate = saved_account(office)
    office.lever("POST", f"mandates/{method}/end")
    assert client(office).mandates.retrieve(mandate.id).status == "inactive"
    before = len(client(office).payment_intents.list().data)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        draw(office, customer, method)
    assert refusal.value.code == "payment_intent_mandate_invalid"
    customer, method, mandate = saved_account(office)
    client(office).payment_methods.detach(method)
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        draw(office, customer, method)
    assert client(office).mandates.retrieve(mandate.id).status == "inactive"
    assert len(client(office).payment_intents.list().data) == before
    office.listener.wait_for("mandate.updated", 4)


def test_a_debit_that_bounces_fails_days_later(office):
    office.register(sepa_seconds=5 * 86400)
    customer, method, _ = saved_account(office, "sepa_fails")
    drawn = draw(office, customer, method)
    office.clock.move(5 * 86400 + 1)
    office.until(lambda: client(office).payment_intents.retrieve(drawn.id).status == "requires_payment_method")


def test_a_payout_holds_every_movement_since_the_last_and_sums_to_the_cent(office):
    office.register(available_seconds=86400)
    first = arrives(office)
    arrives(office, amount=1000)
    client(office).refunds.create({"payment_intent": first, "amount": 820})
    with pytest.raises(AssertionError, match="insufficient"):
        office.lever("POST", "payouts", api_key=KEY)
    assert client(office).balance.retrieve().pending[0].amount == 4723 + 960 - 820
    office.clock.move(86401)
    sent = office.lever("POST", "payouts", api_key=KEY)
    arrives(office, amount=700)
    parts = client(office).balance_transactions.list({"payout": sent["id"], "limit": 2})
    nets = [one.net for one in parts.auto_paging_iter()]
    assert sorted(nets) == sorted([4723, 960, -820, -sent["amount"]])
    assert sum(nets) == 0 and sent["amount"] == 4863
    office.lever("POST", f"payouts/{sent['id']}/settle", outcome="paid")
    office.lever("POST", f"payouts/{sent['id']}/settle", outcome="failed")
    assert client(office).payouts.retrieve(sent["id"]).failure_code == "account_closed"
    for kind in ("payout.created", "payout.paid", "payout.failed"):
        office.listener.wait_for(kind)


@pytest.mark.skipif(not FIXTURES.exists(), reason="STRIPE_FIXTURES names no copy of Stripe's own fixtures")
def test_every_object_has_the_fields_of_stripes_own_fixtures(office):
    known = json.loads(FIXTURES.read_text())["resources"]
    customer, method, mandate = saved_account(office)
    draw(office, customer, method)
    paid = arrives(office)
    client(office).refunds.create({"payment_intent": paid, "amount": 100})
    office.lever("POST", "disputes", payment_intent=arrives(office, amount=9000))
    office.lever("POST", "payouts", api_key=KEY)
    extra = {"card", "sepa_debit", "refunds"}  # by type of method; expandable only
    shown = {"mandate": client(office).mandates.retrieve(mandate.id).to_dict()}
    for kind, place in CLASSES.items():
        wish = {"customer": customer} if kind == "payment_method" else {}
        shown[kind] = getattr(client(office), place).list(wish).data[0].to_dict()
    for kind, thing in shown.items():
        assert set(thing) - extra == set(known[kind]) - extra, kind
