"""Which part of a claim a payment settles first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import ORDER, Allocation, ClaimType, Split, allocate

cents = st.integers(0, 10**9)
splits = st.builds(Split, principal=cents, interest=cents, costs=cents)
payments = st.integers(1, 4 * 10**9)


@given(payments, splits, st.sampled_from(ClaimType))
def test_a_payment_is_spent_to_the_cent(received, owed, kind):
    spent = allocate(received, owed, kind)
    assert spent.settled.total + spent.surplus == received
    assert spent.surplus == max(0, received - owed.total)
    left = owed - spent.settled
    assert min(left.principal, left.interest, left.costs, spent.surplus) >= 0


@given(payments, splits, st.sampled_from(ClaimType))
def test_nothing_later_in_the_order_is_touched_while_something_earlier_is_owed(received, owed, kind):
    spent = allocate(received, owed, kind).settled
    for place, component in enumerate(ORDER[kind]):
        if any(getattr(spent, later) for later in ORDER[kind][place + 1 :]):
            assert getattr(spent, component) == getattr(owed, component)


@given(st.lists(payments, min_size=1, max_size=6), splits, st.sampled_from(ClaimType))
def test_in_parts_or_at_once_the_same_is_left(parts, owed, kind):
    left = owed
    for part in parts:
        left = left - allocate(part, left, kind).settled
    assert left == owed - allocate(sum(parts), owed, kind).settled


def test_costs_then_interest_then_principal_by_section_367():
    owed = Split(principal=1000, interest=100, costs=50)
    assert allocate(60, owed, ClaimType.GOODS_OR_SERVICE) == Allocation(Split(interest=10, costs=50), 0)
    assert allocate(200, owed, ClaimType.OTHER) == Allocation(Split(50, 100, 50), 0)


def test_M13_a_consumer_loan_settles_the_principal_before_the_interest_by_section_497():
    owed = Split(principal=1000, interest=100, costs=50)
    assert allocate(60, owed, ClaimType.CONSUMER_LOAN) == Allocation(Split(principal=10, costs=50), 0)
    assert allocate(1060, owed, ClaimType.CONSUMER_LOAN) == Allocation(Split(1000, 10, 50), 0)


def test_M1_what_is_too_much_is_surplus():
    assert allocate(1200, Split(1000), ClaimType.OTHER) == Allocation(Split(1000), 200)


@pytest.mark.parametrize("received", [0, -1, 1.5, True])
def test_a_payment_of_nothing_or_of_parts_of_a_cent_is_refused(received):
    with pytest.raises(ValueError, match="above 0"):
        allocate(received, Split(1000), ClaimType.OTHER)


@pytest.mark.parametrize("wrong", [{"principal": -1}, {"interest": -1}, {"costs": 1.0}, {"principal": True}])
def test_no_component_is_below_zero_or_a_fraction(wrong):
    with pytest.raises(ValueError, match="whole minor units"):
        Split(**wrong)


def test_a_split_cannot_be_overdrawn():
    with pytest.raises(ValueError, match="at least 0"):
        Split(1) - Split(2)
