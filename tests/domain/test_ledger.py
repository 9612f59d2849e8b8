"""The ledger of one claim: whatever is paid in whatever parts, nothing is lost and nothing can be changed."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.allocation import Allocation, ClaimType, Split
from chalicelib.domain.claim import Claim, ClaimState, Hold, HoldKind
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.entry import COSTS_BACK, EntryKind, LedgerEntry
from chalicelib.domain.ledger import (
    RECENT,
    appended,
    booked,
    broken_at,
    charged,
    costs_given_back,
    fold,
    interest_since,
    left_of,
    may_waive,
    opening,
    standing_of,
    taken_back,
    waived,
)
from chalicelib.domain.plan import Instalment, Method, Plan
from tests.builders import NOW, claim, opening_of
from tests.invariants import balanced

cents = st.integers(0, 100_000)
owed = st.builds(Split, principal=st.integers(1, 100_000), interest=cents, costs=cents)
kinds = st.sampled_from(ClaimType)


def a_claim(split=None, kind=ClaimType.GOODS_OR_SERVICE):
    return claim(outstanding=split or Split(4820, 120, 250), claim_type=kind)


def paid(one, *amounts):
    """The claim after these payments, and its whole ledger."""
    entries = [opening_of(one)]
    for number, amount in enumerate(amounts):
        at = NOW + timedelta(minutes=number)
        one, entry = booked(one, amount, f"pi_{number}", date(2026, 11, 23), at)
        entries.append(entry)
    return one, tuple(entries)


@settings(max_examples=2 * settings.default.max_examples, deadline=None)
@given(owed, kinds, st.lists(st.integers(1, 120_000), max_size=15))
def test_every_invariant_holds_after_every_payment(split, kind, amounts):
    one = a_claim(split, kind)
    entries = [opening_of(one)]
    balanced(one, tuple(entries))
    for number, amount in enumerate(amounts):
        before = one
        one, entry = booked(one, amount, f"pi_{number}", date(2026, 11, 23), NOW)
        entries.append(entry)
        balanced(one, tuple(entries))
        assert entry.split.total + entry.surplus == amount
        assert before.outstanding - entry.split == one.outstanding
        assert ("on_closed_claim" in entry.flags) == (before.state is ClaimState.CLOSED)
        assert entry.surplus == max(0, amount - before.outstanding.total)
    received = sum(amounts)
    assert one.paid == min(received, split.total)
    assert sum(entry.surplus for entry in entries) == max(0, received - split.total)


@given(owed, st.lists(st.integers(1, 50_000), min_size=1, max_size=6), st.data())
def test_the_chain_breaks_when_any_entry_is_altered(split, amounts, data):
    _, entries = paid(a_claim(split), *amounts)
    place = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from([f.name for f in fields(entries[0]) if f.name != "hash"]))
    changed = {
        "number": entries[place].number + 1,
        "kind": EntryKind.OPENING if place else EntryKind.PAYMENT,
        "amount": entries[place].amount + 1,
        "currency": "CHF",
        "split": entries[place].split + Split(1),
        "surplus": entries[place].surplus + 1,
        "source": "another",
        "value_date": date(2020, 1, 1),
        "booked_at": NOW - timedelta(days=1),
        "previous": "0" * 64,
        "flags": ("altered",),
        "reverses": 0,
    }
    forged = replace(entries[place], **{name: changed[name]})
    assume(forged != entries[place])
    with pytest.raises(ValueError, match="chain breaks"):
        fold((*entries[:place], forged, *entries[place + 1 :]))


@pytest.mark.parametrize("keep", [(0, 2), (1, 2), (0, 2, 1), (0, 1, 1)])
def test_the_chain_breaks_when_an_entry_is_left_out_doubled_or_out_of_order(keep):
    _, entries = paid(a_claim(), 100, 200)
    with pytest.raises(ValueError, match="chain breaks"):
        fold(entries[place] for place in keep)


def test_an_altered_entry_sealed_anew_breaks_the_one_after_it():
    _, entries = paid(a_claim(), 100, 200)
    forged = replace(entries[1], value_date=date(2020, 1, 1)).sealed()
    with pytest.raises(ValueError, match="entry 2"):
        fold((entries[0], forged, entries[2]))


def test_a_cut_tail_shows_in_the_claims_own_count_and_hash():
    one, entries = paid(a_claim(), 100, 200)
    assert fold(entries[:-1]) != one.outstanding
    assert entries[-2].hash != one.chain


def test_the_last_cent_closes_the_claim_and_one_before_does_not():
    one, _ = paid(a_claim(Split(4820)), 4819)
    assert (one.state, one.closed_at, one.outstanding.total) == (ClaimState.OPEN, None, 1)
    one, entry = booked(one, 1, "pi_last", date(2026, 11, 23), NOW)
    assert (one.state, one.closed_at, one.outstanding.total) == (ClaimState.CLOSED, NOW, 0)
    assert (entry.surplus, entry.flags) == (0, ())


def test_M1_an_overpayment_closes_and_keeps_the_surplus_apart():
    one, entries = paid(a_claim(Split(4820)), 5000)
    assert one.state is ClaimState.CLOSED
    assert (one.paid, entries[-1].surplus) == (4820, 180)


def test_M10_a_payment_on_a_closed_claim_is_booked_and_flagged():
    one, entries = paid(a_claim(Split(4820)), 4820, 300)
    assert (entries[-1].surplus, entries[-1].split, entries[-1].flags) == (300, Split(), ("on_closed_claim",))
    assert (one.paid, one.entries, one.closed_at) == (4820, 3, NOW)


def test_M10_a_payment_on_a_disputed_claim_is_booked_and_flagged():
    disputed = a_claim().held(Hold(HoldKind.DISPUTE, NOW, None, "file"))
    one, entries = paid(disputed, 1000)
    assert entries[-1].flags == ("on_disputed_claim",)
    assert one.paid == 1000


# ---- What is written down

WORTH = date(2026, 11, 20)


def follows(one, kind, split, source, **more):
    """The one entry that may come next on this claim."""
    said = {"surplus": 0, "currency": "CHF", "value_date": WORTH, "booked_at": NOW} | more
    amount = split.total + said["surplus"]
    bare = LedgerEntry(one.entries, kind, amount, split=split, source=source, previous=one.chain, **said)
    return bare.sealed()


def test_every_kind_of_booking_writes_down_what_it_was_told_and_what_follows_from_it():
    one = claim(outstanding=Split(4820, 120, 250), currency="CHF")
    one, entry = charged(one, {CostKind.COURT: 300}, "c-1", WORTH, NOW)
    assert entry == follows(claim_before(one), EntryKind.COSTS, Split.of_costs({CostKind.COURT: 300}), "c-1")
    disputed = one.held(Hold(HoldKind.DISPUTE, NOW, NOW + timedelta(days=1), "file"))
    closed, paid_all = booked(disputed, 5_500, "pi_1", WORTH, NOW, flags=("by_hand",))
    flags = ("by_hand", "on_disputed_claim")
    assert paid_all == follows(one, EntryKind.PAYMENT, one.outstanding, "pi_1", surplus=10, flags=flags)
    _, more = booked(closed, 100, "pi_2", WORTH, NOW + timedelta(days=1), flags=("by_hand",))
    said = {"surplus": 100, "booked_at": NOW + timedelta(days=1), "flags": ("by_hand", "on_closed_claim")}
    assert more == follows(closed, EntryKind.PAYMENT, Split(), "pi_2", **said)
    left = left_of(paid_all, ())
    back, entry = taken_back(closed, paid_all, left, 30, "re_1", WORTH, NOW, flags=("chargeback",))
    said = {"surplus": 10, "flags": ("chargeback",), "reverses": paid_all.number}
    assert entry == follows(closed, EntryKind.REVERSAL, Split(20), "re_1", **said)
    assert left_of(paid_all, (entry, more)) == Allocation(paid_all.split - Split(20), 0)
    assert (closed.closed_at, back.closed_at, back.state) == (NOW, None, ClaimState.OPEN)
    _, entry = waived(back, "pi_1", WORTH, NOW)
    assert entry == follows(back, EntryKind.WAIVER, Split(20), "waiver:pi_1")


def claim_before(one):
    """The claim of `one` as it was before its first entry after the opening."""
    return replace(one, entries=1, chain=one.recent[0].previous)


def test_costs_are_given_back_from_what_is_still_owed_of_them_and_then_from_the_rest():
    one, _ = charged(claim(outstanding=Split(1_000), currency="CHF"), {CostKind.COURT: 300}, "c-1", WORTH, NOW)
    one, _ = booked(one, 200, "pi_1", WORTH, NOW)
    after, entry = costs_given_back(one, 250, "x", WORTH, NOW, {CostKind.COURT: 300})
    split = Split(150, 0, 100, ((CostKind.COURT, 100),))
    assert entry == follows(one, EntryKind.CREDIT, split, "x", flags=(COSTS_BACK,))
    cent, entry = costs_given_back(after, 1, "y", WORTH, NOW, {CostKind.COURT: 300})
    assert (entry.amount, cent.outstanding) == (1, Split(849))


# ---- A rest not worth asking for (M11)


@given(owed, kinds, st.lists(st.integers(1, 50_000), min_size=1, max_size=5))
def test_M11_a_waiver_closes_the_claim_and_keeps_every_invariant(split, kind, amounts):
    one, entries = a_claim(split, kind), None
    one, entries = paid(one, *amounts)
    assume(one.state is not ClaimState.CLOSED)
    rest = one.outstanding
    after, entry = waived(one, "pi_last", date(2026, 11, 23), NOW)
    balanced(after, (*entries, entry))
    assert (entry.kind, entry.amount, entry.split, entry.surplus) == (EntryKind.WAIVER, rest.total, rest, 0)
    assert (after.paid, after.waived, after.state) == (one.paid, rest.total, ClaimState.CLOSED)


@pytest.mark.parametrize(("left", "goes"), [(1, True), (100, True), (101, False)])
def test_M11_only_a_rest_up_to_what_the_strategy_says_is_let_go(left, goes):
    one, _ = paid(a_claim(Split(4820)), 4820 - left)
    assert may_waive(one, None, 100) is goes
    assert not may_waive(one, None, 0), "a strategy may let go of nothing"


def test_M11_what_is_paid_is_not_waived():
    one, _ = paid(a_claim(Split(4820)), 4820)
    assert not may_waive(one, None, 100)


def test_M11_while_a_plan_has_parts_to_come_they_are_what_was_agreed():
    plan = a_plan(parts=(1000, 1000, 50))
    one = a_claim(Split(2050))
    for amount, goes in ((1000, False), (1950, False), (2000, False), (2001, True)):
        after, _ = paid(one, amount)
        assert may_waive(after, plan, 100) is goes, amount


def a_plan(parts):
    return Plan(
        id="p-1",
        creditor="nordlicht",
        debtor="K-501",
        claim="R-1001",
        currency="EUR",
        instalments=tuple(Instalment(n, date(2026, 11 + n // 12, 1), amount) for n, amount in enumerate(parts, 1)),
        method=Method.LINK,
        offer="o-1",
        agreed_at=NOW,
        paid_before=0,
    )


def test_a_standing_tells_what_section_366_asks():
    today = date(2026, 11, 23)
    plain = standing_of(a_claim(Split(4820)), today)
    assert (plain.owed, plain.due, plain.secured, plain.burden) == (4820, True, False, 0)
    assert plain.since == date(2026, 8, 1)
    defaulted = replace(a_claim(), titled=True, default_since=date(2026, 9, 1), due=date(2027, 1, 1))
    heavy = standing_of(defaulted, today)
    assert (heavy.due, heavy.secured, heavy.burden) == (False, True, 2)
    assert standing_of(replace(defaulted, default_since=date(2027, 1, 2)), today).burden == 1
    to_the_day = replace(a_claim(Split(4820)), id="R-2", default_since=today, due=today)
    grown = standing_of(to_the_day, today, Split(4820, 1))
    assert (grown.claim, grown.owed, grown.due, grown.burden) == ("R-2", 4821, True, 2)


def test_the_claim_repeats_its_last_payments_only():
    one, entries = paid(a_claim(), *[1] * (RECENT + 3))
    assert one.recent == entries[-RECENT:]


def test_the_same_content_has_the_same_hash_and_the_zone_it_is_told_in_does_not_matter():
    berlin = ZoneInfo("Europe/Berlin")
    one = opening(Split(100), "EUR", "b/1", date(2026, 11, 20), datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    two = opening(Split(100), "EUR", "b/1", date(2026, 11, 20), datetime(2026, 11, 20, 9, 0, tzinfo=berlin))
    assert one.hash == two.hash == one.sealed().hash
    assert one.hash == "01f363b131882753a5c2c22a9aa8836cab4bee0adedd99eb7fe370a3342cb8e1"


def test_a_booking_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        opening(Split(100), "EUR", "b/1", date(2026, 11, 20), datetime(2026, 11, 20, 8, 0))


def test_an_opening_says_what_is_owed_and_settles_nothing():
    first = opening(Split(4820, 120, 250), "EUR", "b/1", date(2026, 11, 20), NOW)
    assert (first.number, first.amount, first.surplus, first.previous) == (0, 5190, 0, "")
    assert fold((first,)) == Split(4820, 120, 250)
    assert fold(()) == Split()


def test_a_claim_after_the_fold_is_still_a_claim():
    one, _ = paid(a_claim(), 10)
    assert isinstance(one, Claim)


@settings(max_examples=100, deadline=None)
@given(owed, st.lists(st.integers(1, 50_000), min_size=1, max_size=6), st.data())
def test_whatever_is_changed_taken_away_or_sealed_anew_the_claim_tells_where(split, amounts, data):
    one, entries = paid(a_claim(split), *amounts)
    assert broken_at(one, entries) is None
    at = data.draw(st.integers(0, len(entries) - 1))
    changed = replace(entries[at], source="somebody")
    assert broken_at(one, (*entries[:at], changed, *entries[at + 1 :])) == at
    assert broken_at(one, entries[:at]) == at
    assert broken_at(one, (*entries[:at], *entries[at + 1 :])) == at
    forged, before = [], ""
    for entry in (*entries[:at], changed, *entries[at + 1 :]):
        forged.append(replace(entry, previous=before).sealed())
        before = forged[-1].hash
    assert broken_at(one, forged) == len(entries) - 1, "sealed anew from there, the end is another one"


def test_what_was_booked_after_the_claim_was_read_breaks_no_chain():
    before, _ = paid(a_claim(), 100)
    _, longer = paid(a_claim(), 100, 200)
    assert broken_at(before, longer) is None


def test_interest_since_a_moment_is_what_was_booked_less_what_was_given_back_and_no_costs():
    one, entries = a_claim(Split(10_000, costs=500)), tuple[LedgerEntry, ...]()
    for minute, (kind, split, flags) in enumerate(
        [
            (EntryKind.INTEREST, Split(interest=40), ()),
            (EntryKind.INTEREST, Split(interest=12), ()),
            (EntryKind.COSTS, Split(costs=250), ()),
            (EntryKind.CREDIT, Split(interest=5), ()),
            (EntryKind.CREDIT, Split(costs=250), (COSTS_BACK,)),
        ]
    ):
        at = NOW + timedelta(minutes=minute)
        one, entry = appended(one, kind, split, f"s-{minute}", at.date(), at, flags=flags)
        entries += (entry,)
    assert interest_since(entries, NOW) == 7
    assert interest_since(entries, NOW + timedelta(hours=1)) == 0
