"""Let go of an attempt to pay that came to nothing, so that no claim waits for it any longer."""

from dataclasses import replace
from datetime import datetime

from ..domain.claim import HoldKind
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.payments import AttemptStatus
from ..ports import Commit, Store

TURNS = 5
GOING_ON = (AttemptStatus.STARTING, AttemptStatus.OPEN)


def lapse_attempt(
    creditor: str, attempt_id: str, *, store: Store, now: datetime, version: int | None = None
) -> bool:
    """The attempt is over and the hold for it is lifted from each claim it was to pay, in one transaction.

    False, and nothing written, when the attempt is over already, is another creditor's (O3), or is no longer
    in `version` where one is named: somebody went on with it meanwhile.
    """
    owner = store.attempt_owner(attempt_id)
    if owner is None or owner.creditor != creditor:
        return False
    for _ in range(TURNS):
        matter = store.matter(creditor, owner.debtor)
        attempt = matter.attempts.get(attempt_id) if matter else None
        if matter is None or attempt is None or attempt.status not in GOING_ON:
            return False
        if version is not None and attempt.version != version:
            return False
        held = (matter.claims[name] for name in attempt.covers)
        claims = tuple(c.released(HoldKind.PAYMENT_UNDER_WAY) for c in held if c.attempt == attempt.id)
        over = replace(attempt, status=AttemptStatus.EXPIRED, over_at=now)
        about = (("claim", attempt.claim), ("attempt", attempt.id))
        fact = Fact(FactName.PAYMENT_LAPSED, creditor, about, now)
        try:
            store.commit(creditor, Commit((fact,), claims=claims, attempts=(over,)))
        except StaleVersion:
            continue
        return True
    raise Retry("the attempt keeps changing")
