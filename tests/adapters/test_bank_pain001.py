"""Transfers as the bank takes them: valid by the schema, the same bytes each time, every sign one a bank knows."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.bank.pain001 import NAMESPACE, written
from chalicelib.adapters.bank.sepa_signs import TAKEN, in_sepa_signs, reference_in_sepa_signs
from chalicelib.domain.transfer_order import OutgoingTransfer, TransferOrder
from tests.builders import creditor

THEIRS = "DE89370400440532013000"


def transfer(number=1, **changes):
    plain = OutgoingTransfer(f"RUECK-{number}", 18_00, "Marta Lindqvist", THEIRS, "Zu viel gezahlt, R-1001")
    return replace(plain, **changes)


def order(*transfers, **changes):
    made = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    of = creditor()
    return replace(
        TransferOrder("K-2026-11-23-1", made, date(2026, 11, 24), of.payee, of.iban, transfers or (transfer(),)),
        **changes,
    )


@cache
def schema():
    return xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd")


def read(body):
    schema().validate(body.decode())
    return schema().to_dict(body.decode(), validation="strict")["CstmrCdtTrfInitn"]


def test_an_order_is_valid_by_the_schema_and_says_what_it_was_told():
    told = read(written(order(transfer(1), transfer(2, amount=1))))
    (payment,) = told["PmtInf"]
    assert told["GrpHdr"]["MsgId"] == "K-2026-11-23-1"
    assert (told["GrpHdr"]["NbOfTxs"], str(told["GrpHdr"]["CtrlSum"])) == ("2", "18.01")
    assert payment["DbtrAcct"]["Id"]["IBAN"] == creditor().iban and payment["ChrgBr"] == "SLEV"
    first, second = payment["CdtTrfTxInf"]
    assert first["PmtId"]["EndToEndId"] == "RUECK-1" and first["CdtrAcct"]["Id"]["IBAN"] == THEIRS
    assert first["RmtInf"]["Ustrd"] == ["Zu viel gezahlt, R-1001"]
    assert str(second["Amt"]["InstdAmt"]["$"]) == "0.01"


def test_the_same_order_is_the_same_bytes():
    assert written(order()) == written(order())
    assert written(order()).startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="' + NAMESPACE.encode()
    )


def test_a_transfer_without_a_text_has_none():
    assert "RmtInf" not in read(written(order(transfer(text=""))))["PmtInf"][0]["CdtTrfTxInf"][0]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Jörg Müßig & Söhne", "Joerg Muessig + Soehne"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Ștefan Țiriac", "Stefan Tiriac"),
        ("Олександр Щербак", "Oleksandr Shterbak"),
        ("ЩЕРБАК MÜLLER Ö", "SHTERBAK MUELLER Oe"),
        ("Γιώργος", "Giorgos"),
        ("İbrahim Çağ", "Ibrahim Cag"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("50 € – „ja“", "50 E - 'ja'"),
        ("漢字", ".."),
        ("  a \n b ", "a b"),
    ],
)
def test_each_script_is_written_in_signs_a_bank_takes(text, signs):
    assert in_sepa_signs(text, 70) == signs


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(1, 140))
def test_whatever_is_written_only_taken_signs_come_out(text, longest):
    found = in_sepa_signs(text, longest)
    assert set(found) <= TAKEN and len(found) <= longest and found == found.strip()
    reference = reference_in_sepa_signs(text, longest)
    assert "//" not in reference and not reference.startswith("/") and not reference.endswith("/")


names = st.text(min_size=1, max_size=90).filter(lambda text: in_sepa_signs(text, 70).strip(". "))


@settings(deadline=None)
@given(names, st.text(max_size=200), st.integers(1, 99_999_999_999))
def test_any_order_is_valid_by_the_schema(name, text, amount):
    read(written(order(transfer(name=name, text=text, amount=amount))))


@pytest.mark.parametrize(
    "build",
    [
        lambda: transfer(amount=0),
        lambda: transfer(amount=1.5),
        lambda: transfer(end_to_end=""),
        lambda: transfer(end_to_end="x" * 36),
        lambda: order(transfer(1), transfer(1)),
        lambda: order(id=""),
        lambda: replace(order(), transfers=()),
        lambda: written(order(transfer(name="漢字"))),
        lambda: written(order(made_at=datetime(2026, 11, 23))),  # noqa: DTZ001
    ],
)
def test_what_no_bank_could_carry_out_is_not_written(build):
    with pytest.raises(ValueError):
        build()
