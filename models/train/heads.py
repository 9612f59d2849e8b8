"""The two heads in plain 64-bit arithmetic over columns: what a world's policies ask, and what is exported.

`terms` are as a card carries them (models/train/reference.py); the exported file is held against the same terms.
"""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.features import MOST_COUNT, MOST_DAYS, MOST_MINOR_UNITS
from models.train.debtors import COLUMN, chance, shrunk
from models.train.ways import CHANNEL, SLOT


@dataclass(frozen=True)
class Head:
    """A fitted additive model: its terms, intercept, and the same for each of the bags it is the mean of.

    bags: for each bag (intercept, one list of scores a term, the unknown's first); they say how sure the mean is.
    """

    terms: tuple
    intercept: float
    bags: tuple = ()

    def log_odds(self, rows):
        """Baseline + the sum of the reasons, for n rows."""
        places = [_places(term, rows[:, i]) for i, term in enumerate(self.terms)]
        return self.intercept + sum(_scores(term)[place] for term, place in zip(self.terms, places, strict=True))

    def ask(self, rows):
        """n probabilities."""
        return chance(self.log_odds(rows))

    def ask_bags(self, rows):
        """bags x n probabilities: what each bag alone would have said."""
        places = [_places(term, rows[:, i]) for i, term in enumerate(self.terms)]
        return np.array(
            [
                chance(intercept + sum(scores[place] for scores, place in zip(bag, places, strict=True)))
                for intercept, bag in self.bags
            ]
        )


def _scores(term):
    return np.array([term["unknown"], *term["scores"]])


def _places(term, values):
    """Which score each value has: 0 unknown, else one more than the number of cuts at or below it."""
    unknown = np.isnan(values)
    return np.where(unknown, 0, 1 + np.searchsorted(term["cuts"], np.where(unknown, 0, values), side="right"))


def response_rows(asking, untouched, priors, arms):
    """len(arms) x n x RESPONSE: every debtor beside each of these arms (domain/response.response_features_of)."""
    debtors = asking.debtors
    way, slot = shrunk(asking, priors)
    rows = np.empty((len(arms), len(debtors), 9))
    rows[:, :, 0] = np.rint(1000 * untouched)
    rows[:, :, 1] = np.minimum(debtors.rows[:, COLUMN["amount"]], MOST_MINOR_UNITS)
    rows[:, :, 2] = debtors.rows[:, COLUMN["sector"]]
    rows[:, :, 7] = np.minimum(asking.recent, MOST_COUNT)
    rows[:, :, 8] = np.clip(asking.quiet, 0, MOST_DAYS)
    for place, arm in enumerate(arms):
        rows[place, :, 3] = arm
        rows[place, :, 4] = np.rint(1000 * way[:, CHANNEL[arm]])
        rows[place, :, 5] = np.rint(1000 * slot[:, SLOT[arm]])
        rows[place, :, 6] = np.minimum(asking.sent[:, CHANNEL[arm]], MOST_COUNT)
    return rows
