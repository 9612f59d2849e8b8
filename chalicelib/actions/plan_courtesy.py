"""Plan the note before the day a claim is due: a service, sent once, and over when the day is there."""

from datetime import datetime

from ..domain.claim import Claim
from ..domain.contact import Contact, MessageKind, Purpose
from ..domain.decision import Refused, Wait
from ..domain.parties import Creditor, Debtor
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import Situation
from ..domain.strategies._base import Strategy
from .plan_contact import NO_SCORE, contact_id, reachable


def plan_courtesy(
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    *,
    now: datetime,
    policy: CountryPolicy,
    strategy: Strategy,
) -> Contact | None:
    """The note about `claim`, at a permitted hour of a day before its own; None where there is no such hour, none
    that can be foreseen yet, the strategy wants none, or the policy says no.

    It takes no reminder's place: that one is planned beside it. Nothing is written here.
    """
    ways = reachable(debtor)
    score = claim.score or NO_SCORE
    zone, hours = policy.zone_of(debtor), policy.hours_of(debtor)
    proposal = strategy.courtesy(score, ways, claim.due, now, zone, debtor.choices)
    if proposal is None:
        return None
    situation = Situation(creditor, debtor, claim, Purpose.COURTESY, MessageKind.COURTESY, proposal.channel)
    if hours.foreseeable(proposal.at) != proposal.at:
        return None
    decision = policy.may_contact(situation, proposal.at)
    due_at = max(proposal.at, decision.until) if isinstance(decision, Wait) else proposal.at
    if isinstance(decision, Refused) or due_at.astimezone(zone).date() >= claim.due:
        return None
    return Contact(
        id=contact_id(creditor.id, claim.id, "courtesy", due_at),
        creditor=creditor.id,
        debtor=debtor.number,
        claim=claim.id,
        purpose=Purpose.COURTESY,
        kind=MessageKind.COURTESY,
        channel=proposal.channel,
        tone=proposal.tone,
        due_at=due_at,
        planned_at=now,
        step=-1,
        decisions=(decision,),
        why=proposal.why,
    )
