"""The invented debtors behind the addresses in the outbox, so that somebody new can walk on through the door.

Read straight from the local table, by the outbox only: on a real account nobody is shown this.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.domain.parties import Debtor
from local.outbox import Sent

SECONDS_BETWEEN_LOOKS = 5.0


@dataclass(frozen=True)
class Behind:
    """Somebody an address belongs to: the name, and what the door takes for an answer."""

    name: str
    answer: str


class Debtors:
    """Who is behind an address. The table is looked through again only when somebody unknown was written to."""

    def __init__(self, table: Callable[[], str], client: Callable[[], Any]) -> None:
        self._table = table
        self._client = client
        self._known: dict[str, list[Behind]] = {}
        self._looked = float("-inf")
        self._one_at_a_time = threading.Lock()

    def behind(self, messages: Iterable[Sent]) -> dict[str, list[Behind]]:
        """By receiver, as the messages name them."""
        receivers = {message.to for message in messages}
        with self._one_at_a_time:
            rested = time.monotonic() - self._looked > SECONDS_BETWEEN_LOOKS
            if rested and self._table() and not receivers <= self._known.keys():
                self._known = self._look()
                self._looked = time.monotonic()
            return {receiver: self._known.get(receiver, []) for receiver in receivers}

    def _look(self) -> dict[str, list[Behind]]:
        found: dict[str, list[Behind]] = {}
        pages = (
            self._client()
            .get_paginator("scan")
            .paginate(
                TableName=self._table(),
                FilterExpression="sk = :debtor",
                ExpressionAttributeValues={":debtor": {"S": "DEBTOR"}},
            )
        )
        for item in (item for page in pages for item in page["Items"]):
            debtor = from_item(Debtor, item)
            behind = Behind(debtor.name, answer_of(debtor))
            for point in debtor.points:
                if behind not in (others := found.setdefault(point.value, [])):
                    others.append(behind)
        return found


def answer_of(debtor: Debtor) -> str:
    """What this debtor answers the door with: the first of what the creditor handed over."""
    if debtor.address.postcode:
        return debtor.address.postcode
    return f"{debtor.birth_date:%-d %B %Y}" if debtor.birth_date else "the invoice number"
