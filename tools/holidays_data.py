"""Writes the dated holiday files of the country policies from the `holidays` library: `make holidays`."""

import json
import sys
from datetime import date
from pathlib import Path

import holidays

FIRST, LAST = 2026, 2029
DATA = Path(__file__).parent.parent / "chalicelib" / "domain" / "policies" / "data"
EVERYWHERE = "*"
COUNTRIES = {"DE": "public holidays by state", "GB": "bank holidays by part", "US": "federal and state holidays"}


def table(country: str, what: str) -> dict[str, object]:
    """Public holidays of each region by day, so that an unknown region can take the union."""
    years, regions = range(FIRST, LAST + 1), holidays.country_holidays(country).subdivisions
    days: dict[date, list[str]] = {}
    for region in sorted(regions):
        for day in holidays.country_holidays(country, subdiv=region, years=years):
            # What falls on the first days of a year may be told with the year before.
            if day.year in years:
                days.setdefault(day, []).append(region)
    return {
        "country": country,
        "source": f"python-holidays {holidays.__version__} (MIT), {what}; {EVERYWHERE} is each of them",
        "valid_from": date(FIRST, 1, 1).isoformat(),
        "valid_through": date(LAST, 12, 31).isoformat(),
        "days": {
            day.isoformat(): [EVERYWHERE] if len(free) == len(regions) else free
            for day, free in sorted(days.items())
        },
    }


def written(said: dict[str, object]) -> str:
    """As it stands in the file: one line a day."""
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in said.items() if name != "days"]
    days = said["days"]
    assert isinstance(days, dict)
    each = [f"  {json.dumps(day)}: {json.dumps(free)}" for day, free in days.items()]
    return "\n".join(["{", *lines, ' "days": {', ",\n".join(each), " }", "}"]) + "\n"


def main() -> None:
    """One file for each country of the house."""
    for country, what in COUNTRIES.items():
        said = table(country, what)
        (DATA / f"{country.lower()}_holidays.json").write_text(written(said))
        print(f"{country}: {len(said['days'])} days written", file=sys.stderr)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
