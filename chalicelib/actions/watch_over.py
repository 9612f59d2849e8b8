"""The nightly run: find what was lost, say so, and repair it through the same actions as by day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.contact import ContactState
from ..domain.facts import Fact
from ..ports import PaymentGateway, Scheduler, Store, Watch
from .record_payment import Booked, record_payment

AHEAD = timedelta(days=2)
LOST_AFTER = timedelta(minutes=15)
UNSAID_AFTER = timedelta(minutes=5)
# A provider sends its notices for three days; a day more finds what came through none of them (W15).
LOOK_BACK = timedelta(days=4)


@dataclass(frozen=True)
class Watched:
    """What a nightly run found: schedules renewed, contacts that may be lost, facts said again, money found."""

    scheduled: int
    lost: tuple[str, ...]
    facts: int
    found: int
    suspended: int


def watch_contacts(*, watch: Watch, scheduler: Scheduler, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Give every contact of the next days its schedule again, and name those that were reserved and never sent.

    A reserved contact is not sent again: nobody knows whether it left.
    """
    scheduled, lost = 0, []
    for contact in watch.contacts_due(now + AHEAD):
        if contact.state is ContactState.PLANNED:
            scheduler.at(contact, now)
            scheduled += 1
        elif contact.reserved_at and contact.reserved_at < now - LOST_AFTER:
            lost.append(contact.id)
    return scheduled, tuple(lost)


def reconcile(
    creditor: str, *, store: Store, gateway: PaymentGateway, scheduler: Scheduler, now: datetime
) -> tuple[int, int]:
    """Book what the provider received in the last days and we have not booked: (found, put in suspense)."""
    found = suspended = 0
    for payment in gateway.payments_since(creditor, now - LOOK_BACK):
        answer = record_payment(creditor, payment, event=None, store=store, scheduler=scheduler, now=now)
        found += answer is Booked.BOOKED
        suspended += answer is Booked.SUSPENSE
    return found, suspended


def watch_over(
    creditors: Iterable[str],
    *,
    watch: Watch,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    publish: Callable[[tuple[Fact, ...]], None],
    now: datetime,
) -> Watched:
    """All of it, for every creditor."""
    facts = watch.resend_facts(now - UNSAID_AFTER, publish)
    scheduled, lost = watch_contacts(watch=watch, scheduler=scheduler, now=now)
    found = suspended = 0
    for creditor in creditors:
        one, other = reconcile(creditor, store=store, gateway=gateway, scheduler=scheduler, now=now)
        found, suspended = found + one, suspended + other
    return Watched(scheduled, lost, facts, found, suspended)
