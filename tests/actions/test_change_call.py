"""A call that was asked for can be moved or taken back: told anew, on nobody's list, its time free again."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.change_call import MOST_TOLD, move_call, take_back_call
from chalicelib.domain.centre import CentreSettings
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.staff import Role, Shift, Staff
from chalicelib.domain.task import FRONT_OFFICE, DaySlot, HelpRequest, TaskKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.store import FakeTaskLists
from tests.fakes.world import POLICIES, STRATEGIES

from .desking import ANNA, given

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
ASKED = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", "+491713920012", day=TUESDAY)
LATER = NOW + timedelta(minutes=20)
SHIFTS = tuple(Shift(day, time(8), time(12)) for day in range(5))
STAFF = (Staff("anna", "Anna", "anna@desk.example", (Role.AGENT,), ("nordlicht",), ("de",), shifts=SHIFTS),)


@pytest.fixture
def waiting(world):
    world.register()
    world.task = ask_for_help(world.visit(), ASKED, staff=STAFF, **ports(world))
    return world


def ports(world, now=NOW):
    return {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}


def move(world, request, now=LATER, **visit):
    who = replace(world.visit(), **visit)
    return move_call(who, world.task.id, request, staff=STAFF, **ports(world, now))


def take_back(world, now=LATER):
    return take_back_call(world.visit(), world.task.id, strategies=STRATEGIES, **ports(world, now))


def calls(world, day):
    return [task for one in world.store.promised("nordlicht", day) if one.day == day for task, _ in one.calls]


def letters(world, state=ContactState.PLANNED):
    return [contact for contact in world.contacts(state) if contact.kind is MessageKind.NOTED]


def test_taken_back_it_ends_and_everything_that_waited_for_it_goes_on(waiting):
    assert take_back(waiting)
    (task,) = waiting.matter().tasks.values()
    assert task.taken_back and task.done_at == LATER
    assert waiting.claim().holds == () and calls(waiting, TUESDAY) == []
    assert waiting.store.named(FactName.TASK_DONE)
    waiting.invariants()


def test_taken_back_its_acknowledgement_does_not_leave_any_more(waiting):
    (letter,) = letters(waiting)
    take_back(waiting)
    assert letters(waiting) == [] and waiting.again(letter).state is ContactState.CANCELLED


def test_taken_back_it_leaves_the_list_of_whoever_had_it(waiting):
    given(waiting, waiting.task.id)
    lists = FakeTaskLists(waiting.store)
    assert [one.task for one in lists.taken(ANNA)] == [waiting.task.id]
    take_back(waiting)
    assert lists.taken(ANNA) == () and lists.free("nordlicht", 9) == ()


def test_taken_back_twice_is_taken_back_once(waiting):
    assert take_back(waiting) and not take_back(waiting, LATER + timedelta(minutes=1))
    assert len(waiting.store.named(FactName.TASK_DONE)) == 1


def test_moved_it_is_the_same_call_at_the_new_hour_and_its_old_one_is_free(waiting):
    moved = move(waiting, replace(ASKED, day=WEDNESDAY, words="Es geht um den Zähler."))
    (task,) = waiting.matter().tasks.values()
    assert task.id == waiting.task.id == moved.id and task.moved_at == LATER
    assert task.due_at == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    assert task.request.words == "Es geht um den Zähler."
    assert (calls(waiting, TUESDAY), calls(waiting, WEDNESDAY)) == ([], [task.id])
    assert waiting.claim().holds  # nobody reminds meanwhile
    waiting.invariants()


def test_moved_it_is_told_anew_once_and_what_had_not_left_stays_here(waiting):
    (before,) = letters(waiting)
    move(waiting, replace(ASKED, day=WEDNESDAY))
    move(waiting, replace(ASKED, day=WEDNESDAY), LATER + timedelta(minutes=1))
    (after,) = letters(waiting)
    assert after.about == waiting.task.id and after.id != before.id and after.id in waiting.scheduler.planned
    assert waiting.again(before).state is ContactState.CANCELLED


def test_however_often_it_is_moved_in_a_day_only_so_many_messages_say_so(waiting):
    """After that the page alone says when it comes; the next day it is told again."""
    for turn in range(8):
        for letter in letters(waiting):
            waiting.send(letter, LATER + timedelta(minutes=turn))
        wished = replace(ASKED, day=WEDNESDAY, words=f"Wunsch {turn}")
        assert move(waiting, wished, LATER + timedelta(minutes=turn)).request == wished
    assert len(letters(waiting, ContactState.SENT)) == MOST_TOLD and letters(waiting) == []
    move(waiting, replace(ASKED, day=WEDNESDAY, words="Doch nicht"), LATER + timedelta(days=1))
    assert len(letters(waiting)) == 1


def test_moved_it_is_given_anew_to_whoever_can_make_it_then(waiting):
    given(waiting, waiting.task.id)
    assert move(waiting, replace(ASKED, language="de", day=WEDNESDAY)).owner == FRONT_OFFICE
    assert FakeTaskLists(waiting.store).taken(ANNA) == ()
    (fact,) = waiting.store.named(FactName.TASK_FREED)
    assert dict(fact.about)["task"] == waiting.task.id


def test_another_number_alone_keeps_the_promised_time_though_all_of_it_is_promised(waiting):
    for number in range(5):
        asked = replace(ASKED, words=f"Auch ich ({number})")
        assert not isinstance(ask_for_help(waiting.visit(), asked, staff=STAFF, **ports(waiting)), Refused)
    moved = move(waiting, replace(ASKED, phone="+4930123456"))
    assert moved.request.phone == "+4930123456" and len(calls(waiting, TUESDAY)) == 6


def test_where_nobody_is_free_it_stays_as_it_was(waiting):
    refused = move(waiting, replace(ASKED, slot=DaySlot.EVENING))
    assert isinstance(refused, Refused) and refused.because == "slot_full"
    assert waiting.matter().tasks[waiting.task.id].request == ASKED


def test_a_wish_without_a_day_is_due_when_any_answer_is(waiting):
    moved = move(waiting, replace(ASKED, day=None, slot=DaySlot.EVENING))
    assert moved.due_at == datetime(2026, 11, 24, 19, 0, tzinfo=UTC) and calls(waiting, TUESDAY) == []


def test_what_is_over_or_of_another_kind_cannot_be_moved(waiting):
    take_back(waiting)
    assert move(waiting, replace(ASKED, day=WEDNESDAY)).because == "not_found"
    other = replace(
        waiting.matter().tasks[waiting.task.id], id="t-x", kind=TaskKind.COMPLAINT, done_at=None, version=0
    )
    waiting.store.commit("nordlicht", Commit((), tasks=(other,)))
    assert not take_back_call(waiting.visit(), "t-x", strategies=STRATEGIES, **ports(waiting))


def test_a_call_that_the_creditors_own_centre_makes_is_theirs_to_move(waiting):
    centre = CentreSettings("chatwoot", {})
    settings = replace(waiting.store.creditor("nordlicht"), centre=centre)
    waiting.store.commit("nordlicht", Commit((), creditor=settings))
    given(waiting, waiting.task.id, centre.owner)
    assert move(waiting, replace(ASKED, day=WEDNESDAY)).because == "not_found"
    assert not take_back(waiting)


def test_moved_it_does_not_go_back_to_the_contact_centre_it_came_from_and_that_is_known(waiting):
    """Nobody there would hear of the new hour; and when its debtor is forgotten, they have to be told."""
    waiting.open(centre=CentreSettings("there"))
    held = waiting.matter().tasks[waiting.task.id]
    left = replace(held, left_by=("centre:there", "bernd"), reference="ref")
    waiting.store.commit("nordlicht", Commit((), tasks=(left,)))
    moved = move(waiting, replace(ASKED, day=WEDNESDAY))
    assert (moved.left_by, moved.reference, moved.is_free) == (("centre:there",), "ref", True)
    assert not waiting.store.creditor("nordlicht").centre.takes(moved)


def test_whoever_may_only_look_changes_no_call(waiting):
    with pytest.raises(BrokenRule, match="not_yours"):
        move(waiting, replace(ASKED, day=WEDNESDAY), scope=Scope.SEE)
