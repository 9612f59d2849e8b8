"""What goes back, over the real protocol: M2 to M8, and the notices that tell of it: W1 to W4 and W15."""

import json
from datetime import date, timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.entry import EntryKind
from chalicelib.entrypoints.schedules import nightly
from tests.desk import at_the_desk
from tests.reader import Reader
from tests.wire import lost

from .test_webhooks import signed

PAID = "payment_intent.succeeded"
PAYMENT, REVERSAL = EntryKind.PAYMENT, EntryKind.REVERSAL


def ledger(claim):
    entries = wiring.store().ledger(claim.creditor, claim.id)
    return [(entry.kind, entry.amount) for entry in entries[1:]]


def pulls(house, lever, **wish):
    return house.payments.lever("POST", lever, **wish)


@pytest.fixture
def paid(provider, claim):
    """The claim's payment by card, booked."""
    payment = provider.takes(4820, claim=claim)
    assert provider.told(provider.notice(PAID, payment)) == 200
    return payment


def test_M2_of_a_payment_held_back_the_captured_part_is_booked(house, creditor, provider, claim):
    labels = {"creditor": creditor.id, "claim": claim.id}
    held = pulls(
        house, "payments", api_key=provider.key, amount=4820, currency="eur", metadata=labels,
        capture_method="manual",
    )["id"]  # fmt: skip
    assert provider.told(provider.notice("payment_intent.amount_capturable_updated", held)) == 200
    assert ledger(claim) == []
    pulls(house, f"payments/{held}/capture", amount=3000)
    assert provider.told(provider.notice(PAID, held)) == 200
    assert ledger(claim) == [(PAYMENT, 3000)]
    assert house.again(claim).outstanding.total == 1820


def test_M3_M4_a_partial_refund_goes_back_once_by_all_its_notices(house, provider, claim, paid):
    refund = pulls(house, "refunds", payment_intent=paid, amount=820)
    notices = [
        provider.notice("refund.created", refund["id"]),
        provider.notice("charge.refunded", refund["charge"]),
    ]
    again = [provider.sends_again(notice, new_id=True) for notice in notices]
    for notice in (*notices, *again, *notices):
        assert provider.told(notice) == 200
        house.invariants(claim)
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]
    assert house.again(claim).state is ClaimState.OPEN


def test_M4_two_notices_of_one_refund_at_the_same_time_take_it_back_once(house, creditor, provider, claim, paid):
    refund = pulls(house, "refunds", payment_intent=paid, amount=820)
    both = [
        provider.notice("refund.created", refund["id"]),
        provider.notice("charge.refunded", refund["charge"]),
    ]
    assert [provider.tells(one) for one in both] == [200, 200]
    kept = [wiring.store().event(creditor.id, json.loads(body)["id"]) for body, _ in both]
    house.wire.race(*[lambda one=one: house.money_told(creditor.id, one) for one in kept * 2])
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]


def test_M5_a_refund_above_what_is_left_is_refused_and_rings(house, provider, claim, paid, alarms):
    """The creditor refunds a part while the bank takes all: more goes back than came."""
    refund = pulls(house, "refunds", payment_intent=paid, amount=820)
    provider.told(provider.notice("refund.created", refund["id"]))
    chargeback = pulls(house, "disputes", payment_intent=paid, amount=4820)
    assert provider.told(provider.notice("charge.dispute.created", chargeback["id"])) == 200
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]
    assert alarms.of("reversal_refused")


def test_M6_M7_a_chargeback_reopens_and_won_it_is_restored(house, provider, claim, paid):
    chargeback = pulls(house, "disputes", payment_intent=paid)["id"]
    for kind in ("created", "funds_withdrawn"):
        assert provider.told(provider.notice(f"charge.dispute.{kind}", chargeback)) == 200
        house.invariants(claim)
    held = house.again(claim)
    assert (held.state, held.outstanding.total) == (ClaimState.OPEN, 4820)
    assert [hold.kind for hold in held.holds] == [HoldKind.CHARGEBACK]
    pulls(house, f"disputes/{chargeback}/move", status="won")
    for kind in ("funds_reinstated", "closed", "created"):
        assert provider.told(provider.notice(f"charge.dispute.{kind}", chargeback)) == 200
        house.invariants(claim)
    assert [kind for kind, _ in ledger(claim)] == [PAYMENT, REVERSAL, PAYMENT]
    assert house.again(claim).state is ClaimState.CLOSED and not house.again(claim).holds


def test_M6_what_a_chargeback_reopens_is_not_given_up_by_a_write_off_of_what_was_left(
    house, creditor, provider, claim
):
    """Two people looked at 5.00; by the second one's press 48.20 is owed."""
    payment = provider.takes(4320, claim=claim)
    assert provider.told(provider.notice(PAID, payment)) == 200
    page = f"/desk/c/{creditor.id}/{claim.debtor}"
    anna = at_the_desk(house.employ("agent", creditors=(creditor.id,), name="Anna Berg"))
    ben = at_the_desk(house.employ("lead", creditors=(creditor.id,), name="Ben Yilmaz"))
    action, fields = anna.get(page).form("/motion")
    assert anna.post(action, {**fields, "claim": claim.id, "kind": "write_off", "why": "Zu klein."}).status == 303
    seen = ben.get(page)
    assert f"write off the rest ({claim.id}) · €5.00" in seen.words
    chargeback = pulls(house, "disputes", payment_intent=payment)["id"]
    for kind in ("created", "funds_withdrawn"):
        assert provider.told(provider.notice(f"charge.dispute.{kind}", chargeback)) == 200
    told = ben.press(seen, "decide", step="yes")
    assert told.status == 422 and "More is owed by now" in told.words
    assert house.again(claim).outstanding.total == 4820
    assert ben.press(told, "decide", step="no").status == 303
    assert anna.post(action, {**fields, "claim": claim.id, "kind": "write_off", "why": "Zu klein."}).status == 303
    assert ben.press(ben.get(page), "decide", step="yes").status == 303
    assert house.again(claim).state is ClaimState.CLOSED
    house.invariants(claim)


def test_M3_M7_a_refund_after_a_won_chargeback_is_booked_and_one_that_failed_may_be_ordered_again(
    house, provider, claim, paid
):
    """To the provider it is one payment all along, whatever went and came of it."""
    chargeback = pulls(house, "disputes", payment_intent=paid)["id"]
    provider.told(provider.notice("charge.dispute.funds_withdrawn", chargeback))
    pulls(house, f"disputes/{chargeback}/move", status="won")
    provider.told(provider.notice("charge.dispute.closed", chargeback))
    assert house.again(claim).state is ClaimState.CLOSED
    refund = pulls(house, "refunds", payment_intent=paid, amount=4820)
    assert provider.told(provider.notice("refund.created", refund["id"])) == 200
    assert house.again(claim).outstanding.total == 4820
    house.invariants(claim)
    pulls(house, f"refunds/{refund['id']}/settle", outcome="failed")
    assert provider.told(provider.notice("refund.failed", refund["id"])) == 200
    assert house.again(claim).state is ClaimState.CLOSED
    again = pulls(house, "refunds", payment_intent=paid, amount=820)
    for kind in ("refund.created", "charge.refunded"):
        about = again["id"] if kind == "refund.created" else again["charge"]
        assert provider.told(provider.notice(kind, about)) == 200
        house.invariants(claim)
    assert house.again(claim).outstanding.total == 820
    assert [kind for kind, _ in ledger(claim)] == [PAYMENT, REVERSAL] * 3


def test_M8_a_direct_debit_returned_in_week_7_reopens(house, creditor, provider, claim):
    labels = {"creditor": creditor.id, "claim": claim.id}
    wish = {"api_key": provider.key, "amount": 4820, "currency": "eur", "metadata": labels, "method": "sepa"}
    debit = pulls(house, "payments", **wish)["id"]
    pulls(house, f"payments/{debit}/settle", outcome="succeeded")
    assert provider.told(provider.notice(PAID, debit)) == 200
    assert house.again(claim).state is ClaimState.CLOSED
    ahead = 48 * 86400
    house.payments.clock.move(ahead)
    try:
        returned = pulls(house, f"payments/{debit}/return")["id"]
        body, _ = provider.notice("charge.dispute.created", returned)
    finally:
        house.payments.clock.move(-ahead)
    assert provider.told(signed(creditor, body)) == 200
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 4820)]
    entry = wiring.store().ledger(claim.creditor, claim.id)[-1]
    assert entry.value_date >= date.today() + timedelta(days=47)
    assert house.again(claim).state is ClaimState.OPEN


def test_W3_a_return_told_of_before_the_payment_books_both(house, provider, claim):
    payment = provider.takes(4820, claim=claim)
    refund = pulls(house, "refunds", payment_intent=payment, amount=820)["id"]
    assert provider.told(provider.notice("refund.created", refund)) == 200
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]
    assert provider.told(provider.notice(PAID, payment)) == 200
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]


def test_M3_what_went_back_stands_on_the_page_and_is_not_counted_as_a_payment(house, provider, claim, paid):
    refund = pulls(house, "refunds", payment_intent=paid, amount=820)["id"]
    assert provider.told(provider.notice("refund.created", refund)) == 200
    reader = Reader(house.link_to(claim))
    words = reader.through_the_door().words
    assert "Was Sie schon gezahlt haben: eine Zahlung" in words and "8,20 €" in words


def test_W4_a_direct_debit_that_failed_leaves_nothing_and_lets_its_attempt_go(house, provider, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    house.payments.press(reader.press(reader.get("pay"), "/pay").location, "sepa_fails")
    attempt = house.matter(claim).attempts[house.again(claim).attempt]
    debit = wiring.gateway().checkout(claim.creditor, attempt.provider_id).payment_id
    assert provider.told(provider.notice("payment_intent.processing", debit)) == 200
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.PAYMENT_UNDER_WAY]
    pulls(house, f"payments/{debit}/settle", outcome="failed")
    assert provider.told(provider.notice("payment_intent.payment_failed", debit)) == 200
    assert ledger(claim) == [] and not house.again(claim).holds


def test_W15_what_went_back_and_nobody_told_of_is_found_by_the_nightly_run(house, provider, claim, paid):
    pulls(house, "refunds", payment_intent=paid, amount=820)
    chargeback = pulls(house, "disputes", payment_intent=paid)["id"]
    pulls(house, f"disputes/{chargeback}/move", status="lost")
    creditor_file(house, claim.creditor)
    for _ in range(2):
        nightly({}, None)
        house.invariants(claim)
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820), (REVERSAL, 4000)]
    assert HoldKind.CHARGEBACK not in {hold.kind for hold in house.again(claim).holds}


def creditor_file(house, name):
    """The nightly run asks the bucket which creditors there are."""
    house.aws.client("s3").put_object(Bucket="kulanz-house", Key=f"creditors/{name}.yaml", Body=b"id: x")


@pytest.mark.parametrize("after", [False, True])
def test_I1_I2_a_break_while_the_refund_is_written_takes_it_back_once(
    house, creditor, provider, claim, paid, after
):
    refund = pulls(house, "refunds", payment_intent=paid, amount=820)["id"]
    notice = provider.notice("refund.created", refund)
    provider.tells(notice)
    kept = wiring.store().event(creditor.id, json.loads(notice[0])["id"])
    with house.wire.at("dynamodb.TransactWriteItems", lost(), after=after):
        assert house.money_told(creditor.id, kept)["batchItemFailures"]
    house.invariants(claim)
    for _ in range(2):
        house.money_told(creditor.id, kept)
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]
