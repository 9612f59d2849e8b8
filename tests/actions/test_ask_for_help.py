"""Asking for a person: one Task, a due time, and no reminders meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.decision import Wait
from chalicelib.domain.errors import BrokenRule, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.task import FRONT_OFFICE, DaySlot, HelpRequest
from tests.builders import NOW
from tests.fakes.world import POLICIES

REQUEST = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", "+491713920012")
BERLIN = ZoneInfo("Europe/Berlin")


def ask(world, request=REQUEST, now=NOW, **visit):
    return ask_for_help(
        world.visit(**visit),
        request,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        now=now,
    )


def test_a_task_with_its_due_time_and_a_hold_are_kept_together(world):
    world.register()
    task = ask(world)
    assert (task.owner, task.request, task.claim) == (FRONT_OFFICE, REQUEST, "R-1001")
    assert task.due_at == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert world.store.tasks("nordlicht") == (replace(task, version=1),)
    (hold,) = world.claim().holds
    assert (hold.kind, hold.source, hold.until) == (HoldKind.TASK_OPEN, task.id, None)
    (fact,) = world.store.named(FactName.TASK_OPENED)
    assert dict(fact.about) == {"claim": "R-1001", "task": task.id}


def test_while_the_task_is_open_nobody_reminds(world):
    world.register()
    contact = world.planned()
    ask(world)
    world.send(contact)
    assert world.email.sent == world.sms.sent == []
    (later,) = (c for c in world.contacts() if c.due_at > contact.due_at)
    assert isinstance(later.decisions[-1], Wait) and later.decisions[-1].because == "task_open"


def test_P2_pressed_twice_it_is_one_task(world):
    world.register()
    assert ask(world).id == ask(world, now=NOW + timedelta(hours=3)).id
    assert len(world.store.tasks("nordlicht")) == 1
    assert len(world.store.named(FactName.TASK_OPENED)) == 1


def test_within_a_day_means_the_debtors_day(world):
    world.register()
    before = datetime(2026, 11, 24, 0, 30, tzinfo=BERLIN).astimezone(UTC)  # still Monday in UTC
    after = datetime(2026, 11, 24, 8, 0, tzinfo=BERLIN).astimezone(UTC)
    ask(world, now=before)
    ask(world, now=after)
    assert len(world.store.tasks("nordlicht")) == 1
    ask(world, now=after + timedelta(days=1))
    assert len(world.store.tasks("nordlicht")) == 2


def test_other_words_are_another_task(world):
    world.register()
    ask(world)
    ask(world, HelpRequest("Noch etwas.", DaySlot.EVENING, "de", None))
    assert len(world.store.tasks("nordlicht")) == 2


def test_somebody_answers_on_the_next_day_that_is_not_quiet(world):
    world.register()
    saturday = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
    assert ask(world, now=saturday).due_at == datetime(2026, 12, 7, 20, 0, tzinfo=BERLIN)
    christmas_eve = datetime(2026, 12, 24, 11, 0, tzinfo=UTC)
    assert ask(world, now=christmas_eve).due_at == datetime(2026, 12, 28, 20, 0, tzinfo=BERLIN)


def test_a_claim_that_changes_at_the_same_moment_is_read_again(world):
    world.register()
    contact = world.planned()
    world.store.meanwhile.append(lambda: world.send(contact))
    ask(world)
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.TASK_OPEN]


def test_a_claim_that_keeps_changing_is_told_so(world):
    world.register()
    world.store.meanwhile += [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")] * 5
    with pytest.raises(Retry):
        ask(world)


@pytest.mark.parametrize("wrong", [{"of": "unknown"}, {"debtor": "K-404"}, {"claim": "R-404"}])
def test_a_visit_to_what_is_not_there_asks_nobody(world, wrong):
    world.register()
    with pytest.raises(BrokenRule, match="not_found"):
        ask(world, **wrong)
    assert world.store.tasks("nordlicht") == ()


def test_it_is_acknowledged_in_the_language_it_was_asked_in(world):
    """Their letters are in German; whoever asks in Turkish is answered in Turkish."""
    world.register(language="de")
    ask(world, replace(REQUEST, words="Beni arayin.", language="tr"))
    (noted,) = (c for c in world.contacts() if c.kind is MessageKind.NOTED)
    world.send(noted)
    ((_, message, _),) = [*world.email.sent, *world.sms.sent]
    assert message.language == "tr"
