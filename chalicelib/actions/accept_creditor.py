"""Accept a creditor's settings as they now stand in the bucket."""

from dataclasses import replace
from datetime import datetime

from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..ports import Commit, Store
from .change_account import in_force

TURNS = 5


def accept_creditor(creditor: Creditor, *, store: Store, now: datetime) -> Creditor:
    """The settings as they count from now on; the same again change nothing.

    Another account is not in force with them: it waits for two people and a day, and stands in `changes`.
    """
    for _ in range(TURNS):
        known = store.fresh_creditor(creditor.id)
        version = known.version if known else 0
        wanted = replace(in_force(creditor, known, now), version=version)
        if known == wanted:
            return known
        facts = [Fact(FactName.CREDITOR_ACCEPTED, creditor.id, (("version", str(version + 1)),), now)]
        before = {change.id for change in known.changes} if known else set[str]()
        facts += [
            Fact(FactName.ACCOUNT_CHANGE_ASKED, creditor.id, (("change", change.id),), now)
            for change in wanted.changes
            if change.id not in before
        ]
        try:
            store.commit(creditor.id, Commit(tuple(facts), creditor=wanted))
        except StaleVersion:
            continue
        return replace(wanted, version=version + 1)
    raise Retry("the creditor's settings keep changing")
