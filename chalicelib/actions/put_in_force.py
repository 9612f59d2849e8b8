"""Put a strategy in force: a version of the creditor's own whose report somebody has seen, or one before it."""

from dataclasses import replace
from datetime import datetime

from ..domain.decision import Refused
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind
from ..domain.strategies._own import RULE, DryRun, StrategyVersion
from ..ports import Commit, Store
from .write_money import write_money

# The number by which the bundled strategy is meant that the creditor's settings name.
BUNDLED = 0


def note_dry_run(
    creditor: str, number: int, report: str, *, by: str, store: Store, now: datetime
) -> StrategyVersion | Refused:
    """That this person had this version reckoned over the portfolio, and the report that came of it; once each."""

    def decide() -> tuple[StrategyVersion | Refused, Commit | None]:
        held = _version(creditor, number, store)
        if held is None:
            return Refused("not_found", RULE), None
        after = held.rehearsed(DryRun(report, by, now))
        if after == held:
            return held, None
        act = Act(creditor, by, ActKind.DRY_RUN, _name(number), now)
        return after, Commit((), strategy=after, acts=(act,))

    return write_money(creditor, decide, store=store)


def put_in_force(
    creditor: str, number: int, report: str, *, by: str, store: Store, now: datetime
) -> Creditor | Refused:
    """The creditor with this version in force, or with the bundled strategy again (number 0); said again, once.

    `report` is that of a dry run of this very version: without one nothing new counts. What was in force before
    needs none. What is planned already stays planned as it is; whatever is planned from now on follows this.
    """

    def decide() -> tuple[Creditor | Refused, Commit | None]:
        held = store.fresh_creditor(creditor)
        version = _version(creditor, number, store) if number != BUNDLED else None
        if held is None or (version is None and number != BUNDLED):
            return Refused("not_found", RULE), None
        if (held.own_strategy.number if held.own_strategy else BUNDLED) == number:
            return held, None
        if version and (no := version.may_go_live(report, now)):
            return no, None
        after = replace(held, own_strategy=version.own if version else None)
        first = replace(version, first_live=now) if version and version.first_live is None else None
        fact = Fact(FactName.STRATEGY_PUT_IN_FORCE, creditor, (("version", str(number)),), now)
        act = Act(creditor, by, ActKind.STRATEGY, _name(number), now)
        return after, Commit((fact,), creditor=after, strategy=first, acts=(act,))

    return write_money(creditor, decide, store=store)


def _version(creditor: str, number: int, store: Store) -> StrategyVersion | None:
    return next((each for each in store.own_strategies(creditor) if each.number == number), None)


def _name(number: int) -> str:
    return f"version-{number}"
