"""A creditor's own contact centre: a task is handed over once, and what is said there comes back once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.forget_there import forget_there
from chalicelib.actions.hand_on import give_back_task, hand_on
from chalicelib.actions.hand_over_task import HandedOver, hand_over_task
from chalicelib.actions.hear_centre import Heard, hear_centre
from chalicelib.actions.open_task import open_task
from chalicelib.actions.route_task import route_task
from chalicelib.domain.centre import ENDED_BY_ANSWER, CentreSettings, CentreWord, called_by, told_to
from chalicelib.domain.contact import ContactState
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.staff import Role
from chalicelib.domain.task import FRONT_OFFICE, TaskKind
from chalicelib.ports import Commit
from tests.actions.routing import asks, held, switchboard
from tests.builders import NOW, agent
from tests.fakes.store import FakeTaskLists
from tests.fakes.world import POLICIES, STRATEGIES

LATER = NOW + timedelta(minutes=30)


class Centre:
    """A contact centre in memory: `troubles` is what the next hand-overs end in, after they were noted."""

    key, needs = "there", ()

    def __init__(self):
        self.told, self.troubles, self.forgotten = {}, [], []

    def hand_over(self, told, settings):
        self.told[told.task] = told
        if self.troubles:
            raise self.troubles.pop(0)
        return f"ref-{told.task}"

    def forget(self, task, settings):
        if self.troubles:
            raise self.troubles.pop(0)
        self.forgotten.append(task.id)

    def notices(self, creditor, body, headers, now):
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
        assert hear(world, word(task, f"Wort {number}", number, at=at)) is Heard.SAID
    assert {words for *_, words in said(world, task)} == {f"Wort {number}" for number in range(8)}


def test_a_word_is_known_by_its_id_whatever_its_time_says(world, centre):
    """Some notices tell no time, or one that is ahead of ours: then it was heard at another moment each time."""
    hand_over(world, centre, task := asks(world))
    for number, changes in enumerate(({"at": None}, {"at": NOW + timedelta(days=2)}), 1):
        one = word(task, f"Guten Tag {number}", number, **changes)
        assert hear(world, one) is Heard.SAID
        assert hear(world, one, LATER + timedelta(minutes=number)) is Heard.KNOWN
    assert len(said(world, task)) == 2
    assert len([one for one in world.contacts(debtor=task.debtor) if one.kind == "answer"]) == 2


def test_the_same_words_under_another_id_are_said_again(world, centre):
    hand_over(world, centre, task := asks(world))
    moment = NOW + timedelta(minutes=3)
    assert hear(world, word(task, "Ja.", 1, at=moment)) is Heard.SAID
    assert hear(world, word(task, "Ja.", 2, at=moment)) is Heard.SAID
    assert [words for _, _, words in said(world, task)] == ["Ja.", "Ja."]


def test_after_a_crash_between_writing_and_sending_it_is_sent_and_not_said_twice(world, centre):
    hand_over(world, centre, task := asks(world))
    world.scheduler.trouble = [Retry("no answer")]
    with pytest.raises(Retry):
        hear(world, word(task, at=None))
    assert [words for _, _, words in said(world, task)] == ["Guten Tag"]
    (letter,) = (one for one in world.contacts(debtor=task.debtor) if one.kind == "answer")
    assert letter.id not in world.scheduler.planned
    assert hear(world, word(task, at=None), LATER + timedelta(minutes=5)) is Heard.KNOWN
    assert letter.id in world.scheduler.planned and letter.state is ContactState.PLANNED
    assert len(said(world, task)) == 1


@pytest.mark.parametrize("order", [(0, 1, 0, 1), (1, 0, 1, 0), (1, 1, 0, 0), (0, 0, 1, 1)])
def test_a_word_and_a_closing_in_any_order_and_told_again_are_one_of_each(world, centre, order):
    hand_over(world, centre, task := asks(world))
    told = (word(task, at=None), word(task, "", 9, closes=True))
    for minute, which in enumerate(order):
        hear(world, told[which], LATER + timedelta(minutes=minute))
    assert len(said(world, task)) == 1 and held(world, task).done_at
    assert len([one for one in world.contacts(debtor=task.debtor) if one.kind == "answer"]) == 1
    assert len(world.store.named(FactName.TASK_DONE)) == 1


def opens(world, kind):
    """A task of this kind, as its debtor's wish opened it."""
    world.register()
    claim = world.claim()
    opened = open_task(world.matter(), claim, kind, policy=POLICIES["DE"], now=NOW, words="Das stimmt nicht.")
    world.store.commit("nordlicht", Commit((opened.fact,), claims=(opened.claim,), tasks=(opened.task,)))
    return opened.task


@pytest.mark.parametrize("kind", [kind for kind in TaskKind if kind not in ENDED_BY_ANSWER])
def test_what_only_the_desk_may_conclude_waits_there_when_it_is_closed_elsewhere(world, centre, kind):
    hand_over(world, centre, task := opens(world, kind))
    paused = world.claim().holds
    assert hear(world, word(task, "Wir prüfen das.", closes=True)) is Heard.LEFT
    left = held(world, task)
    assert (left.owner, left.done_at, left.due_at) == (FRONT_OFFICE, None, task.due_at)
    assert left.answered_there == NOW + timedelta(minutes=1) and left.reference
    assert world.claim().holds == paused
    assert said(world, task) == [(Speaker.PERSON, "centre:there", "Wir prüfen das.")]
    assert len(world.store.named(FactName.TASK_FREED)) == 1 and not world.store.named(FactName.TASK_DONE)
    (waits,) = FakeTaskLists(world.store).free("nordlicht", 9)
    assert (waits.task, waits.answered_there) == (task.id, left.answered_there)
    # Told again nothing changes, it does not go there a second time, and a late word still reaches the debtor.
    assert hear(world, word(task, "Wir prüfen das.", closes=True)) is Heard.KNOWN
    assert hand_over(world, centre, task) is HandedOver.HERE
    assert hear(world, word(task, "Danke.", 2)) is Heard.SAID
    assert held(world, task).owner == FRONT_OFFICE and len(said(world, task)) == 2


@pytest.mark.parametrize("kind", sorted(ENDED_BY_ANSWER))
def test_what_asks_for_an_answer_alone_is_ended_by_it(world, centre, kind):
    hand_over(world, centre, task := opens(world, kind))
    assert hear(world, word(task, closes=True)) is Heard.CLOSED
    assert held(world, task).done_at == LATER and held(world, task).answered_there is None


def test_what_a_lead_took_away_from_there_is_not_closed_there_and_does_not_go_back(world, centre):
    hand_over(world, centre, task := asks(world))
    lead = agent(roles=(Role.AGENT, Role.LEAD))
    board = switchboard(world, lead)
    hand_on(lead, *where(task), lead, board=board, now=NOW)
    assert hear(world, word(task, closes=True)) is Heard.KNOWN
    assert held(world, task).owner == lead.id and held(world, task).done_at is None and not said(world, task)
    assert hand_over(world, centre, task) is HandedOver.HERE


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


def forget(world, centre, task, now=LATER):
    ports = {"centres": {centre.key: centre}, "store": world.store, "now": now}
    return forget_there(task.creditor, task.debtor, **ports)


def rewrite(world, task, **changes):
    """Their card, as the night left it."""
    card = replace(world.matter(task.creditor, task.debtor).debtor, **changes)
    world.store.commit(task.creditor, Commit((), debtor=card))


def test_whoever_is_forgotten_is_forgotten_there_once(world, centre):
    hand_over(world, centre, task := asks(world))
    assert forget(world, centre, task) == () and centre.forgotten == []
    rewrite(world, task, erased_at=LATER)
    assert forget(world, centre, task) == forget(world, centre, task) == ()
    assert centre.forgotten == [task.id] and held(world, task).forgotten_there == LATER


def test_of_somebody_restricted_it_forgets_what_is_answered_and_not_what_waits(world, centre):
    hand_over(world, centre, done := asks(world))
    hear(world, word(done, closes=True))
    request = replace(done.request, words="Und noch etwas.")
    second = open_task(
        world.matter(*where(done)[:2]),
        world.claim(done.claim, debtor=done.debtor),
        TaskKind.CALL_BACK,
        policy=POLICIES["DE"],
        now=LATER,
        request=request,
    )
    world.store.commit("nordlicht", Commit((), claims=(second.claim,), tasks=(second.task,)))
    hand_over(world, centre, second.task, LATER)
    rewrite(world, done, restricted_at=LATER)
    forget(world, centre, done)
    assert centre.forgotten == [done.id]
    hear(world, word(second.task, "", 5, closes=True))
    forget(world, centre, done)
    assert centre.forgotten == [done.id, second.task.id]


def test_where_it_does_not_answer_it_is_asked_again_until_it_has_forgotten(world, centre):
    hand_over(world, centre, task := asks(world))
    rewrite(world, task, erased_at=LATER)
    centre.troubles = [Retry("out of reach")]
    with pytest.raises(Retry):
        forget(world, centre, task)
    assert held(world, task).forgotten_there is None
    assert forget(world, centre, task) == () and centre.forgotten == [task.id]


def test_what_it_does_not_forget_is_named_for_a_person(world, centre):
    hand_over(world, centre, task := asks(world))
    rewrite(world, task, erased_at=LATER)
    centre.troubles = [Permanent("no")]
    assert forget(world, centre, task) == (task.id,)
    world.open(centre=CentreSettings("elsewhere"))
    assert forget(world, centre, task) == (task.id,)
    assert held(world, task).forgotten_there is None


class Next(Centre):
    """The contact centre that its creditor changes to; `calls` is by which name it is asked to forget."""

    key = "next"

    def __init__(self):
        super().__init__()
        self.calls = []

    def forget(self, task, settings):
        super().forget(task, settings)
        self.calls.append(task.reference)


def handed_to_the_next(world, centre):
    """Handed over, given back, and handed over to another after the creditor changed its contact centre."""
    hand_over(world, centre, task := asks(world))
    lead = agent(roles=(Role.AGENT, Role.LEAD))
    board = switchboard(world, lead)
    hand_on(lead, *where(task), lead, board=board, now=NOW)
    give_back_task(lead, *where(task), board=board, now=NOW)
    world.open(centre=CentreSettings("next"))
    return task, Next()


def test_each_contact_centre_that_was_told_has_to_forget_and_whom_nobody_can_ask_is_told_to_a_person(
    world, centre
):
    task, after = handed_to_the_next(world, centre)
    assert hand_over(world, after, task) is HandedOver.THERE
    assert told_to(held(world, task)) == ("next", "there")
    rewrite(world, task, erased_at=LATER)
    assert forget(world, after, task) == (task.id,), "the first one still has it"
    assert after.calls == [f"ref-{task.id}"] and held(world, task).forgotten_there is None
    # Named again, it is asked by what it calls the task itself.
    world.open(centre=CentreSettings("there"))
    assert forget(world, centre, task) == (task.id,) and centre.forgotten == [task.id]


def test_what_one_calls_it_is_not_taken_for_what_the_next_one_does(world, centre):
    task, after = handed_to_the_next(world, centre)
    after.troubles = [Retry("cut")]
    with pytest.raises(Retry):
        hand_over(world, after, task)
    cut = held(world, task)
    assert (cut.reference, called_by(cut, "next"), called_by(cut, "there")) == (None, None, f"ref-{task.id}")
    assert hand_over(world, after, task) is HandedOver.THERE
    assert called_by(held(world, task), "next") == called_by(held(world, task), "there") == f"ref-{task.id}"


def test_a_name_that_comes_late_is_kept_as_the_one_that_gave_it_calls_it(world, centre):
    """Taken away and handed to the next one while the first was still being told."""
    task = asks(world)

    class Slow(Centre):
        def hand_over(self, told, settings):
            super().hand_over(told, settings)
            now_held = held(world, task)
            back = replace(now_held, owner=FRONT_OFFICE, owned_at=None, left_by=(now_held.owner,))
            world.store.commit("nordlicht", Commit((), tasks=(back,)))
            world.open(centre=CentreSettings("next"))
            assert hand_over(world, Next(), task) is HandedOver.THERE
            return "of-the-first"

    assert hand_over(world, Slow(), task) is HandedOver.THERE
    assert called_by(held(world, task), "there") == "of-the-first"
    assert called_by(held(world, task), "next") == f"ref-{task.id}"


def test_what_was_told_there_while_its_debtor_was_forgotten_goes_again(world, centre):
    task = asks(world)

    class Slow(Centre):
        def hand_over(self, told, settings):
            rewrite(world, task, erased_at=NOW)
            return super().hand_over(told, settings)

    assert hand_over(world, Slow(), task) is HandedOver.FORGOTTEN
    assert forget(world, centre, task) == () and centre.forgotten == [task.id]
