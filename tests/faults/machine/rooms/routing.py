"""What waits is given to somebody, taken, handed on, gathered up, and answered elsewhere."""

from dataclasses import replace
from datetime import timedelta

from chalicelib import wiring
from chalicelib.adapters.dynamo import keys
from chalicelib.adapters.dynamo.commits import item_of
from chalicelib.domain.centre import CentreSettings
from chalicelib.domain.presence import Presence
from chalicelib.domain.staff import Role, Staff
from chalicelib.domain.task import FRONT_OFFICE, TaskKind
from chalicelib.ports import Commit

from ..scenario import scenario
from ..stage import Wakes, queued
from .asking import disputed, standing

ROUTING = "chalicelib.entrypoints.routing:routing"
ACTS = "tests.faults.machine.acts"


def person(stage, name, *, seen=True, **changes):
    """Somebody who works for this creditor, at the desk just now or an hour ago; of what they held in the worlds
    before this one they know nothing."""
    one = replace(Staff(name, name, "", (Role.AGENT,), (stage.creditor.id,)), **changes)
    now, elsewhere = wiring.clock(), wiring.task_lists().taken(name)
    for old in (waiting for waiting in elsewhere if waiting.creditor != stage.creditor.id):
        wiring.table().remove_attribute(keys.task_pointer(old.creditor, old.task), "due_shard")
    if seen:
        key = {part: {"S": value} for part, value in keys.hand(name).items()}
        wiring.table().client.delete_item(TableName=wiring.table().name, Key=key)
    wiring.table().put(item_of(keys.staff(one.id), one))
    here = Presence(one.id, now + timedelta(minutes=30) if seen else now - timedelta(hours=1))
    wiring.table().put(item_of(keys.presence(one.id), here))
    return one


def asked(stage):
    """A dispute waits for a person; (the task, what names it)."""
    disputed(stage)
    (task,) = (task for task in stage.matter().tasks.values() if task.done_at is None)
    return task, {"creditor": task.creditor, "debtor": task.debtor, "task": task.id}


def fact(name, task):
    detail = {"creditor": task.creditor, "claim": task.claim, "task": task.id}
    return queued(ROUTING, {"detail-type": name, "detail": detail})


def held(stage, task):
    return stage.matter().tasks[task.id]


def acts(what, **event):
    return Wakes(f"{ACTS}:{what}", event)


@scenario()
def what_waits_is_given_to_who_is_there(stage):
    task, _ = asked(stage)
    one = person(stage, "anna")
    yield fact("TaskOpened", task)
    assert held(stage, task).owner == one.id


@scenario()
def whoever_has_room_again_is_given_the_next(stage):
    task, ids = asked(stage)
    one = person(stage, "anna")
    yield acts("room_again", staff=one.id)
    assert held(stage, task).owner == one.id


@scenario()
def somebody_takes_one(stage):
    task, ids = asked(stage)
    one = person(stage, "anna")
    yield acts("take", staff=one.id, **ids)
    assert held(stage, task).owner == one.id


@scenario()
def somebody_asks_for_the_next(stage):
    task, _ = asked(stage)
    one = person(stage, "anna")
    yield acts("next_one", staff=one.id)
    assert held(stage, task).owner == one.id


@scenario()
def somebody_gives_it_back(stage):
    task, ids = asked(stage)
    one = person(stage, "anna")
    acts("take", staff=one.id, **ids).wake()
    yield acts("give_back_one", staff=one.id, **ids)
    assert held(stage, task).owner == FRONT_OFFICE and held(stage, task).left_by == (one.id,)


@scenario()
def somebody_hands_it_on_to_a_colleague(stage):
    task, ids = asked(stage)
    one, other = person(stage, "anna", roles=(Role.LEAD,)), person(stage, "bernd")
    acts("take", staff=one.id, **ids).wake()
    yield acts("hand_one_on", staff=one.id, to=other.id, **ids)
    assert held(stage, task).owner == other.id


@scenario()
def somebody_hands_it_on_to_a_skill(stage):
    task, ids = asked(stage)
    one = person(stage, "anna", roles=(Role.LEAD,))
    person(stage, "bernd", skills=(TaskKind.OFFER,))
    acts("take", staff=one.id, **ids).wake()
    yield acts("hand_one_on", staff=one.id, skill=TaskKind.OFFER.value, **ids)
    assert held(stage, task).is_free and held(stage, task).skill is TaskKind.OFFER


@scenario()
def what_the_vanished_hold_goes_back(stage):
    task, ids = asked(stage)
    one = person(stage, "anna")
    acts("take", staff=one.id, **ids).wake()
    person(stage, "anna", seen=False)
    yield acts("gather")
    assert held(stage, task).is_free and wiring.presences().hand(one.id).holds == ()


@scenario()
def a_minute_gives_what_waits(stage):
    task, _ = asked(stage)
    one = person(stage, "anna")
    yield acts("minute")
    assert held(stage, task).owner == one.id


@scenario()
def a_task_goes_to_a_contact_centre(stage):
    task, ids = centred(stage)
    yield acts("hand_over", **ids)
    assert held(stage, task).owner == "centre:there" and held(stage, task).reference


@scenario()
def a_contact_centre_refuses_it(stage):
    task, ids = centred(stage)
    yield acts("hand_over", refuses=True, **ids)
    assert held(stage, task).is_free and held(stage, task).left_by == ("centre:there",)


@scenario()
def a_contact_centre_answers_and_closes(stage):
    task, ids = centred(stage, called(stage))
    acts("hand_over", **ids).wake()
    yield acts("hear", at=wiring.clock().isoformat(), **ids)
    assert held(stage, task).done_at and words_from_there(task) == ["Guten Tag"]


@scenario()
def a_contact_centre_answers_what_the_desk_concludes(stage):
    task, ids = centred(stage)
    acts("hand_over", **ids).wake()
    yield acts("hear", at=wiring.clock().isoformat(), **ids)
    left = held(stage, task)
    assert left.is_free and left.answered_there and left.due_at == task.due_at and left.done_at is None
    assert words_from_there(task) == ["Guten Tag"] and stage.again().dispute


@scenario()
def a_contact_centre_forgets(stage):
    task, ids = centred(stage)
    acts("hand_over", **ids).wake()
    card = replace(stage.matter().debtor, restricted_at=wiring.clock())
    done = replace(held(stage, task), done_at=wiring.clock())
    wiring.store().commit(task.creditor, Commit((), debtor=card, tasks=(done,)))
    yield acts("forget_them_there", **ids)
    assert held(stage, task).forgotten_there


def words_from_there(task):
    said = wiring.store().talk(task.creditor, task.debtor)[1]
    return [one.words for one in said if one.who == "centre:there"]


def called(stage):
    """Somebody asks to be called; (the task, what names it)."""
    reader = standing(stage)
    reader.press(reader.get("talk"), "/talk", slot="morning", phone="0171 3920012")
    (task,) = (task for task in stage.matter().tasks.values() if task.done_at is None)
    return task, {"creditor": task.creditor, "debtor": task.debtor, "task": task.id}


def centred(stage, waits=None):
    task, ids = waits or asked(stage)
    settings = wiring.store().fresh_creditor(stage.creditor.id)
    wiring.store().commit(settings.id, Commit((), creditor=replace(settings, centre=CentreSettings("there"))))
    return task, ids
