"""Gives what could not be done another try (`python -m infra.redrive --queue claims`, `make redrive`).

Dead letters go back to where they failed. Each is deleted only after it was handed over, so a crash in
between can hand one over twice and lose none; everything that takes them bears that.
"""

import argparse
import json
import os
from collections.abc import Callable
from typing import Any

import boto3

WAIT_SECONDS = 1
AT_ONCE = 10

# queue -> (its dead letters, the queue they go back to)
TO_QUEUE = {
    "claims": ("ClaimsDeadLetters", "ClaimsQueue"),
    "money": ("MoneyDeadLetters", "MoneyQueue"),
    "contacts": ("ContactsDeadLetters", "ContactsQueue"),
    "documents": ("DocumentsDeadLetters", "DocumentsQueue"),
    "routing": ("RoutingDeadLetters", "RoutingQueue"),
    "schedules": ("SchedulesDeadLetters", "ContactsQueue"),
    "rules": ("RulesDeadLetters", "MoneyQueue"),
}
# function -> (its dead letters, the function that gets the event anew)
TO_FUNCTION = {
    "intake": ("IntakeDeadLetters", "Intake"),
    "outcomes": ("OutcomesDeadLetters", "Outcomes"),
    "nightly": ("NightlyDeadLetters", "Nightly"),
}
# A lost place in the stream cannot be read again; the nightly run finds the facts themselves in the table.
TO_NIGHTLY_RUN = {"relay": ("RelayDeadLetters", "Nightly")}
QUEUES = (*TO_QUEUE, *TO_FUNCTION, *TO_NIGHTLY_RUN)

type Letters = list[dict[str, Any]]


def redrive(stack: str, queue: str, *, endpoint_url: str | None = None, region: str | None = None) -> int:
    """How many dead letters of `queue` (one of QUEUES) were handed over again."""
    session = boto3.Session(region_name=region)
    formation, sqs, functions = (
        session.client(name, endpoint_url=endpoint_url) for name in ("cloudformation", "sqs", "lambda")
    )

    def physical(logical_id: str) -> str:
        found = formation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    if queue in TO_QUEUE:
        dead, target = (physical(name) for name in TO_QUEUE[queue])
        return _move(sqs, dead, lambda letters: _to_queue(sqs, target, letters))
    if queue in TO_FUNCTION:
        dead, function = (physical(name) for name in TO_FUNCTION[queue])
        return _move(sqs, dead, lambda letters: _to_function(functions, function, letters))
    dead, function = (physical(name) for name in TO_NIGHTLY_RUN[queue])
    moved = _move(sqs, dead, lambda letters: letters)
    if moved:
        functions.invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    return moved


def _move(sqs: Any, dead: str, hand_over: Callable[[Letters], Letters]) -> int:
    """Hand over every letter that lies there now; those that arrive meanwhile may wait for the next time."""
    waiting = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"])
    most = int(waiting["Attributes"]["ApproximateNumberOfMessages"])
    moved = 0
    while moved < most:
        letters = sqs.receive_message(
            QueueUrl=dead,
            MaxNumberOfMessages=min(AT_ONCE, most - moved),
            WaitTimeSeconds=WAIT_SECONDS,
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not letters:
            break
        done = hand_over(letters)
        if done:
            entries = [{"Id": str(n), "ReceiptHandle": x["ReceiptHandle"]} for n, x in enumerate(done)]
            sqs.delete_message_batch(QueueUrl=dead, Entries=entries)
        moved += len(done)
        if len(done) < len(letters):
            break
    return moved


def _to_queue(sqs: Any, target: str, letters: Letters) -> Letters:
    entries = [
        {"Id": str(n), "MessageBody": x["Body"], "MessageAttributes": x.get("MessageAttributes", {})}
        for n, x in enumerate(letters)
    ]
    sent = sqs.send_message_batch(QueueUrl=target, Entries=entries).get("Successful", [])
    return [letters[int(entry["Id"])] for entry in sent]


def _to_function(functions: Any, name: str, letters: Letters) -> Letters:
    """Lambda wraps the event it gave up on; a topic that could not reach the function sends it bare."""
    for letter in letters:
        body = json.loads(letter["Body"])
        event = body.get("requestPayload", body)
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())
    return letters


def main() -> None:
    """Hand dead letters over again and say how many."""
    parser = argparse.ArgumentParser(prog="python -m infra.redrive", description=main.__doc__)
    parser.add_argument("--stack", default="kulanz")
    parser.add_argument("--queue", required=True, choices=QUEUES)
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
    parser.add_argument("--endpoint-url", help="an AWS that answers elsewhere")
    given = parser.parse_args()
    moved = redrive(given.stack, given.queue, endpoint_url=given.endpoint_url, region=given.region)
    print(f"{given.queue}: {moved} handed over again")


if __name__ == "__main__":
    main()
