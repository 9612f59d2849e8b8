"""A Document: a PDF that was made once and never changes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    OFFER = "offer"
    """Terms and their cost notice, before anybody agrees (RDG §13a(3))."""
    AGREEMENT = "agreement"
    RECEIPT = "receipt"
    NOTICE = "notice"
    """The first letter with the whole list of RDG §13a(1)."""
    STATEMENT = "statement"
    """Every entry of the claim's account."""
    ACCOUNT = "account"
    """Every entry of all claims of the debtor, where there are several."""
    CLEAR_SLATE = "clear_slate"
    """Nothing more is owed."""


# What travels by mail: these never print what the door asks for.
MAILED = frozenset({DocumentKind.OFFER, DocumentKind.AGREEMENT})


@dataclass(frozen=True)
class Document:
    """A stored PDF of one claim; the account of all of them is kept with the first.

    `about` is the offer, plan or entry it tells of; `sha256` is of its bytes. `fetched_at` is when its reader
    first took it: then it counts as handed over.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    kind: DocumentKind
    about: str
    language: str
    sha256: str
    size: int
    made_at: datetime
    fetched_at: datetime | None = None
    version: int = 0


def document_id(creditor: str, claim: str, kind: DocumentKind, about: str, language: str, edition: str) -> str:
    """The one id of what a document tells: asked for again, it is found; after a crash it is made anew as itself.

    `edition` is how far its matter had come: the number of ledger entries, the changes of a plan.
    """
    told = "\0".join((creditor, claim, kind, about, language, edition))
    return "d-" + hashlib.sha256(told.encode()).hexdigest()[:30]
