"""Talking to a person: how may we reach you, who answers for you, what went wrong with us, what care you need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from ..domain.parties import ChannelKind, Creditor, Debtor
from ..domain.task import DaySlot, Task
from .day_parts import SLOTS, hours_of, told_of
from .forms.represent import FIELDS
from .forms.talk import SPOKEN
from .frame import Frame, Problems, View

if TYPE_CHECKING:
    from ..domain.calling import CallSlot

MOST_SLOTS = 8


@dataclass(frozen=True)
class Talk(View):
    """How may we reach you? `typed` is what the reader wrote before, so that nothing is typed twice.

    `call` is the id of a call that is to come and may be moved or taken back here; None where there is none.
    `slots` are (value, words). `full` is the key of a sentence where less can be promised than one would like:
    today nobody is free any more, or nobody at all at a fixed time. `voice` is the page on which they may choose
    to have messages read to them.
    """

    template: ClassVar[str] = "talk.html"
    alone: bool
    calls_by: tuple[str, str] | None
    slots: tuple[tuple[str, str], ...]
    spoken: tuple[tuple[str, str], ...]
    typed: Mapping[str, str]
    problems: Problems
    call: str | None = None
    full: str | None = None
    voice: str | None = None


def talk(
    frame: Frame,
    debtor: Debtor,
    *,
    waiting: Task | None = None,
    changes: bool = False,
    alone: bool = True,
    creditor: Creditor | None = None,
    offered: Sequence[CallSlot] | None = None,
    today: date | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> Talk:
    """The form for a call; the phone number and the time we know are filled in, and the language of this page.

    `waiting`: a call was asked for before and is still to come; where they may change it (`changes`), the form
    moves it and holds what was asked for. `alone`: the debtor reads it; a helper is told neither their number nor
    their words.
    `offered` are the parts of days that can be promised, None where nobody's hours are known: then the reader says
    what would suit.
    """
    point = debtor.point(ChannelKind.SMS)
    first = {
        "words": "",
        "plain": "",
        "slot": (debtor.choices.best_time or DaySlot.MORNING).value,
        "language": frame.locale.language if frame.locale.language in SPOKEN else debtor.language or "",
        "phone": point.value if point and alone else "",
    }
    asked = waiting.request if waiting and changes else None
    if asked:
        first |= {"plain": "yes" if asked.plain else "", "slot": asked.slot.value, "language": asked.language}
        # Their words and their number are theirs: they stay with the call, and nobody else reads them.
        first |= {"words": asked.words, "phone": asked.phone or ""} if alone else {}
    slots = tuple((slot.value, frame.locale.text(key)) for slot, key in SLOTS.items())
    if offered:
        slots = tuple(_named(frame, slot.day, slot.part, slot.begins) for slot in offered[:MOST_SLOTS])
        first["slot"] = _best(offered[:MOST_SLOTS], first["slot"])
        if asked and asked.day and today and asked.day >= today:
            # It is promised to this reader: that nobody else could have it any more takes nothing from them.
            mine = _named(frame, asked.day, asked.slot)
            slots = slots if any(value == mine[0] for value, _ in slots) else (mine, *slots)
            first["slot"] = mine[0]
    return Talk(
        frame,
        alone=alone,
        calls_by=_by(frame, waiting.due_at) if waiting else None,
        slots=slots,
        spoken=tuple(SPOKEN.items()),
        typed=first | dict(typed or {}),
        problems=problems,
        call=waiting.id if waiting and changes else None,
        full=_full(offered, today),
        voice=_read_to(debtor, creditor) if alone else None,
    )


def _read_to(debtor: Debtor, creditor: Creditor | None) -> str | None:
    """Where they may choose to be read to: among their choices; where we have no number, by giving one first."""
    from ..domain.voices import has_voice, number_for

    if creditor is None or creditor.channel(ChannelKind.VOICE) is None or not has_voice(debtor.language):
        return None
    return "choices" if number_for(debtor, creditor) else "points"


def _value(day: date, part: DaySlot) -> str:
    return f"{day.isoformat()}/{part}"


def _named(frame: Frame, day: date, part: DaySlot, begins: datetime | None = None) -> tuple[str, str]:
    return _value(day, part), hours_of(frame.locale, day, part, begins.astimezone(frame.zone) if begins else None)


def _best(offered: Sequence[CallSlot], wish: str) -> str:
    """The first in the part of the day the reader likes best, else the first of all."""
    best = next((slot for slot in offered if slot.part == wish), offered[0])
    return _value(best.day, best.part)


def _full(offered: Sequence[CallSlot] | None, today: date | None) -> str | None:
    if offered is None:
        return None
    if not offered:
        return "talk.none_free"
    return None if today is None or offered[0].day == today else "talk.none_today"


def _by(frame: Frame, due: datetime) -> tuple[str, str]:
    """A due time as the day and the hour in which it is told."""
    day = frame.locale.weekday_date(due.astimezone(frame.zone).date())
    return day, frame.locale.time(due, frame.zone)


@dataclass(frozen=True)
class TalkByPhone(View):
    template: ClassVar[str] = "talk_by_phone.html"


def talk_by_phone(frame: Frame) -> TalkByPhone:
    """For a reader without a Visit: the number and its hours, nothing asked and nothing told."""
    return TalkByPhone(frame)


@dataclass(frozen=True)
class TalkDone(View):
    template: ClassVar[str] = "states/talk_done.html"
    slot: str
    day: str
    time: str
    phone: str | None
    spoken: tuple[str, str] | None
    plain: bool


def talk_done(frame: Frame, task: Task, *, number: bool = True) -> TalkDone:
    """Who answers, by when, and how it was asked for; until then nothing is asked of the reader.

    `number`: the reader knows the one that is called.
    """
    asked = task.request
    if asked is None:
        raise ValueError("nobody asked to be called")
    day, time = _by(frame, task.due_at)
    name = SPOKEN.get(asked.language)
    return TalkDone(
        frame=frame,
        slot=told_of(frame.locale, asked),
        day=day,
        time=time,
        phone=asked.phone if number else None,
        spoken=(asked.language, name) if name else None,
        plain=asked.plain,
    )


@dataclass(frozen=True)
class Represent(View):
    """Who answers for you?"""

    template: ClassVar[str] = "represent.html"
    typed: Mapping[str, str]
    problems: Problems


def represent(frame: Frame, *, typed: Mapping[str, str] | None = None, problems: Problems = ()) -> Represent:
    """The form for a representative; nothing is filled in that we might know of them."""
    return Represent(frame, typed=dict.fromkeys(FIELDS, "") | dict(typed or {}), problems=problems)


@dataclass(frozen=True)
class Represented(View):
    """Somebody answers for the reader. `day` is by when we write to them, None once we have."""

    template: ClassVar[str] = "states/represented.html"
    who: str
    day: str | None


def represented(frame: Frame, task: Task) -> Represented:
    """Who was named, and the way to take it back."""
    named = task.representative
    if named is None:
        raise ValueError("nobody was named")
    day = None if task.done_at else _by(frame, task.due_at)[0]
    return Represented(frame, who=", ".join(filter(None, (named.name, named.organisation))), day=day)


@dataclass(frozen=True)
class Complain(View):
    """What would you like to complain about? `authority` is who watches over a collector."""

    template: ClassVar[str] = "complain.html"
    day: str
    authority: str | None
    typed: Mapping[str, str]
    problems: Problems


def complain(
    frame: Frame,
    creditor: Creditor,
    due: datetime,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> Complain:
    """The form for a complaint: who reads it, by when they answer, and who else may be told."""
    over = creditor.authority
    return Complain(
        frame,
        day=_by(frame, due)[0],
        authority=", ".join((over.name, over.address, over.contact)) if over else None,
        typed={"words": ""} | dict(typed or {}),
        problems=problems,
    )


@dataclass(frozen=True)
class Care(View):
    """Do you need particular care? It asks for a consent and never for a reason."""

    template: ClassVar[str] = "care.html"
    day: str
    problems: Problems


def care(frame: Frame, due: datetime, *, problems: Problems = ()) -> Care:
    return Care(frame, day=_by(frame, due)[0], problems=problems)


@dataclass(frozen=True)
class CareGiven(View):
    """`day` is by when a person looks at the matter, None once they have."""

    template: ClassVar[str] = "states/care_given.html"
    day: str | None


def care_given(frame: Frame, task: Task | None) -> CareGiven:
    """Care is taken; the way to end it, which deletes the note at once."""
    return CareGiven(frame, day=_by(frame, task.due_at)[0] if task else None)


@dataclass(frozen=True)
class Told(View):
    """Something small was done: its name, and what it means. Each is the key of a text."""

    template: ClassVar[str] = "states/told.html"
    title: str
    lines: tuple[str, ...]
    day: str = ""


def complaint_heard(frame: Frame, task: Task) -> Told:
    """The complaint has arrived, and by when it is answered."""
    lines = ("complain_done.turn", "talk_done.until")
    return Told(frame, "complain_done.h1", lines, day=_by(frame, task.due_at)[0])


def withdrawn(frame: Frame) -> Told:
    """The dispute was taken back."""
    return Told(frame, "withdrawn.h1", ("withdrawn.text", "peace"))


def call_taken_back(frame: Frame) -> Told:
    """The call was taken back."""
    return Told(frame, "withdrawn.h1", ("withdrawn.text",))


def represented_no_more(frame: Frame) -> Told:
    return Told(frame, "withdrawn.h1", ("represent_ended.text", "peace"))


def care_ended(frame: Frame) -> Told:
    """The note was deleted; what stays is that permission was given and withdrawn."""
    return Told(frame, "care_ended.h1", ("care_ended.text", "peace"))
