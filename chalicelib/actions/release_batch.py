"""Release a batch: a person who has seen its sheet says yes, and its claims are planned as they stand then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.batch import Batch, BatchStatus, Outcome
from ..domain.claim import HoldKind
from ..domain.contact import Contact, ContactState
from ..domain.decision import Refused
from ..domain.errors import BrokenRule
from ..domain.facts import Fact, FactName
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act, ActKind, Release
from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Batches, ChunkQueue, Commit, Reports, Scheduler, Store
from .choose_arm import Chooser
from .close_task import contact_facts, own_name
from .load_batch import OVER, every_row
from .plan_contact import kept_of
from .register_claim import first_contact, first_note
from .write_change import write_change
from .write_money import write_money

RULE = "release"
# What is known of each row of a file is kept for half a year; after that there is nothing left to release.
MOST_REST = timedelta(days=150)


def release_batch(
    creditor: str, batch: str, sheet: str, *, by: str, store: Store, batches: Batches, now: datetime
) -> Batch | Refused:
    """One person's release of what they saw: `sheet` is the id of the release sheet of the batch as it stands.

    Said again, by whomever, the first release stands. Its claims are planned by the fact (`hand_out`, `let_go`);
    rows that come in later of the same file are released with it.
    """

    def decide() -> tuple[Batch | Refused, Commit | None]:
        held = batches.batch(creditor, batch)
        if held is None:
            return Refused("not_found", RULE), None
        if held.release:
            return held, None
        if held.status is BatchStatus.REFUSED:
            return Refused("batch_refused", RULE), None
        if held.received_at + MOST_REST < now:
            return Refused("rested_too_long", RULE), None
        if held.sheet != sheet:
            return Refused("sheet_outdated", RULE), None
        after = replace(held, release=Release(by, now))
        fact = Fact(FactName.BATCH_RELEASED, creditor, (("batch", batch),), now)
        act = Act(creditor, by, ActKind.RELEASE_BATCH, batch, now)
        return after, Commit((fact,), batch=after, acts=(act,))

    return write_money(creditor, decide, store=store)


def hand_out(creditor: str, batch: str, *, batches: Batches, queue: ChunkQueue, reports: Reports) -> int:
    """The chunks of a released batch go to the workers, a message each; how many. One that rests has none.

    The batch's report then says that it was released.
    """
    held = batches.batch(creditor, batch)
    if held is None or held.release is None:
        return 0
    for number in range(held.chunks):
        queue.let_go(creditor, batch, number)
    reports.write(held, every_row(held, batches) if held.status in OVER else ())
    return held.chunks


def let_go(
    creditor: str,
    batch: str,
    chunk: int,
    *,
    store: Store,
    batches: Batches,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    chooser: Chooser,
    now: datetime,
) -> int:
    """Plan every claim that a chunk of a released batch brought; how many there are.

    A message alone releases nothing: the batch itself must say so. One that fails does not keep the others back;
    its error is raised after them and the chunk comes back.
    """
    held = batches.batch(creditor, batch)
    if held is None or held.release is None:
        return 0
    failed: Exception | None = None
    taken = [row.claim for row in batches.rows(creditor, batch, chunk) if row.outcome is Outcome.TAKEN]
    for claim in taken:
        try:
            _let_go(creditor, claim, store, scheduler, policies, strategies, chooser, now)
        except Exception as error:  # noqa: BLE001 - raised below, after the chunk's other claims
            failed = failed or error
    if failed:
        raise failed
    return len(taken)


def _let_go(
    creditor: str,
    name: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    chooser: Chooser,
    now: datetime,
) -> None:
    """The claim without its rest, and its first contacts; whatever waited for the release goes on."""
    debtor = store.debtor_of_claim(creditor, name)
    if debtor is None:
        raise BrokenRule("not_found")

    def decide(settings: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        claim = matter.claims[name]
        if not claim.unreleased:
            return False, None
        free = claim.released(HoldKind.UNRELEASED, now)
        policy, strategy = policies[settings.country], strategy_of(settings, strategies, free)
        contacts: tuple[Contact, ...] = ()
        if not (free.plan or free.deferral):
            around = replace(matter, claims={**matter.claims, name: free})
            planned = first_contact(
                settings, around, free, policy=policy, strategy=strategy, chooser=chooser, now=now
            )
            if planned.contact:
                planned = replace(planned, contact=own_name(planned.contact, matter))
            note = first_note(settings, matter.debtor, free, policy=policy, strategy=strategy, now=now)
            contacts = (*note, *kept_of(planned, matter))
        made = tuple(contact for contact in contacts if contact.state is ContactState.PLANNED)
        return True, Commit(contact_facts(made, now), claims=(free,), contacts=contacts)

    write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)
    # Answers that waited for the release, and a contact whose schedule a trouble took on the way.
    after = store.matter(creditor, debtor)
    for waiting in after.planned_for(name) if after else ():
        scheduler.at(waiting, now)
