"""Gather what else a debtor is to be reminded of today: one message speaks for it, and the rest moves onto it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..domain.channel import Shape
from ..domain.claim import Claim
from ..domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from ..domain.decision import Allowed
from ..domain.gate import Gate
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import Situation
from ..domain.strategies._base import Strategy
from ..ports import Store
from .charge_costs import charge_first

# As many as one transaction holds beside the message itself, each with its claim.
MOST = 20
# What leads to the page, where every claim stands; a letter and a call tell of one.
LEADS_ON = (Shape.SHORT, Shape.LONG)


def gathered(
    creditor: Creditor,
    matter: Matter,
    contact: Contact,
    gate: Gate,
    *,
    store: Store,
    policy: CountryPolicy,
    strategy: Strategy,
    now: datetime,
) -> tuple[Contact, ...]:
    """The reminders about other claims of this debtor that `contact` speaks for, as moved onto it.

    Those that are planned for the near days (`gathers_days` of the strategy) and that the policy permits now by
    this very way; the cap is not asked again, since it is one message. None that is held back, that is a statutory
    notice or the first to tell of costs: those stay each by itself. Nothing is written here: the caller commits
    them, with their claims, in the transaction that reserves the message.
    """
    if not gathers(creditor, contact) or strategy.gathers_days is None:
        return ()
    zone = policy.zone_of(matter.debtor)
    last = now.astimezone(zone).date().toordinal() + strategy.gathers_days
    found: list[Contact] = []
    for other in _others(creditor, matter, contact):
        claim = matter.claims[other.claim]
        near = other.due_at.astimezone(zone).date().toordinal() <= last
        if not near or _held_back(creditor, claim, contact, other, gate):
            continue
        situation = Situation(
            creditor,
            matter.debtor,
            claim,
            Purpose.REMINDER,
            MessageKind.REMINDER,
            contact.channel,
            offered=matter.offered_at(claim.id),
        )
        decision = policy.may_contact(situation, now)
        if not isinstance(decision, Allowed):
            continue
        costs = charge_first(
            claim, matter, other, creditor, store=store, policy=policy, strategy=strategy, now=now
        )
        if costs.entries:
            continue
        gone = other.moved(ContactState.MOVED)
        found.append(replace(gone, moved_to=contact.id, decisions=(*other.decisions, decision)[-8:]))
        if len(found) == MOST:
            break
    return tuple(found)


def spoken_in(contact: Contact, others: tuple[Contact, ...]) -> Tone:
    """In which tone one message speaks for all of them: the gentlest, since it must be true of each."""
    return min((contact.tone, *(other.tone for other in others)), key=tuple(Tone).index)


def gathers(creditor: Creditor, contact: Contact) -> bool:
    """Whether it is a reminder of a shape that leads to the page, where every claim stands."""
    terms = creditor.terms_of(contact.channel)
    reminds = contact.purpose is Purpose.REMINDER and contact.kind is MessageKind.REMINDER
    return reminds and terms is not None and terms.shape in LEADS_ON


def _others(creditor: Creditor, matter: Matter, contact: Contact) -> Iterator[Contact]:
    """Planned reminders about other claims that could be said by a message, the first due first."""
    for other in sorted(matter.contacts.values(), key=lambda c: (c.due_at, c.id)):
        if other.state is ContactState.PLANNED and other.claim != contact.claim and gathers(creditor, other):
            yield other


def _held_back(creditor: Creditor, claim: Claim, contact: Contact, other: Contact, gate: Gate) -> bool:
    """Whether operators hold it back, by the way it was planned for or by this one, or its batch rests."""
    halts = (gate.held(creditor.id, claim.batch, way) for way in (contact.channel, other.channel))
    return claim.unreleased or any(halts)
