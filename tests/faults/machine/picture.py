"""A picture of all that an action may change, drawn so that two runs of the same story look the same.

Ids that are drawn by lot or follow from the hour are named by what they stand beside; times are compared within
minutes. What may honestly differ between a run with a fault and one without is declared, each with its reason.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from .line import Mode

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?")
NAME = re.compile(
    r"\b(?:pi|cs|evt|ch|re|py|pyr|po|txn|du|pm|seti|cus|mandate|acct)_[A-Za-z0-9_]+"
    r"|(?<![0-9a-f.])(?=[0-9]*[a-f])[0-9a-f]{16,}(?![0-9a-f])"
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"
    r"|(?<=[a-z-])[0-9]{16,}(?![0-9a-f])"
    # One in ten thousand ids of twenty signs has no letter.
    r"|(?<![0-9A-Za-z.])[0-9]{20,}(?![0-9A-Za-z.])"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\b|\b[A-Z0-9]{16}\b"
)
NAMED = re.compile("·[0-9a-f]{6}")
# How often a thing was written, and when it will be swept out: a retry honestly writes once more and later.
LEFT_OUT = {"version", "gone_at"}
NEAR = timedelta(minutes=10)


@dataclass(frozen=True)
class Line:
    """One thing: what kind it is, what it says with times taken out, and those times."""

    kind: str
    text: str
    times: tuple[datetime, ...]


@dataclass(frozen=True)
class Picture:
    """All things as text, and when the story began."""

    began: datetime
    texts: tuple[tuple[str, str], ...]

    def without(self, kinds: Iterable[str]) -> "Picture":
        """The picture without things of these kinds (regular expressions): no name follows from them either."""
        out = [re.compile(kind) for kind in kinds]
        kept = (one for one in self.texts if not any(kind.fullmatch(one[0]) for kind in out))
        return Picture(self.began, tuple(kept))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        names, lines = named(self.texts), []
        for kind, text in self.texts:
            told = NAME.sub(lambda hit: names[hit[0]], text)
            times = tuple(moment(hit) for hit in TIME.findall(told))
            lines.append(Line(kind, TIME.sub("(time)", told), times))
        return tuple(sorted(lines, key=lambda line: (line.kind, line.text, line.times)))


@dataclass(frozen=True)
class Differs:
    """Things of this kind may differ after a fault of these modes at these calls (regular expressions)."""

    kind: str
    because: str
    at: str = ".*"
    modes: tuple[Mode, ...] = tuple(Mode)

    def covers(self, call: str, mode: Mode) -> bool:
        return mode in self.modes and re.fullmatch(self.at, call) is not None


def drawn(began: datetime, things: Iterable[tuple[str, Any]], known: dict[str, str]) -> Picture:
    """The picture of these (kind, thing); `known` gives words that are this run's own a name."""
    texts = []
    for kind, thing in things:
        text = json.dumps(thing, sort_keys=True, ensure_ascii=False, default=str)
        for word, name in known.items():
            text = text.replace(word, name)
        texts.append((kind, text))
    return Picture(began.replace(tzinfo=None), tuple(texts))


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=None)


def named(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each id that differs from run to run, by a name that follows from where it stands."""
    names: dict[str, str] = defaultdict(lambda: "·")
    bare = [(kind, TIME.sub("(time)", text)) for kind, text in texts]
    for _ in range(2):
        stands: dict[str, list[str]] = defaultdict(list)
        for kind, text in bare:
            for word in set(NAME.findall(text)):
                marked = NAME.sub(
                    lambda hit, word=word, names=names: "@" if hit[0] == word else names[hit[0]], text
                )
                stands[word].append(f"{kind} {marked}")
        names = defaultdict(
            lambda: "·",
            {
                word: "·" + hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:6]
                for word, seen in stands.items()
            },
        )
    return names


def _counted(picture: Picture, plain: bool = False) -> Counter[tuple[str, str]]:
    """The lines; `plain` without names, for a name that follows from a difference differs wherever it is told."""
    texts = ((line.kind, line.text) for line in picture.lines)
    return Counter((kind, NAMED.sub("·", text) if plain else text) for kind, text in texts)


def _changed(was: list[str], now: list[str]) -> str:
    """The words that differ, each change with two words before it."""
    parts = []
    for tag, a, b, c, d in SequenceMatcher(None, was, now).get_opcodes():
        if tag != "equal":
            before = " ".join(was[max(0, a - 2) : a])
            parts.append(f"{before} [{' '.join(was[a:b])}] -> [{' '.join(now[c:d])}]")
    return "; ".join(parts)


def differences(without: Picture, with_fault: Picture) -> list[str]:
    """What the second picture lacks or has too much, in words; nothing when they look the same."""
    had, has = _counted(without, plain=True), _counted(with_fault, plain=True)
    if had == has:
        had, has = _counted(without), _counted(with_fault)
    lacking, extra = list((had - has).elements()), list((has - had).elements())
    told = []
    for kind, text in lacking:
        alike = [(other, words) for other, words in extra if other == kind]
        if not alike:
            told.append(f"missing: {kind} {text}")
            continue
        nearest = max(alike, key=lambda one: SequenceMatcher(None, text.split(), one[1].split()).ratio())
        extra.remove(nearest)
        told.append(f"otherwise: {kind} {_changed(text.split(), nearest[1].split())}")
    told += [f"too much: {kind} {text}" for kind, text in extra]
    if told:
        return sorted(told, key=len)
    return [
        f"at another time: {one.kind} {one.text}: {a} against {b}"
        for one, other in zip(without.lines, with_fault.lines, strict=True)
        for a, b in zip(one.times, other.times, strict=True)
        if abs(a - b) > NEAR and abs((a - without.began) - (b - with_fault.began)) > NEAR
    ]
