"""Bookings a second, beside a bare worker that makes the same calls to AWS and asks the provider the same.

Many debtors have paid; the notices are stored and lie in the queue. The real function money asks the provider
what became of each payment and books it. Its calls are recorded once, by botocore's own events; the bare worker
sends the very same calls to a place of its own that began as the first one did, with one plain question to the
provider for each payment, and does nothing else. The provider is the double, which answers both.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import batched
from typing import Any

import requests

from bench.ground import Ground
from bench.replay import Call, Place, recorded, replayed, send
from bench.rows import Row, in_turns, median
from bench.triggers import Event, queue_event
from chalicelib import wiring
from chalicelib.domain.claim import Claim, ClaimState
from chalicelib.domain.payments import ProviderEvent
from chalicelib.entrypoints.events import money
from chalicelib.ports import Commit

AT_LEAST = 0.6
ROUNDS, MANY = 5, 100
QUICK_ROUNDS, QUICK_MANY = 1, 20
# As many messages as the queue hands to the function at once.
AT_ONCE = 10


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    with Place.visited():
        yield _Till(ground, QUICK_MANY if quick else MANY).row(QUICK_ROUNDS if quick else ROUNDS)


class _Till:
    """So many claims of one creditor, each paid in full at the provider, and the notices of that."""

    def __init__(self, ground: Ground, many: int) -> None:
        self.ground, self.house, self.creditor = ground, ground.house, ground.triggers.creditor
        self.key = f"sk_test_{self.creditor.id}"
        self.first = Place.new(ground)
        self.first.settle()
        wiring.store().commit(self.creditor.id, Commit((), creditor=replace(self.creditor, version=0)))
        self.claims = [self._registered(number) for number in range(many)]
        self.paid = [self._paid(claim) for claim in self.claims]
        self.began = self._items()

    def row(self, rounds: int) -> Row:
        with recorded() as recording:
            self.first.settle()  # only clients made from here on are heard
            self._booked(between=recording.next_part)
        taken = in_turns(rounds, self._real, lambda: self._bare(recording.worker))
        many = len(self.claims)
        ratio = median(bare / real for real, bare in taken)
        value = median((many / real for real, _ in taken), 1)
        floor = median((many / bare for _, bare in taken), 1)
        calls = sum(len(part) for part in recording.worker)
        what = f"{many} payments from the queue to the ledger, beside the same {calls} calls with no logic"
        return Row("bookings", what, value, "bookings/s", floor, ratio, f">= {AT_LEAST:g}", ratio >= AT_LEAST)

    def _registered(self, number: int) -> Claim:
        claim: Claim = self.house.register(self.creditor, claim=f"B-{number:04d}", debtor=f"D-{number:04d}")
        return claim

    def _paid(self, claim: Claim) -> str:
        """The provider has the money, and the house its notice; the payment's id."""
        labels = {"creditor": claim.creditor, "claim": claim.id}
        about = {"amount": claim.outstanding.total, "currency": "eur", "metadata": labels}
        paid: str = self.house.payments.lever("POST", "payments", api_key=self.key, **about)["id"]
        notice = ProviderEvent(f"evt_{paid}", "payment_intent.succeeded", paid, wiring.clock(), False, "{}")
        assert wiring.store().store_event(claim.creditor, self.creditor.provider, notice, wiring.clock())
        return paid

    def _items(self) -> list[dict[str, Any]]:
        pages = wiring.table().client.get_paginator("scan").paginate(TableName=self.first.table)
        return [item for page in pages for item in page["Items"]]

    def _as_it_began(self) -> Place:
        """Another place where nothing is booked yet."""
        place, put = Place.new(self.ground), wiring.table().client.put_item
        for item in self.began:
            put(TableName=place.table, Item=item)
        return place

    def _notices(self) -> Iterator[Event]:
        for some in batched(self.paid, AT_ONCE, strict=False):
            about = ({"creditor": self.creditor.id, "event": f"evt_{paid}"} for paid in some)
            yield queue_event("money", [{"detail-type": "ProviderEventStored", "detail": one} for one in about])

    def _booked(self, between: Callable[[], None] = lambda: None) -> float:
        """Seconds the house's own function takes."""
        wiring.store().creditor(self.creditor.id)
        began = time.perf_counter()
        for notices in self._notices():
            between()
            assert money(notices, None) == {"batchItemFailures": []}
        took = time.perf_counter() - began
        between()
        now = [self.house.claim(claim.creditor, claim.debtor, claim.id) for claim in self.claims]
        assert all(claim.state is ClaimState.CLOSED and claim.entries == 2 for claim in now)
        return took

    def _real(self) -> float:
        self._as_it_began().settle()
        return self._booked()

    def _bare(self, worker: list[list[Call]]) -> float:
        """Seconds the same calls take with nothing in between."""
        place = self._as_it_began()
        parts = replayed(worker, place.names_instead_of(self.first))
        questions = [f"{self.house.payments.url}/v1/payment_intents/{paid}" for paid in self.paid]
        with requests.Session() as provider:
            provider.auth = (self.key, "")
            began = time.perf_counter()
            for part, some in zip(parts, batched(questions, AT_ONCE, strict=False), strict=True):
                for question in some:
                    assert provider.get(question, params={"expand[]": "latest_charge"}, timeout=9).ok
                for ask, arguments in part:
                    send(ask, arguments)
            return time.perf_counter() - began
