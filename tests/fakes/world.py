"""A small world for tests of the actions: everything in memory, one creditor accepted, time an argument."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any

from chalicelib import registry
from chalicelib.actions.announce_transfer import announce_transfer
from chalicelib.actions.choose_arm import Chooser
from chalicelib.actions.make_document import PrintRoom
from chalicelib.actions.read_row import registration_of
from chalicelib.actions.record_payment import Booked, record_payment
from chalicelib.actions.register_claim import register_claim
from chalicelib.actions.reserve_contact import Desk
from chalicelib.actions.send_contact import Sent, send_contact
from chalicelib.actions.start_payment import start_payment
from chalicelib.actions.take_reply import Ear
from chalicelib.actions.till import Till
from chalicelib.domain import policies as policy_package
from chalicelib.domain import strategies as strategy_package
from chalicelib.domain.batch import Outcome
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact, ContactState
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind, Creditor, Factor
from chalicelib.domain.pay_link import LIFETIME, PayLink, link_id
from chalicelib.domain.payments import Attempt, ProviderPayment
from chalicelib.domain.reference import drawn
from chalicelib.domain.reply_words import Said, vocabulary
from chalicelib.domain.strategies._base import Strategy
from chalicelib.domain.visit import Visit
from chalicelib.ports import Commit, RowPlace
from chalicelib.presentation.i18n import tongues
from tests import invariants
from tests.builders import NOW, creditor, row

from .mandates import FakeMandates
from .outside import (
    FakeArchive,
    FakeChannel,
    FakeComposer,
    FakeGateway,
    FakePrinter,
    FakeScheduler,
    FakeScorer,
    FakeWatch,
)
from .store import FakeBatches, FakeGates, FakeStore

POLICIES = registry.collect(policy_package, "POLICY")
STRATEGIES = registry.collect(strategy_package, "STRATEGY")
VOCABULARY = vocabulary({said: tongue.replies[said] for said in Said} for tongue in tongues())


def hash_point(value: str) -> str:
    return sha256(value.strip().lower().encode()).hexdigest()[:40]


def code_of(contact: str) -> str:
    return f"{int(sha256(contact.encode()).hexdigest()[:8], 16) % 1_000_000:06d}"


# What one message costs, in minor units.
COSTS = {ChannelKind.EMAIL: 0.01, ChannelKind.SMS: 8.0, ChannelKind.WHATSAPP: 7.0, ChannelKind.LETTER: 95.0}


@dataclass
class World:
    """`open` gives the creditor its settings; `now` is what an action is told unless a test says otherwise."""

    now: datetime = NOW
    store: FakeStore = field(default_factory=FakeStore)
    scheduler: FakeScheduler = field(default_factory=FakeScheduler)
    gateway: FakeGateway = field(default_factory=FakeGateway)
    compose: FakeComposer = field(default_factory=FakeComposer)
    scorer: FakeScorer = field(default_factory=FakeScorer)
    strategies: dict[str, Strategy] = field(default_factory=lambda: STRATEGIES)
    archive: FakeArchive = field(default_factory=FakeArchive)
    printer: FakePrinter = field(default_factory=FakePrinter)
    numbers: Any = field(default_factory=lambda: count(1))
    references: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.batches, self.gates = FakeBatches(self.store), FakeGates(self.store)
        self.mandates = FakeMandates(self.gateway)
        self.watch = FakeWatch(self.store)
        self.waiting: list[tuple[str, str, str]] = []
        self.email, self.sms = FakeChannel(ChannelKind.EMAIL), FakeChannel(ChannelKind.SMS)
        self.open()

    @property
    def desk(self) -> Desk:
        return Desk(
            store=self.store,
            scheduler=self.scheduler,
            compose=self.compose,
            channels={ChannelKind.EMAIL: self.email, ChannelKind.SMS: self.sms},
            policies=POLICIES,
            strategies=self.strategies,
            hash_point=hash_point,
            new_token=lambda: f"token{next(self.numbers):017d}",
            code_of=code_of,
            archive=self.archive,
            file_name=lambda document: document.kind.value,
        )

    @property
    def ear(self) -> Ear:
        channels = {ChannelKind.EMAIL: self.email, ChannelKind.SMS: self.sms}
        return Ear(
            store=self.store,
            scheduler=self.scheduler,
            policies=POLICIES,
            hash_point=hash_point,
            hears=lambda creditor, channel, to: channel in channels and channels[channel].hears(creditor, to),
            known=VOCABULARY,
        )

    @property
    def till(self) -> Till:
        return Till(self.store, self.gateway, self.mandates, self.scheduler, POLICIES, STRATEGIES)

    @property
    def print_room(self) -> PrintRoom:
        return PrintRoom(self.store, self.archive, self.printer, POLICIES, STRATEGIES)

    def open(self, settings: Creditor | None = None, **changes: Any) -> Creditor:
        wanted = settings or creditor(**changes)
        known = self.store.creditor(wanted.id)
        self.store.commit(wanted.id, Commit((), creditor=replace(wanted, version=known.version if known else 0)))
        found = self.store.creditor(wanted.id)
        assert found
        return found

    def register(
        self, *, of: str = "nordlicht", line: int | None = None, now: datetime | None = None, **changes: Any
    ) -> Outcome:
        settings = self.store.creditor(of)
        assert settings
        number = line or next(self.numbers)
        read = row(line=number, **changes)
        return register_claim(
            registration_of(read, settings, RowPlace("batch-1", 0, number), now or self.now),
            store=self.store,
            batches=self.batches,
            chooser=self.chooser,
            scheduler=self.scheduler,
            policies=POLICIES,
            strategies=self.strategies,
            hash_point=hash_point,
            new_reference=self.new_reference,
            now=now or self.now,
        )

    def new_reference(self) -> str:
        return drawn(sha256(f"reference/{next(self.references)}".encode()).digest())

    def matter(self, of: str = "nordlicht", debtor: str = "K-501") -> Matter:
        found = self.store.matter(of, debtor)
        assert found
        return found

    @property
    def chooser(self) -> Chooser:
        return Chooser(self.scorer, lambda creditor, kind, day: COSTS.get(kind, 0.0))

    def claim(self, name: str = "R-1001", of: str = "nordlicht", debtor: str = "K-501") -> Claim:
        return self.matter(of, debtor).claims[name]

    def contacts(self, *states: ContactState, of: str = "nordlicht", debtor: str = "K-501") -> list[Contact]:
        held = sorted(self.matter(of, debtor).contacts.values(), key=lambda contact: contact.due_at)
        return [contact for contact in held if not states or contact.state in states]

    def planned(self, of: str = "nordlicht", debtor: str = "K-501") -> Contact:
        """The one contact that is to go out."""
        (contact,) = self.contacts(ContactState.PLANNED, of=of, debtor=debtor)
        return contact

    def send(self, contact: Contact, now: datetime | None = None) -> Sent:
        return send_contact(
            contact.creditor, contact.debtor, contact.id, desk=self.desk, now=now or contact.due_at
        )

    def again(self, contact: Contact) -> Contact:
        return self.matter(contact.creditor, contact.debtor).contacts[contact.id]

    def hold(self, claim: str, *holds: Any) -> None:
        """Somebody puts holds on a claim."""
        held = self.claim(claim)
        for hold in holds:
            held = held.held(hold)
        self.store.commit(held.creditor, Commit((), claims=(held,)))

    def visit(self, claim: str = "R-1001", debtor: str = "K-501", of: str = "nordlicht") -> Visit:
        return Visit("link", of, debtor, claim, self.now)

    def link(self, shown: str = "token", point: str = "marta.lindqvist@example.com", **changes: Any) -> PayLink:
        """A link to R-1001 as sending issues one."""
        plain = PayLink(
            id=link_id(shown),
            creditor="nordlicht",
            debtor="K-501",
            claim="R-1001",
            contact="c-test",
            issued_at=self.now,
            expires_at=self.now + LIFETIME,
            factors=tuple(Factor),
            point=hash_point(point),
        )
        link = replace(plain, **changes)
        self.store.commit(link.creditor, Commit((), links=(link,)))
        found = self.store.link(link.id)
        assert found
        return found

    def start(
        self,
        shown: int = 4820,
        now: datetime | None = None,
        visit: Visit | None = None,
        *,
        amount: int | None = None,
        together: bool = False,
    ) -> Any:
        return start_payment(
            visit or self.visit(),
            shown,
            amount=amount,
            together=together,
            store=self.store,
            gateway=self.gateway,
            policies=POLICIES,
            strategies=self.strategies,
            new_id=lambda: f"a{next(self.numbers)}",
            locale="de",
            now=now or self.now,
        )

    def attempt(self) -> Attempt:
        """The attempt the claim knows of."""
        return self.matter().attempts[self.claim().attempt or ""]

    def book(self, payment: ProviderPayment, event: str | None = None, now: datetime | None = None) -> Booked:
        return record_payment(
            payment.creditor or "nordlicht",
            payment,
            event=event,
            store=self.store,
            scheduler=self.scheduler,
            policies=POLICIES,
            strategies=self.strategies,
            now=now or self.now,
        )

    def announce(self, visit: Visit | None = None, now: datetime | None = None) -> datetime:
        return announce_transfer(
            visit or self.visit(),
            store=self.store,
            policies=POLICIES,
            strategies=self.strategies,
            now=now or self.now,
        )

    def invariants(self, of: str = "nordlicht") -> None:
        debtors = {key[2] for key in self.store.items if key[:2] == ("debtor", of)}
        credits = [p for p in self.gateway.payments.values() if p.creditor in (of, None) and not p.live]
        invariants.hold(self.store, of, debtors, credits=credits, suspense=self.store.suspense(of))
