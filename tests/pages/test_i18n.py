"""Money, dates and the choice of language."""

from datetime import UTC, date, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.money import Money
from chalicelib.presentation import i18n

DE, EN = i18n.locale("de"), i18n.locale("en")
NB = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "currency", "german", "english"),
    [
        (4820, "EUR", f"48,20{NB}€", "€48.20"),
        (0, "EUR", f"0,00{NB}€", "€0.00"),
        (5, "EUR", f"0,05{NB}€", "€0.05"),
        (123456789, "EUR", f"1.234.567,89{NB}€", "€1,234,567.89"),
        (-4820, "EUR", f"\u221248,20{NB}€", "\u2212€48.20"),
        (99900, "CHF", f"999,00{NB}CHF", f"CHF{NB}999.00"),
        (100, "PLN", f"1,00{NB}zł", f"zł{NB}1.00"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(amount, currency, german, english):
    assert (DE.money(Money(amount, currency)), EN.money(Money(amount, currency))) == (german, english)


def test_a_percentage_is_written_as_its_reader_writes_it():
    assert [i18n.locale(tongue).percent(652) for tongue in ("de", "tr")] == [f"6,52{NB}%", "%6,52"]
    assert DE.percent(1000) == f"10,00{NB}%"


def test_days_and_hours_are_written_as_their_reader_writes_them():
    day = date(2026, 3, 5)
    assert (DE.date(day), EN.date(day)) == (f"5.{NB}März 2026", f"5{NB}March 2026")
    assert (DE.short_date(day), EN.short_date(day)) == ("05.03.2026", "05/03/2026")
    assert DE.weekday_date(day) == f"Donnerstag, 5.{NB}März 2026"
    noon = datetime(2026, 7, 1, 10, 5, tzinfo=UTC)
    assert DE.time(noon, ZoneInfo("Europe/Berlin")) == f"12:05{NB}Uhr"
    assert EN.time(noon, ZoneInfo("Europe/Berlin")) == "12:05"


@pytest.mark.parametrize(
    ("chosen", "stored", "accept", "country", "found"),
    [
        ("en", "de", "de", "DE", "en"),
        ("xx", "en", "de", "DE", "en"),
        (None, "en-GB", "de", "DE", "en"),
        (None, None, "nl, en;q=0.5, de;q=0.9", "GB", "de"),
        (None, None, "de;q=0, en;q=0.1", "DE", "en"),
        (None, None, "en;q=abc, *", "DE", "de"),
        (None, None, "", "AT", "de"),
        (None, None, None, "gb", "en"),
        (None, None, None, "JP", "en"),
        ("../../etc", None, "x" * 5000, "DE", "de"),
    ],
)
def test_the_reader_chooses_then_their_record_then_their_browser_then_the_country(
    chosen, stored, accept, country, found
):
    assert i18n.negotiate(chosen, stored, accept, country).language == found


def test_a_language_as_long_as_a_form_may_be_costs_no_time():
    before = process_time()
    assert i18n.known("-" * 64_000) is None
    assert process_time() - before < 0.1


def test_P16_foreign_text_loses_controls_and_overrides_but_keeps_its_joiners():
    assert i18n.clean("a\x00\u202eb\u2066c\ufeff") == "abc"
    assert i18n.clean("👩\u200d👧") == "👩\u200d👧"
    assert i18n.clean("مى\u200cخواهم") == "مى\u200cخواهم"
    assert i18n.one_line("Max\nIBAN: DE00") == "Max IBAN: DE00"


def test_every_language_brings_its_own_habits():
    for code in i18n.languages():
        locale = i18n.locale(code)
        assert len(locale.months) == 12
        assert len(locale.weekdays) == 7
        assert locale.direction in {"ltr", "rtl"}
        assert locale.name and locale.never_said and locale.never_outside


def test_plain_language_is_chosen_by_the_reader_and_by_nothing_else():
    """A variant answers to its whole tag only, so that nobody is spoken to in it unasked."""
    tags = i18n.languages()
    for tag in tags:
        base, _, variant = tag.partition("-")
        assert i18n.known(tag.upper().replace("-", "_")) == tag
        assert i18n.known(f"{tag}-XX") == tag
        if variant:
            assert not i18n.locale(tag).countries
            for accept in (base, f"{base}-DE, {base};q=0.9", "*"):
                assert i18n.negotiate(None, None, accept, "DE").language == base
            assert i18n.negotiate(tag, None, base, "DE").language == tag
    assert i18n.known("") is i18n.known(None) is i18n.known("-") is None


def test_a_turkish_keyboard_makes_no_difference():
    assert i18n.folded("İSTANBUL ISPARTA") == i18n.folded("istanbul ısparta")


def test_P16_figures_keep_their_order_in_a_plain_text_written_from_the_right():
    first, last = "\u2066", "\u2069"
    text = "\u0627: +49 30 23125 010, 48.20\u00a0€ a@b12.de https://x.example/p/4a 5 6b/12"
    shown = i18n.figures_isolated(text)
    assert f"{first}+49 30 23125 010{last}" in shown
    assert f"{first}48.20\u00a0€{last}" in shown
    assert "a@b12.de" in shown and "https://x.example/p/4a" in shown
    assert shown.replace(first, "").replace(last, "") == text


@pytest.mark.parametrize(
    ("language", "told", "read"),
    [
        ("tr", "Montag bis Samstag 9 bis 20 Uhr", "Pazartesi–Cumartesi 9:00–20:00"),
        ("ar", "Montag bis Freitag, 8:30 bis 18 Uhr", "الاثنين–الجمعة 8:30–18:00"),
        ("de-simple", "Montag bis Samstag 9 bis 20 Uhr", "Montag bis Samstag 9 bis 20 Uhr"),
        ("tr", "täglich, außer es schneit", "täglich, außer es schneit"),
    ],
)
def test_when_somebody_answers_is_read_in_the_language_of_the_page(language, told, read):
    assert i18n.locale(language).hours(told) == read
