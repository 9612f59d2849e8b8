"""Evidence: a photo or PDF a debtor sends about a dispute."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_TAKEN = 5
"""Files of one dispute that are kept. A refused one does not count: its sender is asked for another."""
MOST_SENT = 20
"""Files of one dispute that are looked at; whoever sends more is not told of each."""
LARGEST = 10 * 1024 * 1024
MOST_PAGES = 20
FORM_LASTS = timedelta(hours=1)


class EvidenceState(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"


class EvidenceProblem(StrEnum):
    TOO_LARGE = "too_large"
    """More bytes, or more points, than are opened."""
    TOO_LONG = "too_long"
    """A PDF of more than MOST_PAGES pages."""
    TOO_MANY = "too_many"
    """MOST_TAKEN lie there already."""
    NOT_A_PICTURE_OR_PDF = "not_a_picture_or_pdf"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    """A PDF that asks for a password."""
    DANGEROUS = "dangerous"
    """Opening it took more time or memory than any honest file needs."""


@dataclass(frozen=True)
class Evidence:
    """One file of a dispute: cleaned of everything but what it shows before anybody sees it.

    It comes into being when its file was looked at; until then the file is merely on its way. `media_type`,
    `size` in bytes and `pages` are of the cleaned file, and empty for a refused one: of that nothing is kept.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    dispute: str
    state: EvidenceState
    sent_at: datetime
    done_at: datetime
    problem: EvidenceProblem | None = None
    media_type: str = ""
    size: int = 0
    pages: int = 0
    version: int = 0


def evidence_id(upload: str, etag: str) -> str:
    """The same file sent twice over one form is one Evidence, another file over the same form is another.

    `upload` is the form's own name in the bucket, random, and `etag` the bucket's name for the bytes.
    """
    return "e-" + hashlib.sha256(f"{upload}\n{etag.strip(chr(34))}".encode()).hexdigest()[:24]


def room_for_more(evidence: Iterable[Evidence]) -> bool:
    """Whether another file of this dispute may still be sent; `evidence` is all of that dispute."""
    states = [one.state for one in evidence]
    return states.count(EvidenceState.TAKEN) < MOST_TAKEN and len(states) < MOST_SENT
