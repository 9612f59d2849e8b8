"""Which letter a document is, and what its file is called."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from ...domain.claim import Claim
from ...domain.contact import MessageKind
from ...domain.document import MAILED, DocumentKind
from ...domain.entry import LedgerEntry
from ...domain.matter import Matter
from ...domain.parties import Creditor
from ..i18n import Locale, known, languages, locale, negotiate
from .account import account_of_all, clear_slate, receipt, statement
from .letter import letter
from .notice import notice
from .paper import Case, Paper, Written, at_home
from .terms import agreement, offer

OF_ACCOUNT: dict[DocumentKind, Callable[[Case, tuple[LedgerEntry, ...]], Paper]] = {
    DocumentKind.RECEIPT: receipt,
    DocumentKind.STATEMENT: statement,
    DocumentKind.CLEAR_SLATE: clear_slate,
}
OF_ALL: dict[DocumentKind, Callable[[Case, Mapping[str, tuple[LedgerEntry, ...]]], Paper]] = {
    DocumentKind.ACCOUNT: account_of_all,
}
OF_TERMS: dict[DocumentKind, Callable[[Case], Paper]] = {
    DocumentKind.OFFER: offer,
    DocumentKind.AGREEMENT: agreement,
    DocumentKind.NOTICE: notice,
}
TITLES = {
    DocumentKind.OFFER: "paper.offer",
    DocumentKind.AGREEMENT: "paper.agreement",
    DocumentKind.RECEIPT: "receipt.h1",
    DocumentKind.NOTICE: "paper.notice",
    DocumentKind.STATEMENT: "paper.statement",
    DocumentKind.ACCOUNT: "paper.account",
    DocumentKind.CLEAR_SLATE: "closed.h1",
}


def paper_of(
    kind: DocumentKind,
    *,
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    ledgers: Mapping[str, tuple[LedgerEntry, ...]],
    about: str,
    language: str | None,
    now: datetime,
    zone: tzinfo,
) -> Paper:
    """The letter in `language` where there is a catalogue for it, else in the one of the creditor's country.

    Raises LookupError where there is nothing to tell: no such payment, offer or agreement.
    """
    debtor = matter.debtor
    factors = (debtor.address.postcode, claim.ground.invoice_number) if kind in MAILED else ()
    case = Case(
        creditor=creditor,
        matter=matter,
        claim=claim,
        about=about,
        words=Written.of(negotiate(None, language, None, creditor.country)),
        home=at_home(creditor),
        now=now,
        zone=zone,
        unsaid=factors,
    )
    if kind in OF_ALL:
        return OF_ALL[kind](case, ledgers)
    return OF_ACCOUNT[kind](case, ledgers[claim.id]) if kind in OF_ACCOUNT else OF_TERMS[kind](case)


def posted(
    kind: MessageKind,
    title: str,
    said: str,
    *,
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    words: Locale,
    now: datetime,
    zone: tzinfo,
    until: str | None,
) -> Paper:
    """The message of a contact as a letter for its envelope."""
    case = Case(
        creditor=creditor,
        matter=matter,
        claim=claim,
        about="",
        words=Written.of(words),
        home=at_home(creditor),
        now=now,
        zone=zone,
    )
    return letter(kind, case, title, said, until)


def file_name(kind: DocumentKind, language: str) -> str:
    """What the reader finds the file called, without its ending; a title that is a sentence loses its stop."""
    return locale(known(language) or languages()[0]).text(TITLES[kind]).rstrip(".")
