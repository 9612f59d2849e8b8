"""Facts onto the bus: ids only, each at least once."""

import json
import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.adapters.bus import EventBus
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import Fact, FactName

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def fact(number=1):
    return Fact(
        FactName.PROVIDER_EVENT_STORED, "nordlicht", (("event", f"evt_{number}"), ("provider", "stripe")), AT
    )


def test_a_rule_finds_a_fact_by_its_name_and_reads_its_ids(client):
    events, sqs = client("events"), client("sqs")
    events.create_event_bus(Name="facts")
    queue = sqs.create_queue(QueueName="facts")["QueueUrl"]
    pattern = json.dumps({"source": ["kulanz"], "detail-type": ["ProviderEventStored"]})
    events.put_rule(Name="stored", EventBusName="facts", EventPattern=pattern)
    target = {"Id": "queue", "Arn": "arn:aws:sqs:eu-central-1:000000000000:facts"}
    events.put_targets(Rule="stored", EventBusName="facts", Targets=[target])
    EventBus("facts", events).publish([fact(), Fact(FactName.CLAIM_CLOSED, "nordlicht", (), AT)])
    end, found = time.monotonic() + 5, []
    while not found and time.monotonic() < end:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    (message,) = found
    body = json.loads(message["Body"])
    assert body["detail-type"] == "ProviderEventStored"
    assert body["detail"] == {
        "creditor": "nordlicht",
        "event": "evt_1",
        "provider": "stripe",
        "at": "2026-11-23T09:00:00+00:00",
    }


class Bus:
    """Takes entries in portions, refusing as many as it is told."""

    def __init__(self, refuses=0, trouble=None):
        self.refuses, self.trouble, self.portions = refuses, trouble, []

    def put_events(self, Entries):
        if self.trouble:
            raise self.trouble
        self.portions.append(len(Entries))
        return {"FailedEntryCount": self.refuses}


def test_more_facts_than_one_call_takes_go_in_portions():
    bus = Bus()
    EventBus("facts", bus).publish([fact(n) for n in range(23)])
    assert bus.portions == [10, 10, 3]
    EventBus("facts", bus).publish([])
    assert bus.portions == [10, 10, 3]


def test_I5_what_the_bus_refuses_in_part_comes_back():
    with pytest.raises(Retry):
        EventBus("facts", Bus(refuses=1)).publish([fact()])


def test_a_bus_out_of_reach_comes_back():
    with pytest.raises(Retry):
        EventBus("facts", Bus(trouble=EndpointConnectionError(endpoint_url="http://x"))).publish([fact()])
