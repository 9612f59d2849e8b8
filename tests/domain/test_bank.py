"""What makes two entries of a bank the same money, and what keeps them apart."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.bank import (
    BankEntry,
    Side,
    Sighting,
    StatementKind,
    balanced,
    identity,
    original_marks,
    ranked,
    said,
)

DAY = date(2026, 11, 20)
OURS, THEIRS = "DE47990009090001234567", "DE89370400440532013000"

entries = st.builds(
    BankEntry,
    number=st.just("1"),
    amount=st.sampled_from([100, 200]),
    currency=st.just("EUR"),
    side=st.sampled_from(list(Side)),
    value_date=st.sampled_from([DAY, DAY + timedelta(days=1)]),
    text=st.sampled_from(["", "Miete", "mi ete"]),
    end_to_end=st.sampled_from(["", "NOTPROVIDED", "E-1"]),
    reference=st.sampled_from(["", "NONREF", "R1", "R2"]),
)


def names(found):
    return Counter(identity(OURS, entry) for entry in ranked(found))


def entry(**changes):
    return replace(BankEntry("1", 4820, "EUR", Side.CREDIT, DAY, text="Strom", end_to_end="E-1"), **changes)


@settings(deadline=None)
@given(st.lists(entries, max_size=8))
def test_within_a_file_every_entry_is_a_sum_of_its_own(found):
    assert all(times == 1 for times in names(found).values())


@settings(deadline=None)
@given(st.lists(entries, max_size=8), st.randoms())
def test_the_order_of_a_file_and_the_numbers_in_it_name_no_money(found, chance):
    turned = [replace(one, number=str(9 - at)) for at, one in enumerate(found)]
    chance.shuffle(turned)
    assert names(found) == names(turned)


@settings(deadline=None)
@given(st.lists(entries, max_size=8), st.lists(entries, max_size=4))
def test_a_longer_export_names_all_that_a_shorter_one_did(found, more):
    assert names(found) <= names([*found, *more])


@settings(deadline=None)
@given(entries)
def test_how_a_bank_wraps_a_text_does_not_matter(found):
    wrapped = replace(found, text=" ".join(found.text.lower()), end_to_end=found.end_to_end)
    assert names([found]) == names([wrapped])


@pytest.mark.parametrize("text", ["", "NOTPROVIDED", "not provided", "NONREF", "KREF+", "0000000000"])
def test_what_banks_write_where_they_have_nothing_to_say_names_nothing(text):
    assert said(text) == ""
    assert names([entry(reference=text)]) == names([entry()])


def test_the_bank_s_reference_names_the_money_whatever_else_a_file_leaves_out():
    full, bare = entry(reference="R1", iban=THEIRS), entry(reference="R1", end_to_end="", text="", value_date=DAY)
    assert names([full]) == names([bare])
    for other in ({"reference": "R2"}, {"amount": 1}, {"side": Side.DEBIT}, {"currency": "CHF"}):
        assert names([full]) != names([replace(full, **other)])
    assert identity(OURS, full) != identity(THEIRS, full)


def test_parts_of_one_entry_are_told_apart_by_their_own_ids():
    parts = [entry(number=f"1.{n}", reference="R1", end_to_end=f"E-{n}") for n in (1, 2)]
    assert names(parts) == names(parts[::-1]) and len(names(parts)) == 2


def sighting(entry=None, **changes):
    plain = Sighting("bank:1", "s1", StatementKind.STATEMENT, "2026/1", entry or globals()["entry"](iban=THEIRS))
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("later", "another"),
    [
        ({"statement": "s2", "sequence": "2026/2"}, True),
        ({"statement": "s2", "sequence": "2026/1"}, False),
        ({"statement": "s2", "sequence": ""}, False),
        ({"statement": "s2", "kind": StatementKind.NOTICE, "sequence": "2026/2"}, False),
        ({"statement": "s2", "kind": StatementKind.NOTICE, "entry": entry(iban=OURS)}, True),
        ({"statement": "s2", "kind": StatementKind.NOTICE, "entry": entry(end_to_end="E-2")}, True),
        ({"statement": "s2", "kind": StatementKind.NOTICE, "entry": entry(end_to_end="NOTPROVIDED")}, False),
        (
            {"statement": "s2", "kind": StatementKind.NOTICE, "entry": entry(value_date=DAY + timedelta(days=7))},
            False,
        ),
        (
            {"statement": "s2", "kind": StatementKind.NOTICE, "entry": entry(value_date=DAY + timedelta(days=8))},
            True,
        ),
    ],
)
def test_what_cannot_be_the_same_money_is_said_to_be_another(later, another):
    assert sighting().denies(sighting(**later)) is another


def test_a_return_and_its_payment_know_each_other_and_nobody_else():
    paid = entry(iban=THEIRS)
    back = replace(
        paid, side=Side.DEBIT, amount=5170, charges=350, returned="AC04", value_date=DAY + timedelta(days=49)
    )
    assert set(original_marks(paid)) == set(original_marks(back)) and len(original_marks(paid)) == 2
    by_name = replace(paid, iban="", end_to_end="", name="Marta Lindqvist")
    assert set(original_marks(by_name)) < set(original_marks(replace(back, name="MARTA  LINDQVIST")))
    assert original_marks(replace(paid, end_to_end="", text="")) == ()
    assert original_marks(replace(paid, end_to_end="", iban="")) == ()
    assert not set(original_marks(paid)) & set(original_marks(replace(paid, amount=1)))


@settings(deadline=None)
@given(st.lists(entries, max_size=8), st.integers(-500, 500))
def test_entries_lead_from_one_balance_to_the_other_or_they_do_not(found, opening):
    closing = opening + sum(one.signed for one in found)
    assert balanced(opening, closing, found) and balanced(None, closing, found)
    assert not balanced(opening, closing + 1, found)
    assert balanced(opening, closing, [*found, entry(booked=False)])
