"""Numbers and days in a declared form, and in no other (B7, B10)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.profile import DATE_FORMATS, FileProfile, amount_of, amount_text, date_of, date_text

GERMAN = FileProfile("german", decimal=",", thousands=".", date_format="dd.mm.yyyy")
ENGLISH = FileProfile("english", decimal=".", thousands=",", date_format="mm/dd/yyyy")
PLAIN = FileProfile("plain", decimal=".", thousands=None)
SWISS = FileProfile("swiss", decimal=".", thousands="'")
FORMS = (GERMAN, ENGLISH, PLAIN, SWISS)
AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
quick = settings(deadline=None, max_examples=200)


@quick
@given(AMOUNTS, st.sampled_from(FORMS))
def test_an_amount_written_in_a_form_is_read_back_in_it(minor, form):
    assert amount_of(amount_text(minor, form), form) == minor


@quick
@given(AMOUNTS)
def test_B7_an_amount_of_the_other_form_is_never_read(minor):
    assert amount_of(amount_text(minor, GERMAN), ENGLISH) is None
    assert amount_of(amount_text(minor, ENGLISH), GERMAN) is None


@quick
@given(st.text(alphabet="0123456789.,-' e", min_size=1, max_size=12), st.sampled_from(FORMS))
def test_B7_whatever_is_read_is_what_the_form_says_once_its_groups_are_taken_out(text, form):
    minor = amount_of(text, form)
    if minor is not None:
        bare = text.replace(form.thousands or "\0", "").replace(form.decimal, ".")
        assert minor == int(Decimal(bare) * 100)


@pytest.mark.parametrize(
    "text",
    ["1.23", "12.34,56", "1.2345,00", ".5", "5,", ",5", "1,234", "1 234,00", "12,345", "٤٨,٢٠", "4８,20"]
    + ["1e3", "NaN", "inf", "-inf", "∞", "+5,00", "--5", "5-", "48,20 €", "EUR 5", "0x10", "1_000", "", " 5"],
)
def test_B7_B10_a_number_that_does_not_fit_the_german_form_is_none(text):
    assert amount_of(text, GERMAN) is None


def test_B7_the_same_digits_mean_what_the_declared_form_says():
    assert amount_of("1.234", GERMAN) == 123_400
    assert amount_of("1.234", ENGLISH) is None
    assert amount_of("1.234,56", GERMAN) == 123_456
    assert amount_of("1,234.56", ENGLISH) == 123_456
    assert amount_of("1234,5", GERMAN) == 123_450
    assert amount_of("1,234.56", PLAIN) is None


@quick
@given(DAYS, st.sampled_from(sorted(DATE_FORMATS)))
def test_a_day_written_in_a_form_is_read_back_in_it(day, date_format):
    form = FileProfile("any", date_format=date_format)
    assert date_of(date_text(day, form), form) == day


@quick
@given(DAYS, st.sampled_from(["dd.mm.yyyy", "d.m.yyyy", "yyyy-mm-dd", "yyyymmdd"]))
def test_B7_a_day_is_read_in_its_own_form_only(day, date_format):
    text = date_text(day, FileProfile("one", date_format=date_format))
    for other in set(DATE_FORMATS) - {date_format, "d.m.yyyy", "dd.mm.yyyy"}:
        assert date_of(text, FileProfile("other", date_format=other)) is None


@pytest.mark.parametrize(
    "text", ["31.02.2026", "29.02.2025", "00.01.2026", "1.1.2026", "01.01.26", "01.01.1899", "2026-01-01", ""]
)
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_none(text):
    assert date_of(text, GERMAN) is None
