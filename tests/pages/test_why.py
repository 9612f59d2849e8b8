"""Why a message came, in plain words: every way a choice is made and every reason has them, in every language."""

from dataclasses import replace
from math import isclose, log
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.chosen import How
from chalicelib.domain.contact import Contact, MessageKind, Purpose, Tone
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.response import RESPONSE
from chalicelib.presentation import i18n, render, tone_check, why
from chalicelib.presentation.reading_level import ReadingLevel

from .samples import page_samples
from .samples_own import WEIGHED, chosen

LANGUAGES = i18n.languages()
BERLIN = ZoneInfo("Europe/Berlin")
# Features without words for a debtor: none, so far.
UNTOLD = frozenset[str]()


@pytest.fixture(scope="module")
def contacts():
    """How it came -> a contact of the page's samples that came so."""
    whose = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001", "id": "c-1"}
    what = {"purpose": Purpose.REMINDER, "kind": MessageKind.REMINDER, "tone": Tone.FRIENDLY}
    return chosen(Contact(**whose, **what, channel=ChannelKind.SMS, due_at=WEIGHED.at, planned_at=WEIGHED.at))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_a_choice_is_made_has_words_of_its_own(contacts, language):
    words, told = i18n.locale(language), {}
    for name, contact in contacts.items():
        told[name] = tuple(words.text(key) for key in why.ways(contact))
        assert told[name] and all(not tone_check.of_text(text, words) for text in told[name]), name
    assert {how.value for how in How} <= set(told)
    assert len(set(told.values())) == len(told), "two of them read alike"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words_for_both_signs(language):
    words = i18n.locale(language)
    names = {feature.name for feature in RESPONSE}
    assert set(why.REASONS) | UNTOLD == names and not set(why.REASONS) & UNTOLD
    said = [words.text(key) for pair in why.REASONS.values() for key in pair]
    assert len(set(said)) == 2 * len(why.REASONS)


def test_the_three_heaviest_reasons_are_told_in_their_order_with_the_way_they_pulled(contacts):
    best = ("why.way_answers.up", "why.untouched.down", "why.recent.down")
    assert why.grounds(contacts["best"]) == best
    assert why.grounds(contacts["cheapest"]) == ("why.way_answers.down", "why.untouched.up", "why.recent.up")
    shuffled = replace(WEIGHED, reasons=dict(sorted(WEIGHED.reasons.items())))
    assert why.grounds(replace(contacts["best"], choice=shuffled)) == best, (
        "whatever order the table keeps them in"
    )


def test_a_reason_that_weighed_nothing_is_not_told(contacts):
    light = replace(WEIGHED, reasons={"amount": 0.0, "recent": -0.1})
    assert why.grounds(replace(contacts["best"], choice=light)) == ("why.recent.down",)


def test_whoever_helps_is_not_told_what_the_debtor_answered_and_when(contacts):
    told = why.grounds(contacts["best"], alone=False)
    assert told[:2] == ("why.untouched.down", "why.recent.down") and why.grounds(contacts["best"]) != told
    for contact in contacts.values():
        assert not any(name in key for key in why.grounds(contact, alone=False) for name in why.OWN)


def test_whoever_was_never_written_to_is_told_nothing_of_a_last_message(contacts):
    first = dict(WEIGHED.features)
    del first["days_quiet"]
    heavy = replace(WEIGHED, features=first, reasons={"days_quiet": 0.4, "recent": 0.3, "untouched": -0.2})
    assert why.grounds(replace(contacts["best"], choice=heavy)) == ("why.recent.up", "why.untouched.down")
    words = i18n.locale("en")
    lines = why.for_staff(heavy, words, "EUR", BERLIN)
    assert f"+0.4000 days_quiet: {words.text(why.UNKNOWN)}" in lines, "for staff it still adds up"


@pytest.mark.parametrize("name", ["drawn", "held_out", "strategy", "last_notice", "no_arm", "only", "overruled"])
def test_no_reason_is_told_where_nothing_was_compared_or_something_else_decided(contacts, name):
    assert why.grounds(contacts[name]) == ()


def test_what_the_debtor_chose_is_said_first_whatever_chose_the_rest(contacts):
    for name in ("best", "drawn", "held_out", "only", "overruled"):
        assert why.ways(replace(contacts[name], why="chosen"))[0] == why.CHOSEN


@pytest.mark.parametrize("because", ["restricted", "drifted: amount", "not_scored", "model corrupt: a", "no_care"])
def test_why_no_model_was_asked_is_told_without_any_trouble_of_ours_or_anything_about_its_reader(
    contacts, because
):
    flagged = replace(contacts["strategy"].choice, flagged=because)
    assert why.ways(replace(contacts["strategy"], choice=flagged)) == ("why.how.strategy", why.NO_MODEL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_the_choice_and_no_figure_of_it(language):
    samples = page_samples(language)
    words = i18n.locale(language)
    for name in ("why", "why_cheapest"):
        html = render.page(samples[name]).body
        for key in (*samples[name].ways, *samples[name].grounds):
            assert words.html(key) in html, key
        assert len(samples[name].grounds) == 3 and "responds28-2026-11-22" in html
        assert "%" not in html.partition("<main")[2] and "0.62" not in html and "0,62" not in html
    assert words.html("why.tone.kept") in render.page(samples["why_cheapest"]).body


def test_a_contact_nobody_chose_for_still_tells_the_score_it_went_by():
    old = page_samples("de")["why_scored"]
    assert old.ways == ("why.channel.reach_soon",)
    assert old.grounds == ("why.ground.days_overdue", "why.ground.has_phone", "why.ground.amount")
    held_out = page_samples("de")["why_held_out"]
    assert held_out.ways == ("why.how.held_out", "why.channel.likely_to_pay") and held_out.grounds == old.grounds


# For staff: everything, and it adds up


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_read_every_arm_and_every_reason_and_that_they_add_up_to_the_answer(contacts, language):
    words = i18n.locale(language)
    lines = why.for_staff(contacts["best"].choice, words, "EUR", BERLIN)
    assert sum(name.split()[0] in line for line in lines for name in ("+0.6200", "-0.4100")) == 2
    for name in WEIGHED.reasons:
        assert sum(f" {name}: " in line for line in lines) == 1, name
    for arm in WEIGHED.propensities:
        assert any(f"({arm})" in line for line in lines), arm
    text = "\n".join(lines)
    assert WEIGHED.seed in text and WEIGHED.sha256 in text and "0.731000" in text and "-0.3528" in text


def test_the_reasons_and_the_baseline_add_up_to_the_answer_that_was_stored():
    stored = WEIGHED.answers["text_evening"]
    assert isclose(why.log_odds(WEIGHED), log(stored / (1 - stored)), abs_tol=1e-3)


def test_staff_read_who_overruled_what_and_the_flag(contacts):
    words = i18n.locale("en")
    overruled = why.for_staff(contacts["overruled"].choice, words, "EUR", BERLIN)
    assert overruled[1].startswith("anna ") and "(text_evening)" in overruled[1] and "(overruled)" in overruled[0]
    flagged = why.for_staff(contacts["strategy"].choice, words, "EUR", BERLIN)
    assert len(flagged) == 2 and flagged[1].endswith("(model missing: none)")
    assert why.for_staff(contacts["held_out"].choice, words, "EUR", BERLIN)[1:] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_as_easy_to_read_as_the_language_asks(language):
    words = i18n.locale(language)
    keys = [*why.HOWS.values(), why.ONLY, why.NO_MODEL, *why.FLAGS.values(), "why.tone.kept"]
    keys += [key for pair in why.REASONS.values() for key in pair]
    text = "\n".join(words.text(key) for key in keys)
    assert ReadingLevel.of(words.reading).too_hard(text) is None
