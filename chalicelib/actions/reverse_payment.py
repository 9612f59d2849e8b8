"""A payment went back, whole or in part: every claim it was spent on owes again what it had settled (M3 to M8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from ..domain.accrual import reversed_on
from ..domain.allocation import Allocation
from ..domain.claim import Claim, ClaimState, Hold, HoldKind, Rest
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
from ..domain.policies._country import CountryPolicy
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
    """What is left of one payment on one claim of one debtor's; `source` is the name it was booked by."""

    source: str
    payment: LedgerEntry
    matter: Matter
    claim: str
    left: Allocation


@dataclass(frozen=True)
class _Found:
    """All there is of one payment: where it went, and what lies in suspense of it.

    What had gone back and came again is part of it: `trails` are its own, the first, and those it came again by.
    People may have booked these on claims of different debtors; a reversal is one movement all the same.
    """

    trails: tuple[Trail, ...]
    kept: bool
    spent: tuple[_Spent, ...]
    suspense: tuple[Suspense, ...]

    @property
    def trail(self) -> Trail:
        return self.trails[0]

    @property
    def loose(self) -> tuple[Suspense, ...]:
        """What lies in suspense whole: no entry of a ledger tells of it."""
        told = {one.source for one in self.spent}
        return tuple(money for money in self.suspense if money.source not in told)

    @property
    def left(self) -> int:
        return sum(one.left.settled.total + one.left.surplus for one in self.spent) + sum(
            money.left for money in self.loose
        )

    @property
    def currencies(self) -> set[str]:
        found = {one.payment.currency for one in self.spent} | {money.currency for money in self.loose}
        return found or {""}


@dataclass(frozen=True)
class _Counter:
    """A claim before and after one counter-entry, whose it is, and the name of the money it takes back."""

    before: Claim
    after: Claim
    entry: LedgerEntry
    source: str
    matter: Matter


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
    claims = tuple(dict.fromkeys(one.claim for one in found.spent))
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
        if not 0 < reversal.amount <= found.left or found.currencies != {reversal.currency}:
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
    # What went back from several debtors' claims is placed by a person: nobody's part of it is known.
    one_debtor = len({store.debtor_of_claim(creditor, claim) for claim, _ in went}) == 1
    if went and firsts[0] and one_debtor:
        # The claim that gave last gets first.
        again = Again(_by_claim(went[::-1]), firsts[0].value_date)
    of = trail.of or (payment_behind(creditor, firsts[0].source, store=store) if went and firsts[0] else None)
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
        of=of,
    )


def payment_behind(creditor: str, source: str, *, store: Store) -> str:
    """The provider's payment behind this money: itself, unless it is what had gone back and came again."""
    trail = store.trail(creditor, source)
    root = store.trail(creditor, trail.of) if trail and trail.of else None
    return root.source if root and source in root.again else source


def _by_claim(went: tuple[tuple[str, LedgerEntry], ...]) -> tuple[tuple[str, LedgerEntry], ...]:
    """What went back from each claim as one, where it went from more than one entry of it."""
    found: dict[str, LedgerEntry] = {}
    for claim, entry in went:
        held = found.get(claim)
        if held:
            split, surplus = held.split + entry.split, held.surplus + entry.surplus
            entry = replace(entry, amount=split.total + surplus, split=split, surplus=surplus)
        found[claim] = entry
    return tuple(found.items())


def _entries(trail: Trail, store: Store) -> tuple[tuple[str, LedgerEntry], ...]:
    found = ((claim, store.entry(trail.creditor, claim, number)) for claim, number in trail.entries)
    return tuple((claim, entry) for claim, entry in found if entry)


def _found(creditor: str, source: str, claim: str | None, store: Store) -> _Found | None:
    """What is left of the payment, worked out from its own few entries, however long the ledgers are."""
    trail = store.trail(creditor, payment_behind(creditor, source, store=store))
    known = trail or _looked_for(creditor, source, claim, store)
    if known is None:
        return None
    trails = (known, *(again for name in known.again if (again := store.trail(creditor, name))))
    debtors = dict.fromkeys(one.debtor for one in trails if one.debtor)
    matters = {debtor: matter for debtor in debtors if (matter := store.matter(creditor, debtor))}
    spent, suspense = list[_Spent](), list[Suspense]()
    for one in trails:
        entries, matter = _entries(one, store), matters.get(one.debtor or "")
        spent += (
            _Spent(one.source, entry, matter, name, left_of(entry, (e for of, e in entries if of == name)))
            for name, entry in entries
            if matter and entry.kind is EntryKind.PAYMENT
        )
        kept = store.suspended(creditor, one.source)
        suspense += [kept] if kept else []
    return _Found(trails, trail is not None, tuple(spent), tuple(suspense))


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
    parts, given = _parts(found, reversal.amount)
    booked = _counter_entries(found, parts, reversal, policy, now)
    went = tuple((one.after.id, one.entry.number) for one in booked)
    for one in booked:
        given[one.source] = given.get(one.source, 0) + one.entry.surplus
    suspense = tuple(
        money.giving_back(given[money.source], now) for money in found.suspense if given.get(money.source)
    )
    debtor = booked[0].after.debtor if booked else next((one.debtor for one in found.trails if one.debtor), None)
    own = Trail(settings.id, reversal.source, debtor, went, of=found.trail.source)
    facts = [fact for one in booked for fact in booking_facts(one.before, one.after, (one.entry,), now)]
    if not booked:
        about = (("source", reversal.payment),)
        facts.append(Fact(FactName.PAYMENT_REVERSED, settings.id, about, now))
    commit = Commit(
        tuple(facts),
        entries=tuple((one.after.id, one.entry) for one in booked),
        suspense=suspense,
        trails=(own, *_going_on(found, booked)) if found.kept else (own,),
        source=reversal.source,
    )
    by_debtor: dict[str, list[_Counter]] = {}
    for one in booked:
        by_debtor.setdefault(one.matter.debtor.number, []).append(one)
    for mine in by_debtor.values():
        commit = _gone_on(commit, settings, mine[0].matter, reversal, mine, policies, strategies, now)
    return commit


def _going_on(found: _Found, booked: tuple[_Counter, ...]) -> tuple[Trail, ...]:
    """The trails with what was taken back; that of the payment in any case, so that one of two goes first."""
    after = []
    for trail in found.trails:
        went = tuple((one.after.id, one.entry.number) for one in booked if one.source == trail.source)
        if went or trail is found.trail:
            after.append(replace(trail, entries=(*trail.entries, *went)))
    return tuple(after)


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


def _parts(found: _Found, amount: int) -> tuple[list[int], dict[str, int]]:
    """How much is taken of each that was spent, and of each source that lies in suspense whole: suspense first,
    then what the payment reached last."""
    left, given = amount, dict[str, int]()
    for money in found.loose:
        given[money.source] = min(left, max(money.left, 0))
        left -= given[money.source]
    parts = [0] * len(found.spent)
    for number, one in enumerate(found.spent):
        parts[number] = min(left, one.left.surplus)
        left -= parts[number]
    for number, one in reversed(tuple(enumerate(found.spent))):
        share = min(left, one.left.settled.total)
        parts[number] += share
        left -= share
    return parts, given


def _counter_entries(
    found: _Found, parts: list[int], reversal: Reversal, policy: CountryPolicy, now: datetime
) -> tuple[_Counter, ...]:
    """Each claim as it was and as it is with its entry, what was reached last first."""
    booked, claims = list[_Counter](), dict[str, Claim]()
    for one, part in reversed(tuple(zip(found.spent, parts, strict=True))):
        if not part:
            continue
        before = claims.get(one.claim) or one.matter.claims[one.claim]
        after, entry = reversed_on(
            before,
            one.payment,
            one.left,
            part,
            reversal.source,
            reversal.value_date,
            now,
            policy.meter_for(one.matter.debtor),
            flags=(reversal.why.value,),
        )
        claims[one.claim] = _held(after, entry, reversal, policy, now)
        booked.append(_Counter(before, claims[one.claim], entry, one.source, one.matter))
    return tuple(booked)


def _held(claim: Claim, entry: LedgerEntry, reversal: Reversal, policy: CountryPolicy, now: datetime) -> Claim:
    """Nobody is asked for what is still being decided, nor pays for the waiting: no interest grows on it. Nor is
    anybody asked, until a person says so, for what was refunded."""
    if not entry.split.total:
        return claim
    if reversal.why is ReversalReason.CHARGEBACK:
        until, source = now + DECIDED_WITHIN, reversal.source
        opened = datetime.combine(reversal.value_date, time(0), policy.zone)
        rest = Rest(opened, until, contested=entry.split.principal, source=source)
        return claim.held(Hold(HoldKind.CHARGEBACK, now, until, source)).contesting(rest)
    if reversal.why is ReversalReason.REFUND and claim.state is ClaimState.OPEN:
        return claim.held(Hold(HoldKind.OPERATOR, now, None, reversal.source))
    return claim


def _gone_on(
    commit: Commit,
    settings: Creditor,
    matter: Matter,
    reversal: Reversal,
    booked: Sequence[_Counter],
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Commit:
    """The same with how it goes on for one debtor: a running plan with its part open again, or the next word."""
    claims, plans, contacts = list[Claim](), list[Plan](), list[Contact]()
    facts = list(commit.facts)
    afterwards = replace(matter, claims={**matter.claims, **{one.after.id: one.after for one in booked}})
    owing = {one.after.id for one in booked if one.entry.split.total}
    for name in dict.fromkeys(one.after.id for one in booked):
        before, after = matter.claims[name], afterwards.claims[name]
        claims.append(after)
        plan = running_plan(matter, after)
        if plan and name in owing:
            gone = tuple(c.called_off("agreement_changed") for c in carriers(matter, plan))
            free = replace(afterwards, contacts={**matter.contacts, **{c.id: c for c in gone}})
            course = followed(free, after, plan, policies[settings.country], now)
            plans += course.plans
            contacts += (*gone, *course.contacts)
            facts += (*contact_facts(gone, now), *course.facts)
        elif before.state is not after.state and reversal.why is not ReversalReason.REFUND:
            again = planned_again(settings, afterwards, (after,), policies, strategies, now)
            contacts += again
            facts += contact_facts(again, now)
    return replace(
        commit,
        facts=tuple(facts),
        claims=(*commit.claims, *claims),
        plans=(*commit.plans, *plans),
        contacts=(*commit.contacts, *contacts),
    )
