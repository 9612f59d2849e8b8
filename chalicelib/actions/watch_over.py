"""The nightly run: find what was lost, say so, and repair it through the same actions as by day."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..domain.claim import HoldKind
from ..domain.contact import Contact, ContactState, Purpose
from ..domain.decision import Wait
from ..domain.facts import Fact
from ..domain.mandate import Mandate
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import PaymentGateway, Scheduler, Store, Watch
from .charge_costs import Charged, charge_costs
from .draw_instalment import Looked
from .follow_agreement import follow_again
from .forget_person import Forgotten
from .record_payment import Booked, record_payment
from .settle_contact import settle_contact
from .till import Writing

AHEAD = timedelta(days=2)
# What operators hold back waits at its hour, with nothing that would bring it back: lifting does.
HELD = (HoldKind.OPERATOR, HoldKind.UNRELEASED)
LOST_AFTER = timedelta(minutes=15)
# Nothing that still travels takes so long from its hour to the contact function, whatever it meets on the way.
ON_ITS_WAY = timedelta(hours=4)
# What leaves this soon goes to the queue, which does not say whether it knew.
QUEUED = timedelta(minutes=5)
# An agreement whose contact should have gone out so long ago has lost it.
CARRIED_BY = timedelta(days=1)
UNSAID_AFTER = timedelta(minutes=5)
# A provider sends its notices for three days; a day more finds what came through none of them (W15).
LOOK_BACK = timedelta(days=4)
# The provider's own log of events goes back so far.
FIRST_LOOK = timedelta(days=26)


@dataclass(frozen=True)
class Watched:
    """What a nightly run found: schedules renewed, contacts given up as lost, facts said again, money found.

    `forgotten` counts the people whose day had come, `restricted` those of whom only the books are left, `resumed`
    plans and deferrals that had lost the contact that carries them on and have one again, `drawn` the parts of
    plans that were drawn, `charged` the claims whose collection fee rose. `failed` holds what went wrong, by the
    part of the run or the creditor it concerns; the rest was done. `unscheduled` are contacts that nothing would
    have brought back any more: their schedule had vanished, or their hour went by unheard. `to_choose`
    counts the contacts whose arm the workers were asked to choose.
    """

    scheduled: int
    lost: tuple[str, ...]
    facts: int
    found: int
    suspended: int
    forgotten: int = 0
    resumed: int = 0
    failed: tuple[tuple[str, Exception], ...] = ()
    drawn: int = 0
    charged: int = 0
    restricted: int = 0
    unscheduled: tuple[str, ...] = ()
    to_choose: int = 0


class _Run:
    """One trouble must not keep the rest from being looked after: it is written down, and the run goes on."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, Exception]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
            self.failed.append((name, error))


def reconcile(
    creditor: str,
    *,
    watch: Watch,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    returns: Callable[[str, datetime], Iterable[Booked]],
    now: datetime,
) -> tuple[int, int]:
    """Book what the provider received, or gave back, and we have not booked: (found, put in suspense).

    At least the last days are looked through; after nights that failed, all the days since the last that did
    not. The first time it is as far as the provider remembers.
    """
    found = suspended = 0
    last = watch.reconciled(creditor) or now - FIRST_LOOK
    since = min(now, last) - LOOK_BACK
    for payment in gateway.payments_since(creditor, since):
        answer = record_payment(
            creditor,
            payment,
            event=None,
            store=store,
            scheduler=scheduler,
            policies=policies,
            strategies=strategies,
            now=now,
        )
        found += answer is Booked.BOOKED
        suspended += answer is Booked.SUSPENSE
    found += sum(answer is Booked.BOOKED for answer in returns(creditor, since))
    watch.note_reconciled(creditor, now)
    return found, suspended


def watch_over(
    creditors: Iterable[str],
    *,
    watch: Watch,
    store: Store,
    gateway: PaymentGateway,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    publish: Callable[[tuple[Fact, ...]], None],
    forget: Callable[[str, str], Forgotten],
    look_after: Callable[[Mandate], Looked],
    returns: Callable[[str, datetime], Iterable[Booked]],
    choose: Callable[[str, str, str], None],
    now: datetime,
) -> Watched:
    """All of it, for every creditor; one creditor's trouble is not another's.

    Every contact of the next days gets its schedule again, and one whose arm nobody chose yet is handed to the
    workers (`choose` takes creditor, debtor and contact). One that was reserved and never settled is lost: nobody
    knows whether it left, so it is never sent again, and the strategy goes on with its next step.
    """
    run = _Run()
    scheduled, facts, found, suspended, resumed, to_choose = 0, 0, 0, 0, 0, 0
    lost: list[str] = []
    unscheduled: list[str] = []
    with run.part("facts"):
        facts = watch.resend_facts(now - UNSAID_AFTER, publish)
    with run.part("contacts"):
        for contact in watch.contacts_due(now + AHEAD):
            with run.part(contact.id):
                if contact.state is ContactState.PLANNED:
                    told = scheduler.at(contact, now)
                    scheduled += 1
                    unscheduled += [contact.id] if told and _was_lost(contact, now) else []
                    if contact.purpose is Purpose.REMINDER and contact.choice is None:
                        choose(contact.creditor, contact.debtor, contact.id)
                        to_choose += 1
                elif contact.reserved_at and contact.reserved_at < now - LOST_AFTER:
                    creditor = store.creditor(contact.creditor)
                    gone = replace(contact.moved(ContactState.LOST), outcome="lost")
                    if creditor and settle_contact(
                        gone,
                        creditor,
                        store=store,
                        scheduler=scheduler,
                        policies=policies,
                        strategies=strategies,
                        now=now,
                    ):
                        lost.append(contact.id)
    people: list[Forgotten] = []
    with run.part("people"):
        for owner, number in watch.people_to_forget(now):
            with run.part(f"{owner}/{number}"):
                people.append(forget(owner, number))
    with run.part("agreements"):
        for agreed in watch.agreements_due(now - CARRIED_BY):
            with run.part(agreed.id):
                resumed += follow_again(agreed, store=store, scheduler=scheduler, policies=policies, now=now)
    drawn = 0
    with run.part("mandates"):
        for mandate in watch.mandates_due(now):
            with run.part(mandate.id):
                drawn += look_after(mandate) is Looked.DRAWN
    for name in creditors:
        with run.part(name):
            if store.creditor(name) is None:
                continue  # settings that were refused: nothing can have been paid to them
            one, other = reconcile(
                name,
                watch=watch,
                store=store,
                gateway=gateway,
                scheduler=scheduler,
                policies=policies,
                strategies=strategies,
                returns=returns,
                now=now,
            )
            found, suspended = found + one, suspended + other
    # Last, so that money which came and was not told of is in the books.
    ports = Writing(store=store, scheduler=scheduler, policies=policies, strategies=strategies, now=now)
    charged = _charged(run, watch, ports)
    forgotten, restricted = people.count(Forgotten.DONE), people.count(Forgotten.RESTRICTED)
    counted = (scheduled, tuple(lost), facts, found, suspended, forgotten, resumed)
    return Watched(*counted, tuple(run.failed), drawn, charged, restricted, tuple(unscheduled), to_choose)


def _was_lost(contact: Contact, now: datetime) -> bool:
    """Whether a contact that the scheduler had to be told of should have been known to it, or sent by now."""
    if contact.due_at > now + QUEUED:
        return contact.planned_at < now - LOST_AFTER
    last = contact.decisions[-1] if contact.decisions else None
    held = isinstance(last, Wait) and last.because in HELD
    return contact.due_at < now - ON_ITS_WAY and not held


def _charged(run: _Run, watch: Watch, ports: Writing) -> int:
    """How many claims bear the rest of a collector's fee from this night on."""
    charged = 0
    with run.part("fees"):
        for claim in watch.fees_due(ports["now"]):
            with run.part(claim.id):
                charged += charge_costs(claim.creditor, claim.debtor, claim.id, **ports) is Charged.CHARGED
    return charged
