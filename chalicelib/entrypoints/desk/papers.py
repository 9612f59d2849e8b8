"""What a matter holds to be read: a message as it left, a document, a photo."""

from __future__ import annotations

from chalice.app import Response

from ... import wiring
from ...domain.errors import BrokenRule
from ...domain.evidence import EvidenceState
from ...domain.staff import May
from ...presentation.desk.message import message_view
from .door import Clerk, desk_route


@desk_route("/desk/c/{creditor}/{debtor}/message/{contact}", "GET", needs=May.SEE)
def message(clerk: Clerk, creditor: str, debtor: str, contact: str) -> Response:
    """One message with its words and its reasons, as they were kept."""
    settings = clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "message")
    matter = wiring.store().matter(creditor, debtor)
    found = matter.contacts.get(contact) if matter else None
    if matter is None or found is None:
        raise BrokenRule("not_found")
    words = wiring.store().message(creditor, contact)
    zone = wiring.policies()[settings.country].zone_of(matter.debtor)
    return clerk.show(message_view(clerk.frame("list"), matter, found, words, zone))


@desk_route("/desk/c/{creditor}/{debtor}/document/{document}", "GET", needs=May.SEE_CLAIM)
def document(clerk: Clerk, creditor: str, debtor: str, document: str) -> Response:
    """A paper, from where it is kept: its address is good for two minutes."""
    clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "document")
    matter = wiring.store().matter(creditor, debtor)
    found = matter.documents.get(document) if matter else None
    if found is None:
        raise BrokenRule("not_found")
    return clerk.go(wiring.archive().address(found, found.kind.value))


@desk_route("/desk/c/{creditor}/{debtor}/evidence/{evidence}", "GET", needs=May.SEE)
def evidence(clerk: Clerk, creditor: str, debtor: str, evidence: str) -> Response:
    """What the debtor sent, cleaned: its address is good for two minutes."""
    clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "evidence")
    matter = wiring.store().matter(creditor, debtor)
    found = matter.evidence.get(evidence) if matter else None
    if found is None or found.state is not EvidenceState.TAKEN:
        raise BrokenRule("not_found")
    return clerk.go(wiring.evidence().address(found))
