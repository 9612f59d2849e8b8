"""The fit: a monotone additive model, and in the same run the peers it must be seen beside."""

import warnings

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.train import guard

MAX_BINS = 32


def additive(names, directions, rows, paid, *, seed, bags=8, jobs=2):
    """An explainable boosting machine without interactions, bent only the way each feature may bend it.

    names, directions: one each per column (direction +1, 0 or -1). rows: claims x features, NaN unknown.
    Raises guard.Leak when a name says that the column may not be known.
    """
    guard.refuse_forbidden(names, table="what is to be fitted")
    model = ExplainableBoostingClassifier(
        feature_names=list(names),
        feature_types=["continuous"] * len(names),
        max_bins=MAX_BINS,
        interactions=0,
        outer_bags=bags,
        monotone_constraints=list(directions),
        random_state=seed,
        n_jobs=jobs,
    )
    with warnings.catch_warnings():
        # interpret warns that its own drawings do not show unknown values; none are drawn here.
        warnings.simplefilter("ignore", UserWarning)
        # And numpy of a feature of which nothing is known: it weighs nothing then.
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        return model.fit(rows, paid)


def peers(rows, paid, held_rows, *, seed):
    """Held-out probabilities of three peers: the base rate, a logistic regression, boosted trees.

    A column of which nothing is known tells them nothing and boosted trees do not take it: the log of a house
    that has written to everybody once has such (days since the last message).
    """
    told = ~np.isnan(rows).all(axis=0)
    rows, held_rows = rows[:, told], held_rows[:, told]

    def logged(values):
        return np.sign(values) * np.log1p(np.abs(values))

    logistic = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=1000),
    ).fit(logged(rows), paid)
    boosted = HistGradientBoostingClassifier(
        max_iter=400, learning_rate=0.05, early_stopping=True, random_state=seed
    ).fit(rows, paid)
    return {
        "base_rate": np.full(len(held_rows), paid.mean()),
        "logistic": logistic.predict_proba(logged(held_rows))[:, 1],
        "boosted_trees": boosted.predict_proba(held_rows)[:, 1],
    }
