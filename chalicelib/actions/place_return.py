"""A bank's return that named nothing known finds its payment: a person says which one went back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..domain.decision import Refused
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Reversal, ReversalReason
from ..ports import Scheduler, Store
from .record_payment import Booked
from .release_refund import RULE
from .reverse_payment import reverse_payment


@dataclass(frozen=True)
class PlacedReturn:
    """The return, the payment it took back, and the claims that owe again."""

    source: str
    payment: str
    claims: tuple[str, ...]


def place_return(
    creditor: str,
    source: str,
    payment: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> PlacedReturn | Refused:
    """Take back this payment by the return that lies in suspense below zero, as if the bank had named it.

    Counter-entries, the end of what lay in suspense, and who said so are one transaction. Told again it is the
    same answer and nothing more. Refused by name: what is no such return, a return that took another payment back,
    and more than is left of the payment (M5). Raises Retry when others keep writing.
    """
    money = store.suspended(creditor, source)
    if money is None or store.trail(creditor, payment) is None:
        return Refused("not_found", RULE)
    if money.reason is not SuspenseReason.RETURN_UNMATCHED:
        return Refused("no_return", RULE)
    if money.is_open:
        answer = reverse_payment(
            creditor,
            _reversal(money, payment),
            placed_by=Act(creditor, by, ActKind.TAKE_BACK, source, now),
            store=store,
            scheduler=scheduler,
            policies=policies,
            strategies=strategies,
            now=now,
        )
        if answer is Booked.REFUSED:
            return Refused("above_paid", RULE)
    return _placed(creditor, source, payment, store)


def _reversal(money: Suspense, payment: str) -> Reversal:
    return Reversal(
        source=money.source,
        payment=payment,
        amount=-money.left,
        currency=money.currency,
        value_date=money.value_date or money.at.date(),
        why=ReversalReason.BANK_RETURN,
    )


def _placed(creditor: str, source: str, payment: str, store: Store) -> PlacedReturn | Refused:
    """What the books say of it now; somebody may have been faster, and may have named another payment."""
    went, came = store.trail(creditor, source), store.trail(creditor, payment)
    trails = (came, *(store.trail(creditor, name) for name in came.again)) if came else ()
    known = {entry for trail in trails if trail for entry in trail.entries}
    if went is None or came is None or not set(went.entries) <= known:
        return Refused("suspense_assigned", RULE)
    return PlacedReturn(source, payment, went.claims)
