"""Give back a payment that is booked on a claim: paid by mistake, on the wrong claim, or out of goodwill."""

from datetime import datetime

from ..domain.account_change import BankAccount
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.leaving import LeavingState
from ..domain.person import Act, ActKind
from ..domain.refund_order import RefundOrder, RefundReason, giving_back, name_of_giving
from ..ports import Commit, Outgoing, Store
from .release_refund import RULE
from .reverse_payment import Left, left_of_payment, payment_behind
from .write_money import write_money

ENDED_WITHOUT = (LeavingState.REFUSED, LeavingState.FAILED)


def give_back(
    creditor: str,
    source: str,
    amount: int,
    *,
    by: str,
    store: Store,
    outgoing: Outgoing,
    now: datetime,
    to: BankAccount | None = None,
) -> RefundOrder | Refused:
    """The order that gives `amount` minor units of this payment back, waiting for two people.

    It goes the way it came, or to the account a person names. The claim is as it was until the money has gone: one
    person alone opens nothing again. What the provider or the bank then says is booked once as a counter-entry, as
    with any refund. Told again it is the same order (M4). Refused by name: more than is left of the payment (M5),
    while another order of it waits, and while something of it lies in suspense (`send_back` is for that).
    """
    source = payment_behind(creditor, source, store=store)

    def decide() -> tuple[RefundOrder | Refused, Commit | None]:
        before, turn = _before(creditor, source, outgoing)
        if before and before.amount == amount and before.state not in ENDED_WITHOUT:
            return before, None
        if before and before.is_open:
            return Refused("refund_waits", RULE), None
        found = left_of_payment(creditor, source, store=store)
        refused = _refused(found, creditor, source, amount, store)
        if refused or found is None:
            return refused or Refused("not_found", RULE), None
        order = giving_back(
            creditor, source, amount, found.currency, turn=turn, at=now, claim=found.claims[0], to=to
        )
        fact = Fact(FactName.REFUND_ORDERED, creditor, (("order", order.id), ("source", source)), now)
        act = Act(creditor, by, ActKind.GIVE_BACK, source, now)
        # The trail is written as it was: a reversal at the same moment makes one of the two think again.
        trails = (found.trail,) if found.kept else ()
        return order, Commit((fact,), refunds=(order,), acts=(act,), trails=trails)

    return write_money(creditor, decide, store=store)


def _before(creditor: str, source: str, outgoing: Outgoing) -> tuple[RefundOrder | None, int]:
    """The last order that was to give something of this payment back, and the number of the next one."""
    last, turn = None, 0
    while held := outgoing.refund(creditor, name_of_giving(creditor, source, turn)):
        last, turn = held, turn + 1
    return last, turn


def _refused(found: Left | None, creditor: str, source: str, amount: int, store: Store) -> Refused | None:
    money = store.suspended(creditor, source)
    if money and money.is_open:
        return Refused("lies_in_suspense", RULE)
    if found is None or not found.claims:
        return Refused("not_found", RULE)
    return None if 0 < amount <= found.amount else Refused("above_paid", RULE)


def may_leave(order: RefundOrder, store: Store) -> int:
    """How much may leave by this order at the most, in minor units: what is left of the payment it gives back, or
    what of it lies in suspense (M5)."""
    if order.reason is RefundReason.GIVEN_BACK:
        found = left_of_payment(order.creditor, order.source, store=store)
        return found.amount if found else 0
    money = store.suspended(order.creditor, order.source)
    return money.left if money else 0
