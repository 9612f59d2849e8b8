"""Accept a creditor's own strategy as its next version; nothing of it takes effect by that."""

from dataclasses import replace
from datetime import datetime

from ..domain.facts import Fact, FactName
from ..domain.strategies._base import Strategy
from ..domain.strategies._own import OwnStrategy, StrategyVersion
from ..ports import Commit, Store
from .write_money import write_money


def accept_strategy(
    creditor: str, strategy: Strategy, sha256: str, *, by: str, store: Store, now: datetime
) -> StrategyVersion:
    """The version this file is: a new one, or the one it has been since it first came, in whatever order it comes.

    `sha256` is the file's, `by` whoever put it there.
    """

    def decide() -> tuple[StrategyVersion, Commit | None]:
        known = store.own_strategies(creditor)
        if same := next((version for version in known if version.own.sha256 == sha256), None):
            return same, None
        number = known[-1].number + 1 if known else 1
        own = OwnStrategy(number, sha256, replace(strategy, key=f"own-{number}"))
        version = StrategyVersion(creditor, own, by, now)
        fact = Fact(FactName.STRATEGY_ACCEPTED, creditor, (("version", str(number)),), now)
        return version, Commit((fact,), strategy=version)

    return write_money(creditor, decide, store=store)
