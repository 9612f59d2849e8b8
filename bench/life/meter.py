"""What is asked of AWS, counted where botocore sends it; and what AWS does of its own accord to wake a function.

A count's name says what it is of: `function Claims`, `request dynamodb.Query`, `unit dynamodb write`, and
`served sqs` for what no function of ours asks for and is paid for all the same.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Counts = Counter[str]
Item = dict[str, Any]
WRITTEN, READ = 1024, 4096
# The sparse indexes: the attributes of their keys (infra/template/store.json).
INDEXES = {"unrelayed": ("unrelayed", "sk2"), "due": ("due_shard", "due_at")}
HALF = 2


class Meter:
    """Counts while `on`. Read units are kept in halves: a read that need not be consistent costs half a unit."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.scheduled: set[str] = set()
        self.facts: list[dict[str, Any]] = []
        self._on = False
        self._items: dict[tuple[str, str], tuple[int, dict[str, tuple[str, ...]]]] = {}

    def over(self, session: Any) -> "Meter":
        """Hear every client that this session makes from now on."""
        session.register("provide-client-params", self._asked)
        session.register("after-call", self._answered)
        return self

    @contextmanager
    def woken(self, function: str) -> Iterator[None]:
        """A function of this name in the template runs in here."""
        self.counts[f"function {function}"] += 1
        self._on, before = True, self._on
        try:
            yield
        finally:
            self._on = before

    def served(self, what: str, times: int = 1) -> None:
        """AWS did this without being asked by a function of ours."""
        self.counts[f"served {what}"] += times

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        if operation == "CreateSchedule":
            self.scheduled.add(params["Name"])
        if operation == "PutEvents":
            self.facts += params["Entries"]
        if service == "dynamodb":
            self._written(operation, params)
        if self._on:
            self.counts[f"request {service}.{operation}"] += 1
            self.counts["unit events"] += len(params["Entries"]) if operation == "PutEvents" else 0

    def _answered(self, parsed: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
        if not self._on or model.service_model.service_name != "dynamodb":
            return
        if model.name not in ("GetItem", "Query"):
            return
        items = parsed.get("Items") or [parsed.get("Item") or {}]
        units = max(1, -(-sum(map(size_of, items)) // READ))
        self.counts["unit dynamodb read halves"] += units * (HALF if self._consistent else 1)

    def _written(self, operation: str, params: dict[str, Any]) -> None:
        self._consistent = bool(params.get("ConsistentRead"))
        units = 0
        if operation == "PutItem":
            units = self._put(params["Item"])
        elif operation == "UpdateItem":
            units = self._updated(params)
        elif operation == "TransactWriteItems":
            for action in params["TransactItems"]:
                units += self._acted(action)
        elif operation == "DeleteItem":
            units = self._gone(params["Key"])
        if self._on:
            self.counts["unit dynamodb write"] += units

    def _acted(self, action: dict[str, Any]) -> int:
        """One part of a transaction: twice a plain write, and the index after it as ever."""
        if put := action.get("Put"):
            return self._put(put["Item"], times=2)
        if gone := action.get("Delete"):
            return self._gone(gone["Key"], times=2)
        held, _ = self._items.get(_key(action["ConditionCheck"]["Key"]), (1, {}))
        return 2 * held

    def _put(self, item: Item, times: int = 1) -> int:
        units = max(1, -(-size_of(item) // WRITTEN))
        stands = {
            name: tuple(str(item[one]) for one in parts)
            for name, parts in INDEXES.items()
            if all(one in item for one in parts)
        }
        _, stood = self._items.get(_key(item), (0, {}))
        self._items[_key(item)] = (units, stands)
        # What stands in an index is written there too, and taken out of where it stood before.
        moved = sum(1 for name, place in stood.items() if stands.get(name) != place)
        return times * units + len(stands) * units + moved

    def _updated(self, params: dict[str, Any]) -> int:
        """Attributes are taken away (`Table.remove_attribute`), and with them its place in an index."""
        units, stood = self._items.get(_key(params["Key"]), (1, {}))
        names = set(params.get("ExpressionAttributeNames", {}).values())
        left = {name: place for name, place in stood.items() if not names & set(INDEXES[name])}
        self._items[_key(params["Key"])] = (units, left)
        return units + len(stood) * units

    def _gone(self, key: Item, times: int = 1) -> int:
        units, stood = self._items.pop(_key(key), (1, {}))
        return times * units + len(stood)


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def size_of(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them (names and values)."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: dict[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return len(held) // 2 + 2
    if kind == "M":
        return 3 + sum(len(name.encode()) + _size(part) + 1 for name, part in held.items())
    if kind == "L":
        return 3 + sum(_size(part) + 1 for part in held)
    return len(held) if kind == "B" else 1
