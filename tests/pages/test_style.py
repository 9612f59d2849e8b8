"""Beside the answer box: three lines of guidance, what may go out, and texts that fit what is answered."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.contact import Tone
from chalicelib.domain.dispute import DisputeReason
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.style import (
    ALWAYS,
    BY_REASON,
    FEELINGS,
    MOST_LINES,
    SUGGESTED,
    TONES,
    Occasion,
    guidance,
    register_in,
    suggested,
    voice_of_answer,
)
from tests.builders import NOW, claim, creditor

DE, EN, TR = locale("de"), locale("en"), locale("tr")


def lines(text, theirs=DE, ours=EN, **changes):
    return guidance(register_in([text], theirs.language), theirs=theirs, ours=ours, **changes)


def test_three_lines_at_most_and_the_most_important_first():
    found = lines("Hi! Mir ist das peinlich. Was ist das? Wer sind Sie? Warum?", TR, care=True, tone=Tone.FRIENDLY)
    assert len(found) == MOST_LINES and found[0].startswith("Particular care")
    told = lines("Mir ist das peinlich. Was ist das? Wer sind Sie?")
    assert told[0].startswith("2 things were asked") and "judge nothing" in told[1]


def test_it_is_in_the_language_of_whoever_answers():
    assert lines("Das stimmt nicht. Ich habe bezahlt.", ours=DE)[0].startswith("Schreibt kurz")
    assert "Türkçe" in lines("", TR)[0]


def test_who_asked_for_simple_words_gets_them():
    assert "one thought a sentence" in lines("", locale("de-simple"))[0]
    assert "one thought a sentence" in lines("", slowly=True)[0]


def test_where_nothing_is_known_nothing_is_said():
    assert guidance(None, theirs=EN, ours=EN) == ()


@pytest.mark.parametrize("key", [*FEELINGS.values(), *TONES.values()])
@pytest.mark.parametrize("ours", [DE, EN], ids=lambda words: words.language)
def test_every_line_has_its_words(key, ours):
    assert ours.text(key)


def faults(text, theirs=DE, ours=EN, **changes):
    return [(fault.refused, fault.text) for fault in voice_of_answer(text, theirs, ours, **changes)]


def test_a_calm_answer_has_no_fault():
    assert faults("Danke für Ihre Nachricht. Wir haben die Zahlung gefunden.") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sonst folgt die Zwangsvollstreckung.", "de"),
        ("We will take legal action.", "en"),
        ("You must pay now.", "en"),
    ],
)
def test_a_threat_or_a_right_that_is_claimed_does_not_go_out(text, language):
    (first, *_) = faults(text, locale(language))
    assert first[0] and "The house never says" in first[1]


def test_what_is_only_style_is_advice_and_says_how_to_mend_it():
    told = faults("Das ist WICHTIG! " + " ".join(["wort"] * 40) + ".")
    assert [refused for refused, _ in told] == [False, False, False]
    assert any("exclamation" in words for _, words in told) and any("32 words" in words for _, words in told)


def test_what_is_refused_comes_first():
    assert [refused for refused, _ in faults("Hallo! Sonst folgt die Zwangsvollstreckung.")] == [True, False]


def test_a_name_is_no_fault():
    assert faults("Sehr geehrte Frau Sofort", given=("Frau Sofort",)) == []
    assert faults("SWB AACHEN meldet sich.", given=("SWB AACHEN",)) == []


def test_in_simple_language_what_is_hard_to_read_is_said():
    hard = (
        "Die Rückabwicklung der Vertragsverhältnisse erfordert Identifikationsunterlagen der Bevollmächtigten. "
        * 8
    )
    assert any("reads hard" in words for _, words in faults(hard, locale("de-simple")))


def test_where_a_lock_screen_shows_it_the_matter_and_an_amount_are_named():
    assert faults("Offen sind 48,20 €.", short=True) and not faults("Offen sind 48,20 €.")


def task(kind=TaskKind.DISPUTE):
    return Task("t-1", "nordlicht", "K-501", "R-1001", kind, None, NOW, NOW, FRONT_OFFICE)


ON = Occasion(creditor(), claim(), day=date(2026, 12, 1), arbiter="Schlichtungsstelle Energie e. V.")


@pytest.mark.parametrize("language", languages())
def test_every_suggestion_is_there_in_every_language_and_has_the_voice_of_the_house(language):
    words = locale(language)
    found = {
        s.key: s.text for kind in TaskKind for s in suggested(task(kind), ON, words, DisputeReason.ALREADY_PAID)
    }
    every = {key for keys in (*SUGGESTED.values(), *BY_REASON.values(), ALWAYS) for key in keys}
    assert set(found) == every
    for text in found.values():
        assert not [fault for fault in voice_of_answer(text, words, EN) if fault.refused]


def test_the_facts_of_the_matter_are_filled_in_and_what_is_not_known_is_left_out():
    texts = {s.key: s.text for s in suggested(task(), replace(ON, day=None), EN)}
    assert "€48.20" in texts["desk.suggest.part"] and "desk.suggest.rest" not in texts
    assert (
        "€10.00"
        in dict_of(suggested(task(TaskKind.OFFER), replace(ON, amount=1000), EN))["desk.suggest.offer.other"]
    )


def dict_of(found):
    return {one.key: one.text for one in found}


def test_who_says_that_it_is_paid_is_answered_about_the_payment_first():
    found = suggested(task(), ON, DE, DisputeReason.ALREADY_PAID)
    assert [one.key for one in found][:2] == ["desk.suggest.paid", "desk.suggest.proof"]
