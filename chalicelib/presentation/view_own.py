"""What belongs to the debtor: papers, where the claim comes from, their data, and leaving."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..domain.claim import Claim, ClaimState
from ..domain.document import DocumentKind
from ..domain.matter import Matter
from ..domain.parties import ActingAs, ChannelKind, Creditor
from ..domain.task import Task
from .frame import Frame, View
from .view_claim import Subject, subject_of

# Each kind of paper, and the keys of its name and of what it is.
NAMES = {
    DocumentKind.AGREEMENT: ("papers.agreement", "papers.agreement.text"),
    DocumentKind.RECEIPT: ("papers.receipt", "papers.receipt.text"),
    DocumentKind.NOTICE: ("papers.notice", "papers.notice.text"),
    DocumentKind.STATEMENT: ("papers.statement", "papers.statement.text"),
    DocumentKind.ACCOUNT: ("paper.account", "papers.account.text"),
    DocumentKind.CLEAR_SLATE: ("papers.clear_slate", "papers.clear_slate.text"),
}


@dataclass(frozen=True)
class Paper:
    """One PDF that can be had: its kind, what it is about, and the key of its name."""

    kind: str
    about: str
    title: str
    text: str


@dataclass(frozen=True)
class Papers(View):
    template: ClassVar[str] = "papers.html"
    papers: tuple[Paper, ...]


def papers(frame: Frame, creditor: Creditor, matter: Matter, claim: Claim) -> Papers:
    """Every paper of this claim there is something to say in, and of several claims the account of them all."""
    plan = matter.plans.get(claim.plan or "")
    deferral = matter.deferrals.get(claim.deferral or "")
    kinds = [
        (DocumentKind.CLEAR_SLATE, claim.id, claim.state is ClaimState.CLOSED),
        (DocumentKind.RECEIPT, claim.id, bool(claim.paid)),
        (DocumentKind.AGREEMENT, plan.id if plan else "", plan is not None),
        (DocumentKind.AGREEMENT, deferral.id if deferral else "", deferral is not None),
        (DocumentKind.STATEMENT, claim.id, True),
        (DocumentKind.ACCOUNT, claim.id, len(matter.claims) > 1),
        (DocumentKind.NOTICE, claim.id, creditor.acting_as is ActingAs.COLLECTOR),
    ]
    return Papers(
        frame=frame,
        papers=tuple(Paper(kind.value, about, *NAMES[kind]) for kind, about, there in kinds if there),
    )


@dataclass(frozen=True)
class Origin(View):
    """Where does this claim come from? RDG §13a(2): the original creditor and the circumstances of the contract.

    `mail` is whether it can be sent in writing; `sent` that it is on its way.
    """

    template: ClassVar[str] = "origin.html"
    subject: Subject
    address: str
    default_since: str | None
    registered: str
    mail: bool
    sent: bool


def origin(frame: Frame, creditor: Creditor, matter: Matter, claim: Claim, *, sent: bool = False) -> Origin:
    where = creditor.address
    day = frame.locale.date
    return Origin(
        frame=frame,
        subject=subject_of(frame, creditor, claim),
        address=f"{where.street}, {where.postcode} {where.city}",
        default_since=day(claim.default_since) if claim.default_since else None,
        registered=day(claim.registered_at.astimezone(frame.zone).date()),
        mail=matter.debtor.point(ChannelKind.EMAIL, answering=True) is not None,
        sent=sent,
    )


@dataclass(frozen=True)
class OwnData(View):
    """What we know of you: take it along, or ask us to forget it. `erasure_due`: asked for, answered by then."""

    template: ClassVar[str] = "data.html"
    erasure_due: str | None
    kept_until: str | None


def own_data(frame: Frame, matter: Matter, *, kept_until: date | None, asked: Task | None) -> OwnData:
    """`kept_until`: the law wants the books kept so long; None while the claim is open."""
    return OwnData(
        frame=frame,
        erasure_due=_day(frame, asked.due_at) if asked else None,
        kept_until=frame.locale.date(kept_until) if kept_until else None,
    )


@dataclass(frozen=True)
class Forget(View):
    """Shall we forget you? The second step of an erasure request."""

    template: ClassVar[str] = "forget.html"
    open: bool
    kept_until: str | None


def forget(frame: Frame, claims_open: bool, *, kept_until: date | None) -> Forget:
    return Forget(frame, claims_open, frame.locale.date(kept_until) if kept_until else None)


@dataclass(frozen=True)
class Noted(View):
    """A person answers by then; nothing else is to be done."""

    template: ClassVar[str] = "states/asked.html"
    day: str
    time: str


def noted(frame: Frame, task: Task) -> Noted:
    due = task.due_at.astimezone(frame.zone)
    return Noted(frame, frame.locale.weekday_date(due.date()), frame.locale.time(task.due_at, frame.zone))


@dataclass(frozen=True)
class VisitClosed(View):
    template: ClassVar[str] = "states/visit_closed.html"


def visit_closed(frame: Frame) -> VisitClosed:
    """The reader left: whoever opens the link next is asked who they are."""
    return VisitClosed(frame)


def _day(frame: Frame, at: datetime) -> str:
    return frame.locale.date(at.astimezone(frame.zone).date())
