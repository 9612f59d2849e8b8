"""Start, or go on with, the one open attempt to pay a claim, in full or in part, or several claims at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.accrual import matter_on
from ..domain.claim import Claim, Hold, HoldKind
from ..domain.errors import AmountTooSmall, BrokenRule, Permanent, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.paying import is_open, least_payment, payable_together
from ..domain.payments import Attempt, AttemptStatus, CheckoutStatus, PaymentStatus
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.visit import Visit
from ..ports import Commit, PaymentGateway, Store
from .lapse_attempt import GOING_ON, lapse_attempt
from .tell_amount import Told, tell_amount

TURNS = 5
LASTS = timedelta(minutes=60)
# A hosted page about to close is not handed out again.
MARGIN = timedelta(minutes=2)
# The provider opens no page that would close within 30 minutes.
SHORTEST = timedelta(minutes=31)
# What the provider prints beside the amount.
LONGEST_DESCRIPTION = 200


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


@dataclass(frozen=True)
class NotThatMuch:
    """The amount lies outside of what may be paid, `least` to `most` minor units; nothing was started (P11)."""

    matter: Matter
    least: int
    most: int


@dataclass(frozen=True)
class OnlyByTransfer:
    """The provider takes no payment as small as `amount` minor units; nothing was started. A transfer does."""

    matter: Matter
    amount: int


Answer = GoTo | AskAgain | UnderWay | NotThatMuch | OnlyByTransfer


def start_payment(
    visit: Visit,
    shown: int,
    *,
    amount: int | None = None,
    together: bool = False,
    store: Store,
    gateway: PaymentGateway,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    new_id: Callable[[], str],
    locale: str,
    now: datetime,
) -> Answer:
    """Where to pay the claim of the visit, or, `together`, all of its debtor's claims that can be paid at once.

    `shown` is what the page said is owed; it is only ever compared (P10). What has grown since it was last told is
    booked with the attempt, and the amount stays good for as long as the strategy says. `amount` is the part the
    reader chose, all of it where they chose none; the bounds are the server's own (P11), several claims are paid
    in full, and less than the provider takes can only be transferred. Two tabs with the same amount get the same
    attempt, and the provider the same idempotency key (P1, P2); with another amount the one before it is closed at
    the provider. Raises BrokenRule("closed") when nothing is owed, Retry when the provider cannot be reached.
    """
    for _ in range(TURNS):
        stored, creditor = store.matter(visit.creditor, visit.debtor), store.creditor(visit.creditor)
        if stored is None or creditor is None or visit.claim not in stored.claims:
            raise BrokenRule("not_found")
        policy, strategy = policies[creditor.country], strategy_of(creditor, strategies)
        matter = matter_on(stored, policy.meter.day(now), policy.meter_for(stored.debtor))
        claims = _wanted(matter, matter.claims[visit.claim], together, now)
        owed = sum(claim.outstanding.total for claim in claims)
        if not owed:
            raise BrokenRule("closed")
        if shown != owed:
            return AskAgain(matter)
        chosen = owed if amount is None or together else amount
        least = least_payment(matter, claims[0], strategy.least_payment)
        if not least <= chosen <= owed:
            return NotThatMuch(matter, least, owed)
        if chosen < gateway.smallest(claims[0].currency):
            return OnlyByTransfer(matter, chosen)
        try:
            going_on = _going_on(stored, claims)
            attempt = _held_open(going_on, claims, chosen, gateway, now)
            if attempt is None:
                asked = tuple(
                    tell_amount(stored.claims[one.id], stored.debtor, strategy.open_days, policy, now)
                    for one in claims
                )
                attempt = _reserve(stored, asked, chosen, going_on, store, new_id(), now)
            if isinstance(attempt, UnderWay):
                return attempt
            if attempt.url:
                return GoTo(attempt.url)
            return _begin(creditor, claims, attempt, store, gateway, locale, now)
        except AmountTooSmall:
            return OnlyByTransfer(matter, chosen)
        except StaleVersion:
            continue
    raise Retry("the claim keeps changing")


def _wanted(matter: Matter, claim: Claim, together: bool, now: datetime) -> tuple[Claim, ...]:
    if together:
        return payable_together(matter, claim.currency, now)
    return (claim,) if is_open(claim) else ()


def _going_on(matter: Matter, claims: tuple[Claim, ...]) -> dict[str, Attempt]:
    """The attempts by which something is still to come for one of these claims."""
    held = (matter.attempts.get(claim.attempt or "") for claim in claims)
    return {attempt.id: attempt for attempt in held if attempt and attempt.status in GOING_ON}


def _held_open(
    going_on: Mapping[str, Attempt],
    claims: tuple[Claim, ...],
    amount: int,
    gateway: PaymentGateway,
    now: datetime,
) -> Attempt | UnderWay | None:
    """The open attempt where it fits, or the word that its payment is on its way; None: a new one is needed."""
    ids = {claim.id for claim in claims}
    for current in going_on.values():
        if current.mandate:
            return UnderWay(current)  # drawn from an account: only the bank can finish it
        fits = current.amount == amount and set(current.covers) == ids and len(going_on) == 1
        lasts = MARGIN if current.provider_id else SHORTEST
        usable = fits and now + lasts < current.expires_at
        if current.provider_id:
            standing = _standing(current, current.provider_id, usable, gateway, now)
            if standing is CheckoutStatus.COMPLETE:
                return UnderWay(current)
            usable = usable and standing is CheckoutStatus.OPEN
        if usable:
            return current
    return None


def _reserve(
    matter: Matter,
    asked: tuple[Told, ...],
    amount: int,
    going_on: Mapping[str, Attempt],
    store: Store,
    name: str,
    now: datetime,
) -> Attempt:
    """A new attempt in the place of those that go on, kept before the provider hears of it."""
    ids = tuple(one.claim.id for one in asked)
    first = asked[0].claim
    attempt = Attempt(
        id=name,
        creditor=first.creditor,
        debtor=first.debtor,
        claim=first.id,
        amount=amount,
        currency=first.currency,
        expires_at=(now + LASTS).replace(microsecond=0),
        claims=ids if len(ids) > 1 else (),
    )
    hold = Hold(HoldKind.PAYMENT_UNDER_WAY, now, attempt.expires_at, attempt.id)
    held = tuple(replace(one.claim.held(hold), attempt=attempt.id) for one in asked)
    started = tuple(
        Fact(FactName.PAYMENT_STARTED, first.creditor, (("claim", name), ("attempt", attempt.id)), now)
        for name in ids
    )
    commit = Commit(
        (*started, *(fact for one in asked for fact in one.facts)),
        claims=(*held, *_let_go(matter, going_on, ids)),
        entries=tuple(entry for one in asked for entry in one.entries),
        attempts=(attempt, *(replace(old, status=AttemptStatus.REPLACED) for old in going_on.values())),
    )
    store.commit(first.creditor, commit)
    return replace(attempt, version=1)


def _let_go(matter: Matter, replaced: Mapping[str, Attempt], kept: tuple[str, ...]) -> tuple[Claim, ...]:
    """The claims that only a replaced attempt was to pay: nothing is on its way for them any more."""
    others = {name for attempt in replaced.values() for name in attempt.covers} - set(kept)
    claims = (matter.claims[name] for name in sorted(others))
    return tuple(claim.released(HoldKind.PAYMENT_UNDER_WAY) for claim in claims if claim.attempt in replaced)


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
    claims: tuple[Claim, ...],
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
            description=" + ".join(claim.ground.what for claim in claims)[:LONGEST_DESCRIPTION],
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
