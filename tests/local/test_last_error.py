"""What a stack that does not come up, or a journey that waits in vain, says of its functions' last failure."""

import json
from typing import Any

from local.prepare import last_error


class Logs:
    """One function's log, a line an event, as the runtime writes it."""

    def __init__(self, *messages: str) -> None:
        self._events = [
            {"timestamp": at, "logStreamName": "one", "message": message} for at, message in enumerate(messages)
        ]

    def describe_log_groups(self) -> dict[str, Any]:
        return {"logGroups": [{"logGroupName": "/aws/lambda/kulanz-money"}]}

    def get_paginator(self, _name: str) -> "Logs":
        return self

    def paginate(self, **_of: str) -> list[dict[str, Any]]:
        return [{"events": self._events}]


def test_the_runtime_s_own_traceback_is_told_by_its_last_line() -> None:
    logs = Logs("START", "Traceback (most recent call last):", '  File "app.py", line 1', "ValueError: no", "END")
    assert last_error(logs) == "; /aws/lambda/kulanz-money: ValueError: no"


def test_a_structured_failure_is_told_by_its_message_and_its_exception() -> None:
    failed = json.dumps({"level": "ERROR", "message": "book", "exception": "Traceback:\nKeyError: 'x'"})
    assert last_error(Logs(failed, "END")) == "; /aws/lambda/kulanz-money: book KeyError: 'x'"


def test_a_quiet_log_has_nothing_to_tell() -> None:
    assert last_error(Logs("START", json.dumps({"level": "INFO", "message": "page"}), "END")) == ""
