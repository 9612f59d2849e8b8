"""What is said in a hurry, beside the question, twice, or of another invoice is neither lost nor taken for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.converse import say
from chalicelib.domain.contact import ContactState
from chalicelib.domain.conversation import Learnt, Speaker
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from tests.fakes.world import POLICIES, World

from .test_converse import (
    GUIDE,
    HURRIED,
    METER,
    UNSURE,
    answered_by_person,
    answers,
    go_on,
    hear,
    owing,
    speak,
    talk,
    tasks,
    voices,
)
from .test_take_reply import written

UNKNOWN = "Warum ist mein Hund so traurig?"


def two_invoices():
    world = World()
    world.register()
    world.register(claim="R-1002", invoice_number="2026-4712")
    return world


def of(world, claim, words, after=None):
    """Words on the page of this claim, from whoever has seen all that was said, or nothing after `after`."""
    world.now += timedelta(minutes=1)
    said = talk(world)[1]
    seen = after if after is not None else said[-1].id if said else ""
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    visit = replace(world.visit(), claim=claim)
    say(visit, words, language="de", guide=GUIDE, **ports, now=world.now, after=seen)


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("Ich habe das am 12.11. schon bezahlt", None),
        ("Das ist nicht meine Rechnung, ich wohne seit 2019 nicht mehr dort", None),
        ("Bitte hören Sie auf, mir zu schreiben, das ist die 3. Nachricht", ("stop", "choices")),
        ("Ich will mit einem Menschen sprechen, ich habe schon 2 mal geschrieben", None),
    ],
)
def test_while_a_number_is_asked_for_another_matter_is_not_taken_for_it_though_it_has_one(words, leads):
    world = owing()
    speak(world, METER)
    go_on(world, words)
    head, said = talk(world)
    assert "meter_number" not in [one.key for one in head.learnt] and head.step != "meter_reading"
    if leads:
        assert said[-1].offers == leads and tasks(world) == []
    else:
        assert head.step == "asked_back" or tasks(world)


def test_a_stop_by_text_is_not_learnt_as_the_number_that_was_asked_for():
    world, sent = written()
    hear(world, sent, METER)
    world.now += timedelta(minutes=5)
    hear(world, sent, "Hören Sie auf, mir zu schreiben, das ist die 3. Nachricht", "in-2", at=world.now)
    assert talk(world)[0].learnt == ()


def test_a_number_in_few_words_is_still_the_answer():
    world = owing()
    speak(world, METER)
    go_on(world, "das ist die 1ESY1160123456 glaube ich")
    assert talk(world)[0].learnt == (Learnt("meter_number", "das ist die 1ESY1160123456 glaube ich"),)


def asked_by_a_person(world):
    """A person has asked something of whoever said the last words, and their task is done."""
    (task,) = tasks(world)
    answered_by_person(world, task)


def on_the_page_and_a_yes_by_text():
    world, sent = written()
    speak(world, UNSURE)
    world.now += timedelta(minutes=5)
    return world, lambda yes: hear(world, sent, yes, "in-9", at=world.now)


def by_text_and_eight_days_later():
    world, sent = written()
    hear(world, sent, UNSURE)
    world.now += timedelta(days=8)
    return world, lambda yes: hear(world, sent, yes, "in-9", at=world.now)


def by_a_text_that_left_after_it():
    world, sent = written()
    hear(world, sent, UNSURE)
    (letter,) = answers(world)
    late = replace(letter, state=ContactState.SENT, sent_at=world.now + timedelta(minutes=6))
    world.store.commit("nordlicht", Commit((), contacts=(late,)))
    at = world.now + timedelta(minutes=5)
    world.now += timedelta(minutes=10)
    return world, lambda yes: hear(world, sent, yes, "in-9", at=at)


def on_a_page_of_before():
    world = owing()
    speak(world, HURRIED)
    world.now += timedelta(minutes=1)
    return world, lambda yes: speak(world, yes, after="")


def by_a_person_before_the_help_spoke_of_another_invoice():
    world = two_invoices()
    of(world, "R-1001", UNKNOWN)
    asked_by_a_person(world)
    of(world, "R-1002", "Kann ich in Raten zahlen?")
    return world, lambda yes: of(world, "R-1001", yes)


@pytest.mark.parametrize("yes", ["ja", "ja, danke"])
@pytest.mark.parametrize(
    "asked",
    [
        on_the_page_and_a_yes_by_text,
        by_text_and_eight_days_later,
        by_a_text_that_left_after_it,
        on_a_page_of_before,
        by_a_person_before_the_help_spoke_of_another_invoice,
    ],
)
def test_a_yes_to_something_else_that_was_asked_is_a_persons_with_thanks_as_without(asked, yes):
    world, speaks = asked()
    before = {task.id for task in tasks(world)}
    speaks(yes)
    assert {task.id for task in tasks(world)} - before


def test_the_same_words_about_another_invoice_are_said_and_answered():
    world = two_invoices()
    for claim in ("R-1001", "R-1002"):
        of(world, claim, UNKNOWN, after="")
    assert {one.claim for one in talk(world)[1] if one.by is Speaker.DEBTOR} == {"R-1001", "R-1002"}
    assert {task.claim for task in tasks(world)} == {"R-1001", "R-1002"}
    of(world, "R-1002", UNKNOWN, after="")
    assert len(tasks(world)) == 2 and voices(world).count(Speaker.DEBTOR) == 2


def test_what_was_said_by_text_is_said_once_more_where_it_is_pressed_on_the_page():
    world, sent = written()
    speak(world, HURRIED)
    seen = talk(world)[1][-1].id
    world.now += timedelta(minutes=5)
    hear(world, sent, "Nein", "in-1", at=world.now)
    asked_by_a_person(world)
    count = len(talk(world)[1])
    world.now += timedelta(minutes=5)
    speak(world, "Nein", after=seen)
    assert len(talk(world)[1]) > count


def test_of_another_invoices_meter_everything_is_asked_anew():
    world = two_invoices()
    for words in (METER, "Nummer 1ESY1160123456", "4711 kWh", "gestern"):
        of(world, "R-1001", words)
    of(world, "R-1002", METER)
    head, said = talk(world)
    assert head.claim == "R-1002" and head.learnt == () and head.step == "meter_number"
    assert said[-1].by is Speaker.BOT and {task.claim for task in tasks(world)} == {"R-1001"}


def test_what_a_person_has_settled_is_asked_anew_when_it_comes_up_again():
    world = owing()
    for words in (METER, "Nummer 1ESY1160123456", "4711 kWh", "gestern"):
        go_on(world, words)
    asked_by_a_person(world)
    go_on(world, METER)
    assert talk(world)[0].learnt == () and talk(world)[0].step == "meter_number"


def test_who_was_led_to_a_page_about_one_invoice_is_led_there_about_the_other():
    world = two_invoices()
    for claim in ("R-1001", "R-1002"):
        of(world, claim, "Ich habe schon bezahlt")
    assert [one.offers for one in talk(world)[1] if one.by is Speaker.BOT] == [("sent",)] * 2
    assert tasks(world) == []


def test_one_word_too_many_takes_nobodys_help_away_while_a_person_is_awaited():
    world = owing()
    speak(world, UNKNOWN)
    go_on(world, "Kann ich in Raten zahlen?")
    (task,) = tasks(world)
    assert talk(world)[1][-1].offers == ("plan",) and "Raten" in task.words and not task.done_at
    go_on(world, "Kann ich in Raten zahlen?")
    assert voices(world)[-1] is Speaker.DEBTOR and len(tasks(world)) == 1
    # What has to be asked first is the person's to ask.
    go_on(world, METER)
    assert voices(world)[-1] is Speaker.DEBTOR and METER in tasks(world)[0].words


def test_where_a_person_is_talking_already_the_help_keeps_still():
    world = owing()
    speak(world, UNKNOWN)
    _, said = talk(world)
    spoke = replace(said[-1], id=f"{said[-1].id}-z", by=Speaker.PERSON, words="Was fehlt ihm denn?", offers=())
    world.store.commit("nordlicht", Commit((), said=(spoke,)))
    go_on(world, "Kann ich in Raten zahlen?")
    assert voices(world)[-1] is Speaker.DEBTOR and "Raten" in tasks(world)[0].words


def test_a_contact_centre_that_knows_only_what_it_was_told_is_told_of_it():
    world = owing()
    speak(world, UNKNOWN)
    (task,) = tasks(world)
    world.store.commit("nordlicht", Commit((), tasks=(replace(task, owner="centre:there"),)))
    go_on(world, "Kann ich in Raten zahlen?")
    assert voices(world)[-1] is Speaker.DEBTOR and len(tasks(world)) == 2


@pytest.mark.parametrize("nod", ["ja", "ok", "Ja, genau", "\U0001f44d"])
def test_a_nod_to_what_the_help_has_said_on_the_page_is_no_task_for_anybody(nod):
    world = owing()
    speak(world, "Danke!")
    go_on(world, nod)
    go_on(world, nod)
    assert tasks(world) == [] and voices(world) == [Speaker.DEBTOR, Speaker.BOT] * 3


@pytest.mark.parametrize("words", ["ja", "1", "nein"])
def test_a_yes_to_nothing_at_all_a_number_and_a_no_are_a_persons(words):
    world = owing()
    if words != "ja":
        speak(world, "Danke!")
    go_on(world, words)
    assert [task.kind for task in tasks(world)] == [TaskKind.REPLY]


def test_what_is_said_last_stands_in_a_task_that_is_full():
    world = owing()
    speak(world, "Warum? " * 560)
    go_on(world, "Bitte zuerst lesen, mein Vater ist im Krankenhaus und sein Hund ist traurig")
    assert tasks(world)[0].words.endswith("sein Hund ist traurig")
