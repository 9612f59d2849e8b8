"""Beside the answer box: how its reader writes, what may go out, what should be mended, and how to begin."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ..domain.claim import Claim
from ..domain.contact import Tone
from ..domain.dispute import DisputeReason
from ..domain.money import Money
from ..domain.parties import Creditor
from ..domain.style import Feeling, Register, register_of
from ..domain.task import Task, TaskKind
from .i18n import Locale
from .reading_level import ReadingLevel
from .tone_check import LONGEST_SENTENCE, SENTENCE, of_text, outside

LISTED = Path(__file__).with_name("register_words.json")
MOST_LINES = 3
FEELINGS = {
    Feeling.ILLNESS: "desk.style.illness",
    Feeling.SHAME: "desk.style.shame",
    Feeling.ANGER: "desk.style.anger",
    Feeling.WORRY: "desk.style.worry",
}
TONES = {
    Tone.FRIENDLY: "desk.style.friendly",
    Tone.MATTER_OF_FACT: "desk.style.matter_of_fact",
    Tone.LAST_NOTICE: "desk.style.matter_of_fact",
}


def register_in(said: Sequence[str], language: str) -> Register:
    """How somebody writes in this language; of one without listed words only how long and how much they ask."""
    return register_of(said, _listed().get(language.partition("-")[0], {}))


def guidance(
    register: Register | None,
    *,
    theirs: Locale,
    ours: Locale,
    care: bool = False,
    tone: Tone | None = None,
    slowly: bool = False,
) -> tuple[str, ...]:
    """Three lines at most for whoever answers, in their own language: the most important first.

    `theirs` is the language the debtor is answered in, `ours` that of whoever answers; `care`: particular care is
    known; `slowly`: they asked for simple words.
    """
    keys: list[tuple[str, dict[str, Any]]] = []
    if care:
        keys.append(("desk.style.care", {}))
    if register and register.asked > 1:
        keys.append(("desk.style.asked", {"number": register.asked}))
    if register:
        keys += [(key, {}) for feeling, key in FEELINGS.items() if feeling in register.feelings][:1]
    if slowly or theirs.language.endswith("-simple"):
        keys.append(("desk.style.plain", {}))
    elif register and (register.brief or register.short):
        keys.append(("desk.style.brief", {}))
    elif register and register.long:
        keys.append(("desk.style.thorough", {}))
    if register and register.informal is not None:
        keys.append(("desk.style.informal" if register.informal else "desk.style.formal", {}))
    if theirs.language != ours.language:
        keys.append(("desk.style.language", {"language": theirs.name}))
    if tone:
        keys.append((TONES[tone], {}))
    return tuple(ours.text(key, **said) for key, said in keys[:MOST_LINES])


@dataclass(frozen=True)
class Fault:
    """Something about an answer, and how to mend it, in the language of whoever wrote it. What is `refused` does
    not go out; the rest is advice."""

    text: str
    refused: bool


def voice_of_answer(
    answer: str, theirs: Locale, ours: Locale, *, given: Iterable[str] = (), short: bool = False
) -> tuple[Fault, ...]:
    """What is wrong with a person's answer in the debtor's language, told in their own; what is refused first.

    `given` are names and the like that may stand in it as they are; `short`: it also goes where a lock screen
    shows it.
    """
    text = answer
    for value in sorted((value for value in given if value), key=len, reverse=True):
        text = text.replace(value, "…")
    faults: dict[str, Fault] = {}
    for fault in of_text(text, theirs):
        name, _, what = fault.partition(": ")
        key, refused = VOICE[name]
        said = {"word": what, "most": LONGEST_SENTENCE}
        faults.setdefault(fault, Fault(ours.text(key, **_wanted(ours, key, said)), refused))
    if hard := ReadingLevel.of(theirs.reading).too_hard(text):
        faults[f"hard: {hard}"] = Fault(ours.text("desk.voice.hard"), refused=False)
    for told in outside(text, theirs) if short else ():
        faults[told] = Fault(ours.text("desk.voice.outside"), refused=False)
    unlike = {fault.text: fault for fault in faults.values()}
    return tuple(sorted(unlike.values(), key=lambda fault: not fault.refused))


# What tone_check names, as whoever writes is told it, and whether it keeps the answer from going out.
VOICE = {
    "never said": ("desk.voice.never_said", True),
    "never sold": ("desk.voice.never_sold", False),
    "exclamation mark": ("desk.voice.exclamation", False),
    "capitals for force": ("desk.voice.capitals", False),
    "long sentence": ("desk.voice.long", False),
}


def _wanted(words: Locale, key: str, values: Mapping[str, object]) -> dict[str, Any]:
    raw = words.raw(key)
    return {name: value for name, value in values.items() if f"{{{name}}}" in raw}


def longest_sentence(answer: str) -> int:
    """How many words the longest of its sentences has."""
    return max((len(sentence.split()) for sentence in SENTENCE.split(answer)), default=0)


@dataclass(frozen=True)
class Occasion:
    """What a suggested text is filled with: the claim as it is now, and what was decided.

    `amount` is in minor units: what is left, or the part of a plan; `day` is when something happens next.
    """

    creditor: Creditor
    claim: Claim
    amount: int | None = None
    day: date | None = None
    arbiter: str | None = None


# Which texts may begin an answer, by what is answered; those of a dispute by its reason first.
SUGGESTED: dict[TaskKind, tuple[str, ...]] = {
    TaskKind.DISPUTE: ("desk.suggest.accepted", "desk.suggest.part", "desk.suggest.rejected", "desk.suggest.more"),
    TaskKind.OFFER: ("desk.suggest.offer.accepted", "desk.suggest.offer.other"),
    TaskKind.COMPLAINT: ("desk.suggest.complaint", "desk.suggest.arbiter"),
    TaskKind.CALL_BACK: ("desk.suggest.not_reached",),
    TaskKind.CALL: ("desk.suggest.not_reached",),
    TaskKind.CARE: ("desk.suggest.care",),
    TaskKind.REVIEW: ("desk.suggest.reviewed",),
    TaskKind.REPLY: ("desk.suggest.reply", "desk.suggest.more"),
    TaskKind.ERASURE: ("desk.suggest.reply",),
    TaskKind.REPRESENTATIVE: ("desk.suggest.reply",),
}
BY_REASON = {DisputeReason.ALREADY_PAID: ("desk.suggest.paid", "desk.suggest.proof")}
ALWAYS = ("desk.suggest.rest", "desk.suggest.page")


@dataclass(frozen=True)
class Suggestion:
    """A text to begin with: its key, and its words in the debtor's language with the facts filled in."""

    key: str
    text: str


def suggested(
    task: Task, on: Occasion, words: Locale, reason: DisputeReason | None = None
) -> tuple[Suggestion, ...]:
    """The texts that fit what is answered, in the debtor's language; one whose facts are not known is left out."""
    keys = (*(BY_REASON.get(reason, ()) if reason else ()), *SUGGESTED.get(task.kind, ()), *ALWAYS)
    values = _values(on, words)
    found = []
    for key in dict.fromkeys(keys):
        try:
            found.append(Suggestion(key, words.text(key, **values)))
        except KeyError as unknown:
            if str(unknown).strip("'") == key:
                raise
    return tuple(found)


def _values(on: Occasion, words: Locale) -> dict[str, Any]:
    owed = on.claim.outstanding.total if on.amount is None else on.amount
    values: dict[str, Any] = {
        "creditor": on.creditor.legal_name,
        "phone": on.creditor.help_phone,
        "amount": words.money(Money(owed, on.claim.currency)),
    }
    if on.day:
        values["day"] = words.date(on.day)
    if on.arbiter:
        values["arbiter"] = on.arbiter
    return values


@cache
def _listed() -> Mapping[str, Mapping[str, Sequence[str]]]:
    listed: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(LISTED.read_text("utf-8"))
    return listed
