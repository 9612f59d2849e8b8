"""The three books of a small world: its provider, its bank and its ledger, compared at a wish."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.actions.compare_books import CountingRoom, compare_books
from chalicelib.actions.load_statement import load_statement
from chalicelib.actions.reconcile_books import Reconciled, reconcile_books, reconcile_night
from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.bank.told import statement_of
from chalicelib.domain.bank import BankEntry, BankStatement
from chalicelib.domain.parties import Creditor
from chalicelib.domain.reconciliation import Difference, Reconciliation
from tests.builders import NOW, creditor
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakeBalance

from .test_book_bank_entry import Bank

OF = "nordlicht"
TODAY = NOW.date()


@dataclass
class Counting:
    """Who compares, and what they said: `alarms` are the differences told, one tuple an alarm."""

    world: Any
    files: dict[str, bytes] = field(default_factory=dict)
    alarms: list[tuple[Difference, ...]] = field(default_factory=list)
    written: list[Reconciliation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bank, self.balance = Bank(self.world), FakeBalance()
        self.outgoing = FakeOutgoing(self.world.store)

    @property
    def room(self) -> CountingRoom:
        return CountingRoom(
            till=self.world.till,
            outgoing=self.outgoing,
            watch=self.world.watch,
            balance=self.balance,
            teller=self.bank.teller,
            told=self.told,
            reports=self,
            bank_reports=self.bank.reports,
        )

    def told(self, of: Creditor, statement: BankStatement) -> tuple[str, tuple[BankEntry, ...]] | None:
        body = self.files.get(statement.key)
        if body is None:
            return None
        (told,) = read_bank_file(body, statement.key, of)  # type: ignore[misc]
        return told.account, told.entries

    def write_reconciliation(self, creditor: Creditor, compared: Reconciliation) -> None:
        self.written.append(compared)

    def tell(self, compared: Reconciliation, new: tuple[Difference, ...]) -> None:
        self.alarms.append(new)

    def hand_in(self, body: bytes, name: str, now: datetime = NOW, *, work: bool = True) -> BankStatement:
        """A file of the bank, booked unless the queue loses it."""
        key = f"bank/{OF}/{name}.xml"
        self.files[key] = body
        (told,) = read_bank_file(body, key, creditor())  # type: ignore[misc]
        of = statement_of(told, OF, key, now)
        ways: dict[str, Any] = {"bank": self.bank.book, "queue": self.bank.queue, "reports": self.bank.reports}
        held = load_statement(of, told.account, told.entries, now=now, **ways)
        if work:
            self.bank.work()
        self.bank.queue.chunks.clear()
        return self.bank.book.statement(OF, held.id) or held

    def differences(self, first: date = TODAY, last: date = TODAY, now: datetime = NOW) -> list[tuple[str, str]]:
        """Only a look: (kind, about)."""
        found = compare_books(OF, first, last, room=self.room, now=now).differences
        return [(one.kind.value, one.about) for one in found]

    def reconcile(self, first: date = TODAY, last: date = TODAY, now: datetime = NOW) -> Reconciled:
        return reconcile_books(OF, first, last, name=f"{first}..{last}", room=self.room, tell=self.tell, now=now)

    def night(self, now: datetime) -> Reconciled:
        return reconcile_night(OF, room=self.room, tell=self.tell, now=now)


def counts(done: Reconciled) -> tuple[int, int, int]:
    """(found, repaired, left)."""
    return done.compared.found, done.compared.repaired, done.compared.count


def days(**by: float) -> datetime:
    return NOW + timedelta(**by)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
