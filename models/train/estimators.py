"""What a policy would have earned, told from a log that another policy wrote: IPS, SNIPS and doubly robust.

Each log carries the exact probability with which every arm was taken, so what the other policy took more seldom is
weighed up. `naive` does not weigh; it is here to show what is lost by that. Sources: Horvitz and Thompson 1952
(IPS), Hesterberg 1995 (SNIPS), Dudík, Langford and Li 2011 (doubly robust).
"""

from dataclasses import dataclass

import numpy as np

TWO_SIDED_95 = 1.959964
FOLDS = 2
RIDGE = 1.0


@dataclass(frozen=True)
class Estimate:
    """A mean outcome with its 95 % interval; `effective`: as many unweighted rows would be worth as much."""

    value: float
    low: float
    high: float
    effective: float

    def holds(self, truth):
        return self.low <= truth <= self.high


def naive(outcome, target, logged):
    """The mean of the rows that the other policy would have taken alike, as if they had been drawn for it.

    outcome: one number a row. target, logged: the probability of the arm taken, under the policy in question and
    under the one that wrote the log (which is not looked at here).
    """
    del logged
    return _weighted(outcome, target)


def ips(outcome, target, logged):
    """Inverse propensity: unbiased, and wide where the log took seldom what the policy takes often."""
    weight = _weights(target, logged)
    return _of_terms(weight * outcome, weight)


def snips(outcome, target, logged):
    """The same, over the sum of the weights: a little biased in small logs, and much steadier."""
    return _weighted(outcome, _weights(target, logged))


def doubly_robust(outcome, target, logged, *, taken, expected):
    """A model of the outcome, mended by what it missed: unbiased if the model or the propensities are right.

    taken: what the model says of the arm taken. expected: what it says of the policy in question, that is the mean
    over all arms by its probabilities. Neither may have been learnt from the row itself (`crossed`).
    """
    weight = _weights(target, logged)
    return _of_terms(expected + weight * (outcome - taken), weight)


def crossed(rows, arm, arms, outcome, *, seed):
    """What a ridge regression for each arm says of every row, learnt from the other half: rows x arms.

    rows: numbers, none unknown. arm: the index of the arm taken. arms: how many there are.
    """
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(rows))
    spread = rows.std(axis=0)
    design = np.column_stack([np.ones(len(rows)), (rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1)])
    keep = RIDGE * np.eye(design.shape[1])
    keep[0, 0] = 1e-9
    said = np.empty((len(rows), arms))
    for part in range(FOLDS):
        for one in range(arms):
            learn = (fold != part) & (arm == one)
            x, y = design[learn], outcome[learn]
            said[fold == part, one] = design[fold == part] @ np.linalg.solve(x.T @ x + keep, x.T @ y)
    return said


def _weights(target, logged):
    if not (np.asarray(logged) > 0).all():
        raise ValueError("an arm that was taken had a propensity above nought")
    return np.asarray(target) / np.asarray(logged)


def _of_terms(terms, weight):
    half = TWO_SIDED_95 * terms.std(ddof=1) / np.sqrt(len(terms))
    return _estimate(terms.mean(), half, weight)


def _weighted(outcome, weight):
    """A ratio of two means; its spread by the delta method."""
    value = float((weight * outcome).sum() / weight.sum())
    missed = weight * (outcome - value) / weight.mean()
    return _estimate(value, TWO_SIDED_95 * missed.std(ddof=1) / np.sqrt(len(outcome)), weight)


def _estimate(value, half, weight):
    effective = weight.sum() ** 2 / (weight**2).sum() if weight.any() else 0.0
    return Estimate(float(value), float(value - half), float(value + half), float(effective))
