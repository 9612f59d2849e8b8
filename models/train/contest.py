"""One contest: policies learn on one seed's log and are judged on another seed's debtors, all on the same ones.

What a policy is worth is worked out and not drawn: each step counts by how likely the debtor is still to owe, and
each message by its true chance of payment. So two policies differ by what they do and not by luck.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t as student

from chalicelib.domain.response import RESPONSE
from models.train import fit
from models.train.debtors import Asking, debtors_of
from models.train.export import head_of
from models.train.log import earlier_priors, write_log
from models.train.means import fit_means
from models.train.policies import ARMS, BALANCED, CostAware, Explorer, Ladder, Oracle, Personalised
from models.train.recipe import HELD_OUT, noise_of
from models.train.ways import COST, DAYS, net_values

PAIRS, LEARN, JUDGE = 12, 25_000, 6_000
NAMES = ("ladder", "cost_aware", "personalised", "oracle")
# The personalised choice of a creditor who counts what is recovered and the cost, and annoyance for nothing.
RECOVERING = "recovering"
_UNTOUCHED = 0


@dataclass(frozen=True)
class Worth:
    """What a policy came to, by claim, in minor units: net = recovered - cost - annoyance."""

    net: np.ndarray
    recovered: np.ndarray
    cost: np.ndarray
    annoyance: np.ndarray


def worth_of(debtors, policy, taste=BALANCED, lots=None):
    """The policy over every step of every claim. lots: for each step n numbers to draw by; None draws nothing."""
    asking = Asking(debtors)
    recovered, cost, annoyance, net = (np.zeros(len(debtors)) for _ in range(4))
    for step in range(len(DAYS)):
        chosen = policy.take(asking) if lots is None else policy.take(asking, lots[step])
        way, truth = chosen.way, asking.truth(chosen.way)
        value = net_values(truth, way, debtors.amount, asking.recent, taste)
        net += asking.weight * value
        recovered += asking.weight * truth * debtors.amount
        cost += asking.weight * COST[way]
        annoyance += asking.weight * (truth * debtors.amount * taste.margin - COST[way] - value)
        if step + 1 < len(DAYS):
            asking.go_on(way)
    return Worth(net, recovered, cost, annoyance)


def learnt(log, pays, priors, *, seed, bags=8, jobs=1):
    """The two policies that learn, from one log: (cost-aware, personalised)."""
    decisions = log.decisions
    names, directions = [feature.name for feature in RESPONSE], [feature.direction for feature in RESPONSE]
    model = fit.additive(
        names, directions, decisions.response_rows, decisions.paid, seed=seed, bags=bags, jobs=jobs
    )
    responds = head_of(model, names)
    means = fit_means(log.mean_rows, decisions.response_rows[:, _UNTOUCHED] / 1000, decisions.paid)
    return (
        CostAware(means, means.noise(log.mean_rows)),
        Personalised(pays, responds, priors, noise_of(responds, decisions, seed)),
    )


def contest(world, pays, number, *, learn=LEARN, judge=JUDGE, bags=8):
    """The `number`-th pair of seeds of a world: what each of NAMES is worth a claim, in euro, and who is lazy."""
    debtors = debtors_of(world, learn, 10_000 + number)
    priors = earlier_priors(debtors)
    log = write_log(debtors, Explorer(), pays, priors, held_out=HELD_OUT)
    cost_aware, personalised = learnt(log, pays, priors, seed=number, bags=bags)
    held = debtors_of(world, judge, 20_000 + number)
    found = {}
    recovering = replace(personalised, noise=0.0, taste=replace(BALANCED, annoyance=0))
    policies = (Ladder(pays), cost_aware, personalised, Oracle(), recovering)
    for name, policy in zip((*NAMES, RECOVERING), policies, strict=True):
        worth = worth_of(held, policy)
        found[name] = {part: float(getattr(worth, part).mean()) / 100 for part in Worth.__dataclass_fields__}
    return {"world": world.key, "messages": len(log.decisions), **found, "lazy": lazy(held, personalised)}


def lazy(debtors, policy):
    """At the first step: the share of lazy payers, and how far the cheap friendly word is behind the best arm.

    In euro a claim: `behind` is what the arm the model thinks best would truly be worth more than the cheap one,
    `noise` what the model cannot tell apart.
    """
    asking = Asking(debtors)
    chosen = policy.take(asking)
    every = np.arange(len(debtors))
    best = chosen.values.argmax(axis=1)
    values = np.column_stack(
        [
            net_values(asking.truth(every * 0 + arm), arm, debtors.amount, asking.recent, policy.taste)
            for arm in ARMS
        ]
    )
    behind = values[every, best] - values[every, chosen.way]
    noise = policy.noise * debtors.amount * policy.taste.margin
    flagged = chosen.lazy
    return {
        "share": float(flagged.mean()),
        "behind": float(behind[flagged].mean()) / 100,
        "noise": float(noise[flagged].mean()) / 100,
    }


def interval(differences):
    """(mean, [low, high]): 95 %, Student's, over pairs."""
    found = np.asarray(differences, dtype=float)
    half = student.ppf(0.975, len(found) - 1) * found.std(ddof=1) / np.sqrt(len(found))
    return round(float(found.mean()), 4), [
        round(float(found.mean() - half), 4),
        round(float(found.mean() + half), 4),
    ]


def summary(contests):
    """One world's row of bench/model.json from its contests."""

    def mean(name, part):
        return round(float(np.mean([one[name][part] for one in contests])), 4)

    def difference(a, b):
        middle, ends = interval([one[a]["net"] - one[b]["net"] for one in contests])
        return {"mean": middle, "interval": ends}

    return {
        "pairs": len(contests),
        **{name: {part: mean(name, part) for part in contests[0][name]} for name in (*NAMES, RECOVERING)},
        "personalised_minus_cost_aware": difference("personalised", "cost_aware"),
        "personalised_minus_ladder": difference("personalised", "ladder"),
        "oracle_minus_personalised": difference("oracle", "personalised"),
        "lazy": {
            part: round(float(np.mean([one["lazy"][part] for one in contests])), 4) for part in contests[0]["lazy"]
        },
    }
