"""What counted requests cost: counts.json times prices.json, and the README's lines about it."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from bench.figures import README, ROOT
from bench.life.meter import HALF

HERE = Path(__file__).parent
COUNTS, PRICES = HERE / "counts.json", HERE / "prices.json"
BEGIN, END = "<!-- life, by make cost -->\n", "<!-- end of life -->\n"
LIVES = 1000
GIGABYTE = 1024
Counted = dict[str, int]


def prices() -> dict[str, Any]:
    """The dated price list, with what is assumed of a function's time and its logs."""
    table: dict[str, Any] = json.loads(PRICES.read_text("utf-8"))
    return table


def counts() -> dict[str, Counted]:
    """Life -> what was counted of it."""
    lives: dict[str, Counted] = json.loads(COUNTS.read_text("utf-8"))
    return lives


def memory() -> dict[str, int]:
    """Megabytes of each function, as the template says."""
    resources = json.loads((ROOT / "infra/template/functions.json").read_text())["Resources"]
    return {
        name: each["Properties"]["MemorySize"]
        for name, each in resources.items()
        if "MemorySize" in each.get("Properties", {})
    }


def _derived(life: Counted, table: dict[str, Any]) -> dict[str, Decimal]:
    """The counts, and what follows from the number of calls: seconds of memory, and lines in the log."""
    found = {name: Decimal(many) for name, many in life.items()}
    calls = {name.removeprefix("function "): many for name, many in life.items() if name.startswith("function ")}
    sizes = memory()
    found["gb-seconds"] = sum(
        (
            Decimal(many) * Decimal(table["milliseconds"][name]) / 1000 * Decimal(sizes[name]) / GIGABYTE
            for name, many in calls.items()
        ),
        Decimal(0),
    )
    found["read units"] = Decimal(life["unit dynamodb read halves"]) / HALF
    found["log kilobytes"] = Decimal(sum(calls.values())) * Decimal(table["log_kilobytes_per_call"])
    return found


def lines(life: Counted) -> list[tuple[str, Decimal, Decimal]]:
    """(what, how many of it in one life, euros for a thousand lives), by the price list."""
    table = prices()
    found, rate = _derived(life, table), Decimal(table["euro_per_usd"])
    told = []
    for row in table["rows"]:
        many = sum((m for name, m in found.items() if _of(name, row["counts"])), Decimal(0))
        told.append((row["what"], many, many * LIVES * Decimal(row["usd"]) / Decimal(row["per"]) * rate))
    return told


def unpriced(life: Counted) -> list[str]:
    """What was counted and has no price, or more than one."""
    table = prices()
    patterns = [row["counts"] for row in table["rows"]] + [[name] for name in table["free"]]
    return [name for name in life if sum(_of(name, some) for some in patterns) != 1]


def _of(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def table(life: Counted) -> str:
    """The README's lines: what a whole life asks for, and what a thousand of them cost."""
    told = lines(life)
    calls = sum(many for name, many in life.items() if name.startswith("function "))
    requests = sum(many for name, many in life.items() if name.startswith(("request ", "served ")))
    total = sum((euros for _, _, euros in told), Decimal(0))
    written = [
        f"One claim: {calls} calls of functions, {requests} requests to AWS, "
        f"{_cents(total / LIVES * 100)} euro cents.",
        "",
        "| of AWS | in one life | euros for 1,000 lives |",
        "| --- | --: | --: |",
        *(f"| {what} | {_many(many)} | {_euros(euros)} |" for what, many, euros in told),
        f"| **together** | | **{_euros(total)}** |",
        "",
        *_assumed(),
    ]
    return "\n".join(written) + "\n"


def _assumed() -> tuple[str, str]:
    """What the euros rest on besides the counts."""
    table = prices()
    return (
        f"Assumed: list prices of {table['valid_from']} in {table['region']}, {table['euro_per_usd']} euros for a",
        "US dollar, and how long each function runs ([prices.json](bench/life/prices.json)).",
    )


def _many(many: Decimal) -> str:
    return f"{many.quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():,f}"


def _euros(euros: Decimal) -> str:
    return f"{euros.quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}"


def _cents(cents: Decimal) -> str:
    return f"{cents.quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}"


def in_readme() -> str:
    """The lines as the README has them now."""
    return README.read_text("utf-8").split(BEGIN)[1].split(END)[0]


def write(lives: dict[str, Counted]) -> None:
    """The counts beside this file, and the lines into the README."""
    COUNTS.write_text(json.dumps(lives, indent=1) + "\n", "utf-8")
    before, rest = README.read_text("utf-8").split(BEGIN)
    README.write_text(before + BEGIN + table(lives["whole"]) + END + rest.split(END)[1], "utf-8")
