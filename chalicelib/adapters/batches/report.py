"""The report of a batch, as JSON for machines and as CSV for a spreadsheet, in the creditor's language."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...domain.batch import Batch, Outcome, Problem, RowOutcome
from ...domain.profile import FileProfile
from .reasons import LANGUAGES, PLAIN, told

# A report lists the rows somebody should look at, and at most so many of them; the counts are complete.
MOST_LISTED = 10_000
# What a spreadsheet takes for a formula at the start of a cell (OWASP, CSV injection), full width included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
HEADERS = {
    "de": ("Zeile", "Forderung", "Ergebnis", "Spalte", "Grund", "Wert", "Was nicht stimmt", "Was zu tun ist"),
    "en": ("line", "claim", "outcome", "column", "reason", "value", "what is wrong", "what to do"),
}
REFUSED = {"de": "abgelehnt", "en": "refused"}
OUTCOMES = {
    "de": {
        Outcome.TAKEN: "übernommen",
        Outcome.UNCHANGED: "unverändert",
        Outcome.QUARANTINED: "zurückgestellt",
        Outcome.DIFFERING: "abweichend",
    },
    "en": {outcome: outcome.value for outcome in Outcome},
}
DELIMITER = {"de": ";", "en": ","}


@dataclass(frozen=True)
class Report:
    """Both forms of one report, ready to be stored under the two keys."""

    key: str
    json: bytes
    csv: bytes


def report_of(
    batch: Batch,
    outcomes: Iterable[RowOutcome],
    language: str,
    profile: FileProfile = PLAIN,
    *,
    by_hand: bool = False,
) -> Report:
    """The report of a batch as it stands now; the same state always gives the same bytes. `by_hand`: the
    creditor's batches rest until they are released.

    Examples of what to write instead are in the form of `profile`.
    `outcomes` may hold every row or only the notable ones, in any order; plainly taken and unchanged rows
    are counted, not listed.
    """
    language = language if language in LANGUAGES else "en"
    notable = sorted((row for row in outcomes if _notable(row)), key=lambda row: row.line)
    listed = notable[:MOST_LISTED]
    rests = by_hand and batch.release is None and batch.refused is None
    return Report(
        f"reports/{batch.creditor}/{batch.id}",
        _json(batch, listed, len(notable) - len(listed), language, profile, rests),
        _csv(batch, listed, language, profile),
    )


def settings_report(creditor: str, problems: Iterable[Problem], now: datetime, status: str = "refused") -> Report:
    """The report of refused settings (`creditors/<id>.yaml`), in every language, since the file that would
    say which one was not taken; or of what waits in settings that were accepted."""
    problems = list(problems)
    rows = [
        {"setting": problem.column, "value": problem.value}
        | {language: told(problem.reason, language) for language in LANGUAGES}
        for problem in problems
    ]
    body = {"creditor": creditor, "status": status, "at": now.isoformat(), "problems": rows}
    lines = [("setting", "value", *LANGUAGES)]
    for problem in problems:
        texts = (told(problem.reason, language) for language in LANGUAGES)
        sentences = (f"{text['said']} {text['mend']}" for text in texts)
        lines.append((problem.column, problem.value, *sentences))
    return Report(f"reports/{creditor}/settings", dumped(body), written(lines, ","))


def _notable(row: RowOutcome) -> bool:
    plain = row.outcome in (Outcome.TAKEN, Outcome.UNCHANGED)
    return not plain or bool(row.problems or row.flags or row.not_contacted)


def _json(
    batch: Batch, rows: list[RowOutcome], unlisted: int, language: str, profile: FileProfile, rests: bool
) -> bytes:
    refused = batch.refused
    body: dict[str, Any] = {
        "batch": batch.id,
        "creditor": batch.creditor,
        "file": batch.key,
        "sha256": batch.sha256,
        "status": batch.status.value,
        "received_at": batch.received_at.isoformat(),
        "done_at": batch.done_at.isoformat() if batch.done_at else None,
        "progress": {
            "rows": batch.rows,
            "settled": batch.settled,
            "chunks": batch.chunks,
            "chunks_done": batch.chunks_done,
        },
        "counts": {outcome.value: batch.counts.get(outcome, 0) for outcome in Outcome},
        "file_ends_early": batch.cut,
        "rests_until_released": rests,
        "released_at": batch.release.at.isoformat() if batch.release else None,
        "refused": None,
        "rows": [_row(row, language, profile) for row in rows],
        "rows_not_listed": unlisted,
    }
    if refused:
        place = {"byte": refused.byte, "line": refused.line, "value": refused.value}
        body["refused"] = told(refused.reason, language) | place
    return dumped(body)


def _row(row: RowOutcome, language: str, profile: FileProfile) -> dict[str, Any]:
    problems = [(problem, told(problem.reason, language, profile)) for problem in row.problems]
    return {
        "line": row.line,
        "claim": row.claim,
        "outcome": row.outcome.value,
        "problems": [{"column": each.column, "value": each.value} | text for each, text in problems],
        "flags": [told(flag, language) for flag in row.flags],
        "not_contacted": told(row.not_contacted, language) if row.not_contacted else None,
    }


def _csv(batch: Batch, rows: list[RowOutcome], language: str, profile: FileProfile) -> bytes:
    lines: list[tuple[object, ...]] = [HEADERS[language]]
    if batch.refused:
        text = told(batch.refused.reason, language)
        where = (f"Byte {batch.refused.byte}",) if batch.refused.byte is not None else ()
        found = ": ".join(part for part in (*where, batch.refused.value) if part)
        cells = ("", REFUSED[language], "", text["reason"], found)
        lines.append((batch.refused.line or "", *cells, text["said"], text["mend"]))
    for row in rows:
        first = (row.line, row.claim, OUTCOMES[language][row.outcome])
        lines += [(*first, *remark) for remark in _remarks(row, language, profile)]
    return written(lines, DELIMITER[language])


def _remarks(row: RowOutcome, language: str, profile: FileProfile) -> Iterator[tuple[str, ...]]:
    """One line of the table for each thing there is to say about a row, each thing once."""
    for problem in row.problems:
        text = told(problem.reason, language, profile)
        yield problem.column, text["reason"], problem.value, text["said"], text["mend"]
    silent = (row.not_contacted,) if row.not_contacted else ()
    for reason in dict.fromkeys((*row.flags, *silent)):
        text = told(reason, language)
        yield "", text["reason"], "", text["said"], text["mend"]


def dumped(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def written(lines: Iterable[tuple[object, ...]], delimiter: str) -> bytes:
    """CSV that a spreadsheet opens as text: UTF-8 with its mark, and no cell that begins a formula (B8)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for line in lines:
        writer.writerow([_unspelled(cell) for cell in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _unspelled(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return f"'{cell}"
    return cell
