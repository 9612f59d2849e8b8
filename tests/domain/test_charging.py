"""What a collector's fee does to a claim: charged once, risen once, given back to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.accrual import accrued, owed_at, owed_on, paid_on, reversed_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.charging import (
    first_charge,
    given_back,
    in_time,
    look_again,
    may_charge,
    rests,
    risen,
    untold,
)
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.collection_fee import CollectionFee, last_simple_day
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import COSTS_BACK, EntryKind
from chalicelib.domain.interest import Interest, Promise
from chalicelib.domain.ledger import appended, costs_given_back, left_of
from chalicelib.domain.matter import Matter
from chalicelib.domain.policies.de import POLICY
from tests.builders import claim, debtor, opening_of
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
    assert (entry.source, entry.booked_at) == ("costs:c-1:1", at(ON))
    assert after.fee == CollectionFee("c-1", ON, 20_000, False, False, half=HALF, look_at=at_night(RISES))
    assert first_charge(after, "c-2", (), vat=False, flat=False, day=RISES, at=at(RISES)) is None


def at_night(day):
    return datetime.combine(day, time(0), UTC)


def test_what_rises_is_the_rest_and_it_rises_once():
    after, entries = grown()
    assert (after.fee.rise, after.fee.look_at, after.fee.total) == (RISE, None, 5562)
    assert (entries[-1].split.kinds, entries[-1].value_date, entries[-1].source) == (RISE, RISES, "costs:c-1:2")
    assert risen(owing(), RISES, at(RISES), rests=False) is None, "where nothing was charged nothing rises"
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
        {"default_basis": None},
        {"currency": "CHF"},
        {"outstanding": Split(interest=500)},
        {"state": ClaimState.ON_PLAN},
        {"interest": Interest(500, ON, ON, good=Promise(ON, ON))},
        {"interest": Interest(500, ON, ON, earlier=Promise(ON, ON))},
    ],
)
def test_where_no_costs_are_owed_none_are_charged(changes):
    assert not may_charge(owing(**changes), ON)
    assert first_charge(owing(**changes), "c-1", (), vat=False, flat=False, day=ON, at=at(ON)) is None


def test_costs_are_owed_from_the_first_day_of_default_and_on_the_last_cent():
    assert demanded(owing(1, default_since=ON))[0].fee.value == 1


def test_what_the_creditor_and_its_file_said_of_the_costs_is_heard_and_remembered():
    with_vat, _ = first_charge(owing(), "c-1", (), vat=True, flat=False, day=ON, at=at(ON))
    assert with_vat.fee.half == (*HALF, (CostKind.VAT, 587)) and with_vat.fee.vat
    filed = ((CostKind.OTHER, 500),)
    flat, entry = first_charge(owing(), "c-1", filed, vat=False, flat=True, day=ON, at=at(ON))
    assert entry.split.kinds == flat.fee.half == ((CostKind.FLAT, 3_500),)
    assert flat.fee.filed == filed and flat.fee.flat


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
    """Money from before the demand owes no fee where it is enough; with what came in time, it owes half of one."""
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
    after, rest = paid_on(part, 23_090 - 6_000, "pi_2", LAST, at(RISES), METER, flags=("by_hand",))
    assert (rest[0].split, rest[0].flags) == (Split(2472), (COSTS_BACK,))
    assert (rest[0].source, rest[0].value_date, rest[0].booked_at) == ("costs:back:pi_2", LAST, at(RISES))
    assert after.state is ClaimState.CLOSED and rest[-1].surplus == 0
    assert (rest[-1].source, rest[-1].flags) == ("pi_2", ("by_hand",))
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


@pytest.mark.parametrize(
    ("worth", "comes", "free"),
    [(ON - timedelta(days=1), 20_000, 3090), (LAST, 23_090, 2472), (LAST + timedelta(days=1), 23_090, 2472)],
)
def test_money_that_comes_again_owes_no_more_of_a_fee_than_it_did_on_its_day(worth, comes, free):
    half, first = demanded()
    paid, booked = paid_on(half, comes, "pi_1", worth, at(worth), METER)
    entries = (opening_of(owing()), first, *booked)
    gone = ON + timedelta(days=20)
    back, reversal = reversed_on(
        paid, booked[-1], left_of(booked[-1], ()), comes, "du_1", gone, at(gone), METER, flags=("chargeback",)
    )
    later = RISES + timedelta(days=30)
    one, rise = risen(back, later, at(later), rests=False) or (back, None)
    entries = (*entries, reversal, *((rise,) if rise else ()))
    won = at(later + timedelta(days=30))
    after, again = paid_on(one, comes, "won", worth, won, METER, back=reversal)
    balanced(after, (*entries, *again))
    assert after.state is ClaimState.CLOSED and again[-1].surplus == 0
    given = [e for e in (*booked, *again) if e.gives_costs_back]
    assert sum(e.amount for e in given) == free


def test_money_that_comes_again_after_others_paid_late_is_not_in_time_by_theirs():
    half, _ = demanded()
    paid, booked = paid_on(half, 13_090, "pi_1", LAST, at(LAST), METER)
    gone = ON + timedelta(days=20)
    back, reversal = reversed_on(paid, booked[-1], left_of(booked[-1], ()), 13_090, "du_1", gone, at(gone), METER)
    one, _ = risen(back, RISES + timedelta(days=30), at(RISES + timedelta(days=30)), rests=False)
    part, _ = paid_on(one, 10_000, "pi_2", gone, at(gone), METER)
    after, again = paid_on(part, 13_090, "won", LAST, at(gone), METER, back=reversal)
    assert len(again) == 1 and after.outstanding.total == 2472


def test_what_came_too_late_is_asked_for_beside_what_is_enough_in_time():
    one, _ = grown()
    part, late = paid_on(one, 1_000, "pi_1", LAST + timedelta(days=1), at(RISES), METER)
    costs = ((CostKind.COLLECTION, 3635), (CostKind.EXPENSES, 927))
    assert owed_at(part, LAST, METER) == Split(23_090 - 4_562, 0, 4_562, costs)
    assert owed_at(part, LAST + timedelta(days=1), METER) == Split(20_000, 0, 4_562, costs) == part.outstanding
    back, _ = reversed_on(part, late[-1], left_of(late[-1], ()), 400, "re_1", RISES, at(RISES), METER)
    assert in_time(back, LAST)[0].late == 600, "what went back of it is asked for no more"
    other, _ = paid_on(part, 500, "pi_2", LAST, at(RISES), METER)
    assert in_time(other, LAST)[0].late == 1_000, "what came in time counts in full"
    first, _ = paid_on(one, 700, "pi_1", ON, at(RISES), METER)
    assert in_time(first, ON)[0].late == 0
    assert [one.late for one in in_time(first, ON - timedelta(days=1))] == [700, 0]


def test_interest_grows_on_what_is_owed_without_the_fee_too():
    bearing = owing(interest=Interest(500, ON, ON - timedelta(days=1)))
    half, _ = demanded(bearing)
    one, _ = risen(half, RISES, at(RISES), rests=False)
    grown_by = owed_on(bearing, LAST, METER).outstanding.interest
    closing = owed_at(one, LAST, METER)
    assert grown_by and (closing.principal, closing.interest, closing.costs) == (20_000, grown_by, 3090)
    booked, _ = accrued(one, RISES, at(RISES), METER)
    assert owed_at(booked, LAST, METER) == closing


def test_what_rose_is_given_back_and_the_night_looks_again_while_it_is_open():
    one, _ = grown()
    (half,) = in_time(one, LAST)
    assert (half.claim.fee, half.claim.outstanding.total, half.amount, half.late) == (None, 23_090, 2472, 0)
    free, credit = given_back(one, 2472, "pi_1", LAST, at(RISES))
    assert (credit.amount, free.fee.half, free.fee.rise) == (2472, HALF, ())
    assert (credit.split.kinds, free.outstanding.kinds) == (RISE, HALF), "what is left is half a fee, kind by kind"
    assert free.fee.look_at == free.fee.rises_at
    little = replace(one, outstanding=Split(0, 0, 1_000, ((CostKind.COLLECTION, 1_000),)))
    closed, credit = given_back(little, 1_000, "pi_1", LAST, at(RISES))
    assert (credit.amount, closed.state, closed.fee.look_at) == (1_000, ClaimState.CLOSED, None)
    assert closed.fee.rise == ((CostKind.COLLECTION, 1_060), (CostKind.EXPENSES, 412)) and closed.fee.half == HALF
    all_of_it = replace(one, outstanding=Split(2_472))
    closed, _ = given_back(all_of_it, 2_472, "pi_1", LAST, at(RISES))
    assert (closed.state, closed.fee.rise, closed.fee.look_at) == (ClaimState.CLOSED, (), None)
    assert in_time(closed, ON - timedelta(days=1)) == ()
    early, credit = given_back(replace(little, outstanding=Split(3_000)), 3_000, "pi_1", ON, at(RISES))
    assert (credit.amount, early.fee.rise) == (3_000, ())
    assert early.fee.half == ((CostKind.COLLECTION, 2575 - 528), (CostKind.EXPENSES, 515))


def test_a_whole_fee_is_given_back_from_itself_and_not_from_another_cost():
    one, _ = grown()
    reminder = (CostKind.DUNNING, 500)
    fees = dict(HALF + RISE)
    both = {kind: dict(HALF)[kind] + dict(RISE)[kind] for kind in fees}
    owes = replace(one, outstanding=Split.of_costs({reminder[0]: reminder[1], **both}) + Split(20_000))
    free, credit = given_back(owes, sum(both.values()), "pi_1", ON, at(RISES))
    assert (credit.split.kinds, free.outstanding.kinds) == (tuple(both.items()), (reminder,))


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
    assert (entry.source, entry.booked_at) == ("costs:back:c-1:2", at(ON))
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


# ---- The night

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
SOON, LATER = NOON + timedelta(days=3), NOON + timedelta(days=5)


def looked(one, *held):
    """Whether it rests, and when the night looks again."""
    card = Matter(debtor(holds=held), {one.id: one})
    return rests(card, one, NOON), look_again(card, one, one.fee, NOON)


def test_the_night_looks_again_when_what_holds_a_claim_may_have_ended():
    one, _ = demanded()
    until = {when: Hold(HoldKind.PAYMENT_UNDER_WAY, at(ON), when, "a") for when in (SOON, LATER, None)}
    assert looked(one) == (False, None), "it may rise now"
    again = replace(one, fee=one.fee.promising(date(2027, 1, 20)))
    assert looked(again) == (False, again.fee.rises_at)
    card = Matter(debtor(), {again.id: again})
    assert look_again(card, again, again.fee, again.fee.rises_at) is None, "it is here"
    assert looked(replace(one, holds=(until[SOON],))) == looked(one, until[SOON]) == (True, SOON)
    assert looked(replace(one, holds=(until[SOON],)), until[LATER]) == (True, LATER)
    near = replace(until[SOON], until=NOON + timedelta(hours=1))
    assert looked(one, near) == (True, NOON + timedelta(days=1)), "not before a day has gone by"
    assert looked(one, until[None]) == (True, NOON + timedelta(days=7)), "a person must lift it"
    assert looked(one, replace(near, until=NOON)) == (False, None), "what has ended holds nothing"


def test_what_begins_the_two_weeks_anew_when_it_ends_says_so_itself():
    one, _ = demanded()
    dispute = Hold(HoldKind.DISPUTE, at(ON), None, "d-1")
    assert looked(replace(one, holds=(dispute,))) == (True, None)
    assert looked(replace(one, holds=(replace(dispute, until=SOON),))) == (True, SOON)
    for state in (ClaimState.ON_PLAN, ClaimState.CLOSED):
        assert looked(replace(one, state=state)) == (True, None)
    for agreed in ("plan", "deferral", "dispute"):
        assert looked(replace(one, **{agreed: "x"})) == (True, NOON + timedelta(days=7))


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
