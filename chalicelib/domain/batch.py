"""A Batch: one file a creditor handed over, and what became of each of its rows."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .person import Release


class BatchStatus(StrEnum):
    READING = "reading"
    LOADING = "loading"
    DONE = "done"
    PARTIAL = "partial"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What became of a row. A row differs when the accepted claim of that id says something else."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    DIFFERING = "differing"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place: `column` in the creditor's own words, `reason` a key of the
    sentences in adapters/batches/reasons.py, `value` as it stood in the file, cut to a readable length. `line`
    counts from 1; None where the place has none of its own, or the row says it."""

    column: str
    reason: str
    value: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Quarantined:
    """A row that was not taken, with all that is wrong with it. `line` is the physical line (header = 1);
    `claim` its claim id, where it could be read."""

    line: int
    problems: tuple[Problem, ...]
    claim: str = ""


@dataclass(frozen=True)
class Refused:
    """A file of which nothing was taken: why, and where, counted in bytes from 0 of the unpacked file."""

    reason: str
    byte: int | None = None
    line: int | None = None
    value: str = ""


@dataclass(frozen=True)
class RowOutcome:
    """One line of a batch report. `flags` say what a taken row went without, `not_contacted` why nobody
    will be written to about it."""

    line: int
    claim: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    flags: tuple[str, ...] = ()
    not_contacted: str | None = None


@dataclass(frozen=True)
class Batch:
    """One uploaded file. `rows` is known once the file was surveyed; `chunks` are the portions handed to
    the workers; `counts` says how many rows had which outcome so far. `cut` marks a file that ends early.
    `release` is the person's yes without which a batch that rests is not contacted."""

    id: str
    creditor: str
    key: str
    etag: str
    received_at: datetime
    status: BatchStatus = BatchStatus.READING
    rows: int = 0
    chunks: int = 0
    chunks_done: int = 0
    cut: bool = False
    sha256: str = ""
    counts: dict[Outcome, int] = field(default_factory=dict)
    refused: Refused | None = None
    done_at: datetime | None = None
    release: Release | None = None
    version: int = 0

    @property
    def settled(self) -> int:
        """Rows whose outcome is known."""
        return sum(self.counts.values())

    @property
    def sheet(self) -> str:
        """The id of the release sheet of the batch as it stands: another one once more of its rows are in."""
        counts = [f"{kind}:{self.counts.get(kind, 0)}" for kind in Outcome]
        text = "\n".join((self.creditor, self.id, self.sha256, self.status, *counts))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def counting(self, outcomes: dict[Outcome, int]) -> "Batch":
        """The batch with these outcomes added to its counts."""
        counts = {kind: self.counts.get(kind, 0) + outcomes.get(kind, 0) for kind in Outcome}
        return replace(self, counts={kind: n for kind, n in counts.items() if n})

    def refused_for(self, why: Refused, now: datetime) -> "Batch":
        return replace(self, status=BatchStatus.REFUSED, refused=why, done_at=now)

    def finished(self, now: datetime) -> "Batch":
        """The batch once every row has its outcome: done, or partial where the file was cut."""
        return replace(self, status=BatchStatus.PARTIAL if self.cut else BatchStatus.DONE, done_at=now)


def batch_id(creditor: str, key: str, etag: str) -> str:
    """The id of the batch this object is: the same for every delivery of the same upload (B1), another one
    for the same bytes under a new name (B2), whose rows then prove unchanged one by one."""
    return hashlib.sha256("\n".join((creditor, key, etag.strip('"'))).encode()).hexdigest()[:20]
