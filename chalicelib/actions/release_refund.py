"""People decide on money that is to go back: it is ordered, and two of them release it, or one refuses."""

from dataclasses import replace
from datetime import datetime

from ..domain.account_change import BankAccount
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.leaving import REFUSABLE, LeavingState
from ..domain.person import Act, ActKind
from ..domain.refund_order import RefundOrder, refund_of
from ..domain.suspense import Suspense
from ..ports import Commit, Outgoing, Store
from .write_money import write_money

RULE = "refund_queue"


def ordered(money: Suspense, at: datetime, to: BankAccount | None = None) -> tuple[Suspense, RefundOrder, Fact]:
    """This money with the order that sends it back, and what is said of that."""
    kept, order = refund_of(money, at, to)
    about = (("order", order.id), ("source", money.source))
    return kept, order, Fact(FactName.REFUND_ORDERED, money.creditor, about, at)


def send_back(
    creditor: str,
    source: str,
    *,
    by: str,
    store: Store,
    outgoing: Outgoing,
    now: datetime,
    to: BankAccount | None = None,
) -> RefundOrder | Refused:
    """Put money that fits no claim into the refund queue; told again, the order that waits already.

    It goes back the way it came, and to the account it came from. Where that is not possible a person may name
    another account: two others' eyes see it before anything leaves.
    """

    def decide() -> tuple[RefundOrder | Refused, Commit | None]:
        money = store.suspended(creditor, source)
        if money is None:
            return Refused("not_found", RULE), None
        waiting = outgoing.refund(creditor, money.order) if money.order else None
        if waiting:
            return waiting, None
        if not money.is_open:
            return Refused(f"suspense_{money.ended_as or 'ended'}", RULE), None
        if money.left <= 0:
            return Refused("nothing_to_send", RULE), None
        kept, order, fact = ordered(money, now, to)
        act = Act(creditor, by, ActKind.SEND_BACK, source, now)
        return order, Commit((fact,), suspense=(kept,), refunds=(order,), acts=(act,))

    return write_money(creditor, decide, store=store)


def release_refund(
    creditor: str, name: str, *, by: str, store: Store, outgoing: Outgoing, now: datetime
) -> RefundOrder | Refused:
    """One person's release. The second of two people lets it go, and says so on the bus; nobody counts twice."""

    def decide() -> tuple[RefundOrder | Refused, Commit | None]:
        order = outgoing.refund(creditor, name)
        if order is None:
            return Refused("not_found", RULE), None
        after = order.released_by(by, now)
        if isinstance(after, Refused):
            return after, None
        about = (("order", name),)
        said = (
            (Fact(FactName.REFUND_RELEASED, creditor, about, now),) if after.state is LeavingState.RELEASED else ()
        )
        return after, Commit(said, refunds=(after,), acts=(Act(creditor, by, ActKind.RELEASE, name, now),))

    return write_money(creditor, decide, store=store)


def refuse_refund(
    creditor: str, name: str, *, by: str, store: Store, outgoing: Outgoing, now: datetime
) -> RefundOrder | Refused:
    """One person's no, while it has not been released by two; the money is in suspense as before."""

    def decide() -> tuple[RefundOrder | Refused, Commit | None]:
        order = outgoing.refund(creditor, name)
        if order is None:
            return Refused("not_found", RULE), None
        if order.state is LeavingState.REFUSED:
            return order, None
        if order.state not in REFUSABLE:
            return Refused(f"order_{order.state.value}", RULE), None
        after = order.moved_to(LeavingState.REFUSED, now, because="refused_by_person")
        money = store.suspended(creditor, order.source)
        freed = (replace(money, order=None),) if money and money.order == name else ()
        fact = Fact(FactName.REFUND_REFUSED, creditor, (("order", name),), now)
        act = Act(creditor, by, ActKind.REFUSE, name, now)
        return after, Commit((fact,), refunds=(after,), suspense=freed, acts=(act,))

    return write_money(creditor, decide, store=store)
