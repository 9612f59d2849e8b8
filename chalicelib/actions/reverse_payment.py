"""A payment went back, whole or in part: every claim it was spent on owes again what it had settled (M3 to M8)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.accrual import reversed_on
from ..domain.allocation import Allocation
from ..domain.claim import Claim, ClaimState, Hold, HoldKind
from ..domain.contact import Contact, ContactState
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.errors import AlreadyDone, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.ledger import left_of
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.paying import running_plan
from ..domain.payments import PaymentStatus, ProviderPayment
from ..domain.person import Act
from ..domain.plan import Plan
from ..domain.policies._rules import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.suspense import Suspense
from ..domain.trail import Restoration, Reversal, ReversalReason, Trail
from ..ports import Commit, Scheduler, Store
from .book_money import Again
from .close_task import contact_facts, planned_again
from .follow_agreement import carriers, followed
from .record_payment import Booked, record_payment
from .tell_amount import booking_facts

TURNS = 8
# A card scheme decides within so many days; nobody is reminded of what is still being decided.
DECIDED_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class _Spent:
    """What is left of one payment on one claim."""

    payment: LedgerEntry
    claim: Claim
    left: Allocation


@dataclass(frozen=True)
class _Found:
    """All there is of one payment: whose, where it went, and what lies in suspense of it."""

    trail: Trail
    kept: bool
    matter: Matter | None
    spent: tuple[_Spent, ...]
    suspense: Suspense | None

    @property
    def left(self) -> int:
        if not self.spent:
            return self.suspense.left if self.suspense else 0
        return sum(one.left.settled.total + one.left.surplus for one in self.spent)


@dataclass(frozen=True)
class Left:
    """What of a payment was not taken back yet: `amount` minor units, and the claims it was spent on. `kept`: its
    trail is one that is written, and not read out of the ledgers."""

    amount: int
    currency: str
    claims: tuple[str, ...]
    trail: Trail
    kept: bool


def left_of_payment(creditor: str, source: str, *, store: Store) -> Left | None:
    """How much of the money of this source is still on claims; None where no payment is known by it."""
    found = _found(creditor, source, None, store)
    if found is None or not found.spent:
        return None
    claims = tuple(dict.fromkeys(one.claim.id for one in found.spent))
    return Left(found.left, found.spent[0].payment.currency, claims, found.trail, found.kept)


def reverse_payment(
    creditor: str,
    reversal: Reversal,
    *,
    event: str | None = None,
    placed_by: Act | None = None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Booked:
    """Counter-entries on all claims the payment was spent on, in one transaction, once for each reversal's source.

    What lies in suspense of it goes first, then what was settled last (M3). A closed claim that owes again is
    open, on no plan (M6, M8, M9); a running plan goes on with its part open again. Reminders are planned anew
    after a bank's return; after a chargeback and a refund nobody is asked until somebody decided. Told twice it
    books once (M4), more than is left is REFUSED (M5). `placed_by`: a person says which payment went
    back; until then the reversal lay in suspense below zero. Raises Retry for a payment that is not booked yet.
    """
    settings = store.creditor(creditor)
    if settings is None:
        raise Retry("creditor settings not there yet")
    for _ in range(TURNS):
        known = store.trail(creditor, reversal.source)
        lay = store.suspended(creditor, reversal.source) if placed_by else None
        if known and not (lay and lay.is_open):
            return Booked.DUPLICATE
        found = _found(creditor, reversal.payment, reversal.claim, store)
        if found is None:
            raise Retry("the payment is not booked yet")
        currencies = {one.payment.currency for one in found.spent} or {
            found.suspense.currency if found.suspense else ""
        }
        if not 0 < reversal.amount <= found.left or currencies != {reversal.currency}:
            return Booked.REFUSED
        commit = _commit(settings, found, reversal, policies, strategies, now)
        if placed_by and lay:
            commit = _from_below_zero(commit, lay, known, placed_by)
        try:
            store.commit(creditor, replace(commit, seen=event))
        except AlreadyDone:
            return Booked.DUPLICATE
        except StaleVersion:
            continue
        for contact in commit.contacts:
            if contact.state is ContactState.PLANNED:
                scheduler.at(contact, now)
            elif contact.state is ContactState.CANCELLED:
                scheduler.cancel(contact)
        return Booked.BOOKED
    raise Retry("the claims keep changing")


def restore_payment(
    creditor: str,
    restoration: Restoration,
    *,
    event: str | None = None,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Booked:
    """Money that had gone back came again, as after a chargeback that was won (M7): a payment of its own.

    It goes where it went back from and is worth the day it first was, so that nothing is owed for the time
    between. Once per source; raises Retry for a reversal that is not booked yet.
    """
    settings, trail = store.creditor(creditor), store.trail(creditor, restoration.reversal)
    if settings is None or trail is None:
        raise Retry("what it restores is not booked yet")
    went = tuple(one for one in _entries(trail, store) if one[1].kind is EntryKind.REVERSAL)
    firsts = [store.entry(creditor, claim, entry.reverses or 0) for claim, entry in went]
    again = None
    if went and firsts[0]:
        # The claim that gave last gets first.
        again = Again(went[::-1], firsts[0].value_date)
    payment = ProviderPayment(
        object_id=restoration.source,
        status=PaymentStatus.SUCCEEDED,
        received=restoration.amount,
        currency=restoration.currency,
        creditor=creditor,
        claim=again.reversals[0][0] if again else None,
        attempt=None,
        paid_at=None,
        live=settings.live,
    )
    return record_payment(
        creditor,
        payment,
        event=event,
        store=store,
        scheduler=scheduler,
        policies=policies,
        strategies=strategies,
        now=now,
        again=again,
    )


def _entries(trail: Trail, store: Store) -> tuple[tuple[str, LedgerEntry], ...]:
    found = ((claim, store.entry(trail.creditor, claim, number)) for claim, number in trail.entries)
    return tuple((claim, entry) for claim, entry in found if entry)


def _found(creditor: str, source: str, claim: str | None, store: Store) -> _Found | None:
    """What is left of the payment, worked out from its own few entries, however long the ledgers are."""
    trail = store.trail(creditor, source)
    known = trail or _looked_for(creditor, source, claim, store)
    if known is None:
        return None
    matter = store.matter(creditor, known.debtor) if known.debtor else None
    entries = _entries(known, store)
    spent = tuple(
        _Spent(entry, matter.claims[claim], left_of(entry, (other for name, other in entries if name == claim)))
        for claim, entry in entries
        if matter and entry.kind is EntryKind.PAYMENT
    )
    return _Found(known, trail is not None, matter, spent, store.suspended(creditor, source))


def _looked_for(creditor: str, source: str, claim: str | None, store: Store) -> Trail | None:
    """The trail of a payment from before trails were kept, read out of the ledgers of its debtor."""
    debtor = store.debtor_of_claim(creditor, claim) if claim else None
    matter = store.matter(creditor, debtor) if debtor else None
    found: list[tuple[str, int]] = []
    for name in sorted(matter.claims) if matter else ():
        ledger = store.ledger(creditor, name)
        numbers = {entry.number for entry in ledger if entry.source == source}
        found += [(name, entry.number) for entry in ledger if numbers & {entry.number, entry.reverses}]
    return Trail(creditor, source, debtor, tuple(found)) if found else None


def _commit(
    settings: Creditor,
    found: _Found,
    reversal: Reversal,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit:
    """All of it as one transaction. The trail of the payment is written too: of two reversals one goes first."""
    policy = policies[settings.country]
    booked = _counter_entries(found, reversal, policy, now)
    given = sum(entry.surplus for _, _, entry in booked) if found.spent else reversal.amount
    suspense = tuple[Suspense, ...]()
    if given and found.suspense:
        suspense = (found.suspense.giving_back(given, now),)
    went = tuple((after.id, entry.number) for _, after, entry in booked)
    own = Trail(settings.id, reversal.source, found.trail.debtor, went)
    of_payment = replace(found.trail, entries=(*found.trail.entries, *went))
    facts = [fact for before, after, entry in booked for fact in booking_facts(before, after, (entry,), now)]
    if not booked:
        about = (("source", reversal.payment),)
        facts.append(Fact(FactName.PAYMENT_REVERSED, settings.id, about, now))
    commit = Commit(
        tuple(facts),
        entries=tuple((after.id, entry) for _, after, entry in booked),
        suspense=suspense,
        trails=(own, of_payment) if found.kept else (own,),
        source=reversal.source,
    )
    if found.matter is None:
        return commit
    return _gone_on(commit, settings, found.matter, reversal, booked, policies, strategies, now)


def _from_below_zero(commit: Commit, lay: Suspense, known: Trail | None, act: Act) -> Commit:
    """The same with the end of what lay in suspense, whose version keeps it single, and whose trail goes on."""
    trails = tuple(
        replace(trail, version=known.version) if known and trail.source == lay.source else trail
        for trail in commit.trails
    )
    home = commit.claims[0].id if commit.claims else None
    ended = Fact(FactName.SUSPENSE_ENDED, lay.creditor, (("source", lay.source),), act.at)
    suspense = (*commit.suspense, lay.taken_back(home, act.at))
    return replace(
        commit, facts=(*commit.facts, ended), suspense=suspense, trails=trails, acts=(act,), source=None
    )


def _counter_entries(
    found: _Found, reversal: Reversal, policy: CountryPolicy, now: datetime
) -> tuple[tuple[Claim, Claim, LedgerEntry], ...]:
    """Each claim as it was and as it is, with its entry: suspense first, then what the payment reached last."""
    left = reversal.amount
    parts = dict.fromkeys(range(len(found.spent)), 0)
    for number, one in enumerate(found.spent):
        parts[number] += min(left, one.left.surplus)
        left -= min(left, one.left.surplus)
    for number, one in reversed(tuple(enumerate(found.spent))):
        share = min(left, one.left.settled.total)
        parts[number] += share
        left -= share
    booked = []
    for number in reversed(parts):
        if not parts[number]:
            continue
        one = found.spent[number]
        assert found.matter is not None  # what was spent was spent on its claims
        after, entry = reversed_on(
            one.claim,
            one.payment,
            one.left,
            parts[number],
            reversal.source,
            reversal.value_date,
            now,
            policy.meter_for(found.matter.debtor),
            flags=(reversal.why.value,),
        )
        booked.append((one.claim, _held(after, entry, reversal, now), entry))
    return tuple(booked)


def _held(claim: Claim, entry: LedgerEntry, reversal: Reversal, now: datetime) -> Claim:
    """Nobody is asked for what is still being decided, nor, until a person says so, for what was refunded."""
    if not entry.split.total:
        return claim
    if reversal.why is ReversalReason.CHARGEBACK:
        return claim.held(Hold(HoldKind.CHARGEBACK, now, now + DECIDED_WITHIN, reversal.source))
    if reversal.why is ReversalReason.REFUND and claim.state is ClaimState.OPEN:
        return claim.held(Hold(HoldKind.OPERATOR, now, None, reversal.source))
    return claim


def _gone_on(
    commit: Commit,
    settings: Creditor,
    matter: Matter,
    reversal: Reversal,
    booked: tuple[tuple[Claim, Claim, LedgerEntry], ...],
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit:
    """The same with how it goes on: a running plan with its part open again, or the strategy's next word."""
    claims, plans, contacts = list[Claim](), list[Plan](), list[Contact]()
    facts = list(commit.facts)
    afterwards = replace(matter, claims={**matter.claims, **{after.id: after for _, after, _ in booked}})
    for before, after, entry in booked:
        claims.append(after)
        plan = running_plan(matter, after)
        if plan and entry.split.total:
            gone = tuple(c.moved(ContactState.CANCELLED) for c in carriers(matter, plan))
            free = replace(afterwards, contacts={**matter.contacts, **{c.id: c for c in gone}})
            course = followed(free, after, plan, policies[settings.country], now)
            plans += course.plans
            contacts += (*gone, *course.contacts)
            facts += (*contact_facts(gone, now), *course.facts)
        elif before.state is not after.state and reversal.why is not ReversalReason.REFUND:
            again = planned_again(settings, afterwards, (after,), policies, strategies, now)
            contacts += again
            facts += contact_facts(again, now)
    return replace(commit, facts=tuple(facts), claims=tuple(claims), plans=tuple(plans), contacts=tuple(contacts))
