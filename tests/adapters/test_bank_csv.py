"""CSV exports of banks: read as declared, or refused with the line; nothing about their form is guessed."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.domain.bank import StatementKind, identity
from chalicelib.domain.bank_form import BankForm
from chalicelib.domain.batch import Refused
from chalicelib.domain.parties import Creditor
from chalicelib.domain.profile import FileProfile
from local.sample import creditors
from tests.builders import creditor

COLUMNS = (
    ("booked_on", "Buchungstag"),
    ("value_date", "Valuta"),
    ("name", "Name"),
    ("iban", "IBAN"),
    ("text", "Verwendungszweck"),
    ("amount", "Betrag"),
)
GERMAN = FileProfile("bank", "cp1252", ";", decimal=",", thousands=".", date_format="dd.mm.yyyy", columns=COLUMNS)
HEAD = "Buchungstag;Valuta;Name;IBAN;Verwendungszweck;Betrag;Saldo\r\n"
LINE = "20.11.2026;19.11.2026;Jörg Müller;DE89 3704 0044 0532 0130 00;K7M4-QX2D-9TRP;1.048,20;1.100,00\r\n"


def of(profile=GERMAN, header_line=1):
    return creditor(bank=BankForm(profile, header_line))


def read(text, of=None, codec="cp1252"):
    found = read_bank_file(text.encode(codec), "umsatz.csv", of or globals()["of"]())
    assert not isinstance(found, Refused), found
    (told,) = found
    return told


def refused(text, of=None, codec="cp1252"):
    found = read_bank_file(
        text.encode(codec) if isinstance(text, str) else text, "umsatz.csv", of or globals()["of"]()
    )
    assert isinstance(found, Refused), found
    return found


def test_an_export_is_read_in_the_declared_form():
    told = read(HEAD + LINE + "20.11.2026;;Haus;;Miete;-700,00;400,00\r\n")
    first, second = told.entries
    assert (first.signed, first.value_date, first.booked_on) == (104820, date(2026, 11, 19), date(2026, 11, 20))
    assert (first.name, first.iban, first.text) == ("Jörg Müller", "DE89370400440532013000", "K7M4-QX2D-9TRP")
    assert (second.signed, second.value_date, second.iban) == (-70000, date(2026, 11, 20), "")
    assert (told.kind, told.currency, told.opening) == (StatementKind.EXPORT, "EUR", None)


def test_lines_of_the_bank_before_the_header_are_passed_over_as_declared():
    told = read('"Konto";"123"\r\n\r\n"Zeitraum:";"alle"\r\n' + HEAD + LINE, of(header_line=4))
    assert [entry.number for entry in told.entries] == ["5"]


def test_a_column_for_each_side_and_a_side_beside_the_amount():
    two = replace(GERMAN, columns=(*COLUMNS[:5], ("credit", "Haben"), ("debit", "Soll")))
    head = HEAD.replace("Betrag;Saldo", "Soll;Haben")
    text = head + LINE.replace("1.048,20;1.100,00", ";5,00") + LINE.replace("1.048,20;1.100,00", "-7,00;")
    assert [entry.signed for entry in read(text, of(two)).entries] == [500, -700]
    both = head + LINE.replace("1.048,20;1.100,00", "1,00;2,00")
    assert refused(both, of(two)).reason == "bank_amount"
    beside = replace(
        GERMAN, columns=(*COLUMNS, ("side", "S/H")), values=(("side", (("H", "credit"), ("S", "debit"))),)
    )
    text = HEAD.replace("Saldo", "S/H") + LINE.replace("1.100,00", "S")
    assert read(text, of(beside)).entries[0].signed == -104820
    assert refused(text.replace(";S\r", ";X\r"), of(beside)).reason == "bank_side"


def test_overlapping_exports_tell_the_same_money():
    one, other = read(HEAD + LINE + LINE), read(HEAD + LINE + LINE + LINE.replace("1.048,20", "3,00"))
    names = [{identity(told.account, entry) for entry in told.entries} for told in (one, other)]
    assert len(names[0]) == 2 and names[0] < names[1]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "empty", None),
        (HEAD.replace("Betrag", "Summe") + LINE, "header_missing", 1),
        (HEAD.replace("Saldo", "Betrag") + LINE, "header_twice", 1),
        (HEAD + LINE.replace("1.048,20", "1048.20"), "bank_amount", 2),
        (HEAD + LINE.replace("1.048,20", "1,048.20"), "bank_amount", 2),
        (HEAD + LINE.replace("1.048,20", ""), "bank_amount", 2),
        (HEAD + LINE + LINE.replace("19.11.2026", "2026-11-19"), "bank_date", 3),
        (HEAD + LINE.replace("20.11.2026;19.11.2026", ";"), "bank_date", 2),
        (HEAD + LINE + "20.11.2026;19.11.2026;cut", "column_count", 3),
        (HEAD + 'a;"b', "quoting", 2),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line_and_nothing_is_taken(text, reason, line):
    found = refused(text)
    assert (found.reason, found.line) == (reason, line)


def test_bytes_that_do_not_fit_the_declared_encoding_are_refused_with_their_place():
    utf8 = of(replace(GERMAN, encoding="utf-8"))
    assert read(HEAD + LINE, utf8, "utf-8-sig").entries[0].name == "Jörg Müller"
    found = refused((HEAD + LINE).encode("cp1252"), utf8)
    assert (found.reason, found.line) == ("encoding", 2) and found.byte == (HEAD + LINE).index("ö")


def test_one_account_is_told_in_one_form():
    assert refused(HEAD, creditor()).reason == "bank_no_form"
    assert read_bank_file(b"<a/>", "x.xml", of()).reason == "bank_form_is_csv"
    assert read_bank_file(b"", "x.sta", of()).reason == "bank_file_kind"


def test_an_account_that_is_not_ours_and_a_second_currency_are_refused():
    named = replace(GERMAN, columns=(*COLUMNS, ("account", "Saldo")))
    assert refused(HEAD + LINE.replace("1.100,00", "DE89370400440532013000"), of(named)).reason == "bank_account"
    mixed = replace(GERMAN, columns=(*COLUMNS, ("currency", "Saldo")))
    text = HEAD + LINE.replace("1.100,00", "EUR") + LINE.replace("1.100,00", "CHF")
    assert refused(text, of(mixed)).reason == "bank_currencies"


SETTINGS = creditors.PLAIN.substitute(
    {"public_url": "https://zahlen.musterladen.example", "iban": "DE14990003030000123456"}
)
DECLARED = """bank:
  encoding: cp1252
  delimiter: ";"
  decimal: ","
  thousands: "."
  date_format: dd.mm.yyyy
  header_line: 5
  columns: {booked_on: Buchungstag, amount: Betrag, text: Verwendungszweck, side: S/H}
  values: {side: {H: credit, S: debit}}
"""


def settings(text):
    return read_creditor(text.encode(), "musterladen", countries={"DE"}, strategies={"balanced"})


def test_a_creditor_declares_the_form_in_its_settings():
    found = settings(SETTINGS + DECLARED)
    assert isinstance(found, Creditor), found
    assert (found.bank.header_line, found.bank.profile.encoding) == (5, "cp1252")
    assert found.bank.profile.own_word("side", "S") == "debit"
    assert settings(SETTINGS).bank is None


@pytest.mark.parametrize(
    ("wrong", "by", "setting", "reason"),
    [
        ("header_line: 5", "header_line: 0", "bank.header_line", "count_form"),
        ("amount: Betrag", "betrag: Betrag", "bank.columns.betrag", "no_such_field"),
        ("amount: Betrag", "credit: Haben", "bank.columns.debit", "field_not_mapped"),
        ("amount: Betrag", "amount: Betrag, credit: Haben", "bank.columns.credit", "header_for_two"),
        ("amount: Betrag", "iban: IBAN", "bank.columns.amount", "field_not_mapped"),
        ("booked_on: Buchungstag", "name: Name", "bank.columns.value_date", "field_not_mapped"),
        ("text: Verwendungszweck", "text: Betrag", "bank.columns.text", "header_for_two"),
        ("S: debit", "S: soll", "bank.values.side.S", "not_a_choice"),
        ('thousands: "."', 'thousands: ","', "bank.thousands", "same_separator"),
        ("encoding: cp1252", "encoding: ebcdic", "bank.encoding", "not_a_choice"),
    ],
)
def test_a_form_that_contradicts_itself_is_refused_by_its_setting(wrong, by, setting, reason):
    found = settings(SETTINGS + DECLARED.replace(wrong, by))
    assert (setting, reason) in [(problem.column, problem.reason) for problem in found]
