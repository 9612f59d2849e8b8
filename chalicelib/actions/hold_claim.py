"""Hold a claim, or all that is asked of a debtor, and let it go: what one person may do at the desk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..domain.claim import ClaimState, Hold, HoldKind
from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts, planned_again, uncalled
from .open_task import silenced_reminders
from .write_change import write_change

RULE = "desk"
# What one person may put on a claim, and what on the debtor: each protects, so nobody need agree.
ON_CLAIM = frozenset({HoldKind.OPERATOR})
ON_DEBTOR = frozenset({HoldKind.INSOLVENCY, HoldKind.BREATHING_SPACE, HoldKind.DECEASED, HoldKind.MINOR})
# What one person may end again by themselves; whatever else is known to the law takes two (propose_motion).
BY_ONE = ON_CLAIM


def hold_claim(
    creditor: str,
    debtor: str,
    claim: str,
    kind: HoldKind,
    until: datetime | None,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    now: datetime,
) -> Hold | Refused:
    """The hold, with the planned reminders and calls it cancels; held twice it is one, with the later word's end.

    What two people end is not ended sooner by one. Refused by name: not_found, closed, kind (nobody sets this one
    by hand), day (its end is over already), two_people (it would end sooner).
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Hold | Refused, Commit | None]:
        held = matter.claims.get(claim)
        if held is None or matter.debtor.erased_at:
            return Refused("not_found", RULE), None
        if kind not in ON_CLAIM | ON_DEBTOR:
            return Refused("kind", RULE), None
        if kind in ON_CLAIM and held.state is ClaimState.CLOSED:
            return Refused("closed", RULE), None
        if until and until <= now:
            return Refused("day", RULE), None
        before = held.holds if kind in ON_CLAIM else matter.debtor.holds
        known = next((one for one in before if one.kind is kind and one.binds(now)), None)
        if known and known.until == until:
            return known, None
        if known and kind not in BY_ONE and until and (known.until is None or until < known.until):
            return Refused("two_people", RULE), None
        hold = Hold(kind, known.since if known else now, until, f"desk:{by}")
        whose = held.id if kind in ON_CLAIM else None
        freed, calls, over = uncalled(matter, now, whose)
        silenced = silenced_reminders(matter, kind, whose)
        changed = {one.id: one for one in freed.claims.values() if one != matter.claims[one.id]}
        if kind in ON_CLAIM:
            changed[held.id] = freed.claims[held.id].held(hold)
        fact = Fact(FactName.CLAIM_HELD, creditor, (("claim", claim),), now)
        commit = Commit(
            (fact, *over, *contact_facts(silenced, now)),
            debtor=None if kind in ON_CLAIM else matter.debtor.held(hold),
            claims=tuple(changed.values()),
            tasks=calls,
            contacts=silenced,
            acts=(Act(creditor, by, ActKind.HOLD_CLAIM, claim, now),),
        )
        return hold, commit

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def let_go(
    creditor: str,
    debtor: str,
    claim: str,
    kind: HoldKind,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    now: datetime,
) -> bool | Refused:
    """The hold ends, and the strategy goes on after a week of peace. False where there was none.

    Refused by name: not_found; two_people for a hold that one person may not end.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[bool | Refused, Commit | None]:
        held = matter.claims.get(claim)
        if held is None or matter.debtor.erased_at:
            return Refused("not_found", RULE), None
        if kind not in BY_ONE:
            return Refused("two_people", RULE), None
        if all(one.kind is not kind for one in held.holds):
            return False, None
        free = held.released(kind, now)
        after = replace(matter, claims={**matter.claims, claim: free})
        follow = planned_again(settings, after, (free,), policies, strategies, now)
        fact = Fact(FactName.CLAIM_LET_GO, creditor, (("claim", claim),), now)
        act = Act(creditor, by, ActKind.LET_GO, claim, now)
        return True, Commit((fact, *contact_facts(follow, now)), claims=(free,), contacts=follow, acts=(act,))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)
