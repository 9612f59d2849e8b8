"""A batch rests until a known person who has seen its sheet releases it; then its claims are planned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.plan_contact import plan_answer
from chalicelib.actions.release_batch import hand_out, let_go, release_batch
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.batch import Batch, BatchStatus, Outcome
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ReleaseWay
from chalicelib.domain.person import ActKind
from chalicelib.domain.policies.de import POLICY
from chalicelib.ports import Commit
from tests.builders import NOW, debtor
from tests.fakes.outside import FakeQueue, FakeReports
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

LATER = NOW + timedelta(days=3)
HOURS = POLICY.hours_of(debtor())


@pytest.fixture
def batch(world):
    """A batch of five claims that rests."""
    world.open(release=ReleaseWay.BY_HAND)
    begun = Batch("batch-1", "nordlicht", "inbox/nordlicht/a.csv", "etag", NOW, BatchStatus.LOADING, 5, 1)
    world.batches.begin(begun)
    for n in range(5):
        world.register(line=n + 2, claim=f"R-{n}", debtor=f"K-{n}", email=f"{n}@example.com")
    return world.batches.save(
        replace(world.batches.batch("nordlicht", "batch-1"), status=BatchStatus.DONE, counts={Outcome.TAKEN: 5})
    )


def release(world, batch, by="anna", sheet=None, now=LATER):
    return release_batch(
        "nordlicht", batch.id, sheet or batch.sheet, by=by, store=world.store, batches=world.batches, now=now
    )


def go(world, now=LATER, chunk=0):
    ports = {"store": world.store, "batches": world.batches, "scheduler": world.scheduler}
    rules = {"policies": POLICIES, "strategies": STRATEGIES, "chooser": world.chooser}
    return let_go("nordlicht", "batch-1", chunk, **ports, **rules, now=now)


def planned(world):
    return [c for n in range(5) for c in world.contacts(ContactState.PLANNED, debtor=f"K-{n}")]


def test_O2_a_batch_that_is_not_released_has_nothing_planned(world, batch):
    assert planned(world) == [] and not world.scheduler.planned
    assert all(world.claim(f"R-{n}", debtor=f"K-{n}").unreleased for n in range(5))
    world.invariants()


def test_O2_a_message_that_speaks_of_a_release_releases_nothing(world, batch):
    queue = FakeQueue()
    assert hand_out("nordlicht", "batch-1", batches=world.batches, queue=queue, reports=FakeReports()) == 0
    assert go(world) == 0
    assert planned(world) == []


def test_O2_a_contact_planned_all_the_same_waits_at_its_hour(world, batch):
    """Even an answer: a batch that rests is silent."""
    claim = world.claim("R-0", debtor="K-0")
    answer = plan_answer(world.matter(debtor="K-0").debtor, claim, MessageKind.NEW_LINK, what="x", now=NOW)
    world.store.commit("nordlicht", Commit((), contacts=(answer,)))
    assert world.send(answer) is Sent.HELD
    assert world.again(answer).decisions[-1].because == "unreleased"
    release(world, batch)
    go(world)
    assert world.send(answer) is Sent.SENT


def test_O2_released_its_claims_are_planned_as_they_stand_then(world, batch):
    paid = world.claim("R-4", debtor="K-4")
    closed = replace(paid, state=ClaimState.CLOSED)
    world.store.commit("nordlicht", Commit((), claims=(closed,)))
    release(world, batch)
    queue = FakeQueue()
    assert hand_out("nordlicht", "batch-1", batches=world.batches, queue=queue, reports=FakeReports()) == 1
    assert queue.released == [("nordlicht", "batch-1", 0)]
    assert go(world) == 5
    found = planned(world)
    assert [c.claim for c in found] == ["R-0", "R-1", "R-2", "R-3"], "what was paid meanwhile is not asked for"
    assert all(c.due_at > LATER and HOURS.next_open(c.due_at) == c.due_at for c in found)
    assert all(world.send(c) is Sent.SENT for c in found)


def test_a_release_is_one_persons_and_the_first_one_stands(world, batch):
    first = release(world, batch)
    assert (first.release.by, first.release.at) == ("anna", LATER)
    again = release(world, batch, by="bernd", now=LATER + timedelta(hours=1))
    assert again.release == first.release
    assert len(world.store.named(FactName.BATCH_RELEASED)) == 1
    acts = FakeOutgoing(world.store).acts("nordlicht", f"{LATER:%Y-%m}")
    assert [(act.by, act.what, act.about) for act in acts] == [("anna", ActKind.RELEASE_BATCH, "batch-1")]


def test_what_nobody_has_looked_at_is_not_released(world, batch):
    assert release(world, batch, sheet="0" * 12).because == "sheet_outdated"
    more = world.batches.save(replace(batch, counts={Outcome.TAKEN: 6}))
    assert release(world, batch).because == "sheet_outdated", "rows came in since"
    assert not isinstance(release(world, more), Refused)


def test_what_is_not_there_or_was_refused_is_not_released(world, batch):
    assert release(world, replace(batch, id="other")).because == "not_found"
    assert release(world, batch, now=NOW + timedelta(days=151)).because == "rested_too_long"
    refused = world.batches.save(replace(batch, status=BatchStatus.REFUSED))
    assert release(world, refused).because == "batch_refused"


def test_let_go_twice_it_plans_once_and_gives_each_contact_its_schedule(world, batch):
    release(world, batch)
    world.scheduler.trouble.append(Retry("scheduler out of reach"))
    with pytest.raises(Retry):
        go(world)
    before = {c.id for c in planned(world)}
    assert len(before) == 5
    go(world)
    assert {c.id for c in planned(world)} == before
    assert before <= set(world.scheduler.planned)


def test_a_row_that_comes_in_after_the_release_is_released_with_its_batch(world, batch):
    release(world, batch)
    world.register(line=9, claim="R-9", debtor="K-9")
    assert world.claim("R-9", debtor="K-9").unreleased
    go(world)
    (contact,) = world.contacts(ContactState.PLANNED, debtor="K-9")
    assert contact.claim == "R-9"


def test_a_claim_of_another_batch_stays_as_it_is(world, batch):
    world.open(release=ReleaseWay.AT_ONCE)
    world.register(line=20, claim="R-20", debtor="K-0")
    (contact,) = world.contacts(ContactState.PLANNED, debtor="K-0")
    assert contact.claim == "R-20"


def test_a_creditor_whose_batches_are_contacted_at_once_needs_no_release(world):
    world.register()
    assert world.planned()
