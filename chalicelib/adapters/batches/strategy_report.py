"""The answer to a creditor's own strategy, as JSON for machines and as CSV for a spreadsheet."""

from datetime import datetime
from typing import Any

from ...domain.batch import Problem
from ...domain.strategies._own import StrategyVersion
from .reasons import LANGUAGES, told
from .report import DELIMITER, Report, dumped, written

HEADERS = {
    "de": ("Zeile", "Angabe", "Wert", "Was nicht stimmt", "Was zu tun ist"),
    "en": ("line", "setting", "value", "what is wrong", "what to do"),
}
NEXT = {
    "de": "Angenommen als Version {number}. In Kraft ist sie nicht: erst der Probelauf, dann ein Mensch.",
    "en": "Accepted as version {number}. It is not in force: first the dry run, then a person.",
}


def strategy_report(
    creditor: str,
    problems: tuple[Problem, ...],
    accepted: StrategyVersion | None,
    language: str | None,
    now: datetime,
) -> Report:
    """What became of `strategies/<id>.yaml`: its version, or each problem with its line, the first line first.

    In the creditor's language; in every one where its settings are not known.
    """
    languages = [language] if language in LANGUAGES else list(LANGUAGES)
    body: dict[str, Any] = {
        "creditor": creditor,
        "status": "accepted" if accepted else "refused",
        "at": now.isoformat(),
        "problems": [_row(problem, languages) for problem in problems],
    }
    lines: list[tuple[object, ...]] = [HEADERS[languages[0]]]
    for problem in problems:
        for each in languages:
            text = told(problem.reason, each)
            lines.append((problem.line or "", problem.column, problem.value, text["said"], text["mend"]))
    if accepted:
        said = {each: NEXT[each].format(number=accepted.number) for each in languages}
        body |= {
            "version": accepted.number,
            "sha256": accepted.own.sha256,
            "accepted_at": accepted.at.isoformat(),
            "by": accepted.by,
            "said": said,
        }
        lines += [("", "", str(accepted.number), text, "") for text in said.values()]
    return Report(f"reports/{creditor}/strategy", dumped(body), written(lines, DELIMITER[languages[0]]))


def _row(problem: Problem, languages: list[str]) -> dict[str, Any]:
    place: dict[str, Any] = {"line": problem.line, "setting": problem.column, "value": problem.value}
    place["reason"] = problem.reason
    for language in languages:
        text = told(problem.reason, language)
        place[language] = {"said": text["said"], "mend": text["mend"]}
    return place
