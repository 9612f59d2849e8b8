"""Take a bank's statement in: hand its entries to the money function in pieces, report what became of each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import batched

from ..domain.bank import BankEntry, BankStatement, EntryResult, StatementStatus
from ..domain.errors import StaleVersion
from ..ports import BankBook, BankReports, EntryChunk, EntryPlace, EntryQueue

CHUNK = 20


def load_statement(
    statement: BankStatement,
    account: str,
    entries: Iterable[BankEntry],
    *,
    bank: BankBook,
    queue: EntryQueue,
    reports: BankReports,
    now: datetime,
) -> BankStatement:
    """Queue the entries of a statement that was read whole. `account` is the IBAN they moved on.

    Called again for the same statement it is a no-op once that is done, and until then hands over the same
    entries in the same chunks: what is booked stays booked, nothing is booked twice.
    """
    chunks = tuple(chunks_of(statement, account, entries))
    if statement.first_day and statement.last_day:
        before = bank.statements(statement.creditor, statement.first_day, statement.last_day)
        statement = statement.in_another_form(before)
    held = bank.begin(statement)
    if held.status is StatementStatus.DONE:
        return held
    if held.status is StatementStatus.READING:
        held = bank.save(replace(held, status=StatementStatus.BOOKING, chunks=len(chunks)))
        reports.write_statement(held, ())
    if not chunks:
        return finish_statement(held, bank=bank, reports=reports, now=now)
    for chunk in chunks:
        queue.send_entries(chunk)
    return held


def chunks_of(statement: BankStatement, account: str, entries: Iterable[BankEntry]) -> Iterator[EntryChunk]:
    """The pieces of a statement, the same whenever it is cut."""
    for number, part in enumerate(batched(entries, CHUNK, strict=False)):
        yield EntryChunk(statement.creditor, statement.id, account, number, number * CHUNK, tuple(part))


def take_entries(
    chunk: EntryChunk,
    book: Callable[[BankStatement, EntryPlace, BankEntry, str], EntryResult],
    *,
    bank: BankBook,
    reports: BankReports,
    now: datetime,
) -> BankStatement | None:
    """Book each entry of a chunk and count the chunk once; None for a statement nobody knows.

    An entry that fails does not keep the others from being booked: its error is raised after them and the chunk
    comes back, where everything that is booked only answers with what it became.
    """
    statement = bank.statement(chunk.creditor, chunk.statement)
    if statement is None:
        return None
    failed: Exception | None = None
    for at, entry in enumerate(chunk.entries):
        place = EntryPlace(chunk.statement, chunk.number, chunk.first + at)
        try:
            book(statement, place, entry, chunk.account)
        except Exception as error:  # noqa: BLE001 - raised below, after the chunk's other entries
            failed = failed or error
    if failed:
        raise failed
    counted = bank.chunk_done(chunk.creditor, chunk.statement, chunk.number)
    if counted.chunks_done >= counted.chunks:
        return finish_statement(counted, bank=bank, reports=reports, now=now)
    return counted


def finish_statement(
    statement: BankStatement, *, bank: BankBook, reports: BankReports, now: datetime
) -> BankStatement:
    """Write the whole report, then say that the statement is done; both can be done twice without harm."""
    over = replace(statement, status=StatementStatus.DONE, done_at=statement.done_at or now)
    reports.write_statement(over, every_result(over, bank))
    if statement.status is StatementStatus.DONE:
        return statement
    try:
        return bank.save(over)
    except StaleVersion:
        return over


def every_result(statement: BankStatement, bank: BankBook) -> Iterator[EntryResult]:
    for number in range(statement.chunks):
        yield from bank.results(statement.creditor, statement.id, number)
