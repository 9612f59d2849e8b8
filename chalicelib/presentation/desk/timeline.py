"""Everything that happened between a debtor and the house, on every channel, as whoever answers reads it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...domain.claim import Claim
from ...domain.contact import Contact, ContactState, MessageKind, Purpose
from ...domain.conversation import Speaker, Utterance
from ...domain.dispute import Dispute, DisputeState, Verdict
from ...domain.entry import EntryKind, LedgerEntry
from ...domain.evidence import EvidenceState
from ...domain.matter import Matter
from ...domain.money import Money
from ...domain.motion import Motion, MotionState
from ...domain.task import TaskKind
from ..i18n import clean
from ..split_lines import credit_words
from ..view_wrong import TITLES
from .frame import DeskFrame
from .words import CONSENTS, KINDS, MOTIONS, way_name

# Who a moment comes from: it is told by where it stands and by a word, never by colour alone.
THEIRS, OURS, MONEY, HOUSE = "theirs", "ours", "money", "house"
SPEAKERS = {
    Speaker.DEBTOR: "desk.t.debtor",
    Speaker.HELPER: "desk.t.helper",
    Speaker.BOT: "desk.t.bot",
    Speaker.PERSON: "desk.t.person",
}
STATES = {
    ContactState.PLANNED: "desk.t.planned",
    ContactState.RESERVED: "desk.t.leaving",
    ContactState.SENT: "desk.t.sent",
    ContactState.DELIVERED: "desk.t.delivered",
    ContactState.FAILED: "desk.t.failed",
    ContactState.SANDBOXED: "desk.t.sandboxed",
    ContactState.LOST: "desk.t.lost",
}
MESSAGES = {
    MessageKind.REMINDER: "desk.m.reminder",
    MessageKind.COURTESY: "desk.m.courtesy",
    MessageKind.NOTICE: "desk.m.notice",
    MessageKind.RECEIPT: "desk.m.receipt",
    MessageKind.NEW_LINK: "desk.m.new_link",
    MessageKind.NOTED: "desk.m.noted",
    MessageKind.CODE: "desk.m.code",
    MessageKind.ORIGIN: "desk.m.origin",
    MessageKind.OFFER: "desk.m.offer",
    MessageKind.AGREEMENT: "desk.m.agreement",
    MessageKind.INSTALMENT: "desk.m.instalment",
    MessageKind.MISSED: "desk.m.missed",
    MessageKind.DEFERRAL_ENDS: "desk.m.deferral_ends",
    MessageKind.REPLY: "desk.m.reply",
    MessageKind.ANSWER: "desk.m.answer",
}
ENTRIES = {
    EntryKind.OPENING: "paper.entry.opening",
    EntryKind.PAYMENT: "paper.entry.payment",
    EntryKind.WAIVER: "paper.entry.waiver",
    EntryKind.CORRECTION: "paper.entry.correction",
    EntryKind.INTEREST: "paper.entry.interest",
    EntryKind.COSTS: "paper.entry.costs",
    EntryKind.REVERSAL: "desk.t.went_back",
}
VERDICTS = {
    Verdict.UPHELD: "desk.verdict.upheld",
    Verdict.IN_PART: "desk.verdict.in_part",
    Verdict.REJECTED: "desk.verdict.rejected",
}
DECIDED = {
    MotionState.OPEN: "desk.motion.open",
    MotionState.CARRIED: "desk.motion.carried",
    MotionState.REFUSED: "desk.motion.refused",
    MotionState.WITHDRAWN: "desk.motion.withdrawn",
}


@dataclass(frozen=True)
class Moment:
    """One thing that happened: when, whose it is, and what, in the reader's words; `words` are somebody's own, in
    `language`, with their translation by machine where there is one. `href` leads to what it is about."""

    at: datetime
    when: str
    whose: str
    title: str
    note: str = ""
    words: str = ""
    language: str = ""
    translated: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Story:
    """What a timeline is told from. `names` are the staff's by their ids, `translated` words by their
    utterance."""

    matter: Matter
    entries: Mapping[str, Sequence[LedgerEntry]]
    said: Sequence[Utterance] = ()
    motions: Sequence[Motion] = ()
    names: Mapping[str, str] | None = None
    translated: Mapping[str, str] | None = None

    def name(self, who: str | None) -> str:
        return (self.names or {}).get(who or "", who or "")


def timeline(frame: DeskFrame, story: Story) -> tuple[Moment, ...]:
    """The newest first; of one moment what was said last, so that an answer stands above what it answers."""
    found = (
        *_said(frame, story),
        *_messages(frame, story),
        *_money(frame, story),
        *_disputes(frame, story),
        *_agreed(frame, story),
        *_asked(frame, story),
        *_decided(frame, story),
    )
    in_order = sorted(found, key=lambda moment: moment.at)
    return tuple(in_order[::-1])


def money_of(frame: DeskFrame, claim: Claim, amount: int) -> str:
    return frame.locale.money(Money(amount, claim.currency))


def _said(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for one in story.said:
        name = one.signed or story.name(one.who)
        title = frame.locale.text(SPEAKERS[one.by], name=name, way=way_name(frame, one.channel))
        theirs = one.by in (Speaker.DEBTOR, Speaker.HELPER)
        yield Moment(
            one.at,
            frame.moment(one.at),
            THEIRS if theirs else OURS,
            title,
            words=clean(one.words),
            language=one.language,
            translated=(story.translated or {}).get(one.id, ""),
        )


def _messages(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    """What we sent or mean to send; an answer stands there with its words already."""
    said = {one.contact for one in story.said}
    for contact in story.matter.contacts.values():
        if contact.state not in STATES or contact.id in said:
            continue
        at = contact.sent_at or contact.reserved_at or contact.due_at
        title = frame.locale.text(
            "desk.t.message",
            what=frame.locale.text(MESSAGES[contact.kind]),
            way=way_name(frame, contact.channel),
        )
        yield Moment(
            at,
            frame.moment(at),
            OURS,
            title,
            note=frame.locale.text(STATES[contact.state]),
            href=_about(frame, contact),
            link=frame.locale.text("desk.t.why") if contact.purpose is Purpose.REMINDER else "",
        )


def _about(frame: DeskFrame, contact: Contact) -> str:
    return frame.of(contact.creditor, contact.debtor, "message", contact.id)


def _money(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for name, entries in story.entries.items():
        claim = story.matter.claims[name]
        for entry in entries:
            key = credit_words(entry) if entry.kind is EntryKind.CREDIT else ENTRIES[entry.kind]
            title = frame.locale.text(
                "payments.part", part=frame.locale.text(key), amount=money_of(frame, claim, entry.amount)
            )
            value = frame.locale.date(entry.value_date)
            note = frame.locale.text("desk.t.entry", number=entry.number, claim=name, day=value)
            yield Moment(entry.booked_at, frame.moment(entry.booked_at), MONEY, title, note=note)


def _disputes(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for dispute in story.matter.disputes.values():
        claim = story.matter.claims[dispute.claim]
        reason = frame.locale.text(TITLES[dispute.reason][0])
        admitted = (
            frame.locale.text("desk.t.admitted", amount=money_of(frame, claim, dispute.admitted))
            if dispute.admitted
            else ""
        )
        yield Moment(
            dispute.opened_at,
            frame.moment(dispute.opened_at),
            THEIRS,
            frame.locale.text("desk.t.dispute", reason=reason),
            note=" ".join(filter(None, (admitted, _verdict(frame, claim, dispute)))),
            words=clean(dispute.words),
            language=dispute.language,
            translated=(story.translated or {}).get(dispute.id, ""),
        )
    for one in story.matter.evidence.values():
        taken = one.state is EvidenceState.TAKEN
        key = "desk.t.photo" if taken else "desk.t.photo_refused"
        yield Moment(
            one.sent_at,
            frame.moment(one.sent_at),
            THEIRS,
            frame.locale.text(key),
            href=frame.of(one.creditor, one.debtor, "evidence", one.id) if taken else "",
            link=frame.locale.text("desk.t.open") if taken else "",
        )


def _verdict(frame: DeskFrame, claim: Claim, dispute: Dispute) -> str:
    if dispute.state is DisputeState.WITHDRAWN:
        return frame.locale.text("desk.t.withdrawn")
    if dispute.verdict is None:
        return ""
    return frame.locale.text(VERDICTS[dispute.verdict], amount=money_of(frame, claim, dispute.less))


def _agreed(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for plan in story.matter.plans.values():
        claim, last = story.matter.claims[plan.claim], plan.instalments[-1]
        title = frame.locale.text(
            "desk.t.plan",
            number=len(plan.instalments),
            amount=money_of(frame, claim, plan.instalments[0].amount),
            day=frame.locale.date(last.due),
        )
        yield Moment(plan.agreed_at, frame.moment(plan.agreed_at), HOUSE, title)
    for deferral in story.matter.deferrals.values():
        title = frame.locale.text("desk.t.deferral", day=frame.locale.date(deferral.until))
        yield Moment(deferral.agreed_at, frame.moment(deferral.agreed_at), HOUSE, title)
    for consent in story.matter.debtor.consents:
        key = "desk.t.allowed" if consent.given else "desk.t.not_allowed"
        title = frame.locale.text(key, what=frame.locale.text(CONSENTS[consent.purpose]))
        yield Moment(consent.at, frame.moment(consent.at), THEIRS, title)


def _asked(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for task in story.matter.tasks.values():
        title = frame.locale.text("desk.t.asked", what=frame.locale.text(KINDS[task.kind]))
        own = task.request.words if task.request else task.words
        if task.kind is TaskKind.REPLY and story.said:
            # What they wrote stands there by itself.
            own = ""
        if task.done_at:
            key = "desk.t.taken_back" if task.taken_back else "desk.t.done"
            note = frame.locale.text(key, at=frame.moment(task.done_at))
        else:
            note = frame.locale.text("desk.t.due", at=frame.moment(task.due_at))
        if task.moved_at:
            note = f"{note} {frame.locale.text('desk.t.moved', at=frame.moment(task.moved_at))}"
        yield Moment(
            task.opened_at,
            frame.moment(task.opened_at),
            THEIRS,
            title,
            note=note,
            words=clean(own),
            language=task.language or "",
            translated=(story.translated or {}).get(task.id, ""),
        )


def _decided(frame: DeskFrame, story: Story) -> Iterator[Moment]:
    for motion in story.motions:
        what = frame.locale.text(MOTIONS[motion.kind])
        title = frame.locale.text("desk.t.motion", name=story.name(motion.by), what=what)
        key = DECIDED[motion.state]
        note = frame.locale.text(key, name=story.name(motion.second))
        yield Moment(motion.at, frame.moment(motion.at), HOUSE, title, note=note, words=clean(motion.why))


def own_words(story: Story, languages: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What of it is in none of these languages, by its id: the words and their language. It may be translated."""
    known = {language.partition("-")[0] for language in languages}
    found = {one.id: (one.words, one.language) for one in story.said if one.by is not Speaker.BOT}
    found |= {one.id: (one.words, one.language) for one in story.matter.disputes.values()}
    tasks = story.matter.tasks.values()
    found |= {t.id: (t.request.words if t.request else t.words, t.language or "") for t in tasks}
    return {
        name: (words, language)
        for name, (words, language) in found.items()
        if words and language and language.partition("-")[0] not in known
    }
