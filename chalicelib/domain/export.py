"""What leaves the house for analysis, a day's at a time: decisions, outcomes and complaints, under ids alone.

The whole list is the tables DECISIONS, OUTCOMES and COMPLAINTS; what is not in them is not exported, and
docs/export.md explains each column in the same words. No name, no address, no word of anybody, no token; the
debtor's own number stays here too, for the claim's is enough to join by.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import partial
from typing import Any

from .chosen import Choice, How
from .claim import Claim
from .complaint import Complaint
from .contact import Contact, ContactState
from .decision import Allowed, Decision, Refused, Wait
from .entry import ADDS
from .features import FEATURES, ClaimFacts, History
from .matter import Matter
from .parties import ChannelKind
from .response import RESPONSE
from .signal import Signal, SignalKind, first, signals

# How many days later a day is looked at: the night after, and once what followed is all in (signal.WINDOW).
LOOKS = (1, 29)


class Kind(StrEnum):
    """What the values of a column are. A moment is kept to the microsecond, in UTC."""

    TEXT = "text"
    MOMENT = "moment"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"


@dataclass(frozen=True)
class Column:
    """One column of an exported table: what it means, and how it is read; None is an empty cell."""

    name: str
    kind: Kind
    means: str
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Tried:
    """One contact whose hour came, as it was known at the end of the day before `until`."""

    matter: Matter
    contact: Contact
    zone: tzinfo
    until: datetime
    followed: tuple[Signal, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "followed", signals(self.matter, self.contact, self.until))

    @property
    def claim(self) -> Claim:
        return self.matter.claims[self.contact.claim]

    @property
    def state(self) -> ContactState:
        """Its state at that moment: what a provider told later is not known yet."""
        contact = self.contact
        told_later = contact.noted_at is not None and contact.noted_at >= self.until
        return ContactState.SENT if told_later and contact.sent_at else contact.state

    def noted(self) -> datetime | None:
        noted = self.contact.noted_at
        return noted if noted and noted < self.until else None

    def when(self, kind: SignalKind) -> datetime | None:
        signal = first(kind, self.followed)
        return signal.at if signal else None


@dataclass(frozen=True)
class Complained:
    """One complaint, as it was known at the end of the day before `until`: what was answered later is open."""

    complaint: Complaint
    until: datetime

    @property
    def answered(self) -> Complaint | None:
        at = self.complaint.answered_at
        return self.complaint if at is not None and at < self.until else None


@dataclass(frozen=True)
class Answered:
    """One answer of the policy about a contact: the `place`-th that was given, counted from 0."""

    tried: Tried
    place: int
    decision: Decision


def _answer(of: Answered) -> str:
    match of.decision:
        case Allowed():
            return "allowed"
        case Wait():
            return "wait"
        case Refused():
            return "refused"


def _obeyed(of: Answered) -> bool:
    """The contact went the way this answer said: the last one counts."""
    return of.place == len(of.tried.contact.decisions) - 1


def _chosen(of: Tried) -> str | None:
    signal = first(SignalKind.CHOSE, of.followed)
    return signal.what if signal else None


def _local_hour(of: Tried) -> int | None:
    sent = of.contact.sent_at
    return sent.astimezone(of.zone).hour if sent else None


def _code(of: Tried) -> str | None:
    """The provider's word: what it said later counts from then on."""
    contact = of.contact
    return None if contact.noted_at and contact.noted_at >= of.until else contact.outcome


def _weight(name: str) -> Callable[[Answered], float | None]:
    def read(of: Answered) -> float | None:
        score = of.tried.claim.score
        return dict(score.reasons).get(name) if score else None

    return read


def _feature(place: int) -> Callable[[Answered], float | None]:
    def read(of: Answered) -> float | None:
        tried = of.tried
        if tried.matter.debtor.restricted_at or tried.matter.debtor.erased_at:
            return None
        day = tried.contact.due_at.astimezone(tried.zone).date()
        value = FEATURES[place].read(facts_at(tried.matter, tried.claim, tried.contact.due_at), day)
        return None if value is None else float(value)

    return read


def _chosen_by(read: Callable[[Choice], Any]) -> Callable[[Answered], Any]:
    """Of the contact's Choice; nothing where nobody was to choose, or of somebody whose data is restricted."""

    def reading(of: Answered) -> Any:
        choice, debtor = of.tried.contact.choice, of.tried.matter.debtor
        return None if choice is None or debtor.restricted_at or debtor.erased_at else read(choice)

    return reading


def _valued(name: str, choice: Choice) -> float | None:
    return choice.features.get(name)


def _weighed(name: str, choice: Choice) -> float | None:
    return choice.reasons.get(name)


def _drawn_with(choice: Choice) -> float | None:
    """Nothing where a person took it: that was no draw, and a weight by it would count as one."""
    return None if choice.how is How.OVERRULED else choice.propensities.get(choice.arm)


def _shares(values: dict[str, float]) -> str | None:
    return json.dumps(values, sort_keys=True) if values else None


_RESPONSES = tuple((feature.name, feature.means) for feature in RESPONSE)
_RESPONSES = tuple((feature.name, feature.means) for feature in RESPONSE)
# How the way, tone and hour came about; the words are those of domain/chosen.py.
_CHOICES: tuple[tuple[str, Kind, str, Callable[[Choice], Any]], ...] = (
    ("arm", Kind.TEXT, "the arm taken; empty: the strategy's order", lambda c: c.arm or None),
    ("amounts_to", Kind.TEXT, "the arm that the strategy's order comes to", lambda c: c.amounts_to or None),
    ("how", Kind.TEXT, "how it came to this arm", lambda c: c.how.value),
    ("chosen_at", Kind.MOMENT, "when it was chosen", lambda c: c.at),
    ("known_at", Kind.MOMENT, "when the last was learnt that it rests on", lambda c: c.known_at),
    ("arm_propensity", Kind.NUMBER, "how likely this arm was to be taken", _drawn_with),
    ("propensities", Kind.TEXT, "the same of every eligible arm, as JSON", lambda c: _shares(c.propensities)),
    (
        "net_values",
        Kind.TEXT,
        "what each was expected to be worth, minor units, JSON",
        lambda c: _shares(c.values),
    ),
    ("arm_answers", Kind.TEXT, "how likely payment was after each, as JSON", lambda c: _shares(c.answers)),
    ("untouched", Kind.NUMBER, "how likely payment was without any contact, just then", lambda c: c.untouched),
    ("lazy", Kind.YES_NO, "a cheap friendly reminder was as good as any", lambda c: c.lazy if c.arm else None),
    ("response_model", Kind.TEXT, "which model spoke of the arms, with its date", lambda c: c.model),
    ("response_sha256", Kind.TEXT, "the hash of its file", lambda c: c.sha256 or None),
    ("seed", Kind.TEXT, "what the lot was drawn by", lambda c: c.seed or None),
    ("drawn", Kind.NUMBER, "the lot, from 0 to below 1", lambda c: c.drawn),
    ("response_baseline", Kind.NUMBER, "the log-odds before any feature", lambda c: c.baseline if c.arm else None),
    ("flagged", Kind.TEXT, "why no model was asked", lambda c: c.flagged),
    ("instead_of", Kind.TEXT, "a person chose otherwise: instead of this", lambda c: c.instead_of or None),
    *(
        (f"r_{name}", Kind.NUMBER, f"{means}, when it was chosen", partial(_valued, name))
        for name, means in _RESPONSES
    ),
    *((f"v_{name}", Kind.NUMBER, f"how `{name}` weighed", partial(_weighed, name)) for name, _ in _RESPONSES),
)
_CHOICE = tuple(Column(name, kind, means, _chosen_by(read)) for name, kind, means, read in _CHOICES)

_WHO: tuple[Column, ...] = (
    Column("contact", Kind.TEXT, "the attempt's id; both tables join by it", lambda t: t.contact.id),
    Column("claim", Kind.TEXT, "the claim's number, as the creditor gave it", lambda t: t.contact.claim),
    Column("due_at", Kind.MOMENT, "the hour it was planned for", lambda t: t.contact.due_at),
    Column("purpose", Kind.TEXT, "reminder, courtesy, agreed or answer", lambda t: t.contact.purpose.value),
    Column("kind", Kind.TEXT, "which text", lambda t: t.contact.kind.value),
    Column("channel", Kind.TEXT, "by which way", lambda t: t.contact.channel.value),
    Column("tone", Kind.TEXT, "in which tone", lambda t: t.contact.tone.value),
    Column("step", Kind.WHOLE, "which step of the strategy, from 0; -1: none of them", lambda t: t.contact.step),
)


def _of_tried(column: Column) -> Column:
    """The same column, read from an answer."""
    return Column(column.name, column.kind, column.means, lambda of: column.read(of.tried))


DECISIONS: tuple[Column, ...] = (
    *(_of_tried(column) for column in _WHO),
    Column("place", Kind.WHOLE, "which answer about this contact it was, from 0", lambda a: a.place),
    Column("answer", Kind.TEXT, "allowed, wait or refused", _answer),
    Column(
        "because",
        Kind.TEXT,
        "why it was not a yes, or what called it off",
        lambda a: getattr(a.decision, "because", None),
    ),
    Column("rule", Kind.TEXT, "the rules that were asked, with their version", lambda a: a.decision.rule),
    Column("until", Kind.MOMENT, "when to ask again", lambda a: getattr(a.decision, "until", None)),
    Column("obeyed", Kind.YES_NO, "it was the last answer, the one that counted", _obeyed),
    Column("why", Kind.TEXT, "why this way and hour were proposed", lambda a: a.tried.contact.why or None),
    Column(
        "propensity",
        Kind.NUMBER,
        "how likely the model took payment without any contact to be, 0 to 1",
        lambda a: a.tried.claim.score.probability if a.tried.claim.score else None,
    ),
    Column(
        "model",
        Kind.TEXT,
        "which model said so, with its date",
        lambda a: a.tried.claim.score.model if a.tried.claim.score else None,
    ),
    Column(
        "baseline",
        Kind.NUMBER,
        "the model's log-odds before any feature",
        lambda a: a.tried.claim.score.baseline if a.tried.claim.score else None,
    ),
    *(
        Column(f"f_{feature.name}", Kind.NUMBER, f"{feature.means}, at that hour", _feature(place))
        for place, feature in enumerate(FEATURES)
    ),
    *(
        Column(
            f"w_{feature.name}", Kind.NUMBER, f"how `{feature.name}` weighed in the score", _weight(feature.name)
        )
        for feature in FEATURES
    ),
    *_CHOICE,
)

OUTCOMES: tuple[Column, ...] = (
    *_WHO,
    Column("local_hour", Kind.WHOLE, "the hour of day it left, where its reader lives", _local_hour),
    Column("text", Kind.TEXT, "the version of the words it was written from", lambda t: t.contact.text or None),
    Column(
        "cost_micros",
        Kind.WHOLE,
        "what sending it cost, in millionths of its currency",
        lambda t: t.contact.cost.micros if t.contact.cost else None,
    ),
    Column(
        "cost_currency",
        Kind.TEXT,
        "the currency it was reckoned in",
        lambda t: t.contact.cost.currency if t.contact.cost else None,
    ),
    Column("state", Kind.TEXT, "what became of it", lambda t: t.state.value),
    Column("sent_at", Kind.MOMENT, "when it left; empty: it did not", lambda t: t.contact.sent_at),
    Column("receipt", Kind.YES_NO, "the provider took it and gave a receipt", lambda t: bool(t.contact.receipt)),
    Column("code", Kind.TEXT, "the provider's word on it", _code),
    Column("noted_at", Kind.MOMENT, "when the provider's word came", Tried.noted),
    Column(
        "passed_door_at",
        Kind.MOMENT,
        "the door was first passed by its link",
        lambda t: t.when(SignalKind.PASSED_DOOR),
    ),
    Column("replied_at", Kind.MOMENT, "its reader wrote back", lambda t: t.when(SignalKind.REPLIED)),
    Column("chose_at", Kind.MOMENT, "a way on was chosen for its claim", lambda t: t.when(SignalKind.CHOSE)),
    Column("chose", Kind.TEXT, "plan, deferral, dispute, transfer, offer or help", _chosen),
    Column("paid_at", Kind.MOMENT, "money came for its claim", lambda t: t.when(SignalKind.PAID)),
    Column("known_until", Kind.MOMENT, "what happened before this moment is in here", lambda t: t.until),
)

COMPLAINTS: tuple[Column, ...] = (
    Column("task", Kind.TEXT, "the complaint's id", lambda c: c.complaint.task),
    Column("claim", Kind.TEXT, "the claim's number, as the creditor gave it", lambda c: c.complaint.claim),
    Column("came_at", Kind.MOMENT, "when it came", lambda c: c.complaint.at),
    Column("due_at", Kind.MOMENT, "by when an answer was promised", lambda c: c.complaint.due_at),
    Column(
        "answered_at",
        Kind.MOMENT,
        "when it was answered; empty: not by then",
        lambda c: c.answered.answered_at if c.answered else None,
    ),
    Column(
        "cause",
        Kind.TEXT,
        "what it was about, as whoever answered found",
        lambda c: c.answered.cause.value if c.answered and c.answered.cause else None,
    ),
    Column(
        "justified",
        Kind.YES_NO,
        "whoever answered found that it was right",
        lambda c: c.answered.justified if c.answered else None,
    ),
    Column("known_until", Kind.MOMENT, "what happened before this moment is in here", lambda c: c.until),
)

TABLES = {"decisions": DECISIONS, "outcomes": OUTCOMES, "complaints": COMPLAINTS}


def answers(tried: Tried) -> Iterator[Answered]:
    """The answers given about this contact; those it took over from one that was moved stand with that one."""
    given, carried = tried.contact.decisions, 0
    for before in tried.matter.contacts.values():
        if before.moved_to == tried.contact.id and before.claim == tried.contact.claim:
            lengths = range(min(len(before.decisions), len(given)) + 1)
            carried = max(n for n in lengths if before.decisions[len(before.decisions) - n :] == given[:n])
    for place, decision in enumerate(given):
        if place >= carried:
            yield Answered(tried, place, decision)


def rows(tried: Tried) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What is exported of one contact: rows, each with the name of its table."""
    for answer in answers(tried):
        yield "decisions", tuple(column.read(answer) for column in DECISIONS)
    yield "outcomes", tuple(column.read(tried) for column in OUTCOMES)


def complaint_row(complained: Complained) -> tuple[str, tuple[Any, ...]]:
    """What is exported of one complaint: its row, with the name of its table."""
    return "complaints", tuple(column.read(complained) for column in COMPLAINTS)


def days_to_look_at(today: date) -> tuple[date, ...]:
    """Which days (UTC) this night's files are of; the latest first."""
    return tuple(today - timedelta(days=days) for days in LOOKS)


def bounds(day: date) -> tuple[datetime, datetime]:
    """From when, and to before when, the day goes (UTC)."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start, start + timedelta(days=1)


def facts_at(matter: Matter, claim: Claim, at: datetime) -> ClaimFacts:
    """The claim as the model may see it, as it stood at that moment: what was booked since is undone."""
    since = (entry for entry in claim.recent if entry.booked_at > at)
    owed = claim.outstanding.total - sum(e.split.total if e.kind in ADDS else -e.split.total for e in since)
    channels = {point.channel for point in matter.debtor.points}
    return ClaimFacts(
        amount=owed,
        currency=claim.currency,
        due_date=claim.due,
        default_since=claim.default_since,
        claim_type=claim.claim_type.value,
        titled=claim.titled,
        business=matter.debtor.is_business,
        sector=claim.sector,
        has_email=ChannelKind.EMAIL in channels,
        has_phone=ChannelKind.SMS in channels,
        address_traced=matter.debtor.address.traced,
        history=_history(claim.history),
    )


def _history(said: dict[str, str]) -> History:
    """What the file told of before (row.HISTORY): numbers as digits, days as ISO dates, yes and no as words."""

    def count(name: str) -> int | None:
        return int(said[name]) if name in said else None

    def day(name: str) -> date | None:
        return date.fromisoformat(said[name]) if name in said else None

    return History(
        reminders_sent=count("reminders_sent"),
        first_notice_sent=day("first_notice_sent"),
        payments_made=count("payments_made"),
        plan_before=said["plan_before"] == "yes" if "plan_before" in said else None,
        customer_since=day("customer_since"),
        past_orders=count("past_orders"),
        past_payments=count("past_payments"),
    )
