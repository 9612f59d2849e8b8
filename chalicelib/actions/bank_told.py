"""The bank's word on what we sent: it left, or it came back. The end-to-end id says which order it was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from ..domain.facts import Fact, FactName
from ..domain.leaving import LeavingState
from ..domain.payout import Payout
from ..domain.policies._country import CountryPolicy
from ..domain.refund_order import RefundOrder
from ..domain.strategies._base import Strategy
from ..domain.trail import Reversal, ReversalReason
from ..ports import Commit, Outgoing, Scheduler, Store
from .reverse_payment import reverse_payment
from .write_money import write_money

SAID = {
    (RefundOrder, LeavingState.DONE): FactName.REFUND_DONE,
    (RefundOrder, LeavingState.FAILED): FactName.REFUND_FAILED,
    (Payout, LeavingState.DONE): FactName.PAYOUT_DONE,
    (Payout, LeavingState.FAILED): FactName.PAYOUT_FAILED,
}


def gone_as(order: str) -> str:
    """The source under which the books know what left by this order."""
    return f"out:{order}"


def uncovered(creditor: str, end_to_end: str, *, store: Store, outgoing: Outgoing) -> bool:
    """Whether this order left although its payment no longer covered it: it had been taken back after the file was
    written. No entry of a ledger holds that money then, so it must lie below zero where people look."""
    order = outgoing.refund(creditor, end_to_end.strip().lower())
    ended = order is not None and order.state in (LeavingState.DONE, LeavingState.FAILED)
    return bool(order and ended and store.trail(creditor, gone_as(order.id)) is None)


def bank_told(
    creditor: str,
    end_to_end: str,
    amount: int,
    currency: str,
    value_date: date,
    *,
    came_back: bool,
    store: Store,
    outgoing: Outgoing,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> LeavingState | None:
    """The state of the order or payout this movement was, None where it was none of ours.

    What left is taken out of suspense and ledger, once, before the order is done; so it is too where the return is
    told first. Where less is left of its payment by now, it left all the same: nothing is taken from anybody, and
    `uncovered` says so. Another amount than ordered is nobody's: a person has to look. Told again it changes
    nothing.
    """
    name = end_to_end.strip().lower()
    thing = outgoing.refund(creditor, name) or outgoing.payout(creditor, name)
    sent = (LeavingState.SENT, LeavingState.DONE, LeavingState.FAILED)
    if thing is None or (thing.amount, thing.currency) != (amount, currency) or thing.state not in sent:
        return None
    if isinstance(thing, RefundOrder) and thing.state is LeavingState.SENT:
        reversal = Reversal(gone_as(name), thing.source, amount, currency, value_date, ReversalReason.REFUND)
        reverse_payment(
            creditor,
            reversal,
            store=store,
            scheduler=scheduler,
            policies=policies,
            strategies=strategies,
            now=now,
        )
    return _moved(creditor, name, came_back, store, outgoing, now)


def _moved(
    creditor: str, name: str, came_back: bool, store: Store, outgoing: Outgoing, now: datetime
) -> LeavingState | None:
    def decide() -> tuple[LeavingState | None, Commit | None]:
        thing: RefundOrder | Payout | None = outgoing.refund(creditor, name) or outgoing.payout(creditor, name)
        if thing is None:
            return None, None
        after: RefundOrder | Payout = thing
        if after.state is LeavingState.SENT:
            after = after.moved_to(LeavingState.DONE, now)
        if came_back and after.state is LeavingState.DONE:
            after = after.moved_to(LeavingState.FAILED, now, because="came_back")
        if after == thing:
            return after.state, None
        if isinstance(after, Payout):
            fact = Fact(SAID[Payout, after.state], creditor, (("payout", name),), now)
            return after.state, Commit((fact,), payouts=(after,))
        fact = Fact(SAID[RefundOrder, after.state], creditor, (("order", name),), now)
        # Whose account a person named is forgotten once the money is there.
        return after.state, Commit((fact,), refunds=(replace(after, to=None),))

    return write_money(creditor, decide, store=store)
