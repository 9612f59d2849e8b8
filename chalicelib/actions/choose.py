"""What a debtor decides about how we write to them: way, hour, language, what the door may ask."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.contact import Contact, ContactState, Purpose
from ..domain.errors import BrokenRule
from ..domain.factors import offered, offered_to_strangers
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Choices, Creditor, Debtor
from ..domain.pay_link import LinkPurpose, LinkState, PayLink, link_id
from ..domain.policies._rules import CountryPolicy
from ..domain.strategies._base import Strategy
from ..domain.visit import Visit
from ..ports import Commit, Scheduler, Store
from .plan_contact import plan_contact
from .write_change import write_change

# As many doors as one transaction holds beside all else; older ones follow with the next change.
MOST_DOORS = 60


def choose(
    visit: Visit,
    choices: Choices,
    language: str | None,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Debtor:
    """Keep the choices; what is planned already moves to the chosen way and hour, and every door asks anew."""

    def decide(creditor: Creditor, matter: Matter) -> tuple[Debtor, Commit | None]:
        if visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        debtor = replace(matter.debtor, choices=choices, language=language or matter.debtor.language)
        if debtor == matter.debtor:
            return debtor, None
        fact = Fact(FactName.CHOICES_CHANGED, creditor.id, (("debtor", debtor.number),), now)
        policy, strategy = policies[creditor.country], strategies[creditor.strategy]
        contacts = tuple(_moved(creditor, debtor, matter, policy, strategy, now))
        doors = choices.code_only is not matter.debtor.choices.code_only
        links = tuple(_doors(debtor, matter, store)) if doors else ()
        return debtor, Commit((fact,), debtor=debtor, contacts=contacts, links=links)

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _moved(
    creditor: Creditor,
    debtor: Debtor,
    matter: Matter,
    policy: CountryPolicy,
    strategy: Strategy,
    now: datetime,
) -> Iterator[Contact]:
    """Each planned reminder that would now go another way or at another hour, and the one in its place."""
    for claim in matter.claims.values():
        for contact in matter.planned_for(claim.id):
            if contact.purpose is not Purpose.REMINDER:
                continue
            after = max(now, contact.due_at.replace(hour=0, minute=0))
            planned = plan_contact(
                creditor,
                debtor,
                claim,
                step=contact.step,
                after=after,
                now=now,
                policy=policy,
                strategy=strategy,
            ).contact
            if planned and (planned.channel, planned.due_at) != (contact.channel, contact.due_at):
                yield replace(contact.moved(ContactState.MOVED), moved_to=planned.id)
                yield planned


def _doors(debtor: Debtor, matter: Matter, store: Store) -> Iterator[PayLink]:
    """The links that still open a door of this debtor, asking what they may ask now."""
    latest = sorted(matter.contacts.values(), key=lambda c: c.planned_at, reverse=True)
    names = [c.link for c in latest if c.link]
    names += [link_id(claim.reference) for claim in matter.claims.values() if claim.reference]
    names += [helper.link for helper in debtor.helpers]
    for name in dict.fromkeys(names[-MOST_DOORS:] if len(names) > MOST_DOORS else names):
        link = store.link(name)
        if link is None or link.state is not LinkState.ACTIVE:
            continue
        claim = matter.claims[link.claim]
        ask = offered if link.purpose is LinkPurpose.CONTACT else offered_to_strangers
        factors = ask(debtor, claim)
        if factors and factors != link.factors:
            yield replace(link, factors=factors)
