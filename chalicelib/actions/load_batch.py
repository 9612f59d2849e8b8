"""Take a batch in: survey the file, hand its rows to the workers in chunks, report how far it came."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from ..domain.batch import Batch, BatchStatus, Outcome, Quarantined, Refused, RowOutcome
from ..domain.errors import StaleVersion
from ..domain.row import Row
from ..ports import Batches, BatchFile, Chunk, ChunkQueue, Reports, RowPlace

CHUNK = 20
# A progress report is written after every so many chunks, and at the end.
PROGRESS = 25
OVER = (BatchStatus.DONE, BatchStatus.PARTIAL, BatchStatus.REFUSED)


def load_batch(
    batch: Batch, file: BatchFile, *, batches: Batches, queue: ChunkQueue, reports: Reports, now: datetime
) -> Batch:
    """Read the file and queue its rows; a file that cannot be read is refused whole, with the reason.

    Called again for the same upload (the bucket may tell twice, the function may die half way) it goes over
    the same rows in the same chunks: whatever was taken stays taken, nothing is taken twice (B1, B15).
    """
    held = batches.begin(batch)
    if held.status in OVER:
        return held
    found = file.survey()
    if isinstance(found, Refused):
        refused = held.refused_for(found, now)
        # The report first: once the batch is kept as refused, nobody comes back to write one.
        reports.write(refused, ())
        return batches.save(refused)
    chunks = -(-found.rows // CHUNK)
    loading = replace(
        held, status=BatchStatus.LOADING, rows=found.rows, chunks=chunks, cut=found.cut, sha256=found.sha256
    )
    if held.status is BatchStatus.READING:
        held = batches.save(loading)
        reports.write(held, ())
    if chunks == 0:
        return finish_batch(held, batches=batches, reports=reports, now=now)
    for number, part in enumerate(_chunks(file.rows())):
        rows = []
        for item in part:
            if isinstance(item, Quarantined):
                place = RowPlace(held.id, number, item.line)
                outcome = RowOutcome(item.line, item.claim, Outcome.QUARANTINED, item.problems)
                batches.put_row(held.creditor, place, outcome)
            else:
                rows.append(item)
        queue.send(Chunk(held.creditor, held.id, number, tuple(rows)))
    return held


def _chunks(rows: Iterator[Row | Quarantined]) -> Iterator[list[Row | Quarantined]]:
    part: list[Row | Quarantined] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def take_chunk(
    chunk: Chunk,
    register: Callable[[Row, RowPlace], object],
    let_go: Callable[[str, str, int], object],
    *,
    batches: Batches,
    reports: Reports,
    now: datetime,
) -> Batch:
    """Register each row of a chunk and count the chunk once.

    A row that fails does not keep the others of its chunk from loading: its error is raised after them and
    the chunk comes back (B14, B15). A row that is in is registered again then, which writes nothing and gives
    its contact a schedule, should the trouble have come between the two. Where the batch was released meanwhile
    `let_go` plans the chunk's claims, as it does for those that were in before.
    """
    failed: Exception | None = None
    for row in chunk.rows:
        try:
            register(row, RowPlace(chunk.batch, chunk.number, row.line))
        except Exception as error:  # noqa: BLE001 - raised below, after the chunk's other rows
            failed = failed or error
    if failed:
        held = batches.batch(chunk.creditor, chunk.batch)
        if held and held.release:
            let_go(chunk.creditor, chunk.batch, chunk.number)
        raise failed
    outcomes = batches.rows(chunk.creditor, chunk.batch, chunk.number)
    counts = Counter(outcome.outcome for outcome in outcomes)
    batch = batches.chunk_done(chunk.creditor, chunk.batch, chunk.number, dict(counts))
    if batch.release:
        let_go(chunk.creditor, chunk.batch, chunk.number)
    if batch.chunks_done >= batch.chunks:
        return finish_batch(batch, batches=batches, reports=reports, now=now)
    if batch.chunks_done % PROGRESS == 0:
        reports.write(batch, ())
    return batch


def finish_batch(batch: Batch, *, batches: Batches, reports: Reports, now: datetime) -> Batch:
    """Write the whole report, then say that the batch is over; both can be done twice without harm."""
    over = batch if batch.status in OVER else batch.finished(now)
    reports.write(over, every_row(over, batches))
    if batch.status in OVER:
        return batch
    try:
        return batches.save(over)
    except StaleVersion:
        return over


def every_row(batch: Batch, batches: Batches) -> Iterator[RowOutcome]:
    for number in range(batch.chunks):
        yield from batches.rows(batch.creditor, batch.id, number)
