"""What a reader says is wrong, who answers for them, what they complain of: read kindly, mended by field."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from chalicelib.domain.calling import CallSlot
from chalicelib.domain.dispute import MAY_ADMIT, DisputeReason, Objection
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.task import DaySlot, Representative
from chalicelib.presentation import render, views
from chalicelib.presentation.day_parts import hours_of
from chalicelib.presentation.forms import care, complain, represent, wrong
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import locale
from tests.pages import samples


def posted(**fields):
    return {name: [value] for name, value in fields.items()}


def objection(**fields):
    return wrong.read(posted(**fields), owed=4820, currency="EUR", language="tr")


def test_a_reason_alone_is_enough():
    assert objection(about="faulty") == Objection(DisputeReason.FAULTY, "", None, None, "tr")


def test_an_unknown_reason_is_no_reason():
    for about in ("", "because", "FAULTY", "raise"):
        assert objection(about=about) == (Problem("", "problem.again"),)


def test_when_and_how_it_was_paid_stand_before_the_words():
    said = objection(
        about="already_paid", paid_on="Anfang Oktober", paid_how="von Mutters Konto", words="Bitte prüfen."
    )
    assert said.words == "Anfang Oktober\nvon Mutters Konto\nBitte prüfen."
    assert objection(about="faulty", paid_on="Anfang Oktober", words="Defekt").words == "Defekt"


@pytest.mark.parametrize(
    ("typed", "means"), [("10", 1000), ("10,50", 1050), ("10.50 €", 1050), ("٢٠", 2000), ("", None)]
)
def test_the_part_somebody_owes_is_read_as_people_write_it(typed, means):
    assert objection(about="wrong_amount", admitted=typed).admitted == means


def test_a_part_is_less_than_the_whole_and_more_than_nothing():
    for typed in ("48,20", "100", "1.000"):
        assert objection(about="faulty", admitted=typed) == (Problem("admitted", "problem.admitted.much"),)
    for typed in ("viel", "0", "-", "1,234,5"):
        assert objection(about="faulty", admitted=typed) == (Problem("admitted", "problem.admitted.form"),)


@pytest.mark.parametrize("about", sorted(set(DisputeReason) - MAY_ADMIT))
def test_where_nothing_can_be_owed_no_part_is_read(about):
    assert objection(about=about, admitted="viel").admitted is None


@pytest.mark.parametrize(
    ("wish", "means"), [("email", ChannelKind.EMAIL), ("sms", ChannelKind.SMS), ("page", None), ("", None)]
)
def test_how_to_answer_is_one_of_the_known_ways_or_the_page(wish, means):
    assert objection(about="other", answer_by=wish).answer_by == means


def test_words_of_2000_letters_are_taken_and_longer_ones_are_not_cut_in_silence():
    assert len(objection(about="other", words="x" * 2000).words) == 2000
    assert objection(about="other", words="x" * 2001) == (Problem("words", "problem.words.long"),)
    assert wrong.read_more(posted(words="x" * 2001)) == (Problem("words", "problem.words.long"),)


@pytest.mark.parametrize("form", [wrong.read_more, complain.read])
def test_an_empty_text_says_nothing(form):
    assert form(posted(words=" \n ")) == (Problem("words", "problem.words.empty"),)
    assert form(posted(words=" Hallo ")) == "Hallo"


def test_a_representative_has_a_name_and_one_way_to_be_reached():
    by_phone = represent.read(posted(name="Jana Kowalski", phone="030 1234567"))
    assert by_phone == Representative("Jana Kowalski", "", "0301234567", None)
    by_mail = represent.read(posted(name="Eva", organisation="Kanzlei", email="eva@example.com"))
    assert by_mail == Representative("Eva", "Kanzlei", None, "eva@example.com")
    assert represent.read({}) == (Problem("name", "problem.name.empty"), Problem("phone", "problem.reach.empty"))
    wrong_ones = represent.read(posted(name="Eva", phone="12", email="eva"))
    assert {problem.field for problem in wrong_ones} == {"phone", "email"}


def test_consent_is_a_tick_and_nothing_else():
    assert care.read(posted(consent="yes")) == ()
    for fields in ({}, posted(consent="on"), posted(consent="")):
        assert care.read(fields) == (Problem("consent", "problem.consent"),)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("problem.admitted.form", "wrong.admitted"),
        ("problem.admitted.much", "wrong.admitted"),
        ("problem.words.empty", "complain.words"),
        ("problem.name.empty", "represent.name"),
        ("problem.reach.empty", "talk.phone"),
        ("problem.email.form", "represent.email"),
    ],
)
def test_every_refusal_names_the_field_the_reason_and_what_to_do(language, key, label):
    words = locale(language)
    sentence = words.text(key)
    assert sentence.startswith(words.text(label) + ": ")
    assert sentence.count(".") >= 2


@pytest.mark.parametrize(("spoken", "plain", "named"), [("ar", True, "العربية"), ("tr", False, "Türkçe")])
def test_who_asked_to_be_called_reads_in_which_language_and_how(spoken, plain, named):
    asked = replace(samples.TASK, request=replace(samples.TASK.request, language=spoken, plain=plain))
    body = render.page(views.talk_done(samples.page_samples("de")["talk_done"].frame, asked)).body
    assert f'Sprache: <bdi lang="{spoken}">{named}</bdi>' in body
    assert ("Bitte langsam und einfach sprechen" in body) == plain


def test_whoever_is_promised_a_call_reads_its_day_and_hours_when_it_is_asked_for_and_on_their_page():
    frame = samples.page_samples("de")["talk_done"].frame
    promised = hours_of(locale("de"), samples.PROMISED.day, samples.PROMISED.slot)
    assert promised.endswith("Am Nachmittag · 14:00–17:00")
    assert promised in render.page(views.talk_done(frame, samples.CALL_AT)).body
    of = samples.CREDITOR, samples.DEBTOR, samples.CLAIM, (samples.OPENING,), samples.NOW
    told = "Wir rufen Sie an</b><br><bdi>"
    assert f"{told}{promised}</bdi>" in render.page(views.of_claim(frame, *of, call=samples.PROMISED)).body
    assert f"{told}Am Nachmittag</bdi>" in render.page(views.of_claim(frame, *of, call=samples.TASK.request)).body
    assert told not in render.page(views.of_claim(frame, *of)).body


def test_whoever_is_offered_a_part_of_a_day_reads_its_hours():
    frame = samples.page_samples("tr")["talk"].frame
    free = CallSlot(samples.NOW.date(), DaySlot.AFTERNOON, samples.NOW, samples.NOW)
    body = render.page(views.talk(frame, samples.DEBTOR, offered=(free,))).body
    assert "Öğleden sonra · 14:00–17:00" in body


@pytest.mark.parametrize(
    ("begins", "hours"), [((8, 0), "8:00–12:00"), ((9, 39), "9:45–12:00"), ((10, 0), "10:00–12:00")]
)
def test_of_a_part_of_the_day_that_runs_already_only_the_hours_that_can_be_kept_are_offered(begins, hours):
    frame = samples.page_samples("de")["talk"].frame
    at = datetime.combine(samples.NOW.date(), time(*begins), samples.ZONE)
    free = CallSlot(samples.NOW.date(), DaySlot.MORNING, at, at)
    assert f"Am Vormittag · {hours}" in render.page(views.talk(frame, samples.DEBTOR, offered=(free,))).body
