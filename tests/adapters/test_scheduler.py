"""One schedule per planned contact, named after it; what is due goes to the queue at once."""

import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib import wiring
from chalicelib.adapters.scheduler import AT_LEAST, SOON, EventBridgeScheduler, body_of
from chalicelib.domain.contact import Purpose
from chalicelib.domain.errors import Retry
from chalicelib.domain.pace import spread, window
from chalicelib.wiring.carriers import paces_of
from tests.adapters.test_store_contract import contact

ROLE = "arn:aws:iam::000000000000:role/scheduler"
QUEUE = "arn:aws:sqs:eu-central-1:000000000000:planned"
DEAD = "arn:aws:sqs:eu-central-1:000000000000:unplanned"
FAR = datetime(2036, 11, 23, 9, 0, tzinfo=UTC)
NUMBERS = count(1)


@pytest.fixture(scope="module")
def queue(client):
    return client("sqs").create_queue(QueueName="planned")["QueueUrl"]


@pytest.fixture(scope="module")
def schedules(client, queue):
    service = client("scheduler")
    service.create_schedule_group(Name="contracts")
    return service


def scheduler(schedules, sqs, queue, **more):
    return EventBridgeScheduler(
        **more,
        group="contracts",
        role_arn=ROLE,
        queue_url=queue,
        queue_arn=QUEUE,
        dead_letters_arn=DEAD,
        scheduler=schedules,
        sqs=sqs,
    )


def spreading(schedules, sqs, queue):
    return scheduler(schedules, sqs, queue, paces=paces_of)


@pytest.fixture
def ours(schedules, client, queue):
    return scheduler(schedules, client("sqs"), queue)


@pytest.fixture
def one():
    return contact(f"c{next(NUMBERS)}", due_at=FAR)


def test_a_planned_contact_has_a_schedule_that_fires_once_at_its_hour(ours, schedules, one):
    ours.at(one, FAR - timedelta(days=1))
    held = schedules.get_schedule(GroupName="contracts", Name=one.id)
    assert held["ScheduleExpression"] == "at(2036-11-23T09:00:00)"
    assert held["ScheduleExpressionTimezone"] == "UTC"
    assert held["ActionAfterCompletion"] == "DELETE"
    target = held["Target"]
    assert (target["Arn"], target["RoleArn"], target["DeadLetterConfig"]) == (QUEUE, ROLE, {"Arn": DEAD})
    assert json.loads(target["Input"]) == {"creditor": one.creditor, "debtor": one.debtor, "contact": one.id}


def test_asked_twice_it_comes_once(ours, schedules, one):
    ours.at(one, FAR - timedelta(days=1))
    ours.at(one, FAR - timedelta(days=1))
    held = schedules.list_schedules(GroupName="contracts", NamePrefix=one.id)["Schedules"]
    assert [schedule["Name"] for schedule in held] == [one.id]


def test_the_hour_is_told_in_utc_and_never_before_it_is_due(ours, schedules, one):
    there = timezone(timedelta(hours=1))
    due = datetime(2036, 11, 23, 10, 0, 0, 1, tzinfo=there)
    ours.at(replace(one, due_at=due), due - timedelta(days=1))
    held = schedules.get_schedule(GroupName="contracts", Name=one.id)
    assert held["ScheduleExpression"] == "at(2036-11-23T09:00:01)"


def test_what_is_due_at_the_same_second_has_schedules_of_its_own_seconds(schedules, client, queue):
    """Asked again, or by another process, each has the same one; none before its hour."""
    ours = spreading(schedules, client("sqs"), queue)
    many = [contact(f"c{next(NUMBERS)}", due_at=FAR) for _ in range(20)]
    for one in (*many, *many):
        ours.at(one, FAR - timedelta(days=1))
    said = [schedules.get_schedule(GroupName="contracts", Name=one.id)["ScheduleExpression"] for one in many]
    moments = [datetime.strptime(text, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC) for text in said]
    over = window(paces_of(many[0]), FAR.date())
    assert len(set(moments)) > 15 and moments == [spread(one.id, FAR, over) for one in many]
    assert all(FAR <= moment < FAR + over for moment in moments)


def test_an_answer_somebody_waits_for_is_not_spread(schedules, client, queue, one):
    ours = spreading(schedules, client("sqs"), queue)
    ours.at(replace(one, purpose=Purpose.ANSWER), FAR - timedelta(days=1))
    held = schedules.get_schedule(GroupName="contracts", Name=one.id)
    assert held["ScheduleExpression"] == "at(2036-11-23T09:00:00)"


def test_what_waited_beyond_its_own_moment_is_spread_from_now_on(schedules, client, queue):
    """As when a hold is lifted, and the whole day comes back at once."""
    ours, now = spreading(schedules, client("sqs"), queue), FAR + timedelta(days=1)
    many = [contact(f"c{next(NUMBERS)}", due_at=FAR) for _ in range(20)]
    over = window(paces_of(many[0]), FAR.date())
    for one in many:
        ours.at(one, now)
    held = [schedules.get_schedule(GroupName="contracts", Name=one.id)["ScheduleExpression"] for one in many]
    wanted = [max(spread(one.id, now, over), now + AT_LEAST) for one in many]
    assert held == [f"at({moment:%Y-%m-%dT%H:%M:%S})" for moment in wanted]
    assert len(set(held)) > 15


def test_it_says_whether_it_had_to_be_told(ours, one):
    assert ours.at(one, FAR - timedelta(days=1)) is True
    assert ours.at(one, FAR - timedelta(days=1)) is False


@pytest.mark.parametrize("pace", wiring.paces(), ids=lambda pace: pace.name)
def test_a_pace_is_dated_has_its_source_and_was_looked_up_within_the_year(pace):
    assert pace.source and pace.rows
    assert pace.reviewed_through > date.today() + timedelta(days=60)


def test_a_cancelled_one_is_gone_and_cancelling_twice_is_no_trouble(ours, schedules, one):
    ours.at(one, FAR - timedelta(days=1))
    ours.cancel(one)
    ours.cancel(one)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        schedules.get_schedule(GroupName="contracts", Name=one.id)


def received(sqs, queue):
    return [json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=queue).get("Messages", [])]


def test_what_is_due_goes_to_the_queue_at_once(ours, client, queue, one):
    ours.at(one, FAR + timedelta(hours=5))
    assert received(client("sqs"), queue) == [json.loads(body_of(one))]


def test_what_is_due_in_a_moment_stays_out_of_sight_until_then(ours, client, queue, one):
    sqs = client("sqs")
    ours.at(one, FAR - timedelta(seconds=0.4))
    assert received(sqs, queue) == []
    end = time.monotonic() + 5
    while not (found := received(sqs, queue)):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert found == [json.loads(body_of(one))]


class Answers:
    """Notes what is asked and raises what it was given."""

    def __init__(self, trouble=None):
        self.trouble, self.asked = trouble, []

    def _answer(self, **asked):
        self.asked.append(asked)
        if self.trouble:
            raise self.trouble

    create_schedule = delete_schedule = send_message = _answer


@pytest.mark.parametrize(
    ("ahead", "delay"), [(SOON, 90), (timedelta(seconds=1.2), 2), (timedelta(0), 0), (timedelta(days=-9), 0)]
)
def test_the_queue_is_told_the_rest_of_the_wait_in_whole_seconds(one, ahead, delay):
    sqs = Answers()
    scheduler(Answers(), sqs, "url").at(one, FAR - ahead)
    assert sqs.asked[0]["DelaySeconds"] == delay


@pytest.mark.parametrize(
    "trouble",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "CreateSchedule"),
        EndpointConnectionError(endpoint_url="http://x"),
    ],
    ids=["throttled", "away"],
)
def test_a_trouble_comes_back(one, trouble):
    troubled = scheduler(Answers(trouble), Answers(trouble), "url")
    for now in (FAR - timedelta(days=1), FAR):
        with pytest.raises(Retry):
            troubled.at(one, now)
    with pytest.raises(Retry):
        troubled.cancel(one)


@pytest.mark.parametrize("name", ["x" * 65, "c/1", "c 1", "cö"])
def test_a_name_no_schedule_can_have_is_a_mistake_of_ours(one, name):
    ours = scheduler(Answers(), Answers(), "url")
    with pytest.raises(ValueError, match="name of its schedule"):
        ours.at(replace(one, id=name), FAR - timedelta(days=1))
