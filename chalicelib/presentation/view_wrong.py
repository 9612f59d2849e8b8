"""Something is wrong: the reasons, what helps to know of one, and what happens while a person looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.claim import Claim, HoldKind
from ..domain.dispute import MAY_ADMIT, Dispute, DisputeReason
from ..domain.money import Money
from ..domain.parties import ChannelKind, Debtor
from ..domain.task import Task
from ..ports import UploadForm
from .forms.wrong import FIELDS, ON_PAGE
from .frame import Frame, Problems, View, moment
from .view_evidence import Sending, sending

# How the answer may come, and the sentence that says that it will.
ANSWERS = {
    ChannelKind.EMAIL.value: ("wrong.answer.email", "wrong.answer.email.then"),
    ChannelKind.SMS.value: ("wrong.answer.sms", "wrong.answer.sms.then"),
    ON_PAGE: ("wrong.answer.page", "wrong.answer.page.then"),
}
TITLES = {
    DisputeReason.WRONG_AMOUNT: ("wrong.wrong_amount", "wrong.wrong_amount.text"),
    DisputeReason.ALREADY_PAID: ("wrong.already_paid", "wrong.already_paid.text"),
    DisputeReason.NEVER_ORDERED: ("wrong.never_ordered", "wrong.never_ordered.text"),
    DisputeReason.RETURNED: ("wrong.returned", "wrong.returned.text"),
    DisputeReason.FAULTY: ("wrong.faulty", "wrong.faulty.text"),
    DisputeReason.NAME_MISUSED: ("wrong.name_misused", "wrong.name_misused.text"),
    DisputeReason.MINOR: ("wrong.minor", "wrong.minor.text"),
    DisputeReason.TIME_BARRED: ("wrong.time_barred", "wrong.time_barred.text"),
    DisputeReason.OTHER: ("wrong.other", "wrong.other.text"),
}


@dataclass(frozen=True)
class Reason:
    """One reason as a row: its key in the form, and the keys of its two lines."""

    name: str
    title: str
    text: str


REASONS = tuple(Reason(reason.value, *keys) for reason, keys in TITLES.items())


@dataclass(frozen=True)
class Wrong(View):
    """What is wrong?"""

    template: ClassVar[str] = "wrong.html"
    reasons: ClassVar[tuple[Reason, ...]] = REASONS


def wrong(frame: Frame) -> Wrong:
    """The reasons, each of them the way to its own page."""
    return Wrong(frame)


@dataclass(frozen=True)
class WrongDetails(View):
    """What helps to know of one reason, and what happens then. `typed` is what the reader wrote before."""

    template: ClassVar[str] = "wrong_details.html"
    about: str
    title: str
    advice: bool
    paid: bool
    admitting: bool
    answers: tuple[tuple[str, str], ...]
    day: str
    begun: bool
    agreed: bool
    typed: Mapping[str, str]
    problems: Problems


def wrong_details(
    frame: Frame,
    debtor: Debtor,
    claim: Claim,
    reason: DisputeReason,
    due: datetime,
    now: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> WrongDetails:
    """The form of one reason. `due` is when a person would answer if it were sent now."""
    ways = [kind for kind in ANSWERS if kind != ON_PAGE and debtor.point(ChannelKind(kind), answering=True)]
    chosen = debtor.choices.channel
    first = chosen.value if chosen and chosen.value in ways else (*ways, ON_PAGE)[0]
    blank = dict.fromkeys(FIELDS, "") | {"answer_by": first}
    return WrongDetails(
        frame=frame,
        about=reason.value,
        title=TITLES[reason][0],
        advice=reason is DisputeReason.NAME_MISUSED,
        paid=reason is DisputeReason.ALREADY_PAID,
        admitting=reason in MAY_ADMIT,
        answers=tuple((way, ANSWERS[way][0]) for way in (*ways, ON_PAGE)),
        day=frame.locale.weekday_date(due.astimezone(frame.zone).date()),
        begun=any(hold.kind is HoldKind.PAYMENT_UNDER_WAY for hold in claim.binding_holds(now)),
        agreed=bool(claim.plan or claim.deferral),
        typed=blank | dict(typed or {}),
        problems=problems,
    )


@dataclass(frozen=True)
class Disputed(View):
    """Everything rests: whose turn it is and by when, what the reader said, and how to add to it or end it."""

    template: ClassVar[str] = "states/disputed.html"
    day: str | None
    asked: bool
    reason: str
    advice: bool
    words: tuple[str, ...]
    admitted: str | None
    answered_by: str
    said: str
    may_withdraw: bool
    files: bool
    sending: Sending | None
    typed: Mapping[str, str]
    problems: Problems


def disputed(
    frame: Frame,
    claim: Claim,
    dispute: Dispute,
    now: datetime,
    *,
    form: UploadForm | None = None,
    files: bool = False,
    asked: bool = False,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> Disputed:
    """The running dispute of a claim. `form` sends one photo or paper; `files`: some were sent already. `asked`:
    whoever looks at it asked something back, and it waits for the reader."""
    late = dispute.due_at <= now
    return Disputed(
        frame=frame,
        day=None if late else frame.locale.weekday_date(dispute.due_at.astimezone(frame.zone).date()),
        asked=asked,
        reason=TITLES[dispute.reason][0],
        advice=dispute.reason is DisputeReason.NAME_MISUSED,
        words=tuple(line for line in dispute.words.split("\n") if line.strip()),
        admitted=frame.locale.money(Money(dispute.admitted, claim.currency)) if dispute.admitted else None,
        answered_by=ANSWERS[dispute.answer_by.value if dispute.answer_by else ON_PAGE][1],
        said=moment(frame, dispute.opened_at, now),
        may_withdraw=dispute.reason is not DisputeReason.MINOR,
        files=files,
        sending=sending(form),
        typed={"words": ""} | dict(typed or {}),
        problems=problems,
    )


@dataclass(frozen=True)
class Withdraw(View):
    """`place` is the page where it was said; `call` is the id of a call that is taken back there, `by` the day and
    hour it was promised for. After anything else no reminder follows soon."""

    template: ClassVar[str] = "withdraw.html"
    place: str
    call: str | None = None
    by: tuple[str, str] | None = None


def withdraw(frame: Frame, call: Task | None = None) -> Withdraw:
    """Take it back? The second of two steps: an objection, or a `call` that was asked for."""
    if call is None:
        return Withdraw(frame, "wrong")
    day = frame.locale.weekday_date(call.due_at.astimezone(frame.zone).date())
    return Withdraw(frame, "talk", call.id, (day, frame.locale.time(call.due_at, frame.zone)))
