"""What turned out never to have been owed is owed no more, and neither is what it bore."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from chalicelib.domain.accrual import accrued, owed_on
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.correction import corrected, taken_off
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.interest import DAY, Interest
from chalicelib.domain.ledger import fold
from chalicelib.domain.policies.de import POLICY
from tests.builders import claim, opening_of

METER = POLICY.meter
AS_OF = date(2026, 5, 31)
TERMS = Interest(500, AS_OF + DAY, AS_OF)
JULY_31 = date(2026, 7, 31)


def at(day):
    return datetime.combine(day, time(12), UTC)


def owing(principal=100_000, interest=0, costs=0, **more):
    kinds = more.pop("kinds", ())
    return claim(outstanding=Split(principal, interest, costs, kinds), as_of=AS_OF, recent=(), **more)


def whole(one, entries):
    assert fold((opening_of(owing()), *entries)) == one.outstanding


def test_what_was_never_owed_comes_off_the_principal_then_the_costs_then_the_interest():
    assert taken_off(900, Split(1_000, 50, 70)) == Split(900)
    assert taken_off(1_030, Split(1_000, 50, 70)) == Split(1_000, 0, 30)
    assert taken_off(1_100, Split(1_000, 50, 70)) == Split(1_000, 30, 70)


def test_costs_go_by_their_kind():
    kinds = ((CostKind.DUNNING, 30), (CostKind.COLLECTION, 40))
    off = taken_off(1_035, Split(1_000, 0, 70, kinds))
    assert off.by_kind == {CostKind.DUNNING: 30, CostKind.COLLECTION: 5}


@pytest.mark.parametrize("amount", [0, -1, 1_121])
def test_nothing_and_more_than_is_owed_cannot_be_corrected(amount):
    with pytest.raises(ValueError):
        taken_off(amount, Split(1_000, 50, 70))


def test_a_claim_without_interest_has_one_entry_more_and_owes_so_much_less():
    after, entries = corrected(owing(), 40_000, "m-1", at(JULY_31), METER)
    assert [(e.kind, e.amount, e.value_date) for e in entries] == [(EntryKind.CORRECTION, 40_000, JULY_31)]
    assert (after.outstanding, after.paid, after.waived) == (Split(60_000), 0, 0)
    assert after.state is ClaimState.OPEN
    whole(after, entries)


def test_all_of_it_corrected_closes_the_claim():
    after, entries = corrected(owing(), 100_000, "m-1", at(JULY_31), METER)
    assert (after.state, after.closed_at, after.outstanding.total) == (ClaimState.CLOSED, at(JULY_31), 0)
    whole(after, entries)


def test_nobody_owes_interest_on_what_they_never_owed():
    """€1,000 bear €10.69 in June and July 2026; €400 of them never owed, €600 bear €6.41."""
    bearing, grown = accrued(replace(owing(), interest=TERMS), JULY_31, at(JULY_31), METER)
    assert bearing.outstanding == Split(100_000, 1_069)
    after, entries = corrected(bearing, 40_000, "m-1", at(JULY_31), METER)
    assert [(e.kind, e.amount) for e in entries] == [(EntryKind.CORRECTION, 40_000), (EntryKind.CREDIT, 428)]
    assert after.outstanding == Split(60_000, 641)
    alone = owed_on(replace(owing(60_000), interest=TERMS), JULY_31, METER)
    assert after.outstanding == alone.outstanding
    whole(after, (*grown, *entries))


def test_what_it_bore_and_nobody_booked_is_never_booked():
    after, entries = corrected(replace(owing(), interest=TERMS), 40_000, "m-1", at(JULY_31), METER)
    assert [e.kind for e in entries] == [EntryKind.CORRECTION]
    assert owed_on(after, JULY_31, METER).outstanding == Split(60_000, 641)


def test_from_then_on_the_rest_bears_interest_as_if_it_had_been_all_along():
    later = date(2026, 11, 30)
    after, _ = corrected(replace(owing(), interest=TERMS), 40_000, "m-1", at(JULY_31), METER)
    alone = replace(owing(60_000), interest=TERMS)
    assert owed_on(after, later, METER).outstanding == owed_on(alone, later, METER).outstanding


def test_interest_that_was_paid_already_counts_for_the_rest():
    bearing, _ = accrued(replace(owing(), interest=TERMS), JULY_31, at(JULY_31), METER)
    paid = replace(bearing, outstanding=Split(100_000))
    after, entries = corrected(paid, 40_000, "m-1", at(JULY_31), METER)
    assert after.outstanding == Split(60_000 - 428)
    assert entries[-1].split == Split(428)
