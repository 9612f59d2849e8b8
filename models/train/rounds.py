"""Regret over time: round after round a log grows, both learners learn from it anew, and the oracle knows all.

In the first round nobody has a model and friendly arms are drawn by lot; afterwards each asks by what it has
learnt and still draws now and then, as the strategy says. Regret: what the oracle would have made of the same
debtors, less what was made, per claim, exploration included.
"""

from dataclasses import replace

import numpy as np

from models.train.contest import learnt, worth_of
from models.train.debtors import debtors_of
from models.train.log import earlier_priors, joined, write_log
from models.train.policies import BALANCED, Explorer, Ladder, Oracle

ROUNDS, DEBTORS, EXPLORES, HELD_OUT = 10, 1_500, 0.1, 0.05
LEARNERS = ("cost_aware", "personalised")


def regret(world, pays, seed, *, rounds=ROUNDS, size=DEBTORS, bags=4):
    """Per round the regret per claim in euro of the ladder and of both learners, each with a log of its own."""
    exploring = replace(BALANCED, explores=EXPLORES)
    logs = {name: [] for name in LEARNERS}
    policies = dict.fromkeys(LEARNERS, Explorer())
    priors, found = None, {name: [] for name in ("ladder", *LEARNERS)}
    for number in range(rounds):
        debtors = debtors_of(world, size, 1_000 * (seed + 31) + number)
        priors = priors or earlier_priors(debtors)
        best = worth_of(debtors, Oracle()).net.mean()
        lots = np.random.default_rng([seed, 5, number]).random((3, len(debtors)))
        found["ladder"].append(float(best - worth_of(debtors, Ladder(pays)).net.mean()) / 100)
        for name in LEARNERS:
            found[name].append(float(best - worth_of(debtors, policies[name], lots=lots).net.mean()) / 100)
            first = number * size
            logs[name].append(
                write_log(debtors, policies[name], pays, priors, held_out=HELD_OUT, first_claim=first, seed=seed)
            )
            both = learnt(joined(logs[name]), pays, priors, seed=seed, bags=bags)
            policies[name] = replace(both[LEARNERS.index(name)], taste=exploring)
    return found
