"""What tests of a collector's costs do again and again: demand, let nights go by, pay and hear of it later."""

from datetime import UTC, date, datetime, time

from chalicelib.actions.charge_costs import charge_costs
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.contact import Delivery
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.fees import last_simple_day
from chalicelib.domain.policies.de import POLICY
from tests.builders import collector
from tests.fakes.world import POLICIES, STRATEGIES, World

from .test_watch_over import watch

OF = "nordlicht"
BILLING = collector(id=OF, bills_collection_fee=True)
IN_DEFAULT = {"contract_date": date(2024, 1, 5), "default_since": date(2026, 9, 1), "default_basis": "Mahnung"}
HALF = {CostKind.COLLECTION: 2575, CostKind.EXPENSES: 515}
RISEN = {CostKind.COLLECTION: 4635, CostKind.EXPENSES: 927}
METER = POLICY.meter


def office(settings=None, **row):
    world = World()
    world.open(settings or BILLING)
    world.register(**{**IN_DEFAULT, "principal": 20_000, **row})
    return world


def demanded(world=None, **row):
    """The first demand has gone out; the world and its day."""
    world = world or office(**row)
    contact = world.planned()
    assert world.send(contact) is Sent.SENT
    return world, METER.day(contact.due_at)


def claim(world):
    return world.claim()


def costs(world):
    """What is owed of costs now, by kind."""
    return dict(claim(world).outstanding.by_kind)


def entries(world, *kinds):
    wanted = kinds or (EntryKind.COSTS, EntryKind.CREDIT)
    found = (e for e in world.store.ledger(OF, "R-1001") if e.kind in wanted)
    return [(e.kind, e.amount) for e in found if e.kind is not EntryKind.CREDIT or e.gives_costs_back]


def at(day, hour=2):
    return datetime.combine(day, time(hour), UTC)


def night(world, day):
    found = watch(world, at(day), creditors=(OF,))
    assert not found.failed
    return found.charged


def rises(day):
    return bank_days_after(last_simple_day(day), 3)


def looked(world, now):
    return charge_costs(
        OF,
        "K-501",
        "R-1001",
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def pays(world, amount, worth, arrives, name=None):
    payment = world.gateway.money(amount, at(worth, 12))
    world.book(payment, now=at(arrives, 13))
    return payment


def bounces(world, sent):
    note_outcome(
        sent.receipt, Delivery.DEAD, "5.1.1", "marta.lindqvist@example.com", store=world.store, now=world.now
    )


class Died(BaseException):
    """The process ends here."""


def dies():
    raise Died


def owed(world, day):
    return owed_on(claim(world), day, METER).outstanding.total
