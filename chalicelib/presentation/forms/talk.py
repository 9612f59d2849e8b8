"""What a reader asks a person: their words, when and in which language, on which number."""

import re
from datetime import date

from ...domain.task import DaySlot, HelpRequest
from ..frame import Problem, Problems
from ._fields import Posted, digits, one, whole_text

LONGEST = 2000
# What people in the home market speak most, each by its own name. A page needs a catalogue; a call needs only
# somebody who speaks the language, or somebody beside the reader who does.
SPOKEN = {
    "de": "Deutsch",
    "en": "English",
    "tr": "Türkçe",
    "ar": "العربية",
    "ru": "Русский",
    "uk": "Українська",
    "pl": "Polski",
    "ro": "Română",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
}


def phone_number(text: str) -> str | None:
    """A number one can call, as digits with an optional leading +; None when it is none."""
    number = re.sub(r"[\s()/.\-\u2010-\u2015]", "", digits(text))
    if number.startswith("00"):
        number = "+" + number[2:]
    number = re.sub(r"^(\+49)0", r"\1", number)
    return number if re.fullmatch(r"\+?[0-9]{6,15}", number) else None


def read(posted: Posted, language: str, kept: HelpRequest | None = None) -> HelpRequest | Problems:
    """The request, or what to mend. Words may be left out; a number to call may not.

    `language` is the page's own, taken where the form names none that can be asked for. `kept` is what was asked
    for before, whose words and number stay where a reader who was not shown them leaves them empty.
    """
    problems = []
    words = one(posted, "words", LONGEST + 1) or (kept.words if kept else "")
    if len(words) > LONGEST:
        problems.append(Problem("words", "problem.words.long"))
    day, slot = _slot(one(posted, "slot"))
    if slot is None:
        problems.append(Problem("slot", "problem.slot"))
    typed = one(posted, "phone", 60) or (kept and kept.phone) or ""
    phone = phone_number(typed)
    if phone is None:
        problems.append(Problem("phone", "problem.phone.form" if typed else "problem.phone.empty"))
    if problems or slot is None:
        return tuple(problems)
    spoken = one(posted, "language")
    plain = one(posted, "plain") == "yes"
    return HelpRequest(words, slot, spoken if spoken in SPOKEN else language, phone, plain, day)


def _slot(text: str) -> tuple[date | None, DaySlot | None]:
    """A part of the day, with its day where one was offered: 2026-11-24/morning."""
    day, _, part = text.rpartition("/")
    slot = DaySlot(part) if part in tuple(DaySlot) else None
    try:
        return (date.fromisoformat(day) if day else None), slot
    except ValueError:
        return None, None


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    held = {name: one(posted, name, LONGEST) for name in ("slot", "language", "phone", "plain")}
    return {**held, "words": whole_text(posted, "words")}
