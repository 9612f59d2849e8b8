"""What routing relies on of who is at the desk: the fake and the real table keep the same promises."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from chalicelib.adapters.dynamo.presences import DynamoPresences
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.task_lists import DynamoTaskLists
from chalicelib.domain.errors import StaleVersion
from chalicelib.domain.presence import Given, Hand, Presence
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from chalicelib.domain.waiting import waiting
from chalicelib.ports import Commit
from tests.builders import NOW, debtor
from tests.fakes.store import FakePresences, FakeStore, FakeTaskLists

NUMBERS = count(1)


@pytest.fixture(params=["memory", "dynamodb"])
def both(request):
    """(store, presences, lists), in memory and over the real protocol."""
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakePresences(memory), FakeTaskLists(memory)
    real = request.getfixturevalue("real_table")
    return DynamoStore(real, lambda: NOW), DynamoPresences(real), DynamoTaskLists(real)


def task(of, number, **changes):
    plain = Task(
        f"t-{number:03d}",
        of,
        "K-501",
        "R-1001",
        TaskKind.REPLY,
        None,
        NOW,
        NOW + timedelta(minutes=number),
        FRONT_OFFICE,
        language="tr",
    )
    return replace(plain, **changes)


def test_who_was_seen_is_found_with_the_last_time_and_whether_they_went(both):
    _, presences, _ = both
    name = f"anna{next(NUMBERS)}"
    presences.tell(Presence(name, NOW))
    presences.tell(Presence(name, NOW + timedelta(minutes=2)))
    presences.tell(Presence(name, NOW + timedelta(minutes=2, seconds=1), away=True))
    (mine,) = (one for one in presences.all()[0] if one.staff == name)
    assert mine == Presence(name, NOW + timedelta(minutes=2, seconds=1), away=True)


def test_a_hand_is_written_under_its_version_with_the_commit(both):
    store, presences, _ = both
    name, of = f"bernd{next(NUMBERS)}", f"handing{next(NUMBERS)}"
    assert presences.hand(name) == Hand(name)
    holds = (Given(of, "K-501", "t-1", NOW),)
    store.commit(of, Commit((), hands=(Hand(name, holds),)))
    assert presences.hand(name) == Hand(name, holds, 1)
    assert Hand(name, holds, 1) in presences.all()[1]
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), hands=(Hand(name),), tasks=(task(of, 1),)))
    assert store.matter(of, "K-501") is None and presences.hand(name).holds == holds


def test_what_waits_is_told_by_its_due_time_page_by_page_and_one_by_its_id(both):
    store, _, lists = both
    of, held = f"waiting{next(NUMBERS)}", f"cora{next(NUMBERS)}"
    store.commit(of, Commit((), debtor=debtor(creditor=of)))
    tasks = [task(of, number) for number in range(40)]
    store.commit(of, Commit((), tasks=tuple(tasks)))
    mine = replace(
        tasks[7], version=1, owner=held, owned_at=NOW, skill=TaskKind.CARE, left_by=("x",), reference="r"
    )
    done = replace(tasks[3], version=1, done_at=NOW)
    store.commit(of, Commit((), tasks=(mine, done)))
    left = [one for one in tasks if one.id not in (mine.id, done.id)]
    assert list(lists.free(of, 100)) == [waiting(one) for one in left]
    assert [one.task for one in lists.free(of, 5)] == [one.id for one in left[:5]]
    assert lists.taken(held) == (waiting(mine),)
    assert lists.one(of, done.id) == waiting(done) and lists.one(of, "t-none") is None
    assert store.matter(of, "K-501").tasks[mine.id] == replace(mine, version=2)
