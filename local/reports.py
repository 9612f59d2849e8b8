"""What became of a file that was handed in: its report beside the stack, and the first things to mend."""

from pathlib import Path
from typing import Any

from local.batches import HandedIn
from local.places import Places

MOST_SHOWN = 5
SHOWN = ("taken", "unchanged", "quarantined", "differing")
PACKS = (".csv.gz", ".csv", ".zip")


def keep_report(places: Places, batch: HandedIn, bucket: str, s3: Any) -> Path:
    """Copy a batch's report to `.run/reports/<creditor>/<file>.csv` and `.json`; where the first of them lies."""
    folder = places.root / "reports" / batch.creditor
    folder.mkdir(parents=True, exist_ok=True)
    name = batch.key.rpartition("/")[2]
    for pack in PACKS:
        name = name.removesuffix(pack)
    for kind in (".json", ".csv"):
        body = s3.get_object(Bucket=bucket, Key=batch.report.removesuffix(".json") + kind)["Body"].read()
        (folder / f"{name}{kind}").write_bytes(body)
    return folder / f"{name}.csv"


def summary(report: dict, kept: Path) -> list[str]:
    """The lines that tell of a batch: its counts, the first rows that were not taken, where to read on."""
    counts = ", ".join(f"{report['counts'][kind]} {kind}" for kind in SHOWN if report["counts"].get(kind))
    said = "refused" if report["status"] == "refused" else counts or "no rows"
    early = ", the file ends early" if report["file_ends_early"] else ""
    lines = [f"{report['file']}: {said}{early}"]
    out = [row for row in report["rows"] if row["outcome"] in {"quarantined", "differing"}]
    for row in out[:MOST_SHOWN]:
        lines += [f"  line {row['line']}: {_problem(problem)}" for problem in row["problems"]]
    if len(out) > MOST_SHOWN:
        lines.append(f"  and {len(out) - MOST_SHOWN} more rows")
    if report.get("rests_until_released"):
        lines.append(f"  it rests until somebody releases it: docs/local.md; its id is {report['batch']}")
    return [*lines, f"  report: {_near(kept)} and .json"]


def refusal(report: dict, kept: Path) -> str:
    """Why a file was refused, as one line: whose it is, what is wrong, what to do; empty if it was not."""
    refused = report.get("refused")
    if not refused:
        return ""
    at = [f"{place} {refused[place]}" for place in ("line", "byte") if refused.get(place) is not None]
    where = f" at {', '.join(at)}" if at else ""
    found = f" ({refused['value']})" if refused["value"] else ""
    return (
        f"{report['file']} is refused for the creditor {report['creditor']}{where}: "
        f"{refused['said'].rstrip('.')}{found}. {refused['mend']} Report: {_near(kept)}"
    )


def _problem(problem: dict) -> str:
    column = f"{problem['column']}: " if problem["column"] else ""
    value = f" ({problem['value']})" if problem["value"] else ""
    return f"{column}{problem['said'].rstrip('.')}{value}. {problem['mend']}"


def _near(path: Path) -> str:
    """A path as one would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
