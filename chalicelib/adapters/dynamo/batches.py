"""How far each batch has come: its chunks counted once each, its rows' outcomes kept for the report."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ...domain.batch import Batch, Outcome, RowOutcome
from ...domain.errors import AlreadyDone, Retry, StaleVersion
from ...ports import RowPlace
from . import keys
from .codec import from_item
from .commits import ROW_KEPT, expiry, item_of
from .table import Table, Write

TURNS = 12


class DynamoBatches:
    """The Batches over one table."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self.table = table
        self.clock = clock

    def begin(self, batch: Batch) -> Batch:
        """The batch as it stands: new, or as an earlier delivery of the same upload left it."""
        key = keys.batch(batch.creditor, batch.id)
        if self.table.put_new({**item_of(key, batch), "version": {"N": "1"}}):
            return replace(batch, version=1)
        return self._known(batch.creditor, batch.id)

    def save(self, batch: Batch) -> Batch:
        """The batch with its next version; StaleVersion when somebody wrote it meanwhile."""
        self.table.put_versioned(item_of(keys.batch(batch.creditor, batch.id), batch), batch.version)
        return replace(batch, version=batch.version + 1)

    def batch(self, creditor: str, batch: str) -> Batch | None:
        item = self.table.get(keys.batch(creditor, batch))
        return from_item(Batch, item) if item else None

    def put_row(self, creditor: str, place: RowPlace, outcome: RowOutcome) -> None:
        """Keep a row's outcome unless it has one already."""
        key = keys.row(creditor, place.batch, place.chunk, place.line)
        self.table.put_new(item_of(key, outcome, gone_at=expiry(self.clock() + ROW_KEPT)))

    def rows(self, creditor: str, batch: str, chunk: int) -> tuple[RowOutcome, ...]:
        items = self.table.query(keys.chunk_rows(creditor, batch, chunk))
        return tuple(from_item(RowOutcome, item) for item in items)

    def chunk_done(self, creditor: str, batch: str, chunk: int, counts: dict[Outcome, int]) -> Batch:
        """The batch once this chunk was counted, now or by an earlier delivery of the same message."""
        mark = {name: {"S": text} for name, text in keys.chunk(creditor, batch, chunk).items()}
        mark["gone_at"] = expiry(self.clock() + ROW_KEPT)
        for _ in range(TURNS):
            held = self._known(creditor, batch)
            counted = replace(held.counting(counts), chunks_done=held.chunks_done + 1)
            item = item_of(keys.batch(creditor, batch), counted)
            try:
                self.table.transact([Write(mark, guard="chunk"), Write(item, version=held.version)])
            except AlreadyDone:
                return self._known(creditor, batch)
            except StaleVersion:
                continue
            return replace(counted, version=held.version + 1)
        raise Retry("the batch keeps changing")

    def _known(self, creditor: str, batch: str) -> Batch:
        held = self.batch(creditor, batch)
        if held is None:
            raise Retry("batch not there yet")
        return held
