"""How good a probability is: ranking (AUC), calibration (ECE, slope) and both at once (Brier)."""

import numpy as np

from chalicelib.domain.drift import SLOPE_FROM, SLOPE_TO

BINS = 10


class Refused(Exception):
    """The model may not leave the workshop; the message says which gate it failed and by how much."""


def auc(paid, probability):
    """Chance that one who paid was scored above one who did not; ties count half."""
    order = np.argsort(probability, kind="stable")
    ranks = np.empty(len(order))
    _, inverse, counts = np.unique(probability[order], return_inverse=True, return_counts=True)
    ranks[order] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    hits = int(paid.sum())
    return float((ranks[paid == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(paid) - hits)))


def calibration_error(paid, probability):
    """Expected calibration error over ten bins of equal size, 0 is perfect."""
    parts = np.array_split(np.argsort(probability, kind="stable"), BINS)
    return float(sum(len(p) * abs(paid[p].mean() - probability[p].mean()) for p in parts) / len(paid))


def brier(paid, probability):
    """Mean squared distance between probability and outcome."""
    return float(np.mean((probability - paid) ** 2))


def slope(paid, probability):
    """Calibration slope: 1 is right, below 1 too sure of itself, at or below 0 upside down.

    Logistic regression of the outcome on the log-odds, by Newton's method.
    """
    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    design = np.column_stack([np.ones(len(paid)), np.log(clipped / (1 - clipped))])
    weights = np.zeros(2)
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-design @ weights))
        curve = design.T @ (design * (fitted * (1 - fitted))[:, None])
        step = np.linalg.solve(curve + 1e-9 * np.eye(2), design.T @ (paid - fitted))
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    return float(weights[1])


def figures(paid, probability):
    """All four, rounded as the card prints them."""
    return {
        "auc": round(auc(paid, probability), 4),
        "ece": round(calibration_error(paid, probability), 4),
        "brier": round(brier(paid, probability), 4),
        "slope": round(slope(paid, probability), 3) if np.ptp(probability) > 0 else None,
    }


def gate_slope(value):
    """Refuse a model whose calibration slope on held-out claims says that it cannot be trusted."""
    low, high = SLOPE_FROM, SLOPE_TO
    if value is None or value <= 0:
        raise Refused(f"calibration slope {value}: the model ranks no better than upside down")
    if not low <= value <= high:
        raise Refused(f"calibration slope {value} is outside [{low}, {high}]")
