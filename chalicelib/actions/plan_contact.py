"""Plan the next contact: the strategy proposes, the policy permits, the answer is kept either way."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.claim import Claim
from ..domain.contact import Contact, MessageKind, Purpose, Tone
from ..domain.decision import Decision, Refused, Wait
from ..domain.parties import ActingAs, ChannelKind, Creditor, Debtor
from ..domain.policies._rules import CountryPolicy, Situation, unreachable_because
from ..domain.score import Score
from ..domain.strategies._base import Strategy

NO_SCORE = Score(None, (), "none", "not_scored")


@dataclass(frozen=True)
class Planned:
    """A contact to keep and schedule, or None with the decision that says why nobody is written to."""

    contact: Contact | None
    decision: Decision


def contact_id(creditor: str, claim: str, what: str, due_at: datetime | None = None) -> str:
    """The id of a contact and the name of its schedule: the same plan always has the same name."""
    text = f"{creditor}\n{claim}\n{what}\n{due_at.isoformat() if due_at else ''}"
    return "c-" + hashlib.sha256(text.encode()).hexdigest()[:40]


# By which a debtor is answered, in this order: at once, and with the link they asked for.
ANSWERED_BY = (ChannelKind.EMAIL, ChannelKind.SMS)


def reachable(
    debtor: Debtor, creditor: Creditor | None = None, *, answering: bool = False
) -> frozenset[ChannelKind]:
    """The channels this debtor has an open address for; of a creditor, those it writes by."""
    kinds = {point.channel for point in debtor.points if debtor.point(point.channel, answering=answering)}
    return frozenset(kind for kind in kinds if creditor is None or creditor.channel(kind))


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

    A collector's first word about a claim to a private person is the notice, on a durable medium (RDG §13a);
    without one the plan is refused. Nothing is written here; the caller commits what it gets.
    """
    ways = reachable(debtor, creditor)
    kind = MessageKind.REMINDER
    if creditor.acting_as is ActingAs.COLLECTOR and not debtor.is_business and not claim.notice_sent_at:
        kind, durable = MessageKind.NOTICE, ways & policy.lasting(creditor)
        if ways and not durable:
            return Planned(None, Refused("notice_needs_durable_medium", policy.rule))
        ways = durable
    if not ways:
        return Planned(None, Refused(unreachable_because(debtor), policy.rule))
    proposal = strategy.propose(claim.score or NO_SCORE, ways, step, after, policy.zone, debtor.choices)
    if proposal is None:
        return Planned(None, Refused("steps_used_up", f"strategy/{strategy.key}"))
    situation = Situation(creditor, debtor, claim, Purpose.REMINDER, kind, proposal.channel)
    at = policy.foreseeable(proposal.at)
    # Of an hour beyond the holiday file nothing can be asked yet: what speaks against it today counts, and the
    # rest is asked on the last morning the file knows.
    decision = policy.may_contact(situation, at if at == proposal.at else now)
    if isinstance(decision, Refused):
        return Planned(None, decision)
    due_at = max(at, decision.until) if isinstance(decision, Wait) else at
    contact = Contact(
        id=contact_id(creditor.id, claim.id, f"reminder/{step}", due_at),
        creditor=creditor.id,
        debtor=debtor.number,
        claim=claim.id,
        purpose=Purpose.REMINDER,
        kind=kind,
        channel=proposal.channel,
        tone=proposal.tone,
        due_at=due_at,
        planned_at=now,
        step=step,
        decisions=(decision,),
        why=proposal.why,
    )
    return Planned(contact, decision)


def plan_answer(
    debtor: Debtor, claim: Claim, kind: MessageKind, *, what: str, now: datetime, entry: int | None = None
) -> Contact | None:
    """An answer the debtor is owed (receipt, new link), due at once; by e-mail where there is one, else SMS.

    None when no contact point is left; `what` makes its name unique (the payment, the day of the request).
    """
    ways = reachable(debtor, answering=True)
    channel = next((c for c in ANSWERED_BY if c in ways), None)
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
