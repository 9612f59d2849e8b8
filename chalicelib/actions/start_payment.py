"""Start, or go on with, the one open attempt to pay a claim."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.errors import BrokenRule, Permanent, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.payments import Attempt, AttemptStatus, CheckoutStatus, PaymentStatus
from ..domain.visit import Visit
from ..ports import Commit, PaymentGateway, Store
from .lapse_attempt import GOING_ON, lapse_attempt

TURNS = 5
LASTS = timedelta(minutes=60)
# A hosted page about to close is not handed out again.
MARGIN = timedelta(minutes=2)
# The provider opens no page that would close within 30 minutes.
SHORTEST = timedelta(minutes=31)


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
            return _begin(creditor, claim, attempt, store, gateway, locale, now)
        except StaleVersion:
            continue
    raise Retry("the claim keeps changing")


def _reserve(
    matter: Matter, claim: Claim, store: Store, gateway: PaymentGateway, new_id: Callable[[], str], now: datetime
) -> Attempt | UnderWay:
    """The attempt to go on with: the open one where it fits, else a new one, kept before the provider hears."""
    current = matter.attempts.get(claim.attempt or "")
    replaced: tuple[Attempt, ...] = ()
    if current and current.status in GOING_ON:
        lasts = MARGIN if current.provider_id else SHORTEST
        usable = current.amount == claim.outstanding.total and now + lasts < current.expires_at
        if current.provider_id:
            standing = _standing(current, current.provider_id, usable, gateway, now)
            if standing is CheckoutStatus.COMPLETE:
                return UnderWay(current)
            usable = usable and standing is CheckoutStatus.OPEN
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


def _standing(
    attempt: Attempt, provider_id: str, usable: bool, gateway: PaymentGateway, now: datetime
) -> CheckoutStatus:
    """How the attempt's hosted page stands, closed first where it is not to be used any more.

    A page that was completed with a payment that failed since (a direct debit the bank refused) counts as
    expired: no money is on its way. So does a page past its end that the provider knows nothing of, as when
    the creditor changed its account there.
    """
    ask = gateway.checkout if usable else gateway.expire_checkout
    try:
        word = ask(attempt.creditor, provider_id)
    except Permanent:
        if now < attempt.expires_at:
            raise
        return CheckoutStatus.EXPIRED
    if word.status is CheckoutStatus.COMPLETE and word.payment_id:
        payment = gateway.payment(attempt.creditor, word.payment_id)
        if payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELLED):
            return CheckoutStatus.EXPIRED
    return word.status


def _begin(
    creditor: Creditor,
    claim: Claim,
    attempt: Attempt,
    store: Store,
    gateway: PaymentGateway,
    locale: str,
    now: datetime,
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
    except (Retry, Permanent) as failure:
        # Nobody was given an address to pay on, so this attempt is over; the next press opens another. Where
        # a second tab went on with it meanwhile, its page is the one to take.
        if lapse_attempt(creditor.id, attempt.id, store=store, now=now, version=attempt.version):
            raise
        raise StaleVersion("ATTEMPT") from failure
    opened = replace(attempt, provider_id=checkout.provider_id, url=checkout.url, status=AttemptStatus.OPEN)
    store.commit(creditor.id, Commit((), attempts=(opened,)))
    return GoTo(checkout.url)
