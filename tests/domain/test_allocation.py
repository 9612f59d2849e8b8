"""Which part of a claim a payment settles first, and which of several claims."""

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import (
    INTEREST,
    ORDER,
    PRINCIPAL,
    Allocation,
    ClaimType,
    Split,
    Standing,
    across,
    allocate,
)
from chalicelib.domain.cost_kind import CostKind

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
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must be whole minor units"):
        Split(**wrong)
    with pytest.raises(ValueError, match="^court must be whole minor units"):
        Split(costs=1, kinds=((CostKind.COURT, 2), (CostKind.COURT, -1)))


amounts = st.dictionaries(st.sampled_from(CostKind), st.integers(0, 50))
loaded = st.builds(
    lambda costs, principal, interest: Split(principal, interest) + Split.of_costs(costs),
    amounts,
    st.integers(0, 50),
    st.integers(0, 50),
)


def parts(split):
    return Counter({PRINCIPAL: split.principal, INTEREST: split.interest} | split.by_kind)


@given(loaded, loaded)
def test_splits_are_added_taken_off_and_compared_part_by_part(one, other):
    assert parts(one + other) == parts(one) + parts(other)
    assert one + other - other == one
    assert parts(one.within(other)) == parts(one) & parts(other)
    if parts(other) <= parts(one):
        assert parts(one - other) == parts(one) - parts(other)
    else:
        with pytest.raises(ValueError, match="at least 0"):
            one - other


def test_a_kind_of_costs_that_is_not_owed_is_neither_settled_nor_taken_off():
    plain, court = Split(costs=10), Split(1, 2, 3, ((CostKind.COURT, 3),))
    assert plain.within(court) == court.within(plain) == Split()
    assert court.within(Split(5, 5, 9, ((CostKind.COURT, 4),))) == court
    with pytest.raises(ValueError, match="^court must be"):
        plain - Split(costs=1, kinds=((CostKind.COURT, 1),))


def test_a_split_cannot_be_overdrawn():
    with pytest.raises(ValueError, match="at least 0"):
        Split(1) - Split(2)


# ---- Several claims (BGB §366)

STANDING = Standing("A", 1000, due=True, secured=False, burden=1, since=date(2026, 3, 1))
standings = st.lists(
    st.builds(
        Standing,
        claim=st.sampled_from("ABCDEFGHIJKLMNO"),
        owed=st.integers(0, 10_000),
        due=st.booleans(),
        secured=st.booleans(),
        burden=st.integers(0, 2),
        since=st.sampled_from([date(2026, 3, 1), date(2026, 3, 2)]),
    ),
    max_size=15,
    unique_by=lambda standing: standing.claim,
)
names = st.lists(st.sampled_from("ABCDEFGHIJKLMNOXYZ"), max_size=6)
sums = st.integers(0, 160_000)


@given(sums, standings, names)
def test_over_several_claims_a_payment_is_spent_to_the_cent(received, some, named):
    shares, surplus = across(received, some, named)
    owed = {standing.claim: standing.owed for standing in some}
    assert sum(shares.values()) + surplus == received
    assert surplus == max(0, received - sum(owed.values()))
    assert all(0 < share <= owed[claim] for claim, share in shares.items())


@given(sums, standings, names, st.randoms())
def test_the_order_in_which_claims_and_names_come_decides_nothing(received, some, named, chance):
    shuffled, renamed = chance.sample(some, len(some)), chance.sample(named, len(named))
    assert across(received, shuffled, renamed) == across(received, some, named)


@given(sums, standings, names)
def test_nothing_that_comes_later_is_paid_while_something_earlier_is_owed(received, some, named):
    shares, _ = across(received, some, named)

    def place(standing):
        return (standing.claim not in named, standing.rank)

    for one in some:
        for other in some:
            if place(one) < place(other) and shares.get(other.claim):
                assert shares.get(one.claim, 0) == one.owed


@given(sums, standings, names)
def test_claims_of_equal_rank_are_paid_in_proportion_to_within_a_cent(received, some, named):
    shares, _ = across(received, some, named)

    def equals(one, other):
        return (one.claim in named, one.rank) == (other.claim in named, other.rank)

    for one in some:
        group = [other for other in some if equals(one, other)]
        spent, owed = (
            sum(values) for values in ((shares.get(s.claim, 0) for s in group), (s.owed for s in group))
        )
        if owed:
            assert abs(shares.get(one.claim, 0) - spent * one.owed / owed) < 1


@given(st.integers(0, 400), st.lists(st.integers(1, 100), min_size=1, max_size=6))
def test_a_cent_that_cannot_be_parted_goes_to_the_largest_rest_and_of_equal_ones_to_the_first(received, owed):
    some = [replace(STANDING, claim=name, owed=each) for name, each in zip("ABCDEF", owed, strict=False)]
    spent = min(received, sum(owed))
    exact = {one.claim: Fraction(spent * one.owed, sum(owed)) for one in some}
    expected = {name: int(share) for name, share in exact.items()}
    for name in sorted(exact, key=lambda name: (int(exact[name]) - exact[name], name)):
        if sum(expected.values()) < spent:
            expected[name] += 1
    assert across(received, some) == ({name: share for name, share in expected.items() if share}, received - spent)


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ({"due": False}, "the one that is not due yet waits"),
        ({"secured": True}, "the one a court has confirmed is the safer"),
        ({"burden": 0}, "the one that weighs less waits"),
        ({"since": date(2026, 3, 2)}, "the younger waits"),
    ],
)
def test_M12_without_a_name_the_order_is_that_of_section_366_2(later, why):
    other = replace(STANDING, claim="B", **later)
    assert across(1200, [other, STANDING]) == ({"A": 1000, "B": 200}, 0), why


def test_M12_each_rule_of_section_366_2_goes_before_the_next():
    due_but_safe = replace(STANDING, claim="B", secured=True, burden=0, since=date(2026, 9, 1))
    assert across(1000, [replace(STANDING, due=False), due_but_safe])[0] == {"B": 1000}
    unsafe_but_light = replace(STANDING, claim="B", burden=0, since=date(2026, 9, 1))
    assert across(1000, [replace(STANDING, secured=True), unsafe_but_light])[0] == {"B": 1000}
    heavy_but_young = replace(STANDING, claim="B", burden=2, since=date(2026, 9, 1))
    assert across(1000, [STANDING, heavy_but_young])[0] == {"B": 1000}


def test_M12_what_the_debtor_names_goes_before_everything_by_section_366_1():
    named = replace(STANDING, claim="B", due=False, secured=True, burden=0, since=date(2026, 9, 1))
    assert across(1200, [STANDING, named], ["B"]) == ({"B": 1000, "A": 200}, 0)


def test_M12_of_the_same_age_each_gets_its_part():
    equals = [replace(STANDING, claim=name, owed=owed) for name, owed in (("A", 100), ("B", 100), ("C", 100))]
    assert across(100, equals) == ({"A": 34, "B": 33, "C": 33}, 0)
    assert across(300, [replace(STANDING, owed=300), replace(STANDING, claim="B", owed=100)])[0] == {
        "A": 225,
        "B": 75,
    }
