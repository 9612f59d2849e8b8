"""What a debtor can prove at the door, and when an answer is right."""

import hmac
import unicodedata
from datetime import date

from .claim import Claim
from .parties import Debtor, Factor
from .pay_link import LinkPurpose

SHORTEST = 4
"""Letters and digits an answer has at least: an invoice number of one digit is guessed within two rests (P7)."""


def provable(debtor: Debtor, claim: Claim) -> tuple[Factor, ...]:
    """The factors we know an answer to that is not soon guessed; signs ("-") do not count.

    What the creditor's own words for the claim hold is none: messages print those words (P6).
    """
    said = plain(claim.ground.what)
    known = {
        Factor.POSTCODE: _guessed_late(debtor.address.postcode, said),
        Factor.BIRTH_DATE: debtor.birth_date,
        Factor.INVOICE_NUMBER: _guessed_late(claim.ground.invoice_number, said),
    }
    return tuple(factor for factor, held in known.items() if held)


def asked(purpose: LinkPurpose, debtor: Debtor, claim: Claim) -> tuple[Factor, ...]:
    """What this kind of door may ask; the code alone where the debtor wants nothing asked that a housemate knows.

    A code goes to an address the debtor confirmed, never to one that only a file names: whoever reads a
    stranger's mail would read the code as well (P6, P18). A door that letters lead to asks neither for the
    number that letters print nor, where there is another way, for the postcode of their envelope. A helper is
    asked for what they know of the debtor; only where that is nothing, for a code that the debtor passes on.
    """
    if debtor.choices.code_only:
        return (Factor.CODE,)
    known = provable(debtor, claim)
    code = (Factor.CODE,) if debtor.code_point() else ()
    if purpose is LinkPurpose.CONTACT:
        return (*known, *code)
    private = tuple(factor for factor in known if factor is not Factor.INVOICE_NUMBER)
    if purpose is LinkPurpose.HELPER:
        return private or code or known
    unprinted = tuple(factor for factor in private if factor is not Factor.POSTCODE)
    return (*unprinted, *code) or private


def proves(factor: Factor, answer: str | date, debtor: Debtor, claim: Claim) -> bool:
    """Whether this is the debtor's answer; compared in constant time, never for a factor we know nothing of."""
    if factor not in provable(debtor, claim):
        return False
    if factor is Factor.BIRTH_DATE:
        return isinstance(answer, date) and answer == debtor.birth_date
    held = debtor.address.postcode if factor is Factor.POSTCODE else claim.ground.invoice_number
    return isinstance(answer, str) and hmac.compare_digest(plain(answer), plain(held))


def _guessed_late(text: str, said: bytes) -> bool:
    answer = plain(text)
    return len(answer.decode()) >= SHORTEST and answer not in said


def plain(text: str) -> bytes:
    """Letters and digits only, in one case: people type spaces, dashes and small letters, and a Turkish
    keyboard makes an I without a dot of what another writes with one."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u0131", "i")
    return "".join(character for character in folded if character.isalnum()).encode()
