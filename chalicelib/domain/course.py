"""The course of what was agreed: which word comes next and when, and when a plan or a deferral is over.

A plan that falls behind is asked about once a part, kindly, and asked for nothing. It ends only when two parts
are unpaid (or the last one, after which none comes) and two weeks after the last question nobody answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .bank_days import bank_days_after
from .claim import Claim
from .contact import Contact, ContactState, MessageKind
from .deferral import Deferral
from .plan import Plan, open_instalment

BEFORE_A_PART = timedelta(days=3)
BEFORE_THE_END = timedelta(days=2)
# Money sent on the day itself needs the banks' days to arrive.
BANK_DAYS = 4
TO_ANSWER = timedelta(days=14)
MISSED_AT_MOST = 2
MORNING = time(9)


@dataclass(frozen=True)
class NextWord:
    """What comes next and at which moment: a message of this kind about part `number`.

    With `ends` nothing is said any more: at that moment the agreement is over.
    """

    kind: MessageKind
    number: int
    at: datetime
    ends: bool = False


def next_of_plan(
    plan: Plan, claim: Claim, contacts: Iterable[Contact], now: datetime, zone: ZoneInfo
) -> NextWord | None:
    """The next word about a running plan; None when everything is paid. It may be due already."""
    held = open_instalment(plan, claim)
    if held is None:
        return None
    unpaid = [part for part in plan.instalments if part.number >= held[0].number]
    for asked, part in enumerate(unpaid, start=1):
        before = announced_at(plan, part.due, zone)
        if before > now:
            return NextWord(MessageKind.INSTALMENT, part.number, before)
        if part.number not in plan.asked:
            return NextWord(MessageKind.MISSED, part.number, question_at(part.due, zone))
        if asked == MISSED_AT_MOST or part is unpaid[-1]:
            at = _asked_at(plan, part.number, contacts, now) + TO_ANSWER
            return NextWord(MessageKind.MISSED, part.number, at, ends=True)
    raise AssertionError("a plan has parts")


def next_of_deferral(deferral: Deferral, now: datetime, zone: ZoneInfo) -> NextWord:
    """The word two days before the agreed day, and after it the end."""
    before = _morning(deferral.until - BEFORE_THE_END, zone)
    if before > now:
        return NextWord(MessageKind.DEFERRAL_ENDS, 0, before)
    return NextWord(MessageKind.DEFERRAL_ENDS, 0, end_of(deferral.until, zone), ends=True)


def still_meant(contact: Contact, agreed: Plan | Deferral, claim: Claim, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a word that was planned before still has something to say at its hour."""
    today = now.astimezone(zone).date()
    if isinstance(agreed, Deferral):
        return _morning(agreed.until - BEFORE_THE_END, zone) <= now < end_of(agreed.until, zone)
    held, number = open_instalment(agreed, claim), contact.number or 0
    if held is None or not held[0].number <= number <= len(agreed.instalments):
        return False
    due = agreed.instalments[number - 1].due
    if contact.kind is MessageKind.INSTALMENT:
        return today <= due and announced_at(agreed, due, zone) <= now
    return number not in agreed.asked and question_at(due, zone) <= now


def announced_at(plan: Plan, due: date, zone: ZoneInfo) -> datetime:
    """When the word before a part goes out: some days before, and where it is drawn as early as was agreed."""
    return _morning(due - max(BEFORE_A_PART, timedelta(days=plan.notice_days)), zone)


def question_at(due: date, zone: ZoneInfo) -> datetime:
    """When somebody is asked what happened: not before money sent on the due day must have arrived."""
    return _morning(bank_days_after(due, BANK_DAYS), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment this day is over where the debtor lives, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _asked_at(plan: Plan, number: int, contacts: Iterable[Contact], now: datetime) -> datetime:
    said = (
        contact.sent_at or contact.due_at
        for contact in contacts
        if (contact.about, contact.kind, contact.number) == (plan.id, MessageKind.MISSED, number)
        and contact.state not in (ContactState.PLANNED, ContactState.MOVED)
    )
    return max(said, default=now)
