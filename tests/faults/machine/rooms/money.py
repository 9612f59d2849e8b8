"""What the provider says of money: booked once, whatever is told how often."""

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.entry import EntryKind
from tests.faults.conftest import JSON
from tests.reader import api_event

from ..scenario import scenario
from ..stage import EVENTS, PAID, Wakes, queued


def paid(stage, claim="R-1"):
    entries = wiring.store().ledger(stage.creditor.id, claim)
    return [entry.amount for entry in entries if entry.kind is EntryKind.PAYMENT]


def begun(stage, reader=None, **typed):
    """The reader went to the hosted page; its address."""
    reader = reader or stage.reader()
    answer = reader.press(reader.get("pay"), "/pay", **typed)
    assert answer.status == 303, answer.words
    return answer.location


def checkout(stage):
    attempt = stage.matter().attempts[stage.again().attempt]
    return wiring.gateway().checkout(stage.creditor.id, attempt.provider_id)


@scenario()
def a_notice_comes_to_the_webhook(stage):
    stage.open()
    claim = stage.claim()
    body, signature = stage.provider.notice(PAID, stage.provider.takes(4820, claim=claim))
    headers = {"Stripe-Signature": signature, "Content-Type": JSON}
    stage.paid = False  # nothing is booked here: the notice is only kept
    yield Wakes("app:app", api_event("POST", f"/webhooks/{stage.creditor.id}/stripe", body, headers))
    assert [sk for _, sk in stage.house.everything(stage.creditor.id) if sk == "EVENT"] == ["EVENT"]


@scenario()
def the_stream_hands_over_what_waits_for_the_bus(stage):
    stage.open()
    claim = stage.claim()
    stage.taken(4820, claim)
    stage.paid = False  # nothing is booked here: the facts are only handed on
    waiting = [item for item in stage.house.everything(stage.creditor.id).values() if "unrelayed" in item]
    records = [{"dynamodb": {"NewImage": i, "SequenceNumber": str(n)}} for n, i in enumerate(waiting)]
    yield Wakes(f"{EVENTS}:relay", {"Records": records})
    assert not [i for i in stage.house.everything(stage.creditor.id).values() if "unrelayed" in i]


@scenario()
def all_of_it_arrives(stage):
    stage.open()
    claim = stage.claim()
    yield stage.taken(4820, claim)
    assert paid(stage) == [4820]
    assert stage.again().state is ClaimState.CLOSED


@scenario()
def a_part_of_it_arrives(stage):
    stage.open()
    claim = stage.claim()
    yield stage.taken(1820, claim)
    assert paid(stage) == [1820] and stage.again().outstanding.total == 3000


@scenario()
def the_same_payment_is_told_of_by_two_notices_at_once(stage):
    stage.open()
    claim = stage.claim()
    payment = stage.provider.takes(4820, claim=claim)
    notice = stage.provider.notice(PAID, payment)
    stage.provider.tells(notice)
    again = stage.provider.sends_again(notice, new_id=True)
    stage.provider.tells(again)
    events = [pk.rpartition("#E#")[2] for pk, sk in stage.house.everything() if sk == "EVENT"]
    assert len(events) == 2
    bodies = [{"detail": {"creditor": stage.creditor.id, "event": event}} for event in sorted(events)]
    yield queued(f"{EVENTS}:money", *bodies)
    assert paid(stage) == [4820]


@scenario()
def a_small_rest_is_waived(stage):
    stage.open()
    claim = stage.claim()
    yield stage.taken(4750, claim)
    assert paid(stage) == [4750] and stage.again().state is ClaimState.CLOSED


@scenario()
def too_much_arrives(stage):
    stage.open()
    claim = stage.claim()
    yield stage.taken(5000, claim)
    assert [(amount, why) for _, amount, why in stage.house.suspense(stage.creditor)] == [(180, "overpaid")]


@scenario()
def money_for_nobody_arrives(stage):
    stage.open()
    stage.claim()
    yield stage.taken(777, labels={"creditor": stage.creditor.id, "claim": "R-404"})
    assert [amount for _, amount, _ in stage.house.suspense(stage.creditor)] == [777]
    assert paid(stage) == []


@scenario()
def money_in_another_currency_arrives(stage):
    stage.open()
    claim = stage.claim()
    yield stage.taken(4820, claim, currency="usd")
    assert [amount for _, amount, _ in stage.house.suspense(stage.creditor)] == [4820]
    assert paid(stage) == []


@scenario()
def a_payment_on_the_hosted_page_arrives(stage):
    stage.open()
    stage.claim()
    stage.house.payments.press(begun(stage), "card")
    yield stage.told(PAID, checkout(stage).payment_id)
    assert paid(stage) == [4820] and stage.again().state is ClaimState.CLOSED


@scenario()
def the_hosted_page_is_told_of_first(stage):
    stage.open()
    stage.claim()
    stage.house.payments.press(begun(stage), "card")
    attempt = stage.matter().attempts[stage.again().attempt]
    yield stage.told("checkout.session.completed", attempt.provider_id)
    assert paid(stage) == [4820]


@scenario()
def one_payment_for_three_claims_arrives(stage):
    stage.open()
    for _ in range(3):
        stage.claim()
    reader = stage.reader()
    hosted = reader.press(reader.get("pay-all"), "/pay").location
    stage.house.payments.press(hosted, "card")
    yield stage.told(PAID, checkout(stage).payment_id)
    assert [paid(stage, claim.id) for claim in stage.claims] == [[4820]] * 3


@scenario()
def a_direct_debit_is_on_its_way(stage):
    stage.open()
    stage.claim()
    stage.house.payments.register(
        api_key=stage.provider.key, webhook_secret=f"whsec_{stage.creditor.id}", sepa_seconds=9_000
    )
    stage.house.payments.press(begun(stage), "sepa")
    yield stage.told("payment_intent.processing", checkout(stage).payment_id)
    (hold,) = (h for h in stage.again().holds if h.kind is HoldKind.PAYMENT_UNDER_WAY)
    assert (hold.until - stage.began).days >= 20
    assert paid(stage) == []


@scenario()
def a_direct_debit_fails(stage):
    stage.open()
    stage.claim()
    stage.house.payments.register(
        api_key=stage.provider.key, webhook_secret=f"whsec_{stage.creditor.id}", sepa_seconds=9_000
    )
    stage.house.payments.press(begun(stage), "sepa")
    payment = checkout(stage).payment_id
    stage.house.payments.lever("POST", f"payments/{payment}/settle", outcome="failed")
    yield stage.told("payment_intent.payment_failed", payment)
    assert stage.again().holds == () and paid(stage) == []


@scenario()
def the_hosted_page_closes_unpaid(stage):
    stage.open()
    stage.claim()
    begun(stage)
    attempt = stage.matter().attempts[stage.again().attempt]
    wiring.gateway().expire_checkout(stage.creditor.id, attempt.provider_id)
    yield stage.told("checkout.session.expired", attempt.provider_id)
    assert stage.again().holds == ()


@scenario()
def money_arrives_on_a_disputed_claim(stage):
    stage.open()
    claim = stage.claim()
    reader = stage.reader()
    reader.press(reader.get("wrong?about=faulty"), "/wrong", words="Kaputt.")
    yield stage.taken(1000, claim)
    assert paid(stage) == [1000] and stage.again().dispute


@scenario()
def money_arrives_on_a_closed_claim(stage):
    stage.open()
    claim = stage.claim()
    stage.taken(4820, claim).wake()
    yield stage.taken(900, claim)
    assert stage.again().outstanding.total == 0
    assert [amount for _, amount, _ in stage.house.suspense(stage.creditor)] == [900]
