"""The house in the simulation: its real actions over the in-memory store, watched and troubled at every call."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import stripe

from chalicelib.adapters.stripe.client import StripeClients
from chalicelib.adapters.stripe.gateway import StripeGateway
from chalicelib.adapters.stripe.mandates import StripeMandates
from chalicelib.domain.claim import NEXT
from chalicelib.domain.contact import Contact
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.facts import Fact
from chalicelib.domain.matter import Matter
from chalicelib.ports import Commit
from local.payments import api
from local.payments.answers import Asked
from local.payments.world import Double
from tests.fakes.store import FakeStore

from .faults import Died, Faults, Kind


class Broken(AssertionError):
    """An invariant does not hold: `law` says which, the same for the same fault; the message says where."""

    def __init__(self, law: str, where: str = "") -> None:
        super().__init__(f"{law}: {where}" if where else law)
        self.law = law


@dataclass
class WatchedStore(FakeStore):
    """A store that fails when a fault is due, and knows what was touched since it was last asked.

    `homes` are the entries of each source, `touched` the matters, `sources` the sources written about.
    """

    faults: Faults = field(default_factory=Faults)
    touched: dict[tuple[str, str], None] = field(default_factory=dict)
    sources: dict[tuple[str, str], None] = field(default_factory=dict)
    homes: dict[tuple[str, str], list[tuple[str, int]]] = field(default_factory=dict)

    def commit(self, creditor: str, commit: Commit) -> None:
        self.faults.around("the write", lambda: self._committed(creditor, commit))

    def _committed(self, creditor: str, commit: Commit) -> None:
        before = {claim.id: self.items.get(("claim", creditor, claim.debtor, claim.id)) for claim in commit.claims}
        super().commit(creditor, commit)
        self.commits.clear()
        for claim in commit.claims:
            old = before[claim.id]
            self.touched[creditor, claim.debtor] = None
            if old and old.state is not claim.state and claim.state not in NEXT[old.state]:
                raise Broken("state moves only along its table (7)", f"{claim.id}: {old.state} to {claim.state}")
            if old and claim.entries < old.entries:
                raise Broken("nothing is ever taken out of a chain (6)", claim.id)
        for name, entry in commit.entries:
            if entry.kind is EntryKind.PAYMENT:
                self.homes.setdefault((creditor, entry.source), []).append((name, entry.number))
            if entry.number:
                self.sources[creditor, entry.source] = None
        for part in (*commit.contacts, *commit.plans, *commit.deferrals, *commit.tasks):
            self.touched[creditor, part.debtor] = None
        for money in commit.suspense:
            self.sources[creditor, money.source] = None

    def matter(self, creditor: str, debtor: str) -> Matter | None:
        return self.faults.around("the read", lambda: super(WatchedStore, self).matter(creditor, debtor))

    def seen(self, creditor: str, debtor: str) -> Matter | None:
        """The matter as it stands, for whoever only looks on."""
        return super().matter(creditor, debtor)

    def said(self) -> list[Fact]:
        """The facts since the last time, as the stream would bring them."""
        facts, self.facts = self.facts, []
        return facts


class Clockwork:
    """The scheduler: brings a contact back at its hour, once per name, by `wake`."""

    def __init__(self, faults: Faults, wake: Callable[[Contact, datetime], None]) -> None:
        self.faults, self.wake = faults, wake
        self.planned: dict[str, Contact] = {}

    def at(self, contact: Contact, now: datetime) -> bool:
        return self.faults.around("the scheduler", lambda: self._at(contact, now))

    def _at(self, contact: Contact, now: datetime) -> bool:
        if contact.id in self.planned:
            return False
        self.planned[contact.id] = contact
        self.wake(contact, max(contact.due_at, now))
        return True

    def cancel(self, contact: Contact) -> None:
        self.faults.around("the scheduler", lambda: self.planned.pop(contact.id, None))


class Wire(stripe.HTTPClient):
    """The provider's own library speaks over this to the payment double in the same process."""

    name = "wire"

    def __init__(self, double: Double, faults: Faults) -> None:
        super().__init__()
        self.double, self.faults = double, faults
        self.calls = 0

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> tuple[str, int, Any]:
        self.calls += 1
        kind = self.faults.taken("the provider")
        if kind is Kind.FAILS:
            return json.dumps({"error": {"type": "api_error", "message": "as asked"}}), 500, {}
        if kind is Kind.DIES:
            raise Died("the provider")
        place = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        named = {name.lower(): value for name, value in headers.items()}
        said = api.answer(self.double, Asked(method.upper(), place.path, place.query, body, named))
        if kind is Kind.LOST:
            raise stripe.APIConnectionError("answer lost, as asked")
        if kind is Kind.DIES_AFTER:
            raise Died("the provider")
        return json.dumps(said.body), said.status, said.headers

    def close(self) -> None:
        """Nothing stays open."""


class Wired(StripeClients):
    """The creditors' clients of the real library, over the wire above, and without its pauses between tries."""

    def __init__(self, keys: dict[str, str], wire: Wire) -> None:
        super().__init__(keys.__getitem__)
        stripe.enable_telemetry = False
        self._wired = {
            creditor: stripe.StripeClient(key, max_network_retries=0, http_client=wire)
            for creditor, key in keys.items()
        }

    def _client(self, creditor: str) -> stripe.StripeClient:
        return self._wired[creditor]


class WiredGateway(Wired, StripeGateway):
    """The real gateway."""


class WiredMandates(Wired, StripeMandates):
    """The real gateway of saved ways to pay."""
