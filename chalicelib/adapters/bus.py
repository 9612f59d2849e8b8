"""Facts onto the event bus, each at least once; what the bus refuses is said so that it is tried again."""

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from ..domain.facts import Fact
from .aws import client as aws_client

SOURCE = "kulanz"
MOST_ENTRIES = 10


class EventBus:
    """The bus rules route facts from to queues."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._client = client or aws_client("events")

    def publish(self, facts: Sequence[Fact]) -> None:
        """All of these facts, or Retry: a part of them may then come twice, which every reader expects."""
        for start in range(0, len(facts), MOST_ENTRIES):
            entries = [self._entry(fact) for fact in facts[start : start + MOST_ENTRIES]]
            try:
                answer = self._client.put_events(Entries=entries)
            except (ClientError, BotoCoreError) as error:
                raise Retry("bus out of reach") from error
            if answer.get("FailedEntryCount"):
                raise Retry("the bus took only a part")

    def _entry(self, fact: Fact) -> dict[str, Any]:
        detail = {"creditor": fact.creditor, **dict(fact.about), "at": fact.at.isoformat()}
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": fact.name.value,
            "Detail": json.dumps(detail),
            "Time": fact.at,
        }
