"""One matter with everything on it: what is asked, what is owed, what was said, and what may be done about it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from ...domain.claim import Claim, ClaimState, Hold, HoldKind
from ...domain.complaint import Cause
from ...domain.contact import Purpose, Tone
from ...domain.conversation import Conversation, Speaker, Utterance
from ...domain.dispute import Dispute
from ...domain.document import DocumentKind
from ...domain.entry import LedgerEntry
from ...domain.escalation import arbiter_for
from ...domain.evidence import EvidenceState
from ...domain.matter import Matter
from ...domain.motion import LIFTED_BY_TWO, Motion
from ...domain.offer import Offer, OfferKind
from ...domain.parties import Creditor, PointState
from ...domain.staff import May
from ...domain.task import Task, TaskKind
from .. import why
from ..frame import Problems
from ..i18n import Locale, MissingText, clean
from ..i18n import locale as locale_of
from ..split_lines import split_lines
from ..style import Fault, Occasion, Suggestion, guidance, register_in, suggested
from ..view_wrong import TITLES
from .frame import DeskFrame, DeskView
from .timeline import Moment, Story, money_of, timeline
from .words import HOLDS, KINDS, MOTIONS, SLOTS, STATES, way_name

POINTS = {
    PointState.ACTIVE: "",
    PointState.UNCONFIRMED: "desk.point.unconfirmed",
    PointState.OPTED_OUT: "desk.point.opted_out",
    PointState.DEAD: "desk.point.dead",
    PointState.WRONG_PERSON: "desk.point.wrong_person",
}


PAPERS = {
    DocumentKind.OFFER: "desk.m.offer",
    DocumentKind.AGREEMENT: "desk.m.agreement",
    DocumentKind.RECEIPT: "desk.m.receipt",
    DocumentKind.NOTICE: "desk.m.notice",
    DocumentKind.STATEMENT: "paper.statement",
    DocumentKind.ACCOUNT: "paper.account",
    DocumentKind.CLEAR_SLATE: "papers.clear_slate",
}
ENDINGS = (("ask", "desk.answer.ask"), ("done", "desk.answer.done"))
DISPUTED = (
    ("ask", "desk.answer.ask"),
    ("reject", "desk.answer.reject"),
    ("part", "desk.answer.part"),
    ("right", "desk.answer.right"),
)


@dataclass(frozen=True)
class Line:
    """A label and what stands beside it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """One open task: what is asked in whose words, by when it is answered, and who holds it.

    `mine`: whoever reads this may answer it. `dispute`: it is about one, `answers` the ways it may end. `learnt`
    is what the debtor told before a person came. `guidance` says how they write, `beginnings` are texts to begin
    an answer with, by their key; `causes` those of a complaint. `elsewhere`: the contact centre answered it, and
    the outcome is still to be said.
    """

    id: str
    claim: str
    kind: str
    due: str
    late: bool
    owner: str
    mine: bool
    free: bool
    words: str
    language: str
    translated: str
    lines: tuple[Line, ...]
    learnt: tuple[Line, ...]
    photos: tuple[tuple[str, str], ...]
    dispute: bool
    answer_in: str
    answer_tongue: str
    answer_by: str
    guidance: tuple[str, ...] = ()
    beginnings: tuple[tuple[str, str], ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    call: str = ""
    elsewhere: str = ""


@dataclass(frozen=True)
class OneClaim:
    """A claim as it stands today, and what may be done with it."""

    id: str
    what: str
    state: str
    total: str
    split: tuple[Line, ...]
    facts: tuple[Line, ...]
    holds: tuple[Line, ...]
    open: bool
    reasons: tuple[str, ...]
    offers: tuple["OneOffer", ...]


@dataclass(frozen=True)
class OneOffer:
    """Terms that lie before the debtor; `noticed`: their notice was given, so a yes on the phone counts."""

    id: str
    said: str
    noticed: bool


@dataclass(frozen=True)
class OneMotion:
    """What waits for a second person; `mine`: whoever reads this put it up, so they may only take it back."""

    id: str
    said: str
    why: str
    mine: bool


@dataclass(frozen=True)
class MatterView(DeskView):
    """The page of one matter."""

    template: ClassVar[str] = "desk/matter.html"
    script: ClassVar[str] = "desk.js"
    creditor: str = ""
    creditor_id: str = ""
    debtor: str = ""
    name: str = ""
    about: tuple[Line, ...] = ()
    notices: tuple[str, ...] = ()
    tasks: tuple[Asked, ...] = ()
    claims: tuple[OneClaim, ...] = ()
    motions: tuple[OneMotion, ...] = ()
    points: tuple[Line, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    moments: tuple[Moment, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    colleagues: tuple[tuple[str, str], ...] = ()
    holds: tuple[tuple[str, str], ...] = ()
    liftable: tuple[tuple[str, str], ...] = ()
    problems: Problems = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    advice: tuple[Fault, ...] = ()

    @property
    def lost(self) -> str:
        """What was written about a task that has ended meanwhile: it is shown, so that nobody writes it twice."""
        shown = any(task.id == self.typed.get("task") for task in self.tasks)
        return "" if shown else self.typed.get("words", "")

    @property
    def refused(self) -> bool:
        """What was written does not go out as it is, whoever insists."""
        return any(fault.refused for fault in self.advice)

    @property
    def http_status(self) -> int:
        return 422 if self.problems or self.advice else self.status

    @property
    def first_mine(self) -> str:
        """The task whose answer box a key leads to."""
        return next((task.id for task in self.tasks if task.mine and self.frame.may(May.ANSWER)), "")

    def endings(self, task: Asked) -> tuple[tuple[str, str], ...]:
        """The ways an answer may end, and their words."""
        return DISPUTED if task.dispute else ENDINGS

    def at(self, *parts: str) -> str:
        """The address of something below this matter."""
        return self.frame.of(self.creditor_id, self.debtor, *parts)


@dataclass(frozen=True)
class Read:
    """All that was read for the page. `colleagues` may answer this creditor's debtors, `holds_by_hand`
    may be set at the desk."""

    creditor: Creditor
    matter: Matter
    ledgers: Mapping[str, Sequence[LedgerEntry]]
    talk: Conversation | None = None
    said: Sequence[Utterance] = ()
    motions: Sequence[Motion] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    colleagues: Iterable[str] = ()
    translated: Mapping[str, str] = field(default_factory=dict)
    holds_by_hand: Iterable[str] = ()


def matter_view(
    frame: DeskFrame,
    read: Read,
    *,
    languages: Iterable[tuple[str, str]],
    problems: Problems = (),
    typed: Mapping[str, str] | None = None,
    note: str = "",
    advice: tuple[Fault, ...] = (),
) -> MatterView:
    """The page, for whoever reads it: what was told in confidence is left out for a creditor's reader."""
    matter, creditor = read.matter, read.creditor
    whole = frame.may(May.SEE)
    story = Story(matter, read.ledgers, read.said, read.motions, read.names, read.translated)
    if not whole:
        story = Story(matter.for_creditor(), read.ledgers)
    open_tasks = sorted(
        (task for task in matter.tasks.values() if task.done_at is None), key=lambda task: (task.due_at, task.id)
    )
    claims = sorted(matter.claims.values(), key=lambda one: (one.state is ClaimState.CLOSED, one.due, one.id))
    holds = [*matter.debtor.holds, *(hold for one in claims for hold in one.holds)]
    held = {hold.kind for hold in holds} & {HoldKind.OPERATOR, *LIFTED_BY_TWO}
    return MatterView(
        frame=frame,
        creditor=creditor.legal_name,
        creditor_id=creditor.id,
        debtor=matter.debtor.number,
        name=matter.debtor.name,
        about=_about(frame, matter) if whole else (),
        notices=_notices(frame, matter, read.names) if whole else (),
        tasks=tuple(_asked(frame, read, task) for task in open_tasks) if whole else (),
        claims=tuple(_claim(frame, read, one, whole=whole) for one in claims),
        motions=tuple(_motion(frame, read, one) for one in read.motions if one.is_open) if whole else (),
        points=_points(frame, matter) if whole else (),
        documents=_documents(frame, matter),
        moments=timeline(frame, story),
        languages=tuple(languages),
        colleagues=_colleagues(frame, read),
        holds=tuple((kind, frame.locale.text(HOLDS[kind])) for kind in sorted(read.holds_by_hand)),  # type: ignore[index]
        liftable=tuple((kind.value, frame.locale.text(HOLDS[kind])) for kind in sorted(held)),
        problems=problems,
        typed=typed or {},
        note=frame.locale.text(note) if note else "",
        advice=advice,
    )


def _colleagues(frame: DeskFrame, read: Read) -> tuple[tuple[str, str], ...]:
    """To whom a task may be handed on: nobody, colleagues by name, and whoever knows a kind of task."""
    text, me = frame.locale.text, frame.staff.id if frame.staff else ""
    people = [(one, read.names.get(one, one)) for one in read.colleagues if one != me]
    skills = [(kind.value, text("desk.hand_on.skill", skill=text(key))) for kind, key in KINDS.items()]
    return (("", text("desk.hand_on.back")), *people, *skills)


def _about(frame: DeskFrame, matter: Matter) -> tuple[Line, ...]:
    debtor, text = matter.debtor, frame.locale.text
    rows = [Line(text("desk.debtor.number"), debtor.number)]
    if debtor.language:
        rows.append(Line(text("desk.debtor.language"), locale_of(debtor.language).name))
    address = debtor.address
    rows.append(Line(text("desk.debtor.address"), f"{address.street}, {address.postcode} {address.city}"))
    if debtor.is_business:
        rows.append(Line(text("desk.debtor.kind"), text("desk.debtor.business")))
    if debtor.choices.best_time:
        rows.append(Line(text("desk.debtor.time"), text(SLOTS[debtor.choices.best_time])))
    if debtor.choices.channel:
        rows.append(Line(text("desk.debtor.way"), way_name(frame, debtor.choices.channel)))
    return tuple(rows)


def _notices(frame: DeskFrame, matter: Matter, names: Mapping[str, str]) -> tuple[str, ...]:
    """What whoever speaks with them has to know first."""
    debtor = matter.debtor
    found = [_hold(frame, hold, names) for hold in debtor.binding_holds(frame.now)]
    if debtor.helpers:
        found.append(frame.locale.text("desk.notice.helper"))
    if debtor.restricted_at:
        found.append(frame.locale.text("desk.notice.restricted"))
    return tuple(found)


def _hold(frame: DeskFrame, hold: Hold, names: Mapping[str, str]) -> str:
    """What holds, until when, since when, and who put it there where that was somebody here."""
    text = frame.locale.text
    name, since = text(HOLDS[hold.kind]), frame.moment(hold.since)
    if hold.until:
        name = text("desk.hold.until", hold=name, at=frame.moment(hold.until))
    place, _, by = hold.source.partition(":")
    if place == "desk":
        return f"{name} · {text('desk.hold.by', name=names.get(by, by), at=since)}"
    return f"{name} · {text('desk.hold.since', at=since)}"


def _asked(frame: DeskFrame, read: Read, task: Task) -> Asked:
    matter, text = read.matter, frame.locale.text
    mine = frame.staff is not None and task.owner == frame.staff.id
    dispute = matter.disputes.get(task.about or "") if task.kind is TaskKind.DISPUTE else None
    own = dispute.words if dispute else task.request.words if task.request else task.words
    known = dispute.id if dispute else task.id
    tongue = answered_in(read.creditor, matter, task)
    learnt = read.talk.learnt if read.talk and read.talk.task == task.id else ()
    lines = tuple(_lines(frame, matter, task, dispute))
    photos = [
        (frame.of(one.creditor, one.debtor, "evidence", one.id), text("desk.photo", number=number))
        for number, one in enumerate(_photos(matter, dispute), 1)
    ]
    return Asked(
        id=task.id,
        claim=task.claim,
        kind=text(KINDS[task.kind]),
        due=frame.moment(task.due_at),
        late=task.due_at <= frame.now,
        owner=text("desk.owner.nobody") if task.is_free else read.names.get(task.owner, task.owner),
        mine=mine,
        free=task.is_free,
        words=clean(own),
        language=(dispute.language if dispute else task.language) or "",
        translated=read.translated.get(known, ""),
        lines=lines,
        learnt=tuple(Line(_question(frame, one.key), clean(one.words)) for one in learnt),
        photos=tuple(photos),
        dispute=dispute is not None,
        answer_in=tongue.language,
        answer_tongue=tongue.name,
        answer_by=_goes_by(frame, matter, dispute),
        guidance=_guidance(frame, read, task, tongue, own) if mine else (),
        beginnings=tuple((one.key, one.text) for one in beginnings(read, task, tongue)) if mine else (),
        causes=tuple((cause.value, text(f"desk.cause.{cause.value}")) for cause in Cause)
        if task.kind is TaskKind.COMPLAINT
        else (),
        call=frame.of(task.creditor, task.debtor, "call", task.id)
        if task.kind in (TaskKind.CALL, TaskKind.CALL_BACK)
        else "",
        elsewhere=text("desk.answered_there") if task.answered_there else "",
    )


def _goes_by(frame: DeskFrame, matter: Matter, dispute: Dispute | None) -> str:
    """How the answer reaches them: as they said with a dispute, else where they wrote, and by message."""
    channel = dispute.answer_by if dispute else matter.debtor.choices.channel
    if channel is None and dispute is None:
        return frame.locale.text("desk.way.there")
    return way_name(frame, channel)


def answered_in(creditor: Creditor, matter: Matter, task: Task) -> Locale:
    """The language in which this task is answered: that of its words, else the debtor's, else the creditor's."""
    dispute = matter.disputes.get(task.about or "") if task.kind is TaskKind.DISPUTE else None
    said = dispute.language if dispute else task.language
    return locale_of(said or matter.debtor.language or creditor.language)


def beginnings(read: Read, task: Task, tongue: Locale) -> tuple[Suggestion, ...]:
    """Texts that may begin the answer, in the debtor's language, with the facts of the matter."""
    claim = read.matter.claims[task.claim]
    dispute = read.matter.disputes.get(task.about or "") if task.kind is TaskKind.DISPUTE else None
    arbiter = arbiter_for(read.creditor.country, claim.sector, task.opened_at.date())
    on = Occasion(read.creditor, claim, day=task.due_at.date(), arbiter=arbiter.name if arbiter else None)
    return suggested(task, on, tongue, dispute.reason if dispute else None)


def _guidance(frame: DeskFrame, read: Read, task: Task, tongue: Locale, own: str) -> tuple[str, ...]:
    """How they write, from all they said, and what is known that whoever answers has to heed. What they asked in
    the conversation stands in the task again: it is counted once."""
    theirs = [one.words for one in read.said if one.by is Speaker.DEBTOR]
    words = theirs or ([own] if own else [])
    register = register_in(words, tongue.language) if words else None
    care = any(hold.kind is HoldKind.NEEDS_CARE for hold in read.matter.debtor.binding_holds(frame.now))
    slowly = bool(task.request and task.request.plain)
    tone = _last_tone(read.matter, task)
    return guidance(register, theirs=tongue, ours=frame.locale, care=care, tone=tone, slowly=slowly)


def _last_tone(matter: Matter, task: Task) -> Tone | None:
    """In which tone the strategy last wrote about this claim."""
    written = [c for c in matter.contacts.values() if c.claim == task.claim and c.purpose is Purpose.REMINDER]
    last = max((c for c in written if c.sent_at), key=lambda c: str(c.sent_at), default=None)
    return last.tone if last else None


def _question(frame: DeskFrame, key: str) -> str:
    """The short name of a question of the guided dialogue."""
    named = f"desk.learnt.{key}"
    with suppress(MissingText):
        return frame.locale.text(named)
    return key


def _photos(matter: Matter, dispute: Dispute | None):  # type: ignore[no-untyped-def]
    if dispute is None:
        return ()
    taken = (one for one in matter.evidence.values() if one.dispute == dispute.id)
    return sorted((one for one in taken if one.state is EvidenceState.TAKEN), key=lambda one: one.sent_at)


def _lines(frame: DeskFrame, matter: Matter, task: Task, dispute: Dispute | None) -> Iterable[Line]:
    text, claim = frame.locale.text, matter.claims[task.claim]
    if dispute:
        yield Line(text("desk.asked.reason"), text(TITLES[dispute.reason][0]))
        if dispute.admitted:
            yield Line(text("desk.asked.admitted"), money_of(frame, claim, dispute.admitted))
    if task.request:
        yield Line(text("desk.asked.slot"), text(SLOTS[task.request.slot]))
        if task.request.phone:
            yield Line(text("desk.asked.phone"), task.request.phone)
        if task.request.plain:
            yield Line(text("desk.asked.plain"), text("desk.yes"))
    if task.wish:
        wish = money_of(frame, claim, task.wish.amount)
        first = frame.locale.date(task.wish.first)
        yield Line(text("desk.asked.wish"), text("desk.asked.wish.said", amount=wish, day=first))
    if task.representative:
        who = task.representative
        ways = ", ".join(filter(None, (who.organisation, who.phone, who.email)))
        yield Line(text("desk.asked.representative"), who.name, ways)


def _claim(frame: DeskFrame, read: Read, claim: Claim, *, whole: bool) -> OneClaim:
    text, matter = frame.locale.text, read.matter
    facts = [
        Line(
            text("desk.claim.invoice"), claim.ground.invoice_number, frame.locale.date(claim.ground.invoice_date)
        ),
        Line(text("desk.claim.due"), frame.locale.date(claim.due)),
        Line(text("desk.claim.paid"), money_of(frame, claim, claim.paid)),
    ]
    if claim.waived:
        facts.append(Line(text("desk.claim.waived"), money_of(frame, claim, claim.waived)))
    plan = matter.running(claim.plan)
    if plan:
        last = frame.locale.date(plan.instalments[-1].due)  # type: ignore[union-attr]
        facts.append(Line(text("desk.claim.plan"), text("desk.claim.plan.said", day=last)))
    deferral = matter.running(claim.deferral)
    if deferral:
        until = frame.locale.date(deferral.until)  # type: ignore[union-attr]
        facts.append(Line(text("desk.claim.deferral"), until))
    holds = claim.binding_holds(frame.now) if whole else ()
    return OneClaim(
        id=claim.id,
        what=claim.ground.what,
        state=text(STATES[claim.state]),
        total=money_of(frame, claim, claim.outstanding.total),
        split=tuple(
            Line(text(key), money_of(frame, claim, amount))
            for key, amount in split_lines(claim.outstanding)
            if amount
        ),
        facts=tuple(facts),
        holds=tuple(Line(_hold(frame, hold, read.names), "") for hold in holds),
        open=claim.state is not ClaimState.CLOSED,
        reasons=_reasons(frame, matter, claim) if whole else (),
        offers=tuple(_offers(frame, matter, claim)) if whole else (),
    )


def _reasons(frame: DeskFrame, matter: Matter, claim: Claim) -> tuple[str, ...]:
    """How the last reminder came about, and the next one: what was kept when it was decided."""
    asked = [c for c in matter.contacts.values() if c.claim == claim.id and c.purpose is Purpose.REMINDER]
    chosen = [c for c in asked if c.choice]
    if not chosen:
        return ()
    last = max(chosen, key=lambda one: (one.planned_at, one.id))
    assert last.choice  # those alone are looked at
    return tuple(why.for_staff(last.choice, frame.locale, claim.currency, frame.zone))


def _offers(frame: DeskFrame, matter: Matter, claim: Claim) -> Iterable[OneOffer]:
    for offer in matter.offers.values():
        if offer.claim == claim.id and offer.is_open and frame.now < offer.good_until:
            yield OneOffer(offer.id, _terms(frame, claim, offer), matter.notice_given(offer))


def _terms(frame: DeskFrame, claim: Claim, offer: Offer) -> str:
    if offer.kind is OfferKind.DEFERRAL and offer.until:
        return frame.locale.text("desk.offer.date", day=frame.locale.date(offer.until))
    first = offer.instalments[0]
    return frame.locale.text(
        "desk.offer.plan",
        number=len(offer.instalments),
        amount=money_of(frame, claim, first.amount),
        day=frame.locale.date(first.due),
    )


def _motion(frame: DeskFrame, read: Read, motion: Motion) -> OneMotion:
    text, claim = frame.locale.text, read.matter.claims[motion.claim]
    said = text(
        "desk.motion.said",
        name=read.names.get(motion.by, motion.by),
        what=text(MOTIONS[motion.kind]),
        claim=motion.claim,
    )
    amount = money_of(frame, claim, motion.amount) if motion.amount else ""
    day = frame.locale.date(motion.day) if motion.day else ""
    hold = text(HOLDS[HoldKind(motion.hold)]) if motion.hold else ""
    mine = frame.staff is not None and frame.staff.id == motion.by
    return OneMotion(motion.id, " · ".join(filter(None, (said, amount, day, hold))), clean(motion.why), mine)


def _points(frame: DeskFrame, matter: Matter) -> tuple[Line, ...]:
    return tuple(
        Line(
            way_name(frame, point.channel),
            point.value,
            frame.locale.text(POINTS[point.state]) if POINTS[point.state] else "",
        )
        for point in matter.debtor.points
    )


def _documents(frame: DeskFrame, matter: Matter) -> tuple[tuple[str, str], ...]:
    made = sorted(matter.documents.values(), key=lambda one: one.made_at, reverse=True)
    return tuple(
        (
            frame.of(one.creditor, one.debtor, "document", one.id),
            frame.locale.text(
                "desk.document", kind=frame.locale.text(PAPERS[one.kind]), day=_day(frame, one.made_at)
            ),
        )
        for one in made
    )


def _day(frame: DeskFrame, at: datetime) -> str:
    return frame.locale.date(at.astimezone(frame.zone).date())
