"""What became of one row of a batch."""

from dataclasses import dataclass
from enum import StrEnum


class Taken(StrEnum):
    TAKEN = "taken"
    UNCHANGED = "unchanged"
    DIFFERING = "differing"


@dataclass(frozen=True)
class RowOutcome:
    """One row's end: `not_contacted` is the reason's key when the claim was taken but nobody is written to."""

    batch: str
    chunk: int
    line: int
    claim: str
    taken: Taken
    not_contacted: str | None = None
    flags: tuple[str, ...] = ()
