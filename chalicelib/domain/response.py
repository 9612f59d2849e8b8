"""What the model may know when it is asked what a message would do: one debtor beside one arm, as numbers.

The whole list is the table RESPONSE; what is not in it the model cannot see, and what features.py leaves out for
good is left out here too. Every value is a whole number below 2**24, as there; shares are in thousandths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import nan

from .arm import ARMS, NUMBERS, Arm
from .features import CURRENCY, MOST_COUNT, MOST_DAYS, MOST_MINOR_UNITS, SECTORS, ClaimFacts, Feature, Kind
from .habits import Habits, Segment

HORIZON_DAYS = 28


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: what would this arm do for this claim and debtor, at this moment?

    untouched: the probability that it is paid without any contact (the other head), 0 to 1.
    """

    facts: ClaimFacts
    habits: Habits
    arm: Arm
    segment: Segment
    untouched: float
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ArmAnswer:
    """The probability that the claim is paid within the horizon if this arm is taken, and exactly why.

    reasons: (feature, contribution in log-odds), the weightiest first; log-odds = baseline + their sum.
    values: the row the model saw, in the order of RESPONSE, NaN unknown.
    """

    arm: str
    probability: float
    baseline: float
    reasons: tuple[tuple[str, float], ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Responses:
    """The answers for the arms that were asked about, and which model gave them.

    noise: differences in probability smaller than this the model cannot tell apart. flagged: why there are no
    answers; then the strategy's order applies.
    """

    answers: tuple[ArmAnswer, ...]
    model: str = "none"
    sha256: str = ""
    noise: float = 0.0
    flagged: str | None = None

    @classmethod
    def without_model(cls, because: str, model: str = "none") -> "Responses":
        return cls((), model, flagged=because)


def segment_for(segments: Mapping[str, Segment], sector: str | None) -> Segment:
    """What is usual in this line of business; where that is not known, what is usual over all."""
    known = (sector or "").strip().casefold()
    return segments.get(known) or segments.get("") or Segment()


def _thousandths(share: float) -> float:
    return float(round(1000 * share))


def _quiet(asked: Asked) -> float | None:
    last = asked.habits.last
    return None if last is None else float(min(max((asked.as_of - last).days, 0), MOST_DAYS))


def _sector(asked: Asked) -> float | None:
    known = (asked.facts.sector or "").strip().casefold()
    return None if not known else float(SECTORS.index(known) if known in SECTORS else len(SECTORS))


RESPONSE: tuple[Feature, ...] = (
    Feature(
        "untouched",
        Kind.COUNT,
        "how likely it is paid without any contact, in thousandths",
        lambda a: _thousandths(a.untouched),
        direction=1,
    ),
    Feature(
        "amount",
        Kind.COUNT,
        "still owed, in euro cents",
        lambda a: min(a.facts.amount, MOST_MINOR_UNITS) if a.facts.currency == CURRENCY else None,
        direction=-1,
    ),
    Feature("sector", Kind.LEVEL, "the creditor's line", _sector, levels=SECTORS),
    Feature(
        "arm",
        Kind.LEVEL,
        "the way, the tone and the part of the day",
        lambda a: float(NUMBERS[a.arm.key]),
        levels=tuple(arm.key for arm in ARMS),
    ),
    Feature(
        "way_answers",
        Kind.COUNT,
        "how often messages by this way were answered, in thousandths, shrunk to the segment's",
        lambda a: _thousandths(a.segment.shrunk_answers(a.habits, a.arm.channel)),
        direction=1,
    ),
    Feature(
        "hour_acts",
        Kind.COUNT,
        "which share of what was done came in this part of the day, in thousandths, shrunk alike",
        lambda a: _thousandths(a.segment.shrunk_acts(a.habits, a.arm.slot)),
        direction=1,
    ),
    Feature(
        "way_sent",
        Kind.COUNT,
        "messages by this way before",
        lambda a: float(min(a.habits.sent.get(a.arm.channel, 0), MOST_COUNT)),
    ),
    Feature(
        "recent",
        Kind.COUNT,
        "messages in the last four weeks",
        lambda a: float(min(a.habits.recent, MOST_COUNT)),
        direction=-1,
    ),
    Feature("days_quiet", Kind.COUNT, "days since the last message", _quiet),
)


def response_features_of(asked: Asked) -> tuple[float, ...]:
    """The question as one row of numbers in the order of RESPONSE; unknown is NaN."""
    values = (feature.read(asked) for feature in RESPONSE)
    return tuple(nan if value is None else float(value) for value in values)
