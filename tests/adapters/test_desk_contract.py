"""What the desk relies on of the store and its lists: the fakes and the real table keep the same promises."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.task_lists import DynamoTaskLists
from chalicelib.domain.conversation import Conversation, Learnt, Speaker, Utterance
from chalicelib.domain.errors import AlreadyDone, StaleVersion
from chalicelib.domain.motion import Motion, MotionKind, MotionState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from chalicelib.domain.waiting import waiting
from chalicelib.ports import Commit
from tests.builders import NOW, debtor
from tests.fakes.store import FakeStore, FakeTaskLists

NUMBERS = count(1)


@pytest.fixture(params=["memory", "dynamodb"])
def both(request):
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakeTaskLists(memory)
    real = request.getfixturevalue("real_table")
    return DynamoStore(real, lambda: NOW), DynamoTaskLists(real)


@pytest.fixture
def store(both):
    return both[0]


@pytest.fixture
def lists(both):
    return both[1]


@pytest.fixture
def of():
    return f"desking{next(NUMBERS)}"


def a_task(of, name, hours=1, owner=FRONT_OFFICE, **more):
    due = NOW + timedelta(hours=hours)
    return Task(name, of, "K-501", "R-1001", TaskKind.REPLY, None, NOW, due, owner, language="tr", **more)


def said(of, number, words="Merhaba", **more):
    at = NOW + timedelta(minutes=number)
    return Utterance(f"{at.isoformat()}#{number}", of, "K-501", "R-1001", Speaker.DEBTOR, at, words, "tr", **more)


def test_what_nobody_has_taken_comes_first_due_first_and_only_so_much_of_it(store, lists, of):
    made = [a_task(of, f"t-{hours}", hours) for hours in (5, 1, 3, 2, 4)]
    for task in made:
        store.commit(of, Commit((), tasks=(task,)))
    assert [one.task for one in lists.free(of, 3)] == ["t-1", "t-2", "t-3"]
    assert lists.free(of, 9)[0] == waiting(made[1])
    assert lists.free("another", 9) == ()


def test_what_somebody_takes_stands_with_them_and_nowhere_else(store, lists, of):
    store.commit(of, Commit((), tasks=(a_task(of, "t-1"),)))
    anna = f"anna.{of}"
    taken = replace(a_task(of, "t-1"), owner=anna, owned_at=NOW, version=1)
    store.commit(of, Commit((), tasks=(taken,)))
    assert lists.free(of, 9) == ()
    assert [(one.task, one.owner, one.owned_at) for one in lists.taken(anna)] == [("t-1", anna, NOW)]
    store.commit(of, Commit((), tasks=(replace(taken, owner=FRONT_OFFICE, owned_at=None, version=2),)))
    assert lists.taken(anna) == () and [one.task for one in lists.free(of, 9)] == ["t-1"]


def test_what_is_done_stands_in_no_list(store, lists, of):
    store.commit(of, Commit((), tasks=(a_task(of, "t-1"),)))
    store.commit(of, Commit((), tasks=(replace(a_task(of, "t-1"), done_at=NOW, version=1),)))
    assert lists.free(of, 9) == ()


def test_a_talk_is_where_it_stands_and_all_that_was_said_in_order(store, of):
    assert store.talk(of, "K-501") == (None, ()) and store.conversation(of, "K-501") is None
    head = Conversation(of, "K-501", "R-1001", NOW, "meter", "number", (Learnt("contract", "Strom"),))
    second, first = said(of, 2, channel=ChannelKind.WHATSAPP, offers=("wrong",)), said(of, 1)
    store.commit(of, Commit((), said=(second,), conversation=head))
    store.commit(of, Commit((), said=(first,), conversation=replace(head, version=1, task="t-1")))
    assert store.talk(of, "K-501") == (replace(head, version=2, task="t-1"), (first, second))
    assert store.conversation(of, "K-501") == replace(head, version=2, task="t-1")
    assert store.utterance(of, "K-501", second.id) == second
    assert store.utterance(of, "K-501", "none") is None


def test_a_thing_is_said_once_and_a_talk_has_one_writer_at_a_time(store, of):
    head = Conversation(of, "K-501", "R-1001", NOW)
    store.commit(of, Commit((), said=(said(of, 1),), conversation=head))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), said=(said(of, 1),), conversation=replace(head, version=1)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), said=(said(of, 2),), conversation=head))
    assert len(store.talk(of, "K-501")[1]) == 1


def test_a_motion_is_listed_while_nobody_has_decided_it(store, lists, of):
    store.commit(of, Commit((), debtor=debtor(creditor=of)))
    later, first = (
        Motion(f"m-{n}", of, "K-501", "R-1001", MotionKind.CORRECT, "anna", NOW + timedelta(hours=n), amount=100)
        for n in (2, 1)
    )
    store.commit(of, Commit((), motions=(later,)))
    store.commit(of, Commit((), motions=(first,)))
    assert [one.id for one in lists.motions(of)] == ["m-1", "m-2"]
    done = replace(first, state=MotionState.CARRIED, second="ben", second_at=NOW, version=1)
    store.commit(of, Commit((), motions=(done,)))
    assert [one.id for one in lists.motions(of)] == ["m-2"]
    assert store.motions(of, "K-501") == (replace(done, version=2), replace(later, version=1))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), motions=(done,)))
