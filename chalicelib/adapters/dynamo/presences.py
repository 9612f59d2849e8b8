"""Who is at the desk, and what each was given: one partition of the whole installation."""

from datetime import timedelta

from ...domain.presence import Hand, Presence
from . import keys
from .codec import from_item
from .commits import item_of
from .table import Table

# A page more within this time tells nothing new of who is there.
TOLD_AGAIN = timedelta(seconds=30)


class DynamoPresences:
    """The Presences over one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._told: dict[str, Presence] = {}

    def tell(self, presence: Presence) -> None:
        last = self._told.get(presence.staff)
        if last and last.away is presence.away and presence.seen_at - last.seen_at < TOLD_AGAIN:
            return
        self.table.put(item_of(keys.presence(presence.staff), presence))
        self._told[presence.staff] = presence

    def all(self) -> tuple[tuple[Presence, ...], tuple[Hand, ...]]:
        seen, hands = list[Presence](), list[Hand]()
        for item in self.table.query(keys.presences()):
            if item["sk"]["S"].startswith("SEEN#"):
                seen.append(from_item(Presence, item))
            else:
                hands.append(from_item(Hand, item))
        return tuple(seen), tuple(hands)

    def hand(self, staff: str) -> Hand:
        item = self.table.get(keys.hand(staff))
        return from_item(Hand, item) if item else Hand(staff)
