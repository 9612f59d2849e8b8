"""Calls at the desk, a link that is sent meanwhile, and complaints."""

from chalicelib import wiring
from chalicelib.domain.calling import MOST_TRIES
from chalicelib.domain.contact import MessageKind

from ..scenario import scenario
from ..stage import Wakes
from .asking import standing
from .desk import matter_of, open_task, somebody


def called_back(stage):
    """The desk of somebody who is to call a debtor back."""
    reader = standing(stage)
    reader.press(reader.get("talk"), "/talk", slot="morning", phone="0171 3920012")
    return somebody(stage)


def said(stage, desk, **fields):
    page = f"{matter_of(stage)}/call/{open_task(stage).id}"
    return stage.press(desk, desk.get(page), open_task(stage).id, step="outcome", **fields)


@scenario()
def a_call_reached_them(stage):
    desk = called_back(stage)
    (task,) = stage.matter().tasks
    yield said(stage, desk, outcome="settled", tries="0")
    assert stage.matter().tasks[task].done_at


@scenario()
def nobody_answered_a_call(stage):
    desk = called_back(stage)
    yield said(stage, desk, outcome="nobody", tries="0")
    assert 0 < open_task(stage).tries < MOST_TRIES


@scenario()
def a_call_was_a_wrong_number(stage):
    desk = called_back(stage)
    (task,) = stage.matter().tasks
    yield said(stage, desk, outcome="wrong_number", tries="0")
    assert stage.matter().tasks[task].done_at and len(stage.matter().debtor.blocked) == 1


@scenario()
def somebody_does_not_want_to_be_called(stage):
    desk = called_back(stage)
    task = open_task(stage)
    yield said(stage, desk, outcome="not_again", tries="0")
    assert stage.matter().tasks[task.id].done_at
    assert wiring.store().silence(task.creditor, wiring.hash_point(task.request.phone)).stopped


@scenario()
def a_link_is_sent_while_they_talk(stage):
    desk = called_back(stage)
    task = open_task(stage).id
    page = desk.get(f"{matter_of(stage)}/call/{task}")
    yield stage.press(desk, page, task, step="link", by="email", tries="0")
    assert MessageKind.NEW_LINK in {c.kind for c in stage.matter().contacts.values()}


@scenario()
def a_complaint_is_answered(stage):
    reader = standing(stage)
    reader.press(reader.get("complain"), "/complain", words="Drei Nachrichten an einem Tag.")
    task = open_task(stage)
    desk = somebody(stage)
    desk.press(desk.get(matter_of(stage)), "take", task=task.id)
    owner = open_task(stage).owner
    ids = {"creditor": task.creditor, "debtor": task.debtor, "task": task.id, "by": owner}
    yield Wakes("tests.faults.machine.acts:answers_complaint", ids)
    assert stage.matter().tasks[task.id].done_at
    assert len(wiring.store().talk(task.creditor, task.debtor)[1]) == 1
