"""Whether a claim bears interest is read from its file by the law, and never guessed in the creditor's favour."""

from datetime import date

import pytest

from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.bearing import interest_of, named_rate
from chalicelib.domain.interest import Interest
from chalicelib.domain.rates import BaseRates, base_rates
from tests.builders import row

RATES = base_rates()
AS_OF = date(2026, 11, 20)
IN_DEFAULT = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung vom 20. August"}
STATUTORY = Interest(500, date(2026, 11, 21), AS_OF)


def terms(**changes):
    return interest_of(row(**{**IN_DEFAULT, **changes}), RATES)


def test_the_figures_of_the_file_stay_and_growth_begins_the_day_after():
    assert terms() == STATUTORY


@pytest.mark.parametrize("silent", [{"default_since": None}, {"default_basis": None}, {"default_basis": " "}])
def test_without_the_day_or_the_ground_of_default_none_is_claimed(silent):
    assert terms(**silent) is None


def test_default_that_is_still_to_come_bears_from_its_own_day():
    assert terms(default_since=date(2026, 12, 10)) == Interest(500, date(2026, 12, 10), date(2026, 12, 9))


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({"is_business": True}, 900),
        ({"is_business": True, "claim_type": ClaimType.OTHER}, 500),
        ({"claim_type": ClaimType.CONSUMER_LOAN}, 500),
    ],
)
def test_nine_points_only_without_a_consumer_and_for_a_price_by_section_288_2(changes, points):
    assert terms(**changes).rate == points


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("6,52 % im Jahr", 652),
        ("6.5 % a year", 650),
        ("7 Prozent", 700),
        ("12%", 1200),
        ("5 Prozentpunkte über dem Basiszinssatz", None),
        ("5 %-Punkte über Basiszins", None),
        ("5 percentage points above the base rate", None),
        ("gesetzlich", None),
        ("", None),
    ],
)
def test_a_plain_rate_is_read_and_points_are_the_statutes(text, rate):
    assert named_rate(text) == rate


def test_a_rate_that_was_the_statutory_one_since_default_began_means_the_statutory_one():
    assert terms(interest_rate="6,52 % im Jahr") == STATUTORY
    assert terms(interest_rate="6,27 % im Jahr", default_since=date(2026, 6, 1)) == STATUTORY


def test_a_higher_rate_needs_its_reason_by_section_288_3():
    assert terms(interest_rate="11 %") == STATUTORY
    higher = terms(interest_rate="11 %", above_statutory="so vereinbart")
    assert (higher.rate, higher.fixed) == (1100, True)


def test_a_lower_rate_is_taken_at_its_word():
    assert terms(interest_rate="4 %") == Interest(400, date(2026, 11, 21), AS_OF, fixed=True)


def test_M16_beyond_the_table_a_plain_rate_without_a_reason_is_not_trusted():
    blind = BaseRates(((date(2026, 1, 1), 127),), date(2026, 6, 30))
    assert interest_of(row(**IN_DEFAULT, interest_rate="11 %"), blind) == STATUTORY
