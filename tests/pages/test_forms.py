"""Forms are read kindly, and what needs mending is said by field, reason and remedy."""

from datetime import date

import pytest

from chalicelib.domain.parties import Factor
from chalicelib.domain.task import DaySlot
from chalicelib.presentation.forms import door, not_me, pay, stop, talk
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import NBSP, languages, locale

TODAY = date(2026, 11, 23)
ALL = (Factor.POSTCODE, Factor.BIRTH_DATE, Factor.INVOICE_NUMBER)


def posted(**fields):
    return {name: [value] for name, value in fields.items()}


@pytest.mark.parametrize("typed", ["10437", " 10437 ", "10437\u202e", "\t10437"])
def test_a_postcode_is_handed_on_as_typed_without_what_cannot_be_seen(typed):
    answer = door.read(posted(factor="postcode", postcode=typed), ALL, TODAY)
    assert answer == door.Answer(Factor.POSTCODE, "10437")


@pytest.mark.parametrize(
    "typed",
    [
        "31.12.1980",
        "31 12 80",
        "31/12/1980",
        "1980-12-31",
        "31121980",
        "311280",
        "31. 12. 1980",
        "31-12-1980",
    ],
)
def test_a_birth_date_is_read_as_people_write_it(typed):
    answer = door.read(posted(factor="birth_date", birth_date=typed), ALL, TODAY)
    assert answer == door.Answer(Factor.BIRTH_DATE, date(1980, 12, 31))


def test_a_birth_date_is_read_from_three_fields():
    fields = posted(factor="birth_date", birth_day="9", birth_month="3", birth_year="1984")
    assert door.read(fields, ALL, TODAY) == door.Answer(Factor.BIRTH_DATE, date(1984, 3, 9))


@pytest.mark.parametrize(
    "typed", ["31.02.1980", "soon", "1.1.3000", "12.1980", "1.1.1", "0.0.0000", "9999999999.1.1980"]
)
def test_a_day_that_does_not_exist_is_said_beside_its_field(typed):
    problems = door.read(posted(factor="birth_date", birth_date=typed), ALL, TODAY)
    assert problems == (Problem("birth_date", "problem.birth_date.form"),)


def test_two_digits_of_a_year_mean_a_grown_up():
    assert door.birth_date("1.1.09", TODAY) == date(2009, 1, 1)
    assert door.birth_date("1.1.20", TODAY) == date(1920, 1, 1)


@pytest.mark.parametrize("typed", ["-", " / ", "..."])
def test_an_answer_without_letters_and_digits_is_an_empty_one(typed):
    problems = door.read(posted(factor="invoice_number", invoice_number=typed), ALL, TODAY)
    assert problems == (Problem("invoice_number", "problem.invoice_number.empty"),)


def test_where_only_another_field_is_filled_that_one_is_meant():
    fields = posted(factor="postcode", postcode="", invoice_number="2026-4711")
    assert door.read(fields, ALL, TODAY) == door.Answer(Factor.INVOICE_NUMBER, "2026-4711")


def test_a_postcode_may_be_typed_in_the_digits_of_any_script():
    arabic = "\u0661\u0660\u0664\u0663\u0667"
    answer = door.read({"factor": ["postcode"], "postcode": [arabic]}, tuple(Factor), TODAY)
    assert answer == door.Answer(Factor.POSTCODE, "10437")


def test_one_try_compares_one_factor_only():
    fields = posted(factor="birth_date", birth_date="1.1.1980", postcode="10437")
    assert door.read(fields, ALL, TODAY) == door.Answer(Factor.BIRTH_DATE, date(1980, 1, 1))


def test_a_factor_the_link_does_not_offer_is_not_read():
    fields = posted(factor="invoice_number", invoice_number="2026-4711")
    assert door.read(fields, (Factor.POSTCODE,), TODAY) == (Problem("postcode", "problem.postcode.empty"),)


@pytest.mark.parametrize("factor", ALL)
def test_an_empty_answer_names_its_field(factor):
    problems = door.read(posted(factor=factor.value), ALL, TODAY)
    assert [problem.field for problem in problems] == [factor.value]


def test_P10_what_the_page_said_is_owed_is_a_whole_number_or_nothing():
    assert pay.read(posted(owed="4820"), "EUR") == pay.Asked(4820, pay.ALL, None, together=False)
    assert pay.read(posted(owed="4820", together="1"), "EUR").together
    for owed in ("", "48.20", "-1", "1e3", "٤", "9" * 16):
        assert pay.read(posted(owed=owed), "EUR").owed is None


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("20", 2000), ("20,00", 2000), ("20.5", 2050), ("€ 20", 2000), ("1.234,50 €", 123450), ("٢٠", 2000)],
)
def test_P11_another_amount_is_read_as_people_write_it(typed, cents):
    assert pay.read(posted(owed="4820", much="other", other=typed), "EUR").amount == cents
    assert pay.read(posted(owed="4820", much="all", other=typed), "EUR").amount is None, "only where it is chosen"


@pytest.mark.parametrize(
    ("typed", "key"),
    [("", "empty"), ("  ", "empty"), ("viel", "form"), ("-5", "form"), ("1e9", "form"), ("5,005,1", "form")],
)
def test_P11_an_amount_nobody_can_read_is_asked_for_again_at_its_field(typed, key):
    problem = (Problem("other", f"problem.other.{key}"),)
    assert pay.read(posted(owed="4820", much="other", other=typed), "EUR") == problem


@pytest.mark.parametrize("typed", ["0171 3920012", "+49 171 392-0012", "0049 171/3920012", "+49 (0)171 3920012"])
def test_a_phone_number_is_read_as_people_write_it(typed):
    request = talk.read(posted(phone=typed, slot="evening", words=" Hallo ", language="en"), "de")
    assert request.phone in {"01713920012", "+491713920012"}
    assert (request.slot, request.words, request.language) == (DaySlot.EVENING, "Hallo", "en")


def test_a_call_needs_a_number_and_a_time_but_no_words():
    problems = talk.read(posted(phone="", slot="midnight", words="x" * 2001), "de")
    assert {problem.field for problem in problems} == {"phone", "slot", "words"}
    assert talk.read(posted(phone="12", slot="morning"), "de") == (Problem("phone", "problem.phone.form"),)
    assert talk.read(posted(phone="030 1234567", slot="morning", language="xx"), "de").language == "de"
    assert talk.read(posted(phone="030 1234567", slot="morning", language="tr"), "de").language == "tr"


@pytest.mark.parametrize("form", [not_me, stop])
def test_a_silencing_form_brings_the_proof_that_we_asked(form):
    assert form.read(posted(proof="abc")) == "abc"
    assert form.read({}) == (Problem("", "problem.again"),)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("problems", "label"),
    [
        (door.read({}, ALL, TODAY), "door.postcode"),
        (door.read(posted(birth_date="x"), (Factor.BIRTH_DATE,), TODAY), "door.birth_date"),
        (door.read({}, (Factor.INVOICE_NUMBER,), TODAY), "door.invoice_number"),
        (talk.read(posted(slot="morning"), "de"), "talk.phone"),
    ],
)
def test_every_refusal_names_the_field_the_reason_and_what_to_do(language, problems, label):
    words = locale(language)
    for problem in problems:
        sentence = words.text(problem.key)
        assert sentence.replace(NBSP, "").startswith(words.text(label) + ": ")
        assert sentence.count(".") >= 2
