"""The kinds of value in a creditor's own strategy, read from the text that stands there, each with its line."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from ...domain.batch import Problem
from .yaml_text import Lines

Path = tuple[str, ...]
MOST_SHOWN = 120
DAYS = re.compile(r"([0-9]{1,3})( *(days?|tage?))?", re.IGNORECASE)
COUNT = re.compile(r"[0-9]{1,3}")
SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) *%?")
MONEY = re.compile(r"[0-9]{1,5}(\.[0-9]{2})?")
NO_WORDS: Mapping[str, Any] = {}


class Reading:
    """Reads one value after the other and keeps what is wrong; what is not said, or not right, is None."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def no(self, path: Path, reason: str, value: Any = "") -> None:
        """This is wrong, on the line of the setting, or of the nearest that is there."""
        line = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 1)
        shown = value if isinstance(value, str) else ""
        self.problems.append(Problem(".".join(path), reason, shown[:MOST_SHOWN], line))

    def refused(self, path: Path) -> bool:
        """Whether this place, or what it stands in, was refused already."""
        said = {problem.column for problem in self.problems}
        return any(".".join(path[:n]) in said for n in range(1, len(path) + 1))

    def shown(self, document: Any, path: Path) -> str:
        """What stands at this place; nothing where that is a group, or is not there."""
        for part in path:
            if isinstance(document, list) and part.isdigit() and int(part) <= len(document):
                document = document[int(part) - 1]
            elif isinstance(document, dict):
                document = document.get(part, "")
            else:
                return ""
        return document if isinstance(document, str) else ""

    def group(self, path: Path, raw: Any) -> dict[str, Any]:
        if raw is not None and not isinstance(raw, dict):
            self.no(path, "group_wanted", raw)
        return raw if isinstance(raw, dict) else {}

    def word(self, path: Path, raw: Any, known: Collection[str]) -> str | None:
        """One of the known words."""
        if raw is None or (isinstance(raw, str) and raw in known):
            return raw
        shown = raw if isinstance(raw, str) else ""
        self.no(path, "word_not_known", f"{shown} ({', '.join(sorted(known))})".strip())
        return None

    def words(self, path: Path, raw: Any, known: Collection[str]) -> list[str]:
        """Some of the known words, as a list or with commas between them."""
        named = [word.strip() for word in raw.split(",")] if isinstance(raw, str) else raw
        if named is None:
            return []
        if not isinstance(named, list) or not named:
            self.no(path, "list_wanted", raw)
            return []
        listed = isinstance(raw, list)
        places = [(*path, str(n)) if listed else path for n in range(1, len(named) + 1)]
        found = [self.word(place, name, known) for place, name in zip(places, named, strict=True)]
        return [name for name in found if name]

    def days(self, path: Path, raw: Any) -> int | None:
        found = self._fitting(path, raw, DAYS, "days_wanted")
        return int(found[1]) if found else None

    def count(self, path: Path, raw: Any) -> int | None:
        found = self._fitting(path, raw, COUNT, "count_wanted")
        return int(found[0]) if found else None

    def share(self, path: Path, raw: Any, words: Mapping[str, Any] = NO_WORDS) -> float | None:
        """A percentage as a share of 1; `words` are what might stand there instead."""
        found = self._fitting(path, raw, SHARE, "share_wanted", words)
        return round(float(found[1]) / 100, 6) if found else None

    def money(self, path: Path, raw: Any, words: Mapping[str, Any] = NO_WORDS) -> int | None:
        """Minor units; every currency a claim may be in has two digits of them."""
        found = self._fitting(path, raw, MONEY, "money_wanted", words)
        return int(found[0].replace(".", "")) * (1 if found[1] else 100) if found else None

    def yes_no(self, path: Path, raw: Any) -> bool | None:
        found = self._fitting(path, raw, re.compile("yes|no|true|false"), "yes_or_no")
        return found[0] in ("yes", "true") if found else None

    def _fitting(
        self, path: Path, raw: Any, form: re.Pattern[str], reason: str, words: Mapping[str, Any] = NO_WORDS
    ) -> re.Match[str] | None:
        if raw is None:
            return None
        found = form.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if found is None:
            shown = raw if isinstance(raw, str) else ""
            self.no(path, reason, f"{shown} ({', '.join(words)})" if words else shown)
        return found
