"""A person answers: kept word for word, sent by the debtor's own channel, once, and by nobody but its holder."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.actions.answer_task import answer_task
from chalicelib.actions.ask_for_help import ask_for_help, complain
from chalicelib.actions.raise_dispute import add_to_dispute, raise_dispute
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.decision import Refused
from chalicelib.domain.dispute import DisputeState, Verdict
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.person import ActKind
from chalicelib.domain.task import DaySlot, HelpRequest
from tests.builders import NOW
from tests.fakes.world import POLICIES

from .desking import ANNA, BEN, LATER, WRONG, deciding, disputed, given, writing
from .test_converse import speak

WORDS = "Der Zählerstand stimmt mit dem Foto überein. Deshalb bleibt die Rechnung, wie sie ist."


def say(world, task, words=WORDS, by=ANNA, closes=True, now=LATER, **more):
    ports = deciding(world, now)
    return answer_task(
        "nordlicht", task.debtor, task.id, words, by=by, signed="Anna", closes=closes, **more, **ports
    )


def answers(world):
    return [c for c in world.contacts(ContactState.PLANNED) if c.kind is MessageKind.ANSWER]


def asked(world):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    world.register()
    request = HelpRequest("Bitte erklären Sie mir das.", DaySlot.MORNING, "de", "+491713920012")
    return given(world, ask_for_help(world.visit(), request, **ports).id)


def test_what_is_said_is_kept_and_goes_to_its_debtor(world):
    task = asked(world)
    say(world, task, closes=False)
    talk, (said,) = world.store.talk("nordlicht", task.debtor)
    assert (said.words, said.by, said.who, said.signed) == (WORDS, Speaker.PERSON, ANNA, "Anna")
    (letter,) = answers(world)
    assert (letter.about, letter.id) == (said.id, said.contact)
    assert letter.id in world.scheduler.planned
    assert talk.last_at == LATER


def test_an_answer_that_does_not_close_leaves_the_task_open_and_its_due_time_in_view(world):
    task = asked(world)
    assert say(world, task, closes=False).done_at is None
    assert world.matter().open_tasks("R-1001")[0].due_at == task.due_at
    assert not world.store.named(FactName.TASK_DONE)


def test_what_is_asked_back_waits_for_the_debtor_until_they_answer_and_belongs_to_the_same_task(world):
    task = disputed(world)
    say(world, task, words="Welche Zahl steht heute auf dem Zähler?", closes=False)
    assert world.matter().tasks[task.id].asks_since == LATER and world.matter().asked_back("R-1001")
    world.now = LATER + timedelta(hours=1)
    speak(world, "4711")
    (only,) = world.matter().tasks.values()
    assert only.asks_since is None and only.words.endswith("4711") and only.done_at is None
    assert not world.matter().asked_back("R-1001")


def test_more_words_about_an_objection_answer_what_was_asked_back_about_it(world):
    task = disputed(world)
    say(world, task, words="Haben Sie ein Foto?", closes=False)
    add_to_dispute(world.visit(), "Ja, es liegt bei.", **writing(world, LATER))
    assert not world.matter().asked_back("R-1001")


def test_an_answer_that_closes_waits_for_nobody(world):
    task = asked(world)
    say(world, task, closes=False)
    say(world, task, now=LATER + timedelta(hours=1))
    assert not world.matter().asked_back("R-1001")


def test_an_answer_that_closes_ends_the_pause_and_the_strategy_goes_on(world):
    task = asked(world)
    assert say(world, task).done_at == LATER
    assert world.claim().holds == ()
    assert world.store.named(FactName.TASK_DONE) and world.store.named(FactName.TASK_ANSWERED)


def test_pressed_twice_it_is_said_once(world):
    task = asked(world)
    say(world, task, closes=False)
    say(world, task, closes=False, now=LATER + timedelta(minutes=1))
    assert len(world.store.talk("nordlicht", task.debtor)[1]) == 1
    assert len(answers(world)) == 1


def test_the_same_words_an_hour_later_are_said_again(world):
    task = asked(world)
    say(world, task, closes=False)
    say(world, task, closes=False, now=LATER + timedelta(hours=1))
    assert len(world.store.talk("nordlicht", task.debtor)[1]) == 2


def test_the_same_words_with_which_it_is_to_end_end_it(world):
    task = disputed(world)
    say(world, task, closes=False)
    over = say(world, task, verdict=Verdict.REJECTED, now=LATER + timedelta(minutes=2))
    assert over.done_at and world.matter().disputes[task.about].verdict is Verdict.REJECTED


def test_the_same_words_about_something_else_are_said_about_that(world):
    first = asked(world)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    other = given(world, raise_dispute(world.visit(), WRONG, **ports).task)
    say(world, first)
    assert say(world, other, verdict=Verdict.REJECTED, now=LATER + timedelta(minutes=2)).done_at
    assert len(world.store.talk("nordlicht", first.debtor)[1]) == 2


def test_somebody_who_does_not_hold_it_cannot_answer(world):
    task = asked(world)
    refused = say(world, task, by=BEN)
    assert isinstance(refused, Refused) and refused.because == "not_yours"
    assert not world.store.talk("nordlicht", task.debtor)[1] and not answers(world)


def test_two_who_answer_at_once_are_one_answer(world):
    task = asked(world)
    world.store.meanwhile.append(lambda: say(world, task, words="Wir rufen morgen an."))
    refused = say(world, task)
    assert isinstance(refused, Refused) and refused.because == "done"
    assert [one.words for one in world.store.talk("nordlicht", task.debtor)[1]] == ["Wir rufen morgen an."]


def test_nothing_is_no_answer_and_there_is_none_to_what_is_not_there(world):
    task = asked(world)
    assert say(world, task, words="  ").because == "no_words"
    ports = deciding(world)
    gone = answer_task("nordlicht", task.debtor, "t-none", WORDS, by=ANNA, signed="Anna", closes=True, **ports)
    assert gone.because == "not_found"


def test_one_person_rejects_a_dispute_with_the_reason(world):
    task = disputed(world)
    say(world, task, verdict=Verdict.REJECTED)
    dispute = world.matter().disputes[task.about]
    assert (dispute.state, dispute.verdict, dispute.less) == (DisputeState.ANSWERED, Verdict.REJECTED, 0)
    assert world.claim().dispute is None
    assert not any(hold.kind is HoldKind.DISPUTE for hold in world.claim().holds)
    (letter,) = answers(world)
    assert letter.channel is ChannelKind.EMAIL


def test_a_dispute_is_not_closed_without_a_verdict_and_never_upheld_by_one_alone(world):
    task = disputed(world)
    assert say(world, task).because == "verdict"
    assert say(world, task, verdict=Verdict.UPHELD).because == "verdict"
    assert world.matter().disputes[task.about].state is DisputeState.OPEN


def test_whoever_wants_to_be_answered_on_the_page_is_not_written_to(world):
    task = disputed(world, replace(WRONG, answer_by=None))
    say(world, task, verdict=Verdict.REJECTED)
    assert not answers(world)
    assert [one.contact for one in world.store.talk("nordlicht", task.debtor)[1]] == [None]


def test_a_dispute_may_be_talked_about_before_it_is_decided(world):
    task = disputed(world)
    assert say(world, task, words="Von welchem Tag ist das Foto?", closes=False).done_at is None
    assert world.matter().disputes[task.about].state is DisputeState.OPEN


def test_a_complaint_is_not_closed_without_what_was_behind_it(world):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    world.register()
    task = given(world, complain(world.visit(), "Niemand ruft zurück.", **ports).id)
    assert say(world, task).because == "cause"
    assert say(world, task, closes=False).done_at is None


def test_who_said_it_is_written_down(world):
    task = asked(world)
    say(world, task)
    (act,) = [a for c in world.store.commits for a in c.acts]
    assert (act.by, act.what, act.about) == (ANNA, ActKind.ANSWER, task.id)
