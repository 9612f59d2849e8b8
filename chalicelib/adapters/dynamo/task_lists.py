"""What waits for a person, by the index of what is due."""

from heapq import merge
from itertools import islice

from ...domain.motion import Motion
from ...domain.waiting import Waiting
from . import keys
from .codec import from_item
from .table import Table

# Later than anything that is due.
END = "9999"
LEAST_PAGE = 10


class DynamoTaskLists:
    """The TaskLists over one table. The index is eventually consistent, and a page of it is read at a time."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def free(self, creditor: str, most: int) -> tuple[Waiting, ...]:
        page = max(LEAST_PAGE, 2 * most // keys.SHARDS)
        shards = (
            self.table.index("due", "due_shard", keys.free(creditor, str(number)), "due_at", END, most=page)
            for number in range(keys.SHARDS)
        )
        found = merge(*shards, key=lambda item: (item["due_at"]["S"], item["sk"]["S"]))
        return tuple(from_item(Waiting, item) for item in islice(found, most))

    def taken(self, owner: str) -> tuple[Waiting, ...]:
        found = self.table.index("due", "due_shard", keys.taken(owner), "due_at", END)
        return tuple(from_item(Waiting, item) for item in found)

    def motions(self, creditor: str) -> tuple[Motion, ...]:
        found = self.table.index("due", "due_shard", keys.motions(creditor), "due_at", END)
        return tuple(from_item(Motion, item) for item in found)

    def one(self, creditor: str, task: str) -> Waiting | None:
        item = self.table.get(keys.task_pointer(creditor, task))
        return from_item(Waiting, item) if item else None
