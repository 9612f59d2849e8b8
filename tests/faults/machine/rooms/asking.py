"""Something is wrong, and asking a person."""

import base64
import json
import os
from datetime import UTC, datetime

from chalicelib.domain.channel import ChannelSettings
from tests.adapters import files_to_clean as files

from ..picture import Differs
from ..scenario import scenario
from ..stage import Wakes, queued

WORDS = "Der Zähler wurde nie abgelesen."
DOCUMENTS = "chalicelib.entrypoints.documents:documents"


def standing(stage):
    stage.open()
    stage.claim()
    return stage.reader()


def disputed(stage):
    reader = standing(stage)
    reader.on(reader.press(reader.get("wrong?about=wrong_amount"), "/wrong", words=WORDS))
    return reader


def closes(stage):
    (task,) = (task for task in stage.matter().tasks.values() if task.done_at is None)
    ids = {"creditor": task.creditor, "debtor": task.debtor, "task": task.id}
    return Wakes("tests.faults.machine.acts:close", ids)


@scenario()
def a_dispute_is_raised(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("wrong?about=faulty"), "/wrong", words=WORDS)
    assert len(stage.matter().disputes) == len(stage.matter().tasks) == 1


@scenario()
def somebody_says_they_are_a_minor(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("wrong?about=minor"), "/wrong", words=WORDS)
    assert len(stage.again().holds) == 2


@scenario()
def a_dispute_is_added_to(stage):
    reader = disputed(stage)
    yield stage.press(reader, reader.get("wrong"), "/wrong", words="Das Foto folgt.")
    (dispute,) = stage.matter().disputes.values()
    assert dispute.words.count("Das Foto folgt.") == 1


@scenario()
def a_dispute_is_taken_back(stage):
    reader = disputed(stage)
    yield stage.press(reader, reader.get("wrong?about=withdraw"), "/wrong")
    assert stage.again().dispute is None


@scenario()
def a_person_has_answered(stage):
    disputed(stage)
    yield closes(stage)
    assert stage.again().dispute is None


@scenario()
def a_call_is_asked_for(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("talk"), "/talk", slot="morning", phone="0171 3920012")
    assert len(stage.matter().tasks) == 1


def called(stage):
    """A reader who is to be called in the morning."""
    reader = standing(stage)
    reader.press(reader.get("talk"), "/talk", slot="morning", phone="0171 3920012")
    return reader


@scenario()
def a_call_is_moved(stage):
    reader = called(stage)
    yield stage.press(reader, reader.get("talk"), "/talk", slot="evening", phone="030 12345678")
    (task,) = stage.matter().tasks.values()
    assert task.request.slot == "evening" and task.moved_at and task.done_at is None


@scenario()
def a_call_is_taken_back(stage):
    reader = called(stage)
    yield stage.press(reader, reader.get("talk?about=withdraw"), "/talk")
    (task,) = stage.matter().tasks.values()
    assert task.taken_back and task.done_at and stage.again().holds == ()


@scenario()
def a_complaint_is_made(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("complain"), "/complain", words="Niemand ruft zurück.")
    assert len(stage.matter().tasks) == 1


@scenario()
def a_representative_is_named(stage):
    reader = standing(stage)
    page = reader.get("represent")
    yield stage.press(reader, page, "/represent", name="Jana Kowalski", phone="030 12345678")
    assert len(stage.matter().debtor.holds) == 1


@scenario()
def a_representative_is_taken_back(stage):
    reader = standing(stage)
    page = reader.get("represent")
    named = reader.on(reader.press(page, "/represent", name="Jana Kowalski", phone="030 12345678"))
    yield stage.press(reader, named, "/represent", step="end")
    assert stage.matter().debtor.holds == ()


@scenario()
def care_is_asked_for(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("care"), "/care", consent="yes")
    assert len(stage.matter().debtor.holds) == 1


@scenario()
def care_is_ended(stage):
    reader = standing(stage)
    given = reader.on(reader.press(reader.get("care"), "/care", consent="yes"))
    yield stage.press(reader, given, "/care", step="end")
    assert stage.matter().debtor.holds == ()


def upload(stage, content):
    """A file about the running dispute, as its form put it into the bucket; the bucket's notice of it."""
    (dispute,) = stage.matter().disputes.values()
    fields = [dispute.creditor, dispute.debtor, dispute.claim, dispute.id]
    about = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
    key = f"uploads/{stage.creditor.id}/AAAAAAAAAAAAAAAAAAAAAA"
    put = stage.house.aws.client("s3").put_object(
        Bucket=os.environ["BUCKET"], Key=key, Body=content, Metadata={"about": about}
    )
    thing = {"key": key, "etag": put["ETag"].strip('"'), "version-id": put["VersionId"], "size": len(content)}
    notice = {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "detail": {"bucket": {"name": os.environ["BUCKET"]}, "object": thing},
    }
    return queued(DOCUMENTS, notice)


@scenario()
def a_photo_is_taken(stage):
    disputed(stage)
    yield upload(stage, files.photo())
    (piece,) = stage.matter().evidence.values()
    assert piece.state.value == "taken"


@scenario()
def a_file_that_cannot_be_kept_leaves_its_reason(stage):
    disputed(stage)
    yield upload(stage, b"MZ no picture")
    (piece,) = stage.matter().evidence.values()
    assert piece.state.value == "refused"


def talked(stage):
    from chalicelib import wiring

    return wiring.store().talk(stage.creditor.id, stage.matter().debtor.number)


@scenario()
def something_is_said_that_the_help_answers(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("chat"), "/chat", words="Kann ich in Raten zahlen?")
    assert [one.by.value for one in talked(stage)[1]] == ["debtor", "bot"] and not stage.matter().tasks


@scenario()
def something_is_said_that_a_person_answers(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("chat"), "/chat", words="Ist Ihr Büro am Samstag offen?")
    head, said = talked(stage)
    (task,) = stage.matter().tasks.values()
    assert head.task == task.id and [one.by.value for one in said] == ["debtor", "bot"]


@scenario()
def somebody_goes_to_a_person(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("chat"), "/chat", words="", step="person")
    assert len(stage.matter().tasks) == 1 and len(talked(stage)[1]) == 1


# A code is shown once: one whose page never came leaves a code that nobody knows, and that ends in half an hour.
NOBODYS_CODE = Differs("LINK", "a code that nobody has seen")


@scenario(differs=(NOBODYS_CODE,), again_changes_it=True)
def somebody_asks_to_go_on_in_messenger(stage):
    from chalicelib import wiring

    terms = wiring.channels()["messenger"].terms
    stage.open(channels=(ChannelSettings(terms, {"page_id": "1784140"}),))
    stage.claim()
    reader = stage.reader()
    yield stage.press(reader, reader.get("chat"), "/chat", words="", step="messenger")
    # The code is shown once and counts for nothing until somebody brings it there.
    assert not stage.matter().tasks and not talked(stage)[1]
