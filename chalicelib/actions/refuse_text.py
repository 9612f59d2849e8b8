"""Write down that a contact's text was refused: nothing leaves, and what follows it goes on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.contact import Contact, ContactState
from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import Commit
from .close_task import contact_facts
from .follow_agreement import unsaid
from .settle_contact import next_step

# So many answers of the rules are kept with a contact.
KEPT = 8


def refused_text(
    creditor: Creditor,
    matter: Matter,
    contact: Contact,
    rule: str,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    *,
    now: datetime,
) -> Commit:
    """The planned `contact` as cancelled, with the `rule` its text broke, and what comes next of its strategy.

    `contact.decisions` end with the policy's yes. Nothing is written here.
    """
    policy, claim = policies[creditor.country], matter.claims[contact.claim]
    decisions = (*contact.decisions, Refused("text_refused", f"text/{rule}"))[-KEPT:]
    gone = replace(contact.moved(ContactState.CANCELLED), decisions=decisions)
    commit = unsaid(matter, claim, gone, policy, now)
    without = replace(matter, contacts={**matter.contacts, gone.id: gone})
    follow = next_step(creditor, matter.debtor, claim, without, gone, policies, strategies, now)
    facts = (*commit.facts, *contact_facts(follow, now))
    return replace(commit, facts=facts, contacts=(*commit.contacts, *follow))
