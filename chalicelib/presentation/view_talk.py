"""Talking to a person: how may we reach you, and who will call when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..domain.parties import ChannelKind, Debtor
from ..domain.task import DaySlot, Task
from .forms.talk import SPOKEN
from .frame import Frame, Problems, View

SLOTS = {
    DaySlot.MORNING: "slot.morning",
    DaySlot.MIDDAY: "slot.midday",
    DaySlot.AFTERNOON: "slot.afternoon",
    DaySlot.EVENING: "slot.evening",
}


@dataclass(frozen=True)
class Talk(View):
    """How may we reach you? `typed` is what the reader wrote before, so that nothing is typed twice."""

    template: ClassVar[str] = "talk.html"
    slots: tuple[tuple[str, str], ...]
    spoken: tuple[tuple[str, str], ...]
    typed: Mapping[str, str]
    problems: Problems


def talk(frame: Frame, debtor: Debtor, *, typed: Mapping[str, str] | None = None, problems: Problems = ()) -> Talk:
    """The form for a call or an answer; the phone number and the language we know are filled in."""
    point = debtor.point(ChannelKind.SMS)
    first = {
        "words": "",
        "slot": DaySlot.MORNING.value,
        "language": debtor.language if debtor.language in SPOKEN else frame.locale.language,
        "phone": point.value if point else "",
    }
    slots = tuple((slot.value, key) for slot, key in SLOTS.items())
    return Talk(
        frame, slots=slots, spoken=tuple(SPOKEN.items()), typed=first | dict(typed or {}), problems=problems
    )


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


def talk_done(frame: Frame, task: Task) -> TalkDone:
    """Who answers, and by when; until then nothing is asked of the reader."""
    due, asked = task.due_at.astimezone(frame.zone), task.request
    if asked is None:
        raise ValueError("nobody asked to be called")
    return TalkDone(
        frame=frame,
        slot=SLOTS[asked.slot],
        day=frame.locale.weekday_date(due.date()),
        time=frame.locale.time(task.due_at, frame.zone),
        phone=asked.phone,
    )
