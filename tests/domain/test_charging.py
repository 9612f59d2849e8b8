"""What a collector's fee does to a claim: charged once, risen once, given back to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.accrual import owed_at, paid_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.charging import first_charge, given_back, in_time, risen, untold
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.collection_fee import CollectionFee, last_simple_day
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import COSTS_BACK, EntryKind
from chalicelib.domain.interest import Interest, Promise
from chalicelib.domain.ledger import appended, costs_given_back
from chalicelib.domain.policies.de import POLICY
from tests.builders import claim, opening_of
from tests.invariants import balanced

METER = POLICY.meter
ON = date(2026, 11, 2)
LAST = last_simple_day(ON)
RISES = bank_days_after(LAST, 3)
HALF = ((CostKind.COLLECTION, 2575), (CostKind.EXPENSES, 515))
RISE = ((CostKind.COLLECTION, 2060), (CostKind.EXPENSES, 412))
IN_DEFAULT = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung", "as_of": ON - timedelta(days=2)}


def at(day):
    return datetime.combine(day, time(9), UTC)


def owing(principal=20_000, **changes):
    return claim(**{"outstanding": Split(principal), **IN_DEFAULT, **changes})


def demanded(one=None, day=ON, **more):
    found = first_charge(one or owing(), "c-1", (), vat=False, flat=False, day=day, at=at(day), **more)
    assert found
    return found


def grown(day=RISES):
    half, first = demanded()
    found = risen(half, day, at(day), rests=False)
    assert found
    return found[0], (opening_of(owing()), first, found[1])


def test_what_is_charged_is_an_entry_by_kind_and_is_remembered_by_the_claim():
    after, entry = demanded()
    assert (entry.kind, entry.split.kinds, entry.value_date) == (EntryKind.COSTS, HALF, ON)
    assert after.fee == CollectionFee("c-1", ON, 20_000, False, False, half=HALF, look_at=at_night(RISES))
    assert first_charge(after, "c-2", (), vat=False, flat=False, day=RISES, at=at(RISES)) is None


def at_night(day):
    return datetime.combine(day, time(0), UTC)


def test_what_rises_is_the_rest_and_it_rises_once():
    after, entries = grown()
    assert (after.fee.rise, after.fee.look_at, after.fee.total) == (RISE, None, 5562)
    assert entries[-1].split.kinds == RISE
    assert risen(after, date(2027, 3, 1), at(RISES), rests=False) is None
    balanced(after, entries)


@pytest.mark.parametrize(("day", "rests"), [(RISES - timedelta(days=1), False), (date(2027, 3, 1), True)])
def test_nothing_rises_before_its_day_nor_at_rest(day, rests):
    assert risen(demanded()[0], day, at(day), rests=rests) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"default_since": None},
        {"default_since": ON + timedelta(days=1)},
        {"default_basis": " "},
        {"currency": "CHF"},
        {"outstanding": Split(interest=500)},
        {"state": ClaimState.ON_PLAN},
        {"interest": Interest(500, ON, ON, good=Promise(ON, ON))},
        {"interest": Interest(500, ON, ON, earlier=Promise(ON, ON))},
    ],
)
def test_where_no_costs_are_owed_none_are_charged(changes):
    assert first_charge(owing(**changes), "c-1", (), vat=False, flat=False, day=ON, at=at(ON)) is None


def test_an_amount_told_that_holds_no_more_keeps_no_costs_away():
    over = Interest(500, ON, ON, good=Promise(ON, ON - timedelta(days=1)))
    assert demanded(owing(interest=over))


@given(st.integers(1, 60_000), st.integers(0, 40))
@settings(deadline=None)
def test_what_pays_all_but_what_rose_closes_the_claim_only_if_it_came_in_time(amount, days):
    one, entries = grown()
    worth = ON + timedelta(days=days)
    closing = 20_000 + (3090 if worth <= LAST else 5562)
    assert owed_at(one, worth, METER).total == closing
    after, booked = paid_on(one, amount, "pi_1", worth, at(RISES), METER)
    balanced(after, (*entries, *booked))
    assert (after.state is ClaimState.CLOSED) == (amount >= closing)
    assert booked[-1].surplus == max(0, amount - closing)
    assert [e.kind for e in booked[:-1]] == [EntryKind.CREDIT] * (worth <= LAST and amount >= closing)


def test_money_worth_a_day_before_the_demand_owes_no_fee_at_all():
    one, entries = grown()
    after, booked = paid_on(one, 20_000, "pi_1", ON - timedelta(days=1), at(RISES), METER)
    assert (after.state, after.fee, booked[0].amount) == (ClaimState.CLOSED, None, 5562)
    balanced(after, (*entries, *booked))


@given(st.integers(1, 26_000), st.integers(1, 26_000), st.booleans())
@settings(deadline=None)
def test_all_that_came_in_time_counts_together_whenever_it_is_booked(early, within, first):
    """Money from before the demand owes no fee where it alone is enough, and half of one with what came in time."""
    one, entries = grown()
    coming = [(early, ON - timedelta(days=9)), (within, LAST)]
    for number, (amount, worth) in enumerate(coming if first else coming[::-1]):
        one, booked = paid_on(one, amount, f"pi_{number}", worth, at(RISES), METER)
        entries = (*entries, *booked)
        balanced(one, entries)
    assert (one.state is ClaimState.CLOSED) == (early >= 20_000 or early + within >= 23_090)


def test_what_was_paid_of_the_costs_already_is_taken_off_the_rest():
    one, entries = grown()
    part, first = paid_on(one, 6_000, "pi_1", LAST, at(RISES), METER)
    assert part.outstanding == Split(20_000 - 438)
    after, rest = paid_on(part, 23_090 - 6_000, "pi_2", LAST, at(RISES), METER)
    assert (rest[0].split, rest[0].flags) == (Split(2472), (COSTS_BACK,))
    assert after.state is ClaimState.CLOSED and rest[-1].surplus == 0
    balanced(after, (*entries, *first, *rest))


def test_money_that_came_late_counts_only_for_the_rest():
    one, _ = grown()
    part, _ = paid_on(one, 10_000, "pi_1", LAST + timedelta(days=1), at(RISES), METER)
    (half,) = in_time(part, LAST)
    assert (half.claim.outstanding.total, half.amount, half.late) == (13_090, 2472, 10_000)
    after, booked = paid_on(part, 13_090, "pi_2", LAST, at(RISES), METER)
    assert after.state is ClaimState.OPEN and len(booked) == 1
    _, all_in_time = paid_on(part, 23_090, "pi_2", LAST, at(RISES), METER)
    assert all_in_time[0].gives_costs_back and all_in_time[-1].surplus == 10_000


def test_where_nothing_was_charged_nothing_is_given_back():
    one = owing()
    assert in_time(one, ON) == ()
    with pytest.raises(ValueError, match="nothing was charged"):
        given_back(one, 1, "pi_1", ON, at(ON))


def test_a_demand_that_nobody_was_told_of_costs_nothing_and_told_of_no_amount():
    told = owing(interest=Interest(500, ON, ON))
    half, first = demanded(told)
    promised = replace(half, interest=replace(half.interest, good=Promise(ON, LAST)))
    after, entry = untold(promised, "c-1", at(ON))
    assert (after.fee, after.outstanding, after.interest.good) == (None, Split(20_000), None)
    assert (entry.kind, entry.amount, entry.value_date, entry.flags) == (EntryKind.CREDIT, 3090, ON, (COSTS_BACK,))
    balanced(after, (opening_of(told), first, entry))
    assert untold(half, "c-2", at(ON)) is None


def test_what_was_paid_or_agreed_meanwhile_had_been_seen():
    half, _ = demanded()
    paid, _ = paid_on(half, 20_001, "pi_1", ON, at(ON), METER)
    assert untold(paid, "c-1", at(ON)) is None
    assert untold(replace(half, deferral="l-1"), "c-1", at(ON)) is None
    all_but, _ = paid_on(half, 20_000, "pi_1", ON, at(ON), METER)
    assert untold(all_but, "c-1", at(ON))[0].state is ClaimState.CLOSED


@pytest.mark.parametrize("amount", [0, 23_091])
def test_no_more_is_given_back_than_is_owed(amount):
    with pytest.raises(ValueError, match="no more can be given back"):
        costs_given_back(demanded()[0], amount, "x", ON, at(ON), dict(HALF))


# ---- The two weeks


def test_two_weeks_begin_anew_where_a_claim_that_rested_goes_on():
    half, _ = demanded()
    held = half.held(Hold(HoldKind.DISPUTE, at(ON), None, "d-1"))
    ended = ON + timedelta(days=30)
    free = held.released(HoldKind.DISPUTE, at(ended))
    assert free.fee.half_through == last_simple_day(ended)
    assert free.fee.look_at == at_night(bank_days_after(last_simple_day(ended), 3))
    assert risen(free, ended + timedelta(days=10), at(ended), rests=False) is None
    with pytest.raises(ValueError, match="when does that end"):
        held.released(HoldKind.DISPUTE)
    short = held.released(HoldKind.DISPUTE, at(ON))
    assert short.fee.half_through == LAST, "an end on the first day changes nothing"


def test_a_claim_that_is_paid_is_looked_at_no_more_until_it_owes_again():
    half, _ = demanded()
    closed, _ = paid_on(half, 23_090, "pi_1", ON, at(ON), METER)
    assert closed.fee.look_at is None
    back = ON + timedelta(days=50)
    again, _ = appended(closed, EntryKind.REVERSAL, Split(20_000), "re_1", back, at(back), reverses=2)
    assert again.fee.half_through == last_simple_day(back) and again.fee.look_at == again.fee.rises_at


def test_what_has_risen_stays_whatever_is_promised_later():
    one, _ = grown()
    assert one.fee.anew(at(date(2027, 1, 1))) == one.fee
    assert one.fee.promising(date(2027, 1, 1)).half_through == date(2027, 1, 1)
    assert one.fee.promising(ON).half_through == LAST
