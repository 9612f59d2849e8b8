"""Plan the next contact: the strategy proposes, the policy permits, the answer is kept either way."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ..domain.arm import next_hour
from ..domain.channel import ANSWERS_ONLY
from ..domain.choice import arm_named
from ..domain.claim import Claim, HoldKind
from ..domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from ..domain.decision import Decision, Refused, Wait
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor, Debtor
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import Situation, unreachable_because
from ..domain.score import Score
from ..domain.strategies._base import Strategy
from ..domain.voices import only_asked, wish_of

NO_SCORE = Score(None, (), "none", "not_scored")


@dataclass(frozen=True)
class Planned:
    """A contact to keep and schedule, or None with the decision that says why nobody is written to.

    `unmade` is the contact that was refused, as it is kept: cancelled, with its reason. None where the strategy
    has said all its words.
    """

    contact: Contact | None
    decision: Decision
    unmade: Contact | None = None


def contact_id(creditor: str, claim: str, what: str, due_at: datetime | None = None) -> str:
    """The id of a contact and the name of its schedule: the same plan always has the same name."""
    text = f"{creditor}\n{claim}\n{what}\n{due_at.isoformat() if due_at else ''}"
    return "c-" + hashlib.sha256(text.encode()).hexdigest()[:40]


# By which a debtor is answered, in this order: at once, and with the link they asked for.
ANSWERED_BY = (ChannelKind.EMAIL, ChannelKind.SMS)


def reachable(
    debtor: Debtor, creditor: Creditor | None = None, *, answering: bool = False
) -> frozenset[ChannelKind]:
    """The channels this debtor has an open address for; of a creditor, those it writes by. An automatic voice is
    one for those alone who chose it, and what only answers is one for answers."""
    kinds = {point.channel for point in debtor.points if debtor.point(point.channel, answering=answering)}
    kinds -= frozenset() if answering else ANSWERS_ONLY
    return only_asked((kind for kind in kinds if creditor is None or creditor.channel(kind)), debtor)


def plan_contact(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    *,
    step: int,
    after: datetime,
    now: datetime,
    policy: CountryPolicy,
    strategy: Strategy,
) -> Planned:
    """The `step`-th reminder about a claim, not before `after`, at an hour the policy permits.

    Where the country wants a notice as a collector's first word, it is that, on a durable medium; without one the
    plan is refused. While its batch rests nothing is planned: its release does. Nothing is written here: the
    caller commits what it gets, the refused one as well.
    """
    if claim.unreleased:
        return Planned(None, Refused(HoldKind.UNRELEASED.value, policy.rule))
    ways = reachable(debtor, creditor)
    kind, durable = MessageKind.REMINDER, ways
    if policy.notice_due(creditor, debtor, claim, now):
        kind, durable = MessageKind.NOTICE, ways & policy.lasting(creditor)
    zone, score = policy.zone_of(debtor), claim.score or NO_SCORE
    written = frozenset(settings.terms.kind for settings in creditor.open_channels)
    proposal = strategy.propose(score, durable or written, step, after, zone, wish_of(debtor))
    if proposal is None:
        return Planned(None, Refused("steps_used_up", f"strategy/{strategy.key}"))
    contact = Contact(
        id=contact_id(creditor.id, claim.id, f"reminder/{step}", proposal.at),
        creditor=creditor.id,
        debtor=debtor.number,
        claim=claim.id,
        purpose=Purpose.REMINDER,
        kind=kind,
        channel=proposal.channel,
        tone=proposal.tone,
        due_at=proposal.at,
        planned_at=now,
        step=step,
        why=proposal.why,
    )
    if not durable:
        because = "notice_needs_durable_medium" if ways else unreachable_because(debtor)
        return refused(contact, Refused(because, policy.rule))
    situation = Situation(creditor, debtor, claim, Purpose.REMINDER, kind, proposal.channel)
    at = policy.hours_of(debtor).foreseeable(proposal.at)
    # Of an hour beyond the holiday file nothing can be asked yet: what speaks against it today counts, and the
    # rest is asked on the last morning the file knows.
    decision = policy.may_contact(situation, at if at == proposal.at else now)
    if isinstance(decision, Refused):
        return refused(contact, decision)
    due_at = at
    if isinstance(decision, Wait):
        due_at = max(at, at_its_hour(contact, debtor, decision.until, zone))
    name = contact_id(creditor.id, claim.id, f"reminder/{step}", due_at)
    return Planned(replace(contact, id=name, due_at=due_at, decisions=(decision,)), decision)


def at_its_hour(contact: Contact, debtor: Debtor, after: datetime, zone: ZoneInfo) -> datetime:
    """When a contact comes that has to wait until `after`: a reminder at the hour its debtor asked for, or at that
    of the arm that was chosen for it; anything else at once then. The policy is asked again at its hour."""
    arm = arm_named(contact.choice.arm) if contact.choice else None
    slot = debtor.choices.best_time or (arm.slot if arm else None)
    if contact.purpose is not Purpose.REMINDER or slot is None:
        return after
    return next_hour(slot, after, zone).astimezone(UTC)


def refused(contact: Contact, decision: Refused) -> Planned:
    """The contact as one that is never made, with its reason: kept once for each step and reason of a claim."""
    name = contact_id(contact.creditor, contact.claim, f"refused/{contact.step}/{decision.because}")
    unmade = replace(contact.moved(ContactState.CANCELLED), id=name, decisions=(*contact.decisions, decision))
    return Planned(None, decision, unmade)


def kept_of(planned: Planned, matter: Matter | None) -> tuple[Contact, ...]:
    """What to keep of a plan: its contact, or the one that was refused, where that is not kept already."""
    if planned.contact:
        return (planned.contact,)
    unmade = planned.unmade
    return () if unmade is None or (matter and unmade.id in matter.contacts) else (unmade,)


def plan_answer(
    debtor: Debtor,
    claim: Claim,
    kind: MessageKind,
    *,
    what: str,
    now: datetime,
    entry: int | None = None,
    by: ChannelKind | None = None,
) -> Contact | None:
    """An answer the debtor is owed (receipt, new link), due at once; `by` the channel they used or named where it
    works, else by e-mail where there is one, else SMS.

    None when no contact point is left; `what` makes its name unique (the payment, the day of the request).
    """
    ways = reachable(debtor, answering=True)
    channel = next((c for c in (by, *ANSWERED_BY) if c in ways), None)
    if channel is None:
        return None
    return Contact(
        id=contact_id(claim.creditor, claim.id, f"{kind}/{what}"),
        creditor=claim.creditor,
        debtor=debtor.number,
        claim=claim.id,
        purpose=Purpose.ANSWER,
        kind=kind,
        channel=channel,
        tone=Tone.FRIENDLY,
        due_at=now,
        planned_at=now,
        step=-1,
        entry=entry,
        why=kind.value,
    )


def moved(contact: Contact, until: datetime, decision: Decision) -> Contact:
    """The same attempt at a later hour: a new id, because a schedule fires once per name."""
    return replace(
        contact,
        id=contact_id(contact.creditor, contact.claim, f"{contact.kind}/{contact.step}", until),
        due_at=until,
        decisions=(*contact.decisions, decision)[-8:],
        version=0,
    )
