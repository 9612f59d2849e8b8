"""What the house speaks to, in memory: clock-work, channels, a payment provider, a writer, a model."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from itertools import count
from typing import Any

from chalicelib.adapters.dynamo.keys import shard
from chalicelib.domain.arm import Arm
from chalicelib.domain.batch import Batch, Quarantined, Refused, RowOutcome
from chalicelib.domain.channel import ChannelTerms, Prices, Reach, Shape
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact, ContactState, Message, MessageKind, Reply, Report, Tone
from chalicelib.domain.conversation import Utterance
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.entry import LedgerEntry
from chalicelib.domain.errors import AmountTooSmall, Permanent
from chalicelib.domain.export import Column
from chalicelib.domain.facts import Fact
from chalicelib.domain.features import ClaimFacts
from chalicelib.domain.habits import Habits, Segment
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.matter import Matter
from chalicelib.domain.money_back import Chargeback, ChargebackStatus, Moved, ProviderRefund, RefundStatus
from chalicelib.domain.pace import Pace
from chalicelib.domain.parties import ChannelKind, ContactPoint, Creditor, Debtor
from chalicelib.domain.payments import (
    Attempt,
    Checkout,
    CheckoutStatus,
    PaymentStatus,
    ProviderCheckout,
    ProviderPayment,
)
from chalicelib.domain.plan import Plan
from chalicelib.domain.policies._figures import ContactRules
from chalicelib.domain.refund_order import RefundOrder
from chalicelib.domain.reply_numbers import marked, may_offer
from chalicelib.domain.response import ArmAnswer, Asked, Responses, response_features_of
from chalicelib.domain.row import Row
from chalicelib.domain.score import Score
from chalicelib.domain.suspense import Suspense
from chalicelib.ports import Attachment, Chunk, ExportedRow

from .store import FakeStore


@dataclass
class FakeScheduler:
    """Keeps what is planned by name; a name is taken once, as by the real one. `trouble` is raised first."""

    planned: dict[str, Contact] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def at(self, contact: Contact, now: datetime) -> bool:
        if self.trouble:
            raise self.trouble.pop(0)
        self.asked.append(contact.id)
        known = contact.id in self.planned
        self.planned.setdefault(contact.id, contact)
        return not known

    def cancel(self, contact: Contact) -> None:
        self.planned.pop(contact.id, None)
        self.cancelled.append(contact.id)


@dataclass
class FakeChannel:
    """Delivers into `sent`, unless an answer lies ready: an exception to raise, or something to do first."""

    key: ChannelKind
    shape: Shape = Shape.LONG
    sent: list[tuple[ContactPoint, Message, Contact]] = field(default_factory=list)
    attached: list[tuple[Attachment, ...]] = field(default_factory=list)
    answers: list[Exception | Callable[[], object]] = field(default_factory=list)

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer:
            answer()
        self.sent.append((point, message, contact))
        self.attached.append(attachments)
        return f"{self.key}-{len(self.sent)}-{contact.id[:8]}"

    @property
    def terms(self) -> ChannelTerms:
        return ChannelTerms(self.key.value, self.key, Reach.PHONE, self.shape)

    @property
    def pace(self) -> Pace | None:
        return None

    @property
    def prices(self) -> Prices | None:
        return None

    def units(self, message: Message) -> int:
        return 2

    def handshake(self, creditor: str, query: Mapping[str, str]) -> str | None:
        return None

    def notices(self, creditor: str, body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
        return ()

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        return None

    def forget(self, notice: dict[str, Any]) -> None:
        pass

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        return None

    def hears(self, creditor: Creditor, to: str) -> bool:
        return to in ("", creditor.sender_sms, creditor.sender_email)


@dataclass
class FakeComposer:
    """Writes the link and any code into every shape, as a real message does; `asked` keeps what it was told."""

    asked: list[dict[str, object]] = field(default_factory=list)

    def __call__(
        self,
        kind: MessageKind,
        *,
        creditor: Creditor,
        debtor: Debtor,
        claim: Claim,
        link_url: str,
        stop_url: str,
        tone: Tone,
        language: str | None,
        now: datetime,
        zone: tzinfo,
        first: bool = False,
        good_until: date | None = None,
        payment: LedgerEntry | None = None,
        contact: Contact | None = None,
        matter: Matter | None = None,
        code: str | None = None,
        shape: Shape = Shape.LONG,
        most_parts: int | None = None,
        rules: ContactRules | None = None,
        matters: int = 1,
        said: Utterance | None = None,
        wrote_there: bool = False,
    ) -> Message:
        told = {"tone": tone, "first": first, "good": good_until, "payment": payment, "contact": contact}
        self.asked.append({"kind": kind, **told, **({"matters": matters} if matters > 1 else {})})
        said = f" {code}" if code else ""
        long = f"{kind}{said} {link_url} {stop_url}"
        html = f"<a href='{link_url}'></a>{stop_url}{said}"
        letter = f"{kind} for the press" if shape is Shape.LETTER else ""
        offers = contact is not None and matter is not None and may_offer(contact, matter, creditor)
        version, short = (marked("v1"), f"{link_url}{said} 1, 2, 3") if offers else ("v1", f"{link_url}{said}")
        return Message(language or "de", f"{kind}", short, long, html, version, letter, link_url, stop_url, shape)


@dataclass
class FakeArchive:
    """Bytes by creditor and document; `down` is raised by every call, `lose` by the one after keeping."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    down: Exception | None = None
    lose: Exception | None = None

    def keep(self, creditor: str, document: str, pdf: bytes) -> bytes:
        self._up()
        held = self.kept.setdefault((creditor, document), pdf)
        if self.lose:
            lost, self.lose = self.lose, None
            raise lost
        return held

    def read(self, document: Document) -> bytes:
        self._up()
        return self.kept[document.creditor, document.id]

    def address(self, document: Document, name: str) -> str:
        return f"https://bucket.example/{document.id}?name={name}"

    def forget(self, creditor: str, document: str) -> None:
        self._up()
        self.kept.pop((creditor, document), None)

    def _up(self) -> None:
        if self.down:
            raise self.down


@dataclass
class FakePrinter:
    """Prints what it was told, in so many words: another day gives other bytes, as in a real letter."""

    printed: list[DocumentKind] = field(default_factory=list)

    def __call__(
        self,
        kind: DocumentKind,
        *,
        creditor: Creditor,
        matter: Matter,
        claim: Claim,
        ledgers: Mapping[str, tuple[LedgerEntry, ...]],
        about: str,
        language: str | None,
        now: datetime,
        zone: tzinfo,
    ) -> bytes:
        self.printed.append(kind)
        day = now.astimezone(zone).date()
        return f"%PDF {kind} {claim.id} {about} {language} {sum(map(len, ledgers.values()))} {day}".encode()


@dataclass
class FakeScorer:
    """One probability for everybody, or none at all; `asked` is what it was told of each.

    `arms` is what it says of each arm, 0 of those it does not name; None: it has no second head.
    """

    probability: float | None = 0.5
    asked: list[ClaimFacts] = field(default_factory=list)
    arms: dict[str, float] | None = None
    noise: float = 0.0

    def score(self, facts: ClaimFacts, as_of: datetime) -> Score:
        self.asked.append(facts)
        if self.probability is None:
            return Score.without_model("model_missing")
        return Score(self.probability, (("amount", 0.1),), "fake-2026", baseline=-0.1)

    def respond(
        self, score: Score, facts: ClaimFacts, habits: Habits, arms: Sequence[Arm], as_of: datetime
    ) -> Responses:
        if self.arms is None or score.probability is None:
            return Responses.without_model("model missing: no second head")
        answers = []
        for arm in arms:
            row = response_features_of(Asked(facts, habits, arm, Segment(), score.probability, as_of))
            odds = self.arms.get(arm.key, 0.0)
            answers.append(ArmAnswer(arm.key, odds, -0.1, (("arm", 0.2), ("recent", -0.1)), row))
        return Responses(tuple(answers), "fake-arms-2026", "ab12", self.noise)


GIVING = (RefundStatus.PENDING, RefundStatus.SUCCEEDED)


@dataclass
class FakeGateway:
    """A payment provider: pages by attempt, payments by number. `down` is raised by every call.

    `least` is what it takes at the least, `told_least` what is known of that.
    """

    pages: dict[str, ProviderCheckout] = field(default_factory=dict)
    opened: dict[str, Attempt] = field(default_factory=dict)
    payments: dict[str, ProviderPayment] = field(default_factory=dict)
    refunds: dict[str, ProviderRefund] = field(default_factory=dict)
    chargebacks: dict[str, Chargeback] = field(default_factory=dict)
    began: dict[str, datetime] = field(default_factory=dict)
    down: Exception | None = None
    beginnings: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    least: int = 50
    told_least: int = 50

    def smallest(self, currency: str) -> int:
        return self.told_least

    def begin_checkout(
        self,
        attempt: Attempt,
        *,
        payee: str,
        description: str,
        locale: str,
        success_url: str,
        cancel_url: str,
    ) -> Checkout:
        self._up()
        if attempt.amount < self.least:
            raise AmountTooSmall("begin_checkout")
        self.beginnings += 1
        page = f"cs_{attempt.id}"
        if page not in self.pages:
            self.pages[page] = ProviderCheckout(page, CheckoutStatus.OPEN, None, attempt.id)
            self.opened[page] = attempt
        return Checkout(page, f"https://pay.example/{page}", attempt.expires_at)

    def expire_checkout(self, creditor: str, provider_id: str) -> ProviderCheckout:
        page = self.checkout(creditor, provider_id)
        if page.status is CheckoutStatus.OPEN:
            self.pages[provider_id] = replace(page, status=CheckoutStatus.EXPIRED)
        return self.pages[provider_id]

    def checkout(self, creditor: str, provider_id: str) -> ProviderCheckout:
        self._up()
        if provider_id not in self.pages:
            raise Permanent("no such page")
        return self.pages[provider_id]

    def payment(self, creditor: str, object_id: str) -> ProviderPayment:
        self._up()
        return _known(self.payments, object_id)

    def payments_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderPayment]:
        self._up()
        mine = [p for p in self.payments.values() if p.creditor in (creditor, None)]
        # Begun or settled since then: a direct debit settles days after it began.
        yield from (
            p for p in mine if any(_within(at, since, until) for at in (self.began[p.object_id], p.paid_at))
        )

    def refund(self, creditor: str, object_id: str) -> ProviderRefund:
        self._up()
        return _known(self.refunds, object_id)

    def refunds_of(self, creditor: str, payment: str) -> tuple[ProviderRefund, ...]:
        self._up()
        return tuple(refund for refund in self.refunds.values() if refund.payment == payment)

    def refunds_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderRefund]:
        self._up()
        found = list(self.refunds.values())
        yield from (refund for refund in found if since <= refund.made_at and _before(refund.made_at, until))

    def refund_payment(
        self, creditor: str, payment: str, amount: int, *, key: str, labels: Mapping[str, str]
    ) -> ProviderRefund:
        self._up()
        name = f"re_{key}"
        if name not in self.refunds:
            given = sum(r.amount for r in self.refunds_of(creditor, payment) if r.status in GIVING)
            held = self.payments[payment]
            if amount > held.received - given:
                raise Permanent("refund_payment: more than is left of it")
            marked = tuple(sorted({**labels, "creditor": creditor}.items()))
            made_at = held.paid_at or self.began[payment]
            self.refunds[name] = ProviderRefund(
                name, payment, RefundStatus.SUCCEEDED, amount, held.currency, made_at, marked
            )
        return self.refunds[name]

    def chargeback(self, creditor: str, object_id: str) -> Chargeback:
        self._up()
        return _known(self.chargebacks, object_id)

    def chargebacks_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[Chargeback]:
        self._up()
        yield from list(self.chargebacks.values())

    def _up(self) -> None:
        if self.down:
            raise self.down

    def gives_back(
        self, payment: str, amount: int, now: datetime, status: RefundStatus = RefundStatus.SUCCEEDED
    ) -> ProviderRefund:
        """The creditor orders a refund at the provider."""
        name = f"re_{next(self.numbers)}"
        held = self.payments[payment]
        self.refunds[name] = ProviderRefund(name, payment, status, amount, held.currency, now)
        return self.refunds[name]

    def refund_ends(self, refund: str, status: RefundStatus) -> None:
        self.refunds[refund] = replace(self.refunds[refund], status=status, came_back=f"txn_{refund}")

    def takes_back(
        self, payment: str, now: datetime, *, amount: int | None = None, debit: bool = False, inquiry: bool = False
    ) -> Chargeback:
        """The debtor's bank takes a payment back; a returned debit is lost at once, an inquiry takes nothing."""
        name = f"du_{next(self.numbers)}"
        held = self.payments[payment]
        status = ChargebackStatus.LOST if debit else ChargebackStatus.OPEN
        because = "customer_initiated" if debit else "fraudulent"
        moved = (Moved(f"txn_{name}", -(amount or held.received), now),)
        self.chargebacks[name] = Chargeback(
            name,
            payment,
            ChargebackStatus.INQUIRY if inquiry else status,
            held.currency,
            () if inquiry else moved,
            because,
            debit,
        )
        return self.chargebacks[name]

    def chargeback_ends(self, chargeback: str, now: datetime, *, won: bool) -> None:
        held = self.chargebacks[chargeback]
        back = Moved(f"txn_{chargeback}_back", -held.taken.amount, now) if won and held.taken else None
        self.chargebacks[chargeback] = replace(
            held,
            status=ChargebackStatus.WON if won else ChargebackStatus.LOST,
            movements=(*held.movements, *((back,) if back else ())),
        )

    def pay(
        self, attempt: Attempt, now: datetime, status: PaymentStatus = PaymentStatus.SUCCEEDED
    ) -> ProviderPayment:
        """Somebody pays on the page of this attempt."""
        page = f"cs_{attempt.id}"
        payment = self.money(
            attempt.amount, now, creditor=attempt.creditor, claim=attempt.claim, attempt=attempt.id, status=status
        )
        self.pages[page] = replace(self.pages[page], status=CheckoutStatus.COMPLETE, payment_id=payment.object_id)
        return payment

    def money(
        self,
        amount: int,
        now: datetime,
        *,
        creditor: str | None = "nordlicht",
        claim: str | None = "R-1001",
        attempt: str | None = None,
        currency: str = "EUR",
        status: PaymentStatus = PaymentStatus.SUCCEEDED,
        live: bool = False,
    ) -> ProviderPayment:
        """A payment as the provider knows it."""
        name = f"pi_{next(self.numbers)}"
        done = status is PaymentStatus.SUCCEEDED
        payment = ProviderPayment(
            name, status, amount if done else 0, currency, creditor, claim, attempt, now if done else None, live
        )
        self.payments[name], self.began[name] = payment, now
        return payment

    def settle(self, object_id: str, status: PaymentStatus, amount: int, now: datetime) -> ProviderPayment:
        """A payment that was under way comes to its end."""
        done = status is PaymentStatus.SUCCEEDED
        held = self.payments[object_id]
        self.payments[object_id] = replace(
            held, status=status, received=amount if done else 0, paid_at=now if done else None
        )
        return self.payments[object_id]


def _known[Thing](held: Mapping[str, Thing], object_id: str) -> Thing:
    if object_id not in held:
        raise Permanent("no such thing")
    return held[object_id]


def _within(at: datetime | None, since: datetime, until: datetime | None) -> bool:
    return at is not None and since <= at and _before(at, until)


def _before(at: datetime, until: datetime | None) -> bool:
    return until is None or at < until


@dataclass
class FakeExports:
    """The exported tables, by table, creditor and day: a list of rows each, as {column: value}."""

    tables: dict[tuple[str, str, date], list[dict[str, Any]]] = field(default_factory=dict)

    def write(
        self, creditor: str, day: date, tables: Mapping[str, tuple[Column, ...]], rows: Iterable[ExportedRow]
    ) -> int:
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
        for table, values in rows:
            names = (column.name for column in tables[table])
            found[table].append(dict(zip(names, values, strict=True)))
        count = sum(len(held) for held in found.values())
        for table, held in found.items() if count else ():
            self.tables[table, creditor, day] = held
        return count


@dataclass
class FakeErasures:
    """Who was forgotten, by day; `trouble` is what the next notes raise instead."""

    noted: list[tuple[date, str, str]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def note(self, creditor: str, number: str, at: datetime) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.noted.append((at.astimezone(UTC).date(), creditor, number))

    def since(self, creditor: str, day: date) -> Iterator[str]:
        found = sorted(one for one in self.noted if one[0] >= day and one[1] == creditor)
        yield from dict.fromkeys(number for _, _, number in found)


@dataclass
class FakeWatch:
    """Looks over a FakeStore; `unsaid` are the facts that wait."""

    store: FakeStore
    unsaid: list[tuple[Fact, ...]] = field(default_factory=list)
    compared: dict[str, datetime] = field(default_factory=dict)

    def _of(self, *kinds: str) -> list[object]:
        return [self.store.items[key] for kind in kinds for key in self.store.items.under(kind)]

    def reconciled(self, creditor: str) -> datetime | None:
        return self.compared.get(creditor)

    def note_reconciled(self, creditor: str, at: datetime) -> None:
        self.compared[creditor] = at

    def people_to_forget(self, until: datetime) -> Iterator[tuple[str, str]]:
        for value in self._of("debtor"):
            if isinstance(value, Debtor) and value.forget_on and value.forget_on <= until:
                yield value.creditor, value.number

    def contacts_due(self, until: datetime) -> Iterator[Contact]:
        watched = (ContactState.PLANNED, ContactState.RESERVED)
        for value in self._of("contact"):
            if isinstance(value, Contact) and value.state in watched and value.due_at <= until:
                yield value

    def contacts_of(self, creditor: str, since: datetime, before: datetime) -> Iterator[Contact]:
        watched, found = (ContactState.PLANNED, ContactState.RESERVED), []
        for key in self.store.items.under("contact", creditor):
            contact = self.store.items[key]
            if contact.state not in watched and since <= contact.due_at < before:
                found.append(contact)
        yield from sorted(found, key=lambda contact: (shard(contact.id), contact.due_at, contact.id))

    def suspense_since(self, before: datetime) -> Iterator[Suspense]:
        for value in self._of("suspense"):
            if isinstance(value, Suspense) and value.is_open and value.at <= before:
                yield value

    def refunds_since(self, before: datetime) -> Iterator[RefundOrder]:
        for value in self._of("refund"):
            if isinstance(value, RefundOrder) and value.is_open and (value.changed_at or value.at) <= before:
                yield value

    def agreements_due(self, until: datetime) -> Iterator[Plan | Deferral]:
        for value in self._of("plans", "deferrals"):
            if isinstance(value, Plan | Deferral) and value.next_at and value.next_at <= until:
                yield value

    def mandates_due(self, until: datetime) -> Iterator[Mandate]:
        for value in self._of("mandates"):
            if isinstance(value, Mandate) and value.look_at and value.look_at <= until:
                yield value

    def fees_due(self, until: datetime) -> Iterator[Claim]:
        for value in self._of("claim"):
            if isinstance(value, Claim) and value.fee and value.fee.look_at and value.fee.look_at <= until:
                yield value

    def resend_facts(self, before: datetime, publish: Callable[[tuple[Fact, ...]], None]) -> int:
        sent = 0
        while self.unsaid:
            publish(self.unsaid[0])
            del self.unsaid[0]
            sent += 1
        return sent


@dataclass(frozen=True)
class Surveyed:
    rows: int
    cut: bool = False
    sha256: str = "0" * 64


@dataclass
class FakeFile:
    """A file whose rows are given; `refused` when it cannot be read."""

    content: list[Row | Quarantined]
    cut: bool = False
    refused: Refused | None = None

    def survey(self) -> Surveyed | Refused:
        return self.refused or Surveyed(len(self.content), self.cut)

    def rows(self) -> Iterator[Row | Quarantined]:
        return iter(self.content)


@dataclass
class FakeQueue:
    chunks: list[Chunk] = field(default_factory=list)
    released: list[tuple[str, str, int]] = field(default_factory=list)
    waiting: list[tuple[str, str, str]] = field(default_factory=list)

    def choose(self, creditor: str, debtor: str, contact: str) -> None:
        self.waiting.append((creditor, debtor, contact))

    def let_go(self, creditor: str, batch: str, chunk: int) -> None:
        self.released.append((creditor, batch, chunk))

    def send(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)


@dataclass
class FakeReports:
    written: list[tuple[Batch, tuple[RowOutcome, ...]]] = field(default_factory=list)

    def write(self, batch: Batch, rows: Iterable[RowOutcome]) -> None:
        self.written.append((batch, tuple(rows)))
