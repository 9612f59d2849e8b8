"""Score: how likely a claim is to be paid without any contact, why, and which model said so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """One opinion about one claim. It proposes channel, tone and time; it never refuses anyone anything.

    probability: 0 to 1, paid within the model's horizon with no contact; None when there is no usable model.
    reasons: (feature, contribution in log-odds), the weightiest first. They add up exactly:
        log-odds of probability = baseline + the sum of all contributions.
    model: name and date of the model, or "none".
    flagged: why there is no probability, in words for the log; then the strategy's default order applies.
    """

    probability: float | None
    reasons: tuple[tuple[str, float], ...]
    model: str
    flagged: str | None = None
    baseline: float = 0.0

    def __post_init__(self) -> None:
        if (self.probability is None) != (self.flagged is not None):
            raise ValueError("a Score has either a probability or a flag that says why not")
        if self.probability is not None and not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"a probability lies between 0 and 1, not at {self.probability}")

    @classmethod
    def without_model(cls, because: str, model: str = "none") -> "Score":
        """No opinion, said plainly, so that the strategy's default order applies."""
        return cls(probability=None, reasons=(), model=model, flagged=because)
