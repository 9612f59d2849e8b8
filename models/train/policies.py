"""What is compared: the strategy's fixed ladder, cost-aware for everybody alike, personalised, and the oracle.

A policy takes n debtors at a step (debtors.Asking) and says which way each is written to. The two that ask a model
choose as the domain does (domain/choice.choose), over columns; a test holds them together.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.choice import Taste
from models.train.heads import Head, response_rows
from models.train.means import Means, mean_rows
from models.train.ways import COST, FRIENDLY, net_values, strategy_way

ARMS = range(6)
_COST, _FRIENDLY = COST[:6], FRIENDLY[:6]
BALANCED = Taste(margin=0.15, annoyance=40, explores=0.0)


@dataclass(frozen=True)
class Chosen:
    """For n debtors: the way taken, and of the arms (n x arms) propensities, values and answers; who is lazy."""

    way: np.ndarray
    propensities: np.ndarray
    values: np.ndarray
    answers: np.ndarray
    lazy: np.ndarray


def choose(answers, eligible, amount, recent, noise, taste, lots):
    """domain/choice.choose for n debtors at once. answers: n x arms; lots: n numbers from 0 to below 1."""
    values = np.column_stack([net_values(answers[:, arm], arm, amount, recent, taste) for arm in ARMS])
    values = np.where(eligible, values, -np.inf)
    best = values.argmax(axis=1)
    friendly = eligible & _FRIENDLY
    # The cheapest friendly arm; of equally cheap ones the one of the highest value, then the first.
    cost = np.where(friendly, _COST, np.inf)
    cheapest = friendly & (cost == cost.min(axis=1, keepdims=True))
    cheap = np.where(cheapest, values, -np.inf).argmax(axis=1)
    every = np.arange(len(answers))
    some = friendly.any(axis=1)
    lazy = some & (values[every, best] - values[every, cheap] <= noise * amount * taste.margin)
    greedy = np.where(lazy, cheap, best)
    count = friendly.sum(axis=1)
    alone = (count == 0) | ((count == 1) & friendly[every, greedy])
    explores = np.where(alone, 0.0, taste.explores)
    propensities = friendly * (explores / np.maximum(count, 1))[:, None]
    propensities[every, greedy] += 1 - explores
    way = (lots[:, None] >= np.cumsum(propensities, axis=1)).sum(axis=1)
    # Where the sum falls short of one by a rounding, the last arm that may be taken.
    way = np.where(way > ARMS[-1], ARMS[-1] - (propensities[:, ::-1] > 0).argmax(axis=1), way)
    return Chosen(way, propensities, values, answers, lazy)


@dataclass(frozen=True)
class Ladder:
    """The strategy's own order and steps, by the first head's score."""

    pays: Head

    def take(self, asking):
        way = strategy_way(self.pays.ask(asking.debtors.rows), asking.debtors.reachable, asking.step)
        return Chosen(way, *[None] * 4)


@dataclass(frozen=True)
class Personalised:
    """Both heads, every feature they may see."""

    pays: Head
    responds: Head
    priors: dict
    noise: float
    taste: Taste = BALANCED

    def take(self, asking, lots=None):
        untouched = self.pays.ask(asking.debtors.rows)
        rows = response_rows(asking, untouched, self.priors, ARMS)
        answers = np.column_stack([self.responds.ask(rows[arm]) for arm in ARMS])
        return choose(
            answers,
            asking.eligible,
            asking.debtors.amount,
            asking.recent,
            self.noise,
            self.taste,
            _none(asking, lots),
        )


@dataclass(frozen=True)
class CostAware:
    """What each arm does on average, what it costs, what is owed, and the step; nothing of the debtor."""

    means: Means
    noise: float
    taste: Taste = BALANCED

    def take(self, asking, lots=None):
        answers = np.column_stack([self.means.ask(rows) for rows in mean_rows(asking)])
        return choose(
            answers,
            asking.eligible,
            asking.debtors.amount,
            asking.recent,
            self.noise,
            self.taste,
            _none(asking, lots),
        )


@dataclass(frozen=True)
class Oracle:
    """The best arm by what truly would come of it, which nobody can know; one step at a time."""

    taste: Taste = BALANCED

    def take(self, asking):
        every = np.ones(len(asking.debtors), dtype=int)
        truth = np.column_stack([asking.truth(every * arm) for arm in ARMS])
        nobody = np.zeros(len(asking.debtors))
        return choose(truth, asking.eligible, asking.debtors.amount, asking.recent, -1.0, self.taste, nobody)


@dataclass(frozen=True)
class Explorer:
    """No model yet: a friendly arm by lot, every one equally likely."""

    def take(self, asking, lots):
        friendly = asking.eligible & _FRIENDLY
        propensities = friendly / friendly.sum(axis=1, keepdims=True)
        way = (lots[:, None] >= np.cumsum(propensities, axis=1)).sum(axis=1)
        way = np.where(way > ARMS[-1], ARMS[-1] - (propensities[:, ::-1] > 0).argmax(axis=1), way)
        return Chosen(way, propensities, *[None] * 3)


def _none(asking, lots):
    return np.zeros(len(asking.debtors)) if lots is None else lots
