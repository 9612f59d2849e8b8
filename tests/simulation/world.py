"""One world of the simulation: the house, its outside, and the time that passes between them.

What the world does by itself (webhooks, queues, schedules, nights) happens between steps, in order of time.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Any

from chalicelib.actions.till import Till
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import AlreadyDone, BrokenRule, Permanent, Retry, StaleVersion
from chalicelib.domain.parties import Creditor
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.transfer_order import TransferOrder
from chalicelib.domain.visit import Visit
from local.bank.account import Account, Movement
from local.payments import shapes
from local.payments.control import register
from local.payments.world import Double
from tests.builders import collector, creditor
from tests.fakes.bank import FakeBankBook, FakeBankReports, FakeEntryQueue
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakePaymentFiles
from tests.fakes.world import POLICIES, STRATEGIES, World

from .chance import Draws, stream
from .faults import Died, Faults
from .house import Broken, Clockwork, WatchedStore, Wire, WiredGateway, WiredMandates

OWN = "DE47990009090001234567"
PAYER = "Stripe Payments Europe"
SECRET = "whsec_simulated"
FIRST, LAST = datetime(2026, 1, 5, 6, tzinfo=UTC), datetime(2029, 11, 1, tzinfo=UTC)
PAUSES = (1, 5, 30, 120, 360)
"""Minutes until a queue hands a message over again; the last one repeats."""
TRIES = 12
SEPA_DAYS = 5
PEOPLE = ("Anna Sommer", "Murat Yılmaz", "Jörg Groß", "Lena Vogt", "Ioana Popescu", "Piotr Nowak", "Eva Klein")


@dataclass
class Page:
    """A hosted page somebody has open: where it is at the provider, and for whom."""

    session: str
    creditor: str
    debtor: str
    claim: str


@dataclass
class Vault(FakePaymentFiles):
    """The bucket's folder of files for the bank; knows whose each is."""

    whose: dict[str, str] = field(default_factory=dict)

    def write_order(self, creditor: str, order: TransferOrder) -> None:
        super().write_order(creditor, order)
        self.whose[order.id] = creditor

    def by_creditor(self) -> list[tuple[str, str]]:
        return [(creditor, name) for name, creditor in self.whose.items()]


@dataclass
class Sim:
    """The world number `number` of a seed. `store` may be one with a planted bug."""

    seed: int
    number: int
    folder: Path
    store: WatchedStore = field(default_factory=WatchedStore)

    def __post_init__(self) -> None:
        draw = stream(self.seed, "world", self.number)
        self.now = FIRST + timedelta(hours=draw.randrange(24 * 330))
        self.faults: Faults = self.store.faults
        self.numbers, self.order, self.log = Draws(), count(), list[str]()
        self.heap: list[tuple[datetime, int, str, tuple[Any, ...], int]] = []
        self.done: list[tuple[str, tuple[Any, ...]]] = []
        self.dead: list[tuple[str, tuple[Any, ...]]] = []
        self.pages: dict[str, Page] = {}
        self.claims: dict[tuple[str, str], str] = {}
        """The debtor of every claim, by creditor and claim, the newest last."""
        self.told: dict[str, int] = {}
        self.paid: dict[str, tuple[str, str]] = {}
        """Creditor and charge of every payment that succeeded at the provider, the newest last."""
        self.open_refunds: list[tuple[str, str]] = []
        self.open_disputes: list[tuple[str, str]] = []
        self.open_payouts: list[tuple[str, str, int]] = []
        self.handled = 0
        self.subject = ""
        """What the hand is on, for the story."""
        self.stories = True
        self.double = Double(self.folder, lambda: self.now.timestamp())
        self.double.public_url = "https://pay.example"
        self.settings = self._creditors()
        self.keys = {name: f"sk_test_{name}" for name in self.settings}
        self.use(draw)
        for key in self.keys.values():
            wish = {"api_key": key, "webhook_secret": SECRET, "sepa_seconds": SEPA_DAYS * 86400}
            register(self.double, {**wish, "available_seconds": 2 * 86400})
        self.wire = Wire(self.double, self.faults)
        self.house = World(
            now=self.now,
            store=self.store,
            scheduler=Clockwork(self.faults, self._wake),  # type: ignore[arg-type]
            gateway=WiredGateway(self.keys, self.wire),  # type: ignore[arg-type]
            numbers=self.numbers,
            references=self.numbers,
        )
        self.house.scorer.arms = {"email_evening": 0.31, "text_midday": 0.33, "text_evening": 0.3}
        self.till = Till(
            store=self.store,
            gateway=self.house.gateway,
            mandates=WiredMandates(self.keys, self.wire),
            scheduler=self.house.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
        )
        for settings in self.settings.values():
            self.house.open(settings)
        self.outgoing = FakeOutgoing(self.store)
        self.bank = FakeBankBook(self.store)
        self.entry_queue, self.reports = FakeEntryQueue(), FakeBankReports()
        self.accounts = {name: Account(one.iban, one.payee) for name, one in self.settings.items()}
        self.payment_files = Vault()
        self.carried_out: set[str] = set()
        self.gone_back: list[Movement] = []
        self.executed: dict[str, Movement] = {}
        """What left the accounts by our files, by end-to-end id."""
        self.files: list[Any] = []
        self.trusted: dict[str, datetime] = {OWN: self.now}
        """Accounts a payout may go to, and from when."""
        self.promises: dict[tuple[str, str], list[tuple[int, int, date]]] = {}
        """Amounts told as good: from which entry on, how much, and until when."""
        self.chains: dict[tuple[str, str], tuple[int, str]] = {}
        self.later(self.now + timedelta(hours=2), "night", ())

    def _creditors(self) -> dict[str, Creditor]:
        from .bank import CSV_FORM

        first = creditor()
        second = collector(
            iban="DE02120300000000202051",
            payee="Fairkasso GmbH",
            bank=CSV_FORM,
            bills_collection_fee=True,
            payout_terms=PayoutTerms(fee=850, reserve=500, reserve_days=60),
            payout_to=BankAccount("Nordlicht Energie GmbH", OWN),
        )
        return {one.id: one for one in (first, second)}

    def close(self) -> None:
        self.double.store.close()

    def use(self, draw: random.Random) -> None:
        """From here on ids are drawn from this stream."""
        self.numbers.stream = draw
        shapes.CHANCE.set(draw)

    def account(self, creditor: str) -> dict[str, Any]:
        """The creditor's account at the provider."""
        return self.double.store.account(self.keys[creditor]) or {}

    def say(self, line: str) -> None:
        """A line of the story, with its moment."""
        if self.stories:
            self.log.append(f"{self.now:%d %b %Y, %H:%M} {line}")

    def visit(self, creditor: str, debtor: str, claim: str) -> Visit:
        return Visit("link", creditor, debtor, claim, self.now)

    # -- time ------------------------------------------------------------------------------------------------

    def later(self, due: datetime, kind: str, about: tuple[Any, ...], tries: int = 0) -> None:
        """A message of a queue, a schedule or a clock, to be handled then."""
        heappush(self.heap, (due, next(self.order), kind, about, tries))

    def _wake(self, contact: Contact, due: datetime) -> None:
        self.later(due, "contact", (contact.creditor, contact.debtor, contact.id))

    def advance(self, until: datetime, handlers: dict[str, Callable[..., None]]) -> None:
        """Let time pass; whatever is due on the way is handled in its order."""
        while self.heap and self.heap[0][0] <= until:
            due, _, kind, about, tries = heappop(self.heap)
            self.now = max(self.now, due)
            self.house.now = self.now
            named = [part for part in about if isinstance(part, str)]
            self.use(stream(self.seed, kind, due.isoformat(), *named, tries))
            self.handle(kind, about, tries, handlers)
        self.now = self.house.now = max(self.now, until)

    def handle(
        self, kind: str, about: tuple[Any, ...], tries: int, handlers: dict[str, Callable[..., None]]
    ) -> None:
        """One message, as a function of the house is given it: what fails comes back, later and later."""
        self.handled += 1
        self.subject = " ".join(part for part in about if isinstance(part, str))
        if kind == "night" and not tries:
            self.later(self.now + timedelta(days=1), "night", ())
        struck = self.faults.count
        try:
            handlers[kind](self, *about)
        except (Retry, StaleVersion, AlreadyDone, Died) as trouble:
            if tries + 1 >= TRIES:
                if struck == self.faults.count:
                    raise Broken("what is tried again without a fault succeeds in the end", kind) from trouble
                self.dead.append((kind, about))
            else:
                pause = timedelta(minutes=PAUSES[min(tries, len(PAUSES) - 1)])
                self.later(self.now + pause, kind, about, tries + 1)
        else:
            if kind not in ("night", "provider"):
                self.done = [*self.done[-19:], (kind, about)]
        self.relay()

    def relay(self) -> None:
        """What the stream carries to the bus, and the bus to the queues; and what the provider has to tell."""
        from . import provider

        for fact in self.store.said():
            about = dict(fact.about)
            match fact.name.value:
                case "ProviderEventStored":
                    self.later(self.now, "event", (fact.creditor, about["event"]))
                case "RefundReleased":
                    self.later(self.now, "refund", (fact.creditor, about["order"]))
                case "SendingHeld":
                    self.later(self.now, "finish_hold", ())
                case "SendingLifted":
                    self.later(self.now, "resume", ())
                case "PlanAgreed" | "PlanChanged" | "DeferralAgreed":
                    agreed = about.get("plan") or about["deferral"]
                    self.later(self.now, "agreement", (fact.creditor, about["claim"], agreed))
        provider.tell(self)

    def press(self, act: Callable[[], Any]) -> Any:
        """Somebody presses a button: the answer, or in words what they were told instead."""
        try:
            return act()
        except BrokenRule as rule:
            return f"is told: {rule.rule}"
        except (Retry, StaleVersion):
            return "is asked to try again"
        except Permanent:
            return "is told that it does not go"
        except Died:
            return "sees the connection end"
        finally:
            self.relay()
