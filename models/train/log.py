"""A log of simulated decisions: who was written to how, with which probability, and whether they then paid."""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arm import ARMS
from models.train.debtors import COLUMN, Asking, priors_of
from models.train.decisions import Decisions
from models.train.heads import response_rows
from models.train.means import mean_rows
from models.train.policies import Ladder
from models.train.ways import DAYS

KEYS = np.array([arm.key for arm in ARMS])


@dataclass(frozen=True)
class Log:
    """Decisions with what only a simulator knows of them. mean_rows: n x MEAN_FEATURES; truth: who would pay."""

    decisions: Decisions
    mean_rows: np.ndarray
    truth: np.ndarray


def earlier_priors(debtors):
    """What is usual, of the messages of the debtors' earlier lives."""
    return priors_of(debtors.rows[:, COLUMN["sector"]], debtors.sent, debtors.answered, debtors.acted)


def write_log(debtors, policy, pays, priors, *, held_out=0.0, first_claim=0, seed=0):
    """Ask every debtor for their claim, step by step, until they pay; what went by an arm is logged.

    held_out: the share whom the strategy's ladder asks instead; a last notice is no arm and not in the log.
    """
    rng = np.random.default_rng([debtors.seed, 3, seed])
    asking, ladder = Asking(debtors), Ladder(pays)
    size = len(debtors)
    held = rng.random(size) < held_out
    untouched, owing, parts = pays.ask(debtors.rows), np.ones(size, dtype=bool), []
    for step in range(len(DAYS)):
        chosen, strict = policy.take(asking, rng.random(size)), ladder.take(asking)
        way = np.where(held, strict.way, chosen.way)
        truth, (pays_now, _, _) = asking.truth(way), asking.lots()
        paid = pays_now < truth
        logged = owing & (way < len(ARMS))
        every = np.arange(size)
        arm = np.minimum(way, len(ARMS) - 1)
        rows = response_rows(asking, untouched, priors, range(len(ARMS)))
        parts.append(
            {
                "claim_rows": asking.claim_rows()[logged],
                "response_rows": rows[arm, every][logged],
                "mean_rows": mean_rows(asking)[arm, every][logged],
                "arm": KEYS[arm][logged],
                "propensity": np.where(held, 1.0, chosen.propensities[every, arm])[logged],
                "eligible": _told(asking.eligible, chosen.propensities, held, arm, logged),
                "paid": paid[logged].astype(np.int64),
                "truth": truth[logged],
                "amount": debtors.amount[logged],
                "held_out": held[logged],
                "decided_at": np.full(logged.sum(), np.datetime64(asking.decided_at().replace(tzinfo=None), "us")),
                "known_at": asking.known_at()[logged],
                "claim": first_claim + every[logged],
            }
        )
        owing = owing & ~paid
        if step + 1 < len(DAYS):
            asking.go_on(way)
    return _joined(parts, f"world {debtors.world.key}")


def _told(eligible, propensities, held, arm, logged):
    """For each row that is logged the propensities of the eligible arms; held out, the one arm there was."""
    return tuple(
        {str(KEYS[arm[i]]): 1.0}
        if held[i]
        else {str(KEYS[place]): float(propensities[i, place]) for place in np.flatnonzero(eligible[i])}
        for i in np.flatnonzero(logged)
    )


def _joined(parts, source):
    def column(name):
        return np.concatenate([part[name] for part in parts])

    eligible = tuple(one for part in parts for one in part["eligible"])
    own = [name for name in Decisions.__dataclass_fields__ if name not in ("source", "eligible")]
    decisions = Decisions(source=source, eligible=eligible, **{name: column(name) for name in own})
    return Log(decisions, column("mean_rows"), column("truth"))


def joined(logs):
    """Several logs as one, in their order."""
    own = [name for name in Decisions.__dataclass_fields__ if name not in ("source", "eligible")]
    every = [log.decisions for log in logs]
    columns = {name: np.concatenate([getattr(one, name) for one in every]) for name in own}
    decisions = Decisions(
        source=every[0].source, eligible=tuple(one for log in every for one in log.eligible), **columns
    )
    return Log(
        decisions, np.concatenate([log.mean_rows for log in logs]), np.concatenate([log.truth for log in logs])
    )
