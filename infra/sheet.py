"""Draws the release sheet of a batch (`python -m infra.sheet --creditor nordlicht --batch …`, `make sheet`).

It reads the table with one's own AWS credentials, writes nothing there, and puts one HTML file beside the person
who is to decide: how many claims, how much, to whom not and why, what would leave when, and five messages with the
pages behind their links, drawn by the composer and the templates of the package. docs/sending.md says who may.
"""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from jinja2 import FileSystemLoader

from chalicelib import registry
from chalicelib.actions.choose_arm import Chooser
from chalicelib.actions.make_sheet import NO_TOKEN, Draft, make_sheet
from chalicelib.actions.send_contact import leaves
from chalicelib.actions.write_message import Pen
from chalicelib.adapters.batches.reasons import LANGUAGES, told
from chalicelib.adapters.dynamo.batches import DynamoBatches
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.adapters.onnx.scorer import OnnxScorer
from chalicelib.domain import policies as policy_package
from chalicelib.domain import strategies as strategy_package
from chalicelib.domain.accrual import good_to
from chalicelib.domain.batch import Outcome
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.factors import asked
from chalicelib.domain.money import Money
from chalicelib.domain.parties import ChannelKind, Creditor
from chalicelib.domain.pay_link import LIFETIME, LinkPurpose, PayLink
from chalicelib.domain.policies._country import CountryPolicy
from chalicelib.domain.release_sheet import ReleaseSheet
from chalicelib.domain.strategies._base import Strategy, strategy_of
from chalicelib.presentation import render, views
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import locale, negotiate
from chalicelib.wiring.carriers import cost_of
from infra.operate import in_one_line
from infra.sheet_words import WORDS

HERE = Path(__file__).parent
RELEASE = 'make operate CREDITOR={creditor} DO="release-batch --batch {batch} --sheet {sheet}"'


def chooser() -> Chooser:
    """What arms are chosen with, as the stack does it: by the model that `MODEL` names, or the newest."""
    return Chooser(OnnxScorer(version=os.environ.get("MODEL", "")), cost_of)


class NoSheet(Exception):
    """There is no such creditor or batch here."""


def pen_over(table: Table) -> Pen:
    """What messages are written with, over this table; none of them carries a code."""

    def no_code(contact: str) -> str:
        raise ValueError("a first message carries no code")

    return Pen(
        store=DynamoStore(table, lambda: datetime.now(UTC)),
        compose=compose,
        policies=registry.collect(policy_package, "POLICY"),
        strategies=registry.collect(strategy_package, "STRATEGY"),
        code_of=no_code,
    )


def drawn_sheet(table: Table, creditor: str, batch: str, *, seed: str, now: datetime) -> tuple[ReleaseSheet, str]:
    """The sheet and its HTML. NoSheet where the table has no such creditor or batch."""
    pen, batches = pen_over(table), DynamoBatches(table, lambda: now)
    settings, held = pen.store.fresh_creditor(creditor), batches.batch(creditor, batch)
    if settings is None or held is None:
        raise NoSheet(f"there is no batch {batch} of {creditor}: the name of its report is its id")
    sheet, drafts = make_sheet(settings, held, seed=seed, batches=batches, pen=pen, chooser=chooser(), now=now)
    return sheet, html(settings, sheet, drafts, pen, now)


def html(creditor: Creditor, sheet: ReleaseSheet, drafts: tuple[Draft, ...], pen: Pen, now: datetime) -> str:
    """The whole sheet in the language of the creditor's reports; nothing in it runs, or is fetched."""
    language = creditor.language if creditor.language in LANGUAGES else "en"
    words, tongue = WORDS[language], locale(language)
    policy, strategy = pen.policies[creditor.country], strategy_of(creditor, pen.strategies)
    batch, zone = sheet.batch, policy.zone

    def at(moment: datetime) -> str:
        return f"{tongue.date(moment.astimezone(zone).date())}, {tongue.time(moment, zone)}"

    return (
        render.built(FileSystemLoader(HERE))
        .get_template("release_sheet.html")
        .render(
            language=language,
            t=words,
            sheet=sheet,
            batch=batch,
            creditor=creditor,
            drawn=at(now),
            released=f"{batch.release.by}, {at(batch.release.at)}" if batch.release else "",
            unread=max(0, batch.rows - batch.settled),
            quiet=not leaves(creditor),
            sums=[
                {"currency": s.currency, "claims": s.claims, "owed": tongue.money(Money(s.owed, s.currency))}
                for s in sheet.sums
            ],
            rows=[(words["outcomes"][kind.value], batch.counts.get(kind, 0)) for kind in Outcome],
            refusals=[(reason, told(reason, language)["said"], number) for reason, number in sheet.refusals],
            waves=[
                (
                    tongue.weekday_date(w.day),
                    _name(words, "channels", w.channel),
                    _manner(words, w.tone, notice=w.notice),
                    w.messages,
                )
                for w in sheet.waves
            ],
            drafts=[
                {
                    "claim": one.claim.id,
                    "channel": _name(words, "channels", one.contact.channel),
                    "tone": _manner(words, one.contact.tone, notice=one.contact.kind is MessageKind.NOTICE),
                    "at": at(one.contact.due_at),
                    "language": one.message.language,
                    **_as_sent(one),
                    "pages": list(pages(creditor, one, policy, strategy)),
                }
                for one in drafts
            ],
            command=RELEASE.format(creditor=creditor.id, batch=batch.id, sheet=sheet.id),
        )
    )


def _name(words: dict[str, Any], kind: str, value: str) -> str:
    found: str = words[kind].get(value, value)
    return found


def _manner(words: dict[str, Any], tone: Tone, *, notice: bool) -> str:
    """A collector's first notice says what the law asks for, in no tone of the strategy's."""
    said: str = words["notice"] if notice else _name(words, "tones", tone)
    return said


def _as_sent(one: Draft) -> dict[str, str]:
    """What of a message its reader gets by this channel."""
    if one.contact.channel is ChannelKind.SMS:
        return {"subject": "", "text": one.message.short, "html": ""}
    return {"subject": one.message.subject, "text": one.message.long, "html": one.message.html}


def pages(creditor: Creditor, one: Draft, policy: CountryPolicy, strategy: Strategy) -> Iterator[tuple[str, str]]:
    """The door behind the message's link and the page behind the door, as a phone gets them at that hour."""
    debtor, claim, now = one.matter.debtor, one.claim, one.contact.due_at
    tongue = negotiate(None, debtor.language, None, creditor.country)
    link = PayLink(
        id=NO_TOKEN,
        creditor=creditor.id,
        debtor=debtor.number,
        claim=claim.id,
        contact=one.contact.id,
        issued_at=now,
        expires_at=now + LIFETIME,
        factors=asked(LinkPurpose.CONTACT, debtor, claim),
        language=debtor.language,
    )
    at_the_door = views.frame(tongue, zone=policy.zone, creditor=creditor, token=NO_TOKEN)
    yield "door", render.page(views.door(at_the_door, link)).body
    inside = views.frame(tongue, zone=policy.zone, creditor=creditor, token=NO_TOKEN, place="matter")
    shown = views.of_claim(
        inside,
        creditor,
        debtor,
        claim,
        claim.recent,
        now,
        good_until=good_to(claim, now.astimezone(policy.zone).date(), strategy.open_days),
        others=views.others_of(inside, one.matter, claim, now),
    )
    yield "matter", render.page(shown).body


def main() -> None:
    """Draw the sheet into a file that only you may read, and say what it is."""
    parser = argparse.ArgumentParser(prog="python -m infra.sheet", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--creditor", required=True)
    parser.add_argument("--batch", required=True)
    parser.add_argument("--out", type=Path, help="where to (default: sheet-<creditor>-<batch>.html)")
    parser.add_argument("--seed", default="", help="another word chooses other messages")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    given = parser.parse_args()
    session = boto3.Session(region_name=given.region)
    out = given.out or Path(f"sheet-{given.creditor}-{given.batch}.html")
    with in_one_line():
        formation = session.client("cloudformation", endpoint_url=given.endpoint_url)
        found = formation.describe_stack_resource(StackName=given.stack, LogicalResourceId="Table")
        name = found["StackResourceDetail"]["PhysicalResourceId"]
        table = Table(name, session.client("dynamodb", endpoint_url=given.endpoint_url))
        try:
            sheet, body = drawn_sheet(table, given.creditor, given.batch, seed=given.seed, now=datetime.now(UTC))
        except NoSheet as none:
            raise SystemExit(str(none)) from None
    private(out, body)
    print(f"{sheet.claims} claims, {sheet.messages} first messages, {sheet.refused} not written to")
    print(f"sheet {sheet.id}: {out}")


def private(path: Path, body: str) -> None:
    """A file for its owner's eyes only, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(body)


if __name__ == "__main__":
    main()
