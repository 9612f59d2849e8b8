"""A batch that rests, what is held, and who is forgotten again, by the commands of operators on the package."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.adapters.dynamo.table import Table
from chalicelib.domain.rehearsal import Leg
from infra.dry_run import reckoned
from infra.forget_again import forget_again
from infra.sheet import drawn_sheet
from local import control, people
from local.client import ACCOUNT, REGION
from local.deployment import STACK
from tests.journeys.claims import CREDITOR, HEADER, PEOPLE
from tests.journeys.stack import stack  # noqa: F401 - the fixture

NAME = "ruhe"
BATCHES = f"reports/{NAME}/"
PATIENCE = 120
# The scheduler lets go of what is due at one moment within this time.
WINDOW = timedelta(minutes=40)
# What a creditor of one's own says for itself.
OWN = ("id:", "iban:", "provider_secret:", "release:")


def opened(stack):  # noqa: F811
    """A creditor like the sample's, whose batches rest until a person has seen their sheet."""
    text = (stack.places.sample / f"creditors/{CREDITOR}.yaml").read_text()
    lines = [
        line for line in text.splitlines() if not line.startswith(("id:", "iban:", "provider_secret:", "release:"))
    ]
    kept = {"api_key": "sk_test_ruhe", "webhook_secret": "whsec_ruhe"}
    till = {**kept, "webhook_url": f"{stack.urls['api']}/webhooks/{NAME}/stripe"}
    control.post(f"{stack.payments}/_double/accounts", till)
    stack.aws("secretsmanager").create_secret(
        Name=f"kulanz/creditors/{NAME}/stripe", SecretString=json.dumps(kept)
    )
    own = [f"id: {NAME}", "iban: DE02300209000106531065", "release: by_hand"]
    stack.upload(f"creditors/{NAME}.yaml", "\n".join([*own, *lines, ""]).encode())
    stack.settle(PATIENCE)


def handed_in(stack):  # noqa: F811
    """Two claims in one file; the id under which its batch is reported."""
    written = io.StringIO()
    file = csv.DictWriter(written, HEADER)
    file.writeheader()
    by_mail = next(person for person in PEOPLE if person.by_email)
    for number in (91, 92):
        file.writerow(replace(by_mail, number=number).row(stack.now().date()))
    stack.upload(f"inbox/{NAME}/two.csv", written.getvalue().encode())
    stack.settle(PATIENCE)
    found = stack.aws("s3").list_objects_v2(Bucket=stack.urls["bucket"], Prefix=BATCHES)["Contents"]
    (report,) = [item["Key"] for item in found if item["Key"].endswith(".json") and "settings" not in item["Key"]]
    return report.removeprefix(BATCHES).removesuffix(".json")


def says(stack, command, **said):  # noqa: F811
    return people.ask(stack.places, "anna", NAME, command, said)


def contacts_of(stack):  # noqa: F811
    """Each contact with this creditor's debtors, as it is kept."""
    table = json.loads(stack.places.deployment.read_text())["outputs"]["TableName"]
    pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith(f"CR#{NAME}#D#")]
    return [item for item in items if item["sk"]["S"].startswith("CONTACT#")]


def states(stack):  # noqa: F811
    return sorted(item["state"]["S"] for item in contacts_of(stack))


def next_due(stack):  # noqa: F811
    """When the scheduler has let go of the next contact with this creditor's debtors."""
    due = [item["due_at"]["S"] for item in contacts_of(stack) if item["state"]["S"] == "planned"]
    return max([stack.now(), *map(datetime.fromisoformat, sorted(due)[:1])]) + WINDOW


def mails(stack):  # noqa: F811
    return [mail for number in (91, 92) for mail in stack.messages(to=f"debtor{number}@example.com")]


def sheet_of(stack, batch):  # noqa: F811
    """The sheet as a person draws it, and what it says of the messages."""
    name = json.loads(stack.places.deployment.read_text())["outputs"]["TableName"]
    sheet, page = drawn_sheet(Table(name, stack.aws("dynamodb")), NAME, batch, seed="", now=stack.now())
    assert f"--sheet {sheet.id}" in page
    return sheet


@pytest.mark.long
def test_O1_O2_a_batch_leaves_when_a_person_has_released_it_and_nothing_is_held(stack):  # noqa: F811
    opened(stack)
    batch = handed_in(stack)
    sheet = sheet_of(stack, batch)
    assert (sheet.claims, sheet.messages) == (2, 2) and "planned" not in states(stack)
    assert says(stack, "release-batch", batch=batch, sheet="0" * 12)[0] == 409, "of a sheet nobody drew"
    assert says(stack, "hold")[0] == 200
    try:
        status, said = says(stack, "release-batch", batch=batch, sheet=sheet.id)
        assert status == 200 and said["batch"]["release"]["by"] == "anna"
        stack.settle(PATIENCE)
        assert states(stack).count("planned") == 2
        stack.move_clock(next_due(stack))
        assert not mails(stack) and states(stack).count("planned") == 2, "held, they wait where they are"
    finally:
        assert says(stack, "lift")[0] == 200
    for _ in range(8):
        stack.settle(PATIENCE)
        if len(mails(stack)) >= 2:
            break
        stack.move_clock(next_due(stack))
    assert len({mail["to"] for mail in mails(stack)}) == 2


@pytest.mark.long
def test_a_strategy_of_ones_own_comes_by_the_bucket_is_reckoned_and_counts_by_a_persons_word(stack):  # noqa: F811
    stack.upload(f"strategies/{NAME}.yaml", b"based_on: loyalty_first\nspeed: calm\n")
    stack.settle(PATIENCE)
    found = stack.aws("s3").get_object(Bucket=stack.urls["bucket"], Key=f"reports/{NAME}/strategy.json")
    answer = json.loads(found["Body"].read())
    assert (answer["status"], answer["version"]) == ("accepted", 1), answer
    name = json.loads(stack.places.deployment.read_text())["outputs"]["TableName"]
    table = Table(name, stack.aws("dynamodb"))
    _, version, report = reckoned(table, NAME, None, now=stack.now())
    assert (report.debtors, report.claims) == (2, 2) and report.legs[Leg.DID].messages == 2
    live = {"version": "1", "report": report.id, "live": "true"}
    assert says(stack, "strategy", **live)[0] == 409, "nobody has noted the report yet"
    assert says(stack, "dry-run", version="1", report=report.id)[0] == 200
    before = states(stack)
    assert says(stack, "strategy", **live)[1]["in_force"] == version.number
    assert states(stack) == before, "what is planned already stays planned"


def test_G2_after_a_restore_the_function_finds_in_the_bucket_whom_to_forget(stack):  # noqa: F811
    today = stack.now().astimezone(UTC).date()
    key = f"erasures/{NAME}/{today.isoformat()}/nobody-any-more"
    stack.aws("s3").put_object(Bucket=stack.urls["bucket"], Key=key, Body=b"")
    account = boto3.Session(ACCOUNT["AccessKeyId"], ACCOUNT["SecretAccessKey"], region_name=REGION)
    where = {"session": account, "endpoint_url": stack.urls["aws"], "region": REGION}
    said = forget_again(STACK, today - timedelta(days=1), creditor=NAME, **where)
    assert said == {"noted": 1, "forgotten_again": 0}
