"""The forms of paying later and in instalments are read as phones and people type."""

from datetime import date

import pytest

from chalicelib.domain.budget import Budget
from chalicelib.domain.plan import Method
from chalicelib.domain.terms import Change, ChangeKind, Wish
from chalicelib.presentation.forms import budget, later, plan
from chalicelib.presentation.forms._fields import money
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import locale

TODAY = date(2026, 11, 23)
USUAL = Wish(1000, date(2026, 12, 1), 1)


def posted(**fields):
    return {name: [value] for name, value in fields.items()}


def read(**fields):
    return plan.read(posted(**fields), "EUR", TODAY, USUAL)


def first(day, month, year):
    return {"first_day": day, "first_month": month, "first_year": year}


@pytest.mark.parametrize(
    "typed",
    [
        "40",
        "40,00",
        "40.00",
        "40 €",
        "€40",
        "40€",
        "EUR 40,-",
        "40 Euro",
        "٤٠",
        "٤٠٫٠٠",
        "۴۰",
        "４０",
        " 40 ",
        "40,",
    ],
)
def test_an_amount_is_read_however_a_phone_writes_it(typed):
    assert read(amount=typed).amount == 4000


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("1.234,50", 123450), ("1,234.50", 123450), ("1 234,5", 123450), ("1’234.50", 123450), ("1.000", 100000)],
)
def test_thousands_are_grouped_as_each_language_does(typed, minor):
    assert money(typed, "EUR") == minor


@pytest.mark.parametrize("typed", ["-40", "−40", "vierzig", "40 50", "1.2.3", "4e3", "0", "9" * 10, "40 oder 50"])
def test_what_is_no_amount_is_said_at_its_field_and_never_guessed(typed):
    assert read(amount=typed) == (Problem("amount", "problem.amount.form"),)


def test_an_empty_amount_is_no_guess_either():
    assert read(amount=" ") == (Problem("amount", "problem.amount.empty"),)


def test_a_form_without_fields_is_the_usual_wish():
    assert read() == USUAL


def test_a_tapped_amount_goes_before_a_typed_one():
    assert read(amount="12", pick="4000").amount == 4000


@pytest.mark.parametrize(
    "typed",
    [
        ("15", "1", "2027"),
        ("15", "01", "27"),
        ("15", "1", ""),
        ("١٥", "١", "٢٠٢٧"),
        ("15.1.2027", "", ""),
        ("15.1.", "", ""),
    ],
)
def test_a_day_is_read_as_people_write_it(typed):
    wish = read(amount="40", **first(*typed))
    assert (wish.first, wish.day) == (date(2027, 1, 15), 15)


def test_without_a_year_the_next_such_day_is_meant():
    assert read(**first("23", "11", "")).first == TODAY
    assert read(**first("22", "11", "")).first == date(2027, 11, 22)


@pytest.mark.parametrize("typed", [("31", "2", "2027"), ("29", "2", "2027"), ("1", "13", "2027"), ("x", "", "")])
def test_a_day_that_does_not_exist_is_said_at_its_field(typed):
    assert read(amount="40", **first(*typed)) == (Problem("first", "problem.first.form"),)


def test_day_of_the_month_and_method_are_taken_where_they_make_sense():
    assert read(day="٣١", method="transfer") == Wish(1000, date(2026, 12, 1), 31, Method.TRANSFER)
    assert read(day="32", method="cash") == USUAL
    assert read(first="2026-12-05").day == 5


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "1-1-1", "٢٠٢٦-١٢-٠١", "tomorrow"])
def test_an_address_that_was_tampered_with_is_the_usual_wish(text):
    assert read(first=text) == USUAL


def test_a_day_to_pay_on_comes_from_a_row_or_from_the_fields():
    assert later.read(posted(until="2026-12-15"), TODAY) == date(2026, 12, 15)
    assert later.read(posted(until_day="15", until_month="12"), TODAY) == date(2026, 12, 15)
    assert later.read({}, TODAY) == (Problem("until", "problem.until.empty"),)
    assert later.read(posted(until_day="31", until_month="11"), TODAY) == (Problem("until", "problem.until.form"),)


def change(**fields):
    return plan.read_change(posted(**fields), "EUR", TODAY)


def test_a_change_is_one_of_three():
    assert change(change="skip") == Change(ChangeKind.SKIP)
    assert change(change="move", due_day="9", due_month="12") == Change(ChangeKind.MOVE, due=date(2026, 12, 9))
    assert change(change="move", due="2026-12-09") == Change(ChangeKind.MOVE, due=date(2026, 12, 9))
    assert change(change="less", less="7,50") == Change(ChangeKind.LESS, amount=750)
    assert change(change="less", pick="500") == Change(ChangeKind.LESS, amount=500)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"change": "forget"}, Problem("", "problem.again")),
        ({"change": "move"}, Problem("due", "problem.due.empty")),
        ({"change": "move", "due_day": "31", "due_month": "2"}, Problem("due", "problem.due.form")),
        ({"change": "less", "less": ""}, Problem("less", "problem.less.empty")),
        ({"change": "less", "less": "wenig"}, Problem("less", "problem.less.form")),
    ],
)
def test_a_change_that_cannot_be_read_is_said_at_its_field(fields, problem):
    assert change(**fields) == (problem,)


def test_a_budget_needs_only_the_income():
    assert budget.read(posted(income="1.887,40"), "EUR") == Budget(188740, 0, 0, 0)
    whole = budget.read(posted(income="١٨٨٧", dependants="٢", rent="650", living="400,00 €"), "EUR")
    assert whole == Budget(188700, 2, 65000, 40000)
    assert budget.read(posted(income="0"), "EUR") == Budget(0, 0, 0, 0)


def test_what_is_wrong_with_a_budget_is_said_at_each_field():
    wrong = budget.read(posted(dependants="zwei", rent="-1", living="viel"), "EUR")
    assert {problem.field for problem in wrong} == {"income", "dependants", "rent", "living"}


def test_a_budget_is_in_no_printed_form_of_it():
    assert "1887" not in repr(budget.read(posted(income="1887"), "EUR"))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "problems",
    [
        read(amount=""),
        read(amount="x"),
        read(**first("31", "2", "2027")),
        later.read({}, TODAY),
        later.read(posted(until_day="x"), TODAY),
        change(change="move"),
        change(change="move", due_day="x"),
        change(change="less"),
        change(change="less", less="x"),
        budget.read({}, "EUR"),
        budget.read(posted(income="x", dependants="x", rent="x", living="x"), "EUR"),
    ],
)
def test_every_refusal_names_its_field_and_what_to_do(language, problems):
    for problem in problems:
        sentence = locale(language).text(problem.key)
        label, _, rest = sentence.partition(": ")
        assert label and rest.count(".") >= 2, sentence
