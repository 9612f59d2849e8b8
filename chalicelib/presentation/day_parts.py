"""The parts of a day as they are told: morning, midday, afternoon, evening, and their hours."""

from datetime import date, datetime, timedelta

from ..domain.task import DaySlot, HelpRequest
from .i18n import Locale

SLOTS = {
    DaySlot.MORNING: "slot.morning",
    DaySlot.MIDDAY: "slot.midday",
    DaySlot.AFTERNOON: "slot.afternoon",
    DaySlot.EVENING: "slot.evening",
}


QUARTER = timedelta(minutes=15)


def hours_of(words: Locale, day: date, part: DaySlot, begins: datetime | None = None) -> str:
    """That part of that day with its hours, as a call in it is offered and promised; of one that is running, from
    the quarter of an hour on in which it can first be kept (`begins`, on the reader's clock)."""
    from ..domain.calling import PARTS

    first, last = PARTS[part]
    if begins:
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        first = max(first, (midnight - (midnight - begins) // QUARTER * QUARTER).time())
    hours = "–".join(f"{at.hour}:{at.minute:02}" for at in (first, last))
    return f"{words.weekday_date(day)}: {words.text(SLOTS[part])} · {hours}"


def told_of(words: Locale, asked: HelpRequest) -> str:
    """When somebody is called: the day and the hours that were promised, else the part of the day they wished."""
    return hours_of(words, asked.day, asked.slot) if asked.day else words.text(SLOTS[asked.slot])
