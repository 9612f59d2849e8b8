"""Let a released refund go by the payment provider, and end it when the provider says what became of it."""

from dataclasses import replace
from datetime import datetime

from ..domain.errors import Permanent
from ..domain.facts import Fact, FactName
from ..domain.leaving import LeavingState
from ..domain.money_back import ProviderRefund, RefundStatus
from ..domain.refund_order import RefundOrder, RefundWay
from ..ports import Commit, Outgoing, PaymentGateway, Store
from .give_back import may_leave
from .reverse_payment import payment_behind
from .write_money import write_money

LABEL = "order"
GIVEN = (RefundStatus.PENDING, RefundStatus.SUCCEEDED)
OVER = (RefundStatus.FAILED, RefundStatus.CANCELLED)
SAID = {
    LeavingState.SENT: FactName.REFUND_SENT,
    LeavingState.DONE: FactName.REFUND_DONE,
    LeavingState.FAILED: FactName.REFUND_FAILED,
}


def send_refund(
    creditor: str, name: str, *, store: Store, outgoing: Outgoing, gateway: PaymentGateway, now: datetime
) -> LeavingState | None:
    """Ask the provider once to give this money back; the state of the order afterwards, None without one.

    The order's id is the idempotency key, and one that the provider made before is found by its label, however
    long ago that was (I12, M4). More than is left of the payment is never asked for (M5). Nothing is done to an
    order that two people have not released, nor to one that leaves by the bank.
    """
    order = outgoing.refund(creditor, name)
    if order is None or order.way is not RefundWay.PROVIDER:
        return None
    if order.state is LeavingState.SENT and order.left_as:
        return refund_told(
            creditor, gateway.refund(creditor, order.left_as), store=store, outgoing=outgoing, now=now
        )
    if order.state is not LeavingState.RELEASED:
        return order.state
    try:
        made = _made(order, store, gateway)
    except Permanent:
        return failed_refund(creditor, name, "provider_refused", store=store, outgoing=outgoing, now=now)
    if made is None:
        return failed_refund(creditor, name, "above_paid", store=store, outgoing=outgoing, now=now)
    return refund_told(creditor, made, store=store, outgoing=outgoing, now=now)


def _made(order: RefundOrder, store: Store, gateway: PaymentGateway) -> ProviderRefund | None:
    """The provider's refund for this order, found or made; None where it would be more than there is (M5)."""
    payment = payment_behind(order.creditor, order.source, store=store)
    before = gateway.refunds_of(order.creditor, payment)
    made = next((refund for refund in before if dict(refund.labels).get(LABEL) == order.id), None)
    if made:
        return made
    given = sum(refund.amount for refund in before if refund.status in GIVEN)
    rest = gateway.payment(order.creditor, payment).received - given
    if order.amount > min(rest, may_leave(order, store)):
        return None
    labels = {LABEL: order.id, "creditor": order.creditor}
    return gateway.refund_payment(order.creditor, payment, order.amount, key=order.id, labels=labels)


def refund_told(
    creditor: str, refund: ProviderRefund, *, store: Store, outgoing: Outgoing, now: datetime
) -> LeavingState | None:
    """What the provider says of a refund of ours: it moves the order on.

    None for a refund that no order of ours made. Told again, in any order, it changes nothing more; one that came
    back after it had been done fails. What it makes of the ledger and of suspense is booked by reverse_payment and
    restore_payment, whoever ordered the refund.
    """
    name = dict(refund.labels).get(LABEL, "")

    def decide() -> tuple[LeavingState | None, Commit | None]:
        order = outgoing.refund(creditor, name) if name else None
        if order is None or payment_behind(creditor, order.source, store=store) != refund.payment:
            return None, None
        after = order
        if after.state is LeavingState.RELEASED:
            after = after.moved_to(LeavingState.SENT, now, left_as=refund.object_id)
        if refund.status is RefundStatus.SUCCEEDED and after.state is LeavingState.SENT:
            after = after.moved_to(LeavingState.DONE, now)
        if refund.status in OVER and after.state in (LeavingState.SENT, LeavingState.DONE):
            after = after.moved_to(LeavingState.FAILED, now, because="came_back")
        return after.state, _moved(order, after, store, now)

    return write_money(creditor, decide, store=store)


def failed_refund(
    creditor: str, name: str, because: str, *, store: Store, outgoing: Outgoing, now: datetime
) -> LeavingState | None:
    """It cannot leave: a person has to look, the money is in suspense as before."""

    def decide() -> tuple[LeavingState | None, Commit | None]:
        order = outgoing.refund(creditor, name)
        if order is None or order.state is not LeavingState.RELEASED:
            return order.state if order else None, None
        after = order.moved_to(LeavingState.FAILED, now, because=because)
        return after.state, _moved(order, after, store, now)

    return write_money(creditor, decide, store=store)


def _moved(order: RefundOrder, after: RefundOrder, store: Store, now: datetime) -> Commit | None:
    """The order in its new state; None where nothing changed.

    Its money is free again only where the order failed. Where it is done, the money itself is told by the ledger:
    until the reversal is booked there it still bears the order, so that nobody sends it a second time.
    """
    if after == order:
        return None
    money = store.suspended(order.creditor, order.source)
    freed = after.state is LeavingState.FAILED and money is not None and money.order == order.id
    kept = (replace(money, order=None),) if freed and money else ()
    fact = Fact(SAID[after.state], order.creditor, (("order", order.id),), now)
    return Commit((fact,), refunds=(after,), suspense=kept)
