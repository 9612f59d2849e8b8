"""Who works here, and what they were shown."""

from datetime import date

from ...domain.audit import Look
from ...domain.staff import Staff
from . import keys
from .codec import from_item
from .commits import expiry, item_of
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


class DynamoLooks:
    """The Looks over one table: put once each, and left to their day."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def note(self, look: Look) -> None:
        """The same person before the same thing in the same microsecond was shown it once."""
        self.table.put_new(
            item_of(keys.look(look.creditor, look.at, look.id), look, gone_at=expiry(look.kept_until))
        )

    def of_day(self, creditor: str, day: date, after: str = "", most: int = 200) -> tuple[Look, ...]:
        found = self.table.query_after(keys.looks(creditor, day.isoformat()), f"LOOK#{after}", most)
        return tuple(from_item(Look, item) for item in found)
