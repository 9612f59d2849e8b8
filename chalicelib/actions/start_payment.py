"""Start, or go on with, the one open attempt to pay a claim."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.errors import BrokenRule, Permanent, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.payments import Attempt, AttemptStatus, CheckoutStatus, PaymentStatus, ProviderCheckout
from ..domain.visit import Visit
from ..ports import Commit, PaymentGateway, Store

TURNS = 5
LASTS = timedelta(minutes=60)
# A hosted page about to close is not handed out again.
MARGIN = timedelta(minutes=2)


@dataclass(frozen=True)
class GoTo:
    """The hosted page the reader pays on."""

    url: str


@dataclass(frozen=True)
class AskAgain:
    """The amount changed since the page was drawn: nothing was started, the reader is asked once more (P10)."""

    matter: Matter


@dataclass(frozen=True)
class UnderWay:
    """The reader has paid already and the provider's word is still to come: no second attempt is opened."""

    attempt: Attempt


def start_payment(
    visit: Visit,
    shown: int,
    *,
    store: Store,
    gateway: PaymentGateway,
    new_id: Callable[[], str],
    locale: str,
    now: datetime,
) -> GoTo | AskAgain | UnderWay:
    """Where to pay the claim in full.

    `shown` is the amount in minor units the reader saw; it is only ever compared, the server's own is charged
    (P11). Two tabs get the same attempt, and the provider the same idempotency key (P1, P2). Raises
    BrokenRule("closed") when nothing is owed, Retry when the provider cannot be reached.
    """
    for _ in range(TURNS):
        matter, creditor = store.matter(visit.creditor, visit.debtor), store.creditor(visit.creditor)
        if matter is None or creditor is None or visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        claim = matter.claims[visit.claim]
        if claim.state is ClaimState.CLOSED or claim.outstanding.total == 0:
            raise BrokenRule("closed")
        if shown != claim.outstanding.total:
            return AskAgain(matter)
        try:
            attempt = _reserve(matter, claim, store, gateway, new_id, now)
            if isinstance(attempt, UnderWay):
                return attempt
            if attempt.url:
                return GoTo(attempt.url)
            return _begin(creditor, claim, attempt, store, gateway, locale)
        except StaleVersion:
            continue
    raise Retry("the claim keeps changing")


def _reserve(
    matter: Matter, claim: Claim, store: Store, gateway: PaymentGateway, new_id: Callable[[], str], now: datetime
) -> Attempt | UnderWay:
    """The attempt to go on with: the open one where it fits, else a new one, kept before the provider hears."""
    current = matter.attempts.get(claim.attempt or "")
    replaced: tuple[Attempt, ...] = ()
    if current and current.status in (AttemptStatus.STARTING, AttemptStatus.OPEN):
        usable = current.amount == claim.outstanding.total and now + MARGIN < current.expires_at
        if current.provider_id:
            word = (
                gateway.checkout(current.creditor, current.provider_id)
                if usable
                else gateway.expire_checkout(current.creditor, current.provider_id)
            )
            if word.status is CheckoutStatus.COMPLETE and not _came_to_nothing(word, gateway, current):
                return UnderWay(current)
            usable = usable and word.status is CheckoutStatus.OPEN
        if usable:
            return current
        replaced = (replace(current, status=AttemptStatus.REPLACED),)
    attempt = Attempt(
        id=new_id(),
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        amount=claim.outstanding.total,
        currency=claim.currency,
        expires_at=(now + LASTS).replace(microsecond=0),
    )
    hold = Hold(HoldKind.PAYMENT_UNDER_WAY, now, attempt.expires_at, attempt.id)
    held = replace(claim.held(hold), attempt=attempt.id)
    ids = (("claim", claim.id), ("attempt", attempt.id))
    fact = Fact(FactName.PAYMENT_STARTED, claim.creditor, ids, now)
    store.commit(claim.creditor, Commit((fact,), claims=(held,), attempts=(attempt, *replaced)))
    return replace(attempt, version=1)


def _came_to_nothing(word: ProviderCheckout, gateway: PaymentGateway, attempt: Attempt) -> bool:
    """The page was finished, but its payment failed for good (a direct debit the bank refused)."""
    if word.payment_id is None:
        return False
    payment = gateway.payment(attempt.creditor, word.payment_id)
    return payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELLED)


def _begin(
    creditor: Creditor, claim: Claim, attempt: Attempt, store: Store, gateway: PaymentGateway, locale: str
) -> GoTo:
    back = f"{creditor.public_url}/r/{attempt.id}"
    try:
        checkout = gateway.begin_checkout(
            attempt,
            payee=creditor.payee,
            description=claim.ground.what,
            locale=locale,
            success_url=back,
            cancel_url=f"{back}?left=1",
        )
    except (Retry, Permanent):
        # Nobody was given an address to pay on, so this attempt is over; the next press opens another.
        over = replace(attempt, status=AttemptStatus.EXPIRED)
        store.commit(creditor.id, Commit((), attempts=(over,)))
        raise
    opened = replace(attempt, provider_id=checkout.provider_id, url=checkout.url, status=AttemptStatus.OPEN)
    store.commit(creditor.id, Commit((), attempts=(opened,)))
    return GoTo(checkout.url)
