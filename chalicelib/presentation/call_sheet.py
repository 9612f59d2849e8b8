"""Notes for a person who calls: first who it is, then the calm words, what is owed, and what was said before."""

from datetime import tzinfo

from ..domain.claim import Claim
from ..domain.contact import ContactState
from ..domain.factors import asked
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.parties import Creditor
from ..domain.pay_link import LinkPurpose
from .i18n import NBSP, Locale, figures_isolated
from .view_door import FACTORS
from .view_history import BY, OTHERWISE

MOST_BEFORE = 12
LEFT = (ContactState.SENT, ContactState.DELIVERED, ContactState.FAILED)


def call_sheet(creditor: Creditor, matter: Matter, claim: Claim, words: Locale, said: str, zone: tzinfo) -> str:
    """The notes in the debtor's language, since they are to be spoken in it; no link and no answer to a question.

    Nothing of the matter is said before one of the questions at the door was answered rightly (P6).
    """
    factors = asked(LinkPurpose.CONTACT, matter.debtor, claim)
    lines = [
        words.text("call.name", name=matter.debtor.name, creditor=creditor.legal_name),
        "",
        words.text("call.prove"),
        *(f"- {words.text(FACTORS[factor])}" for factor in factors),
        "",
        # In a letter these words go on behind the greeting; here they begin.
        said[:1].upper() + said[1:],
        words.text("call.owed", amount=words.money(Money(claim.outstanding.total, claim.currency))),
        "",
        words.text("call.ways"),
        words.text("call.stop"),
    ]
    if before := _before(matter, claim, words, zone):
        lines += ["", words.text("call.before"), *before]
    notes = "\n".join(lines).replace(NBSP, " ") + "\n"
    return figures_isolated(notes) if words.direction == "rtl" else notes


def _before(matter: Matter, claim: Claim, words: Locale, zone: tzinfo) -> list[str]:
    """What went to this debtor about this claim, the latest first; nothing where this call is the first word."""
    sent = [c for c in matter.contacts.values() if c.claim == claim.id and c.state in LEFT and c.sent_at]
    lines = []
    for contact in sorted(sent, key=lambda c: str(c.sent_at), reverse=True)[:MOST_BEFORE]:
        at = contact.sent_at
        if at is not None:
            title = words.text(BY.get(contact.channel, OTHERWISE), time=words.time(at, zone))
            lines.append(f"- {words.date(at.astimezone(zone).date())}: {title}")
    return lines
