"""The budget: what the law leaves alone, to the cent, and a proposal that leaves enough to live on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.budget import (
    TABLE,
    Affordable,
    Budget,
    Unseizable,
    UnseizableRanOut,
    affordable,
    budget_known,
    seizable,
    unseizable_on,
)

ON = date(2026, 11, 23)
# The figures that the text of ZPO §850c itself prints.
PRINTED = Unseizable(date(2021, 5, 8), date(2021, 6, 30), 117_859, 44_357, 24_712, 361_308)

incomes = st.integers(0, 1_000_000)
people = st.integers(0, 8)


def test_the_golden_figure():
    assert seizable(188_740, 0, ON) == 20_482


@pytest.mark.parametrize(
    ("income", "dependants", "cents"),
    [
        (158_740, 0, 0),  # not more than the base: nothing (1)
        (159_999, 0, 182),  # it counts as 1,590.00 (5); of the 2.60 above the base seven tenths (3)
        (188_740, 1, 0),  # the first dependant raises the base to 2,184.82 (2)
        (300_000, 1, 40_759),  # 3,000.00 - 2,184.82 = 815.18; five tenths (3)
        (300_000, 2, 19_294),  # base 2,517.65; 482.35; four tenths
        (400_000, 5, 4_838),  # base 3,516.14; of 483.86 one tenth
    ],
)
def test_by_the_statutes_own_words(income, dependants, cents):
    assert seizable(income, dependants, ON) == cents


@pytest.mark.parametrize(
    ("income", "dependants", "cents"),
    [
        (117_859, 0, 0),
        (361_308, 0, (361_000 - 117_859) * 7 // 10),
        (461_308, 0, 100_000 + (361_000 - 117_859) * 7 // 10),  # above the limit everything (3) sentence 3
        (361_308, 1, (361_000 - 117_859 - 44_357) * 5 // 10),
        (361_308, 5, (361_000 - 117_859 - 44_357 - 4 * 24_712) * 1 // 10),
        (461_308, 5, 100_000 + (361_000 - 117_859 - 44_357 - 4 * 24_712) * 1 // 10),
        (361_308, 6, (361_000 - 117_859 - 44_357 - 4 * 24_712) * 1 // 10),  # the sixth adds nothing (2)
    ],
)
def test_with_the_figures_the_statute_prints(income, dependants, cents):
    assert PRINTED.seizable(income, dependants) == cents


@pytest.mark.parametrize("figures", [PRINTED, unseizable_on(ON)], ids=["printed", "now"])
@given(incomes, incomes, people)
def test_more_income_never_leaves_less_seizable(figures, one, other, fed):
    less, more = sorted((one, other))
    assert figures.seizable(less, fed) <= figures.seizable(more, fed)


@pytest.mark.parametrize("figures", [PRINTED, unseizable_on(ON)], ids=["printed", "now"])
@given(incomes, people)
def test_another_mouth_to_feed_never_makes_more_seizable(figures, income, fed):
    assert figures.seizable(income, fed + 1) <= figures.seizable(income, fed)


@pytest.mark.parametrize("figures", [PRINTED, unseizable_on(ON)], ids=["printed", "now"])
@given(incomes, people)
def test_what_the_law_protects_stays(figures, income, fed):
    taken = figures.seizable(income, fed)
    assert 0 <= taken <= max(0, income - figures.base)


@given(incomes, people)
def test_a_limit_that_is_not_known_can_only_leave_more(income, fed):
    without = Unseizable(PRINTED.valid_from, PRINTED.valid_through, 117_859, 44_357, 24_712, None)
    assert without.seizable(income, fed) <= PRINTED.seizable(income, fed)


@given(incomes, people, st.integers(0, 500_000), st.integers(0, 500_000))
def test_the_proposal_is_the_lower_of_both_in_steps_of_five_euros(income, fed, rent, living):
    answer = affordable(Budget(income, fed, rent, living), ON)
    assert answer.left == max(0, income - rent - living)
    assert answer.proposal % 500 == 0
    assert answer.proposal <= min(answer.seizable, answer.left) < answer.proposal + 500


@given(incomes, incomes, people, st.integers(0, 200_000), st.integers(0, 200_000))
def test_whoever_has_more_is_never_proposed_less(one, other, fed, rent, living):
    less, more = sorted((one, other))
    lower = affordable(Budget(less, fed, rent, living), ON)
    assert lower.proposal <= affordable(Budget(more, fed, rent, living), ON).proposal


def test_where_nothing_is_left_no_plan_is_proposed():
    assert affordable(Budget(188_740, 0, 90_000, 100_000), ON) == Affordable(20_482, 0, 0)
    assert affordable(Budget(150_000, 0, 50_000, 50_000), ON).proposal == 0
    assert affordable(Budget(188_740, 0, 80_000, 90_000), ON).proposal == 18_500
    assert affordable(Budget(188_740, 0, 50_000, 50_000), ON).proposal == 20_000


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2027, 7, 1)])
def test_outside_its_table_nothing_is_worked_out(day):
    with pytest.raises(UnseizableRanOut, match=TABLE):
        affordable(Budget(200_000, 0, 0, 0), day)
    assert not budget_known(day)


def test_inside_its_table_it_is():
    assert budget_known(date(2026, 7, 1)) and budget_known(date(2027, 6, 30))


def test_no_printed_form_shows_a_figure():
    shown = repr((Budget(188_741, 3, 50_003, 50_007), affordable(Budget(188_741, 0, 50_003, 50_007), ON)))
    assert not any(letter.isdigit() for letter in shown)
