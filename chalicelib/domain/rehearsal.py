"""What a strategy would say to a portfolio: each message, to whom there is none and why, and all of it counted."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .allocation import Split
from .channel import ChannelKind
from .claim import Claim, ClaimState, Hold, HoldKind
from .contact import Contact, ContactState, Tone
from .entry import LedgerEntry
from .matter import Matter
from .parties import ContactPoint, Debtor, PointState, purpose_of
from .task import TaskKind

# How long nobody is asked for money after what was asked has its answer, as after a dispute (close_task).
PEACE = timedelta(days=7)
# What left, or may have left, or would have left but for the sandbox.
SPOKEN = (ContactState.SENT, ContactState.DELIVERED, ContactState.LOST, ContactState.SANDBOXED)


@dataclass(frozen=True)
class Spoken:
    """One message, of a time that is over or to come: to whom, about which claims, when, by which way and why.
    `kind` is the name of its text: a reminder, a notice of the law's, or the note before the day."""

    debtor: str
    claims: tuple[str, ...]
    at: datetime
    channel: ChannelKind
    tone: Tone
    kind: str
    why: str


@dataclass(frozen=True)
class Rehearsal:
    """What is said to one debtor in some time, and the claims about which nothing is, each with the reason."""

    messages: tuple[Spoken, ...] = ()
    silent: tuple[tuple[str, str], ...] = ()


class Leg(StrEnum):
    """The four things that a dry run counts."""

    DID = "did"
    """What left, from each claim's beginning to now."""
    WOULD_HAVE = "would_have"
    """What the strategy on trial would have sent in that time."""
    WILL = "will"
    """What leaves in the days ahead by the strategy in force."""
    WOULD = "would"
    """What would leave in them by the one on trial."""


@dataclass(frozen=True)
class Reckoning:
    """The messages of a leg, counted: `lines` are (day of the books, channel, tone, kind, why, how many).

    `reached` are debtors with a message, `spoken` claims with one; `silent` the others by reason, the most first.
    """

    lines: tuple[tuple[date, ChannelKind, Tone, str, str, int], ...]
    reached: int
    spoken: int
    silent: tuple[tuple[str, int], ...]

    @property
    def messages(self) -> int:
        return sum(line[-1] for line in self.lines)

    @property
    def unspoken(self) -> int:
        return sum(number for _, number in self.silent)

    def by(self, place: int) -> dict[object, int]:
        """How many messages by day (0), channel (1), tone (2), kind (3) or reason (4)."""
        found = Counter[object]()
        for line in self.lines:
            found[line[place]] += line[-1]
        return dict(found)


def tallied(heard: Iterable[tuple[str, Rehearsal]], zone: ZoneInfo) -> Reckoning:
    """All of these counted, each with its debtor; days are those of the books' zone."""
    lines = Counter[tuple[date, ChannelKind, Tone, str, str]]()
    silent, reached, spoken = Counter[str](), set[str](), set[str]()
    for debtor, said in heard:
        for one in said.messages:
            lines[one.at.astimezone(zone).date(), one.channel, one.tone, one.kind, one.why] += 1
            reached.add(debtor)
            spoken.update(one.claims)
        silent.update(because for _, because in said.silent)
    counted = tuple((*line, lines[line]) for line in sorted(lines))
    reasons = tuple(sorted(silent.items(), key=lambda pair: (-pair[1], pair[0])))
    return Reckoning(counted, len(reached), len(spoken), reasons)


@dataclass(frozen=True)
class DryRunReport:
    """A version of a creditor's own strategy beside the one in force, over all its claims, at one moment.

    `in_force` is the name of that one; `resting` of the claims wait for their batch's release and are reckoned as
    if it came now. `until` ends the days ahead. `id` is what putting it in force names.
    """

    creditor: str
    version: int
    sha256: str
    in_force: str
    drawn_at: datetime
    until: datetime
    debtors: int
    claims: int
    resting: int
    legs: Mapping[Leg, Reckoning]

    @property
    def id(self) -> str:
        said = [f"{leg}\n{self.legs[leg]}" for leg in Leg]
        facts = (self.creditor, self.version, self.sha256, self.in_force, self.drawn_at.isoformat(), *said)
        return hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()[:12]


def as_it_was(matter: Matter, ledgers: Mapping[str, tuple[LedgerEntry, ...]], at: datetime) -> Matter:
    """The matter as it stood then, as far as it is written down: what was owed, what kept anybody from asking,
    which addresses were open. What a debtor chose, and what is told of no moment, counts as it stands now.

    What was sent stays in it: by that the debtor's habits are known.
    """
    claims = {name: _claim_then(matter, claim, ledgers.get(name, ()), at) for name, claim in matter.claims.items()}
    return replace(matter, debtor=_debtor_then(matter, at), claims=claims)


def _claim_then(matter: Matter, claim: Claim, entries: tuple[LedgerEntry, ...], at: datetime) -> Claim:
    owed = claim.outstanding
    if entries:
        owed = Split()
        for entry in entries:
            if entry.booked_at <= at:
                owed = owed + entry.split if entry.adds else owed - entry.split
    holds = (hold for hold in (*claim.holds, *_held_before(matter, claim)) if hold.since <= at)
    told = claim.notice_sent_at if claim.notice_sent_at and claim.notice_sent_at < claim.registered_at else None
    return replace(
        claim,
        outstanding=owed,
        state=ClaimState.OPEN if owed.total else ClaimState.CLOSED,
        holds=tuple(hold for hold in holds if hold.kind is not HoldKind.UNRELEASED),
        notice_sent_at=told,
    )


def _held_before(matter: Matter, claim: Claim) -> Iterable[Hold]:
    """The times, over by now, in which nobody was asked for money about this claim, with the peace after each."""
    for plan in matter.plans.values():
        if plan.claim == claim.id and plan.ended_at:
            yield Hold(HoldKind.PLAN, plan.agreed_at, plan.ended_at + PEACE, plan.id)
    for deferral in matter.deferrals.values():
        if deferral.claim == claim.id and deferral.id != claim.deferral:
            over = datetime.combine(deferral.until, datetime.max.time(), deferral.agreed_at.tzinfo)
            yield Hold(HoldKind.DEFERRAL, deferral.agreed_at, over + PEACE, deferral.id)
    for task in matter.tasks.values():
        if task.claim == claim.id and task.done_at and task.kind is not TaskKind.CALL:
            kind = HoldKind.DISPUTE if task.kind is TaskKind.DISPUTE else HoldKind.TASK_OPEN
            yield Hold(kind, task.opened_at, task.done_at + PEACE, task.id)


def _debtor_then(matter: Matter, at: datetime) -> Debtor:
    debtor = matter.debtor
    over = tuple(Hold(HoldKind.BREATHING_SPACE, rest.since, rest.until, rest.source) for rest in debtor.rests)
    holds = tuple(hold for hold in (*debtor.holds, *over) if hold.since <= at)
    return replace(debtor, holds=holds, points=tuple(_point_then(matter, point, at) for point in debtor.points))


def _point_then(matter: Matter, point: ContactPoint, at: datetime) -> ContactPoint:
    """The address as it was: open until its owner said stop there, or until a message came back."""
    since: datetime | None = None
    if point.state is PointState.OPTED_OUT:
        steps = [step for step in matter.debtor.consents if step.purpose is purpose_of(point.channel)]
        since = steps[-1].at if steps and not steps[-1].given else None
    if point.state is PointState.DEAD:
        back = (_heard_at(c) for c in matter.contacts.values() if _came_back(c, point.channel))
        since = min(back, default=None)
    return replace(point, state=PointState.ACTIVE) if since and at < since else point


def _came_back(contact: Contact, channel: ChannelKind) -> bool:
    return contact.channel is channel and contact.state is ContactState.FAILED


def _heard_at(contact: Contact) -> datetime:
    return contact.noted_at or contact.sent_at or contact.due_at
