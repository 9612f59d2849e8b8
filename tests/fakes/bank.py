"""The BankBook in memory, over a FakeStore's items; it passes the contract of the real one (test_bank_book.py)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.domain.bank import BankStatement, EntryResult, Sighting
from chalicelib.domain.errors import AlreadyDone, Retry, StaleVersion
from chalicelib.ports import EntryChunk, EntryPlace

from .store import FakeStore, Write, told_key


class FakeBankBook:
    def __init__(self, store: FakeStore) -> None:
        self.store = store

    def begin(self, statement: BankStatement) -> BankStatement:
        key = ("statement", statement.creditor, statement.id)
        try:
            self.store.write([Write(key, statement, version=0)])
        except StaleVersion:
            return self._known(statement.creditor, statement.id)
        return replace(statement, version=1)

    def save(self, statement: BankStatement) -> BankStatement:
        key = ("statement", statement.creditor, statement.id)
        self.store.write([Write(key, statement, version=statement.version)])
        return replace(statement, version=statement.version + 1)

    def statement(self, creditor: str, statement: str) -> BankStatement | None:
        return self.store.items.get(("statement", creditor, statement))

    def statements(self, creditor: str, first: date, last: date) -> tuple[BankStatement, ...]:
        held = (self.store.items[key] for key in self.store.items.under("statement", creditor))
        return tuple(sorted((one for one in held if one.concerns(first, last)), key=lambda one: one.came))

    def sighted(self, creditor: str, sighting: Sighting, marks: Iterable[str]) -> Sighting:
        key = ("sighting", creditor, sighting.source)
        if key in self.store.items:
            found: Sighting = self.store.items[key]
            return found
        self.store.items[key] = sighting
        for mark in marks:
            self.store.items["original", creditor, mark, sighting.source] = sighting.source
        return sighting

    def sighting(self, creditor: str, source: str) -> Sighting | None:
        return self.store.items.get(("sighting", creditor, source))

    def originals(self, creditor: str, mark: str) -> tuple[str, ...]:
        return tuple(sorted(self.store.items[key] for key in self.store.items.under("original", creditor, mark)))

    def settled_as(self, creditor: str, marks: Iterable[str], how: str) -> str:
        keys = [("collective", creditor, mark) for mark in marks]
        others = [self.store.items[key] for key in keys if self.store.items.get(key, how) != how]
        if others:
            told: str = others[0]
            return told
        self.store.items |= dict.fromkeys(keys, how)
        return how

    def put_result(self, creditor: str, place: EntryPlace, result: EntryResult) -> EntryResult:
        kept: EntryResult = self.store.items.setdefault(told_key(creditor, place), result)
        return kept

    def result(self, creditor: str, place: EntryPlace) -> EntryResult | None:
        return self.store.items.get(told_key(creditor, place))

    def results(self, creditor: str, statement: str, chunk: int) -> tuple[EntryResult, ...]:
        told = (key for key in self.store.items.under("told", creditor, statement) if key[3] == chunk)
        return tuple(self.store.items[key] for key in sorted(told, key=lambda key: key[4]))

    def chunk_done(self, creditor: str, statement: str, chunk: int) -> BankStatement:
        held = self._known(creditor, statement)
        counted = replace(
            held.counting(self.results(creditor, statement, chunk)), chunks_done=held.chunks_done + 1
        )
        mark = Write(("counted", creditor, statement, chunk), True, guard="chunk")
        try:
            self.store.write([mark, Write(("statement", creditor, statement), counted, version=held.version)])
        except AlreadyDone:
            return self._known(creditor, statement)
        return replace(counted, version=held.version + 1)

    def _known(self, creditor: str, statement: str) -> BankStatement:
        held = self.statement(creditor, statement)
        if held is None:
            raise Retry("statement not there yet")
        return held


@dataclass
class FakeEntryQueue:
    chunks: list[EntryChunk] = field(default_factory=list)

    def send_entries(self, chunk: EntryChunk) -> None:
        self.chunks.append(chunk)


@dataclass
class FakeBankReports:
    written: list[tuple[BankStatement, tuple[EntryResult, ...]]] = field(default_factory=list)

    def write_statement(self, statement: BankStatement, results: Iterable[EntryResult]) -> None:
        self.written.append((statement, tuple(results)))
