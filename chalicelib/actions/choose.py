"""What a debtor decides about how we write to them: way, hour, language, what the door may ask."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from ..domain.contact import UNASKED, Contact, ContactState, Purpose
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Choices, Creditor, Debtor
from ..domain.pay_link import Scope
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.visit import Visit
from ..domain.voices import with_voice
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, own_name
from .keep_doors import doors_of
from .plan_contact import plan_contact
from .plan_courtesy import plan_courtesy
from .write_change import write_change

# Reminders that are moved in one transaction, each with the one in its place.
MOST_MOVED = 20


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
    words: str = "",
) -> Debtor:
    """Keep the choices; what is planned already moves to the chosen way and hour, and every door asks anew.

    Who chooses to be read to may be called at the number they get texts at: that is the consent, and `words` the
    version of the sentence it was asked in. The debtor's alone: BrokenRule("not_yours") for a helper.
    """
    visit.require(Scope.ALL)

    def decide(creditor: Creditor, matter: Matter) -> tuple[Debtor, Commit | None]:
        if visit.claim not in matter.claims:
            raise BrokenRule("not_found")
        debtor = replace(matter.debtor, choices=choices, language=language or matter.debtor.language)
        if choices.channel is ChannelKind.VOICE:
            debtor = with_voice(debtor, creditor, words, now)
        if debtor == matter.debtor:
            return debtor, None
        policy = policies[creditor.country]
        moves: tuple[tuple[Contact, Contact], ...] = ()
        if _way(choices) != _way(matter.debtor.choices):  # else it stays as it was chosen, by whomever
            moves = tuple(islice(_moves(creditor, debtor, matter, policy, strategies, now), MOST_MOVED))
        contacts = tuple(contact for move in moves for contact in move)
        changed = Fact(FactName.CHOICES_CHANGED, creditor.id, (("debtor", debtor.number),), now)
        facts = (changed, *contact_facts((new for _, new in moves), now))
        return debtor, Commit(facts, debtor=debtor, contacts=contacts, links=doors_of(debtor, matter, store))

    return write_change(visit.creditor, visit.debtor, decide, store=store, scheduler=scheduler, now=now)


def _way(choices: Choices) -> tuple[object, object]:
    return choices.channel, choices.best_time


def _moves(
    creditor: Creditor,
    debtor: Debtor,
    matter: Matter,
    policy: CountryPolicy,
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Iterator[tuple[Contact, Contact]]:
    """Each planned reminder that would now go another way or at another hour, and the one in its place."""
    for claim in matter.claims.values():
        strategy = strategy_of(creditor, strategies, claim)
        for contact in matter.planned_for(claim.id):
            if contact.purpose not in UNASKED:
                continue
            if contact.purpose is Purpose.COURTESY:
                planned = plan_courtesy(creditor, debtor, claim, now=now, policy=policy, strategy=strategy)
            else:
                planned = plan_contact(
                    creditor,
                    debtor,
                    claim,
                    step=contact.step,
                    after=from_its_day(contact, policy.zone_of(debtor), now),
                    now=now,
                    policy=policy,
                    strategy=strategy,
                ).contact
            if planned and (planned.channel, planned.due_at) != (contact.channel, contact.due_at):
                new = own_name(planned, matter)
                yield replace(contact.moved(ContactState.MOVED), moved_to=new.id), new


def from_its_day(contact: Contact, zone: ZoneInfo, now: datetime) -> datetime:
    """From when on it may be planned anew and stay on its day: its hour may become an earlier one."""
    morning = datetime.combine(contact.due_at.astimezone(zone).date(), time(), zone)
    return max(now, morning.astimezone(UTC))
