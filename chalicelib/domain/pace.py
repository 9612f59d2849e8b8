"""A Pace: how many a second a provider takes, from a day on, and how what is due together is spread under it.

Nothing is counted together and nothing is drawn by lot: where in its window a contact falls follows from its id
alone, so that whoever asks, and however often, gets the same moment.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

# So many may fall due in one second without a provider being asked for more than it takes.
SURGE = 10_000
# By lot some seconds get more than their share: over twice the time hardly any gets more than the whole of it.
ROOM = 2


@dataclass(frozen=True)
class Pace:
    """How many a second are taken, by the day it began to hold. `reviewed_through` is the last day it was looked
    up for; after that the last figure stands, since waiting too long harms nobody, and the night says so."""

    rows: tuple[tuple[date, int], ...]
    reviewed_through: date
    source: str
    name: str = "pace"

    @property
    def last(self) -> date:
        return self.reviewed_through

    def per_second(self, day: date) -> int:
        """What holds on that day; before the first one, the first figure."""
        ordered = sorted(self.rows)
        return next((figure for since, figure in reversed(ordered) if since <= day), ordered[0][1])


def pace_in(path: Path) -> Pace:
    """The dated figures a data file holds."""
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    rows = tuple((date.fromisoformat(row["valid_from"]), int(row["per_second"])) for row in table["rows"])
    return Pace(rows, date.fromisoformat(table["reviewed_through"]), table["source"], f"pace_{path.stem}")


def window(paces: Iterable[Pace], day: date) -> timedelta:
    """Over how long what is due at one moment is spread, so that the slowest of these keeps up."""
    figures = [pace.per_second(day) for pace in paces]
    return timedelta(seconds=ROOM * SURGE // min(figures)) if figures else timedelta(0)


def spread(name: str, due: datetime, over: timedelta) -> datetime:
    """When the contact of this id leaves: at its hour or later, within the window, on a whole second of it."""
    place = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
    return due + timedelta(seconds=int(over.total_seconds()) * place // 0x1_0000_0000)
