"""The operators' commands about a creditor's own strategy: its versions, their dry runs, which one is in force."""

import re
from typing import Any

from ... import wiring
from ...domain.decision import Refused
from ...domain.strategies._own import StrategyVersion
from .answers import Said, Unfit, text_in, told

NUMBER = re.compile(r"[0-9]{1,5}")
REPORT = re.compile(r"[0-9a-f]{12}")


def list_strategies(creditor: str, query: dict[str, str]) -> Said:
    """Every version of the creditor's own, the first first, and which strategy is in force."""
    held = wiring.store().fresh_creditor(creditor)
    assert held  # the door knows the creditor
    own = held.own_strategy
    versions = [_shown(version) for version in wiring.store().own_strategies(creditor)]
    in_force = own.number if own else 0
    return {"said": "listed", "bundled": held.strategy, "in_force": in_force, "versions": versions}


def dry_run(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """That this person had a version reckoned over the portfolio: `make dry-run` says so by itself."""
    from ...actions.put_in_force import note_dry_run

    number, report = _number(body), _report(body)
    answer = note_dry_run(creditor, number, report, by=by, store=wiring.store(), now=wiring.clock())
    if isinstance(answer, Refused):
        return told(answer, "strategy")
    return {"said": "done", "strategy": _shown(answer)}


def strategy(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """Put a version in force; number 0 is the bundled strategy again. It takes the word `live`."""
    from ...actions.put_in_force import put_in_force

    if body.get("live") is not True and body.get("live") != "true":
        raise Unfit("live")
    report = _report(body) if "report" in body else ""
    answer = put_in_force(creditor, _number(body), report, by=by, store=wiring.store(), now=wiring.clock())
    if isinstance(answer, Refused):
        return told(answer, "in_force")
    own = answer.own_strategy
    return {
        "said": "done",
        "in_force": own.number if own else 0,
        "strategy": own.sha256 if own else answer.strategy,
    }


def _number(body: dict[str, Any]) -> int:
    text = text_in(body, "version")
    if not NUMBER.fullmatch(text):
        raise Unfit("version")
    return int(text)


def _report(body: dict[str, Any]) -> str:
    text = text_in(body, "report")
    if not REPORT.fullmatch(text):
        raise Unfit("report")
    return text


def _shown(version: StrategyVersion) -> Said:
    """A version by its number, who put it there and who had it reckoned."""
    runs = [{"report": run.report, "by": run.by, "at": run.at} for run in version.dry_runs]
    shown: Said = {"version": version.number, "sha256": version.own.sha256, "by": version.by, "at": version.at}
    return {**shown, "dry_runs": runs, "first_live": version.first_live}
