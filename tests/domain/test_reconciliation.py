"""One sum in two books: what makes a difference, and what does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.bank import BankStatement, Became, EntryResult, StatementKind, StatementStatus
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.money_back import PayoutStatus, ProviderPayout
from chalicelib.domain.payout import PayoutCredit
from chalicelib.domain.reconciliation import (
    REPAIRABLE,
    DifferenceKind,
    Place,
    Reconciliation,
    Tally,
    Word,
    gone,
    in_order,
    judged,
    new_ones,
    suspense_differs,
    told_plainly,
    unsaid,
)
from chalicelib.domain.statement_chain import gaps, not_arrived, superseded, unled
from chalicelib.domain.suspense import Suspense, SuspenseReason
from tests.builders import NOW

DAY = date(2026, 11, 20)
WORD = Word("pi_1", 1000, "EUR", DAY, Place.PAYMENT, "pi_1")


def entry(number=1, amount=1000, surplus=0, kind=EntryKind.PAYMENT, source="pi_1", **changes):
    split = Split(principal=amount - surplus)
    plain = LedgerEntry(number, kind, amount, "EUR", split, surplus, source, DAY, NOW, "")
    return replace(plain, **changes)


def tally(*entries, suspense=None, source="pi_1"):
    return Tally(source, tuple(("R-1", one) for one in entries), suspense)


def money(amount=1000, **changes):
    return replace(Suspense("n", "pi_1", amount, "EUR", SuspenseReason.OVERPAID, None, NOW), **changes)


def kind_of(difference):
    return difference.kind.value if difference else None


@pytest.mark.parametrize(
    ("word", "held", "kind"),
    [
        (WORD, tally(entry()), None),
        (WORD, tally(entry(amount=600), suspense=None), "amount_differs"),
        (WORD, None, "not_booked"),
        (replace(WORD, amount=-1000), None, "not_reversed"),
        (replace(WORD, place=Place.STATEMENT), None, "entry_not_booked"),
        (replace(WORD, currency="CHF"), tally(entry()), "amount_differs"),
        (WORD, tally(entry(1), entry(2)), "booked_twice"),
        (WORD, tally(suspense=money()), None),
        (WORD, tally(suspense=money(900)), "amount_differs"),
        (replace(WORD, amount=-1000), tally(entry(kind=EntryKind.REVERSAL)), None),
        (replace(WORD, amount=-1000), tally(entry()), "amount_differs"),
        (replace(WORD, amount=-300), tally(), None),  # it went back out of suspense alone: no entry tells how much
    ],
)
def test_what_two_books_say_of_one_sum(word, held, kind):
    assert kind_of(judged(word, held)) == kind


def test_one_payment_over_two_claims_is_one_sum():
    parts = (("R-1", entry(amount=400)), ("R-2", entry(amount=600)))
    assert judged(WORD, Tally("pi_1", parts)) is None and told_plainly(WORD, parts)


def test_what_was_assigned_out_of_suspense_is_what_came():
    held = tally(entry(amount=800), suspense=money(home="R-1", given_back=200, placed=800))
    assert judged(WORD, held) is None and suspense_differs(held, DAY) is None


@pytest.mark.parametrize(
    ("entries", "plainly"),
    [([entry()], True), ([], False), ([entry(surplus=10)], False), ([entry(1), entry(2)], False)],
)
def test_only_what_the_journal_alone_settles_is_not_read_further(entries, plainly):
    assert told_plainly(WORD, [("R-1", one) for one in entries]) is plainly


def test_what_is_too_much_lies_in_suspense_less_what_went_back():
    paid, back = entry(surplus=300), entry(2, 100, 100, EntryKind.REVERSAL, "re_1", reverses=1)
    assert suspense_differs(tally(paid, back, suspense=money(300, given_back=100)), DAY) is None
    wrong = suspense_differs(tally(paid, back, suspense=money(300)), DAY)
    assert wrong and (wrong.kind, wrong.theirs, wrong.ours) == ("suspense_differs", 200, 300)
    missing = suspense_differs(tally(paid), DAY)
    assert missing and missing.ours == 0


def test_what_nobody_says_came_or_went():
    came, went = tally(entry()), tally(entry(kind=EntryKind.REVERSAL))
    assert unsaid(came, DAY, Place.PAYMENT).kind is DifferenceKind.UNKNOWN_AT_PROVIDER
    assert unsaid(went, DAY, Place.REFUND).kind is DifferenceKind.NOT_GIVEN_BACK
    assert unsaid(came, DAY, Place.STATEMENT).kind is DifferenceKind.ENTRY_UNKNOWN


def test_repairs_are_only_what_the_days_actions_do():
    assert {"not_booked", "not_reversed", "order_behind", "entry_not_booked"} == REPAIRABLE


def test_each_difference_stands_once_and_is_new_once():
    one, other = judged(WORD, None), judged(replace(WORD, source="pi_0", day=DAY - timedelta(1)), None)
    assert in_order([one, other, one]) == (other, one)
    assert gone([one, other], [other]) == 1
    known = Reconciliation("night", "n", DAY, DAY, NOW, left=(one,))
    assert new_ones([one, other], (None, known)) == (other,)


# ---- Statements in a row


def statement(number, opening=0, closing=0, **changes):
    plain = BankStatement(
        f"s{number}", "n", "k", StatementKind.STATEMENT, "4567", "EUR", NOW + timedelta(minutes=number)
    )
    told = {
        "sequence": f"2026/{number}",
        "opening": opening,
        "closing": closing,
        "first_day": DAY,
        "last_day": DAY,
        "status": StatementStatus.DONE,
    }
    return replace(plain, **{**told, **changes})


LAST_YEAR = {"sequence": "2025/365", "last_day": date(2025, 12, 31)}


@pytest.mark.parametrize(
    ("statements", "kinds"),
    [
        ([statement(1, 0, 5), statement(2, 5, 9)], []),
        ([statement(2, 5, 9), statement(1, 0, 5)], []),
        ([statement(1, 0, 5), statement(3, 5, 9)], ["statement_gap"]),
        ([statement(1, 0, 5), statement(2, 6, 9)], ["balance_gap"]),
        ([statement(1, 0, 5), statement(4, 7, 9)], ["statement_gap", "balance_gap"]),
        ([statement(9, 0, 5, **LAST_YEAR), statement(1, 5, 9)], []),
        ([statement(9, 0, 5, **{**LAST_YEAR, "sequence": "2026/365"}), statement(1, 5, 9)], []),
        ([statement(9, 0, 5, **LAST_YEAR), statement(366, 5, 9)], []),
        ([statement(9, 0, 5, **LAST_YEAR), statement(367, 5, 9)], ["statement_gap"]),
        ([statement(1, 0, 5), statement(3, 1, 9, account="9999")], []),
        ([statement(1, 0, 5), statement(2, None, 9)], []),
        ([statement(1, 0, 5), statement(3, 5, 9, kind=StatementKind.NOTICE)], []),
        ([statement(1, 0, 5), statement(3, 5, 9, sequence="")], []),
    ],
)
def test_numbers_follow_one_another_and_balances_join(statements, kinds):
    assert [one.kind for one in gaps(statements, DAY, DAY)] == kinds


def test_a_gap_before_the_days_is_not_theirs():
    tomorrow, later = DAY + timedelta(days=1), DAY + timedelta(days=9)
    assert NOW.date() > tomorrow
    assert list(gaps([statement(1), statement(3)], later, later)) == []
    came = NOW.date()
    assert len(list(gaps([statement(1), statement(3)], came, came))) == 1, "they came on this day"


def test_the_last_word_of_a_number_counts_and_what_it_left_out_is_told():
    early, late = statement(1, 0, 5), replace(statement(1, 0, 5), id="again", received_at=NOW + timedelta(hours=1))
    kept = EntryResult("1", Became.BOOKED, 5, "EUR", "bank:a")
    left_out = EntryResult("2", Became.SUSPENSE, 7, "EUR", "bank:b")
    own = EntryResult("3", Became.OWN, -7, "EUR")
    results = {early.id: (kept, left_out, own), late.id: (replace(kept, became=Became.KNOWN),)}
    assert list(superseded([late, early], results)) == [(early, late, left_out)]
    assert list(superseded([late], results)) == []
    page = replace(late, opening=None)
    assert list(superseded([early, page], results)) == [], "a second page is not another word"


def test_the_entries_lead_from_one_balance_to_the_other():
    results = [EntryResult("1", Became.BOOKED, 5, "EUR"), EntryResult("2", Became.PENDING, 99, "EUR")]
    whole = statement(1, 10, 15, entries=2)
    assert unled(whole, results) is None
    assert kind_of(unled(replace(whole, closing=16), results)) == "balance_gap"
    assert kind_of(unled(replace(whole, entries=3), results)) == "entry_not_booked"
    assert unled(replace(whole, opening=None), results) is None
    assert kind_of(unled(replace(whole, status=StatementStatus.BOOKING), results)) == "entry_not_booked"


def payout(name, amount=900, arrives=DAY, made_at=NOW - timedelta(days=4)):
    return ProviderPayout(name, PayoutStatus.PAID, amount, "EUR", arrives, made_at, live=True)


def test_each_payout_is_brought_by_a_credit_of_its_own():
    credit = PayoutCredit("bank:a", 900, "EUR", DAY)
    assert list(not_arrived([payout("po_1")], [credit], DAY)) == []
    assert [one.about for one in not_arrived([payout("po_1"), payout("po_2")], [credit], DAY)] == ["po_2"]
    assert list(not_arrived([payout("po_1")], [], DAY - timedelta(days=1))) == [], "it may still come"
    early = replace(credit, value_date=DAY - timedelta(days=9))
    assert [one.about for one in not_arrived([payout("po_1")], [early], DAY)] == ["po_1"]
    other = replace(credit, amount=901)
    assert [one.about for one in not_arrived([payout("po_1")], [other], DAY)] == ["po_1"]
