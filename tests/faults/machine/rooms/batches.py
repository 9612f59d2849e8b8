"""A creditor's settings and files: taken whole, each row once."""

import os
from dataclasses import replace

import yaml

from chalicelib import wiring
from chalicelib.domain.account_change import AccountHolder
from chalicelib.ports import Commit
from tests.adapters.test_batches_creditor_file import GOOD
from tests.faults.files import Inbox, line

from ..scenario import scenario
from ..stage import EVENTS, Wakes, queued

INTAKE = "chalicelib.entrypoints.uploads:intake"


def settings(stage, **changes):
    """The creditor's settings, put into the bucket: the bucket's notice."""
    name = stage.creditor.id
    text = {**GOOD, "id": name, "strategy": "balanced", "country": "DE", **changes}
    key = f"creditors/{name}.yaml"
    put = stage.house.aws.client("s3").put_object(
        Bucket=os.environ["BUCKET"], Key=key, Body=yaml.safe_dump(text, allow_unicode=True).encode()
    )
    return Wakes(INTAKE, {"detail": {"object": {"key": key, "etag": put["ETag"].strip('"')}}})


def loaded(stage, lines):
    """The file, put into the bucket and read; the chunks that wait for the workers."""
    inbox = Inbox(stage.house, stage.creditor)
    Wakes(INTAKE, inbox.put(lines)).wake()
    return inbox.chunks()


@scenario()
def settings_come(stage):
    stage.open()
    yield settings(stage, help_hours="Mo-Fr 9-17")
    known = wiring.store().fresh_creditor(stage.creditor.id)
    assert known.help_hours == "Mo-Fr 9-17"


@scenario()
def settings_that_cannot_be_taken_are_refused_whole(stage):
    stage.open()
    yield settings(stage, country="atlantis")
    assert any(key.startswith("reports/") for key in stage.objects())


@scenario()
def settings_that_name_anothers_account_are_refused_whole(stage):
    stage.open()
    iban = GOOD["iban"].replace(" ", "")
    other = replace(stage.creditor, id="another", version=0)
    wiring.store().commit("another", Commit((), creditor=other, accounts=(AccountHolder(iban, "another"),)))
    yield settings(stage)
    assert wiring.store().holder(iban).creditor == "another"
    assert any(key.startswith("reports/") for key in stage.objects())


@scenario()
def a_file_comes(stage):
    stage.open()
    inbox = Inbox(stage.house, stage.creditor)
    yield Wakes(INTAKE, inbox.put([line(1), line(2), line(3, principal="none")]))
    inbox.work()
    assert inbox.claims() == ["R-1", "R-2"]


@scenario()
def a_file_that_cannot_be_read_is_refused(stage):
    stage.open()
    yield Wakes(INTAKE, Inbox(stage.house, stage.creditor).put(b"\xff\xfe\x00\xd8"))


@scenario()
def a_worker_takes_a_chunk(stage):
    stage.open()
    chunks = loaded(stage, [line(1), line(2)])
    yield queued(f"{EVENTS}:claims", *chunks)
    assert Inbox(stage.house, stage.creditor).claims() == ["R-1", "R-2"]


@scenario()
def a_worker_takes_rows_it_took_before(stage):
    stage.open()
    chunks = loaded(stage, [line(1)])
    queued(f"{EVENTS}:claims", *chunks).wake()
    chunks = loaded(stage, [line(1), line(2, debtor="K-1")])
    yield queued(f"{EVENTS}:claims", *chunks)
    assert Inbox(stage.house, stage.creditor).claims() == ["R-1", "R-2"]
