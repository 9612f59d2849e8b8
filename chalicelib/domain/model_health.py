"""ModelHealth: what the weekly look at the model found for one creditor, and whether it may still be asked."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ModelHealth:
    """The last look. `because` says why the strategy's order applies until a model of another version is there;
    empty while all is well, or while there is too little to judge by.

    model: the version that was looked at. psi: how far each feature has moved since this model began to choose for
    the creditor (population stability index), by `began`, its counts in the first look that had enough cases.
    apart: how far it lies from where the model learnt; told and not judged, for every creditor's trade has amounts
    of its own. slope: of calibration on what has matured, None where it was too little. cases: how many were seen.
    """

    model: str
    checked_at: datetime
    because: str = ""
    psi: tuple[tuple[str, float], ...] = ()
    slope: float | None = None
    cases: int = 0
    began: tuple[tuple[str, tuple[int, ...]], ...] = ()
    apart: tuple[tuple[str, float], ...] = ()

    def fallen_back(self, model: str) -> str | None:
        """Why this model may not be asked; None where it may."""
        return self.because if self.because and model == self.model else None
