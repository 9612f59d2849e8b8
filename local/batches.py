"""Handing in files of claims and following each until its last row is settled."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.batch import batch_id
from local.control import read
from local.places import Places, Trouble, read_json, write_json

LONGEST_SILENCE = 120.0  # seconds without any progress
ENDED = {"done", "partial", "refused"}
SHOWN = ("taken", "unchanged", "quarantined", "differing")
BATCH_TROUBLE = 3  # exit status: the stack is up, but a file was not taken


class BatchTrouble(Trouble):
    """The stack stands; a file that was handed in was refused, or its rows do not move."""


@dataclass(frozen=True)
class HandedIn:
    """A file in the inbox and where its report will lie."""

    creditor: str
    key: str
    report: str


def hand_in(file: Path, creditor: str, bucket: str, s3: Any) -> HandedIn:
    """Put a file into a creditor's inbox."""
    key = f"inbox/{creditor}/{file.name}"
    tag = s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())["ETag"]
    return HandedIn(creditor, key, f"reports/{creditor}/{batch_id(creditor, key, tag)}.json")


def hand_in_all(
    places: Places, files: list[tuple[Path, str]], bucket: str, s3: Any, *, again: bool = False
) -> list[HandedIn]:
    """Hand in what was not handed in before, or whose report never came to its end; with `again`, all of it.

    A kill may lose the news of an upload; handing the same file in again changes nothing else.
    """
    handed_in = []
    for file, creditor in files:
        known = read_json(places.root / "batches.json").get(_name(file, creditor), {})
        if not again and known.get("ended") and known["bytes"] == file.stat().st_size:
            continue
        batch = hand_in(file, creditor, bucket, s3)
        _note(places, file, creditor, ended=False)
        handed_in.append(batch)
    return handed_in


def note_ended(places: Places, files: list[tuple[Path, str]]) -> None:
    """Remember that these files were taken, so that the next start does not hand them in again."""
    for file, creditor in files:
        _note(places, file, creditor, ended=True)


def settings_refusal(creditor: str, bucket: str, s3: Any) -> str:
    """Why a creditor's settings were refused, as one line; empty if they were not."""
    report = _object(f"reports/{creditor}/settings.json", bucket, s3)
    if report.get("status") != "refused":
        return ""
    said = " ".join(_problem(each) for each in report["problems"])
    return f"creditors/{creditor}.yaml is refused, what was accepted before stays in force: {said}"


def _problem(found: dict) -> str:
    value = f" ({found['value']})" if found["value"] else ""
    return f"{found['setting']}{value}: {found['en']['said']} {found['en']['mend']}"


def _note(places: Places, file: Path, creditor: str, *, ended: bool) -> None:
    known = read_json(places.root / "batches.json")
    known[_name(file, creditor)] = {"ended": ended, "bytes": file.stat().st_size}
    write_json(places.root / "batches.json", known)


def _name(file: Path, creditor: str) -> str:
    return f"{creditor}/{file.resolve()}"


def follow(batches: list[HandedIn], bucket: str, s3: Any, planned: Any) -> list[dict]:
    """Show the progress of these batches until each has ended; their last reports.

    `planned` answers with the number of contacts planned so far. Trouble when nothing moves for two minutes.
    """
    reports: list[dict] = [{} for _ in batches]
    moved, shown = time.monotonic(), ""
    while True:
        reports = [read_report(batch, bucket, s3) for batch in batches]
        line = progress_line(reports, planned())
        if line != shown:
            moved, shown = time.monotonic(), line
            _show(line)
        if all(report.get("status") in ENDED for report in reports):
            _show(line, last=True)
            return reports
        if time.monotonic() - moved > LONGEST_SILENCE:
            _show(line, last=True)
            raise Trouble(f"no progress for {LONGEST_SILENCE:.0f} s: {line}")
        time.sleep(0.5)


def read_report(batch: HandedIn, bucket: str, s3: Any) -> dict:
    """The batch's report so far, empty before there is one."""
    return _object(batch.report, bucket, s3)


def _object(key: str, bucket: str, s3: Any) -> dict:
    try:
        return read(lambda: s3.get_object(Bucket=bucket, Key=key)["Body"].read(), key)
    except ClientError as failure:
        if failure.response["Error"]["Code"] not in {"NoSuchKey", "404"}:
            raise
        return {}


def progress_line(reports: list[dict], planned: int) -> str:
    """`rows 120 of 200: 118 taken, 2 quarantined; 97 contacts planned`"""
    if reports and all(report.get("status") == "refused" for report in reports):
        return "refused: nothing of it was taken"
    rows = sum(report.get("progress", {}).get("rows", 0) for report in reports)
    counts = {kind: sum(report.get("counts", {}).get(kind, 0) for report in reports) for kind in SHOWN}
    settled = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number) or "reading"
    return f"rows {sum(counts.values())} of {rows}: {settled}; {planned} contacts planned"


def _show(line: str, *, last: bool = False) -> None:
    """On a terminal the line is rewritten in place; in a log only the last one is worth keeping."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K  {line}" + ("\n" if last else ""))
    elif last:
        sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()
