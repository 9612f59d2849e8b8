"""What opens the door, and what never does."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim import Ground
from chalicelib.domain.factors import asked, plain, provable, proves
from chalicelib.domain.parties import Address, ChannelKind, Choices, ContactPoint, Factor, PointState
from chalicelib.domain.pay_link import LinkPurpose
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


@pytest.mark.parametrize(
    "what", ["Rechnung RE-2026/4711", "Strom, Lindenweg 7, 10437 Berlin", "re 2026 4711 / 10437"]
)
def test_P6_what_the_words_of_the_claim_hold_is_no_factor_since_messages_print_them(what):
    told = claim(ground=Ground(what, None, "RE-2026/4711", date(2026, 8, 1)))
    answers = {POSTCODE: "10437", INVOICE: "RE-2026/4711"}
    for factor, answer in answers.items():
        printed = plain(answer) in plain(what)
        assert proves(factor, answer, debtor(), told) is not printed
        assert (factor in provable(debtor(), told)) is not printed


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


CONTACT, START, HELPER, SENDER = LinkPurpose
MAIL = ContactPoint(ChannelKind.EMAIL, "marta@example.com")
PHONE = ContactPoint(ChannelKind.SMS, "+491713920012")
NOBODY = Address("Street 1", "", "City")


def sure(point, **changes):
    return replace(point, confirmed=True, **changes)


def test_P6_an_address_that_only_a_file_names_never_lets_its_reader_in_by_a_code():
    for purpose in LinkPurpose:
        assert Factor.CODE not in asked(purpose, debtor(points=(MAIL, PHONE)), claim())


def test_a_code_may_go_to_an_address_the_debtor_confirmed():
    one = debtor(points=(MAIL, sure(PHONE)))
    assert asked(CONTACT, one, claim()) == (POSTCODE, BIRTH_DATE, INVOICE, Factor.CODE)
    assert one.code_point() == sure(PHONE)


def test_a_door_that_letters_lead_to_never_asks_for_the_number_they_print():
    assert asked(START, debtor(), claim()) == (BIRTH_DATE,)
    assert asked(START, debtor(address=NOBODY, birth_date=None), claim()) == ()


def test_such_a_door_asks_for_the_postcode_of_the_envelope_only_where_there_is_no_other_way():
    assert asked(START, debtor(birth_date=None, points=(sure(MAIL),)), claim()) == (Factor.CODE,)
    assert asked(START, debtor(birth_date=None), claim()) == (POSTCODE,)


def test_a_helper_is_asked_for_what_they_know_of_the_debtor_and_only_else_for_a_code():
    assert asked(HELPER, debtor(points=(sure(MAIL),)), claim()) == (POSTCODE, BIRTH_DATE)
    unknown = debtor(address=NOBODY, birth_date=None, points=(sure(MAIL),))
    assert asked(HELPER, unknown, claim()) == (Factor.CODE,)
    assert asked(HELPER, replace(unknown, points=()), claim()) == (INVOICE,)


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_whoever_wants_codes_only_is_asked_for_nothing_a_housemate_knows(purpose):
    assert asked(purpose, debtor(choices=Choices(code_only=True)), claim()) == (Factor.CODE,)


def test_a_code_goes_by_the_chosen_way_and_to_a_confirmed_address_first():
    only = Choices(code_only=True)
    assert debtor(points=(MAIL, PHONE), choices=only).code_point() == MAIL
    assert debtor(points=(MAIL, PHONE), choices=replace(only, channel=ChannelKind.SMS)).code_point() == PHONE
    assert debtor(points=(MAIL, sure(PHONE)), choices=only).code_point() == sure(PHONE)


@pytest.mark.parametrize("state", [PointState.DEAD, PointState.UNCONFIRMED, PointState.WRONG_PERSON])
def test_no_code_goes_where_nobody_of_ours_reads(state):
    assert debtor(points=(sure(MAIL, state=state),)).code_point() is None
    assert debtor(points=(sure(MAIL, state=PointState.OPTED_OUT),)).code_point() is not None
