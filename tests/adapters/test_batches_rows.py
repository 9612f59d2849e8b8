"""Rows of a good file, and what keeps a row out of it (B4, B7, B8, B10 to B13, P16)."""

import io

import pytest

from chalicelib.adapters.batches.fields import FIELDS as ALL_FIELDS
from chalicelib.adapters.batches.profile_file import BUILT_IN
from chalicelib.adapters.batches.rows import Survey, read_rows, survey
from chalicelib.domain.batch import Problem, Quarantined, Refused
from chalicelib.domain.parties import Address
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.row import Row
from tests.builders import FIELDS, collector, creditor, profile

GOOD = {
    "claim": "R-1",
    "debtor": "K-1",
    "party": "person",
    "name": "Marta Lindqvist",
    "street": "Lindenweg 7",
    "postcode": "10437",
    "city": "Berlin",
    "email": "marta@example.com",
    "phone": "0171 3920012",
    "what": "Strom",
    "invoice_number": "RE-1",
    "invoice_date": "2026-08-01",
    "due": "2026-08-15",
    "principal": "48.20",
    "interest": "0.00",
    "costs": "0",
    "as_of": "2026-11-20",
}


def quoted(value):
    return '"' + value.replace('"', '""') + '"' if set(value) & set(',"\n') else value


def lines(*rows, extra=()):
    names = (*FIELDS, *extra)
    return [
        ",".join(names),
        *(",".join(quoted((GOOD | row).get(name, "")) for name in names) for row in rows),
    ]


def read(*rows, who=None, extra=()):
    who = who or creditor(profile=profile(columns=tuple((name, name) for name in (*FIELDS, *extra))))
    body = ("\n".join(lines(*rows, extra=extra)) + "\n").encode()
    return list(read_rows(io.BytesIO(body), who))


def read_one(extra=(), **cells):
    (only,) = read(cells, extra=extra or tuple(name for name in cells if name not in FIELDS))
    return only


def problem_of(**cells):
    answer = read_one(**cells)
    assert isinstance(answer, Quarantined), answer
    (problem,) = answer.problems
    return problem


def test_a_good_row_is_taken_whole():
    row = read_one()
    assert isinstance(row, Row)
    assert (row.line, row.claim, row.debtor, row.name, row.is_business) == (
        2,
        "R-1",
        "K-1",
        "Marta Lindqvist",
        False,
    )
    assert (row.principal, row.interest, row.costs, row.currency) == (4820, 0, 0, "EUR")
    assert (row.email, row.phone, row.country) == ("marta@example.com", "+491713920012", "DE")
    assert row.flags == ()


def test_B4_a_broken_row_is_put_aside_with_line_column_reason_and_value_and_the_rest_loads():
    answers = read({}, {"claim": "R-2", "due": "15.08.2026"}, {"claim": "R-3"})
    assert [type(answer) for answer in answers] == [Row, Quarantined, Row]
    assert answers[1] == Quarantined(3, (Problem("due", "date_form", "15.08.2026"),), "R-2")


def test_B4_the_column_is_named_in_the_creditors_own_words():
    headers = {"principal": "Hauptforderung", "name": "Name des Kunden"}
    own = profile(columns=tuple((name, headers.get(name, name)) for name in FIELDS))
    head = ",".join(headers.get(name, name) for name in FIELDS)
    body = head + "\n" + ",".join((GOOD | {"principal": "4,8"} | {"name": ""}).get(n, "") for n in FIELDS)
    body = body.replace("4,8", '"4,8"') + "\n"
    (answer,) = read_rows(io.BytesIO(body.encode()), creditor(profile=own))
    assert answer.problems == (
        Problem("Name des Kunden", "missing"),
        Problem("Hauptforderung", "amount_form", "4,8"),
    )


def test_lines_are_physical_lines_also_after_a_cell_with_line_breaks():
    answers = read({"what": "Strom\nund Gas"}, {"claim": "R-2", "name": "?"})
    assert answers[0].what == "Strom und Gas"
    assert answers[1].line == 4


def test_a_stray_quote_keeps_out_its_own_row_only():
    rows = lines({}, {"claim": "R-2"}, {"claim": "R-3"}, {"claim": "R-4"})
    rows[2] = rows[2].replace("Marta Lindqvist", '"Marta Lindqvist')
    answers = list(read_rows(io.BytesIO(("\n".join(rows) + "\n" * 30).encode()), creditor()))
    assert [(a.line, getattr(a, "claim", "")) for a in answers if isinstance(a, Row)] == [
        (2, "R-1"),
        (4, "R-3"),
        (5, "R-4"),
    ]
    assert [(a.line, a.problems[0].reason) for a in answers if isinstance(a, Quarantined)] == [(3, "open_quote")]


def test_a_stray_quote_near_the_end_keeps_out_its_own_row_only():
    rows = lines({}, {"claim": "R-2"}, {"claim": "R-3"})
    rows[2] = rows[2].replace("Marta Lindqvist", '"Marta Lindqvist')
    answers = list(read_rows(io.BytesIO(("\n".join(rows) + "\n").encode()), creditor()))
    assert [getattr(answer, "claim", "") for answer in answers if isinstance(answer, Row)] == ["R-1", "R-3"]
    assert answers[1].problems[0].reason == "open_quote"


def test_B5_somebodys_words_never_become_a_claim_because_the_file_was_cut_behind_them():
    rows = lines({}, {"claim": "R-2", "name": "Ute\n" + lines({"claim": "R-666"})[1] + "\nBrandt"})
    whole = "\n".join(rows) + "\n"
    assert [row.claim for row in read_rows(io.BytesIO(whole.encode()), creditor())] == ["R-1", "R-2"]
    for end in range(whole.index("R-2"), len(whole)):
        answers = list(read_rows(io.BytesIO(whole[:end].encode()), creditor()))
        assert [answer.claim for answer in answers if isinstance(answer, Row)] == ["R-1"]


def test_a_row_with_a_cell_too_many_or_too_few_is_put_aside():
    rows = lines({}, {"claim": "R-2"}, {"claim": "R-3"})
    rows[1] += ",more"
    rows[2] = rows[2].rpartition(",")[0]
    answers = list(read_rows(io.BytesIO(("\n".join(rows) + "\n").encode()), creditor()))
    reasons = [a.problems[0].reason for a in answers if isinstance(a, Quarantined)]
    assert reasons == ["column_count", "column_count"]
    assert answers[2].claim == "R-3"


def test_empty_lines_are_no_rows():
    rows = lines({}, {"claim": "R-2"})
    body = "\n".join([rows[0], "", rows[1], "," * (len(FIELDS) - 1), "  ", rows[2], ""]).encode()
    found = survey(io.BytesIO(body), creditor(), "x.csv")
    assert isinstance(found, Survey)
    assert found.rows == 2
    assert [row.line for row in read_rows(io.BytesIO(body), creditor())] == [3, 6]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("0.00", "amount_not_positive"),
        ("-48.20", "amount_not_positive"),
        ("NaN", "amount_form"),
        ("inf", "amount_form"),
        ("1e9", "amount_form"),
        ("48,20", "amount_form"),
        ("1,048.20", "amount_form"),
        ("48.20 EUR", "amount_form"),
        ("10000000.01", "amount_huge"),
        ("9" * 39, "amount_huge"),
        ("9" * 60, "amount_form"),
        ("9" * 70, "too_long"),
        ("", "missing"),
    ],
)
def test_B10_an_amount_that_is_none_is_put_aside(amount, reason):
    assert problem_of(principal=amount).reason == reason


def test_B10_parts_that_are_huge_together_are_put_aside():
    assert problem_of(principal="9000000.00", costs="2000000.00").reason == "amount_huge"
    assert problem_of(costs="-1.00") == Problem("costs", "amount_not_positive", "-1.00")


def test_B13_the_first_row_of_a_claim_id_loads_and_the_others_are_put_aside():
    answers = read({}, {"name": "Somebody Else"}, {"claim": "R-2"}, {})
    assert [type(answer) for answer in answers] == [Row, Quarantined, Row, Quarantined]
    assert answers[1] == Quarantined(3, (Problem("claim", "twin_claim", "R-1"),), "R-1")


@pytest.mark.parametrize(
    ("cells", "flag"),
    [
        ({"phone": "0171/392"}, "bad_phone"),
        ({"phone": "call me"}, "bad_phone"),
        ({"phone": "+49 0000000000"}, "bad_phone"),
        ({"phone": "030 23125 777"}, "landline"),
        ({"email": "marta(at)example.com"}, "bad_email"),
        ({"email": "marta@example"}, "bad_email"),
        ({"email": "a@b.c\nbcc: all@example.com"}, "bad_email"),
        ({"email": "ma rta@example.com"}, "bad_email"),
        ({"email": "x" * 300 + "@example.com"}, "bad_email"),
        ({"iban": "DE02 1203 0000 0000 2020 52"}, "bad_iban"),
        ({"iban": "n/a"}, "bad_iban"),
    ],
)
def test_B12_bad_contact_data_or_account_leaves_the_row_standing_and_flagged(cells, flag):
    row = read_one(**cells)
    assert isinstance(row, Row)
    assert row.flags == (flag,)
    (field,) = cells
    assert getattr(row, field) is None


def test_B12_a_good_account_and_an_address_with_an_umlaut_domain_are_kept():
    row = read_one(iban="de02 1203 0000 0000 2020 51", email="marta@Bücher.example")
    assert (row.iban, row.email) == ("DE02120300000000202051", "marta@xn--bcher-kva.example")
    assert row.flags == ()


def test_a_phone_number_is_read_as_one_of_the_debtors_country():
    row = read_one(country="AT", postcode="1010", phone="0664 1234567")
    assert row.phone == "+436641234567"


@pytest.mark.parametrize(
    ("who", "cells", "flags"),
    [
        (collector, {"costs": "18.90"}, ()),  # half a fee for a claim up to 50 euros, and its expenses
        (collector, {"costs": "18.91"}, ("costs_above_cap",)),
        (collector, {"costs": "18.91", "party": "business"}, ()),
        (creditor, {"costs": "18.91"}, ()),
        (collector, {"costs": "22.49", "vat_reclaimable": "no"}, ()),
        (collector, {"costs": "22.49", "vat_reclaimable": "yes"}, ("costs_above_cap",)),
        (collector, {"costs": "34.02", "first_notice_sent": "2026-11-07"}, ("costs_above_cap",)),
        (collector, {"costs": "34.02", "first_notice_sent": "2026-11-02"}, ()),
        (collector, {"costs": "99.00", "as_of": "2020-01-01"}, ()),  # no table of fees reaches there
    ],
)
def test_a_collectors_row_with_more_than_a_lawyer_could_bill_is_taken_and_flagged(who, cells, flags):
    extra = ("vat_reclaimable", "first_notice_sent")
    declared = profile(columns=tuple((name, name) for name in (*FIELDS, *extra)))
    (row,) = read(cells, who=who(profile=declared), extra=extra)
    assert isinstance(row, Row), row
    assert row.flags == flags


def test_without_a_contact_point_or_a_good_factor_a_row_is_taken_and_flagged():
    assert read_one(email="", phone="").flags == ("no_contact_point",)
    assert read_one(postcode="").flags == ("only_invoice_number",)
    assert read_one(postcode="", birth_date="1984-03-09").flags == ()


@pytest.mark.parametrize("language", ["tr", "pt-BR", "de-simple"])
def test_a_row_may_name_any_language_messages_come_in_the_plain_one_too(language):
    assert read_one(language=language).language == language


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"claim": "=1+1"}, "id_form"),
        ({"claim": "a#b"}, "id_form"),
        ({"claim": "Ä1"}, "id_form"),
        ({"claim": "x" * 65}, "too_long"),
        ({"debtor": ""}, "missing"),
        ({"party": "Firma"}, "not_a_choice"),
        ({"name": "12345"}, "name_form"),
        ({"name": "x" * 121}, "too_long"),
        ({"postcode": "1067"}, "postcode_form"),
        ({"country": "US", "postcode": "2139", "phone": ""}, "postcode_form"),
        ({"country": "GB", "postcode": "10437", "phone": ""}, "postcode_form"),
        ({"country": "Deutschland"}, "country_form"),
        ({"language": "Deutsch"}, "language_form"),
        ({"titled": "vielleicht"}, "yes_no"),
        ({"reminders_sent": "two"}, "count_form"),
        ({"currency": "JPY"}, "not_a_choice"),
        ({"claim_type": "loan"}, "not_a_choice"),
        ({"default_since": "2026-08-14"}, "default_before_due"),
        ({"birth_date": "2026-08-02"}, "birth_after_invoice"),
    ],
)
def test_B7_what_does_not_fit_is_put_aside_and_never_mended(cells, reason):
    assert problem_of(**cells).reason == reason


def test_B4_all_that_can_be_seen_in_a_row_is_said_at_once():
    answer = read_one(invoice_date="1.8.2026", interest="-2.00", postcode="1067", name="12")
    assert [(problem.column, problem.reason) for problem in answer.problems] == [
        ("invoice_date", "date_form"),
        ("interest", "amount_not_positive"),
        ("name", "name_form"),
        ("postcode", "postcode_form"),
    ]
    nothing = read_one(country="Deutschland", postcode="1067", principal="", costs="11000000.00")
    assert [problem.column for problem in nothing.problems] == ["country", "principal", "costs"]


def test_the_creditors_own_words_stand_for_ours():
    words = (("party", (("P", "person"), ("F", "business"))), ("titled", (("J", "yes"), ("N", "no"))))
    names = (*FIELDS, "titled")
    who = creditor(profile=profile(columns=tuple((name, name) for name in names), values=words))
    one, two = read({"party": "F", "titled": "J"}, {"claim": "R-2", "titled": "N"}, who=who, extra=("titled",))
    assert (one.is_business, one.titled) == (True, True)
    assert (two.is_business, two.titled) == (False, False)


def test_a_debtor_without_a_country_lives_where_the_creditor_does():
    who = creditor(address=Address("Gasse 1", "1010", "Wien", "AT"))
    (row,) = read({"postcode": "1020", "phone": "0664 1234567"}, who=who)
    assert (row.country, row.phone) == ("AT", "+436641234567")


def test_P16_names_of_every_script_are_kept_composed_and_without_hidden_characters():
    for name in ("فاطمة الحداد", "李静怡", "ნინო ბერიძე", "راहुल शर्मा", "O'Connor–Dùn", "مي\u200cخواهم"):
        assert read_one(name=name).name == name
    row = read_one(name="Mei\u202e \u2066Chen\u2069\u200b\u0007")
    assert (row.name, row.flags) == ("Mei Chen", ("characters_removed",))
    assert read_one(name="Kathe\u0308 ").name == "Kath\u00eb"
    assert read_one(name="  Anna \u00a0 Maria ").flags == ()


def test_B8_a_formula_is_text_like_any_other():
    row = read_one(what='=HYPERLINK("http://evil.example")', name="+Anna")
    assert (row.what, row.name) == ('=HYPERLINK("http://evil.example")', "+Anna")


def refusal_of(body, who=None):
    found = survey(io.BytesIO(body.encode()), who or creditor(), "x.csv")
    assert isinstance(found, Refused)
    return found


def test_a_file_whose_header_lacks_a_declared_column_is_refused_with_the_names():
    rows = lines({})
    rows[0] = rows[0].replace("due", "faellig").replace("email", "E-Mail")
    assert refusal_of("\n".join(rows) + "\n") == Refused("header_missing", line=1, value="email, due")


def test_a_header_that_says_a_column_twice_or_is_none_is_refused():
    rows = lines({})
    assert refusal_of(rows[0] + ",due\n" + rows[1] + ",x\n").reason == "header_twice"
    assert refusal_of("").reason == "empty"
    assert refusal_of("\n\n ,,\n").reason == "empty"
    assert refusal_of('"claim,debtor\n').reason == "header_unreadable"


def test_columns_nobody_declared_are_passed_over():
    row = read(GOOD | {"internal": "x"}, who=creditor(), extra=("internal",))[0]
    assert isinstance(row, Row)


def test_the_built_in_profile_lets_optional_columns_be_absent_and_knows_no_others():
    who = creditor(profile=BUILT_IN["plain"])
    cells = {"currency": "EUR", "claim_type": "other"}
    (row,) = read(cells, who=who, extra=tuple(cells))
    assert isinstance(row, Row)
    head, line = lines(cells, extra=tuple(cells))
    assert refusal_of(f"{head},mail\n{line},x\n", who) == Refused("header_unknown", line=1, value="mail")
    assert refusal_of(f"{head.replace('as_of', 'stand')}\n{line}\n", who).value == "as_of"


def test_the_german_built_in_profile_reads_german_forms():
    who = creditor(profile=BUILT_IN["plain-de"])
    cells = GOOD | {
        "currency": "EUR",
        "claim_type": "other",
        "principal": "1.048,20",
        "interest": "0,5",
        "titled": "ja",
        "invoice_date": "01.08.2026",
        "due": "15.08.2026",
        "as_of": "20.11.2026",
    }
    body = ";".join(cells) + "\n" + ";".join(cells.values()) + "\n"
    (row,) = read_rows(io.BytesIO(body.encode()), who)
    assert (row.principal, row.interest, row.titled) == (104_820, 50, True)


def test_the_hash_of_a_row_is_that_of_its_meaning_whatever_the_form_of_the_file():
    (plain,) = read({})
    own = profile(
        encoding="cp1252",
        delimiter=";",
        decimal=",",
        thousands=".",
        date_format="dd.mm.yyyy",
        columns=tuple((name, name.upper()) for name in reversed(FIELDS)),
    )
    days = {"invoice_date": "01.08.2026", "due": "15.08.2026", "as_of": "20.11.2026"}
    cells = GOOD | days | {"principal": "48,2", "interest": "0", "costs": "0,00", "phone": "+49 171 392 00 12"}
    body = ";".join(name.upper() for name in reversed(FIELDS)) + "\n"
    body += ";".join(cells[name] for name in reversed(FIELDS)) + "\n"
    (german,) = read_rows(io.BytesIO(body.encode("cp1252")), creditor(profile=own))
    assert german.row_hash == plain.row_hash


def test_every_field_of_a_row_can_come_from_a_file():
    of_a_row = {field for field in Row.__dataclass_fields__ if field not in ("line", "flags", "is_business")}
    assert of_a_row | {"party"} == {field.name for field in ALL_FIELDS}


def test_a_row_in_another_currency_is_quarantined_where_payouts_leave_in_euros():
    """Money that could be collected and never paid out is not taken; without payouts it is."""
    plain = profile(columns=tuple((name, name) for name in (*FIELDS, "currency")))
    rows = ({"claim": "R-1", "currency": "CHF"}, {"claim": "R-2", "currency": "EUR"})
    paid_out = creditor(profile=plain, payout_terms=PayoutTerms())
    first, second = read(*rows, who=paid_out, extra=("currency",))
    assert isinstance(first, Quarantined) and isinstance(second, Row)
    assert (first.line, first.problems) == (2, (Problem("currency", "payout_euro", "CHF"),))
    taken = read(*rows, who=creditor(profile=plain), extra=("currency",))
    assert [row.currency for row in taken] == ["CHF", "EUR"]
