"""A plan's parts against what came in: the earliest first, to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import Split
from chalicelib.domain.plan import (
    Instalment,
    Method,
    Plan,
    behind,
    fitted,
    kept,
    late_parts,
    open_instalment,
    paid_in,
)
from tests.builders import claim

PARTS = tuple(Instalment(n, date(2026, 11 + n, 1) if n < 2 else date(2027, n - 1, 1), 1000) for n in range(1, 5))
PLAN = Plan(
    id="p-1",
    creditor="nordlicht",
    debtor="K-501",
    claim="R-1001",
    currency="EUR",
    instalments=(*PARTS, Instalment(5, date(2027, 4, 1), 820)),
    method=Method.LINK,
    offer="o-1",
    agreed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    paid_before=500,
)


def paid(amount):
    """The claim after so much of the plan's 48.20 came in, with 5.00 that came before it."""
    return replace(claim(), outstanding=Split(principal=4820 - amount), paid=500 + amount)


def test_what_came_before_the_plan_does_not_count():
    assert paid_in(PLAN, paid(0)) == 0
    assert open_instalment(PLAN, paid(0)) == (PLAN.instalments[0], 1000)


def test_money_covers_the_earliest_part_first():
    assert open_instalment(PLAN, paid(400)) == (PLAN.instalments[0], 600)
    assert open_instalment(PLAN, paid(1000)) == (PLAN.instalments[1], 1000)
    assert open_instalment(PLAN, paid(2300)) == (PLAN.instalments[2], 700)


def test_a_plan_is_kept_when_all_came_in_or_the_rest_was_let_go():
    assert not kept(PLAN, paid(4819))
    assert kept(PLAN, paid(4820)) and open_instalment(PLAN, paid(4820)) is None
    let_go = replace(paid(4750), outstanding=Split(), waived=70)
    assert kept(PLAN, let_go) and open_instalment(PLAN, let_go) is None
    assert behind(PLAN, let_go, date(2028, 1, 1)) == 0
    assert kept(PLAN, replace(paid(4820), outstanding=Split(interest=3))), "what has grown since is no part of it"


def test_a_part_is_behind_from_the_day_after_it_was_due():
    assert behind(PLAN, paid(0), date(2026, 12, 1)) == 0
    assert behind(PLAN, paid(0), date(2026, 12, 2)) == 1
    assert behind(PLAN, paid(999), date(2027, 1, 2)) == 2
    assert behind(PLAN, paid(1000), date(2027, 1, 2)) == 1
    assert behind(PLAN, paid(4820), date(2028, 1, 1)) == 0


@given(st.integers(0, 4819))
def test_what_is_left_of_the_open_part_and_of_those_after_it_is_what_is_owed(amount):
    part, left = open_instalment(PLAN, paid(amount))
    later = sum(other.amount for other in PLAN.instalments if other.number > part.number)
    assert left + later == 4820 - amount


@pytest.mark.parametrize(
    ("less", "last"), [(0, PLAN.instalments[4]), (1, Instalment(5, date(2027, 4, 1), 819)), (820, PARTS[3])]
)
def test_M17_a_cent_given_back_makes_the_last_part_smaller_and_all_of_it_takes_the_part_away(less, last):
    plan = replace(PLAN, asked=(4, 5))
    now = fitted(plan, replace(paid(0), outstanding=Split(4820 - less)))
    assert now == replace(
        plan, instalments=(*PLAN.instalments[: last.number - 1], last), asked=(4, 5)[: last.number - 3]
    )


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=24), st.data())
def test_M17_the_parts_that_are_left_sum_to_what_is_owed_whatever_was_given_back(amounts, data):
    """The last ones shrink; those before them stay as they were agreed."""
    parts = tuple(Instalment(n, date(2027, 1, 1), amount) for n, amount in enumerate(amounts, 1))
    plan = replace(PLAN, instalments=parts, paid_before=0, asked=tuple(range(1, len(parts) + 1)))
    came = data.draw(st.integers(0, plan.total))
    left = data.draw(st.integers(0, plan.total - came))
    one = replace(claim(), outstanding=Split(principal=left), paid=came)
    now = fitted(plan, one)
    if kept(plan, one):
        assert now is plan
        return
    assert now.total - paid_in(now, one) == left
    held = open_instalment(now, one)
    assert held and held[1] <= left and not kept(now, one)
    assert all(a.amount == b.amount for a, b in zip(now.instalments[:-1], parts, strict=False))
    assert 0 < now.instalments[-1].amount <= parts[len(now.instalments) - 1].amount
    assert set(now.asked) <= {part.number for part in now.instalments}
    assert fitted(now, one) is now


def test_each_late_part_is_told_with_what_is_left_of_it():
    first, second, *_ = PLAN.instalments
    assert late_parts(PLAN, paid(0), date(2026, 12, 1)) == ()
    assert late_parts(PLAN, paid(300), date(2027, 1, 2)) == ((first, 700), (second, 1000))
    assert late_parts(PLAN, paid(1400), date(2027, 1, 2)) == ((second, 600),)
    assert late_parts(PLAN, paid(4820), date(2028, 1, 1)) == ()
