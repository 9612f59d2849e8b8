"""Whom a debtor may turn to who is not content with our answer: an authority or an arbiter, by dated data."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache

from .policies._figures import DATA

TABLE = "escalation.json"


@dataclass(frozen=True)
class Arbiter:
    """Somebody outside the house who hears complaints; `source` is the law that says so."""

    country: str
    sector: str
    name: str
    address: str
    web: str
    valid_from: date
    source: str

    @property
    def shown(self) -> str:
        return ", ".join((self.name, self.address, self.web))


def arbiter_for(country: str, sector: str | None, day: date) -> Arbiter | None:
    """The one for this sector, else for all of the country; None where nobody is known for that day: an address is
    never guessed."""
    through, rows = _table()
    if day > through:
        return None
    fits = [row for row in rows if row.country == country and row.valid_from <= day]
    own = [row for row in fits if row.sector and row.sector == (sector or "").lower()]
    found = own or [row for row in fits if not row.sector]
    return max(found, key=lambda row: row.valid_from, default=None)


@cache
def _table() -> tuple[date, tuple[Arbiter, ...]]:
    table = json.loads((DATA / TABLE).read_text("utf-8"))
    rows = (Arbiter(**{**row, "valid_from": date.fromisoformat(row["valid_from"])}) for row in table["rows"])
    return date.fromisoformat(table["reviewed_through"]), tuple(rows)
