"""Many at the same moment, each in a process of its own: one booking, and the invariants hold."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.plan import PlanState
from tests.crowd import Crowd
from tests.reader import FORM, OWN, Reader

from .conftest import JSON

PAID = "payment_intent.succeeded"
PAYMENT, REVERSAL = EntryKind.PAYMENT, EntryKind.REVERSAL
PROCESSES = 5


@pytest.fixture(scope="module")
def crowd(house):
    together = Crowd(PROCESSES)
    yield together
    together.close()


def ledger(claim):
    return [(e.kind, e.amount) for e in wiring.store().ledger(claim.creditor, claim.id)[1:]]


def webhook(creditor, notice):
    body, signature = notice
    headers = {"Stripe-Signature": signature, "Content-Type": JSON}
    return {
        "do": "ask",
        "method": "POST",
        "url": f"/webhooks/{creditor.id}/stripe",
        "body": body,
        "headers": headers,
    }


def booking(creditor, notice):
    return {"do": "money", "creditor": creditor.id, "event": json.loads(notice[0])["id"]}


def press(reader, page, ending, **typed):
    """A press of a form, as another process sends it."""
    action, fields = page.form(ending)
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    headers = {**reader.sends, **OWN, "Content-Type": FORM, "Cookie": cookies}
    return {
        "do": "ask",
        "method": "POST",
        "url": action,
        "body": urlencode({**fields, **typed}),
        "headers": headers,
    }


@pytest.fixture
def reader(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def test_W1_W2_fifty_webhooks_for_one_payment_book_once(house, creditor, provider, claim, crowd):
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    notices = [notice] + [provider.sends_again(notice, new_id=True) for _ in range(9)]
    answers = crowd.does([webhook(creditor, one) for one in notices * 5])
    assert answers == [[200, ""]] * 50
    assert crowd.does([booking(creditor, one) for one in notices * 5]) == [[]] * 50
    assert ledger(claim) == [(PAYMENT, 4820)]
    assert house.again(claim).state is ClaimState.CLOSED
    house.invariants(claim)


def test_P1_twenty_tabs_paying_open_one_page_and_are_charged_once(house, creditor, provider, claim, reader, crowd):
    page = reader.get("pay")
    answers = crowd.does([press(reader, page, "/pay")] * 20)
    assert {status for status, _ in answers} <= {303, 503}
    stand = [shown for shown in house.hosted_pages(creditor) if shown["status"] == "open"]
    assert len(stand) == 1, "one page can be paid on"
    last = house.matter(claim).attempts[house.again(claim).attempt]
    assert stand[0]["id"] == last.provider_id
    for shown in house.hosted_pages(creditor):
        house.payments.press(f"{house.payments.url}/c/pay/{shown['id']}", "card")
    payment = wiring.gateway().checkout(creditor.id, last.provider_id).payment_id
    provider.told(provider.notice(PAID, payment))
    assert ledger(claim) == [(PAYMENT, 4820)]
    house.invariants(claim)


@pytest.mark.parametrize("turn", range(3))
def test_P15_a_payment_against_a_dispute_books_and_contact_stops(
    house, creditor, provider, claim, reader, crowd, turn
):
    notice = provider.notice(PAID, provider.takes(1000, claim=claim))
    provider.tells(notice)
    wrong = reader.get("wrong?about=never_ordered")
    jobs = [press(reader, wrong, "/wrong", words="Das habe ich nicht bestellt."), *[booking(creditor, notice)] * 4]
    crowd.does(jobs[turn:] + jobs[:turn])
    assert ledger(claim) == [(PAYMENT, 1000)]
    held = house.again(claim)
    assert HoldKind.DISPUTE in {hold.kind for hold in held.holds}
    assert not [c for c in house.matter(claim).planned_for(claim.id) if c.purpose.value == "reminder"]
    house.invariants(claim)


@pytest.mark.parametrize("turn", range(3))
def test_M3_M4_a_refund_against_its_payment_books_both_once(house, creditor, provider, claim, crowd, turn):
    payment = provider.takes(4820, claim=claim)
    refund = house.payments.lever("POST", "refunds", payment_intent=payment, amount=820)
    notices = [
        provider.notice(PAID, payment),
        provider.notice("refund.created", refund["id"]),
        provider.notice("charge.refunded", refund["charge"]),
    ]
    for notice in notices:
        provider.tells(notice)
    jobs = [booking(creditor, notice) for notice in notices * 5]
    assert crowd.does(jobs[turn:] + jobs[:turn]) == [[]] * 15
    assert ledger(claim) == [(PAYMENT, 4820), (REVERSAL, 820)]
    house.invariants(claim)


def test_M6_M7_a_chargeback_against_its_own_end_books_each_movement_once(house, creditor, provider, claim, crowd):
    payment = provider.takes(4820, claim=claim)
    chargeback = house.payments.lever("POST", "disputes", payment_intent=payment)["id"]
    house.payments.lever("POST", f"disputes/{chargeback}/move", status="won")
    kinds = ("created", "funds_withdrawn", "closed", "funds_reinstated")
    notices = [provider.notice(PAID, payment)]
    notices += [provider.notice(f"charge.dispute.{kind}", chargeback) for kind in kinds]
    for notice in notices:
        provider.tells(notice)
    assert crowd.does([booking(creditor, notice) for notice in notices * 4]) == [[]] * 20
    assert [kind for kind, _ in ledger(claim)] == [PAYMENT, REVERSAL, PAYMENT]
    assert house.again(claim).state is ClaimState.CLOSED
    house.invariants(claim)


def test_M9_a_payment_against_a_plans_lapse_books_once_and_revives_nothing(
    house, creditor, provider, claim, reader, crowd
):
    """The last question went unanswered: at the hour the plan ends, its money comes."""
    offer = reader.on(reader.press(reader.get("plan"), "/plan", amount="48,20"))
    assert reader.press(offer, "/document").status == 303
    reader.on(reader.press(offer, "/agree"))
    now = wiring.clock()
    for _ in range(6):
        carriers = [c for c in house.matter(claim).planned_for(claim.id) if c.purpose.value == "agreed"]
        if not carriers or (carriers[0].kind.value == "missed" and "missed" in said(house, claim)):
            break
        now = max(now, carriers[0].due_at)
        house.send(carriers[0], now=now)
    (last,) = [c for c in house.matter(claim).planned_for(claim.id) if c.purpose.value == "agreed"]
    now = max(now, last.due_at) + timedelta(days=1)
    notice = provider.notice(PAID, provider.takes(4820, claim=claim))
    provider.tells(notice)
    lapse = {
        "do": "lapse", "creditor": creditor.id, "debtor": claim.debtor, "contact": last.id,
        "now": now.isoformat(),
    }  # fmt: skip
    crowd.does([lapse, *[booking(creditor, notice)] * 3, lapse])
    assert ledger(claim) == [(PAYMENT, 4820)]
    held = house.again(claim)
    assert (held.state, held.plan) == (ClaimState.CLOSED, None)
    assert {plan.state for plan in house.matter(claim).plans.values()} <= {PlanState.KEPT, PlanState.ENDED}
    house.invariants(claim)


def said(house, claim):
    return {c.kind.value for c in house.matter(claim).contacts.values() if c.sent_at}
