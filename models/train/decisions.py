"""A log of decisions and what came of them, as arrays: what both the simulator and a creditor's export become."""

from dataclasses import dataclass

import numpy as np

from chalicelib.domain.features import FEATURES
from chalicelib.domain.response import RESPONSE


@dataclass(frozen=True)
class Decisions:
    """One row a message. claim_rows: n x FEATURES; response_rows: n x RESPONSE; NaN unknown.

    arm: the key of the arm taken. propensity: the exact probability with which it was. eligible: for each row the
    propensities of all eligible arms by key. paid: 1 within the horizon, else 0. amount: minor units. held_out:
    on the fixed ladder. decided_at, known_at: when it was decided, and the latest moment any feature was learnt
    at (numpy datetime64, microseconds, UTC). claim: the claim's number, to keep one debtor's rows together.
    """

    source: str
    claim_rows: np.ndarray
    response_rows: np.ndarray
    arm: np.ndarray
    propensity: np.ndarray
    eligible: tuple[dict[str, float], ...]
    paid: np.ndarray
    amount: np.ndarray
    held_out: np.ndarray
    decided_at: np.ndarray
    known_at: np.ndarray
    claim: np.ndarray

    def __post_init__(self):
        size = len(self.paid)
        if self.claim_rows.shape != (size, len(FEATURES)) or self.response_rows.shape != (size, len(RESPONSE)):
            raise ValueError("each row needs every feature of both heads")
        lengths = {len(getattr(self, name)) for name in ("arm", "propensity", "eligible", "amount", "held_out")}
        if lengths | {len(self.decided_at), len(self.known_at), len(self.claim)} != {size}:
            raise ValueError("the columns are not of one length")

    def __len__(self):
        return len(self.paid)

    def where(self, mask):
        """The rows that the mask keeps."""
        kept = {
            name: getattr(self, name)[mask]
            for name in self.__dataclass_fields__
            if name not in ("source", "eligible")
        }
        eligible = tuple(one for one, keep in zip(self.eligible, mask, strict=True) if keep)
        return Decisions(source=self.source, eligible=eligible, **kept)
