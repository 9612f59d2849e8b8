"""What is said by any way is one conversation, each thing once; the dialogue takes its turn, or a person does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.answer_reply import Became
from chalicelib.actions.close_task import close_task
from chalicelib.actions.converse import MOST_TURNS, Guide, say
from chalicelib.actions.take_reply import take_reply
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.conversation import Learnt, Speaker
from chalicelib.domain.errors import BrokenRule, Retry, StaleVersion
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.reply_numbers import marked
from chalicelib.domain.task import FRONT_OFFICE, TaskKind
from chalicelib.ports import Commit
from chalicelib.presentation.dialogues import topics, words_of
from chalicelib.presentation.i18n import languages, locale
from tests.fakes.world import POLICIES, STRATEGIES, World

from .test_take_reply import reply, written

METER = "Der Zählerstand ist falsch abgelesen"
HURRIED = "ich brauch ne Ratenzahlung"
UNSURE = "Der Zählerstand auf der Rechnung ist falsch"


def says(key, language, day=None, title=""):
    words = locale(language)
    return words.text(key, day=day and words.weekday_date(day), title=title and words.text(title))


GUIDE = Guide(topics(), words_of, says, lambda debtor, creditor: debtor.language or "de")


def owing():
    world = World()
    world.register()
    return world


def talk(world):
    return world.store.talk("nordlicht", world.claim().debtor)


def speak(world, words, language="de", **more):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    visit = replace(world.visit(), **({"scope": more.pop("scope")} if "scope" in more else {}))
    return say(visit, words, language=language, guide=GUIDE, **ports, now=world.now, **more)


def hear(world, sent, text, name="in-1", **changes):
    return take_reply(
        reply(world, sent, text, name, **changes), ear=replace(world.ear, guide=GUIDE), now=world.now
    )


def voices(world):
    return [one.by for one in talk(world)[1]]


def answers(world):
    return [contact for contact in world.contacts() if contact.kind is MessageKind.ANSWER]


def tasks(world):
    return list(world.matter().tasks.values())


def answered_by_person(world, task):
    _, said = talk(world)
    spoke = replace(said[-1], id=f"{said[-1].id}-z", by=Speaker.PERSON, words="Guten Tag", reply=None)
    done = replace(task, done_at=world.now)
    world.store.commit("nordlicht", Commit((), said=(spoke,), tasks=(done,)))


def test_what_is_written_by_text_message_is_answered_there_with_one_question():
    world, sent = written()
    assert hear(world, sent, METER) is Became.ANSWERED
    (answer,), (head, said) = answers(world), talk(world)
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT] and tasks(world) == []
    assert (head.topic, head.step) == ("meter", "meter_number")
    assert (said[1].contact, answer.about, answer.channel) == (answer.id, said[1].id, sent.channel)
    assert said[0].reply == "in-1" and said[0].channel is sent.channel


def test_asked_and_answered_over_texts_a_person_gets_all_of_it():
    world, sent = written()
    for number, text in enumerate((METER, "Nummer 1ESY116012", "4711 kWh", "gestern")):
        became = hear(world, sent, text, f"in-{number}", at=world.now + timedelta(minutes=number))
    assert became is Became.ASKED
    (task,), (head, _) = tasks(world), talk(world)
    assert task.kind is TaskKind.REPLY and head.task == task.id and head.step is None
    assert [one.key for one in head.learnt] == ["meter_number", "meter_reading", "meter_day"]


def test_the_same_text_five_times_is_said_once():
    world, sent = written()
    assert {hear(world, sent, METER) for _ in range(5)} == {Became.ANSWERED, Became.KNOWN}
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT] and len(answers(world)) == 1


def test_a_stop_comes_before_any_dialogue_and_is_said_too():
    world, sent = written()
    assert hear(world, sent, "STOP") is Became.DONE
    assert voices(world) == [Speaker.DEBTOR] and answers(world) == []


def test_whoever_has_not_the_address_is_answered_by_a_person_alone():
    world, sent = written()
    assert hear(world, sent, METER, sender="+4915100000001") is Became.ASKED
    assert answers(world) == []


def test_what_is_said_on_the_page_and_by_text_is_one_conversation():
    world, sent = written()
    hear(world, sent, METER)
    world.now += timedelta(minutes=5)
    speak(world, "1ESY116012", after=talk(world)[1][-1].id)
    head, said = talk(world)
    assert head.step == "meter_reading" and [one.channel for one in said] == [
        sent.channel,
        sent.channel,
        None,
        None,
    ]


ENDS = ("stop", "choices")
STOPS = "Bitte hören Sie auf, mir zu schreiben"


def test_who_wants_no_more_messages_is_led_there_also_while_a_person_is_awaited_who_answers_all_the_same():
    world = owing()
    speak(world, "", to_person=True)
    world.now += timedelta(minutes=5)
    speak(world, STOPS)
    (task,), (head, said) = tasks(world), talk(world)
    assert said[-1].by is Speaker.BOT and said[-1].offers == ENDS
    assert STOPS in task.words and task.done_at is None and head.task == task.id
    world.now += timedelta(minutes=5)
    speak(world, f"{STOPS}.", after=said[-1].id)
    assert voices(world)[-1] is Speaker.DEBTOR  # said once more it is for the person


def test_the_bare_word_stop_on_the_page_leads_to_where_messages_end():
    world = owing()
    speak(world, "STOP")
    assert talk(world)[1][-1].offers == ENDS and tasks(world) == []


def test_a_stop_in_ones_own_words_by_text_gets_its_link_while_a_person_is_awaited():
    world, sent = written()
    hear(world, sent, "Warum ist mein Hund so traurig?")
    (task,) = tasks(world)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, STOPS, "in-2", at=world.now) is Became.ANSWERED
    (answer,), (only,) = answers(world), tasks(world)
    assert talk(world)[1][-1].contact == answer.id and talk(world)[0].task == task.id
    assert STOPS in only.words and only.done_at is None


def test_a_listed_stop_is_done_and_confirmed_while_a_person_is_awaited():
    world, sent = written()
    hear(world, sent, "Warum ist mein Hund so traurig?")
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "STOP", "in-2", at=world.now) is Became.DONE
    assert [c.about for c in world.contacts() if c.kind is MessageKind.REPLY] == ["stop"]
    assert [task.done_at for task in tasks(world)] == [None]


def test_who_moved_is_offered_the_page_of_their_addresses_and_a_person_changes_the_rest():
    world = owing()
    speak(world, "Ich bin umgezogen, neue Anschrift ist Lindenweg 4 in 34117 Kassel")
    assert talk(world)[1][-1].offers == ("points",) and "Lindenweg 4" in tasks(world)[0].words
    world = owing()
    speak(world, "Welche Daten haben Sie über mich gespeichert?")
    assert talk(world)[1][-1].offers == ("data", "stop") and tasks(world) == []


def test_while_a_person_is_at_it_the_dialogue_keeps_still_and_after_that_it_speaks_again():
    world = owing()
    speak(world, "", to_person=True)
    (task,) = tasks(world)
    world.now += timedelta(minutes=5)
    speak(world, METER)
    assert voices(world) == [Speaker.BOT, Speaker.DEBTOR] and METER in tasks(world)[0].words
    ids = (task.creditor, task.debtor, task.id)
    close_task(
        *ids,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=world.now,
    )
    world.now += timedelta(minutes=5)
    speak(world, "Kann ich in Raten zahlen?")
    assert voices(world)[-1] is Speaker.BOT and talk(world)[1][-1].offers == ("plan",)


def test_what_is_said_while_a_contact_centre_is_at_it_is_another_task_under_the_same_promise():
    """What it was told is all it knows: words added here would reach nobody."""
    world = owing()
    speak(world, "Guten Tag, ich brauche einen Menschen.", to_person=True)
    (task,) = tasks(world)
    world.store.commit("nordlicht", Commit((), tasks=(replace(task, owner="centre:there"),)))
    world.now += timedelta(minutes=5)
    speak(world, METER)
    speak(world, "", to_person=True)
    first, second = sorted(tasks(world), key=lambda one: one.opened_at)
    assert (first.words, second.words) == (task.words, METER) and second.owner == FRONT_OFFICE
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT, Speaker.DEBTOR]
    world.now += timedelta(minutes=5)
    speak(world, "Und noch etwas.")
    assert len(tasks(world)) == 2 and "Und noch etwas." in world.matter().tasks[second.id].words


def test_who_was_led_to_a_page_and_asks_again_gets_a_person():
    world = owing()
    speak(world, "Kann ich in Raten zahlen?")
    world.now += timedelta(minutes=1)
    speak(world, "Ich will Raten zahlen", after=talk(world)[1][-1].id)
    assert [task.kind for task in tasks(world)] == [TaskKind.REPLY]


def test_who_was_led_to_the_instalments_and_then_names_their_sum_is_led_there_with_it_and_not_given_away():
    world = owing()
    speak(world, "Kann ich in Raten zahlen?")
    go_on(world, "50 Euro im Monat könnte ich in Raten zahlen")
    assert talk(world)[1][-1].offers == ("plan",) and tasks(world) == []
    assert talk(world)[0].learnt == (Learnt("monthly", "50"),)
    go_on(world, "50 Euro im Monat könnte ich in Raten zahlen")
    assert [task.kind for task in tasks(world)] == [TaskKind.REPLY]


def go_on(world, words, **more):
    """The next words of somebody who has seen all that was said."""
    world.now += timedelta(minutes=1)
    _, said = talk(world)
    speak(world, words, after=said[-1].id if said else "", **more)


PLAIN = ("Kann ich in Raten zahlen?", "Ich möchte jetzt bezahlen")


def test_after_so_many_turns_a_person_takes_over():
    world = owing()
    for number in range(MOST_TURNS + 1):
        go_on(world, PLAIN[number % 2])
    assert len(tasks(world)) == 1 and voices(world).count(Speaker.BOT) == MOST_TURNS + 1


def test_what_is_not_plain_is_asked_back_by_the_name_of_its_page_and_nothing_else_happens():
    world = owing()
    speak(world, HURRIED)
    head, said = talk(world)
    assert (head.topic, head.step, head.learnt) == ("plan", "asked_back", ())
    assert "„In Raten bezahlen“?" in said[1].words and said[1].offers == () and "1:" not in said[1].words
    assert tasks(world) == [] and answers(world) == []


def test_a_yes_on_the_page_leads_there_once_however_often_it_is_pressed():
    world = owing()
    speak(world, HURRIED)
    last = talk(world)[1][-1].id
    world.now += timedelta(minutes=1)
    for _ in range(3):
        speak(world, "Ja", after=last)
    head, said = talk(world)
    assert said[-1].offers == ("plan",) and head.step is None and tasks(world) == []
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT] * 2


@pytest.mark.parametrize("answer", ["Nein, etwas anderes", "hm", HURRIED, ""])
def test_a_no_unclear_words_and_the_button_lead_to_a_person_with_all_that_was_said(answer):
    world = owing()
    speak(world, HURRIED)
    go_on(world, answer, to_person=not answer)
    (task,), (head, said) = tasks(world), talk(world)
    assert task.words == "\n\n".join(filter(None, (HURRIED, answer))) and task.kind is TaskKind.REPLY
    assert (head.task, head.step) == (task.id, None) and said[-1].offers == ()


@pytest.mark.parametrize("language", [code for code in languages() if code != "de-simple"])
def test_thanks_are_taken_in_every_language_and_nobody_is_asked_to_answer_them(language):
    world, known = owing(), words_of(language)
    for words in (known.thanks[0], f"{known.agrees[0]}, {known.thanks[0]}!", "\u2764\ufe0f"):
        world.now += timedelta(minutes=1)
        speak(world, words, language=language)
        assert tasks(world) == [] and voices(world)[-2:] == [Speaker.DEBTOR, Speaker.BOT]
    assert talk(world)[1][-1].words == says("dialogue.welcome", language)
    assert talk(world)[0] is None and world.claim().holds == ()


def test_thanks_by_text_are_kept_and_cost_nobody_another_message():
    world, sent = written()
    assert hear(world, sent, "Ok, vielen Dank \U0001f64f") is Became.DONE
    assert voices(world) == [Speaker.DEBTOR] and tasks(world) == answers(world) == []
    assert world.claim().holds == () and hear(world, sent, "Ok, vielen Dank \U0001f64f") is Became.KNOWN
    assert hear(world, sent, "Nein danke", "in-2") is Became.ASKED


def test_thanks_leave_what_was_asked_open_and_a_yes_beside_them_answers_it():
    world = owing()
    speak(world, UNSURE)
    world.now += timedelta(minutes=1)
    speak(world, "danke", after=talk(world)[1][-1].id)
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT, Speaker.DEBTOR] and tasks(world) == []
    speak(world, "ja danke", after=talk(world)[1][-1].id)
    assert talk(world)[0].step == "meter_number"


def test_thanks_for_a_persons_answer_are_kept_a_yes_to_it_is_theirs_and_so_are_thanks_while_they_are_awaited():
    world, sent = written()
    hear(world, sent, "Guten Tag")
    assert hear(world, sent, "danke", "in-2") is Became.ASKED
    (task,) = tasks(world)
    assert task.words == "Guten Tag\n\ndanke"
    answered_by_person(world, task)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "Danke sehr!", "in-3", at=world.now) is Became.DONE
    assert len(tasks(world)) == 1
    assert hear(world, sent, "ja danke", "in-4", at=world.now) is Became.ASKED
    assert len(tasks(world)) == 2


def test_thanks_taken_on_the_page_change_nothing_of_what_was_answered_before_them():
    world, sent = written()
    speak(world, "Warum ist mein Hund so traurig?")
    answered_by_person(world, *tasks(world))
    go_on(world, "Danke!")
    assert voices(world)[-1] is Speaker.BOT and len(tasks(world)) == 1
    go_on(world, "ja danke")
    assert len(tasks(world)) == 2, "a person may have asked for that yes"
    world = owing()
    speak(world, "Kann ich in Raten zahlen?")
    go_on(world, "danke")
    go_on(world, "Ich will Raten zahlen")
    assert [task.kind for task in tasks(world)] == [TaskKind.REPLY], "they were led there before"


def test_however_often_somebody_thanks_they_are_not_given_to_a_person_for_it():
    world = owing()
    for number in range(MOST_TURNS + 1):
        go_on(world, "danke" + "!" * number)
    go_on(world, "Kann ich in Raten zahlen?")
    assert tasks(world) == [] and talk(world)[1][-1].offers == ("plan",)


def test_thanks_on_the_page_leave_open_what_was_asked_by_text():
    world, sent = written()
    hear(world, sent, UNSURE)
    world.now += timedelta(minutes=5)
    speak(world, "danke")
    assert voices(world)[-1] is Speaker.DEBTOR
    assert hear(world, sent, "ja", "in-2", at=world.now) is Became.ANSWERED
    assert talk(world)[0].step == "meter_number"


def test_who_says_plainly_what_else_it_is_gets_that_and_a_stop_at_once():
    for words, pages in (("Nein, das habe ich schon bezahlt", ("sent",)), (STOPS, ENDS)):
        world = owing()
        speak(world, HURRIED)
        go_on(world, words)
        assert talk(world)[1][-1].offers == pages and tasks(world) == []


@pytest.mark.parametrize("yes", ["1", "ja", "Ja, genau", "\U0001f44d", "Der Zähler oder sein Stand"])
def test_by_text_a_yes_is_a_number_or_a_word_and_brings_the_first_question(yes):
    world, sent = written()
    assert hear(world, sent, UNSURE) is Became.ANSWERED
    head, said = talk(world)
    assert (head.topic, head.step) == ("meter", "asked_back")
    assert said[1].words.splitlines()[1:] == ["1: Ja", "2: Nein, etwas anderes"]
    world.now += timedelta(minutes=5)
    assert hear(world, sent, yes, "in-2", at=world.now) is Became.ANSWERED
    assert talk(world)[0].step == "meter_number" and len(answers(world)) == 2 and tasks(world) == []


def test_by_text_a_no_is_for_a_person_and_so_is_whatever_somebody_else_writes():
    for text, changes in (("2", {}), ("nein", {}), ("1", {"sender": "+4915100000001"})):
        world, sent = written()
        hear(world, sent, UNSURE)
        world.now += timedelta(minutes=5)
        assert hear(world, sent, text, "in-2", at=world.now, **changes) is Became.ASKED
        assert len(tasks(world)) == 1 and talk(world)[0].step is None


@pytest.mark.parametrize("text", ["2", "Nein"])
def test_a_person_who_takes_over_from_a_text_is_told_all_of_it(text):
    world, sent = written()
    hear(world, sent, UNSURE)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, text, "in-2", at=world.now) is Became.ASKED
    (task,) = tasks(world)
    assert task.words == f"{UNSURE}\n\n{text}"


def test_what_comes_by_text_while_a_contact_centre_is_at_it_is_told_once():
    world, sent = written()
    hear(world, sent, UNSURE)
    world.now += timedelta(minutes=5)
    hear(world, sent, "Nein", "in-2", at=world.now)
    (task,) = tasks(world)
    world.store.commit("nordlicht", Commit((), tasks=(replace(task, owner="centre:there"),)))
    world.now += timedelta(minutes=5)
    hear(world, sent, "Und am Montag?", "in-3", at=world.now)
    first, second = sorted(tasks(world), key=lambda one: one.opened_at)
    assert (first.words, second.words) == (f"{UNSURE}\n\nNein", "Und am Montag?")


def test_what_a_person_has_answered_is_not_told_to_the_next_one():
    world, sent = written()
    hear(world, sent, "Warum ist mein Hund so traurig?")
    answered_by_person(world, *tasks(world))
    world.now += timedelta(minutes=5)
    hear(world, sent, "Und am Montag?", "in-2", at=world.now)
    assert [one.words for one in tasks(world) if one.done_at is None] == ["Und am Montag?"]


def test_what_somebody_else_writes_is_not_learnt_as_their_answer():
    world, sent = written()
    hear(world, sent, METER)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "4711", "in-2", at=world.now, sender="+4915100000001") is Became.ASKED
    assert talk(world)[0].learnt == () and len(tasks(world)) == 1


def test_what_was_asked_back_by_text_is_answered_on_the_page():
    world, sent = written()
    hear(world, sent, UNSURE)
    go_on(world, "Ja")
    assert talk(world)[0].step == "meter_number" and talk(world)[1][-1].channel is None


def test_what_was_asked_on_the_page_is_not_answered_by_a_yes_to_a_text_nor_by_a_number():
    for text in ("1", "ja"):
        world, sent = written()
        speak(world, HURRIED)
        world.now += timedelta(minutes=5)
        assert hear(world, sent, text, at=world.now) is Became.ASKED
        assert not any(one.offers for one in talk(world)[1]) and len(tasks(world)) == 1


def test_a_number_means_what_the_text_offered_that_it_answers_though_the_page_asks_something():
    world, sent = written()
    hear(world, sent, "Warum ist mein Hund so traurig?")
    (task,), (noted,) = tasks(world), [one for one in world.contacts() if one.kind is MessageKind.NOTED]
    left = replace(noted, state=ContactState.SENT, sent_at=world.now, text=marked("noted.de.0"))
    world.store.commit("nordlicht", Commit((), contacts=(left,), tasks=(replace(task, done_at=world.now),)))
    go_on(world, HURRIED)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "1", "in-2", at=world.now) is Became.ANSWERED
    assert [one.about for one in world.contacts() if one.kind is MessageKind.REPLY] == ["sent"]
    assert talk(world)[0].step == "asked_back"  # it still stands on the page


def test_a_yes_that_was_written_before_the_question_is_a_persons_however_late_it_is_told():
    world, sent = written()
    early, world.now = world.now, world.now + timedelta(hours=1)
    hear(world, sent, UNSURE, at=world.now)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "ok", "in-2", at=early) is Became.ASKED
    assert talk(world)[0].step is None and len(answers(world)) == 1


@pytest.mark.parametrize("became", [ContactState.CANCELLED, ContactState.FAILED, ContactState.SENT])
def test_a_yes_to_a_question_that_never_left_or_left_only_after_it_is_a_persons(became):
    world, sent = written()
    hear(world, sent, UNSURE)
    (letter,) = answers(world)
    yes = world.now + timedelta(minutes=5)
    left = yes + timedelta(minutes=1) if became is ContactState.SENT else None
    world.store.commit("nordlicht", Commit((), contacts=(replace(letter, state=became, sent_at=left),)))
    world.now = yes + timedelta(minutes=2)
    assert hear(world, sent, "ok", "in-2", at=yes) is Became.ASKED
    assert talk(world)[0].step is None and len(answers(world)) == 1


def test_what_is_told_after_a_week_is_new_words_and_not_learnt_as_an_answer():
    world, sent = written()
    hear(world, sent, METER)
    world.now += timedelta(days=8)
    assert hear(world, sent, "1ESY116012", "in-2", at=world.now) is Became.ASKED
    assert talk(world)[0].learnt == ()


def test_what_an_old_page_answers_is_no_answer_to_what_is_asked_by_then():
    world = owing()
    speak(world, HURRIED)
    old = talk(world)[1][-1].id
    for words in (METER, "1ESY116012", "4711 kWh"):
        go_on(world, words)
    assert talk(world)[0].step == "meter_day"
    world.now += timedelta(minutes=1)
    speak(world, "Ja", after=old)
    assert [one.key for one in talk(world)[0].learnt] == ["meter_number", "meter_reading"]
    assert len(tasks(world)) == 1


def test_a_number_answers_what_was_asked_last_not_what_an_earlier_message_offered():
    world, sent = written()
    hear(world, sent, "Warum ist mein Hund so traurig?")
    (task,), (noted,) = tasks(world), [one for one in world.contacts() if one.kind is MessageKind.NOTED]
    left = replace(noted, state=ContactState.SENT, sent_at=world.now, text=marked("noted.de.0"))
    done = replace(task, done_at=world.now)
    world.store.commit("nordlicht", Commit((), contacts=(left,), tasks=(done,)))
    world.now += timedelta(minutes=5)
    hear(world, sent, UNSURE, "in-2", at=world.now)
    world.now += timedelta(minutes=5)
    assert hear(world, sent, "1", "in-3", at=world.now) is Became.ANSWERED
    assert talk(world)[0].step == "meter_number"
    assert [one for one in world.contacts() if one.kind is MessageKind.REPLY] == []


def test_who_was_led_to_a_page_is_not_asked_about_it_but_given_to_a_person():
    world = owing()
    speak(world, PLAIN[0])
    go_on(world, HURRIED)
    assert len(tasks(world)) == 1 and "In Raten bezahlen" not in talk(world)[1][-1].words


def test_a_yes_after_so_many_turns_is_a_persons_with_what_it_was_said_to():
    world = owing()
    for number in range(MOST_TURNS - 1):
        go_on(world, PLAIN[number % 2])
    go_on(world, UNSURE)
    assert talk(world)[0].step == "asked_back"
    go_on(world, "Ja")
    (task,) = tasks(world)
    assert task.words.endswith(f"{UNSURE}\n\nJa") and talk(world)[0].step is None


def test_what_a_helper_says_is_theirs_and_who_may_only_look_says_nothing():
    world = owing()
    speak(world, "Raten bitte", scope=Scope.ARRANGE)
    assert voices(world) == [Speaker.HELPER, Speaker.BOT]
    with pytest.raises(BrokenRule, match="not_yours"):
        speak(world, "Raten bitte", scope=Scope.SEE)


def test_whoever_was_beaten_to_it_decides_again_and_says_it_once():
    world = owing()
    world.store.meanwhile.append(lambda: speak(world, METER))
    speak(world, METER)
    assert voices(world) == [Speaker.DEBTOR, Speaker.BOT]
    world.store.trouble += [StaleVersion("talk")] * 9
    with pytest.raises(Retry):
        speak(world, "Raten bitte", after="z")


def test_the_words_of_an_answer_leave_as_any_answer_does():
    world, sent = written()
    hear(world, sent, METER)
    (answer,) = answers(world)
    world.send(answer, world.now)
    assert world.again(answer).state is ContactState.SENT
