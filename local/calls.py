"""The calls somebody is to make: Tasks with a number and notes, read from the local table, by the outbox only."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.domain.task import Task, TaskKind
from local.clock import BERLIN
from local.outbox import Sent

SECONDS_BETWEEN_LOOKS = 5.0


class Calls:
    """Every call there was to make, as the outbox shows it. The table is looked through now and then."""

    def __init__(self, table: Callable[[], str], client: Callable[[], Any]) -> None:
        self._table = table
        self._client = client
        self._known: list[Sent] = []
        self._looked = float("-inf")
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> list[Sent]:
        with self._one_at_a_time:
            if self._table() and time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS:
                self._known = [call_of(task) for task in self._look()]
                self._looked = time.monotonic()
            return self._known

    def _look(self) -> Iterator[Task]:
        pages = (
            self._client()
            .get_paginator("scan")
            .paginate(
                TableName=self._table(),
                # Beside each task lies what lists know of it, without its notes.
                FilterExpression="begins_with(sk, :task) AND kind = :call AND attribute_exists(request)",
                ExpressionAttributeValues={":task": {"S": "TASK#"}, ":call": {"S": TaskKind.CALL.value}},
            )
        )
        for item in (item for page in pages for item in page["Items"]):
            yield from_item(Task, item)


def call_of(task: Task) -> Sent:
    """The call as somebody finds it who is to make it; `subject` says when, and whether it was made."""
    request = task.request
    assert request is not None, "a call has its notes"
    when = f"in the {request.slot.value}, by {task.due_at.astimezone(BERLIN):%a %-d %b %Y}"
    subject = "(done)" if task.done_at else when
    return Sent(
        "phone", request.phone or "", task.creditor, subject, request.words, "", [], task.opened_at.isoformat()
    )
