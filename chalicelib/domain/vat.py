"""VAT on what a collection service earns: the rate of the day, from dated data, and none once that has ended."""

import json
from datetime import date
from functools import cache
from pathlib import Path

TABLE = "de_vat.json"
DATA = Path(__file__).parent / "policies" / "data"


def vat_rate(day: date) -> int | None:
    """Basis points on that day; None where the table does not reach, so that nobody guesses."""
    rows, reviewed_through = _rows()
    if day > reviewed_through:
        return None
    return next((rate for since, rate in reversed(rows) if since <= day), None)


@cache
def _rows() -> tuple[tuple[tuple[date, int], ...], date]:
    said = json.loads((DATA / TABLE).read_text("utf-8"))
    rows = tuple((date.fromisoformat(row["valid_from"]), int(row["rate"])) for row in said["rows"])
    return rows, date.fromisoformat(said["reviewed_through"])
