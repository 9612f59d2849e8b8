"""Writes the dated holiday files of the country policies from the `holidays` library: `make holidays YEARS=…`."""

import json
import sys
from datetime import date
from pathlib import Path

import holidays

FIRST, LAST = 2026, 2029
DATA = Path(__file__).parent.parent / "chalicelib" / "domain" / "policies" / "data"


def main() -> None:
    """Public holidays of each German state by day, so that an unknown state can take the union."""
    years = range(FIRST, LAST + 1)
    days: dict[str, list[str]] = {}
    for state in sorted(holidays.Germany.subdivisions):
        for day in holidays.Germany(subdiv=state, years=years):
            days.setdefault(day.isoformat(), []).append(state)
    table = {
        "country": "DE",
        "source": f"python-holidays {holidays.__version__} (MIT), public holidays by state",
        "valid_from": date(FIRST, 1, 1).isoformat(),
        "valid_through": date(LAST, 12, 31).isoformat(),
        "days": {day: days[day] for day in sorted(days)},
    }
    DATA.mkdir(exist_ok=True)
    (DATA / "de_holidays.json").write_text(json.dumps(table, indent=1) + "\n")
    print(f"{len(days)} days written", file=sys.stderr)


main()
