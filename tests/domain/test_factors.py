"""What opens the door, and what never does."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim import Ground
from chalicelib.domain.factors import plain, provable, proves
from chalicelib.domain.parties import Address, Factor
from tests.builders import claim, debtor

POSTCODE, BIRTH_DATE, INVOICE = Factor.POSTCODE, Factor.BIRTH_DATE, Factor.INVOICE_NUMBER
signs = st.text("-–—?!.,;:/\\#*+ _()[]\u00ad\u202e\u2066")


def about(number):
    return claim(ground=Ground("Strom", None, number, date(2026, 8, 1)))


def test_everything_we_know_can_be_proven():
    assert provable(debtor(), claim()) == (POSTCODE, BIRTH_DATE, INVOICE)


def test_what_we_do_not_know_cannot():
    nobody = debtor(address=Address("Street 1", "", "City"), birth_date=None)
    assert provable(nobody, claim()) == (INVOICE,)
    assert provable(nobody, about("")) == ()


@given(signs, signs)
def test_signs_are_no_proof_and_open_nothing(held, answer):
    one = debtor(address=Address("Street 1", held, "City"))
    assert provable(one, about(held)) == (BIRTH_DATE,)
    for factor in (POSTCODE, INVOICE):
        assert not proves(factor, answer, one, about(held))


@pytest.mark.parametrize("held", ["7", "4-7-1", "1/26", "Ⅶ", "äöü"])
def test_P7_what_is_guessed_in_a_few_tries_is_no_factor_and_opens_nothing(held):
    one = debtor(address=Address("Street 1", held, "City"))
    assert provable(one, about(held)) == (BIRTH_DATE,)
    for factor in (POSTCODE, INVOICE):
        assert not proves(factor, held, one, about(held))


@pytest.mark.parametrize("held", ["1010", "RE-7/26", "47-11"])
def test_four_letters_or_digits_are_enough(held):
    assert provable(debtor(address=Address("Street 1", held, "City")), about(held)) == (
        POSTCODE,
        BIRTH_DATE,
        INVOICE,
    )


@pytest.mark.parametrize("answer", ["RE-2026/4711", "re 2026 4711", " Re20264711 ", "ＲＥ-２０２６-４７１１"])
def test_the_way_it_is_typed_does_not_matter(answer):
    assert proves(INVOICE, answer, debtor(), about("RE-2026/4711"))


@pytest.mark.parametrize("answer", ["", "RE-2026/471", "RE-2026/47110", "4711", date(1984, 3, 9)])
def test_a_part_or_a_neighbour_is_no_proof(answer):
    assert not proves(INVOICE, answer, debtor(), about("RE-2026/4711"))


def test_a_birth_date_is_a_day():
    assert proves(BIRTH_DATE, date(1984, 3, 9), debtor(), claim())
    assert not proves(BIRTH_DATE, date(1984, 3, 10), debtor(), claim())
    assert not proves(BIRTH_DATE, "1984-03-09", debtor(), claim())
    assert not proves(BIRTH_DATE, date(1984, 3, 9), replace(debtor(), birth_date=None), claim())


def test_folding_keeps_letters_and_digits_of_every_script():
    assert plain("Straße 7-ß") == plain("STRASSE7SS")
    assert plain("‮7­1") == b"71"
