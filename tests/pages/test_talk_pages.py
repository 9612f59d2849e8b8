"""Talking with us on a phone: whose turn it is, which call comes when, a box that loses nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.calling import CallSlot
from chalicelib.domain.conversation import LONGEST
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.task import DaySlot
from chalicelib.presentation import render, views
from chalicelib.presentation.forms import chat as chat_form
from chalicelib.presentation.forms import talk as talk_form
from chalicelib.presentation.forms import wrong as wrong_form
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import languages, locale
from tests.pages import samples

WEDNESDAY = date(2026, 11, 25)


def drawn(name, language="de"):
    return render.page(samples.page_samples(language)[name]).body


@pytest.mark.parametrize("name", ["matter_asked", "disputed_asked"])
@pytest.mark.parametrize("language", languages())
def test_what_was_asked_back_waits_for_its_reader_and_nobody_says_that_it_is_our_turn(name, language):
    html, text = drawn(name, language), locale(language).text
    assert text("turn.asked") in html and text("way.answer") in html and "/chat" in html
    assert text("turn.ours") not in html and text("disputed.turn", day="").split("{")[0][:12] not in html


def test_the_question_stands_before_every_other_way_on():
    view = samples.page_samples("de")["matter_asked"]
    assert [way.place for way in view.ways] == ["chat", "pay", "later", "plan", "wrong", "talk"]


def test_a_helper_who_may_only_look_reads_whose_turn_it_is():
    view = samples.page_samples("de")["matter_asked"]
    html = render.page(replace(view, frame=replace(view.frame, scope=Scope.SEE))).body
    assert locale("de").text("turn.asked") in html and locale("de").text("way.answer") not in html


def test_a_call_that_is_to_come_can_be_moved_or_taken_back_with_what_was_asked_for_filled_in():
    html = drawn("talk_waiting")
    assert 'name="step" value="move"' in html and f'name="about" value="{samples.TASK.id}"' in html
    assert "Ich habe Fragen zum Zählerstand." in html and "about=withdraw" in html
    assert 'id="slot_afternoon" checked' in html


@pytest.mark.parametrize("name", ["talk_helper", "talk_helper_moves", "talk_helper_moved"])
def test_a_helper_is_told_neither_the_number_nor_the_words_of_a_call(name):
    html = drawn(name)
    assert samples.TASK.request.phone not in html and "Zählerstand" not in html
    assert all(point.value not in html for point in samples.DEBTOR.points)
    assert (locale("de").text("talk.kept") in html) is (name == "talk_helper_moves")


def test_a_call_that_is_made_elsewhere_can_only_be_seen():
    html = drawn("talk_waiting_elsewhere")
    assert 'value="move"' not in html and "about=withdraw" not in html


def test_taking_a_call_back_is_asked_once_more_and_posted():
    html = drawn("talk_no_more")
    assert 'method="post"' in html and 'name="step" value="withdraw"' in html and samples.TASK.id in html


def test_the_promised_time_stays_chosen_also_where_nobody_else_could_have_it():
    asked = replace(samples.TASK.request, day=WEDNESDAY, slot=DaySlot.MORNING)
    task = replace(samples.TASK, request=asked)
    frame = samples.page_samples("de")["talk"].frame
    noon = CallSlot(WEDNESDAY, DaySlot.MIDDAY, samples.NOW, samples.NOW + timedelta(hours=2))
    view = views.talk(frame, samples.DEBTOR, waiting=task, changes=True, offered=(noon,), today=samples.NOW.date())
    assert view.typed["slot"] == "2026-11-25/morning"
    assert [value for value, _ in view.slots] == ["2026-11-25/morning", "2026-11-25/midday"]


@pytest.mark.parametrize("language", languages())
def test_the_acknowledgement_of_a_call_says_the_day_and_the_hour_that_the_page_promised(language):
    message, words = samples.message_samples(language)["noted_call"], locale(language)
    due = samples.CALL_AT.due_at.astimezone(samples.ZONE)
    told = message.long.translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069")))
    for said in (words.weekday_date(due.date()), words.time(due, samples.ZONE)):
        assert said.replace("\u00a0", " ") in told
    assert words.short_date(due.date()) in message.short and "17:00" in message.short


@pytest.mark.parametrize("language", languages())
def test_the_mail_of_a_call_names_the_part_of_the_day_and_its_hours_as_they_were_chosen(language):
    message, words = samples.message_samples(language)["noted_call"], locale(language)
    chosen = f"{words.weekday_date(WEDNESDAY)}: {words.text('slot.afternoon')} · 14:00–17:00"
    for shape in (message.long, message.html):
        told = shape.translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069"))).replace("\u00a0", " ")
        assert chosen.replace("\u00a0", " ") in told
    assert "14:00" not in samples.message_samples(language)["noted"].long


def test_what_is_longer_than_a_message_may_be_stays_in_the_box_whole_and_says_why():
    pasted = {"words": ["Sehr geehrte Damen und Herren. " * 200]}
    assert chat_form.read(pasted) == (Problem("words", "problem.words.long.chat"),)
    assert chat_form.typed(pasted) == pasted["words"][0].strip()
    assert chat_form.read({"words": ["x" * LONGEST]}).words == "x" * LONGEST
    assert talk_form.typed(pasted)["words"] == wrong_form.typed(pasted)["words"] == pasted["words"][0].strip()


@pytest.mark.parametrize("name", ["chat", "talk", "complain", "disputed"])
def test_no_box_for_words_cuts_what_is_pasted_in_silence(name):
    html = drawn(name)
    assert "<textarea" in html and "maxlength" not in html.partition("<textarea")[2].partition(">")[0]


def test_to_be_read_to_is_offered_where_the_creditor_reads_and_there_is_a_number_or_one_can_be_given():
    frame, debtor = samples.page_samples("de")["talk"].frame, samples.DEBTOR
    assert views.talk(frame, debtor, creditor=samples.BY_VOICE).voice == "choices"
    assert views.talk(frame, replace(debtor, points=()), creditor=samples.BY_VOICE).voice == "points"
    assert views.talk(frame, debtor, creditor=samples.CREDITOR).voice is None
    assert views.talk(frame, replace(debtor, language="uk"), creditor=samples.BY_VOICE).voice is None
    assert views.talk(frame, debtor, creditor=samples.BY_VOICE, alone=False).voice is None
    ways = dict(views.my_choices(frame, debtor, voice=True).channels)
    assert "voice" in ways and "voice" not in dict(views.my_choices(frame, debtor).channels)


@pytest.mark.parametrize(("due_in", "key"), [(timedelta(days=1), "chat.due"), (timedelta(hours=-1), "turn.late")])
def test_a_day_that_is_over_is_promised_to_nobody(due_in, key):
    waiting = replace(samples.TASK, due_at=samples.NOW + due_in)
    frame = samples.page_samples("de")["chat"].frame
    html = render.page(views.chat(frame, samples.CLAIM, None, (), samples.NOW, waiting=waiting, topics={})).body
    both = {name: locale("de").text(name, day="·").split("·")[0] in html for name in ("chat.due", "turn.late")}
    assert both == {"chat.due": key == "chat.due", "turn.late": key == "turn.late"}
