"""Writes down the base rate of the next half year: `make base-rate RATE=1.52`.

The Deutsche Bundesbank announces it at the turn of each half year (BGB §247(2)); a rate that stays is written down
too, since a table of changes alone cannot tell unchanged from unseen.
"""

import json
import re
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "chalicelib" / "domain" / "policies" / "data" / "de_base_rates.json"


# The announcement comes at the turn, a few days before or after it.
KNOWN_BEFORE = timedelta(days=31)


def with_next(table: dict[str, Any], rate: str, today: date) -> dict[str, Any]:
    """The table with this rate in per cent ("1.52", "-0.88") for the half year after its last confirmed day.

    ValueError says what is wrong with it; a half year that nobody can have announced by today is refused, so that
    the command given twice does not invent one.
    """
    if not re.fullmatch(r"-?[0-9]{1,2}\.[0-9]{2}", rate):
        raise ValueError("write the rate with two decimals: 1.52")
    first = date.fromisoformat(table["confirmed_through"]) + timedelta(days=1)
    if (first.month, first.day) not in ((1, 1), (7, 1)):
        raise ValueError(f"a base rate begins on 1 January or 1 July, not on {first}")
    if today < first - KNOWN_BEFORE:
        raise ValueError(
            f"the rates are written down through {table['confirmed_through']}; that of the half year from {first}"
            " is announced at its turn: there is nothing to write down yet"
        )
    last = date(first.year, 6, 30) if first.month == 1 else date(first.year, 12, 31)
    row = {"valid_from": first.isoformat(), "rate": int(Decimal(rate) * 100)}
    return table | {"confirmed_through": last.isoformat(), "rows": [*table["rows"], row]}


def written(table: dict[str, Any]) -> str:
    """The table as its file holds it: a line a row."""
    head = json.dumps({key: value for key, value in table.items() if key != "rows"}, indent=1, ensure_ascii=False)
    rows = ",\n".join("  " + json.dumps(row) for row in table["rows"])
    return head.removesuffix("\n}") + ',\n "rows": [\n' + rows + "\n ]\n}\n"


def main(rate: str = "") -> None:
    try:
        table = with_next(json.loads(TABLE.read_text("utf-8")), rate, date.today())
    except ValueError as wrong:
        sys.exit(f"base rate: {wrong}")
    TABLE.write_text(written(table), "utf-8")
    row = table["rows"][-1]
    print(f"{rate} % from {row['valid_from']}, confirmed through {table['confirmed_through']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
