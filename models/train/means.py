"""The mean response of each arm: what a careful creditor knows who looks at no debtor.

It is what a personalised choice has to beat, so it is made as good as it can be without seeing anybody: the effect
of each arm is told apart from who was given it (the score is adjusted for, and then forgotten), and it knows the
amount, the step and which ways there are. Logistic regressions, by Newton's method.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.arm import ARMS
from models.train.debtors import COLUMN, chance

MEAN_FEATURES = ("arm", "amount", "ways", "step")
_STEPS, _WAYS, _PARTS = 3, 8, 12


@dataclass(frozen=True)
class Means:
    """arm: log-odds that each arm adds, by number. rest: of everything else. spread: how uncertain the difference
    of two arms is, in log-odds (one standard deviation); edges: where the bins of the amount end."""

    arm: np.ndarray
    rest: np.ndarray
    edges: np.ndarray
    spread: float

    def ask(self, rows):
        """n probabilities for n x MEAN_FEATURES."""
        return chance(self.arm[rows[:, 0].astype(int)] + _rest(rows, self.edges) @ self.rest)

    def noise(self, rows):
        """The difference in probability this cannot tell apart: one deviation, where most claims lie."""
        answers = self.ask(rows)
        return float(np.sqrt(np.mean((answers * (1 - answers) * self.spread) ** 2)))


def fit_means(rows, untouched, paid):
    """From n logged messages: rows n x MEAN_FEATURES, untouched the first head's probability, paid 0 or 1."""
    edges = np.quantile(rows[:, 1], np.linspace(0, 1, _PARTS + 1)[1:-1])
    arms = np.eye(len(ARMS))[rows[:, 0].astype(int)]
    rest = _rest(rows, edges)
    clipped = np.clip(untouched, 1e-4, 1 - 1e-4)
    scored = np.log(clipped / (1 - clipped))
    adjusted, doubt = _logistic(np.column_stack([arms, rest, scored, scored**2]), paid)
    effect = adjusted[: len(ARMS)] - adjusted[: len(ARMS)].mean()
    plain, _ = _logistic(np.column_stack([rest, np.ones(len(rows))]), paid, offset=arms @ effect)
    pairs = [(a, b) for a in range(len(ARMS)) for b in range(a)]
    known = [pair for pair in pairs if arms[:, pair].sum(axis=0).min() > 0]
    spread = np.sqrt(np.mean([doubt[a, a] + doubt[b, b] - 2 * doubt[a, b] for a, b in known]))
    return Means(effect + plain[-1], plain[:-1], edges, float(spread))


def _rest(rows, edges):
    """Everything but the arm as columns of nought and one."""
    amount = np.searchsorted(edges, rows[:, 1], side="right")
    return np.column_stack(
        [
            np.eye(len(edges) + 1)[amount],
            np.eye(_WAYS)[rows[:, 2].astype(int)],
            np.eye(_STEPS)[rows[:, 3].astype(int)],
        ]
    )


def _logistic(design, paid, offset=0.0):
    """(weights, their covariance); a whisper of a ridge makes up for columns that say the same."""
    weights, ridge = np.zeros(design.shape[1]), 1e-3 * np.eye(design.shape[1])
    for _ in range(30):
        fitted = chance(design @ weights + offset)
        curve = design.T @ (design * (fitted * (1 - fitted))[:, None]) + ridge
        step = np.linalg.solve(curve, design.T @ (paid - fitted) - ridge @ weights)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights, np.linalg.inv(curve)


def mean_rows(asking):
    """arms x n x MEAN_FEATURES. Which ways there are is kept, since who gave a number differs from who did not."""
    debtors = asking.debtors
    ways, every = debtors.reachable @ np.array([1, 2, 4]), np.ones(len(asking.debtors))
    amount = debtors.rows[:, COLUMN["amount"]]
    return np.array(
        [np.column_stack([every * arm, amount, ways, every * asking.step]) for arm in range(len(ARMS))]
    )
