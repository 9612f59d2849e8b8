"""Forget a person: the books keep their ids and amounts, everything that names somebody goes (GDPR Art. 17)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain

from ..domain import retention
from ..domain.claim import Claim, ClaimState, Ground
from ..domain.entry import EntryKind
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.mandate import ended
from ..domain.matter import Matter
from ..domain.parties import Address, Choices, Creditor, Debtor
from ..domain.pay_link import Scope, link_id
from ..domain.policies._rules import CountryPolicy
from ..domain.task import Task, TaskKind
from ..domain.visit import Visit
from ..ports import Archive, Commit, EvidenceStore, Scheduler, Store
from .open_task import open_task
from .register_claim import ways_to
from .write_change import write_change

# GDPR Art. 12(3): within a month of the request.
ANSWER_WITHIN = timedelta(days=30)
LOOK_AGAIN = timedelta(days=30)
AT_ONCE = 60


class Forgotten(StrEnum):
    """What became of it just now."""

    DONE = "done"
    KEPT = "kept"
    """The law wants the papers kept, or a claim is still open: asked again on the day that ends."""
    UNKNOWN = "unknown"


def kept_until(matter: Matter, policy: CountryPolicy, now: datetime) -> date | None:
    """The last day on which the books must tell whose they are; None while a claim is open."""
    claims = matter.claims.values()
    if any(claim.state is not ClaimState.CLOSED for claim in claims):
        return None
    days = [claim.recent[-1].booked_at if claim.recent else claim.registered_at for claim in claims]
    last = max(days).astimezone(policy.zone).date() if days else now.date()
    return retention.kept_until(policy.retention, last, now.astimezone(policy.zone).date())


def ask_to_forget(
    visit: Visit, *, store: Store, scheduler: Scheduler, policies: Mapping[str, CountryPolicy], now: datetime
) -> Task:
    """Keep the wish: a person answers within a month, and the day comes by itself. Asked twice it is one Task."""
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Task, Commit | None]:
        if visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        waiting = (t for t in matter.tasks.values() if t.kind is TaskKind.ERASURE and t.done_at is None)
        if known := next(waiting, None):
            return known, None
        policy, claim = policies[creditor.country], matter.claims[visit.claim]
        opened = open_task(matter, claim, TaskKind.ERASURE, policy=policy, now=now)
        task = replace(opened.task, due_at=now + ANSWER_WITHIN)
        debtor = replace(matter.debtor, forget_on=_day_after(kept_until(matter, policy, now), policy, now))
        return task, Commit((opened.fact,), debtor=debtor, claims=(opened.claim,), tasks=(task,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _day_after(last: date | None, policy: CountryPolicy, now: datetime) -> datetime:
    if last is None:
        return now + LOOK_AGAIN
    return max(now, datetime.combine(last + timedelta(days=1), time(0), policy.zone).astimezone(UTC))


def forget_person(
    creditor_id: str,
    number: str,
    *,
    store: Store,
    archive: Archive,
    evidence: EvidenceStore,
    policies: Mapping[str, CountryPolicy],
    hash_point: Callable[[str], str],
    now: datetime,
) -> Forgotten:
    """Forget this debtor now if the law lets us, else on the day it will.

    First the files, then the messages and links, then words and names, the card last: whatever breaks off is
    taken up again by the next call, and the card says `erased_at` only when all else is gone. Ledger entries
    are not touched: they hold ids, so balances and hashes stay as they were (G1).
    """
    creditor = store.creditor(creditor_id)
    matter = store.matter(creditor_id, number)
    if creditor is None or matter is None or matter.debtor.erased_at:
        return Forgotten.UNKNOWN
    policy = policies[creditor.country]
    last = kept_until(matter, policy, now)
    if last is None or now.astimezone(policy.zone).date() <= last:
        later = replace(matter.debtor, forget_on=_day_after(last, policy, now))
        store.commit(creditor_id, Commit((), debtor=later))
        return Forgotten.KEPT
    for document in matter.documents:
        archive.forget(creditor_id, document)
    for piece in matter.evidence:
        evidence.forget(creditor_id, piece)
    elsewhere = chain(_named_elsewhere(matter, store), _known_to_the_bank(matter, store, hash_point))
    for gone in _by(AT_ONCE, elsewhere):
        store.commit(creditor_id, Commit((), gone=tuple(gone)))
    for part in _by(AT_ONCE, _unnamed(matter, now)):
        store.commit(creditor_id, _commit_of(part))
    fact = Fact(FactName.PERSON_ERASED, creditor_id, (("debtor", number),), now)
    store.commit(creditor_id, Commit((fact,), debtor=_blank(matter.debtor, now)))
    return Forgotten.DONE


def _by[T](size: int, things: Iterator[T]) -> Iterator[list[T]]:
    held: list[T] = []
    for thing in things:
        held.append(thing)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _named_elsewhere(matter: Matter, store: Store) -> Iterator[tuple[str, str]]:
    """Messages, what was written back, and links: what lies outside the matter and knows somebody."""
    for contact in matter.contacts.values():
        yield ("message", contact.id)
        # Only what left under a receipt can be answered.
        for reply in store.replies(contact.creditor, contact.id) if contact.receipt else ():
            yield ("reply", f"{contact.id}/{reply.id}")
        if contact.link:
            yield ("link", contact.link)
    for claim in matter.claims.values():
        if claim.reference:
            yield ("link", link_id(claim.reference))
    for helper in matter.debtor.helpers:
        yield ("link", helper.link)


def _known_to_the_bank(
    matter: Matter, store: Store, hash_point: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """What the bank told of who paid, and the marks on a transfer that lead here."""
    creditor, debtor = matter.debtor.creditor, matter.debtor
    for claim in matter.claims.values():
        for way in ways_to(debtor, claim, hash_point):
            yield ("way", f"{way.mark}/{claim.id}")
        for account in debtor.accounts:
            yield ("way", f"{account}/{claim.id}")
        for entry in store.ledger(creditor, claim.id):
            if entry.kind is EntryKind.PAYMENT:
                yield ("sighting", entry.source)


def _unnamed(matter: Matter, now: datetime) -> Iterator[tuple[str, object]]:
    """Each part of the matter that holds words or names, without them; nobody is left to answer to."""
    for claim in matter.claims.values():
        yield ("claims", _bare(claim))
    for contact in matter.contacts.values():
        if contact.to or contact.link:
            yield ("contacts", replace(contact, to=None, link=None))
    for attempt in matter.attempts.values():
        if attempt.url:
            yield ("attempts", replace(attempt, url=None))
    for mandate in matter.mandates.values():
        bare = replace(mandate.saved, last4="", reference="") if mandate.saved else None
        yield ("mandates", replace(ended(mandate, now), saved=bare, url=None))
    for dispute in matter.disputes.values():
        yield ("disputes", replace(dispute, words=""))
    for task in matter.tasks.values():
        done = task.done_at or now
        yield ("tasks", replace(task, words="", request=None, representative=None, wish=None, done_at=done))


def _commit_of(parts: list[tuple[str, object]]) -> Commit:
    fields: dict[str, tuple[object, ...]] = {}
    for field, part in parts:
        fields[field] = (*fields.get(field, ()), part)
    return Commit((), **fields)  # type: ignore[arg-type]


def _bare(claim: Claim) -> Claim:
    ground = Ground("", None, "", claim.ground.invoice_date)
    return replace(claim, ground=ground, history={}, holds=(), score=None, reference="")


def _blank(debtor: Debtor, now: datetime) -> Debtor:
    """The card with nobody on it; hashes of addresses that are not to be written to stay."""
    return replace(
        debtor,
        name="",
        address=Address("", "", "", debtor.address.country),
        birth_date=None,
        language=None,
        points=(),
        holds=(),
        iban=None,
        accounts=(),
        choices=Choices(),
        consents=(),
        helpers=(),
        forget_on=None,
        erased_at=now,
    )
