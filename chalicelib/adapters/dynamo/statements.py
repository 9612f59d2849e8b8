"""What a creditor's bank has told: statements counted chunk by chunk, and money by its first sighting."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from ...domain.bank import BankStatement, EntryResult, Sighting
from ...domain.errors import AlreadyDone, Retry, StaleVersion
from ...ports import EntryPlace
from . import keys
from .codec import from_item
from .commits import ROW_KEPT, expiry, item_of
from .table import Item, Table, Write

TURNS = 12
MONTHS = range(1, 13)
# A direct debit nobody allowed may be given back for 13 months (BGB §676b); its payment must be known until then.
SIGHTING_KEPT = timedelta(days=430)


class DynamoBankBook:
    """The BankBook over one table."""

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self.table = table
        self.clock = clock

    def begin(self, statement: BankStatement) -> BankStatement:
        """The statement as it stands: new, or as an earlier delivery of the same one left it.

        It is found by the months it tells of and the one it came in.
        """
        key = keys.statement(statement.creditor, statement.id)
        writes = [Write(item_of(key, statement), version=0)]
        came = statement.received_at.date()
        days = (statement.first_day or came, statement.last_day or came)
        for month in dict.fromkeys((*months(*days), *months(came, came))):
            writes.append(Write(_strings(keys.statement_pointer(statement.creditor, month, statement.id))))
        try:
            self.table.transact(writes)
        except StaleVersion:
            return self._known(statement.creditor, statement.id)
        return replace(statement, version=1)

    def save(self, statement: BankStatement) -> BankStatement:
        key = keys.statement(statement.creditor, statement.id)
        self.table.put_versioned(item_of(key, statement), statement.version)
        return replace(statement, version=statement.version + 1)

    def statement(self, creditor: str, statement: str) -> BankStatement | None:
        item = self.table.get(keys.statement(creditor, statement))
        return from_item(BankStatement, item) if item else None

    def statements(self, creditor: str, first: date, last: date) -> tuple[BankStatement, ...]:
        ids: dict[str, None] = {}
        for month in months(first, last):
            for item in self.table.query(keys.statements(creditor, month)):
                ids[item["sk"]["S"].partition("#")[2]] = None
        found = (self._known(creditor, name) for name in ids)
        return tuple(sorted((one for one in found if one.concerns(first, last)), key=lambda one: one.came))

    def sighted(self, creditor: str, sighting: Sighting, marks: Iterable[str]) -> Sighting:
        gone = expiry(self.clock() + SIGHTING_KEPT)
        item = item_of(keys.sighting(creditor, sighting.source), sighting, gone_at=gone)
        writes = [Write(item, guard="sighting")]
        for mark in dict.fromkeys(marks):
            key = _strings(keys.original(creditor, mark, sighting.source))
            writes.append(Write({**key, "gone_at": gone, "source": {"S": sighting.source}}))
        try:
            self.table.transact(writes)
        except AlreadyDone:
            return self.sighting(creditor, sighting.source) or sighting
        return sighting

    def sighting(self, creditor: str, source: str) -> Sighting | None:
        item = self.table.get(keys.sighting(creditor, source))
        return from_item(Sighting, item) if item else None

    def originals(self, creditor: str, mark: str) -> tuple[str, ...]:
        return tuple(item["source"]["S"] for item in self.table.query(keys.originals(creditor, mark)))

    def settled_as(self, creditor: str, marks: Iterable[str], how: str) -> str:
        """All marks at once, or what any of them says already: of two who come together one is first."""
        names = list(dict.fromkeys(marks))
        for _ in range(TURNS):
            held = [item for name in names if (item := self.table.get(keys.collective(creditor, name)))]
            others: list[str] = [item["how"]["S"] for item in held if item["how"]["S"] != how]
            if others:
                return others[0]
            missing = [name for name in names if not any(item["pk"]["S"].endswith(f"#{name}") for item in held)]
            if not missing:
                return how
            told = {"how": {"S": how}, "gone_at": expiry(self.clock() + SIGHTING_KEPT)}
            writes = [Write({**_strings(keys.collective(creditor, name)), **told}, guard=name) for name in missing]
            try:
                self.table.transact(writes)
            except AlreadyDone:
                continue
            return how
        raise Retry("the collective entry keeps changing")

    def put_result(self, creditor: str, place: EntryPlace, result: EntryResult) -> EntryResult:
        """The result that is kept: this one unless the entry has one already."""
        key = keys.told(creditor, place.statement, place.chunk, place.number)
        if self.table.put_new(item_of(key, result, gone_at=expiry(self.clock() + ROW_KEPT))):
            return result
        return self.result(creditor, place) or result

    def result(self, creditor: str, place: EntryPlace) -> EntryResult | None:
        item = self.table.get(keys.told(creditor, place.statement, place.chunk, place.number))
        return from_item(EntryResult, item) if item else None

    def results(self, creditor: str, statement: str, chunk: int) -> tuple[EntryResult, ...]:
        items = self.table.query(keys.told_in(creditor, statement, chunk))
        return tuple(from_item(EntryResult, item) for item in items)

    def chunk_done(self, creditor: str, statement: str, chunk: int) -> BankStatement:
        """The statement once this chunk's results are counted, now or by an earlier delivery of the message."""
        mark = _strings(keys.statement_chunk(creditor, statement, chunk))
        mark["gone_at"] = expiry(self.clock() + ROW_KEPT)
        results = self.results(creditor, statement, chunk)
        for _ in range(TURNS):
            held = self._known(creditor, statement)
            counted = replace(held.counting(results), chunks_done=held.chunks_done + 1)
            item = item_of(keys.statement(creditor, statement), counted)
            try:
                self.table.transact([Write(mark, guard="chunk"), Write(item, version=held.version)])
            except AlreadyDone:
                return self._known(creditor, statement)
            except StaleVersion:
                continue
            return replace(counted, version=held.version + 1)
        raise Retry("the statement keeps changing")

    def _known(self, creditor: str, statement: str) -> BankStatement:
        held = self.statement(creditor, statement)
        if held is None:
            raise Retry("statement not there yet")
        return held


def months(first: date, last: date) -> tuple[str, ...]:
    """Each month from one day to another, as `2026-11`."""
    found = {
        f"{year}-{month:02d}": date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in MONTHS
    }
    return tuple(name for name, day in found.items() if first.replace(day=1) <= day <= last)


def _strings(values: dict[str, str]) -> Item:
    return {name: {"S": value} for name, value in values.items()}
