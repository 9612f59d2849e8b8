"""Overrule a choice: a person says which way a reminder that waits goes, and the policy is asked all the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.choice import arm_named
from ..domain.chosen import STRATEGYS, Choice, How
from ..domain.contact import Contact, Purpose
from ..domain.decision import Refused
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Commit, Scheduler, Store
from .choose import from_its_day
from .choose_arm import TOO_SOON, by_hand, in_place_of
from .plan_contact import plan_contact
from .write_change import write_change

RULE = "operators"


def overrule_choice(
    creditor: str,
    debtor: str,
    claim: str,
    arm: str,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> Contact | Refused:
    """The claim's reminder as it waits then: by this arm, or with "strategy" as the strategy orders it.

    What was drawn stays beside it, and nobody chooses for it again. Said twice, it is done once, and what goes
    that way already stays as it is. Refused with the policy's reason, with what the debtor chose, or where nothing
    waits that a person could still turn. KeyError for an arm there is none of.
    """
    if arm != STRATEGYS and arm_named(arm) is None:
        raise KeyError(arm)

    def decide(settings: Creditor, matter: Matter) -> tuple[Contact | Refused, Commit | None]:
        held = next((c for c in matter.planned_for(claim) if c.purpose is Purpose.REMINDER), None)
        if held is None:
            return Refused("nothing_waits", RULE), None
        wanted = "" if arm == STRATEGYS else arm
        if held.choice and held.choice.arm == wanted:
            return held, None
        if held.due_at < now + TOO_SOON:
            return Refused("about_to_leave", RULE), None
        choice = (held.choice or Choice("", How.STRATEGY, now)).overruled(wanted, by, now)
        turned = _turned(held, choice, settings, matter)
        if isinstance(turned, Refused):
            return turned, None
        commit = in_place_of(held, turned, matter, now)
        waits = commit.contacts[-1]
        return waits, replace(commit, acts=(Act(creditor, by, ActKind.OVERRULE, waits.id, now),))

    def _turned(held: Contact, choice: Choice, settings: Creditor, matter: Matter) -> Contact | Refused:
        policy, named = policies[settings.country], arm_named(choice.arm)
        strategy = strategy_of(settings, strategies, matter.claims[claim])
        if named:
            return by_hand(
                held, named, choice, creditor=settings, matter=matter, policy=policy, strategy=strategy, now=now
            )
        planned = plan_contact(
            settings,
            matter.debtor,
            matter.claims[claim],
            step=held.step,
            after=from_its_day(held, policy.zone_of(matter.debtor), now),
            now=now,
            policy=policy,
            strategy=strategy,
        )
        if isinstance(planned.decision, Refused) or planned.contact is None:
            return planned.decision if isinstance(planned.decision, Refused) else Refused("nothing_waits", RULE)
        return _as_planned(held, planned.contact, choice)

    try:
        return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)
    except BrokenRule:
        return Refused("not_found", RULE)  # forgotten meanwhile, and the reminder with them


def _as_planned(held: Contact, planned: Contact, choice: Choice) -> Contact:
    """The contact as the strategy orders it; where way and hour stay as they were it keeps its name."""
    stays = (planned.channel, planned.due_at) == (held.channel, held.due_at)
    return replace(
        held,
        id=held.id if stays else planned.id,
        channel=planned.channel,
        tone=planned.tone,
        due_at=planned.due_at,
        why="chosen" if planned.why == "chosen" else How.OVERRULED.value,
        decisions=planned.decisions,
        choice=choice,
    )
