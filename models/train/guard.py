"""The leak guard: what was learnt too late, or may not be known at all, is refused before anything is fitted.

Two things would make a model look better than it is, or be what it must not be: a feature learnt after the
decision it is to explain, and a feature that tells what nobody is judged by (chalicelib/domain/features.py,
FORBIDDEN). Both are looked for in every table that is handed to training; a test holds the shipped tables to it.
"""

import numpy as np

from chalicelib.domain.features import FEATURES, forbidden
from chalicelib.domain.response import RESPONSE
from models.train.figures import Refused


class Leak(Refused):
    """Something is known that was not, or may not be; the message names it."""


def refuse_forbidden(columns, *, table):
    """Refuse a table of which a column, by its name, tells what no model may know.

    columns: names. table: what it is called in the message.
    """
    found = [f"{name} ({what})" for name in columns if (what := forbidden(name))]
    if found:
        raise Leak(f"{table}: never a feature: {', '.join(found)}")


def refuse_hints(features, *, table):
    """Refuse features of which a name, or a level that is named for health, tells what no model may know."""
    refuse_forbidden((feature.name for feature in features), table=table)
    for feature in features:
        hints = [level for level in feature.levels if forbidden(level) == "health"]
        if hints:
            raise Leak(f"{table}: {feature.name} has levels that hint at health: {', '.join(hints)}")


def refuse_later(decided_at, known_at, claim, *, stamps=None):
    """Refuse rows of which anything was learnt after they were decided.

    decided_at, known_at: moments (datetime64, UTC), not-a-time where nothing was learnt at any moment. claim: by
    which a row is named. stamps: {feature: moments}, where each feature has stamps of its own; then it is named.
    """
    if np.isnat(decided_at).any():
        raise Leak(
            f"claim {claim[np.isnat(decided_at)][0]}: no moment of decision, so nothing was surely known then"
        )
    columns = {**(stamps or {}), "the row": known_at}
    for name, moments in columns.items():
        late = moments > decided_at
        if late.any():
            first = int(np.flatnonzero(late)[0])
            after = np.timedelta64(moments[first] - decided_at[first], "s").astype(int)
            raise Leak(
                f"{name} of claim {claim[first]} was learnt {after} s after the decision of"
                f" {np.datetime_as_string(decided_at[first], unit='s')}; so were {int(late.sum()) - 1} more"
            )


def refuse_leaks(decisions, *, stamps=None):
    """Both guards over a log of decisions, before a head is fitted on it. Raises Leak."""
    refuse_hints(FEATURES, table="FEATURES")
    refuse_hints(RESPONSE, table="RESPONSE")
    refuse_forbidden(stamps or (), table="the stamps")
    refuse_later(decisions.decided_at, decisions.known_at, decisions.claim, stamps=stamps)
