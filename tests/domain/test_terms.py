"""Terms: any lawful wish gives a plan that sums and is dated right; any other a reason and the nearest."""

from calendar import monthrange
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chalicelib.domain.deferral import Deferral
from chalicelib.domain.plan import Instalment, Method, Plan, open_part
from chalicelib.domain.strategies._base import Strategy
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.domain.terms import (
    APART,
    Bounds,
    Change,
    ChangeKind,
    DeferralBounds,
    NotPossible,
    Proposed,
    Wish,
    changed,
    deferral_dates,
    judge_deferral,
    lowered,
    moved,
    propose,
    skipped,
    suggested,
)
from tests.builders import claim

TODAY = date(2026, 11, 23)
BOUNDS, DEFERRAL = STRATEGY.plan, STRATEGY.deferral
# Over leap days, both changes of the clock, and the ends of long and short months.
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
owed = st.integers(1, 500_000)
bounds = st.builds(
    Bounds, least=st.integers(1, 20_000), most_months=st.integers(1, 48), first_within_days=st.integers(0, 90)
)
wishes = st.builds(
    Wish,
    amount=st.integers(-100, 600_000),
    first=days,
    day=st.integers(-1, 33),
    method=st.sampled_from(Method),
)


@st.composite
def near(draw):
    """A day, and a wish around it: lawful about half the time."""
    today = draw(days)
    first = today + timedelta(days=draw(st.integers(-3, 60)))
    return today, Wish(draw(st.integers(1, 60_000)), first, draw(st.integers(1, 31)))


def check(plan, wish, total, within, today):
    """All that must hold of a plan."""
    parts = plan.instalments
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert sum(part.amount for part in parts) == total, "to the cent (M17)"
    assert all(part.amount > 0 for part in parts)
    assert len({part.amount for part in parts[:-1]}) <= 1 and parts[-1].amount <= parts[0].amount
    assert len(parts) <= within.most_months
    assert parts[0].amount == min(wish.amount, total)
    assert parts[0].due == wish.first and plan.last == parts[-1].due
    assert today <= wish.first <= today + timedelta(days=within.first_within_days)
    months = [(part.due.year, part.due.month) for part in parts]
    assert len(set(months)) == len(months), "never two in one month"
    for before, after in zip(parts, parts[1:], strict=False):
        assert after.due - before.due >= APART
        assert after.due.day == min(wish.day, monthrange(after.due.year, after.due.month)[1])
    for before, after in zip(parts[1:], parts[2:], strict=False):
        gap = (after.due.year - before.due.year) * 12 + after.due.month - before.due.month
        assert gap == 1, "each month from the second part on"


@given(near(), owed, bounds)
@example((date(2027, 12, 31), Wish(1000, date(2028, 1, 31), 31)), 6000, Bounds(1000, 24, 45))
@example((date(2026, 2, 20), Wish(1000, date(2026, 2, 28), 29)), 60_000, Bounds(1000, 60, 45))
def test_M17_any_lawful_wish_gives_a_plan_that_sums_and_any_other_the_nearest_that_does(pair, total, within):
    today, wish = pair
    answer = propose(wish, total, within, today)
    if isinstance(answer, NotPossible):
        assert answer.field in {"amount", "first", "day"} and answer.because
        nearest = answer.nearest
        again = propose(nearest, total, within, today)
        assert isinstance(again, Proposed), "the nearest one is lawful itself"
        check(again, nearest, total, within, today)
        return
    check(answer, wish, total, within, today)


@given(wishes, owed, bounds, days)
def test_whatever_is_wished_there_is_an_answer(wish, total, within, today):
    answer = propose(wish, total, within, today)
    lawful = answer.nearest if isinstance(answer, NotPossible) else wish
    check(propose(lawful, total, within, today), lawful, total, within, today)


@given(near(), owed, bounds)
def test_the_nearest_changes_only_what_it_must(pair, total, within):
    today, wish = pair
    answer = propose(wish, total, within, today)
    assume(isinstance(answer, NotPossible))
    nearest = answer.nearest
    assert nearest.amount >= min(wish.amount, total) and nearest.method is wish.method
    if nearest.amount > wish.amount:
        less = replace(nearest, amount=nearest.amount - 100)
        if less.amount >= wish.amount:
            refused = propose(less, total, within, today)
            assert isinstance(refused, NotPossible) and refused.field == "amount", "no whole amount lies between"
    latest = today + timedelta(days=within.first_within_days)
    assert nearest.first == min(max(wish.first, today), latest)
    assert nearest.day == wish.day


@given(owed, bounds, days)
def test_what_is_shown_first_is_always_lawful(total, within, today):
    wish = suggested(total, within, today)
    check(propose(wish, total, within, today), wish, total, within, today)


@pytest.mark.parametrize(
    ("total", "amount"), [(4820, 1000), (900, 900), (30_000, 5000), (100_000, 8500), (482_000, 20_500)]
)
def test_what_is_shown_first_is_calm(total, amount):
    assert suggested(total, BOUNDS, TODAY) == Wish(amount, date(2026, 12, 1), 1)


def test_near_the_first_of_a_month_the_next_one_is_shown():
    assert suggested(4820, BOUNDS, date(2026, 11, 25)).first == date(2027, 1, 1)


def dates(wish, total=6000, today=TODAY):
    return [part.due for part in propose(wish, total, Bounds(1000, 24, 60), today).instalments]


def test_the_31st_is_every_months_last_day_also_in_a_leap_year():
    assert dates(Wish(1000, date(2027, 11, 30), 31), today=date(2027, 11, 1)) == [
        date(2027, 11, 30),
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
        date(2028, 4, 30),
    ]


def test_who_begins_late_in_a_month_does_not_pay_again_on_the_first():
    assert dates(Wish(2000, date(2026, 11, 30), 1)) == [date(2026, 11, 30), date(2027, 1, 1), date(2027, 2, 1)]
    assert dates(Wish(2000, date(2026, 11, 24), 15)) == [date(2026, 11, 24), date(2026, 12, 15), date(2027, 1, 15)]


@pytest.mark.parametrize(
    ("change", "field", "because", "nearest"),
    [
        ({"amount": 300}, "amount", "below_least", {"amount": 1000}),
        ({"amount": 0}, "amount", "below_least", {"amount": 1000}),
        ({"first": date(2026, 11, 22)}, "first", "in_the_past", {"first": TODAY}),
        ({"first": date(2027, 1, 8)}, "first", "too_late", {"first": date(2027, 1, 7)}),
        ({"day": 32}, "day", "no_such_day", {"day": 31}),
        ({"day": 0}, "day", "no_such_day", {"day": 1}),
        ({"amount": 300, "day": 40}, "amount", "below_least", {"amount": 1000, "day": 31}),
    ],
)
def test_each_field_has_its_reason(change, field, because, nearest):
    wish = Wish(1000, date(2026, 12, 1), 1)
    answer = propose(replace(wish, **change), 4820, BOUNDS, TODAY)
    assert answer == NotPossible(field, because, replace(wish, **nearest))


def test_a_large_claim_needs_parts_that_end_within_the_months():
    answer = propose(Wish(1000, TODAY, 1), 100_000, BOUNDS, TODAY)
    assert (answer.because, answer.nearest.amount) == ("too_many_months", 4200)


def test_a_small_claim_below_the_least_is_one_part():
    plan = propose(Wish(1000, TODAY, 1), 480, BOUNDS, TODAY)
    assert plan.instalments == (Instalment(1, TODAY, 480),)
    assert propose(Wish(200, TODAY, 1), 480, BOUNDS, TODAY).nearest.amount == 480


def test_a_plan_of_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="owed"):
        propose(Wish(1000, TODAY, 1), 0, BOUNDS, TODAY)


# It is free


@pytest.mark.parametrize("thing", [Bounds, DeferralBounds, Strategy, Wish, Proposed, Instalment, Plan, Deferral])
@pytest.mark.parametrize("price", ["fee", "plan_fee", "deferral_fee", "interest", "surcharge", "costs"])
def test_what_would_cost_something_cannot_be_written(thing, price):
    # A yes or no that waives what the law allows is no price.
    assert not [f.name for f in fields(thing) if price in f.name and f.type is not bool]
    with pytest.raises(TypeError, match=price):
        thing(**{price: 100})


@given(near(), owed, bounds)
def test_a_plan_never_costs_more_than_is_owed(pair, total, within):
    today, wish = pair
    answer = propose(wish, total, within, today)
    if isinstance(answer, Proposed):
        assert sum(part.amount for part in answer.instalments) == total


# Deferrals


@given(days, st.builds(DeferralBounds, longest_days=st.integers(1, 120), most=st.integers(1, 5)))
def test_every_day_shown_can_be_agreed_to(today, within):
    shown = deferral_dates(today, within)
    assert 1 <= len(shown) <= 3 and list(shown) == sorted(set(shown))
    assert all(judge_deferral(day, claim(), (), within, today) is None for day in shown)


@given(days)
def test_three_days_are_shown_by_the_house_strategy(today):
    assert len(deferral_dates(today, DEFERRAL)) == 3


def test_the_days_shown_are_the_first_the_middle_and_an_end():
    assert deferral_dates(TODAY, DEFERRAL) == (date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 31))


@given(days, days, st.builds(DeferralBounds, longest_days=st.integers(1, 120), most=st.integers(1, 5)))
def test_any_day_is_lawful_or_the_nearest_is_named(until, today, within):
    answer = judge_deferral(until, claim(), (), within, today)
    if answer is None:
        assert today < until <= today + timedelta(days=within.longest_days)
    else:
        assert judge_deferral(answer.nearest, claim(), (), within, today) is None
        assert abs(answer.nearest - until) == min(
            abs(today + timedelta(days=n) - until) for n in (1, within.longest_days)
        )


def deferral(number, **changes):
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    plain = Deferral(f"l-{number}", "nordlicht", "K-501", "R-1001", TODAY, "o-1", at)
    return replace(plain, **changes)


def test_only_so_many_deferrals_of_one_claim():
    so_far = [deferral(n) for n in range(3)]
    later = TODAY + timedelta(days=9)
    assert judge_deferral(later, claim(), so_far[:2], DEFERRAL, TODAY) is None
    assert judge_deferral(later, claim(), so_far, DEFERRAL, TODAY) == NotPossible("until", "deferrals_used_up")
    others = [replace(held, claim="R-2") for held in so_far]
    assert judge_deferral(later, claim(), others, DEFERRAL, TODAY) is None


# Changes of a plan that runs


def running(wish=None, total=4820, today=TODAY, within=BOUNDS, **changes):
    wish = wish or Wish(1000, date(2026, 12, 1), 1)
    parts = propose(wish, total, within, today).instalments
    plain = Plan(
        id="p-1",
        creditor="nordlicht",
        debtor="K-501",
        claim="R-1001",
        currency="EUR",
        instalments=parts,
        method=Method.LINK,
        offer="o-1",
        agreed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        paid_before=0,
        day=wish.day,
    )
    return replace(plain, **changes)


@st.composite
def under_way(draw):
    """A running plan, what was paid of it, and a day on which its debtor wishes for a change."""
    today = draw(days)
    wish = Wish(
        draw(st.integers(1000, 9000)), today + timedelta(days=draw(st.integers(0, 45))), draw(st.integers(1, 31))
    )
    total = draw(st.integers(wish.amount, wish.amount * 24))
    plan = running(wish, total, today, agreed_at=datetime.combine(today, datetime.min.time(), UTC))
    now = today + timedelta(days=draw(st.integers(0, 200)))
    return plan, draw(st.integers(0, total - 1)), now


changes = st.one_of(
    st.builds(Change, st.just(ChangeKind.SKIP)),
    st.builds(Change, st.just(ChangeKind.MOVE), st.integers(0, 24), days),
    st.builds(Change, st.just(ChangeKind.LESS), st.integers(0, 24), st.none(), st.integers(-5, 10_000)),
)


@given(under_way(), changes)
def test_M17_a_change_keeps_the_sum_or_says_why_not(state, change):
    plan, paid, today = state
    if change.kind is ChangeKind.MOVE and change.due:
        change = replace(change, due=today + timedelta(days=(change.due - date(2024, 1, 1)).days % 60 - 5))
    answer = changed(plan, paid, change, BOUNDS, today)
    if isinstance(answer, NotPossible):
        if isinstance(answer.nearest, Change):
            again = changed(plan, paid, answer.nearest, BOUNDS, today)
            assert not isinstance(again, NotPossible), "the nearest one is lawful itself"
            whole(plan, again, paid, today)
        return
    whole(plan, answer, paid, today)
    if change.kind is ChangeKind.SKIP:
        first = open_part(plan.instalments, paid)[0]
        assert all(part.due > max(first.due, today) for part in answer if part.number >= first.number)


def whole(plan, parts, paid, today):
    assert sum(part.amount for part in parts) == plan.total
    assert all(part.amount > 0 for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    first = open_part(plan.instalments, paid)[0].number
    assert parts[: first - 1] == plan.instalments[: first - 1], "what is paid stays as it was"
    dues = [part.due for part in parts[first - 1 :]]
    assert dues == sorted(set(dues)), "in order, no two on one day"
    changed_parts = set(parts) - set(plan.instalments)
    assert all(part.due >= today for part in changed_parts if part.number >= len(plan.instalments))


def test_not_this_month_moves_all_that_is_to_come_by_a_month():
    parts = skipped(running(), 1000, date(2026, 12, 20))
    assert [part.due.isoformat() for part in parts] == [
        "2026-12-01",
        "2027-02-01",
        "2027-03-01",
        "2027-04-01",
        "2027-05-01",
    ]
    assert [part.amount for part in parts] == [1000, 1000, 1000, 1000, 820]


def test_not_this_month_after_two_misses_goes_on_with_the_next_day_that_lies_ahead():
    parts = skipped(running(), 0, date(2027, 1, 5))
    assert [part.due.isoformat() for part in parts][:2] == ["2027-02-01", "2027-03-01"]
    assert parts[-1].due == date(2027, 6, 1)


def test_not_this_month_at_the_end_of_the_month_keeps_to_the_ends():
    plan = running(Wish(1000, date(2026, 11, 30), 31), 2000)
    assert [p.due.isoformat() for p in skipped(plan, 0, TODAY)] == ["2026-12-31", "2027-01-31"]


def test_another_date_lies_within_thirty_days_and_before_the_next_part():
    plan = running()
    assert moved(plan, 0, 1, date(2026, 12, 20), TODAY, BOUNDS)[0].due == date(2026, 12, 20)
    far = moved(plan, 0, 1, date(2027, 1, 4), TODAY, BOUNDS)
    assert (far.because, far.nearest) == ("too_far", Change(ChangeKind.MOVE, 1, due=date(2026, 12, 31)))
    last = moved(plan, 0, 5, date(2027, 6, 1), TODAY, BOUNDS)
    assert last.nearest.due == date(2027, 5, 1), "thirty days after 1 April"
    early = moved(plan, 0, 2, date(2026, 11, 30), TODAY, BOUNDS)
    assert early.nearest.due == date(2026, 12, 2), "after the part before it"
    gone = moved(plan, 0, 1, date(2026, 11, 1), TODAY, BOUNDS)
    assert (gone.because, gone.nearest.due) == ("in_the_past", TODAY)


def test_a_missed_part_with_the_next_one_at_the_door_is_better_left_out():
    answer = moved(running(), 0, 1, date(2027, 1, 3), date(2027, 1, 2), BOUNDS)
    assert (answer.because, answer.nearest) == ("no_room", Change(ChangeKind.SKIP))
    assert lowered(running(), 0, 1, 500, date(2027, 1, 2), BOUNDS).because == "no_room"


def test_less_now_fills_up_the_end():
    parts = lowered(running(), 0, 1, 600, TODAY, BOUNDS)
    assert [part.amount for part in parts] == [600, 1000, 1000, 1000, 1000, 220]
    assert parts[-1].due == date(2027, 5, 1)
    assert [p.amount for p in lowered(running(total=4100), 0, 1, 600, TODAY, BOUNDS)] == [
        600,
        1000,
        1000,
        1000,
        500,
    ]


def test_less_of_the_last_part_adds_one_after_it():
    parts = lowered(running(), 4000, 5, 500, TODAY, BOUNDS)
    assert [(part.amount, part.due.isoformat()) for part in parts[-2:]] == [
        (500, "2027-04-01"),
        (320, "2027-05-01"),
    ]


def test_less_of_a_part_that_is_partly_paid_counts_what_is_left_of_it():
    parts = lowered(running(), 200, 1, 600, TODAY, BOUNDS)
    assert (parts[0].amount, sum(part.amount for part in parts)) == (800, 4820)
    assert open_part(parts, 200) == (parts[0], 600)


@pytest.mark.parametrize(
    ("paid", "amount", "because", "nearest"),
    [
        (0, 499, "below_least", Change(ChangeKind.LESS, 1, amount=500)),
        (0, 1000, "not_less", None),
        (500, 100, "small_already", Change(ChangeKind.SKIP)),
    ],
)
def test_less_has_its_bounds_too(paid, amount, because, nearest):
    answer = lowered(running(), paid, 1, amount, TODAY, BOUNDS)
    assert (answer.field, answer.because, answer.nearest) == ("amount", because, nearest)


@pytest.mark.parametrize("number", [1, 6, 99])
def test_what_is_paid_or_not_there_cannot_be_changed(number):
    assert moved(running(), 1000, number, TODAY, TODAY, BOUNDS).because == "nothing_open"
    assert lowered(running(), 1000, number, 600, TODAY, BOUNDS).because == "nothing_open"


def test_a_plan_that_is_paid_cannot_be_changed():
    for change in (Change(ChangeKind.SKIP), Change(ChangeKind.MOVE, 1), Change(ChangeKind.LESS, 1)):
        assert changed(running(), 4820, change, BOUNDS, TODAY).because == "nothing_open"
    assert skipped(running(), 4820, TODAY).because == "nothing_open"


def test_three_changes_a_year_and_then_a_person():
    skip = Change(ChangeKind.SKIP)
    assert not isinstance(changed(running(changes=2), 0, skip, BOUNDS, TODAY), NotPossible)
    assert changed(running(changes=3), 0, skip, BOUNDS, TODAY) == NotPossible("change", "changes_used_up")
    next_year = TODAY + timedelta(days=365)
    assert not isinstance(changed(running(changes=5), 0, skip, BOUNDS, next_year), NotPossible)
    assert isinstance(changed(running(changes=6), 0, skip, BOUNDS, next_year), NotPossible)
