"""How long what is held of a person stays: for the books by whole years, for reaching them by months."""

from datetime import date

import pytest

from chalicelib.domain.retention import RetentionUnknown, first_look, kept_until, reached_until

DE = "de_retention.json"
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("last", "reach"),
    [
        (date(2026, 11, 22), date(2028, 1, 22)),
        (date(2026, 1, 31), date(2027, 3, 31)),
        (date(2026, 12, 31), date(2028, 3, 1)),  # there is no 31 February
        (date(2027, 1, 30), date(2028, 3, 30)),
        (date(2025, 12, 29), date(2027, 3, 1)),
        (date(2026, 12, 29), date(2028, 2, 29)),
    ],
)
def test_a_debtor_may_have_to_be_reached_for_fourteen_months_after_the_last_booking(last, reach):
    assert reached_until(DE, last, TODAY) == reach


def test_the_books_are_kept_eight_years_from_the_end_of_the_year():
    assert (
        kept_until(DE, date(2026, 1, 1), TODAY) == kept_until(DE, date(2026, 12, 31), TODAY) == date(2034, 12, 31)
    )


@pytest.mark.parametrize("of", [kept_until, reached_until])
@pytest.mark.parametrize("today", [date(2024, 12, 31), date(2029, 1, 1)])
def test_on_a_day_nobody_reviewed_the_rule_for_nothing_is_told(of, today):
    with pytest.raises(RetentionUnknown):
        of(DE, date(2020, 1, 1), today)


def test_the_day_to_look_first_is_told_of_any_day_and_lies_before_everything_that_may_end():
    for registered in (date(2020, 2, 29), TODAY, date(2040, 1, 1)):
        assert first_look(DE, registered) > registered
    assert first_look(DE, TODAY) == date(2028, 1, 23) > reached_until(DE, TODAY, TODAY)
    assert first_look(DE, TODAY) <= kept_until(DE, TODAY, TODAY)


@pytest.mark.parametrize(("file", "last"), [("gb_retention.json", date(2032, 12, 31)), (DE, date(2034, 12, 31))])
def test_a_rule_that_says_nothing_of_reaching_keeps_both_alike(file, last):
    until = kept_until(file, TODAY, TODAY)
    assert until == last
    assert (reached_until(file, TODAY, TODAY) >= date(2032, 11, 22)) == (file != DE)
