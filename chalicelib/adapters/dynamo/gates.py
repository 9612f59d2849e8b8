"""What operators hold back: the list, and its copies at the places where sending asks for it.

One list alone would be asked for in every transaction that sends, and they would stand in each other's way. So a
contact asks at one of several places, and a change counts as made once each of them has been told.
"""

import random
import time

from ...domain.errors import Retry
from ...domain.gate import Gate
from . import keys
from .codec import from_item
from .commits import item_of
from .table import Table

# As long as a place may be asked without a gap; a table that is out of reach is left to whoever tries again.
PATIENCE_S, PAUSE_S = 3.0, 0.02


class DynamoGates:
    """The Gates over one table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def whole(self) -> Gate:
        item = self.table.get(keys.gate())
        return from_item(Gate, item) if item else Gate()

    def tell(self, gate: Gate) -> None:
        if gate.version:
            for number in range(keys.PLACES):
                self._tell_at(number, gate)

    def _tell_at(self, number: int, gate: Gate) -> None:
        """At a place that is much asked the write may have to wait for a gap between two that ask."""
        item = item_of(keys.gate_place(number), gate)
        give_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.table.put_newer(item, gate.version)
            except Retry as busy:
                if time.monotonic() > give_up:
                    raise Retry("a place of the gate is never free") from busy
                time.sleep(PAUSE_S * (0.5 + random.random()))
                continue
            return
