"""Book what the payment provider says arrived: once per provider object, whatever is told how often."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from ..domain.claim import Claim, HoldKind
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.payments import PaymentStatus, ProviderPayment
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.suspense import Suspense, SuspenseReason
from ..domain.trail import Trail
from ..ports import Commit, Scheduler, Store
from .book_money import Again, Arrival, book_money, carry_on, carry_out

TURNS = 8


class Booked(StrEnum):
    """What became of the provider's word."""

    BOOKED = "booked"
    SUSPENSE = "suspense"
    DUPLICATE = "duplicate"
    NOTHING = "nothing"
    IGNORED = "ignored"
    REFUSED = "refused"
    """More was to go back than is left of the payment (M5): nothing was written."""


def record_payment(
    creditor: str,
    payment: ProviderPayment,
    *,
    event: str | None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
    again: Again | None = None,
    of: str | None = None,
) -> Booked:
    """Entries, allocation, claims, attempt and facts in one transaction; the receipt follows by itself.

    Only a payment that succeeded is booked, with the amount the provider received, valued on the day it was
    made where the creditor's law counts days. One that was made for several claims is spent on them as BGB §366
    says; a rest too small to ask for is waived (M11). Interest is booked to the day the money is worth, or given
    back beyond it (M14). Money of an unknown claim or another currency goes to suspense, never away. Called again
    for the same object or event it books nothing and makes sure the receipt is on its way. `again`: it had been
    booked before and had gone back, and `of` is the payment it then was. Raises Retry when others keep writing.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    if payment.live is not settings.live:
        return Booked.IGNORED
    if payment.status is not PaymentStatus.SUCCEEDED or payment.received <= 0:
        return Booked.NOTHING
    value_date = (payment.paid_at or now).astimezone(policies[settings.country].zone).date()
    for _ in range(TURNS):
        matter, claim = _matter_of(creditor, payment, store)
        reason = _misfit(creditor, payment, claim)
        if matter is None or claim is None or reason:
            why = reason or SuspenseReason.UNKNOWN_CLAIM
            return _suspend(creditor, payment, why, value_date, event, of, store, now)
        policy, most = policies[settings.country], strategy_of(settings, strategies).waive_up_to
        arrival = _arrival(matter, claim, payment, policy, now, again)
        commit, receipt = book_money(matter, arrival, policy=policy, most=most, now=now)
        commit = replace(commit, trails=_trails(creditor, commit.trails, of, store), seen=event)
        try:
            store.commit(creditor, commit)
        except AlreadyDone:
            carry_on(creditor, claim.debtor, store, scheduler, now)
            return Booked.DUPLICATE
        except StaleVersion:
            continue
        carry_out(commit, receipt, scheduler, now)
        return Booked.BOOKED
    raise Retry("the claim keeps changing")


def _trails(creditor: str, trails: tuple[Trail, ...], of: str | None, store: Store) -> tuple[Trail, ...]:
    """With the payment that came again under this name, so that what goes back once more finds it."""
    root = store.trail(creditor, of) if of else None
    if root is None:
        return trails
    own = tuple(replace(trail, of=root.source) for trail in trails)
    return (*own, replace(root, again=(*root.again, *(trail.source for trail in own))))


def _matter_of(creditor: str, payment: ProviderPayment, store: Store) -> tuple[Matter | None, Claim | None]:
    if payment.claim is None or payment.creditor not in (None, creditor):
        return None, None
    debtor = store.debtor_of_claim(creditor, payment.claim)
    matter = store.matter(creditor, debtor) if debtor else None
    return matter, matter.claims.get(payment.claim) if matter else None


def _misfit(creditor: str, payment: ProviderPayment, claim: Claim | None) -> SuspenseReason | None:
    if claim is None:
        return SuspenseReason.UNKNOWN_CLAIM
    return SuspenseReason.WRONG_CURRENCY if payment.currency != claim.currency else None


def _arrival(
    matter: Matter,
    claim: Claim,
    payment: ProviderPayment,
    policy: CountryPolicy,
    now: datetime,
    again: Again | None,
) -> Arrival:
    """The payment, for every claim it was made for."""
    attempt = matter.attempts.get(payment.attempt or "")
    covered = (claim.id, *(attempt.covers if attempt and claim.id in attempt.covers else ()))
    names = tuple(dict.fromkeys(covered))
    return Arrival(
        source=payment.object_id,
        received=payment.received,
        currency=payment.currency,
        claims=names,
        named=names,
        value_date=policy.meter.day(payment.paid_at or now),
        attempt=payment.attempt,
        ends=frozenset({HoldKind.PAYMENT_UNDER_WAY, *({HoldKind.CHARGEBACK} if again else ())}),
        again=again,
    )


def _suspend(
    creditor: str,
    payment: ProviderPayment,
    reason: SuspenseReason,
    value_date: date,
    event: str | None,
    of: str | None,
    store: Store,
    now: datetime,
) -> Booked:
    name, amount = payment.object_id, payment.received
    money = Suspense(creditor, name, amount, payment.currency, reason, payment.claim, now, value_date=value_date)
    fact = Fact(FactName.PAYMENT_SUSPENDED, creditor, (("source", payment.object_id),), now)
    trail = Trail(creditor, payment.object_id)
    for _ in range(TURNS):
        trails = _trails(creditor, (trail,), of, store)
        commit = Commit((fact,), suspense=(money,), trails=trails, source=payment.object_id, seen=event)
        try:
            store.commit(creditor, commit)
        except AlreadyDone:
            return Booked.DUPLICATE
        except StaleVersion:
            continue
        return Booked.SUSPENSE
    raise Retry("the payment it was keeps changing")
