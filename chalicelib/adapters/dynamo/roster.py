"""Who works here."""

from ...domain.staff import Staff
from . import keys
from .codec import from_item
from .table import Table


class DynamoRoster:
    """The Roster over one table. One is read afresh each time: a role taken away counts at once."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def staff(self) -> tuple[Staff, ...]:
        return tuple(from_item(Staff, item) for item in self.table.query(keys.STAFF, "STAFF#"))

    def staff_member(self, member: str) -> Staff | None:
        item = self.table.get(keys.staff(member))
        return from_item(Staff, item) if item else None
