"""What every booking on a claim that bears interest writes down, field by field, and the terms it leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.accrual import (
    Meter,
    accrued,
    advanced,
    good_through,
    good_to,
    matter_on,
    owed_at,
    owed_on,
    paid_on,
    rates_borne,
    reckoned_to,
    reversed_on,
    told,
    unreckonable,
)
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.collection_fee import CollectionFee, last_simple_day
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.interest import WHOLE, Interest, Promise
from chalicelib.domain.ledger import left_of
from chalicelib.domain.matter import Matter
from tests.builders import debtor, opening_of
from tests.domain.test_accrual import AS_OF, DAY, GOOD_FOR, METER, TERMS, a_claim, at, pay
from tests.invariants import balanced

JUNE_30, JULY_14, JULY_31 = date(2026, 6, 30), date(2026, 7, 14), date(2026, 7, 31)
JUNE = 627 * 30  # hundredths of a point times days
JULY = 652 * 31
FIRST = Promise(JUNE_30, JULY_14, 515)
# So dear that interest outgrows the principal.
DEAR = Interest(9_999, AS_OF + DAY, AS_OF, fixed=True)
YEARS_ON = AS_OF + 730 * DAY


def written(one, booked, *said):
    """The entries of a claim that follow on what it has, each sealed to the one before."""
    number, previous, found = one.entries, one.chain, []
    for kind, split, source, value_date, *more in said:
        surplus, flags, reverses = (*more, *(0, (), None)[len(more) :])
        amount = split.total + surplus
        bare = LedgerEntry(
            number,
            kind,
            amount,
            "EUR",
            split,
            surplus,
            source,
            value_date,
            at(booked),
            previous,
            flags,
            "",
            reverses,
        )
        found.append(bare.sealed())
        number, previous = number + 1, found[-1].hash
    return tuple(found)


def a_told_claim(**changes):
    return told(a_claim(**changes), at(JUNE_30), GOOD_FOR, METER)[0]


def gone(one, payment, day, amount=None, **more):
    left = left_of(payment, one.recent)
    return reversed_on(one, payment, left, amount or payment.amount, "re_1", day, at(day), METER, **more)


# ---- Entries


def test_what_has_grown_is_booked_with_its_day_and_under_its_number():
    one = a_claim()
    after, entries = accrued(one, JULY_31, at(date(2026, 8, 1)), METER)
    interest = (EntryKind.INTEREST, Split(0, 1069), "interest:1", JULY_31)
    assert entries == written(one, date(2026, 8, 1), interest)
    assert after.interest == replace(
        TERMS, through=JULY_31, carry=100_000 * (JUNE + JULY) - 1069 * WHOLE, booked=1069
    )


def test_less_than_half_a_cent_waits_and_is_not_booked():
    small, entries = accrued(a_claim(Split(1)), JULY_31, at(JULY_31), METER)
    assert (entries, small.interest.carry, small.entries) == ((), JUNE + JULY, 1)


def test_a_late_payment_books_what_has_grown_and_then_itself_with_what_was_said_of_it():
    one, day, booked = a_told_claim(), date(2026, 7, 15), date(2026, 7, 20)
    after, entries = paid_on(one, 60_000, "pi_1", day, at(booked), METER, flags=("by_hand",))
    interest = (EntryKind.INTEREST, Split(0, 268), "interest:2", day)
    payment = (EntryKind.PAYMENT, Split(60_000 - 783, 783), "pi_1", day, 0, ("by_hand",))
    assert entries == written(one, booked, interest, payment)
    assert after.recent[-2:] == entries


def test_M14_a_back_dated_payment_is_written_on_its_own_day_after_what_it_gives_back():
    one, _ = accrued(a_claim(), JULY_31, at(JULY_31), METER)
    after, entries = paid_on(one, 100_600, "pi_1", JUNE_30, at(JULY_31), METER, flags=("by_hand",))
    credit = (EntryKind.CREDIT, Split(0, 554), "credit:pi_1", JUNE_30)
    payment = (EntryKind.PAYMENT, Split(100_000, 515), "pi_1", JUNE_30, 85, ("by_hand",))
    assert entries == written(one, JULY_31, credit, payment)
    assert after.interest.booked == 515


def test_M7_money_that_comes_again_is_written_after_what_it_gives_back():
    one, first = pay(a_claim(), 50_000, AS_OF)
    back, entry = gone(one, first[-1], JUNE_30)
    back, _ = accrued(back, JULY_31, at(JULY_31), METER)
    day = date(2026, 7, 10)
    after, entries = paid_on(back, 50_100, "won", day, at(JULY_31), METER, back=entry, flags=("won",))
    credit = (EntryKind.CREDIT, Split(0, 276), "credit:won", day)
    payment = (EntryKind.PAYMENT, Split(50_000, 100), "won", day, 0, ("won",))
    assert entries == written(back, JULY_31, credit, payment)
    earned = 100_000 * JULY + 50_000 * (JUNE - JULY)
    terms = replace(back.interest, carry=earned - (811 - 276) * WHOLE, booked=811 - 276)
    assert (after.interest, after.outstanding) == (terms, Split(50_000, 435))


def test_M7_what_somebody_paid_meanwhile_is_not_settled_twice_by_money_that_comes_again():
    one, first = pay(a_claim(Split(100_000, 0, 250), terms=None), 50_000, AS_OF)
    back, entry = gone(one, first[-1], AS_OF)
    paid, _ = pay(back, 50_000, AS_OF, source="pi_2")
    after, (again,) = paid_on(paid, 50_000, "won", AS_OF, at(AS_OF), METER, back=entry)
    assert (again.split, after.outstanding) == (Split(50_000), Split(250))


# ---- Gone


def test_M8_what_is_owed_again_bears_from_the_next_day_on_and_what_ran_on_beyond_a_promise_stays_let_go():
    day = date(2026, 8, 20)
    paid, (payment,) = pay(a_told_claim(), 100_515, date(2026, 7, 2))
    assert paid.interest.carry > 0
    after, entry = gone(paid, payment, day, flags=("chargeback",))
    said = (EntryKind.REVERSAL, Split(100_000, 515), "re_1", day, 0, ("chargeback",), payment.number)
    assert (entry,) == written(paid, day, said)
    assert after.interest == Interest(500, day + DAY, day, booked=515, good=FIRST)


def test_M8_of_a_part_that_goes_back_the_rest_has_borne_all_along_and_the_promise_holds():
    one = a_told_claim()
    paid, (payment,) = pay(one, 50_515, date(2026, 7, 2))
    once, _ = gone(paid, payment, date(2026, 7, 5), 10_000)
    carry = one.interest.carry + 652 * (100_000 * 2 + 50_000 * 3)
    terms = Interest(500, AS_OF + DAY, date(2026, 7, 5), carry=carry, booked=515, good=FIRST)
    assert (once.interest, once.outstanding) == (terms, Split(60_000))
    twice, _ = gone(once, payment, date(2026, 7, 5), 40_515)
    assert (twice.interest, twice.outstanding) == (terms, Split(100_000, 515))


def test_M8_default_that_is_still_to_come_does_not_begin_with_a_payment_that_went_back():
    later = Interest(500, JULY_31, JULY_31 - DAY)
    paid, (payment,) = pay(a_claim(terms=later), 100_000, AS_OF)
    assert gone(paid, payment, JUNE_30)[0].interest.since == JULY_31


def test_what_was_too_much_can_go_back_and_nothing_is_owed_again():
    one = a_told_claim()
    paid, (payment,) = pay(one, 100_600, JULY_14)
    after, entry = gone(paid, payment, JULY_31, 85)
    assert (entry.surplus, entry.split, after.state) == (85, Split(), ClaimState.CLOSED)
    assert (after.interest.good, after.interest.since) == (FIRST, TERMS.since)
    plain, (payment,) = pay(a_claim(terms=None), 100_000, AS_OF)
    back, _ = gone(plain, payment, JUNE_30)
    assert (back.interest, back.outstanding) == (None, Split(100_000))


# ---- Given back


def test_M14_what_was_paid_of_the_interest_is_given_back_on_the_principal_and_exactly_enough_closes():
    one, first = accrued(a_claim(), JULY_31, at(JULY_31), METER)
    one, second = pay(one, 900, JULY_31, source="pi_interest")
    assert owed_at(one, JUNE_30, METER) == Split(99_615)
    after, entries = pay(one, 99_615, JUNE_30, JULY_31, source="pi_2")
    assert [entry.split for entry in entries] == [Split(385, 169), Split(99_615)]
    assert after.state is ClaimState.CLOSED
    balanced(after, (opening_of(a_claim()), *first, *second, *entries))


def test_money_that_meets_a_promise_lets_go_of_what_ran_on_to_the_last_fraction():
    again, _ = told(a_told_claim(), at(date(2026, 7, 16)), GOOD_FOR, METER)
    assert again.interest.carry and again.interest.earlier == FIRST
    after, _ = pay(again, 100_515, JULY_14, date(2026, 7, 16))
    assert (after.interest.carry, after.interest.booked) == (0, 515)


def test_a_promise_outlives_a_payment_that_goes_back_and_is_met_to_its_last_day_and_not_longer():
    paid, (payment,) = pay(a_told_claim(), 100_515, date(2026, 7, 2))
    back, _ = gone(paid, payment, date(2026, 7, 5))
    assert owed_at(back, date(2026, 7, 4), METER) == Split(100_000, 515), "nothing was booked since"
    assert told(back, at(date(2026, 7, 8)), GOOD_FOR, METER) == (back, ()), "the same amount, to the same day"
    for day in (date(2026, 7, 4), date(2026, 7, 8), JULY_14):
        assert owed_at(back, day, METER) == Split(100_000, 515)
        assert pay(back, 100_515, day)[0].state is ClaimState.CLOSED
    late, ten_days = JULY_14 + DAY, 179
    assert owed_at(back, late, METER) == Split(100_000, 515 + ten_days)
    assert pay(back, 100_515, late)[0].state is ClaimState.OPEN


def test_money_in_time_meets_its_promise_though_other_money_that_came_too_late_was_booked_before_it():
    late, in_time = (30_000, JULY_31, "late"), (100_515, date(2026, 7, 6), "in_time")
    for first, second in ((late, in_time), (in_time, late)):
        one, entries = a_told_claim(), []
        for amount, value, source in (first, second):
            one, more = pay(one, amount, value, JULY_31, source)
            entries += more
        assert (one.state, sum(entry.surplus for entry in entries)) == (ClaimState.CLOSED, 30_000)


def test_money_in_time_does_not_meet_its_promise_by_what_came_too_late():
    """Whichever of them is booked first, the interest on what was late is owed."""
    late, in_time = (30_000, JULY_31, "late"), (70_515, date(2026, 7, 6), "in_time")
    left = []
    for first, second in ((late, in_time), (in_time, late)):
        one = a_told_claim()
        for amount, value, source in (first, second):
            one, _ = pay(one, amount, value, JULY_31, source)
        assert one.state is ClaimState.OPEN
        left.append(one.outstanding.total)
    assert min(left) > 230 and abs(left[0] - left[1]) <= 2, "to the cents that interest on principal makes"


def test_what_was_earned_before_a_payment_went_back_is_owed_by_money_worth_a_day_between():
    day, gone_on = date(2026, 7, 20), date(2026, 7, 25)
    first, (payment,) = pay(a_told_claim(), 50_000, date(2026, 7, 10))
    straight, _ = pay(first, 10_000, day, source="pi_2")
    straight, _ = gone(straight, payment, gone_on)
    crossed, _ = gone(first, payment, gone_on)
    closing = owed_at(crossed, day, METER).total
    assert closing > first.outstanding.total + 50_000
    assert pay(crossed, closing, day, gone_on)[0].state is ClaimState.CLOSED
    assert pay(crossed, closing - 1, day, gone_on)[0].state is ClaimState.OPEN
    crossed, entries = pay(crossed, 10_000, day, gone_on, source="pi_2")
    assert [entry.kind for entry in entries] == [EntryKind.INTEREST, EntryKind.PAYMENT]
    owed = [owed_on(one, JULY_31, METER).outstanding.total for one in (straight, crossed)]
    assert abs(owed[0] - owed[1]) <= 1, "and what is not booked of it is carried along"


def test_no_more_interest_is_given_back_than_was_booked_where_principal_had_come_and_gone():
    one, first = pay(a_claim(), 90_000, AS_OF + DAY)
    back, entry = gone(one, first[-1], JULY_31)
    back, more = told(back, at(JULY_31), GOOD_FOR, METER)
    for amount in (50_000, 100_000):
        after, entries = pay(back, amount, AS_OF + DAY, JULY_31, source="pi_2")
        assert after.interest.booked == 0
        balanced(after, (opening_of(a_claim()), *first, entry, *more, *entries))


def test_M7_nor_by_money_that_comes_again():
    one, first = pay(a_claim(), 50_000, AS_OF)
    one, entry = gone(one, first[-1], AS_OF + DAY)
    one, second = pay(one, 90_000, AS_OF + DAY, source="pi_2")
    one, other = gone(one, second[-1], JULY_31)
    after, entries = paid_on(one, 50_000, "won", JULY_31, at(JULY_31), METER, back=entry)
    assert entries[0].kind is EntryKind.CREDIT and after.interest.booked == 0
    balanced(after, (opening_of(a_claim()), *first, entry, *second, other, *entries))


@pytest.mark.parametrize("again", [False, True])
def test_nor_more_than_is_owed_where_the_interest_was_dearer_than_the_principal_and_was_paid(again):
    one = a_claim(Split(1_000), DEAR)
    ledger, back = [opening_of(one)], None
    if again:
        one, first = pay(one, 1_000, AS_OF)
        one, back = gone(one, first[-1], AS_OF)
        ledger += [*first, back]
    one, grown = accrued(one, YEARS_ON, at(YEARS_ON), METER)
    one, paid = pay(one, 2_000, YEARS_ON, source="pi_2")
    assert one.outstanding == Split(1_000)
    after, entries = paid_on(one, 1_000, "pi_3", AS_OF, at(YEARS_ON), METER, back=back)
    assert [(entry.split, entry.surplus) for entry in entries] == [(Split(1_000), 0), (Split(), 1_000)]
    balanced(after, (*ledger, *grown, *paid, *entries))


# ---- Told


def test_an_amount_that_is_told_remembers_what_it_held_and_to_which_day():
    one = a_told_claim()
    assert (one.interest.good, one.interest.earlier) == (FIRST, None)
    assert told(one, at(JULY_14), GOOD_FOR, METER) == (one, ()), "it holds on its last day too"
    later = date(2026, 7, 15)
    again, entries = told(one, at(later), GOOD_FOR, METER)
    interest = (EntryKind.INTEREST, Split(0, 268), "interest:2", later)
    assert entries == written(one, later, interest)
    assert (again.interest.good, again.interest.earlier) == (Promise(later, later + GOOD_FOR, 783), FIRST)


def test_prolonged_it_is_good_for_longer_and_never_for_less():
    one = a_told_claim()
    longer, _ = told(one, at(date(2026, 7, 10)), GOOD_FOR, METER, prolong=True)
    assert longer.interest == replace(one.interest, good=replace(FIRST, until=date(2026, 7, 24)))
    assert told(one, at(date(2026, 7, 10)), DAY, METER, prolong=True) == (one, ())


def test_what_is_agreed_keeps_the_amount_as_it_stands_and_the_last_day_it_had():
    one, _ = pay(a_told_claim(), 515, date(2026, 7, 10))
    assert good_through(one, JULY_14) is one
    agreed = good_through(one, JULY_31)
    assert agreed.interest == replace(one.interest, good=Promise(date(2026, 7, 10), JULY_31, 515))


HALF = CollectionFee("c-1", JUNE_30, 100_000, False, False, half=((CostKind.COLLECTION, 100),))
RISEN = replace(HALF, rise=((CostKind.COLLECTION, 80),))
LAST = last_simple_day(JUNE_30)


@pytest.mark.parametrize("terms", [None, TERMS])
def test_half_a_fee_is_all_there_is_for_as_long_as_an_amount_was_told_or_agreed_without_the_rest(terms):
    one, late = a_claim(terms=terms, fee=HALF), date(2026, 8, 3)
    assert told(one, at(LAST), GOOD_FOR, METER)[0].fee == HALF, "the two weeks stay as they are"
    assert told(one, at(LAST + DAY), GOOD_FOR, METER)[0].fee == HALF.promising(LAST + DAY + GOOD_FOR)
    assert good_through(one, late).fee == HALF.promising(late)
    risen = replace(one, fee=RISEN)
    assert good_through(risen, late).fee == told(risen, at(LAST + DAY), GOOD_FOR, METER)[0].fee == RISEN


def test_with_half_a_fee_an_amount_is_good_to_the_end_of_its_two_weeks_at_the_latest():
    one = a_claim(fee=HALF)
    for day, until in (
        (LAST - DAY, LAST),
        (LAST, LAST),
        (LAST + DAY, LAST + DAY + GOOD_FOR),
        (JUNE_30, min(LAST, JULY_14)),
    ):
        assert told(one, at(day), GOOD_FOR, METER)[0].interest.good.until == until
    assert told(replace(one, fee=RISEN), at(LAST), GOOD_FOR, METER)[0].interest.good.until == LAST + GOOD_FOR


# ---- Shown


def test_the_day_is_that_of_the_country_and_not_of_the_machine():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    far = Meter(METER.rates, ZoneInfo("Pacific/Pago_Pago"))
    assert (METER.day(late), far.day(late)) == (date(2026, 7, 1), date(2026, 6, 30))
    assert far.day(datetime(2026, 6, 30, 10, 30, tzinfo=UTC)) == date(2026, 6, 29)


def test_a_rest_that_ends_with_the_day_leaves_the_next_day_to_bear():
    midnight = datetime(2026, 6, 20, tzinfo=METER.zone)
    one = a_claim().held(Hold(HoldKind.DISPUTE, at(date(2026, 6, 10)), midnight, "d-1"))
    assert advanced(one, date(2026, 6, 20), METER).interest.carry == 100_000 * 627 * 11
    hold = Hold(HoldKind.DISPUTE, at(date(2026, 6, 10)), at(date(2026, 6, 20)), "d-1")
    assert advanced(a_claim().held(hold), date(2026, 6, 20), METER).interest.carry == 100_000 * 627 * 10


def test_what_was_reckoned_further_is_not_reckoned_back():
    one = advanced(a_claim(), JULY_31, METER)
    assert advanced(one, JULY_31, METER) == advanced(one, JUNE_30, METER) == one


def test_M16_only_a_claim_that_owes_principal_waits_for_a_base_rate():
    beyond = METER.rates.confirmed_through + DAY
    assert unreckonable(a_claim(Split(1)), beyond, METER)
    assert not unreckonable(a_claim(Split(0, 100)), beyond, METER)


def test_each_claim_of_a_matter_is_shown_with_what_has_grown():
    one, other = a_claim(), a_claim(Split(5_000), id="R-2")
    card = Matter(debtor(), {one.id: one, other.id: other})
    shown = matter_on(card, JULY_31, METER)
    assert shown.claims == {c.id: owed_on(c, JULY_31, METER) for c in (one, other)} != card.claims
    assert shown.debtor == card.debtor


def test_the_amount_shown_is_good_to_the_day_that_was_told():
    one, day, most = a_told_claim(), date(2026, 7, 10), date(2026, 7, 20)
    assert (good_to(one, day, 10), good_to(one, JULY_14, 10)) == (JULY_14, JULY_14)
    assert good_to(one, JULY_14 + DAY, 10) == JULY_14 + DAY == good_to(a_claim(), JULY_14 + DAY, 10)
    assert good_to(replace(one, state=ClaimState.ON_PLAN), day, 10) == most
    plain = a_claim(terms=None)
    assert good_to(plain, day, 10) == good_to(replace(plain, fee=RISEN), day, 10) == most
    assert good_to(replace(plain, fee=HALF), day, 3) == date(2026, 7, 13)
    assert good_to(replace(plain, fee=HALF), day, 30) == LAST
    assert good_to(replace(plain, fee=HALF), LAST + DAY, 10) == LAST + DAY


def test_the_amount_shown_holds_all_interest_to_the_day_it_was_reckoned():
    one, _ = pay(a_told_claim(), 515, date(2026, 7, 10))
    assert reckoned_to(one, JULY_14) == JUNE_30, "as it was told"
    assert reckoned_to(one, JULY_14 + DAY) == date(2026, 7, 10)
    assert reckoned_to(replace(one, state=ClaimState.ON_PLAN), JULY_31) == JUNE_30
    assert reckoned_to(replace(one, as_of=JULY_31), JULY_14) == JULY_31
    assert reckoned_to(replace(one, as_of=JULY_31), JULY_14 + DAY) == JULY_31
    assert reckoned_to(a_claim(), JULY_31) == reckoned_to(a_claim(terms=None), JULY_31) == AS_OF
    assert reckoned_to(replace(a_claim(), state=ClaimState.ON_PLAN), JULY_31) == AS_OF


def test_the_rates_it_has_borne_are_told_from_the_day_of_default():
    reckoned = replace(TERMS, since=JULY_31 + DAY, through=JULY_31)
    assert rates_borne(a_claim(terms=reckoned, default_since=AS_OF), METER.rates) == (627, 652)
    assert rates_borne(a_claim(terms=reckoned, default_since=date(2026, 7, 1)), METER.rates) == (652,)
    assert rates_borne(a_claim(default_since=date(2026, 7, 20)), METER.rates) == (652,), "on its first day"
    assert rates_borne(a_claim(default_since=None), METER.rates) == ()
    assert rates_borne(a_claim(terms=None, default_since=AS_OF), METER.rates) == ()
