"""Make a document of a claim once, or find the one that tells the same; hand it to its reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from ..domain.claim import Claim, ClaimState
from ..domain.deferral import Deferral
from ..domain.document import Document, DocumentKind, document_id
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.errors import BrokenRule, Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.offer import Offer
from ..domain.parties import ActingAs, Creditor, Debtor
from ..domain.pay_link import Scope
from ..domain.plan import Plan
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.visit import Visit
from ..ports import Archive, Commit, Printer, Store
from .tell_amount import tell_amount

TURNS = 5


@dataclass(frozen=True)
class PrintRoom:
    """What making a document needs, bound once."""

    store: Store
    archive: Archive
    printer: Printer
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]


@dataclass(frozen=True)
class Wanted:
    """Which document: one that was made, by its id; or a kind, and what it is about.

    `about` is the id of an offer, a plan or a deferral, or the number of a payment; empty, or the claim's own id:
    of all there is.
    `claim` names another claim of the same debtor than the one the Visit came for.
    """

    kind: DocumentKind | None
    about: str = ""
    document: str = ""
    claim: str = ""


def fetch_document(visit: Visit, wanted: Wanted, *, language: str, room: PrintRoom, now: datetime) -> Document:
    """The document, made if need be, and from now on in its reader's hands.

    Raises BrokenRule("no_document") where there is none of this kind to make as the claim stands.
    """
    for _ in range(TURNS):
        matter = room.store.matter(visit.creditor, visit.debtor)
        claim = matter.claims.get(wanted.claim or visit.claim) if matter else None
        if matter is None or claim is None:
            raise BrokenRule("not_found")
        try:
            if _told_first(_accounted(wanted.kind, matter, claim), matter.debtor, room, now):
                continue
            document = _found(matter, claim, wanted, language, room, now)
            if document.fetched_at or visit.scope is Scope.SEE:
                return document
            # What only a looker-on took has not reached whoever may agree.
            taken = replace(document, fetched_at=now)
            room.store.commit(visit.creditor, Commit((), documents=(taken,)))
        except StaleVersion:
            continue
        return taken
    raise Retry("the matter keeps changing")


def _accounted(kind: DocumentKind | None, matter: Matter, claim: Claim) -> tuple[Claim, ...]:
    """The claims whose account is to be printed."""
    if kind is DocumentKind.ACCOUNT:
        return tuple(matter.claims.values())
    return (claim,) if kind is DocumentKind.STATEMENT else ()


def _told_first(claims: tuple[Claim, ...], debtor: Debtor, room: PrintRoom, now: datetime) -> bool:
    """What has grown is booked before an account is printed, so that it tells what is owed; True where it was.

    Each claim by itself, however many there are: a crash in between leaves the rest for the next try.
    """
    told = False
    for claim in claims:
        creditor = room.store.creditor(claim.creditor)
        if creditor is None:
            raise Retry("creditor settings not there yet")
        days = strategy_of(creditor, room.strategies).open_days
        asked = tell_amount(claim, debtor, days, room.policies[creditor.country], now)
        if asked.new:
            room.store.commit(creditor.id, Commit(asked.facts, claims=(asked.claim,), entries=asked.entries))
            told = True
    return told


def _found(
    matter: Matter, claim: Claim, wanted: Wanted, language: str, room: PrintRoom, now: datetime
) -> Document:
    if wanted.document:
        document = matter.documents.get(wanted.document)
        if document is None:
            raise BrokenRule("no_document")
        return document
    if wanted.kind is None:
        raise BrokenRule("no_document")
    about = "" if wanted.about == claim.id else wanted.about
    return make_document(matter, claim, wanted.kind, about, language=language, room=room, now=now)


def make_document(
    matter: Matter,
    claim: Claim,
    kind: DocumentKind,
    about: str,
    *,
    language: str,
    room: PrintRoom,
    now: datetime,
) -> Document:
    """The one document that tells this, as the table holds it; made and written if it was not yet.

    Raises BrokenRule("no_document") where there is nothing to tell, StaleVersion when somebody else wrote it
    just now: read the matter again.
    """
    made = printed_document(matter, claim, kind, about, language=language, room=room, now=now)
    if made.id in matter.documents:
        return matter.documents[made.id]
    ids = (("claim", claim.id), ("document", made.id))
    fact = Fact(FactName.DOCUMENT_MADE, claim.creditor, ids, now)
    room.store.commit(claim.creditor, Commit((fact,), documents=(made,)))
    return replace(made, version=made.version + 1)


def printed_document(
    matter: Matter,
    claim: Claim,
    kind: DocumentKind,
    about: str,
    *,
    language: str,
    room: PrintRoom,
    now: datetime,
) -> Document:
    """The document with its bytes safely kept, for the caller to write (with the offer it belongs to, say).

    Until it is written nobody can see it; whoever comes back after a crash finds the bytes and goes on with
    them. `matter` may hold an offer that is not written yet. One that the table has comes back as it is.
    """
    creditor = room.store.creditor(claim.creditor)
    if creditor is None:
        raise Retry("creditor settings not there yet")
    if kind is DocumentKind.ACCOUNT:
        claim = matter.claims[min(matter.claims)]  # asked for at any of the claims, it is the same document
    about_all = sorted(matter.claims) if kind is DocumentKind.ACCOUNT else [claim.id]
    ledgers = {name: room.store.ledger(claim.creditor, name) for name in about_all}
    entries = tuple(entry for name in about_all for entry in ledgers[name])
    if not tellable(kind, about, creditor=creditor, matter=matter, claim=claim, entries=entries):
        raise BrokenRule("no_document")
    edition = edition_of(kind, about, matter, entries)
    name = document_id(claim.creditor, claim.id, kind, about, language, edition)
    if name in matter.documents:
        return matter.documents[name]
    pdf = room.printer(
        kind,
        creditor=creditor,
        matter=matter,
        claim=claim,
        ledgers=ledgers,
        about=about,
        language=language,
        now=now,
        zone=room.policies[creditor.country].zone,
    )
    kept = room.archive.keep(claim.creditor, name, pdf)
    return Document(
        id=name,
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        kind=kind,
        about=about,
        language=language,
        sha256=sha256(kept).hexdigest(),
        size=len(kept),
        made_at=now,
    )


def edition_of(kind: DocumentKind, about: str, matter: Matter, entries: tuple[LedgerEntry, ...]) -> str:
    """How far the matter had come that the document tells of: when that goes on, there is a new one to make."""
    if kind is DocumentKind.OFFER:
        return ""
    if kind is DocumentKind.AGREEMENT:
        return _agreed_edition(matter.plans.get(about))
    return str(len(entries))


def _agreed_edition(plan: Plan | None) -> str:
    return f"{plan.changes}.{plan.offer}" if plan else ""


def agreement_id(agreed: Plan | Deferral, offer: Offer) -> str:
    """The id that the document of this agreement will have, in the language of its offer: whoever agrees can
    already promise it to the contact that carries it."""
    edition = _agreed_edition(agreed if isinstance(agreed, Plan) else None)
    return document_id(agreed.creditor, agreed.claim, DocumentKind.AGREEMENT, agreed.id, offer.language, edition)


def make_agreement(creditor: str, claim: str, about: str, *, room: PrintRoom, now: datetime) -> Document | None:
    """The document of what was agreed, in the language of its offer; None where the agreement is no more.

    Called when the fact comes by, once or more often, in any order.
    """
    debtor = room.store.debtor_of_claim(creditor, claim)
    for _ in range(TURNS):
        matter = room.store.matter(creditor, debtor) if debtor else None
        agreed = (matter.plans.get(about) or matter.deferrals.get(about)) if matter else None
        offer = matter.offers.get(agreed.offer) if matter and agreed else None
        if matter is None or agreed is None or offer is None:
            return None
        try:
            return make_document(
                matter,
                matter.claims[agreed.claim],
                DocumentKind.AGREEMENT,
                about,
                language=offer.language,
                room=room,
                now=now,
            )
        except StaleVersion:
            continue
    raise Retry("the matter keeps changing")


def tellable(
    kind: DocumentKind,
    about: str,
    *,
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    entries: tuple[LedgerEntry, ...],
) -> bool:
    """Whether there is such a document to make as the claim stands."""
    match kind:
        case DocumentKind.OFFER:
            offer = matter.offers.get(about)
            return offer is not None and offer.claim == claim.id
        case DocumentKind.AGREEMENT:
            agreed = matter.plans.get(about) or matter.deferrals.get(about)
            return agreed is not None and agreed.claim == claim.id
        case DocumentKind.RECEIPT:
            paid = (str(entry.number) for entry in entries if entry.kind is EntryKind.PAYMENT)
            return about in ("", *paid) and claim.paid > 0
        case DocumentKind.NOTICE:
            return not about and creditor.acting_as is ActingAs.COLLECTOR
        case DocumentKind.CLEAR_SLATE:
            return not about and claim.state is ClaimState.CLOSED
        case DocumentKind.STATEMENT:
            return not about
        case DocumentKind.ACCOUNT:
            return not about and len(matter.claims) > 1
