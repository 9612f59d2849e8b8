"""What collecting may cost: the lawyers' table to the cent, half a fee first, and never more than the cap."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.fees import (
    ARRIVES_WITHIN,
    FLAT,
    SIMPLE_CASE,
    UNDISPUTED,
    Billing,
    FeesRanOut,
    above_cap,
    bills_fee,
    charged_too_much,
    collection_costs,
    factor_on,
    fee_table,
    flat_owed,
    last_simple_day,
    still_to_charge,
)
from chalicelib.domain.parties import ActingAs
from tests.builders import creditor

ON = date(2026, 11, 2)  # a Monday
LAST = date(2026, 11, 16)
RISEN = date(2026, 11, 19)
COLLECTION, EXPENSES, VAT, FLAT_SUM = CostKind.COLLECTION, CostKind.EXPENSES, CostKind.VAT, CostKind.FLAT

values = st.integers(1, 1_000_000_000)
factors = st.sampled_from([SIMPLE_CASE, UNDISPUTED])
kinds = st.dictionaries(st.sampled_from([CostKind.DUNNING, CostKind.OTHER]), st.integers(1, 20_000))
billings = st.builds(
    Billing,
    value=values,
    currency=st.just("EUR"),
    first_demand=st.just(ON),
    bills=st.just(True),
    vat=st.booleans(),
    flat=st.booleans(),
    rests=st.booleans(),
)


def fee(value, factor, on=ON):
    return dict(collection_costs(value, factor, False, on))[COLLECTION]


def total(costs):
    return sum(amount for _, amount in costs)


def booked(charged, costs):
    after = dict(charged)
    for kind, amount in costs:
        after[kind] = after.get(kind, 0) + amount
    return after


@pytest.mark.parametrize(
    ("value", "half", "nine_tenths"),
    [
        (20_000, 2575, 4635),
        (4_000, 1575, 2835),
        (5_000, 1575, 2835),  # up to 50 euros, these counted
        (5_001, 2575, 4635),
        (50_000, 2575, 4635),
        (50_001, 4650, 8370),
    ],
)
def test_the_golden_fees(value, half, nine_tenths):
    assert (fee(value, SIMPLE_CASE), fee(value, UNDISPUTED)) == (half, nine_tenths)


@pytest.mark.parametrize(
    ("value", "full"),
    [
        (50_000, 5_150),
        (100_000, 9_300),
        (200_000, 17_600),
        (200_001, 23_550),
        (1_000_000, 65_200),
        (2_500_000, 92_700),
        (5_000_000, 135_700),
        (20_000_000, 235_200),
        (50_000_000, 375_200),
        (50_000_001, 392_700),
        (60_000_000, 410_200),
    ],
)
def test_the_full_fee_at_the_end_of_each_step(value, full):
    assert fee_table(ON).full_fee(value) == full


def test_a_claim_first_asked_for_under_the_old_table_bears_the_old_fee():
    assert fee(20_000, UNDISPUTED, date(2025, 5, 31)) == 4410
    assert fee(20_000, UNDISPUTED, date(2025, 6, 1)) == 4635
    assert fee(4_000, SIMPLE_CASE, date(2025, 5, 31)) == 1500


@pytest.mark.parametrize("day", [date(2021, 9, 30), date(2027, 7, 1)])
def test_no_fee_is_guessed_outside_the_table(day):
    with pytest.raises(FeesRanOut):
        collection_costs(20_000, SIMPLE_CASE, False, day)


def test_expenses_are_a_fifth_of_the_fee_and_twenty_euros_at_most():
    assert collection_costs(20_000, SIMPLE_CASE, False, ON) == ((COLLECTION, 2575), (EXPENSES, 515))
    assert dict(collection_costs(200_000, UNDISPUTED, False, ON))[EXPENSES] == 2000


def test_vat_comes_on_fee_and_expenses_where_the_creditor_cannot_deduct_it():
    assert collection_costs(20_000, SIMPLE_CASE, True, ON)[-1] == (VAT, 587)  # 19 % of 30.90 is 5.871
    assert VAT not in dict(collection_costs(20_000, SIMPLE_CASE, False, ON))


@pytest.mark.parametrize("factor", [13, 10, 0, 7])
def test_other_factors_are_not_offered(factor):
    with pytest.raises(ValueError, match="nine tenths"):
        collection_costs(20_000, factor, False, ON)


@pytest.mark.parametrize("value", [0, -1])
def test_a_claim_of_nothing_has_no_fee(value):
    with pytest.raises(ValueError, match="above 0"):
        collection_costs(value, SIMPLE_CASE, False, ON)


@given(values, values, factors, st.booleans())
def test_a_smaller_claim_never_costs_more(a, b, factor, vat):
    assert total(collection_costs(min(a, b), factor, vat, ON)) <= total(
        collection_costs(max(a, b), factor, vat, ON)
    )


@given(values, factors, st.booleans())
def test_every_bill_keeps_to_its_bounds(value, factor, vat):
    costs = dict(collection_costs(value, factor, vat, ON))
    assert 1500 <= costs[COLLECTION] <= fee_table(ON).full_fee(value)
    assert abs(10 * costs[COLLECTION] - factor * fee_table(ON).full_fee(value)) <= 5
    assert costs[EXPENSES] <= 2000 and 5 * costs[EXPENSES] <= costs[COLLECTION] + 2
    before = costs[COLLECTION] + costs[EXPENSES]
    assert abs(100 * costs.get(VAT, 0) - (19 * before if vat else 0)) <= 50
    assert total(collection_costs(value, SIMPLE_CASE, vat, ON)) <= sum(costs.values())


@pytest.mark.parametrize(
    ("day", "factor"),
    [(ON - timedelta(days=1), 0), (ON, 5), (LAST, 5), (LAST + timedelta(days=1), 9), (date(2027, 1, 1), 9)],
)
def test_half_a_fee_for_two_weeks_and_nine_tenths_only_then(day, factor):
    assert factor_on(day, ON, disputed=False) == factor


def test_a_disputed_claim_stays_at_half_a_fee():
    assert factor_on(date(2027, 1, 1), ON, disputed=True) == SIMPLE_CASE


def test_two_weeks_that_end_on_a_weekend_or_a_bank_holiday_end_on_the_next_bank_day():
    assert last_simple_day(date(2026, 10, 31)) == LAST  # a Saturday
    assert last_simple_day(date(2026, 12, 11)) == date(2026, 12, 28)  # Christmas, a Saturday, a Sunday


@pytest.mark.parametrize(
    ("acting_as", "setting", "charges", "bills"),
    [
        (ActingAs.COLLECTOR, True, True, True),
        (ActingAs.COLLECTOR, False, True, False),  # it does not bill its client, so nobody bears it
        (ActingAs.COLLECTOR, True, False, False),  # the strategy waives it
        (ActingAs.OWN_NAME, True, True, False),
    ],
)
def test_only_a_collector_that_bills_has_a_fee(acting_as, setting, charges, bills):
    who = replace(creditor(), acting_as=acting_as, bills_collection_fee=setting)
    assert bills_fee(who, charges) is bills


@pytest.mark.parametrize(
    ("claim_type", "is_business", "arisen", "owed"),
    [
        (ClaimType.GOODS_OR_SERVICE, True, ON, True),
        (ClaimType.GOODS_OR_SERVICE, False, ON, False),
        (ClaimType.OTHER, True, ON, False),
        (ClaimType.GOODS_OR_SERVICE, True, date(2014, 7, 28), False),
    ],
)
def test_the_flat_sum_is_for_prices_that_no_consumer_owes(claim_type, is_business, arisen, owed):
    assert flat_owed(claim_type, is_business=is_business, arisen=arisen) is owed


BILLING = Billing(20_000, "EUR", ON, bills=True, vat=True)


def test_half_a_fee_with_the_notice_and_the_rest_after_two_weeks():
    first = still_to_charge(BILLING, ON, {})
    assert first == ((COLLECTION, 2575), (EXPENSES, 515), (VAT, 587))
    charged = booked({}, first)
    assert still_to_charge(BILLING, LAST, charged) == ()
    rise = still_to_charge(BILLING, RISEN, charged)
    assert rise == ((COLLECTION, 2060), (EXPENSES, 412), (VAT, 470))
    assert booked(charged, rise) == dict(collection_costs(20_000, UNDISPUTED, True, ON))


def test_what_was_sent_on_the_last_day_has_time_to_arrive_before_the_fee_rises():
    charged = dict(collection_costs(20_000, SIMPLE_CASE, True, ON))
    assert still_to_charge(BILLING, RISEN - timedelta(days=1), charged) == ()


def test_nothing_rises_while_the_claim_rests():
    charged = dict(collection_costs(20_000, SIMPLE_CASE, True, ON))
    assert still_to_charge(replace(BILLING, rests=True), date(2027, 3, 1), charged) == ()


@pytest.mark.parametrize(
    "billing",
    [
        replace(BILLING, bills=False, flat=True),
        replace(BILLING, first_demand=None),
        replace(BILLING, first_demand=ON + timedelta(days=1)),
        replace(BILLING, value=0),
        replace(BILLING, currency="CHF"),
    ],
)
def test_nothing_is_charged_before_the_notice_nor_without_a_bill_nor_without_a_table(billing):
    assert still_to_charge(billing, ON, {}) == ()


def test_the_flat_sum_and_the_fee_are_together_the_greater_of_the_two():
    business = replace(BILLING, vat=False, flat=True)
    assert still_to_charge(business, ON, {}) == ((FLAT_SUM, 4000),)  # the fee with expenses is 30.90
    rise = still_to_charge(business, RISEN, {FLAT_SUM: 4000})
    assert rise == ((COLLECTION, 635), (EXPENSES, 927))  # 46.35 + 9.27 - 40.00
    large = still_to_charge(replace(business, value=200_000), ON, {})
    assert large == ((FLAT_SUM, 4000), (COLLECTION, 8800 - 4000), (EXPENSES, 1760))


def test_dunning_costs_of_the_file_are_part_of_what_the_flat_sum_covers():
    business = replace(BILLING, vat=False, flat=True)
    assert still_to_charge(business, ON, {CostKind.DUNNING: 500}) == ((FLAT_SUM, 3500),)


def test_costs_that_the_file_did_not_name_count_towards_the_fee():
    assert still_to_charge(BILLING, ON, {CostKind.OTHER: 2600}) == ((EXPENSES, 490), (VAT, 587))
    assert still_to_charge(BILLING, RISEN, {CostKind.OTHER: 9999}) == ()


def test_dunning_costs_of_the_file_are_owed_beside_the_fee():
    assert still_to_charge(BILLING, ON, {CostKind.DUNNING: 250}) == collection_costs(20_000, 5, True, ON)


def test_money_that_turns_out_to_have_come_in_time_takes_the_rise_back():
    charged = dict(collection_costs(20_000, UNDISPUTED, True, ON))
    back = charged_too_much(BILLING, LAST, charged)
    assert back == ((COLLECTION, 2060), (EXPENSES, 412), (VAT, 470))
    assert charged_too_much(BILLING, LAST + timedelta(days=1), charged) == ()
    half = {kind: amount - dict(back).get(kind, 0) for kind, amount in charged.items()}
    assert charged_too_much(BILLING, LAST, half) == ()


def test_where_nothing_was_charged_nothing_is_taken_back():
    assert charged_too_much(BILLING, ON, {}) == ()
    assert charged_too_much(replace(BILLING, first_demand=None), ON, {COLLECTION: 1}) == ()
    assert charged_too_much(replace(BILLING, bills=False), ON, {CostKind.OTHER: 100}) == ()


@given(billings, kinds, st.integers(0, 60), st.integers(0, 60))
def test_asked_again_it_says_nothing_more_and_in_whatever_order_of_days(billing, file, a, b):
    charged = booked(file, still_to_charge(billing, ON + timedelta(days=a), file))
    assert still_to_charge(billing, ON + timedelta(days=a), charged) == ()
    later = booked(charged, still_to_charge(billing, ON + timedelta(days=max(a, b)), charged))
    at_once = booked(file, still_to_charge(billing, ON + timedelta(days=max(a, b)), file))
    assert later == at_once


@given(billings, kinds, st.integers(0, 60))
def test_never_more_than_a_lawyer_could_bill_or_the_flat_sum(billing, file, days):
    charged = booked(file, still_to_charge(billing, ON + timedelta(days=days), file))
    dunning, unnamed = file.get(CostKind.DUNNING, 0), file.get(CostKind.OTHER, 0)
    fees = sum(charged.values()) - dunning - charged.get(FLAT_SUM, 0)
    cap = total(collection_costs(billing.value, UNDISPUTED, billing.vat, ON))
    assert fees <= max(cap, unnamed)
    if billing.flat:
        pursuit = dunning + max(cap, unnamed)
        assert sum(charged.values()) <= max(FLAT, pursuit)
        assert sum(charged.values()) >= min(FLAT, pursuit)


@given(billings, kinds, st.integers(0, 60))
def test_before_the_two_weeks_are_over_never_more_than_half_a_fee(billing, file, days):
    day = min(ON + timedelta(days=days), bank_days_after(LAST, ARRIVES_WITHIN) - timedelta(days=1))
    charged = booked(file, still_to_charge(billing, day, file))
    cap = total(collection_costs(billing.value, SIMPLE_CASE, billing.vat, ON))
    assert sum(charged.get(kind, 0) for kind in (COLLECTION, EXPENSES, VAT)) <= cap


@given(billings, kinds)
def test_what_came_in_time_leaves_half_a_fee_however_late_it_shows(billing, file):
    risen = booked(file, still_to_charge(replace(billing, rests=False), date(2027, 1, 1), file))
    back = dict(charged_too_much(billing, LAST, risen))
    left = {kind: amount - back.get(kind, 0) for kind, amount in risen.items() if amount > back.get(kind, 0)}
    assert left == booked(file, still_to_charge(billing, ON, file))


@pytest.mark.parametrize(
    ("costs", "first_demand", "day", "above"),
    [
        (3090, None, ON, 0),
        (3091, None, ON, 1),  # nobody asked yet: half a fee at most
        (5562, None, ON, 2472),
        (5562, ON, LAST, 2472),
        (5562, ON, LAST + timedelta(days=1), 0),
        (7500, ON, date(2027, 1, 1), 1938),
        (0, None, ON, 0),
    ],
)
def test_by_how_much_costs_exceed_what_a_lawyer_could_bill(costs, first_demand, day, above):
    assert above_cap(costs, 20_000, vat=False, first_demand=first_demand, day=day) == above


def test_vat_raises_the_cap_only_where_it_is_a_cost():
    assert above_cap(3677, 20_000, vat=True, first_demand=None, day=ON) == 0
    assert above_cap(3677, 20_000, vat=False, first_demand=None, day=ON) == 587


def test_a_claim_whose_principal_is_paid_is_not_judged():
    assert above_cap(3677, 0, vat=False, first_demand=None, day=ON) == 0
