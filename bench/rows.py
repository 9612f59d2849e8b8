"""A row of the bench: what was measured, beside what, and whether its bound holds."""

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """`floor` is what the value is held against, measured in the same run; `bound` says in words what must
    hold, `holds` whether it does (None: the row only tells)."""

    name: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    bound: str = ""
    holds: bool | None = None

    def entry(self) -> dict[str, Any]:
        fields = ("value", "unit", "floor", "ratio", "bound", "holds")
        return {field: getattr(self, field) for field in fields}


def at_most(limit: float, figure: float) -> tuple[str, bool]:
    return f"<= {limit:g}", figure <= limit


def in_turns(rounds: int, *calls: Callable[[], float]) -> list[tuple[float, ...]]:
    """Each round asks every call once, one after the other, so that all see the same machine."""
    return [tuple(call() for call in calls) for _ in range(rounds)]


def median(figures: Iterable[float], digits: int = 3) -> float:
    return round(statistics.median(figures), digits)


def results(rows: Sequence[Row], made_at: datetime) -> dict[str, Any]:
    """What results.json holds: nothing in it names the machine."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    made = made_at.astimezone(UTC).isoformat(timespec="seconds")
    return {"made_at": made, "machine": machine, "rows": {row.name: row.entry() for row in rows}}


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| row | what it is | value | floor | ratio | bound | holds |", "|---|---|--:|--:|--:|---|---|"]
    for row in rows:
        holds = {None: "", True: "yes", False: "**no**"}[row.holds]
        floor = "" if row.floor is None else _figure(row.floor, row.unit)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        value = _figure(row.value, row.unit)
        lines.append(f"| {row.name} | {row.what} | {value} | {floor} | {ratio} | {row.bound} | {holds} |")
    return "\n".join(lines)


def _figure(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{shown} {unit}".strip()


HEAD = """# Measured

`make bench` writes this page and results.json. Every ratio was measured in one run, the thing and its floor by
turns, the median of several rounds; the times are this machine's, the ratios travel.

Made {made}, {cores} cores, Python {python}.

"""


def write(rows: Sequence[Row], folder: Path) -> None:
    """results.json and RESULTS.md into `folder`."""
    found = results(rows, datetime.now(UTC))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    head = HEAD.format(made=found["made_at"], **found["machine"])
    (folder / "RESULTS.md").write_text(head + table(rows) + "\n", "utf-8")
