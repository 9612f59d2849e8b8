"""The warm matter page of a claim with ten thousand entries in its ledger, beside one with three."""

import time
from collections.abc import Callable, Iterator
from datetime import date

from app import app
from bench.ground import Ground
from bench.rows import Row, at_most, in_turns, median
from chalicelib import wiring
from chalicelib.adapters.dynamo import keys
from chalicelib.adapters.dynamo.commits import item_of
from chalicelib.domain.claim import Claim
from chalicelib.domain.ledger import booked
from chalicelib.ports import Commit

AT_MOST = 1.2
ROUNDS, CALLS = 21, 10
QUICK_ROUNDS = 5
LONG, SHORT, QUICK_LONG = 10_000, 3, 1_000
AT_ONCE = 25


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    long = QUICK_LONG if quick else LONG
    pages = [_page(ground, _claim(ground, entries)) for entries in (long, SHORT)]
    for page in pages:
        _each(page)
    one, other = pages
    taken = in_turns(QUICK_ROUNDS if quick else ROUNDS, lambda: _each(one), lambda: _each(other))
    ratio = median(many / few for many, few in taken)
    bound, holds = at_most(AT_MOST, ratio)
    value, floor = (median((figures[place] for figures in taken), 2) for place in (0, 1))
    what = f"warm matter page of a claim with {long:,} ledger entries, beside one with {SHORT}"
    yield Row("long_claim", what, value, "ms", floor, ratio, bound, holds)


def _claim(ground: Ground, entries: int) -> Claim:
    """A claim with so many entries, each but the first a payment of a cent, as the ledger seals them."""
    claim: Claim = ground.house.register(ground.triggers.creditor, principal=10 * entries)
    items = []
    while claim.entries < entries:
        claim, entry = booked(claim, 1, f"pi_{claim.entries}", date(2026, 11, 20), claim.registered_at)
        items.append({"PutRequest": {"Item": item_of(keys.entry(claim.creditor, claim.id, entry.number), entry)}})
    table = wiring.table()
    for start in range(0, len(items), AT_ONCE):
        left = table.client.batch_write_item(RequestItems={table.name: items[start : start + AT_ONCE]})
        assert not left["UnprocessedItems"]
    wiring.store().commit(claim.creditor, Commit((), claims=(claim,)))
    return claim


def _page(ground: Ground, claim: Claim) -> Callable[[], None]:
    token = ground.house.link_to(claim)
    event = ground.triggers.page(token, visit=ground.triggers.visit_of(claim, token))

    def page() -> None:
        assert app(event, None)["statusCode"] == 200

    return page


def _each(call: Callable[[], None]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return (time.perf_counter() - began) / CALLS * 1000
