"""The local AWS keeps what it was told, moves in time, and shows what it sent; without the package."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from local import clock, processes
from local.client import aws_client as client
from local.outbox_page import STOPPED
from local.places import Places, Trouble, free_ports, write_json


def start(places: Places) -> None:
    processes.ensure_running(places, enforce_iam=False, names=("aws", "messages", "server"))


def read(url: str):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def post(url: str, content: dict) -> tuple[int, dict]:
    request = urllib.request.Request(
        url, json.dumps(content).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)


def until(condition, seconds: float = 10.0):
    give_up = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.1)
    return found


def state_of(places: Places) -> int:
    """The snapshot that lies there, by when it was written; 0 where one is just being put in place."""
    try:
        return (places.aws / "state").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    places = Places(tmp_path / "run")
    start(places)
    yield places
    processes.stop_all(places)


def furnish(places: Places) -> str:
    """A queue with a planned message to it, a table with an item, an object, an SMS and a mail."""
    queue = client(places, "sqs").create_queue(QueueName="contacts")["QueueUrl"]
    client(places, "dynamodb").create_table(
        TableName="claims",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    client(places, "dynamodb").put_item(TableName="claims", Item={"pk": {"S": "c1"}, "n": {"N": "7"}})
    client(places, "s3").create_bucket(
        Bucket="kulanz", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    client(places, "s3").put_object(Bucket="kulanz", Key="inbox/a/b.csv", Body=b"x;y")
    scheduler = client(places, "scheduler")
    scheduler.create_schedule_group(Name="contacts")
    arn = client(places, "sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    moment = (clock.stack_now(places.clock) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    scheduler.create_schedule(
        Name="c1",
        GroupName="contacts",
        ScheduleExpression=f"at({moment})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": arn["Attributes"]["QueueArn"], "RoleArn": "arn:aws:iam::0:role/r", "Input": "{}"},
    )
    client(places, "sns").publish(
        PhoneNumber="+491701234567",
        Message="Guten Tag: https://k.example/p/AbC-1. Danke",
        MessageAttributes={"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Nordlicht"}},
    )
    client(places, "ses").verify_email_identity(EmailAddress="office@nordlicht.example")
    mail = EmailMessage()
    mail["From"], mail["To"] = "Nordlicht Büro <office@nordlicht.example>", "Jörg Öz <j@example.org>"
    mail["Subject"] = "Ihr Vertrag über Grünstrom"
    mail.set_content("Bitte lesen: https://k.example/p/x1\n")
    mail.add_alternative('<p>Bitte <a href="https://k.example/p/x2">lesen</a></p>', subtype="html")
    client(places, "ses").send_raw_email(RawMessage={"Data": mail.as_bytes()})
    return queue


@pytest.mark.long
def test_a_kill_loses_nothing_that_two_snapshots_have_passed(places: Places) -> None:
    queue = furnish(places)
    before = read(places.address("outbox") + "/messages.json")
    seen = {state_of(places)}
    # The first may have begun before; how often one comes depends on how busy the machine is.
    until(lambda: seen.add(state_of(places)) or len(seen - {0}) > 2, seconds=60)
    os.kill(processes.pid_of(places, "aws"), signal.SIGKILL)
    until(lambda: not processes.running(places, "aws"))
    start(places)

    item = client(places, "dynamodb").get_item(TableName="claims", Key={"pk": {"S": "c1"}})["Item"]
    assert item["n"] == {"N": "7"}
    stored = client(places, "s3").get_object(Bucket="kulanz", Key="inbox/a/b.csv")["Body"].read()
    assert stored == b"x;y"
    planned = client(places, "scheduler").list_schedules(GroupName="contacts")["Schedules"]
    assert [each["Name"] for each in planned] == ["c1"]
    assert client(places, "sqs").get_queue_url(QueueName="contacts")["QueueUrl"] == queue
    assert read(places.address("outbox") + "/messages.json") == before
    assert len(before) == 2


@pytest.mark.long
def test_a_stop_saves_what_happened_a_moment_ago(places: Places) -> None:
    furnish(places)
    assert set(processes.stop_all(places)) == {"aws", "messages", "server"}
    start(places)
    assert client(places, "dynamodb").get_item(TableName="claims", Key={"pk": {"S": "c1"}})["Item"]


@pytest.mark.long
def test_a_kill_during_a_deployment_leaves_what_was_before_it(places: Places) -> None:
    client(places, "sqs").create_queue(QueueName="before")
    post(places.address("aws") + "/_local/save", {})
    post(places.address("aws") + "/_local/hold", {})
    client(places, "sqs").create_queue(QueueName="half-way")
    time.sleep(3)
    os.kill(processes.pid_of(places, "aws"), signal.SIGKILL)
    until(lambda: not processes.running(places, "aws"))
    start(places)
    urls = client(places, "sqs").list_queues()["QueueUrls"]
    assert [url.rsplit("/", 1)[-1] for url in urls] == ["before"]


@pytest.mark.long
def test_the_clock_jumps_to_the_next_contact_and_stays_there_after_a_restart(places: Places) -> None:
    queue = furnish(places)
    reading = read(places.address("outbox") + "/clock")
    assert reading["planned"] == 1
    status, moved = post(places.address("outbox") + "/clock", {"move": "next"})
    assert status == 200
    assert datetime.fromisoformat(moved["now"]) >= datetime.fromisoformat(reading["next"])
    received = until(
        lambda: client(places, "sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages")
    )
    assert received[0]["Body"] == "{}"
    processes.stop_all(places)
    start(places)
    again = read(places.address("outbox") + "/clock")
    assert again["ahead"] == pytest.approx(moved["ahead"], abs=0.01)
    assert clock.stack_now(places.clock) > datetime.now(UTC) + timedelta(hours=23)


@pytest.mark.long
def test_the_clock_goes_on_to_the_last_of_those_that_leave_over_one_window(places: Places) -> None:
    furnish(places)
    scheduler = client(places, "scheduler")
    first = scheduler.get_schedule(Name="c1", GroupName="contacts")
    for name, minutes in (("c2", 20), ("c3", 33), ("c4", 120)):
        moment = datetime.strptime(first["ScheduleExpression"], "at(%Y-%m-%dT%H:%M:%S)") + timedelta(
            minutes=minutes
        )
        scheduler.create_schedule(
            Name=name,
            GroupName="contacts",
            ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=first["Target"],
        )
    begins = datetime.fromisoformat(read(places.address("outbox") + "/clock")["next"])
    _, moved = post(places.address("outbox") + "/clock", {"move": "next"})
    assert timedelta(minutes=33) < datetime.fromisoformat(moved["now"]) - begins < timedelta(minutes=40)
    assert moved["planned"] == 1, "the one two hours later is another window's"


def test_the_clock_never_runs_back_and_says_so(places: Places) -> None:
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    status, answer = post(places.address("outbox") + "/clock", {"to": earlier})
    assert (status, answer["message"]) == (409, "the clock only moves forward")
    status, answer = post(places.address("outbox") + "/clock", {"move": "next"})
    assert (status, answer["message"]) == (409, "no contact is planned")
    status, answer = post(places.address("outbox") + "/clock", {"to": "soon"})
    assert status == 400


@pytest.mark.long
def test_the_outbox_draws_each_message_with_its_links(places: Places) -> None:
    furnish(places)
    outbox = places.address("outbox")
    mail, sms = read(outbox + "/messages.json")
    assert (sms["channel"], sms["to"], sms["from"]) == ("sms", "+491701234567", "Nordlicht")
    assert sms["links"] == ["https://k.example/p/AbC-1"]
    assert (mail["channel"], mail["subject"]) == ("email", "Ihr Vertrag über Grünstrom")
    assert "Büro" in mail["from"] and "Jörg" in mail["to"]
    assert mail["links"] == ["https://k.example/p/x1", "https://k.example/p/x2"]
    assert [each["channel"] for each in read(outbox + "/messages.json?to=0170%201234567")] == ["sms"]
    assert [each["channel"] for each in read(outbox + "/messages.json?to=0049170/123.45-67")] == ["sms"]
    assert read(outbox + "/messages.json?to=0171%201234567") == []
    assert [each["channel"] for each in read(outbox + "/messages.json?to=170%201234567")] == ["sms"]
    with urllib.request.urlopen(outbox + "/?to=example.org", timeout=10) as answer:
        page = answer.read().decode()
    assert 'sandbox="allow-popups' in page and "Grünstrom" in page and "Nordlicht</b>" not in page


@pytest.mark.long
def test_the_outbox_says_that_the_local_aws_has_stopped_and_what_to_do(places: Places) -> None:
    furnish(places)
    outbox = places.address("outbox")
    os.kill(processes.pid_of(places, "aws"), signal.SIGKILL)
    until(lambda: not processes.running(places, "aws"))
    for path, said in (("/", "<p>" + STOPPED), ("/messages.json", STOPPED), ("/clock", STOPPED)):
        with pytest.raises(urllib.error.HTTPError) as stopped:
            urllib.request.urlopen(outbox + path, timeout=10)
        assert stopped.value.code == 503
        assert said in stopped.value.read().decode()
    assert post(outbox + "/clock", {"move": "next"}) == (503, {"message": STOPPED})


def test_a_stop_waits_for_what_the_process_started(tmp_path: Path) -> None:
    places = Places(tmp_path / "run")
    child = "import signal, time; signal.signal(signal.SIGHUP, signal.SIG_IGN); time.sleep(1.5)"
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", parent]) as process:
        child_pid = until(lambda: processes.started_by(process.pid))[0]
        started = {"pid": process.pid, "started": processes.since(process.pid)}
        write_json(places.root / "pids.json", {"payments": started})
        assert processes.stop_all(places) == ["payments"]
        assert processes.since(child_pid) == ""


def test_a_taken_port_is_named_in_one_line(tmp_path: Path) -> None:
    import socket

    places = Places(tmp_path / "run")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        write_json(places.root / "ports.json", {**free_ports(), "aws": taken})
        with pytest.raises(Trouble, match=rf"^port {taken} \(aws\) is taken by another program"):
            start(places)


MANY_THREADS = """
import ctypes, threading, time
libc, wrong, start, end = ctypes.CDLL(None), [], time.time(), time.monotonic() + 2
def look():
    now = (ctypes.c_long * 2)()
    while time.monotonic() < end:
        libc.clock_gettime(0, now)
        wrong.extend([now[0]] if abs(now[0] - start) > 60 else [])
threads = [threading.Thread(target=look) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(int(start), wrong)
"""


def test_many_threads_never_see_another_time(tmp_path: Path) -> None:
    places = Places(tmp_path / "run")
    clock.write_offset(places.clock, 3 * 86400)
    looked = subprocess.run(
        [sys.executable, "-c", MANY_THREADS],
        env=processes.environment(places),
        capture_output=True,
        text=True,
        check=True,
    )
    start, _, wrong = looked.stdout.partition(" ")
    assert int(start) > time.time() + 3 * 86400 - 60
    assert wrong.strip() == "[]"
