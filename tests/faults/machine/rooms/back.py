"""What goes back: refunds, chargebacks lost and won, a direct debit returned."""

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.entry import EntryKind

from ..scenario import scenario


def kinds(stage):
    return [(entry.kind, entry.amount) for entry in wiring.store().ledger(stage.creditor.id, "R-1")[1:]]


def pulls(stage, lever, **wish):
    return stage.house.payments.lever("POST", lever, **wish)


def booked(stage, amount=4820):
    stage.open()
    claim = stage.claim()
    payment = stage.provider.takes(amount, claim=claim)
    stage.told("payment_intent.succeeded", payment).wake()
    return payment


@scenario()
def a_part_goes_back(stage):
    payment = booked(stage)
    refund = pulls(stage, "refunds", payment_intent=payment, amount=820)
    yield stage.told("refund.created", refund["id"])
    assert kinds(stage) == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 820)]


@scenario()
def all_of_it_goes_back_and_the_charge_tells_it(stage):
    payment = booked(stage)
    refund = pulls(stage, "refunds", payment_intent=payment, amount=4820)
    yield stage.told("charge.refunded", refund["charge"])
    assert kinds(stage) == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 4820)]
    assert stage.again().state is ClaimState.OPEN


@scenario()
def a_payment_is_charged_back(stage):
    payment = booked(stage)
    chargeback = pulls(stage, "disputes", payment_intent=payment)["id"]
    yield stage.told("charge.dispute.created", chargeback)
    assert stage.again().state is ClaimState.OPEN and stage.again().outstanding.total == 4820


@scenario()
def a_chargeback_is_won(stage):
    payment = booked(stage)
    chargeback = pulls(stage, "disputes", payment_intent=payment)["id"]
    stage.told("charge.dispute.created", chargeback).wake()
    pulls(stage, f"disputes/{chargeback}/move", status="won")
    yield stage.told("charge.dispute.funds_reinstated", chargeback)
    assert [kind for kind, _ in kinds(stage)] == [EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.PAYMENT]


@scenario()
def what_came_again_goes_back_once_more(stage):
    """A part that was refunded came again and stands beside the rest of its payment; the bank takes all of it."""
    payment = booked(stage)
    refund = pulls(stage, "refunds", payment_intent=payment, amount=820)["id"]
    stage.told("refund.created", refund).wake()
    pulls(stage, f"refunds/{refund}/settle", outcome="failed")
    stage.told("refund.failed", refund).wake()
    chargeback = pulls(stage, "disputes", payment_intent=payment)["id"]
    yield stage.told("charge.dispute.created", chargeback)
    assert [amount for kind, amount in kinds(stage) if kind is EntryKind.REVERSAL] == [820, 820, 4000]
    assert stage.again().outstanding.total == 4820


@scenario()
def a_chargeback_is_lost(stage):
    payment = booked(stage)
    chargeback = pulls(stage, "disputes", payment_intent=payment)["id"]
    stage.told("charge.dispute.created", chargeback).wake()
    pulls(stage, f"disputes/{chargeback}/move", status="lost")
    yield stage.told("charge.dispute.closed", chargeback)
    assert kinds(stage) == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 4820)]


@scenario()
def the_night_finds_a_refund_nobody_told_of(stage):
    payment = booked(stage)
    pulls(stage, "refunds", payment_intent=payment, amount=820)
    yield stage.night()
    assert kinds(stage) == [(EntryKind.PAYMENT, 4820), (EntryKind.REVERSAL, 820)]
