"""Drift: whether the model still looks at the world it learnt from, judged week by week from its own decisions.

Two questions: are the claims still spread as they were (PSI, each feature by itself), and do those whom it calls
likely still pay more often than the others, by about as much as it says (the calibration slope)? Where either says
no, the strategy's order applies until a model was made that fits. Bounds: docs/model.md.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, isnan, log

# Below so many cases nothing is said: chance alone would look like drift.
LEAST_CASES = 200
MOST_PSI = 0.25
SLOPE_FROM, SLOPE_TO = 0.5, 2.0
# Half a case in every bin, so that an empty one is rare and not impossible.
_HALF = 0.5
_CLIPPED = 1e-6
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Usual:
    """How one feature was spread where the model learnt.

    edges: ascending; a value on an edge belongs to the bin above it. shares: of all cases, one more than edges.
    unknown: the share of cases that nothing was known of. All shares add up to 1.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    unknown: float = 0.0

    def __post_init__(self) -> None:
        if len(self.shares) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError("one share for each bin between ascending edges")
        if abs(sum(self.shares) + self.unknown - 1) > 0.01:
            raise ValueError("shares add up to one")

    def counts(self, values: Iterable[float | None]) -> tuple[int, ...]:
        """How many of these values lie in each bin, the unknown ones (None or NaN) last."""
        found = [0] * (len(self.shares) + 1)
        for value in values:
            known = value is not None and not isnan(value)
            found[bisect_right(self.edges, value) if known and value is not None else -1] += 1
        return tuple(found)


class Standing(StrEnum):
    """What is to be made of the model this week."""

    FITS = "fits"
    TOO_FEW = "too_few"
    """Too few cases to say anything; whatever applied last week still applies."""
    DRIFTED = "drifted"
    """A feature is spread otherwise than when this model began to choose for the creditor."""
    UPSIDE_DOWN = "upside_down"
    """Whom it calls likely pays less often than the others."""
    UNCALIBRATED = "uncalibrated"
    """It makes far too much, or far too little, of what it sees."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One week's judgement. reason: in words for the log, with the feature or the slope it turned on.

    psi: by feature. slope: None where the outcomes could not tell. cases: how many decisions were looked at.
    """

    standing: Standing
    reason: str
    psi: Mapping[str, float] = field(default_factory=dict)
    slope: float | None = None
    cases: int = 0

    @property
    def falls_back(self) -> bool:
        """Whether the strategy's order is to apply from now on."""
        return self.standing not in (Standing.FITS, Standing.TOO_FEW)


def psi(usual: Usual, counts: Sequence[int]) -> float:
    """Population stability index of these counts (Usual.counts) against what was usual; 0 is the same spread.

    Nothing counted is no drift. ValueError for counts of other bins.
    """
    was = (*usual.shares, usual.unknown)
    if len(counts) != len(was):
        raise ValueError(f"{len(was)} bins, {len(counts)} counts")
    total = sum(counts)
    if not total:
        return 0.0
    parts = total + _HALF * len(counts)
    now = [(count + _HALF) / parts for count in counts]
    before = [(share * total + _HALF) / parts for share in was]
    return sum((n - b) * log(n / b) for n, b in zip(now, before, strict=True))


def calibration_slope(answers: Sequence[float], paid: Sequence[bool]) -> float | None:
    """By how much the log-odds the model gave are borne out: 1 is right, at or below 0 it is upside down.

    A logistic regression of the outcome on the log-odds, by Newton's method. None where nothing can be told: all
    answers alike, or all outcomes.
    """
    if len(answers) != len(paid):
        raise ValueError("one outcome for each answer")
    given = [min(max(answer, _CLIPPED), 1 - _CLIPPED) for answer in answers]
    logits = [log(answer / (1 - answer)) for answer in given]
    if len(set(paid)) < 2 or max(logits) - min(logits) < _CLIPPED:
        return None
    middle = sum(logits) / len(logits)
    rows = [(logit - middle, 1.0 if yes else 0.0) for logit, yes in zip(logits, paid, strict=True)]
    level, slope = 0.0, 0.0
    for _ in range(_ROUNDS):
        up, across, curved, bent, steep = 0.0, 0.0, 0.0, 0.0, 0.0
        for x, y in rows:
            fitted = _chance(level + slope * x)
            rest, weight = y - fitted, fitted * (1 - fitted)
            up, across = up + rest, across + rest * x
            curved, bent, steep = curved + weight, bent + weight * x, steep + weight * x * x
        whole = curved * steep - bent * bent
        if whole <= 0:
            return None
        step = (steep * up - bent * across) / whole, (curved * across - bent * up) / whole
        level, slope = level + step[0], slope + step[1]
        if max(map(abs, step)) < 1e-9:
            return slope
    return None


def _chance(logit: float) -> float:
    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))


def verdict(psi_by_feature: Mapping[str, float], slope: float | None, cases: int) -> Verdict:
    """What these figures of `cases` decisions mean for the model. A slope of None is not held against it."""

    def said(standing: Standing, reason: str) -> Verdict:
        return Verdict(standing, reason, dict(psi_by_feature), slope, cases)

    if cases < LEAST_CASES:
        return said(Standing.TOO_FEW, f"{cases} cases, {LEAST_CASES} are needed")
    worst = max(psi_by_feature, key=lambda name: (psi_by_feature[name], name), default="")
    if worst and psi_by_feature[worst] > MOST_PSI:
        return said(Standing.DRIFTED, f"{worst}: PSI {psi_by_feature[worst]:.2f} is above {MOST_PSI}")
    if slope is not None and slope <= 0:
        return said(Standing.UPSIDE_DOWN, f"calibration slope {slope:.2f}")
    if slope is not None and not SLOPE_FROM <= slope <= SLOPE_TO:
        return said(Standing.UNCALIBRATED, f"calibration slope {slope:.2f} is outside [{SLOPE_FROM}, {SLOPE_TO}]")
    return said(Standing.FITS, "within bounds")


@dataclass(frozen=True, slots=True)
class WatchedModel:
    """A model as the weekly look knows it: its version, and how each feature was spread where it learnt."""

    version: str
    usual: Mapping[str, Usual]
