"""Evidence: a photo or PDF a debtor sends about a dispute."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EvidenceState(StrEnum):
    OFFERED = "offered"
    """A place for a file; nothing came yet."""
    TAKEN = "taken"
    REFUSED = "refused"


class EvidenceProblem(StrEnum):
    TOO_LARGE = "too_large"
    NOT_A_PICTURE_OR_PDF = "not_a_picture_or_pdf"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    DANGEROUS = "dangerous"


@dataclass(frozen=True)
class Evidence:
    """One file of a dispute, by its place: cleaned of everything but what it shows before anybody sees it."""

    id: str
    creditor: str
    debtor: str
    claim: str
    dispute: str
    offered_at: datetime
    state: EvidenceState = EvidenceState.OFFERED
    problem: EvidenceProblem | None = None
    media_type: str = ""
    size: int = 0
    done_at: datetime | None = None
    version: int = 0
