"""The model on the deployed package: the worker chooses, the night has what waits chosen, a setting rolls back."""

import csv
import io
import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta

import duckdb
import pytest

from chalicelib.domain.arm import ARMS
from chalicelib.domain.choice import is_held_out
from chalicelib.domain.chosen import How
from chalicelib.domain.contact import ContactState
from chalicelib.domain.export import TABLES
from local import control
from local.deployment import STACK
from tests.fakes.world import STRATEGIES
from tests.journeys.claims import CREDITOR, HEADER, PEOPLE
from tests.journeys.stack import stack  # noqa: F401 - the fixture
from tests.journeys.walking import house_of

NAME = "modell"
PATIENCE = 120
# The scheduler lets go of what is due at one moment within this time.
WINDOW = timedelta(minutes=40)
MODEL_CHOSE = (How.BEST, How.CHEAPEST, How.DRAWN)
OWN = ("id:", "iban:", "provider_secret:", "release:")


def opened(stack):  # noqa: F811
    """A creditor like the sample's, whose claims are planned as they come in."""
    text = (stack.places.sample / f"creditors/{CREDITOR}.yaml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(OWN)]
    kept = {"api_key": "sk_test_modell", "webhook_secret": "whsec_modell"}
    till = {**kept, "webhook_url": f"{stack.urls['api']}/webhooks/{NAME}/stripe"}
    control.post(f"{stack.payments}/_double/accounts", till)
    secret = f"kulanz/creditors/{NAME}/stripe"
    stack.aws("secretsmanager").create_secret(Name=secret, SecretString=json.dumps(kept))
    own = [f"id: {NAME}", "iban: DE89370400440532013000", "release: at_once"]
    stack.upload(f"creditors/{NAME}.yaml", "\n".join([*own, *lines, ""]).encode())
    stack.settle(PATIENCE)


def handed_in(stack, number):  # noqa: F811
    """One claim of somebody who is not held out; its debtor's number."""
    by_mail = next(person for person in PEOPLE if person.by_email)
    person = replace(by_mail, number=number)
    assert not is_held_out(NAME, person.debtor, STRATEGIES["balanced"].held_out)
    written = io.StringIO()
    file = csv.DictWriter(written, HEADER)
    file.writeheader()
    file.writerow({**person.row(stack.now().date()), "phone": person.phone})
    stack.upload(f"inbox/{NAME}/{number}.csv", written.getvalue().encode())
    stack.settle(PATIENCE)
    return person.debtor


def planned(stack, debtor):  # noqa: F811
    matter = house_of(stack).matter(NAME, debtor)
    (contact,) = [contact for contact in matter.contacts.values() if contact.state is ContactState.PLANNED]
    return contact


@contextmanager
def asking(stack, model):  # noqa: F811
    """The worker with another date in its setting, as `--model` deploys it."""
    functions, name = stack.aws("lambda"), f"{STACK}-claims"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**before, "MODEL": model}}
    )
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})


@pytest.mark.long
def test_the_worker_chooses_and_one_setting_rolls_the_model_back(stack):  # noqa: F811
    opened(stack)
    first = planned(stack, handed_in(stack, 71))
    choice = first.choice
    assert choice.how in MODEL_CHOSE and choice.model.startswith("responds28-") and choice.flagged is None
    assert abs(sum(choice.propensities.values()) - 1) < 1e-9 and choice.arm in choice.propensities
    arm = next(arm for arm in ARMS if arm.key == choice.arm)
    assert (first.channel, first.tone) == (arm.channel, arm.tone)
    with asking(stack, "2026-11-21"):
        debtor = handed_in(stack, 72)
    rolled_back = planned(stack, debtor).choice
    assert (rolled_back.how, rolled_back.flagged) == (
        How.STRATEGY,
        "model missing: responds28-2026-11-21.onnx",
    )
    (claim,) = house_of(stack).matter(NAME, debtor).claims.values()
    assert claim.score.model == "pays28-2026-11-21"
    what_waits_is_chosen_for_in_the_night(stack, first)
    what_was_chosen_is_exported(stack, first)


def what_waits_is_chosen_for_in_the_night(stack, first):  # noqa: F811
    """The second reminder is planned by the strategy, and chosen for two days before its hour at the latest."""
    stack.move_clock(first.due_at + WINDOW)
    stack.settle(PATIENCE)
    waiting = planned(stack, first.debtor)
    assert (waiting.step, waiting.choice) == (1, None)
    stack.move_clock("tomorrow")  # whose night exports the day before
    stack.settle(PATIENCE)
    stack.move_clock(waiting.due_at - timedelta(hours=47))
    for _ in range(2):
        stack.move_clock("tomorrow")
        stack.settle(PATIENCE)
        chosen = [
            contact
            for contact in house_of(stack).matter(NAME, first.debtor).contacts.values()
            if contact.step == 1 and contact.choice
        ]
        if chosen:
            break
    assert chosen and chosen[0].choice.how in MODEL_CHOSE
    assert chosen[0].choice.features["recent"] == 1, "it knows of the first message"


def what_was_chosen_is_exported(stack, first):  # noqa: F811
    """The night's file holds the decision with everything that is learnt from."""
    day = first.due_at.astimezone(UTC).date().isoformat()
    key = f"exports/decisions/creditor={NAME}/day={day}.parquet"
    body = stack.aws("s3").get_object(Bucket=stack.urls["bucket"], Key=key)["Body"].read()
    path = stack.places.root / f"{NAME}-{day}.parquet"
    path.write_bytes(body)
    rows = duckdb.read_parquet(str(path))
    names = rows.columns
    assert names == [column.name for column in TABLES["decisions"]]
    (row,) = [dict(zip(names, told, strict=True)) for told in rows.fetchall() if told[0] == first.id][-1:]
    assert (row["arm"], row["how"], row["arm_propensity"]) == (
        first.choice.arm,
        first.choice.how.value,
        first.choice.propensity,
    )
    assert json.loads(row["propensities"]) == first.choice.propensities
    assert row["r_untouched"] == first.choice.features["untouched"] and row["response_sha256"]
