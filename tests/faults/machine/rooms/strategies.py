"""A creditor's own strategy: a version once, noted as dry-run, put in force and taken back by a person."""

import os

from chalicelib import wiring

from ..scenario import scenario
from ..stage import Wakes
from .batches import INTAKE
from .out import does

REPORT = "0123456789ab"


def strategy(stage, text="based_on: gentle\nspeed: calm\n"):
    """The creditor's own strategy, put into the bucket: the bucket's notice."""
    key = f"strategies/{stage.creditor.id}.yaml"
    put = stage.house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=text.encode())
    told = {"object": {"key": key, "etag": put["ETag"].strip('"')}, "requester": "123456789012"}
    return Wakes(INTAKE, {"detail": told})


def rehearsed(stage):
    """A version whose report somebody has."""
    stage.open(own_strategy=None)
    strategy(stage).wake()
    does(stage, "anna", "dry-run", version="1", report=REPORT).wake()


def in_force(stage):
    return wiring.store().fresh_creditor(stage.creditor.id).own_strategy


@scenario()
def a_strategy_comes(stage):
    stage.open(own_strategy=None)
    yield strategy(stage)
    (version,) = wiring.store().own_strategies(stage.creditor.id)
    assert version.number == 1 and in_force(stage) is None
    assert any(key.endswith("/strategy.json") for key in stage.objects())


@scenario()
def a_strategy_that_would_charge_for_time_is_refused_whole(stage):
    stage.open(own_strategy=None)
    yield strategy(stage, "plan_fee: 2.50\n")
    assert wiring.store().own_strategies(stage.creditor.id) == ()
    assert any(key.endswith("/strategy.json") for key in stage.objects())


@scenario()
def a_person_notes_a_dry_run(stage):
    stage.open(own_strategy=None)
    strategy(stage).wake()
    yield does(stage, "anna", "dry-run", version="1", report=REPORT)
    (version,) = wiring.store().own_strategies(stage.creditor.id)
    assert [run.by for run in version.dry_runs] == ["anna"]


@scenario()
def a_person_puts_a_strategy_in_force(stage):
    rehearsed(stage)
    yield does(stage, "anna", "strategy", live="true", version="1", report=REPORT)
    assert in_force(stage).number == 1


@scenario()
def a_person_takes_a_strategy_back(stage):
    rehearsed(stage)
    does(stage, "anna", "strategy", live="true", version="1", report=REPORT).wake()
    yield does(stage, "bernd", "strategy", live="true", version="0")
    assert in_force(stage) is None
