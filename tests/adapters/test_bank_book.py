"""What the actions rely on of a BankBook: the fake and the real table keep the same promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from chalicelib.adapters.dynamo.statements import DynamoBankBook
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.domain.bank import (
    BankEntry,
    BankStatement,
    Became,
    EntryResult,
    Side,
    Sighting,
    StatementKind,
    StatementStatus,
)
from chalicelib.domain.errors import AlreadyDone, StaleVersion
from chalicelib.ports import Commit, EntryPlace, Way
from tests.builders import NOW
from tests.fakes.bank import FakeBankBook
from tests.fakes.store import FakeStore

NUMBERS = count(1)
ENTRY = BankEntry("1", 4820, "EUR", Side.CREDIT, date(2026, 11, 20), part_of=("a", "b"), returned="")


@pytest.fixture(params=["memory", "dynamodb"])
def both(request):
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakeBankBook(memory)
    real = request.getfixturevalue("real_table")
    return DynamoStore(real, lambda: NOW), DynamoBankBook(real, lambda: NOW)


@pytest.fixture
def book(both):
    return both[1]


@pytest.fixture
def of():
    return f"bank{next(NUMBERS)}"


def a_statement(of, **changes):
    plain = BankStatement("s1", of, "bank/x.xml", StatementKind.STATEMENT, "4567", "EUR", NOW, chunks=2)
    return replace(plain, **changes)


def sighting(source, **changes):
    return replace(Sighting(source, "s1", StatementKind.NOTICE, "", ENTRY), **changes)


def result(number, became=Became.BOOKED, amount=10):
    return EntryResult(str(number), became, amount, "EUR", f"bank:{number}", ("R-1",), "why", 100)


def test_a_statement_begins_once_and_is_saved_by_its_version(book, of):
    first = book.begin(a_statement(of, opening=-5, closing=7))
    assert first.version == 1 and book.statement(of, "s1") == first
    saved = book.save(replace(first, status=StatementStatus.BOOKING))
    assert book.begin(a_statement(of)) == saved
    with pytest.raises(StaleVersion):
        book.save(first)
    assert book.statement(of, "s2") is None


def test_a_chunk_is_counted_once_with_all_that_became_of_its_entries(book, of):
    book.begin(a_statement(of))
    for n, became in enumerate((Became.BOOKED, Became.BOOKED, Became.OWN)):
        book.put_result(of, EntryPlace("s1", 0, n), result(n, became, -5 if became is Became.OWN else 10))
    for _ in range(2):
        counted = book.chunk_done(of, "s1", 0)
        assert (counted.chunks_done, counted.counts) == (1, {"booked": 2, "own": 1})
        assert counted.sums == {"booked": 20, "own": -5}
    assert book.chunk_done(of, "s1", 1).chunks_done == 2


def test_the_first_result_of_an_entry_stays(book, of):
    place = EntryPlace("s1", 0, 7)
    assert book.result(of, place) is None
    assert book.put_result(of, place, result(7)) == result(7)
    assert book.put_result(of, place, result(7, Became.KNOWN)) == result(7) == book.result(of, place)
    assert book.results(of, "s1", 0) == (result(7),) and book.results(of, "s1", 1) == ()


def test_what_became_of_an_entry_is_told_in_the_transaction_that_made_it_so(both, of):
    store, book = both
    place = EntryPlace("s1", 0, 0)
    store.commit(of, Commit((), told=(place, result(0)), source="bank:0"))
    assert book.result(of, place) == result(0)
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), told=(place, result(1)), source="bank:1"))


def test_the_first_sighting_stays_and_a_return_finds_it_by_its_marks(book, of):
    first = sighting("bank:1")
    assert book.sighted(of, first, ("m1", "m2")) == first
    assert book.sighted(of, sighting("bank:1", statement="s2"), ("m1",)) == first == book.sighting(of, "bank:1")
    book.sighted(of, sighting("bank:2"), ("m2",))
    assert (book.originals(of, "m1"), set(book.originals(of, "m2"))) == (("bank:1",), {"bank:1", "bank:2"})
    assert book.originals(of, "m3") == () and book.sighting(of, "bank:3") is None
    assert book.originals(f"{of}x", "m1") == ()


def test_how_a_collective_entry_is_told_first_stays_by_any_of_its_names(book, of):
    assert book.settled_as(of, ("a", "b"), "parts") == "parts"
    assert book.settled_as(of, ("b", "c"), "sum") == "parts"
    assert book.settled_as(of, ("a", "d"), "parts") == "parts"
    assert book.settled_as(of, ("d",), "sum") == "parts"
    assert book.settled_as(of, ("c",), "sum") == "sum"


def test_of_many_who_tell_of_a_collective_entry_at_once_one_way_is_first(both, of):
    book = both[1]
    if isinstance(book, FakeBankBook):
        pytest.skip("memory has no rivals")
    hows = ["sum", "parts"] * 4
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda how: book.settled_as(of, ("x", "y", how), how), hows))
    assert len(set(told)) == 1


def test_a_mark_leads_to_claims_and_no_further_than_its_creditor(both, of):
    store, _ = both
    ways = (Way("m", "K-1", "R-1"), Way("m", "K-2", "R-2"))
    for _ in range(2):
        store.commit(of, Commit((), ways=ways))
    assert store.ways(of, "m") == ways
    assert store.ways(f"{of}x", "m") == () == store.ways(of, "n")
    store.commit(of, Commit((), gone=(("way", "m/R-1"),)))
    assert store.ways(of, "m") == ways[1:]


def test_a_mark_that_leads_to_very_many_is_not_read_to_its_end(both, of):
    store, _ = both
    for n in range(0, 60, 20):
        store.commit(of, Commit((), ways=tuple(Way("m", "K-1", f"R-{n + k:03}") for k in range(20))))
    assert len(store.ways(of, "m")) == 20


def test_a_sighting_is_forgotten(both, of):
    store, book = both
    book.sighted(of, sighting("bank:9"), ())
    store.commit(of, Commit((), gone=(("sighting", "bank:9"),)))
    assert book.sighting(of, "bank:9") is None


def names(book, of, first, last):
    return [one.id for one in book.statements(of, first, last)]


def test_statements_are_found_by_the_days_they_tell_of_and_the_day_they_came(book, of):
    early = NOW.replace(year=2026, month=3, day=2)
    for id, came, days in (
        ("a", early, (date(2026, 1, 30), date(2026, 2, 2))),
        ("b", early.replace(minute=1), (None, None)),
        ("c", NOW, (date(2026, 11, 20), date(2026, 11, 20))),
        ("d", NOW.replace(minute=1), (date(2025, 12, 31), date(2026, 1, 2))),
    ):
        book.begin(a_statement(of, id=id, received_at=came, first_day=days[0], last_day=days[1]))
    assert names(book, of, date(2026, 1, 31), date(2026, 2, 1)) == ["a"]
    assert names(book, of, date(2026, 2, 3), date(2026, 3, 2)) == ["a", "b"]
    assert names(book, of, date(2025, 12, 1), date(2026, 1, 1)) == ["d"]
    assert names(book, of, date(2026, 11, 1), date(2026, 11, 30)) == ["c", "d"]
    assert names(book, of, date(2026, 4, 1), date(2026, 10, 31)) == []
    assert names(book, f"{of}x", date(2026, 1, 1), date(2026, 12, 31)) == []
