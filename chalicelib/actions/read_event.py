"""Act on a provider's notice: ask the provider what is true now, and book that."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.payments import Attempt, CheckoutStatus, PaymentStatus, ProviderPayment
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import Commit, PaymentGateway, Scheduler, Store
from .lapse_attempt import GOING_ON, lapse_attempt
from .record_payment import Booked, record_payment

TURNS = 5
# A direct debit settles within 14 business days at the latest, says the provider; reminders rest as long.
# Source: https://docs.stripe.com/payments/sepa-debit
SETTLES_WITHIN = timedelta(days=21)
OVER = (PaymentStatus.FAILED, PaymentStatus.CANCELLED)


def payment_told(
    creditor: str,
    object_id: str,
    *,
    event: str,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Booked:
    """Something happened to a payment: fetch it and book it as it stands, never as the notice said it stood."""
    payment = gateway.payment(creditor, object_id)
    answer = record_payment(
        creditor,
        payment,
        event=event,
        store=store,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        now=now,
    )
    if answer is Booked.NOTHING and payment.attempt:
        if payment.status is PaymentStatus.PROCESSING:
            keep_waiting(creditor, payment, store=store, now=now)
        elif payment.status in OVER and _page_is_closed(creditor, payment.attempt, store, gateway):
            lapse_attempt(creditor, payment.attempt, store=store, now=now)
    return answer


def checkout_told(
    creditor: str,
    object_id: str,
    *,
    event: str,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Booked:
    """Something happened to a hosted page: book its payment, or let go of an attempt that came to nothing."""
    checkout = gateway.checkout(creditor, object_id)
    over = checkout.status is CheckoutStatus.EXPIRED
    if checkout.payment_id:
        payment = gateway.payment(creditor, checkout.payment_id)
        answer = record_payment(
            creditor,
            payment,
            event=event,
            store=store,
            scheduler=scheduler,
            policies=policies,
            strategies=strategies,
            now=now,
        )
        if answer is not Booked.NOTHING:
            return answer
        if payment.status is PaymentStatus.PROCESSING:
            keep_waiting(creditor, payment, store=store, now=now)
            return answer
        over = over or (checkout.status is CheckoutStatus.COMPLETE and payment.status in OVER)
    if over and checkout.attempt:
        lapse_attempt(creditor, checkout.attempt, store=store, now=now)
    return Booked.NOTHING


def _page_is_closed(creditor: str, attempt_id: str, store: Store, gateway: PaymentGateway) -> bool:
    """Whether nobody can try again on the attempt's hosted page: a declined card leaves it open."""
    owner = store.attempt_owner(attempt_id)
    matter = store.matter(creditor, owner.debtor) if owner and owner.creditor == creditor else None
    attempt = matter.attempts.get(attempt_id) if matter else None
    if attempt is None or attempt.provider_id is None:
        return attempt is not None and attempt.mandate is not None
    if attempt.mandate:
        return True  # drawn from an account: there never was a page
    return gateway.checkout(creditor, attempt.provider_id).status is not CheckoutStatus.OPEN


def keep_waiting(creditor: str, payment: ProviderPayment, *, store: Store, now: datetime) -> bool:
    """A direct debit is on its way for days: nobody is reminded of what they have just paid.

    False when nothing had to be written: told before, another attempt took its place, or it is over.
    """
    owner = store.attempt_owner(payment.attempt or "")
    if owner is None or owner.creditor != creditor:
        return False
    for _ in range(TURNS):
        matter = store.matter(creditor, owner.debtor)
        attempt = matter.attempts.get(owner.id) if matter else None
        if matter is None or attempt is None or attempt.status not in GOING_ON:
            return False
        covered = (matter.claims[name] for name in attempt.covers)
        held = tuple(later for claim in covered if (later := _held_longer(claim, attempt, now)))
        if not held:
            return False
        facts = tuple(
            Fact(FactName.PAYMENT_PENDING, creditor, (("claim", claim.id), ("attempt", attempt.id)), now)
            for claim in held
        )
        try:
            store.commit(creditor, Commit(facts, claims=held))
        except StaleVersion:
            continue
        return True
    raise Retry("the claim keeps changing")


def _held_longer(claim: Claim, attempt: Attempt, now: datetime) -> Claim | None:
    """The claim with its hold for this attempt until the bank is done; None where it has that, or needs none."""
    if claim.attempt != attempt.id or claim.state is ClaimState.CLOSED:
        return None
    known = next((h for h in claim.holds if h.kind is HoldKind.PAYMENT_UNDER_WAY), None)
    if known and known.until and known.until > attempt.expires_at:
        return None
    since = known.since if known else now
    return claim.held(Hold(HoldKind.PAYMENT_UNDER_WAY, since, now + SETTLES_WITHIN, attempt.id))
