"""A Score: how likely a debtor pays without being contacted, with the reasons for that number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Propensity with model version. `probability` lies in [0, 1] and is None when no model could answer.

    `reasons` are (feature, log-odds contribution), strongest first; they add up, with the model's intercept,
    to the log-odds exactly. `flagged` says in one word why the strategy's default order applies instead.
    """

    probability: float | None
    reasons: tuple[tuple[str, float], ...]
    model: str
    flagged: str | None = None
