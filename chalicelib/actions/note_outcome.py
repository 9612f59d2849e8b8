"""Note what a channel's provider reports of a message: delivered, bounced, complained about."""

from dataclasses import replace
from datetime import datetime

from ..domain.contact import CONTACT_NEXT, Contact, ContactState, Delivery, MessageKind
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.parties import Debtor, PointState
from ..domain.person import Act
from ..domain.silence import Silence
from ..ports import Commit, Store
from .charge_costs import Charge, take_back_untold
from .fall_silent import news
from .follow_agreement import Course

TURNS = 5
# What its owner says of an address holds for whoever of the creditor's debtors has it.
SAID_THERE = frozenset({Delivery.COMPLAINT, Delivery.WRONG_PERSON})
# What was not read by the person it was for.
UNARRIVED = frozenset({Delivery.DEAD, Delivery.FAILED, Delivery.WRONG_PERSON})


def note_outcome(
    receipt: str,
    outcome: Delivery,
    code: str,
    address: str,
    *,
    store: Store,
    now: datetime,
    micros: int | None = None,
    acts: tuple[Act, ...] = (),
) -> bool:
    """Write an outcome to its contact; a dead address is not written to again, a complaint is an opt-out.

    `address` is the one the provider speaks of: the debtor may have another by now. A collector's notice that
    came back was never given (RDG §13a(1)), and its costs are not owed. `micros` is what the provider charged, in
    the currency it was reckoned in; `acts` are written with it, where a person says it. Raises Retry when the
    receipt is not known yet: the provider may be quicker than our own commit.
    """
    owner = store.contact_of_receipt(receipt)
    if owner is None:
        raise Retry("receipt not known yet")
    creditor, debtor_number, contact_id = owner
    for _ in range(TURNS):
        matter = store.matter(creditor, debtor_number)
        contact = matter.contacts.get(contact_id) if matter else None
        if matter is None or contact is None:
            return False
        noted = _noted(contact, outcome, code, micros, now)
        hashed = _hashed(contact, store, outcome)
        debtor = _after(matter.debtor, contact, outcome, address, hashed, code, now)
        claim = matter.claims[contact.claim]
        charge, course = Charge(claim), Course(claim)
        if outcome in UNARRIVED:
            charge, course = take_back_untold(matter, contact, now)
            claim = charge.claim
        if contact.kind is MessageKind.NOTICE and outcome in UNARRIVED:
            came_back = claim.notice_sent_at == contact.sent_at
            claim = replace(claim, notice_sent_at=None) if came_back else claim
        silences = _said(store.silence(creditor, hashed), debtor, outcome, now) if hashed else ()
        if noted == contact and debtor == matter.debtor and not silences:
            return False
        commit = Commit(
            facts=(*_facts(contact, noted, matter.debtor, debtor, now), *charge.facts, *course.facts),
            debtor=debtor if debtor != matter.debtor else None,
            claims=(claim,) if claim != matter.claims[contact.claim] else (),
            entries=charge.entries,
            deferrals=course.deferrals,
            contacts=(noted, *course.contacts),
            acts=acts,
            silences=silences,
        )
        try:
            store.commit(creditor, commit)
        except StaleVersion:
            continue
        return True
    raise Retry("the matter keeps changing")


def _noted(contact: Contact, outcome: Delivery, code: str, micros: int | None, now: datetime) -> Contact:
    state = ContactState.FAILED if outcome in UNARRIVED else ContactState.DELIVERED
    late = contact.state is ContactState.FAILED and outcome in (Delivery.DELIVERED, Delivery.PASSING)
    noted = contact if late else replace(contact, outcome=code)
    if micros is not None and noted.cost:
        noted = replace(noted, cost=replace(noted.cost, micros=micros))
    if outcome is not Delivery.PASSING and state in CONTACT_NEXT[contact.state]:
        noted = replace(noted, state=state)
    # The same word told again is no news.
    return noted if noted == contact else replace(noted, noted_at=now)


def _hashed(contact: Contact, store: Store, outcome: Delivery) -> str:
    """The keyed hash of the address it went to, as its link knows it; looked up only where something was said."""
    link = store.link(contact.link) if contact.link and outcome in SAID_THERE else None
    return link.point if link else ""


def _said(before: Silence, debtor: Debtor, outcome: Delivery, now: datetime) -> tuple[Silence, ...]:
    wrong = outcome is Delivery.WRONG_PERSON
    return news(before, before.disown(now) if wrong else before.stop(debtor.number, now))


def _after(
    debtor: Debtor, contact: Contact, outcome: Delivery, address: str, hashed: str, code: str, now: datetime
) -> Debtor:
    of_channel = [p for p in debtor.points if p.channel is contact.channel]
    # A print house names no address: it is the one there is.
    only = of_channel[0] if not address and len(of_channel) == 1 else None
    point = next((p for p in of_channel if p.value.lower() == address.lower()), only)
    if point is None:
        return debtor
    if outcome is Delivery.DEAD:
        return debtor.with_point_state(point.value, PointState.DEAD, contact.channel)
    if outcome is Delivery.WRONG_PERSON:
        blocked = (*debtor.blocked, hashed) if hashed and hashed not in debtor.blocked else debtor.blocked
        return replace(debtor.with_point_state(point.value, PointState.WRONG_PERSON), blocked=blocked)
    if outcome is Delivery.COMPLAINT and point.state is PointState.ACTIVE:
        return debtor.stopped(point.value, now, code)
    return debtor


def _facts(contact: Contact, noted: Contact, before: Debtor, after: Debtor, now: datetime) -> tuple[Fact, ...]:
    about = (("claim", contact.claim), ("contact", contact.id))
    said = []
    if noted.state is not contact.state:
        failed = noted.state is ContactState.FAILED
        said.append(FactName.CONTACT_FAILED if failed else FactName.CONTACT_DELIVERED)
    was, is_now = ({p.value for p in d.points if p.state is PointState.OPTED_OUT} for d in (before, after))
    if len(after.blocked) > len(before.blocked):
        said.append(FactName.WRONG_PERSON_REPORTED)
    if is_now - was:
        said.append(FactName.CONTACT_STOPPED)
    return tuple(Fact(name, contact.creditor, about, now) for name in said)
