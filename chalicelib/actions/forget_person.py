"""Forget a person: the books keep their ids and amounts, everything that names somebody goes (GDPR Arts. 5, 17).

In two steps, each on its day or at its owner's wish. While the law binds the books, what they do not need goes:
addresses, birth date, what the model knew (Art. 18). When it binds no more, the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, islice

from ..domain import retention
from ..domain.centre import told_to
from ..domain.claim import Claim, ClaimState, Ground, HoldKind
from ..domain.contact import MessageKind
from ..domain.entry import EntryKind
from ..domain.errors import BrokenRule, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.mandate import ended
from ..domain.matter import Matter
from ..domain.motion import MotionState
from ..domain.parties import Address, Choices, Creditor, Debtor
from ..domain.pay_link import Scope, link_id
from ..domain.policies._country import CountryPolicy
from ..domain.refund_order import RefundOrder, name_of_giving, name_of_sending
from ..domain.task import Task, TaskKind
from ..domain.visit import Visit
from ..ports import Archive, Commit, Erasures, EvidenceStore, Outgoing, Scheduler, Store
from .open_task import open_task
from .register_claim import ways_to
from .write_change import write_change

# GDPR Art. 12(3): within a month of the request.
ANSWER_WITHIN = timedelta(days=30)
LOOK_AGAIN = timedelta(days=30)
AT_ONCE = 60
# A page that was open in that night writes no later than this; what it wrote goes then.
LOOK_ONCE_MORE = timedelta(days=1)
# What a file told of a debtor's past for the score alone; what else it told stands in letters about the claim.
FOR_THE_MODEL = frozenset(
    {"customer_since", "past_orders", "past_payments", "payments_made", "plan_before", "value_class"}
)


class Forgotten(StrEnum):
    """What became of it just now."""

    DONE = "done"
    ONCE_MORE = "once_more"
    """They were forgotten the night before; what was written behind the card is gone now, too."""
    RESTRICTED = "restricted"
    """The law wants the papers kept; what they do not need is gone."""
    KEPT = "kept"
    """A claim is still open, or its debtor may yet have to be reached: asked again on the day that ends."""
    UNKNOWN = "unknown"


def kept_until(matter: Matter, policy: CountryPolicy, now: datetime) -> date | None:
    """The last day on which the books must tell whose they are; None while a claim is open."""
    last = _last_booking(matter, policy, now)
    return retention.kept_until(policy.retention, last, _today(policy, now)) if last else None


def _last_booking(matter: Matter, policy: CountryPolicy, now: datetime) -> date | None:
    """The day of it; None while a claim is open."""
    claims = matter.claims.values()
    if any(claim.state is not ClaimState.CLOSED for claim in claims):
        return None
    days = [claim.recent[-1].booked_at if claim.recent else claim.registered_at for claim in claims]
    return max(days, default=now).astimezone(policy.zone).date()


def _today(policy: CountryPolicy, now: datetime) -> date:
    return now.astimezone(policy.zone).date()


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
        # What the books do not need goes in the coming night; a claim that is open keeps all of it.
        look = now if kept_until(matter, policy, now) else now + LOOK_AGAIN
        debtor = replace(matter.debtor, forget_on=look)
        return task, Commit((opened.fact,), debtor=debtor, claims=(opened.claim,), tasks=(task,))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _day_after(last: date, policy: CountryPolicy, now: datetime) -> datetime:
    return max(now, _morning(last + timedelta(days=1), policy))


def _morning(day: date, policy: CountryPolicy) -> datetime:
    return datetime.combine(day, time(0), policy.zone).astimezone(UTC)


def forget_person(
    creditor_id: str,
    number: str,
    *,
    store: Store,
    outgoing: Outgoing,
    archive: Archive,
    evidence: EvidenceStore,
    erasures: Erasures,
    policies: Mapping[str, CountryPolicy],
    hash_point: Callable[[str], str],
    now: datetime,
    again: bool = False,
) -> Forgotten:
    """Forget this debtor now if the law lets us; else restrict what is held of them, or look again on the day.

    First it is noted outside the table, then go the files, the messages and links, words and names, the card
    last: whatever breaks off is taken up again by the next call, and the card says `erased_at` only when all else
    is gone. Raises StaleVersion where somebody wrote meanwhile: what they wrote goes with the next call; what was
    written after the card goes a night later, when all of it is done once more. Ledger entries are not touched:
    they hold ids, so balances and hashes stay as they were (G1).
    `again`: the table was restored from before this had been done, so it is done whether or not the wish for it is
    still known (G2).
    """
    creditor = store.creditor(creditor_id)
    matter = store.matter(creditor_id, number)
    if creditor is None or matter is None:
        return Forgotten.UNKNOWN
    erased, once_more = matter.debtor.erased_at, matter.debtor.forget_on
    if erased and (once_more is None or now < once_more):
        return Forgotten.UNKNOWN
    policy = policies[creditor.country]
    last, today = kept_until(matter, policy, now), _today(policy, now)
    asked = again or any(task.kind is TaskKind.ERASURE for task in matter.tasks.values())
    if last is None:
        first = retention.first_look(policy.retention, today)
        look = now + LOOK_AGAIN if asked else _morning(first, policy)
        store.commit(creditor_id, Commit((), debtor=replace(matter.debtor, forget_on=look)))
        return Forgotten.KEPT
    if today <= last:
        restricted = _restricted(matter, policy, last, asked, hash_point, now)
        return _keep_restricted(matter, restricted, _where_reached(matter, hash_point), store, erasures, now)
    erasures.note(creditor_id, number, now)
    for document in matter.documents:
        archive.forget(creditor_id, document)
    for piece in matter.evidence:
        evidence.forget(creditor_id, piece)
    reached = _where_reached(matter, hash_point)
    known = _known_to_the_bank(matter, store, hash_point)
    elsewhere = chain(_named_elsewhere(matter, store), _spoken(matter.debtor, store), reached, known)
    for gone in _by(AT_ONCE, elsewhere):
        store.commit(creditor_id, Commit((), gone=tuple(gone)))
    for orders in _by(AT_ONCE, _paid_back_to(matter, store, outgoing)):
        store.commit(creditor_id, Commit((), refunds=tuple(replace(order, to=None) for order in orders)))
    for part in _by(AT_ONCE, chain(_unnamed(matter, now), _uncommented(matter, store))):
        store.commit(creditor_id, _commit_of(part))
    card, left = _blank(matter.debtor, hash_point, now), _left_alone(matter, store)
    facts = tuple(_left_elsewhere(matter, now))
    if erased:
        card = replace(card, erased_at=erased, forget_on=None)
    else:
        facts = (Fact(FactName.PERSON_ERASED, creditor_id, (("debtor", number),), now), *facts)
    store.commit(creditor_id, Commit(facts, debtor=card, unchanged=left, unspoken=number))
    return Forgotten.ONCE_MORE if erased else Forgotten.DONE


def _left_alone(matter: Matter, store: Store) -> tuple[Claim, ...]:
    """Their claims as they stand without words and names, for the card's commit to stand on.

    Raises StaleVersion where something came to the matter meanwhile: their page may be open in that night, and the
    next one takes along what they wrote.
    """
    debtor = matter.debtor
    after, motions = store.matter(debtor.creditor, debtor.number), store.motions(debtor.creditor, debtor.number)
    parts = (one.name for one in fields(Matter) if one.name != "debtor")
    if (
        after is None
        or motions
        or any(getattr(after, part).keys() != getattr(matter, part).keys() for part in parts)
    ):
        raise StaleVersion("matter")
    # One version on, for they were just written without words; as many as one transaction holds.
    return tuple(replace(claim, version=claim.version + 1) for claim in islice(matter.claims.values(), AT_ONCE))


def _restricted(
    matter: Matter,
    policy: CountryPolicy,
    last: date,
    asked: bool,
    hash_point: Callable[[str], str],
    now: datetime,
) -> Debtor:
    """The card while the books stay, to the end of `last`: with whose they are, and the day it is looked at next.

    What else is held goes at once where they asked for it, else when no payment can be taken back any more.
    """
    debtor, booked = matter.debtor, _last_booking(matter, policy, now)
    assert booked is not None  # nothing is open
    reach = min(last, retention.reached_until(policy.retention, booked, _today(policy, now)))
    if not (debtor.restricted_at or asked or _today(policy, now) > reach):
        return replace(debtor, forget_on=_day_after(reach, policy, now))
    since = debtor.restricted_at or now
    return replace(_unreachable(debtor, hash_point), forget_on=_day_after(last, policy, now), restricted_at=since)


def _keep_restricted(
    matter: Matter,
    card: Debtor,
    reached: Iterator[tuple[str, str]],
    store: Store,
    erasures: Erasures,
    now: datetime,
) -> Forgotten:
    """Keep the card, the last of what is written; before it goes what no book needs."""
    creditor, number = card.creditor, card.number
    if card.restricted_at == matter.debtor.restricted_at:
        store.commit(creditor, Commit((), debtor=card))
        return Forgotten.KEPT
    erasures.note(creditor, number, now)
    links = (("link", helper.link) for helper in matter.debtor.helpers)
    for gone in _by(AT_ONCE, chain(reached, links, _spoken(card, store, on_page_alone=True))):
        store.commit(creditor, Commit((), gone=tuple(gone)))
    for part in _by(AT_ONCE, chain(_unneeded(matter), _uncommented(matter, store))):
        store.commit(creditor, _commit_of(part))
    fact = Fact(FactName.PERSON_RESTRICTED, creditor, (("debtor", number),), now)
    store.commit(creditor, Commit((fact, *_left_elsewhere(matter, now)), debtor=card))
    return Forgotten.RESTRICTED


def _left_elsewhere(matter: Matter, now: datetime) -> Iterator[Fact]:
    """That the creditor's contact centre was told of them and has to forget it, too (forget_there)."""
    if any(told_to(task) and not task.forgotten_there for task in matter.tasks.values()):
        debtor = matter.debtor
        yield Fact(FactName.COPIES_LEFT, debtor.creditor, (("debtor", debtor.number),), now)


def _unneeded(matter: Matter) -> Iterator[tuple[str, object]]:
    """What no book needs: what the model knew, where a payment page lay, and who asked for particular care."""
    for claim in matter.claims.values():
        told = {name: said for name, said in claim.history.items() if name not in FOR_THE_MODEL}
        if claim.score or told != claim.history:
            yield ("claims", replace(claim, history=told, score=None))
    for contact in matter.contacts.values():
        if contact.choice:
            yield ("contacts", replace(contact, choice=None))
    for attempt in matter.attempts.values():
        if attempt.url:
            yield ("attempts", replace(attempt, url=None))
    for task in matter.tasks.values():
        if task.kind is TaskKind.CARE and (task.words or task.request):
            yield ("tasks", replace(task, words="", request=None))


def _unreachable(debtor: Debtor, hash_point: Callable[[str], str]) -> Debtor:
    """The card without ways to its owner. Whoever said stop is not written to, whoever brings the address."""
    silent = (hash_point(p.value) for p in debtor.points if debtor.said_stop(p))
    return replace(
        debtor,
        birth_date=None,
        language=None,
        points=(),
        holds=tuple(hold for hold in debtor.holds if hold.kind is not HoldKind.NEEDS_CARE),
        blocked=tuple(dict.fromkeys((*debtor.blocked, *silent))),
        iban=None,
        choices=Choices(),
        helpers=(),
    )


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
        # Only what was about to leave can have been answered; or what greets an address that just wrote to us.
        answered = contact.reserved_at or contact.kind is MessageKind.REPLY
        for reply in store.replies(contact.creditor, contact.id) if answered else ():
            yield ("reply", f"{contact.id}/{reply.id}")
        if contact.link:
            yield ("link", contact.link)
    for claim in matter.claims.values():
        if claim.reference:
            yield ("link", link_id(claim.reference))
    for helper in matter.debtor.helpers:
        yield ("link", helper.link)


def _spoken(debtor: Debtor, store: Store, *, on_page_alone: bool = False) -> Iterator[tuple[str, str]]:
    """The conversation, and what people meant to do and why. What came or went by a channel is a letter like any
    other, and stays as long as they do, as does what two people carried: it is why the books say what they say
    (HGB §257, AO §147). What was said on the page, and what nobody carried, no book needs."""
    head, said = store.talk(debtor.creditor, debtor.number)
    if head:
        yield ("conversation", debtor.number)
    for one in said:
        if not (on_page_alone and one.channel):
            yield ("said", f"{debtor.number}/{one.id}")
    for motion in store.motions(debtor.creditor, debtor.number):
        if not (on_page_alone and motion.state is MotionState.CARRIED):
            yield ("motion", f"{debtor.number}/{motion.id}")


def _uncommented(matter: Matter, store: Store) -> Iterator[tuple[str, object]]:
    """Each of their complaints as it counts, without what somebody wrote beside it: that nobody is named in it was
    only asked for."""
    complaints = [task for task in matter.tasks.values() if task.kind is TaskKind.COMPLAINT]
    opened = {task.id for task in complaints}
    for month in sorted({f"{task.opened_at:%Y-%m}" for task in complaints}):
        for one in store.complaints(matter.debtor.creditor, month):
            if one.task in opened and one.changed:
                yield ("complaints", replace(one, changed=""))


def _where_reached(matter: Matter, hash_point: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """By which a reply from one of these addresses leads here."""
    for point in matter.debtor.points:
        yield ("reached", f"{point.channel}/{hash_point(point.value)}/{matter.debtor.number}")


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


def _paid_back_to(matter: Matter, store: Store, outgoing: Outgoing) -> Iterator[RefundOrder]:
    """Orders that sent money of theirs to an account a person named."""
    creditor = matter.debtor.creditor
    for claim in matter.claims.values():
        for entry in store.ledger(creditor, claim.id):
            if entry.kind is not EntryKind.PAYMENT:
                continue
            turn = 0
            while order := outgoing.refund(creditor, name_of_giving(creditor, entry.source, turn)):
                turn += 1
                if order.to and not order.is_open:
                    yield order
            money = store.suspended(creditor, entry.source)
            for turn in range(money.tries if money else 0):
                order = outgoing.refund(creditor, name_of_sending(creditor, entry.source, turn))
                if order and order.to and not order.is_open:
                    yield order


def _unnamed(matter: Matter, now: datetime) -> Iterator[tuple[str, object]]:
    """Each part of the matter that holds words or names, without them; nobody is left to answer to."""
    for claim in matter.claims.values():
        yield ("claims", _bare(claim))
    for contact in matter.contacts.values():
        if contact.to or contact.link or contact.choice:
            yield ("contacts", replace(contact, to=None, link=None, choice=None))
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


def _blank(debtor: Debtor, hash_point: Callable[[str], str], now: datetime) -> Debtor:
    """The card with nobody on it; hashes of addresses that are not to be written to stay."""
    return replace(
        _unreachable(debtor, hash_point),
        name="",
        address=Address("", "", "", debtor.address.country),
        holds=(),
        accounts=(),
        consents=(),
        forget_on=now + LOOK_ONCE_MORE,
        erased_at=now,
    )
