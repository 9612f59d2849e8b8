"""What came of a call is said once, and what happens next follows: another part of the day, peace, or silence."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.ask_for_help import FULL, ask_for_help
from chalicelib.actions.change_call import move_call, take_back_call
from chalicelib.actions.close_task import PEACE, close_task
from chalicelib.actions.end_call import end_call
from chalicelib.actions.offer_calls import offer_calls
from chalicelib.domain.calling import MOST_TRIES, CallNext, CallOutcome, part_of
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Refused
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.person import ActKind
from chalicelib.domain.staff import Role, Shift, Staff
from chalicelib.domain.task import DaySlot, HelpRequest, TaskKind
from chalicelib.ports import Commit
from tests.actions.test_call_by_person import called, calls_of, desk, send  # noqa: F401
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

BERLIN = ZoneInfo("Europe/Berlin")
NUMBER = "+491713920012"
OTHER = "+491713920099"
ASKED = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", NUMBER)
ANNA = Staff(
    "s-anna",
    "Anna",
    "anna@desk.example",
    (Role.AGENT,),
    ("nordlicht",),
    shifts=tuple(Shift(day, time(8), time(12)) for day in range(5)),
)


def said(world, outcome, task=None, tries=None, by="anna", now=None, moved_at=None):
    held = task or calls_of(world)[-1]
    return end_call(
        "nordlicht",
        held.debtor,
        held.id,
        outcome,
        by=by,
        tries=held.tries if tries is None else tries,
        moved_at=moved_at or held.moved_at,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        hash_point=hash_point,
        now=now or world.now,
    )


def made(world, contact):
    """The call's hour has come, a person has the Task, and the debtor's other contacts are out of the way."""
    send(world, contact)
    for planned in world.contacts(ContactState.PLANNED):
        world.send(planned, contact.due_at)
    world.now = contact.due_at + timedelta(minutes=10)


def acts(world):
    return [(act.by, act.what) for act in FakeOutgoing(world.store).acts("nordlicht", f"{world.now:%Y-%m}")]


def reminders(world):
    return [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]


@pytest.mark.parametrize("outcome", [CallOutcome.SETTLED, CallOutcome.THINKS])
def test_who_was_reached_is_left_in_peace_and_the_strategy_goes_on(world, called, outcome):  # noqa: F811
    made(world, called)
    told = said(world, outcome)
    assert (told.next, world.again(called).outcome) == (CallNext.PLANNED, outcome.value)
    assert told.at >= world.now + PEACE and world.claim().holds == ()
    assert acts(world) == [("anna", ActKind.CALLED)]


def test_nobody_answers_and_the_next_attempt_is_in_another_part_of_the_day(world, called):  # noqa: F811
    made(world, called)
    told = said(world, CallOutcome.NOBODY)
    (again,) = reminders(world)
    assert (told.next, told.at) == (CallNext.TRY_AGAIN, again.due_at)
    assert (again.channel, again.step, again.why) == (ChannelKind.PHONE, called.step, "nobody_answered")
    parts = {part_of(at.astimezone(BERLIN)) for at in (world.now, again.due_at)}
    assert len(parts) == 2 and again.id in world.scheduler.planned
    # Pressed twice it is one call.
    assert said(world, CallOutcome.NOBODY) == told and reminders(world) == [again]
    assert acts(world) == [("anna", ActKind.CALLED)]
    world.invariants()


def tried_until_the_strategy_goes_on(world, first):
    """Nobody ever answers: each attempt is made at its hour, until the step after it is planned."""
    made(world, first)
    told = said(world, CallOutcome.NOBODY)
    for _ in range(30):
        (planned,) = reminders(world)
        if planned.step != first.step:
            return planned, told
        send(world, planned)
        waiting = [task for task in calls_of(world) if task.done_at is None]
        if waiting:
            world.now = planned.due_at + timedelta(minutes=10)
            told = said(world, CallOutcome.NOBODY, waiting[0])
    raise AssertionError("it never goes on")


def test_another_attempt_asks_the_law_again_at_its_hour_and_waits_for_the_cap(world, called):  # noqa: F811
    """One a day and two a week are permitted in Germany, whatever the desk would like."""
    tried_until_the_strategy_goes_on(world, called)
    left = sorted(c.sent_at for c in world.contacts() if c.channel is ChannelKind.PHONE and c.sent_at)
    assert len({at.astimezone(BERLIN).date() for at in left}) == len(left) == MOST_TRIES
    assert left[2] - left[0] >= timedelta(days=7)


def test_after_the_third_that_nobody_answered_the_strategy_goes_on(world, called):  # noqa: F811
    planned, told = tried_until_the_strategy_goes_on(world, called)
    assert len(calls_of(world)) == MOST_TRIES and told.next is CallNext.PLANNED
    assert planned.step == called.step + 1
    world.invariants()


def test_P17_who_does_not_want_to_be_called_is_not_and_hears_by_no_text_either(world, called):  # noqa: F811
    made(world, called)
    told = said(world, CallOutcome.NOT_AGAIN)
    assert told.next is CallNext.SILENT
    points = {p.channel: p.state for p in world.matter().debtor.points if p.value == NUMBER}
    assert points[ChannelKind.PHONE] is PointState.OPTED_OUT
    assert world.store.silence("nordlicht", hash_point(NUMBER)).stopped == ("K-501",)
    assert world.claim().holds == () and ChannelKind.PHONE not in {c.channel for c in reminders(world)}
    assert said(world, CallOutcome.SETTLED).next is not CallNext.TRY_AGAIN and len(acts(world)) == 1


def test_P18_a_wrong_number_is_forgotten(world, called):  # noqa: F811
    made(world, called)
    said(world, CallOutcome.WRONG_NUMBER)
    assert NUMBER not in {p.value for p in world.matter().debtor.points}
    assert acts(world) == [("anna", ActKind.WRONG_NUMBER)] and calls_of(world)[0].done_at


# Whoever asked to be called


def asked(world, day=None, phone=NUMBER, staff=(), slot=DaySlot.MORNING, language="de"):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": world.now}
    request = HelpRequest("Der Zähler stimmt nicht.", slot, language, phone, day=day)
    return ask_for_help(world.visit(), request, staff=staff, **ports)


def letters(world):
    return [(c.kind, c.about) for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.ANSWER]


def test_a_promised_part_of_a_day_is_when_the_call_is_due(world):
    world.register()
    wednesday = date(2026, 11, 25)
    task = asked(world, wednesday, staff=(ANNA,))
    assert task.due_at == datetime.combine(wednesday, time(12), BERLIN)
    (kept,) = world.store.promised("nordlicht", wednesday)
    assert kept.calls == ((task.id, "de"),)
    assert asked(world, wednesday, staff=(ANNA,)).id == task.id
    assert world.store.promised("nordlicht", wednesday) == (kept,)


@pytest.mark.parametrize(
    ("day", "slot", "language"),
    [
        (date(2026, 11, 25), DaySlot.EVENING, "de"),
        (date(2026, 11, 25), DaySlot.MORNING, "tr"),
        (date(2026, 11, 29), DaySlot.MORNING, "de"),
        (date(2026, 11, 20), DaySlot.MORNING, "de"),
        (date(2027, 11, 25), DaySlot.MORNING, "de"),
    ],
)
def test_what_nobody_can_keep_is_refused_and_nothing_of_it_is_written(world, day, slot, language):
    world.register()
    assert asked(world, day, staff=(ANNA,), slot=slot, language=language) == Refused(FULL, "calls")
    assert world.matter().tasks == {} and world.store.promised("nordlicht", date(2026, 11, 1)) == ()


def test_two_ask_for_the_last_free_call_at_once_and_one_gets_another_time(world):
    wednesday = date(2026, 11, 25)
    short = replace(ANNA, shifts=(Shift(2, time(8), time(8, 40)),))
    for number in (1, 2):
        world.register(debtor=f"K-{500 + number}", claim=f"R-100{number}", invoice_number=str(number))
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": world.now}
    request = HelpRequest("", DaySlot.MORNING, "de", NUMBER, day=wednesday)
    first = []
    other = world.visit("R-1002", "K-502")
    world.store.meanwhile.append(lambda: first.append(ask_for_help(other, request, staff=(short,), **ports)))
    assert ask_for_help(world.visit(), request, staff=(short,), **ports) == Refused(FULL, "calls")
    assert first[0].due_at and len(world.store.promised("nordlicht", wednesday)[0].calls) == 1


def test_nothing_is_offered_where_nobody_is_free_and_wishes_are_asked_where_no_hours_are_known(world):
    ports = {"store": world.store, "policy": policy(), "now": world.now}
    assert offer_calls("nordlicht", "de", staff=(), **ports) is None
    assert offer_calls("nordlicht", "tr", staff=(ANNA,), **ports) == ()
    slots = offer_calls("nordlicht", "de", staff=(ANNA,), **ports)
    assert {slot.part for slot in slots} == {DaySlot.MORNING} and date(2026, 11, 29) not in {s.day for s in slots}


def policy():
    return next(iter(POLICIES.values()))


def test_who_asked_for_a_call_and_was_not_there_is_tried_again_and_told_the_day(world):
    world.register()
    task = asked(world)
    world.now = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
    told = said(world, CallOutcome.NOBODY, task)
    later = world.matter().tasks[task.id]
    assert (told.next, later.tries, later.done_at) == (CallNext.TRY_AGAIN, 1, None)
    assert later.due_at > task.due_at - timedelta(days=1) and later.request.slot is not DaySlot.MORNING
    assert [kind for kind, _ in letters(world)].count(MessageKind.NOTED) == 2
    assert said(world, CallOutcome.NOBODY, task).at == later.due_at, "pressed twice it is one call"
    assert world.matter().tasks[task.id].tries == 1


# What was promised, and tried before or at its hour

WEDNESDAY = date(2026, 11, 25)
MONDAY = datetime(2026, 11, 23, 10, 20, tzinfo=BERLIN)
AT_ITS_HOUR = datetime(2026, 11, 25, 8, 10, tzinfo=BERLIN)


def promises(world):
    """Every part of a day in which this debtor's call is promised."""
    found = world.store.promised("nordlicht", date(2026, 11, 1))
    return [(one.day, one.part) for one in found if one.calls]


def six_promised(world):
    """As many as that morning takes: it is offered to nobody else."""
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": world.now}
    found = []
    for number in range(6):
        who = {"claim": f"R-200{number}", "debtor": f"K-60{number}"}
        world.register(**who, invoice_number=f"2026-{number}", email=f"m{number}@example.com")
        wished = replace(ASKED, day=WEDNESDAY)
        found.append(ask_for_help(world.visit(who["claim"], who["debtor"]), wished, staff=(ANNA,), **ports))
    assert not is_offered(world, world.now)
    return found


def is_offered(world, now):
    slots = offer_calls("nordlicht", "de", staff=(ANNA,), store=world.store, policy=policy(), now=now)
    return (WEDNESDAY, DaySlot.MORNING) in [(slot.day, slot.part) for slot in slots]


@pytest.mark.parametrize("at", [MONDAY, AT_ITS_HOUR], ids=["early", "at its hour"])
@pytest.mark.parametrize("outcome", [one for one in CallOutcome if one is not CallOutcome.NOBODY])
def test_what_was_promised_is_offered_to_others_once_the_call_was_made(world, at, outcome):
    for task in six_promised(world):
        said(world, outcome, task, now=at)
    assert promises(world) == [] and is_offered(world, at)
    world.invariants()


def closed(world, task):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    assert close_task("nordlicht", task.debtor, task.id, now=world.now, **ports)


def taken_back(world, task):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    assert take_back_call(world.visit(task.claim, task.debtor), task.id, now=world.now, **ports)


@pytest.mark.parametrize("over", [closed, taken_back])
def test_however_a_promised_call_ends_its_time_is_offered_to_others(world, over):
    first, *others = six_promised(world)
    over(world, first)
    (left,) = world.store.promised("nordlicht", WEDNESDAY)
    assert [name for name, _ in left.calls] == [task.id for task in others] and is_offered(world, world.now)
    world.invariants()


def test_what_was_promised_for_a_day_that_is_over_is_left_as_it_was(world):
    first, *_ = six_promised(world)
    before = world.store.promised("nordlicht", WEDNESDAY)
    world.now += timedelta(days=9)
    closed(world, first)
    assert world.store.promised("nordlicht", WEDNESDAY) == before


def test_a_call_tried_before_its_promised_hour_is_still_promised_there_and_due_then(world):
    world.register()
    task = asked(world, WEDNESDAY, staff=(ANNA,))
    told, before = said(world, CallOutcome.NOBODY, task, now=MONDAY), letters(world)
    later = world.matter().tasks[task.id]
    assert (later.request, later.due_at, later.tries) == (task.request, task.due_at, 1)
    assert (told.next, told.at) == (CallNext.TRY_AGAIN, task.due_at)
    assert promises(world) == [(WEDNESDAY, DaySlot.MORNING)] and letters(world) == before
    assert said(world, CallOutcome.NOBODY, task, now=MONDAY) == told, "pressed twice it is one call"
    assert world.matter().tasks[task.id].tries == 1 and acts(world) == [("anna", ActKind.CALLED)]


def test_however_often_it_was_tried_before_what_was_promised_is_kept(world):
    world.register()
    task = asked(world, WEDNESDAY, staff=(ANNA,))
    for hours in range(MOST_TRIES):
        said(world, CallOutcome.NOBODY, world.matter().tasks[task.id], now=MONDAY + timedelta(hours=hours))
    assert promises(world) == [(WEDNESDAY, DaySlot.MORNING)]
    told = said(world, CallOutcome.NOBODY, world.matter().tasks[task.id], now=AT_ITS_HOUR)
    assert told.next is CallNext.ASK_AGAIN and promises(world) == []


def test_who_was_not_there_at_the_promised_hour_is_promised_another_and_the_rest_of_it_is_free(world):
    world.register()
    task = asked(world, WEDNESDAY, staff=(ANNA,))
    said(world, CallOutcome.NOBODY, task, now=AT_ITS_HOUR)
    later = world.matter().tasks[task.id]
    assert promises(world) == [(later.request.day, later.request.slot)] == [(WEDNESDAY, DaySlot.EVENING)]
    world.invariants()


def test_what_was_tried_early_and_moved_then_is_promised_where_it_was_moved_to_alone(world):
    world.register()
    task, thursday = asked(world, WEDNESDAY, staff=(ANNA,)), date(2026, 11, 26)
    said(world, CallOutcome.NOBODY, task, now=MONDAY)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "staff": (ANNA,)}
    wished = replace(task.request, day=thursday)
    move_call(world.visit(), task.id, wished, now=MONDAY + timedelta(minutes=5), **ports)
    assert promises(world) == [(thursday, DaySlot.MORNING)]


def test_after_three_they_hear_how_to_ask_again_and_nothing_is_promised_any_more(world):
    world.register()
    task = asked(world)
    for _ in range(MOST_TRIES):
        world.now += timedelta(days=1)
        told = said(world, CallOutcome.NOBODY, world.matter().tasks[task.id])
    assert told.next is CallNext.ASK_AGAIN and world.matter().tasks[task.id].done_at
    assert (MessageKind.REPLY, "talk") in letters(world)


def test_a_number_they_mistyped_is_forgotten_and_they_hear_how_to_ask_again(world):
    world.register()
    task = asked(world, phone="+4915799999999")
    told = said(world, CallOutcome.WRONG_NUMBER, task)
    assert told.next is CallNext.ASK_AGAIN and world.matter().tasks[task.id].done_at
    assert hash_point("+4915799999999") in world.matter().debtor.blocked
    assert NUMBER in {p.value for p in world.matter().debtor.points}


def test_what_is_no_call_has_no_outcome(world):
    world.register()
    assert said(world, CallOutcome.SETTLED, replace(asked(world), id="t-none")).because == "not_found"
    assert TaskKind.CALL_BACK in {task.kind for task in world.matter().tasks.values()}


def test_a_number_typed_as_it_is_dialled_at_home_is_the_one_we_know(world):
    world.register()
    task = asked(world, phone="01713920012")
    assert said(world, CallOutcome.NOT_AGAIN, task).next is CallNext.SILENT
    assert {p.state for p in world.matter().debtor.points if p.value == NUMBER} == {PointState.OPTED_OUT}
    assert world.store.silence("nordlicht", hash_point(NUMBER)).stopped == ("K-501",)


# What its page was drawn for


def moved(world, at=timedelta(minutes=5)):
    """Its debtor moves it to the evening and gives their right number, while an agent has its page open."""
    wished = replace(ASKED, slot=DaySlot.EVENING, phone=OTHER)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    return move_call(world.visit(), world.asked.id, wished, now=world.now + at, **ports)


@pytest.fixture
def waiting(world):
    world.register()
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": world.now}
    world.asked = ask_for_help(world.visit(), ASKED, **ports)
    return world


@pytest.mark.parametrize("outcome", CallOutcome)
def test_what_came_of_a_call_that_its_debtor_moved_since_changes_nothing(waiting, outcome):
    moved(waiting)
    before = dict(waiting.store.items)
    assert said(waiting, outcome, waiting.asked).because == "moved"
    assert dict(waiting.store.items) == before


@pytest.mark.parametrize("outcome", CallOutcome)
def test_nor_where_they_move_it_at_that_very_moment(waiting, outcome):
    waiting.store.meanwhile = [lambda: moved(waiting)]
    assert said(waiting, outcome, waiting.asked).because == "moved"
    held = waiting.matter().tasks[waiting.asked.id]
    assert (held.request.phone, held.tries, held.done_at) == (OTHER, 0, None)
    assert waiting.matter().debtor.blocked == ()


def test_whoever_does_not_hold_a_call_notes_nothing_of_it(waiting):
    task = waiting.matter().tasks[waiting.asked.id]
    waiting.store.commit("nordlicht", Commit((), tasks=(replace(task, owner="anna", owned_at=NOW),)))
    before = dict(waiting.store.items)
    assert said(waiting, CallOutcome.NOT_AGAIN, by="cem", task=waiting.asked).because == "held_by_another"
    assert dict(waiting.store.items) == before
    assert said(waiting, CallOutcome.THINKS, by="anna", task=waiting.asked).next
