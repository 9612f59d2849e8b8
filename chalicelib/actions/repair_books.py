"""Mend a difference between the books by the same actions as by day; what they refuse stays as it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..domain.bank import BankStatement, StatementStatus
from ..domain.reconciliation import Difference, DifferenceKind, Place
from ..ports import EntryChunk
from . import record_return
from .book_bank_entry import book_bank_entry
from .compare_books import CountingRoom
from .load_statement import chunks_of, load_statement, take_entries
from .record_payment import Booked, record_payment
from .send_refund import refund_told


@dataclass
class Repairs:
    """How many sums were put in suspense on the way, and what failed, by the difference it concerns."""

    suspended: int = 0
    failed: list[tuple[str, Exception]] = field(default_factory=list)


def repair_books(
    creditor: str, differences: Iterable[Difference], *, room: CountingRoom, now: datetime
) -> Repairs:
    """Try each that can be mended; one trouble is not another's. Whether it helped, the next comparison says."""
    done = Repairs()
    for one in differences:
        if not one.repairable:
            continue
        try:
            done.suspended += _repaired(creditor, one, room, now) is Booked.SUSPENSE
        except Exception as error:  # noqa: BLE001 - named in the answer; the others are mended
            done.failed.append((one.id, error))
    return done


def _repaired(creditor: str, one: Difference, room: CountingRoom, now: datetime) -> Booked | None:
    till = room.till
    if one.kind is DifferenceKind.ORDER_BEHIND:
        refund = till.gateway.refund(creditor, one.at)
        refund_told(creditor, refund, store=till.store, outgoing=room.outgoing, now=now)
        return None
    if one.place is Place.PAYMENT:
        payment = till.gateway.payment(creditor, one.at)
        return record_payment(creditor, payment, event=None, **till.writing(now))
    if one.place is Place.REFUND:
        return record_return.refund_told(creditor, one.at, till=till, now=now)
    if one.place is Place.CHARGEBACK:
        return record_return.chargeback_told(creditor, one.at, till=till, now=now)
    _told_again(creditor, one.at, room, now)
    return None


@dataclass
class _Here:
    """Entries that are booked here and now instead of being queued."""

    chunks: list[EntryChunk] = field(default_factory=list)

    def send_entries(self, chunk: EntryChunk) -> None:
        self.chunks.append(chunk)


def _told_again(creditor: str, name: str, room: CountingRoom, now: datetime) -> None:
    """Read the bank's own file once more and book what nothing became of; what is booked only answers so."""
    settings, statement = room.till.store.creditor(creditor), room.bank.statement(creditor, name)
    told = room.told(settings, statement) if settings and statement else None
    if statement is None or told is None:
        return
    account, entries = told
    here = _Here(list(chunks_of(statement, account, entries)))
    if statement.status is StatementStatus.READING:
        load_statement(
            statement, account, entries, bank=room.bank, queue=_Here(), reports=room.bank_reports, now=now
        )
    for chunk in here.chunks:
        take_entries(
            chunk,
            lambda held, place, entry, iban: book_bank_entry(
                held, place, entry, iban, teller=room.teller, now=now
            ),
            bank=room.bank,
            reports=room.bank_reports,
            now=now,
        )
    _counted_again(room.bank.statement(creditor, name), room)


def _counted_again(statement: BankStatement | None, room: CountingRoom) -> None:
    """Its counts and sums are those of all its entries: a piece may have been counted before one was lost."""
    if statement is None:
        return
    bank = room.bank
    found = [
        r for number in range(statement.chunks) for r in bank.results(statement.creditor, statement.id, number)
    ]
    counted = replace(statement, counts={}, sums={}).counting(found)
    if (counted.counts, counted.sums) != (statement.counts, statement.sums):
        bank.save(counted)
        room.bank_reports.write_statement(counted, found)
