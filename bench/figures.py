"""The README's figures, out of results.json: `make bench` puts them between two marks, a test compares them."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "bench" / "results.json"
BEGIN, END = "<!-- figures, by make bench -->\n", "<!-- end of figures -->\n"


def table(rows: dict[str, Any]) -> str:
    """The few figures a reader of the README wants, each with what it was measured beside and its bound."""

    def times(name: str) -> str:
        return f"{rows[name]['ratio']:.2f} ×"

    heaviest = max(row["value"] for name, row in rows.items() if name.startswith("page_weight"))
    first, batch = rows["first_response.page"], rows["batch_rows"]
    zipped, unzipped = rows["package.zipped"]["value"], rows["package.unzipped"]["value"]
    lines = (
        ("what", "measured", "beside", "bound"),
        ("---",) * 4,
        (
            "first matter page of a fresh process",
            f"{first['value']:.0f} ms",
            f"{times('first_response.page')} a bare Chalice page with the same reads",
            "≤ 1.5 ×",
        ),
        (
            "the same page, warm",
            f"{rows['warm_page']['value']:.1f} ms",
            f"{times('warm_page')} the same two reads with no rendering",
            "≤ 1.5 ×",
        ),
        ("reads per page", f"{rows['reads_per_page']['value']:.0f}", "the link, the matter", "≤ 2"),
        ("heaviest page, compressed, in one request", f"{heaviest / 1024:.1f} KB", "", "≤ 14 KB"),
        (
            "rows from upload to the last planned contact",
            f"{batch['value']:.0f} a second, one process",
            f"{times('batch_rows')} a worker making the same calls with no logic",
            "≥ 0.6 ×",
        ),
        (
            "payments from the queue to the ledger",
            f"{rows['bookings']['value']:.0f} a second, one process",
            f"{times('bookings')} a worker making the same calls with no logic",
            "≥ 0.6 ×",
        ),
        (
            "messages from their hour to the next one planned",
            f"{rows['sendings']['value']:.0f} a second, one process",
            f"{times('sendings')} a worker making the same calls with no logic",
            "≥ 0.6 ×",
        ),
        (
            "the page of a claim with 10,000 ledger entries",
            f"{rows['long_claim']['value']:.1f} ms",
            f"{times('long_claim')} one with 3",
            "≤ 1.2 ×",
        ),
        ("one score", f"{rows['score']['value']:.1f} µs", f"{times('score')} an ONNX Identity", "≤ 2 ×"),
        (
            "the law asked and a message written, one contact",
            f"{rows['one_contact']['value']:.1f} ms",
            f"{times('one_contact')} its bare templates",
            "≤ 6 ×",
        ),
        ("the exported model against its training", f"{rows['score_parity']['value']:.0e}", "", "≤ 1e-6"),
        (
            "the package",
            f"{zipped:.1f} MB zipped, {unzipped:.0f} MB unzipped",
            "",
            "≤ 45, ≤ 150",
        ),
    )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def in_readme() -> str:
    """The figures as the README has them now."""
    return README.read_text("utf-8").split(BEGIN)[1].split(END)[0]


def write_readme() -> None:
    """Put the figures of results.json into the README."""
    text = README.read_text("utf-8")
    rows = json.loads(RESULTS.read_text("utf-8"))["rows"]
    before, rest = text.split(BEGIN)
    README.write_text(before + BEGIN + table(rows) + END + rest.split(END)[1], "utf-8")
