"""The model said once more in plain 64-bit arithmetic, to hold the exported file against.

terms, as the model card carries them: for each feature its cuts (ascending), scores (log-odds, one more than
cuts) and the score when the value is unknown. A value on a cut belongs to the upper side.
Needs nothing but the standard library, so a test or a bench can use it without the training packages.
"""

from bisect import bisect_right
from math import exp, isnan, nan


def contributions(terms, row):
    """Log-odds that each feature adds for this row, in the order of the terms."""
    return [
        term["unknown"] if isnan(value) else term["scores"][bisect_right(term["cuts"], value)]
        for term, value in zip(terms, row, strict=True)
    ]


def probability(terms, intercept, row):
    """Probability of paying within the horizon with no contact, 0 to 1."""
    logit = intercept + sum(contributions(terms, row))
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))


def hard_rows(terms, typical):
    """Rows made to trip a conversion: every cut, one step to either side, far outside, unknown, all unknown.

    typical: a row of known values; each hard value is put into it in turn.
    """
    rows = [list(typical), [nan] * len(terms), [-1.0e6] * len(terms), [1.6e7] * len(terms)]
    for place, term in enumerate(terms):
        near = [cut + step for cut in term["cuts"] for step in (-1, 0, 1)]
        for value in (*near, nan, 0.0, -1.0, 1.0e6, 16_777_215.0):
            row = list(typical)
            row[place] = value
            rows.append(row)
    return rows
