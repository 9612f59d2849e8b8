"""Reminders a second from their hour to what follows them, beside a bare worker that makes the same calls.

Many debtors have one reminder due at the same hour. The real action asks whether it is held, asks the policy,
writes the text, reserves, hands the mail over, settles and plans the next step. Its calls, the mails too, are
recorded once, by botocore's own events; the bare worker then sends the very same mails and the very same other
calls to a place of its own that began as the first one did, and does nothing else.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bench.ground import Ground
from bench.replay import Call, Place, recorded, replayed, send
from bench.rows import Row, in_turns, median
from chalicelib import wiring
from chalicelib.actions.send_contact import Sent, send_contact
from chalicelib.domain.contact import Contact
from chalicelib.ports import Commit

AT_LEAST = 0.6
ROUNDS, MANY = 5, 100
QUICK_ROUNDS, QUICK_MANY = 1, 20


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    with Place.visited():
        try:
            yield _Post(ground, QUICK_MANY if quick else MANY).row(QUICK_ROUNDS if quick else ROUNDS)
        finally:
            _forget_clients()


class _Post:
    """So many debtors of one creditor, each with a reminder that is due."""

    def __init__(self, ground: Ground, many: int) -> None:
        self.ground, self.house, self.creditor = ground, ground.house, ground.triggers.creditor
        self.first = Place.new(ground)
        self.first.settle()
        wiring.store().commit(self.creditor.id, Commit((), creditor=replace(self.creditor, version=0)))
        self.contacts = [self._planned(number) for number in range(many)]
        self.began = self._items()

    def row(self, rounds: int) -> Row:
        with recorded() as recording:
            self._settle(self.first)  # only clients made from here on are heard
            self._sent(between=recording.next_part)
        taken = in_turns(rounds, self._real, lambda: self._bare(recording.worker))
        many = len(self.contacts)
        ratio = median(bare / real for real, bare in taken)
        value = median((many / real for real, _ in taken), 1)
        floor = median((many / bare for _, bare in taken), 1)
        calls = sum(len(part) for part in recording.worker)
        what = f"{many} reminders, each until the next is planned, beside the same {calls} calls with no logic"
        return Row("sendings", what, value, "messages/s", floor, ratio, f">= {AT_LEAST:g}", ratio >= AT_LEAST)

    def _planned(self, number: int) -> Contact:
        where = {"claim": f"S-{number:04d}", "debtor": f"P-{number:04d}"}
        claim = self.house.register(self.creditor, email=f"p{number:04d}@nordlicht.example", phone=None, **where)
        contact: Contact = self.house.planned(claim)
        return contact

    def _items(self) -> list[dict[str, Any]]:
        pages = wiring.table().client.get_paginator("scan").paginate(TableName=self.first.table)
        return [item for page in pages for item in page["Items"]]

    def _as_it_began(self) -> Place:
        """Another place where nothing is sent yet."""
        place, put = Place.new(self.ground), wiring.table().client.put_item
        for item in self.began:
            put(TableName=place.table, Item=item)
        return place

    def _settle(self, place: Place) -> None:
        place.settle()
        _forget_clients()

    def _sent(self, between: Callable[[], None] = lambda: None) -> float:
        """Seconds the house's own action takes."""
        desk = wiring.desk()
        wiring.store().creditor(self.creditor.id)
        began = time.perf_counter()
        for contact in self.contacts:
            between()
            where = (contact.creditor, contact.debtor, contact.id)
            assert send_contact(*where, desk=desk, now=contact.due_at) is Sent.SENT
        took = time.perf_counter() - began
        between()
        return took

    def _real(self) -> float:
        self._settle(self._as_it_began())
        return self._sent()

    def _bare(self, worker: list[list[Call]]) -> float:
        """Seconds the same mails and the same other calls take with nothing in between."""
        parts = replayed(worker, self._as_it_began().names_instead_of(self.first))
        began = time.perf_counter()
        for part in parts:
            for ask, arguments in part:
                send(ask, arguments)
        return time.perf_counter() - began


def _forget_clients() -> None:
    """The desk and the mail channel are made anew for the place the house works at now."""
    wiring.desk.cache_clear()
    vars(wiring.channels()["email"]).pop("_ses", None)
