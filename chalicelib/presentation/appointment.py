"""The agreed day that a message is about, as words."""

from dataclasses import dataclass, replace
from datetime import date, tzinfo

from ..domain.claim import Claim
from ..domain.contact import Contact, MessageKind
from ..domain.deferral import Deferral
from ..domain.drawing import drawn_no_more
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.plan import Method, Plan, open_instalment
from .i18n import Locale

ABOUT = (
    MessageKind.OFFER,
    MessageKind.AGREEMENT,
    MessageKind.INSTALMENT,
    MessageKind.MISSED,
    MessageKind.DEFERRAL_ENDS,
)


@dataclass(frozen=True)
class Appointment:
    """The day, long and as a text message has room for; what is to be paid by then, where it is a part of a plan.

    `transfer`: the debtor sends each part themselves. `last4`: it is drawn from the account that ends so, under
    the mandate's `reference`. `whole`: it is about a later day for all of it.
    """

    day: str
    day_short: str
    amount: str | None
    transfer: bool
    whole: bool
    last4: str = ""
    reference: str = ""


def appointment(
    kind: MessageKind, contact: Contact | None, matter: Matter | None, claim: Claim, words: Locale, zone: tzinfo
) -> Appointment | None:
    """What this contact tells of an offer, a plan or a deferral; None for every other kind of message.

    Raises ValueError where the matter does not hold what it is about.
    """
    if kind not in ABOUT:
        return None
    about = contact.about if contact else None
    if matter is None or about is None:
        raise ValueError("this message needs the agreement it tells of")
    if offer := matter.offers.get(about):
        good = offer.good_until.astimezone(zone).date()
        return _said(words, good, None, claim, offer.method, whole=offer.until is not None)
    if deferral := matter.deferrals.get(about):
        return _of_deferral(words, deferral, claim)
    plan = matter.plans.get(about)
    if plan is None:
        raise ValueError("this message needs the agreement it tells of")
    said = _of_plan(words, plan, claim, contact.number if contact else None)
    mandate, number = matter.mandate_for(plan.id), contact.number if contact else None
    held = open_instalment(plan, claim)
    if number is None and held:
        number = held[0].number
    # What came back is not drawn again: nobody is told to wait for it.
    if number is not None and drawn_no_more(matter, plan, number):
        return said
    if mandate is None or mandate.saved is None or plan.method is not Method.DEBIT:
        return said
    return replace(said, last4=mandate.saved.last4, reference=mandate.saved.reference)


def _of_deferral(words: Locale, deferral: Deferral, claim: Claim) -> Appointment:
    return _said(words, deferral.until, None, claim, Method.LINK, whole=True)


def _of_plan(words: Locale, plan: Plan, claim: Claim, number: int | None) -> Appointment:
    """The part of this number, or the next one open; of one that is partly paid what is left."""
    held = open_instalment(plan, claim)
    part, left = held or (plan.instalments[-1], plan.instalments[-1].amount)
    if number is not None and number != part.number:
        part = plan.instalments[number - 1]
        left = part.amount
    return _said(words, part.due, left, claim, plan.method, whole=False)


def _said(
    words: Locale, day: date, amount: int | None, claim: Claim, method: Method, *, whole: bool
) -> Appointment:
    return Appointment(
        day=words.weekday_date(day),
        day_short=words.short_date(day),
        amount=words.money(Money(amount, claim.currency)) if amount is not None else None,
        transfer=method is Method.TRANSFER,
        whole=whole,
    )
