"""Accept a creditor's settings as they now stand in the bucket."""

from dataclasses import replace
from datetime import datetime

from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.parties import Creditor
from ..ports import Commit, Store

TURNS = 5


def accept_creditor(creditor: Creditor, *, store: Store, now: datetime) -> int:
    """The version under which these settings count from now on; the same settings again change nothing."""
    for _ in range(TURNS):
        known = store.fresh_creditor(creditor.id)
        version = known.version if known else 0
        wanted = replace(creditor, version=version)
        if known == wanted:
            return version
        fact = Fact(FactName.CREDITOR_ACCEPTED, creditor.id, (("version", str(version + 1)),), now)
        try:
            store.commit(creditor.id, Commit((fact,), creditor=wanted))
        except StaleVersion:
            continue
        return version + 1
    raise Retry("the creditor's settings keep changing")
