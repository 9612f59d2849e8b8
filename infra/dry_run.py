"""Dry-runs a creditor's own strategy (`python -m infra.dry_run --creditor nordlicht`, `make dry-run`).

It reads the table with one's own AWS credentials, reckons what the version would have sent and would send over the
whole portfolio, beside the strategy in force, and puts one HTML file beside the person who is to decide. Then it
says at the operators' door that this person has the report, without which the version cannot be put in force.
docs/strategies.md says who may.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from jinja2 import FileSystemLoader

from chalicelib import registry
from chalicelib.actions.dry_run import dry_run
from chalicelib.actions.permit_contact import leaves
from chalicelib.adapters.batches.reasons import LANGUAGES
from chalicelib.adapters.dynamo.batches import DynamoBatches
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.adapters.dynamo.watch import DynamoWatch
from chalicelib.domain import policies as policy_package
from chalicelib.domain import strategies as strategy_package
from chalicelib.domain.parties import Creditor
from chalicelib.domain.rehearsal import DryRunReport, Leg
from chalicelib.domain.strategies._base import Strategy, strategy_of
from chalicelib.domain.strategies._own import StrategyVersion
from chalicelib.presentation import render
from chalicelib.presentation.i18n import Locale, locale
from infra.dry_run_pictures import columns, number, table
from infra.dry_run_settings import differences
from infra.dry_run_words import WORDS
from infra.operate import in_one_line, operate
from infra.refusals import in_words
from infra.sheet import chooser, private

HERE = Path(__file__).parent
LIVE = 'make operate CREDITOR={creditor} DO="strategy --live --version {version} --report {report}"'
# Later than anybody's day to be looked at: all of them are found by it.
EVER = timedelta(days=365 * 90)
TOLD_EACH = 250
# By what a report counts messages: the place in its lines, and where the words for it are.
CHANNEL, TONE, KIND, WHY = 1, 2, 3, 4


class NoDryRun(Exception):
    """There is no such creditor here, or no such version of its own strategy."""


def debtors_of(table: Table, creditor: str, now: datetime) -> Iterator[str]:
    """The numbers of all of a creditor's debtors who have not been forgotten."""
    for whose, debtor in DynamoWatch(table).people_to_forget(now + EVER):
        if whose == creditor:
            yield debtor


def reckoned(
    table: Table, creditor: str, version: int | None, *, now: datetime
) -> tuple[Creditor, StrategyVersion, DryRunReport]:
    """The report of this version, the newest where none is named. NoDryRun where there is nothing to reckon."""
    store = DynamoStore(table, lambda: now)
    settings, versions = store.fresh_creditor(creditor), store.own_strategies(creditor)
    found = next((one for one in reversed(versions) if version in (None, one.number)), None)
    if settings is None or found is None:
        raise NoDryRun(
            f"{creditor} has no strategy of its own of that number: put strategies/{creditor}.yaml there"
        )
    report = dry_run(
        settings,
        found.own,
        debtors_of(table, creditor, now),
        store=store,
        batches=DynamoBatches(table, lambda: now),
        policies=registry.collect(policy_package, "POLICY"),
        strategies=registry.collect(strategy_package, "STRATEGY"),
        chooser=chooser(),
        now=now,
        seen=_told,
    )
    return settings, found, report


def _told(done: int) -> None:
    if done % TOLD_EACH == 0:
        print(f"{done} debtors reckoned", file=sys.stderr)


def html(creditor: Creditor, trial: Strategy, report: DryRunReport, now: datetime) -> str:
    """The whole report in the language of the creditor's reports; nothing in it runs, or is fetched."""
    language = creditor.language if creditor.language in LANGUAGES else "en"
    words, tongue = WORDS[language], locale(language)
    zone = registry.collect(policy_package, "POLICY")[creditor.country].zone
    in_force = strategy_of(creditor, registry.collect(strategy_package, "STRATEGY"))
    there, currency = now.astimezone(zone), dict(creditor.profile.constants).get("currency", "EUR")
    return (
        render.built(FileSystemLoader(HERE))
        .get_template("dry_run.html")
        .render(
            language=language,
            t=words,
            report=report,
            creditor=creditor,
            drawn=f"{tongue.date(there.date())}, {tongue.time(now, zone)}",
            calm=_calm(report, words, tongue),
            debtors=number(report.debtors, tongue),
            claims=number(report.claims, tongue),
            resting=words["resting"].format(number=number(report.resting, tongue)) if report.resting else "",
            quiet=not leaves(creditor),
            parts=[
                _part("past", Leg.DID, Leg.WOULD_HAVE, report, language, tongue),
                _part("ahead", Leg.WILL, Leg.WOULD, report, language, tongue),
            ],
            days=list(_days(report, words, tongue)),
            settings=list(differences(in_force, trial, words, tongue, currency)) or [(words["alike"], "", "")],
            command=LIVE.format(creditor=creditor.id, version=report.version, report=report.id),
        )
    )


def _calm(report: DryRunReport, words: dict[str, Any], tongue: Locale) -> str:
    """What the whole comes to, in one sentence."""
    old, new = report.legs[Leg.WILL].messages, report.legs[Leg.WOULD].messages
    said = "same" if old == new else ("less" if new < old else "more")
    shown = {"old": old, "new": new, "difference": abs(new - old)}
    sentence: str = words[said].format(**{name: number(value, tongue) for name, value in shown.items()})
    return sentence


def _part(name: str, old: Leg, new: Leg, report: DryRunReport, language: str, tongue: Locale) -> dict[str, Any]:
    """One half of the report: a picture over time, the sums, and the messages by channel, tone and reason."""
    words = WORDS[language]
    was, would = report.legs[old], report.legs[new]
    manners = [{_manner(tone, kind): n for (tone, kind), n in _by_manner(leg).items()} for leg in (was, would)]
    silences = [dict(leg.silent) for leg in (was, would)]
    told = {**_said(silences, language), **words["silences"]}
    return {
        "title": words[name],
        "said": words[f"{name}_said"],
        "picture": columns(
            was, would, words, tongue, whole=(report.drawn_at, report.until) if name == "ahead" else None
        ),
        "numbers": [
            (words[field], number(getattr(was, place), tongue), number(getattr(would, place), tongue))
            for field, place in (
                ("messages", "messages"),
                ("reached", "reached"),
                ("spoken", "spoken"),
                ("unspoken", "unspoken"),
            )
        ],
        "tables": [
            table(words["channel"], was.by(CHANNEL), would.by(CHANNEL), words["channels"], words, tongue),
            table(words["tone"], *manners, words["tones"], words, tongue),
            table(words["why"], was.by(WHY), would.by(WHY), words["whys"], words, tongue),
            table(words["silent"], *silences, told, words, tongue),
        ],
    }


def _by_manner(leg: Any) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for line in leg.lines:
        pair = (str(line[TONE]), str(line[KIND]))
        found[pair] = found.get(pair, 0) + line[-1]
    return found


def _manner(tone: str, kind: str) -> str:
    """A reminder speaks in its tone; what the law asks for, and the note before the day, are said by name."""
    return tone if kind == "reminder" else kind


def _said(silences: list[dict[str, int]], language: str) -> dict[str, str]:
    """The sentences the creditor knows from its batches' reports, for the reasons that have one."""
    known = LANGUAGES[language]
    return {reason: known[reason][0] for found in silences for reason in found if reason in known}


def _days(report: DryRunReport, words: dict[str, Any], tongue: Locale) -> Iterator[tuple[str, str, str, str, str]]:
    for day, channel, tone, kind, why, messages in report.legs[Leg.WOULD].lines:
        yield (
            tongue.weekday_date(day),
            words["channels"].get(channel, str(channel)),
            words["tones"].get(_manner(tone, kind), str(tone)),
            words["whys"].get(why, why),
            number(messages, tongue),
        )


def main() -> None:
    """Reckon, draw the report into a file that only you may read, and say at the door that you have it."""
    parser = argparse.ArgumentParser(prog="python -m infra.dry_run", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--creditor", required=True)
    parser.add_argument("--version", type=int, help="which of its versions (default: the newest)")
    parser.add_argument("--out", type=Path, help="where to (default: dry-run-<creditor>-<version>.html)")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    parser.add_argument("--address", help="where the API answers, for those who may not read the stack")
    given = parser.parse_args()
    session, now = boto3.Session(region_name=given.region), datetime.now(UTC)
    with in_one_line():
        formation = session.client("cloudformation", endpoint_url=given.endpoint_url)
        found = formation.describe_stack_resource(StackName=given.stack, LogicalResourceId="Table")
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        table = Table(name, session.client("dynamodb", endpoint_url=given.endpoint_url))
        try:
            settings, version, report = reckoned(table, given.creditor, given.version, now=now)
        except NoDryRun as none:
            raise SystemExit(str(none)) from None
        out = given.out or Path(f"dry-run-{given.creditor}-{version.number}.html")
        private(out, html(settings, version.own.strategy, report, now))
        old, new = report.legs[Leg.WILL].messages, report.legs[Leg.WOULD].messages
        print(f"version {version.number}, messages in 28 days: {new} instead of {old}; claims: {report.claims}")
        print(f"report {report.id}: {out}")
        status, answer = operate(
            given.stack,
            given.creditor,
            "dry-run",
            {"version": str(version.number), "report": report.id},
            session=session,
            address=given.address,
            endpoint_url=given.endpoint_url,
            region=given.region,
        )
    if status >= 400:
        raise SystemExit(f"drawn, and not noted, so that it cannot be put in force: {in_words(answer)}")


if __name__ == "__main__":
    main()
