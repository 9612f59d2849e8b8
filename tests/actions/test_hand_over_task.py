"""A creditor's own contact centre: a task is handed over once, and what is said there comes back once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.hand_over_task import HandedOver, hand_over_task
from chalicelib.actions.hear_centre import Heard, hear_centre
from chalicelib.actions.route_task import route_task
from chalicelib.domain.centre import CentreSettings, CentreWord
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.task import FRONT_OFFICE, TaskKind
from tests.actions.routing import asks, held, switchboard
from tests.builders import NOW, agent
from tests.fakes.store import FakeTaskLists
from tests.fakes.world import POLICIES, STRATEGIES

LATER = NOW + timedelta(minutes=30)


class Centre:
    """A contact centre in memory: `troubles` is what the next hand-overs end in, after they were noted."""

    key, needs = "there", ()

    def __init__(self):
        self.told, self.troubles = {}, []

    def hand_over(self, told, settings):
        self.told[told.task] = told
        if self.troubles:
            raise self.troubles.pop(0)
        return f"ref-{told.task}"

    def notices(self, creditor, body, headers):
        return ()

    def word_in(self, notice):
        return None


@pytest.fixture
def centre(world):
    world.open(centre=CentreSettings("there"))
    return Centre()


def hand_over(world, centre, task, now=NOW):
    ports = {"centres": {centre.key: centre}, "store": world.store, "now": now}
    return hand_over_task(task.creditor, task.debtor, task.id, **ports)


def hear(world, word, now=LATER):
    return hear_centre(
        word,
        lists=FakeTaskLists(world.store),
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now,
    )


def word(task, words="Guten Tag", number=1, **changes):
    at = NOW + timedelta(minutes=number)
    return replace(CentreWord(f"w{number}", "nordlicht", task.id, words, False, "Jule", at), **changes)


def said(world, task):
    return [(one.by, one.who, one.words) for one in world.store.talk("nordlicht", task.debtor)[1]]


def test_a_task_is_handed_over_once_under_its_id_without_the_debtors_name(world, centre):
    task = asks(world)
    assert hand_over(world, centre, task) is HandedOver.THERE
    assert hand_over(world, centre, task) is HandedOver.THERE
    (told,) = centre.told.values()
    assert (told.task, told.words, told.name) == (task.id, task.request.words, None)
    assert (held(world, task).owner, held(world, task).reference) == ("centre:there", f"ref-{task.id}")
    assert len(world.store.named(FactName.TASK_TAKEN)) == 1


def test_the_name_is_told_where_the_settings_allow_it(world, centre):
    world.open(centre=CentreSettings("there", names=True))
    hand_over(world, centre, task := asks(world))
    assert centre.told[task.id].name == "Marta Lindqvist"


def test_after_a_trouble_it_is_told_again_under_the_same_id(world, centre):
    centre.troubles = [Retry("cut")]
    task = asks(world)
    with pytest.raises(Retry):
        hand_over(world, centre, task)
    assert (held(world, task).owner, held(world, task).reference) == ("centre:there", None)
    assert hand_over(world, centre, task) is HandedOver.THERE
    assert list(centre.told) == [task.id] and held(world, task).reference


def test_what_it_refuses_is_answered_at_the_desk(world, centre):
    centre.troubles = [Permanent("no")]
    task = asks(world)
    assert hand_over(world, centre, task) is HandedOver.REFUSED
    assert held(world, task).owner == FRONT_OFFICE
    assert hand_over(world, centre, task) is HandedOver.HERE
    board = switchboard(world, agent())
    assert route_task(*where(task), board=board, now=NOW).fit.staff == "anna"


def where(task):
    return task.creditor, task.debtor, task.id


def test_a_kind_it_does_not_take_is_answered_at_the_desk_and_the_others_are_not(world, centre):
    world.open(centre=CentreSettings("there", (TaskKind.DISPUTE,)))
    board, task = switchboard(world, agent()), asks(world)
    assert hand_over(world, centre, task) is HandedOver.HERE
    assert route_task(*where(task), board=board, now=NOW).fit
    world.open(centre=CentreSettings("there", (TaskKind.CALL_BACK,)))
    other = asks(world, 2)
    assert route_task(*where(other), board=board, now=NOW).fit is None
    assert hand_over(world, centre, other) is HandedOver.THERE


def test_what_their_agent_writes_is_said_to_the_debtor_once(world, centre):
    hand_over(world, centre, task := asks(world))
    assert hear(world, word(task)) is Heard.SAID
    assert hear(world, word(task), LATER + timedelta(hours=1)) is Heard.KNOWN
    assert said(world, task) == [(Speaker.PERSON, "centre:there", "Guten Tag")]
    assert len([one for one in world.contacts(debtor=task.debtor) if one.kind == "answer"]) == 1
    assert held(world, task).done_at is None


def test_words_of_the_same_second_are_all_said_however_many(world, centre):
    hand_over(world, centre, task := asks(world))
    at = NOW + timedelta(minutes=1)
    for number in range(8):
        assert hear(world, word(task, f"Wort {number}", id=f"w{number}", at=at)) is Heard.SAID
    assert {words for *_, words in said(world, task)} == {f"Wort {number}" for number in range(8)}


def test_words_out_of_order_stand_in_order_of_when_they_were_said(world, centre):
    hand_over(world, centre, task := asks(world))
    assert hear(world, word(task, "zwei", 2)) is Heard.SAID
    assert hear(world, word(task, "eins", 1)) is Heard.SAID
    assert [words for _, _, words in said(world, task)] == ["eins", "zwei"]


def test_closed_there_it_is_done_here_and_a_late_word_still_reaches_the_debtor(world, centre):
    hand_over(world, centre, task := asks(world))
    assert hear(world, word(task, "", 9, closes=True)) is Heard.CLOSED
    assert hear(world, word(task, "", 9, closes=True)) is Heard.KNOWN
    assert held(world, task).done_at == LATER
    assert hear(world, word(task)) is Heard.SAID
    assert hear(world, word(task)) is Heard.KNOWN
    assert len(said(world, task)) == 1 and held(world, task).done_at == LATER


def test_a_word_of_no_task_of_theirs_changes_nothing(world, centre):
    task = asks(world)
    before = dict(world.store.items)
    assert hear(world, word(task)) is Heard.KNOWN
    assert hear(world, replace(word(task), task="t-none")) is Heard.UNPLACED
    assert dict(world.store.items) == before
