"""The pictures of a dry run's report: bars worked out here in whole units, drawn by its template."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.rehearsal import Reckoning
from chalicelib.presentation.i18n import Locale

# The field the bars stand in, in the template's own units.
WIDTH, FLOOR, TALLEST = 360, 104, 88
# More days than this are drawn by weeks.
MOST_DAYS = 42
WEEK = timedelta(days=7)
DAY = 0


def number(value: int, tongue: Locale) -> str:
    """A whole number as this language groups it."""
    return f"{value:,}".replace(",", tongue.patterns["group"])


def columns(
    old: Reckoning,
    new: Reckoning,
    words: dict[str, Any],
    tongue: Locale,
    *,
    whole: tuple[datetime, datetime] | None = None,
) -> dict[str, Any]:
    """Two bars for each day, or each week where there are many: in force, and on trial beside it.

    `whole` is the time that is drawn to its ends, whether or not anything leaves on them.
    """
    by_old, by_new = ({day: n for day, n in leg.by(DAY).items() if isinstance(day, date)} for leg in (old, new))
    days = [*by_old, *by_new, *(moment.date() for moment in whole or ())]
    first, last = (min(days), max(days)) if days else (date.min, date.min)
    weekly = (last - first).days > MOST_DAYS
    starts = _starts(first, last, weekly=weekly) if days else []
    sums = [_summed(counts, starts, weekly=weekly) for counts in (by_old, by_new)]
    most = max((n for counts in sums for n in counts.values()), default=0)
    title = words["per_week" if weekly else "per_day"]
    shown = [tongue.short_date(day) for day in (first, last)] if days else ["", ""]
    return {
        "title": title,
        "said": words["picture"].format(
            title=title,
            first=shown[0],
            last=shown[1],
            old=number(old.messages, tongue),
            new=number(new.messages, tongue),
        ),
        "most": number(most, tongue),
        "first": shown[0],
        "last": shown[1],
        "bars": list(_bars(starts, sums, most, tongue)),
    }


def _starts(first: date, last: date, *, weekly: bool) -> list[date]:
    step = WEEK if weekly else timedelta(days=1)
    begin = first - timedelta(days=first.weekday()) if weekly else first
    return [begin + step * n for n in range((last - begin).days // step.days + 1)]


def _summed(counts: Mapping[date, int], starts: list[date], *, weekly: bool) -> dict[date, int]:
    found = dict.fromkeys(starts, 0)
    for day, messages in counts.items():
        found[day - timedelta(days=day.weekday()) if weekly else day] += messages
    return found


def _bars(starts: list[date], sums: list[dict[date, int]], most: int, tongue: Locale) -> Any:
    room = WIDTH / max(len(starts), 1)
    width = max(round(room * 0.4, 2), 0.5)
    for place, start in enumerate(starts):
        for beside, (counts, of) in enumerate(zip(sums, ("old", "new"), strict=True)):
            if counts[start]:
                height = max(round(TALLEST * counts[start] / most, 2), 1)
                yield {
                    "x": round(place * room + beside * width, 2),
                    "y": round(FLOOR - height, 2),
                    "width": width,
                    "height": height,
                    "of": of,
                    "said": f"{tongue.short_date(start)}: {number(counts[start], tongue)}",
                }


def table(
    title: str,
    old: Mapping[Any, int],
    new: Mapping[Any, int],
    names: Mapping[str, str],
    words: dict[str, Any],
    tongue: Locale,
) -> dict[str, Any]:
    """Each kind with its two numbers and two bars, the most first; and their sums."""
    kinds = sorted({*old, *new}, key=lambda kind: (-max(old.get(kind, 0), new.get(kind, 0)), str(kind)))
    most = max((*old.values(), *new.values()), default=0) or 1
    return {
        "title": title,
        "name": "",
        "rows": [
            {
                "name": names.get(str(kind), str(kind)),
                "old": number(old.get(kind, 0), tongue),
                "new": number(new.get(kind, 0), tongue),
                "wide": round(100 * old.get(kind, 0) / most, 2),
                "wide_new": round(100 * new.get(kind, 0) / most, 2),
            }
            for kind in kinds
        ],
        "old": number(sum(old.values()), tongue),
        "new": number(sum(new.values()), tongue),
    }
