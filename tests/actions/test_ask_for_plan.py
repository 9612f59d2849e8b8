"""An offer below the creditor's bounds is a task for a person, and nobody asks for money meanwhile."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.ask_for_plan import send_offer_to_a_person
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.task import TaskKind
from chalicelib.domain.terms import Wish
from tests.builders import NOW
from tests.fakes.world import POLICIES

SMALL = Wish(500, date(2026, 12, 1), 1)


def ask(world, wish=SMALL, words="", now=NOW, visit=None):
    return send_offer_to_a_person(
        visit or world.visit(),
        wish,
        words,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        now=now,
    )


@pytest.fixture
def owing(world):
    world.register()
    return world


def test_what_somebody_can_manage_lies_before_a_person_with_a_due_time(owing):
    task = ask(owing, words="Mehr geht gerade nicht.")
    assert (task.kind, task.wish, task.words) == (TaskKind.OFFER, SMALL, "Mehr geht gerade nicht.")
    assert task.due_at == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert owing.matter().tasks[task.id] == replace(task, version=1)
    assert [hold.kind for hold in owing.claim().holds] == [HoldKind.TASK_OPEN]
    assert len(owing.store.named(FactName.TASK_OPENED)) == 1


def test_who_can_manage_nothing_asks_all_the_same(owing):
    assert ask(owing, None).wish is None


def test_its_receipt_tells_when_a_person_answers(owing):
    task = ask(owing)
    (letter,) = (c for c in owing.contacts(ContactState.PLANNED) if c.kind is MessageKind.NOTED)
    assert letter.about == task.id and letter.id in owing.scheduler.planned


def test_P2_pressed_twice_it_is_one_task_and_another_wish_is_another(owing):
    assert ask(owing).id == ask(owing, now=NOW + timedelta(hours=2)).id
    assert len(owing.store.named(FactName.TASK_OPENED)) == 1
    assert ask(owing, replace(SMALL, amount=700)).id != ask(owing).id


def test_meanwhile_nobody_reminds(owing):
    reminder = owing.planned()
    ask(owing)
    owing.send(reminder)
    assert owing.email.sent == owing.sms.sent == []


def test_whoever_may_only_look_or_stands_elsewhere_asks_nobody(owing):
    for wrong in (owing.visit("R-404"), owing.visit(debtor="K-404"), replace(owing.visit(), scope=Scope.SEE)):
        with pytest.raises(BrokenRule, match="not_found"):
            ask(owing, visit=wrong)
