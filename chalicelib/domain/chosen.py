"""A Choice: which way, tone and hour a message took, and everything that is needed to judge that later."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

# What a person names, instead of an arm, to let the strategy's order stand.
STRATEGYS = "strategy"


class How(StrEnum):
    """How it came to this arm."""

    BEST = "best"
    CHEAPEST = "cheapest"
    """A cheap friendly reminder is as good as anything else, as far as the model can tell."""
    DRAWN = "drawn"
    """By lot, among the friendly arms."""
    HELD_OUT = "held_out"
    """The strategy's order, so that there is something to compare with."""
    STRATEGY = "strategy"
    """The strategy's order, because no model could be asked, or none may be."""
    OVERRULED = "overruled"
    """A person chose otherwise."""


@dataclass(frozen=True)
class Choice:
    """Which arm was taken, and what one needs to judge that later without having been there.

    propensities: for each eligible arm the exact probability with which it would be taken; they add up to 1.
    values: its expected net value in minor units; answers: the probability of payment it was worked out from.
    seed: what was drawn by; drawn: the number between 0 and 1 that came of it. features and reasons: those of the
    arm taken, unknown features left out; log-odds = baseline + the sum of the reasons. lazy: whoever is likely to
    pay after a friendly word as well as after any other. known_at: the latest moment any feature was learnt at,
    never after `at`. flagged: why no model was asked. amounts_to: of the strategy's order, the arm it comes to
    where it is one; then features are those of that arm, so that it can be learnt from like any other.
    by: who overruled it. Then all the rest stays as it was drawn and speaks of `instead_of`, what would have been
    taken; such a message is nobody's draw, and nothing is learnt from it as if it were.
    """

    arm: str
    how: How
    at: datetime
    propensities: dict[str, float] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    answers: dict[str, float] = field(default_factory=dict)
    untouched: float | None = None
    model: str = "none"
    sha256: str = ""
    seed: str = ""
    drawn: float | None = None
    features: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, float] = field(default_factory=dict)
    baseline: float = 0.0
    lazy: bool = False
    known_at: datetime | None = None
    flagged: str | None = None
    by: str = ""
    instead_of: str = ""
    amounts_to: str = ""

    @property
    def propensity(self) -> float:
        """How likely the arm taken was to be taken."""
        return self.propensities.get(self.arm, 1.0)

    def overruled(self, arm: str, by: str, at: datetime) -> "Choice":
        """What a person chose instead; whoever does so again still does it instead of what was drawn."""
        instead_of = self.instead_of or self.arm or STRATEGYS
        return replace(self, arm=arm, how=How.OVERRULED, at=at, by=by, instead_of=instead_of)
