"""Drawing the parts of a plan by direct debit: which part may be drawn just now, and why not.

A part is drawn when it is due and was announced in time; not while a dispute, care, an insolvency or any other
hold stands. One that came back is tried once more, as was agreed; after that somebody asks, and no more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .claim import Claim, HoldKind
from .contact import Contact, ContactState, MessageKind
from .course import announced_at
from .mandate import Mandate
from .matter import Matter
from .parties import ChannelKind, Creditor, Debtor, PayMethod
from .payments import Attempt, AttemptStatus
from .plan import Instalment, Plan, open_instalment

# The bank's own days pass before it is worth trying again; and it is never tried a third time.
RETRY_AFTER = timedelta(days=3)
TRIES = 2
GOING_ON = (AttemptStatus.STARTING, AttemptStatus.OPEN)


class Resting(StrEnum):
    """Why nothing is drawn just now."""

    PLAN_OVER = "plan_over"
    LAPSED = "lapsed"
    PAID = "paid"
    HELD = "held"
    UNDER_WAY = "under_way"
    NOT_DUE = "not_due"
    NOT_ANNOUNCED = "not_announced"
    TRIED = "tried"
    LATER = "later"
    TOO_SMALL = "too_small"


def may_be_drawn(creditor: Creditor, debtor: Debtor, currency: str) -> bool:
    """Whether a plan's parts can come by direct debit: the creditor has it on, it is euros, and every part can be
    announced by e-mail."""
    announced = debtor.point(ChannelKind.EMAIL) is not None
    return currency == "EUR" and PayMethod.SEPA_DEBIT in creditor.methods and announced


@dataclass(frozen=True)
class Draw:
    """What is drawn now: part `number` of the plan, `amount` minor units, for the `turn`-th time."""

    number: int
    amount: int
    turn: int


def next_draw(
    matter: Matter, mandate: Mandate, plan: Plan, claim: Claim, now: datetime, zone: ZoneInfo, *, smallest: int
) -> Draw | Resting:
    """The part to be drawn now, or why none is; `smallest` is the least that can be, in minor units."""
    if not plan.is_running or claim.plan != plan.id:
        return Resting.PLAN_OVER
    if mandate.lapsed(now):
        return Resting.LAPSED
    held = open_instalment(plan, claim)
    if held is None:
        return Resting.PAID
    part, amount = held[0], min(held[1], claim.outstanding.total)
    tries = tries_of(matter, plan, part.number)
    if any(attempt.status in GOING_ON for attempt in tries) or _going_on(matter, claim, now):
        return Resting.UNDER_WAY
    if rests(matter, claim, now):
        return Resting.HELD
    today = now.astimezone(zone).date()
    if today < part.due:
        return Resting.NOT_DUE
    if amount < smallest:
        return Resting.TOO_SMALL
    if drawn_no_more(matter, plan, part.number):
        return Resting.TRIED
    if tries and now < (tries[-1].over_at or now) + RETRY_AFTER:
        return Resting.LATER
    told = announced_on(matter, plan, part, zone)
    if told is None or not mandate.may_draw_on(today, told):
        return Resting.NOT_ANNOUNCED
    return Draw(part.number, amount, len(tries) + 1)


def rests(matter: Matter, claim: Claim, now: datetime) -> bool:
    """Whether any hold stands but the plan's own: then nothing is drawn."""
    holds = (*matter.debtor.binding_holds(now), *claim.binding_holds(now))
    return any(hold.kind is not HoldKind.PLAN for hold in holds)


def tries_of(matter: Matter, plan: Plan, number: int) -> tuple[Attempt, ...]:
    """The draws of this part that reached the bank or still may, the earliest first."""
    found = (a for a in matter.attempts.values() if (a.plan, a.number) == (plan.id, number))
    begun = (a for a in found if a.provider_id or a.status in GOING_ON)
    return tuple(sorted(begun, key=lambda attempt: attempt.expires_at))


def drawn_no_more(matter: Matter, plan: Plan, number: int) -> bool:
    """Whether a part was tried as often as was agreed. One that was paid and is open again was taken back: that is
    no failure to be tried again."""
    tries = tries_of(matter, plan, number)
    return len(tries) >= TRIES or any(attempt.is_paid for attempt in tries)


def drawn_again_at(matter: Matter, plan: Plan, number: int) -> datetime | None:
    """When a part that came back is tried once more; None where it is not, or no more."""
    if matter.mandate_for(plan.id) is None:
        return None
    tries = tries_of(matter, plan, number)
    if not 0 < len(tries) < TRIES or tries[-1].is_paid or tries[-1].over_at is None:
        return None
    return tries[-1].over_at + RETRY_AFTER


def announced_on(matter: Matter, plan: Plan, part: Instalment, zone: ZoneInfo) -> date | None:
    """The day on which this part was announced by e-mail, as it was last agreed; None where it was not.

    The part's own word is wanted. Where the agreement left no time for one, the mail that confirmed it counts: it
    names every day and amount.
    """
    offer = matter.offers.get(plan.offer)
    agreed_at = (offer.agreed_at if offer else None) or plan.agreed_at
    wanted = MessageKind.INSTALMENT
    if announced_at(plan, part.due, zone) <= agreed_at:
        wanted = MessageKind.AGREEMENT
    told = [contact.sent_at for contact in matter.contacts.values() if _tells(contact, plan, part, wanted)]
    since = [at for at in told if at and at >= agreed_at]
    return max(since).astimezone(zone).date() if since else None


def _tells(contact: Contact, plan: Plan, part: Instalment, kind: MessageKind) -> bool:
    left = contact.state in (ContactState.SENT, ContactState.DELIVERED)
    about = contact.about == plan.id and contact.kind is kind and contact.channel is ChannelKind.EMAIL
    return left and about and (kind is MessageKind.AGREEMENT or contact.number == part.number)


def _going_on(matter: Matter, claim: Claim, now: datetime) -> bool:
    """A hosted page of this claim still stands open."""
    attempt = matter.attempts.get(claim.attempt or "")
    return attempt is not None and attempt.status in GOING_ON and now < attempt.expires_at
