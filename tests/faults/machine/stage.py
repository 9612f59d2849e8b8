"""The stage of one story: a creditor and a claim of its own in an empty house, and what wakes the house.

What wakes it is always an event for a function, as the real trigger hands it over, so that the same event can be
handed over again, in this process or in another one.
"""

import importlib
import json
import os
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from chalicelib import wiring
from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.domain.contact import Contact, ContactState
from chalicelib.domain.strategies._own import OwnStrategy
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.domain.suspense import Suspense
from chalicelib.ports import Commit, RowPlace
from tests.builders import row as a_row
from tests.faults.conftest import Provider
from tests.invariants import hold
from tests.reader import FORM, OWN, Answer, Reader, api_event, sqs

from .picture import LEFT_OUT, Picture, drawn

MOST_LISTED = 100
EVENTS, SCHEDULES = "chalicelib.entrypoints.events", "chalicelib.entrypoints.schedules"
PAID = "payment_intent.succeeded"
# Nothing is drawn by lot, nobody is held out: two runs of one story go the same way.
STILL = OwnStrategy(1, "", replace(STRATEGY, explores=0.0, explores_new=0.0, held_out=0.0))
KEPT = ("documents", "evidence", "uploads", "reports", "creditors")
NUMBERS = count(1)


@dataclass(frozen=True)
class Wakes:
    """An event for a function ("module:name"), and how that function is asked again."""

    function: str
    event: dict[str, Any]

    def wake(self) -> Any:
        """What the function answers; it may raise."""
        module, _, name = self.function.partition(":")
        return getattr(importlib.import_module(module), name)(self.event, None)


def done(answer: Any) -> bool:
    """Whether whoever woke the function leaves it at that, and does not come back."""
    if isinstance(answer, dict) and "batchItemFailures" in answer:
        return not answer["batchItemFailures"]
    if isinstance(answer, dict) and "statusCode" in answer:
        return bool(answer["statusCode"] < 500)
    return True


def queued(function: str, *bodies: Any) -> Wakes:
    """Messages of a queue, as it hands them to the function; a redelivery is the same ones."""
    return Wakes(function, sqs(*bodies))


def anew(house: Any) -> None:
    """As in a new execution environment: nothing is remembered."""
    wiring.secrets()._known.clear()
    wiring.store()._creditors.clear()
    wiring.switchboard.cache_clear()
    wiring.presences.cache_clear()


@dataclass
class Stage:
    """What a scenario stands on."""

    house: Any
    creditor: Any = None
    address: str = ""
    claims: list[Any] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    services: frozenset[str] | None = None
    """Which services the story's calls go to; None while that is not known."""
    paid: bool = False
    amiss: bool = False
    """The story begins with something lost: the invariants hold in the end."""
    aged: bool = False
    """Something was made old by hand, which no invariant knows."""
    story: Any = None
    wakes: Any = None
    before: Any = None

    def open(self, **changes: Any) -> Any:
        """The creditor of this story; an id of its own keeps what is not in the table apart."""
        self.house.empty()
        self.unschedule()
        anew(self.house)
        number = next(NUMBERS)
        name = f"m{os.getpid()}x{number}"
        self.creditor = self.house.open_creditor(**{"id": name, "own_strategy": STILL, **changes})
        self.address = f"reader.of.{name}@example.com"
        return self.creditor

    @property
    def provider(self) -> Provider:
        self.paid = True
        return Provider(self.house, self.creditor)

    @property
    def phone(self) -> str:
        """A number nobody else has: what was sent to it was sent by this story."""
        pid, _, number = self.creditor.id.removeprefix("m").partition("x")
        return f"+4915{int(pid) % 1000:03d}{int(number):06d}"

    def claim(self, **changes: Any) -> Any:
        """One more claim; of the same debtor unless told otherwise."""
        number = len(self.claims) + 1
        own = {"claim": f"R-{number}", "debtor": "K-1", "line": number, "email": self.address, "phone": None}
        row = a_row(**{**own, **changes})
        wiring.registrar()(self.creditor.id, row, RowPlace("batch", 0, number), wiring.clock())
        claim = self.house.claim(self.creditor.id, row.debtor, row.claim)
        self.claims.append(claim)
        return claim

    def matter(self, debtor: str = "K-1") -> Any:
        return wiring.store().matter(self.creditor.id, debtor)

    def again(self, claim: Any = None) -> Any:
        return self.house.again(claim or self.claims[0])

    # ---- Readers

    def reader(self, claim: Any = None) -> Reader:
        """Somebody who proved the factor and looks at the matter."""
        reader = Reader(self.house.link_to(claim or self.claims[0]))
        reader.through_the_door()
        return reader

    def press(self, reader: Reader, page: Answer, ending: str, **typed: str) -> Wakes:
        """The form on this page that posts there, filled in and about to be sent."""
        action, fields = page.form(ending)
        return self.post(reader, action, {**fields, **typed})

    def post(self, reader: Reader, place: str, fields: dict[str, str]) -> Wakes:
        url = place if place[:1] == "/" else reader.at(place)
        headers = {**reader.sends, **OWN, "Content-Type": FORM}
        if reader.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
        return Wakes("app:app", api_event("POST", url, urlencode(fields), headers))

    # ---- Money

    def notice(self, kind: str, about: str) -> str:
        """The provider's notice of this kind about this object is kept; the id of the event."""
        body, signature = self.provider.notice(kind, about)
        assert self.provider.tells((body, signature)) == 200
        return str(json.loads(body)["id"])

    def told(self, kind: str, about: str) -> Wakes:
        """The queue tells the money function of that notice."""
        detail = {"creditor": self.creditor.id, "event": self.notice(kind, about)}
        return queued(f"{EVENTS}:money", {"detail": detail})

    def taken(self, amount: int, claim: Any = None, **more: Any) -> Wakes:
        """Money arrives at the provider, and the queue tells of it."""
        return self.told(PAID, self.provider.takes(amount, claim=claim, **more))

    # ---- Contacts

    def sends(self, contact: Any, now: datetime | None = None) -> Wakes:
        """A contact at its hour, which is an argument: at the machine's own it may be night."""
        ids = {"creditor": contact.creditor, "debtor": contact.debtor, "contact": contact.id}
        return Wakes("tests.faults.machine.acts:send", {**ids, "now": (now or contact.due_at).isoformat()})

    def due(self, contact: Any) -> Wakes:
        """An answer, which may go at any hour, as the queue brings it."""
        ids = {"creditor": contact.creditor, "debtor": contact.debtor, "contact": contact.id}
        return queued(f"{SCHEDULES}:contact", ids)

    def night(self, now: datetime | None = None, *, money: bool = True) -> Wakes:
        """The nightly run, at an hour of its own; without `money` its look at contacts and agreements alone."""
        self.relayed()
        about = {"creditors": [self.creditor.id] * money, "now": (now or wiring.clock()).isoformat()}
        return Wakes("tests.faults.machine.acts:night", about)

    def relayed(self) -> None:
        """The bus has heard all facts there are."""
        waiting = [item for item in self.house.everything().values() if "unrelayed" in item]
        records = [{"dynamodb": {"NewImage": i, "SequenceNumber": str(n)}} for n, i in enumerate(waiting)]
        assert done(Wakes(f"{EVENTS}:relay", {"Records": records}).wake())

    def mails(self) -> int:
        return len(self.house.mails(self.address))

    def texts(self) -> int:
        return len(self.house.texts(self.phone))

    def hosted(self) -> list[dict[str, Any]]:
        """The pages the provider ever opened for this creditor, asked of the double itself: it has thousands."""
        store = self.house.payments.server.double.store
        account = store.account(f"sk_test_{self.creditor.id}")
        asked = "select body from objects where kind = 'checkout.session' and account = ? order by seq"
        return [json.loads(row["body"]) for row in store.rows(asked, account["id"])]

    # ---- What may be seen in the end

    def look(self) -> "Look":
        """Everything that lies in the table at this moment."""
        return Look(self)

    def scheduled(self) -> set[str]:
        """The contacts that a schedule will wake."""
        found = self.house.aws.client("scheduler").list_schedules(GroupName="kulanz")["Schedules"]
        assert len(found) < MOST_LISTED, "more schedules than the local AWS lists"
        return {one["Name"] for one in found}

    def unschedule(self) -> None:
        """Takes away every schedule, also those of whatever ran before: the local AWS lists a hundred at most."""
        scheduler = self.house.aws.client("scheduler")
        scheduler.delete_schedule_group(Name="kulanz")
        scheduler.create_schedule_group(Name="kulanz")

    def in_the_queue(self) -> str:
        """What waits in the queues, also what is not to be seen before its time."""
        with urllib.request.urlopen(f"{self.house.aws.url}/_ministack/sqs/messages", timeout=5) as answer:
            return json.dumps(json.load(answer))

    def unwoken(self, patience: float = 0) -> list[Any]:
        """Contacts that are to go out and that nothing will wake: no schedule, no message in the queue.

        With `patience` in seconds it is looked at again: a schedule that fires goes before its message is there.
        """
        end = time.monotonic() + patience
        while (missing := self._unwoken()) and time.monotonic() < end:
            time.sleep(0.2)
        return missing

    def _unwoken(self) -> list[Any]:
        planned = self.look().planned()
        if not planned:
            return []
        scheduled = self.scheduled()
        missing = [contact for contact in planned if contact.id not in scheduled]
        waiting = self.in_the_queue() if missing else ""
        return [contact for contact in missing if contact.id not in waiting]

    def world(self) -> tuple[Any, ...]:
        """Everything as it is, to the letter: to see whether anything at all was done."""
        return (
            self.house.everything(),
            self.scheduled(),
            self.in_the_queue(),
            self.hosted() if self.sees("provider") else None,
            self.objects() if self.sees("s3") else None,
            (self.mails(), self.texts()) if self.sees("ses", "sns") else None,
        )

    def adrift(self) -> list[Any]:
        """Contacts that were reserved by a process that is gone."""
        return [contact for contact in self.look().held() if contact.state is ContactState.RESERVED]

    def turned_back(self, sent: Any) -> None:
        """As if the process had gone between delivering this contact and writing it down."""
        before = replace(sent, state=ContactState.RESERVED, sent_at=None, receipt=None)
        wiring.store().commit(sent.creditor, Commit((), contacts=(before,)))

    def picture(self) -> Picture:
        """Table, schedules, hosted pages, files, messages: all that an action may change."""
        return drawn(self.began, self._things(), {self.creditor.id: "(creditor)", self.phone: "(phone)"})

    def _things(self) -> Iterator[tuple[str, Any]]:
        look = self.look()
        yield from look.things()
        # A schedule or a message that wakes a contact which is over does no harm; for one that never was it does.
        for name in self.scheduled() - {contact.id for contact in look.held()}:
            yield "schedule", {"contact": name}
        if self.sees("provider"):
            for page in self.hosted():
                yield "hosted page", {name: page[name] for name in ("amount_total", "status", "metadata")}
        if self.sees("s3"):
            for key in self.objects():
                yield "object", key
        if self.sees("ses", "sns"):
            yield "messages", {"mails": self.mails(), "texts": self.texts()}

    def sees(self, *services: str) -> bool:
        """Whether these are looked at: where they are never called nothing changes there."""
        return self.services is None or any(service in self.services for service in services)

    def objects(self) -> list[str]:
        s3, found = self.house.aws.client("s3"), []
        for folder in KEPT:
            prefix = f"{folder}/{self.creditor.id}"
            found += s3.list_objects_v2(Bucket=os.environ["BUCKET"], Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found]

    def invariants(self, credits: bool = False) -> None:
        """What must hold whatever happened; with `credits` also of all that the provider received."""
        received: tuple[Any, ...] = ()
        if credits and self.paid:
            received = tuple(wiring.gateway().payments_since(self.creditor.id, self.began - timedelta(days=2)))
        look = self.look()
        hold(look.store, self.creditor.id, look.debtors(), credits=received, suspense=look.suspense())

    def close(self) -> None:
        """What the emptied table does not take along."""
        self.house.payments.listener.heard.clear()
        self.unschedule()
        if self.creditor:
            for key in self.objects():
                self.house.aws.client("s3").delete_object(Bucket=os.environ["BUCKET"], Key=key)


class Look:
    """The table at one moment, read once: as a Store for whoever only reads, and as things to draw."""

    def __init__(self, stage: Stage) -> None:
        self._items = dict(sorted(stage.house.everything().items()))
        self._creditor = stage.creditor.id
        self.store: Any = DynamoStore(self, wiring.clock)  # type: ignore[arg-type]

    def get(self, key: dict[str, str]) -> Any:
        return self._items.get((key["pk"], key["sk"]))

    def query(self, pk: str, begins: str = "") -> list[Any]:
        return [item for (one, sk), item in self._items.items() if one == pk and sk.startswith(begins)]

    def debtors(self) -> list[str]:
        return [pk.split("#D#")[1] for pk, sk in self._items if sk == "DEBTOR"]

    def suspense(self) -> list[Suspense]:
        return [from_item(Suspense, item) for (_, sk), item in self._items.items() if sk.startswith("SUSPENSE#")]

    def held(self) -> list[Contact]:
        return [from_item(Contact, item) for (_, sk), item in self._items.items() if sk.startswith("CONTACT#")]

    def planned(self) -> list[Contact]:
        return [contact for contact in self.held() if contact.state is ContactState.PLANNED]

    def things(self) -> Iterator[tuple[str, Any]]:
        """Each item with its kind, without what follows from a lot or tells how often it was written."""
        for (pk, sk), item in self._items.items():
            kind = "BOOKED" if sk[:1].isdigit() else sk.partition("#")[0]
            if kind == "CREDITOR" and pk != f"CR#{self._creditor}":
                continue
            shown = {name: bare(name, value) for name, value in item.items() if name not in LEFT_OUT}
            if kind == "FACTS":
                # The facts of one commit stand in the order of ids where they tell of several alike.
                for fact in shown.pop("facts")["L"]:
                    yield fact["M"]["name"]["S"], fact
            else:
                yield kind, {**shown, "pk": keyed(pk)}


SHARDED = ("#T#", "#S#", "#J#", "#R#")
DRAWN = {"drawn", "reference", "due_shard", "unrelayed", "payload", "sha256", "size"}


def keyed(pk: str) -> str:
    """The key without the number of its shard, which follows from an id."""
    for kind in SHARDED:
        if kind in pk:
            return pk.partition(kind)[0] + kind
    return pk


def bare(name: str, value: Any) -> Any:
    """An attribute without what follows from an id drawn by lot, such as the length of a paper that prints one."""
    if name in DRAWN:
        return {"S": "·"}
    if isinstance(value, dict):
        return {inner: bare(inner, one) for inner, one in value.items()}
    return [bare("", one) for one in value] if isinstance(value, list) else value
