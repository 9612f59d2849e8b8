"""Act on a provider's notice: ask the provider what is true now, and book that."""

from dataclasses import replace
from datetime import datetime

from ..domain.claim import HoldKind
from ..domain.errors import StaleVersion
from ..domain.payments import AttemptStatus, CheckoutStatus, PaymentStatus
from ..ports import Commit, PaymentGateway, Scheduler, Store
from .record_payment import Booked, record_payment


def payment_told(
    creditor: str,
    object_id: str,
    *,
    event: str,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    now: datetime,
) -> Booked:
    """Something happened to a payment: fetch it and book it as it stands, never as the notice said it stood."""
    payment = gateway.payment(creditor, object_id)
    return record_payment(creditor, payment, event=event, store=store, scheduler=scheduler, now=now)


def checkout_told(
    creditor: str,
    object_id: str,
    *,
    event: str,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    now: datetime,
) -> Booked:
    """Something happened to a hosted page: book its payment, or let go of an attempt that closed unused."""
    checkout = gateway.checkout(creditor, object_id)
    if checkout.payment_id:
        payment = gateway.payment(creditor, checkout.payment_id)
        answer = record_payment(creditor, payment, event=event, store=store, scheduler=scheduler, now=now)
        if answer is not Booked.NOTHING:
            return answer
        failed = payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELLED)
        if checkout.status is CheckoutStatus.COMPLETE and failed and checkout.attempt:
            lapse_attempt(checkout.attempt, store=store)
    if checkout.status is CheckoutStatus.EXPIRED and checkout.attempt:
        lapse_attempt(checkout.attempt, store=store)
    return Booked.NOTHING


def lapse_attempt(attempt_id: str, *, store: Store) -> bool:
    """An attempt whose hosted page closed unused no longer keeps the claim waiting; False when it was over."""
    owner = store.attempt_owner(attempt_id)
    matter = store.matter(owner.creditor, owner.debtor) if owner else None
    attempt = matter.attempts.get(attempt_id) if matter else None
    if matter is None or attempt is None or attempt.status not in (AttemptStatus.STARTING, AttemptStatus.OPEN):
        return False
    claim = matter.claims[attempt.claim]
    claims = (claim.released(HoldKind.PAYMENT_UNDER_WAY),) if claim.attempt == attempt.id else ()
    over = replace(attempt, status=AttemptStatus.EXPIRED)
    try:
        store.commit(attempt.creditor, Commit((), claims=claims, attempts=(over,)))
    except StaleVersion:
        return False
    return True
