"""Statements and notices of the bank: read whole in every version, or refused whole with place and reason."""

import io
import zipfile
from datetime import date

import pytest

from chalicelib.adapters.bank.open_file import MOST_BYTES, read_bank_file
from chalicelib.domain.bank import Side, StatementKind, identity
from chalicelib.domain.batch import Refused
from local.bank.account import Account
from local.bank.messages import notice, statement
from tests.builders import creditor

OURS = creditor()
DAY = date(2026, 11, 20)
THEIRS = "DE89370400440532013000"


@pytest.fixture
def account():
    return Account(OURS.iban, OURS.payee, balance=100_00)


def read(body, name="x.xml", of=OURS):
    found = read_bank_file(body, name, of)
    assert not isinstance(found, Refused), found
    return found


def refused(body, name="x.xml", of=OURS):
    found = read_bank_file(body, name, of)
    assert isinstance(found, Refused), found
    return found


def document(
    entries, *, message="camt.053.001.08", before="", root="BkToCstmrStmt", report="Stmt", iban=OURS.iban
):
    """A message around these entries, as little of it as a bank can write."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}"><{root}>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T20:00:00</CreDtTm></GrpHdr>
<{report}><Id>S1</Id><CreDtTm>2026-11-20T20:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>
{before}{entries}</{report}></{root}></Document>""".encode()


def entry(
    inside="", *, amount="48.20", side="CRDT", status="<Sts><Cd>BOOK</Cd></Sts>", dates=None, currency="EUR"
):
    dates = dates or "<BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-19</Dt></ValDt>"
    return f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{status}{dates}{inside}</Ntry>'


def only(body):
    (told,) = read(body)
    (found,) = told.entries
    return found


@pytest.mark.parametrize("version", [2, 3, 4, 6, 8, 13])
@pytest.mark.parametrize("write", [notice, statement])
def test_each_version_of_both_messages_tells_the_same(account, write, version):
    account.receives(4820, "K7M4-QX2D-9TRP", on=DAY, name="Marta Lindqvist", iban=THEIRS, end_to_end="E-1")
    (told,) = read(write(account, on=DAY, version=version))
    (found,) = told.entries
    assert (found.signed, found.currency, found.value_date, found.booked_on) == (4820, "EUR", DAY, DAY)
    assert (found.name, found.iban, found.text) == ("Marta Lindqvist", THEIRS, "K7M4-QX2D-9TRP")
    assert (found.end_to_end, found.code, found.returned) == ("E-1", "PMNT/RCDT/ESCT", None)
    assert told.account == OURS.iban


@pytest.mark.parametrize("version", [2, 8])
def test_the_same_money_has_one_identity_in_notice_and_statement(account, version):
    first = account.receives(4820, "a", on=DAY, name="A")
    account.receives(4820, "a", on=DAY, name="A")
    parts = [account.part(100, "x", on=DAY), account.part(100, "x", on=DAY), account.part(5, "y", on=DAY)]
    account.receives_together(parts, on=DAY)
    account.returns(first, "AC04", on=DAY, fee=300)
    (told,), (stated,) = read(notice(account, on=DAY, version=version)), read(statement(account, on=DAY))
    names = [[identity(one.account, e) for e in one.entries] for one in (told, stated)]
    assert names[0] == names[1] and len(set(names[0])) == 6
    assert (told.kind, stated.kind) == (StatementKind.NOTICE, StatementKind.STATEMENT)
    assert (stated.opening, stated.closing) == (100_00, account.balance)


def test_a_collective_entry_without_its_parts_is_one_sum_that_says_how_many():
    batch = "<Btch><PmtInfId>P1</PmtInfId><NbOfTxs>12</NbOfTxs></Btch>"
    found = only(document(entry(f"<AcctSvcrRef>R9</AcctSvcrRef><NtryDtls>{batch}</NtryDtls>")))
    assert (found.parts, found.part_of, found.amount) == (12, ("R9", "P1"), 4820)


def test_an_entry_whose_details_lie_in_another_message_is_a_sum_by_that_message():
    inside = "<AddtlInfInd><MsgNmId>camt.054.001.08</MsgNmId><MsgId>M77</MsgId></AddtlInfInd>"
    found = only(document(entry(inside)))
    assert (found.parts, found.part_of) == (1, ("M77",))


def test_parts_that_do_not_sum_up_stay_one_sum():
    tx = "<TxDtls><AmtDtls><TxAmt><Amt Ccy='EUR'>{}</Amt></TxAmt></AmtDtls></TxDtls>"
    whole = only(document(entry("<NtryDtls>" + tx.format("20.00") + tx.format("28.00") + "</NtryDtls>")))
    assert (whole.parts, whole.amount) == (2, 4820)
    (told,) = read(document(entry("<NtryDtls>" + tx.format("20.00") + tx.format("28.20") + "</NtryDtls>")))
    assert [(part.number, part.amount) for part in told.entries] == [("1.1", 2000), ("1.2", 2820)]


@pytest.mark.parametrize(("amount", "count"), [("46.00", 2), ("60.00", 3)])
def test_returned_debits_that_do_not_sum_up_are_one_return_and_no_payment_of_the_creditor_s_own(amount, count):
    """The bank books them as one sum with its fee, or shows fewer than there are, and codes the parts alone."""
    tx = "<TxDtls><Amt Ccy='EUR'>20.00</Amt><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    batch = f"<NtryDtls><Btch><NbOfTxs>{count}</NbOfTxs></Btch>{tx}{tx}</NtryDtls>"
    whole = only(document(entry(batch, amount=amount, side="DBIT")))
    assert (whole.parts, whole.returned, whole.side) == (count, "AC04", Side.DEBIT)


def test_a_part_in_another_currency_leaves_the_sum_whole():
    tx = "<TxDtls><AmtDtls><InstdAmt><Amt Ccy='{}'>24.10</Amt></InstdAmt></AmtDtls></TxDtls>"
    found = only(document(entry("<NtryDtls>" + tx.format("EUR") + tx.format("USD") + "</NtryDtls>")))
    assert (found.parts, found.currency) == (2, "EUR")


def test_the_account_s_currency_counts_whatever_was_instructed():
    inside = (
        "<NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy='USD'>55.00</Amt></InstdAmt></AmtDtls></TxDtls></NtryDtls>"
    )
    assert (only(document(entry(inside))).amount, only(document(entry(inside))).currency) == (4820, "EUR")


def test_a_returned_debit_tells_the_payment_and_the_fee_apart():
    tx = "<AmtDtls><InstdAmt><Amt Ccy='EUR'>48.20</Amt></InstdAmt></AmtDtls>"
    inside = f"<NtryDtls><TxDtls>{tx}<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf></TxDtls></NtryDtls>"
    found = only(document(entry(inside, amount="51.20", side="DBIT")))
    assert (found.signed, found.without_charges, found.charges, found.returned) == (-5120, 4820, 300, "MD06")


@pytest.mark.parametrize(
    "said",
    [
        "<RvslInd>true</RvslInd>",
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>",
        "<BkTxCd><Prtry><Cd>NRTI+109+00931</Cd></Prtry></BkTxCd>",
    ],
)
def test_a_return_is_known_without_its_reason_too(said):
    assert only(document(entry(said, side="DBIT"))).returned == ""


def test_charges_contained_in_a_credit_are_told_and_not_added():
    inside = '<Chrgs><Rcrd><Amt Ccy="EUR">1.80</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>'
    assert (only(document(entry(inside))).amount, only(document(entry(inside))).charges) == (4820, 180)


def test_what_banks_leave_out_is_left_empty():
    found = only(document(entry(status="", dates="<ValDt><DtTm>2026-11-19T10:00:00+01:00</DtTm></ValDt>")))
    assert (found.value_date, found.booked_on, found.booked) == (date(2026, 11, 19), None, True)
    assert (found.name, found.iban, found.text, found.end_to_end, found.reference, found.code) == ("",) * 6


def test_what_the_bank_only_announces_is_not_booked_and_not_summed():
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>10.00</Amt></Bal>"
        for code in ("PRCD", "CLBD")
    )
    found = only(document(entry(status="<Sts>PDNG</Sts>"), before=balances))
    assert found.booked is False


@pytest.mark.parametrize("said", ["<Prtry>PDNG</Prtry>", "<Cd>INFO</Cd>", "PDNG"])
def test_a_status_that_is_not_booked_is_not_booked_in_whatever_words(said):
    assert only(document(entry(status=f"<Sts>{said}</Sts>"))).booked is False


def test_texts_of_both_kinds_are_read_and_the_bank_s_own_only_where_there_is_none():
    creditors = "<Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd>"
    texts = f"<RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd>{creditors}</RmtInf>"
    inside = "<NtryDtls><TxDtls>{}</TxDtls></NtryDtls><AddtlNtryInf>GUTSCHRIFT</AddtlNtryInf>"
    assert only(document(entry(inside.format(texts)))).text == "one two RF18"
    assert only(document(entry(inside.format("")))).text == "GUTSCHRIFT"


def test_several_statements_in_one_message_and_several_messages_in_one_zip(account):
    account.receives(1, "a", on=DAY)
    one = statement(account, on=DAY)
    account.receives(2, "b", on=DAY)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("1.xml", one)
        out.writestr("2.XML", statement(account, on=DAY))
    assert [told.closing for told in read(packed.getvalue(), "c53.zip")] == [100_01, 100_03]
    twice = one.replace(b"</Stmt>", b"</Stmt>" + one[one.index(b"<Stmt>") : one.index(b"</Stmt>") + 7])
    assert len(read(twice)) == 2


def test_an_empty_statement_is_one():
    (told,) = read(document(""))
    assert told.entries == ()


# Faults: nothing of the file is taken


def test_entries_that_do_not_lead_from_one_balance_to_the_other(account):
    account.receives(4820, "a", on=DAY)
    body = statement(account, on=DAY).replace(b">48.20<", b">48.21<", 1)
    assert refused(body).reason == "bank_balance"


def test_fewer_entries_than_the_bank_says_there_are():
    summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>"
    assert refused(document(entry(), before=summary)).reason == "bank_count"


def test_a_file_that_ends_early_is_refused_at_its_end(account):
    account.receives(4820, "a", on=DAY)
    body = statement(account, on=DAY)
    for cut in (len(body) // 3, len(body) // 2, len(body) - 12):
        found = refused(body[:cut])
        assert found.reason == "xml_cut" and found.line and found.byte is not None and found.byte <= cut


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(attack):
    body = document(entry()).replace(b"?>\n", b"?>\n" + attack.encode() + b"\n", 1)
    found = refused(body)
    assert (found.reason, found.line) == ("xml_doctype", 2)


def test_depth_length_and_size_have_bounds():
    assert refused(document("<a>" * 60 + "</a>" * 60)).reason == "xml_too_deep"
    assert refused(document(f"<Id>{'x' * 30_000}</Id>")).reason == "xml_text_too_long"
    assert refused(b"<" * (MOST_BYTES + 1)).reason == "bank_too_large"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("1.xml", b" " * 3_000_000)
    assert refused(packed.getvalue(), "x.zip").reason == "bomb"
    assert refused(packed.getvalue()[:-40], "x.zip").reason == "damaged_pack"


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_pack_of_any_kind_is_refused_by_name(packing):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as out:
        out.writestr("1.xml", document(entry()))
    body = bytearray(packed.getvalue())
    body[60:80] = b"\xff" * 20
    assert refused(bytes(body), "x.zip").reason == "damaged_pack"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_every_encoding_that_xml_declares_is_read(codec):
    name = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(codec, codec)
    tx = "<RltdPties><Dbtr><Pty><Nm>Jörg Müller</Nm></Pty></Dbtr></RltdPties>"
    text = document(entry(f"<NtryDtls><TxDtls>{tx}</TxDtls></NtryDtls>")).decode()
    assert only(text.replace("UTF-8", name, 1).encode(codec)).name == "Jörg Müller"


def test_bytes_that_are_not_what_the_xml_declares_are_refused_with_their_place():
    body = document(entry()).replace(b"<Id>S1", b"<Id>S\xff1", 1)
    found = refused(body)
    assert found.reason == "xml_encoding" and body[found.byte : found.byte + 1] in (b"S", b"\xff")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "bank_message"),
        (b"no xml", "bank_message"),
        (document("", message="camt.053.001.01"), "bank_message"),
        (document("", message="camt.053.001.99"), "bank_message"),
        (document("", message="camt.052.001.08", root="BkToCstmrAcctRpt", report="Rpt"), "bank_intraday"),
        (document("", message="pain.001.001.09"), "bank_message"),
        (document(entry(), iban="DE89370400440532013000"), "bank_account"),
        (document(entry(), iban="DE00"), "bank_no_iban"),
        (document(entry(amount="-1.00")), "bank_amount"),
        (document(entry(amount="1,00")), "bank_amount"),
        (document(entry(amount="1.005")), "bank_amount"),
        (document(entry(amount="1e9")), "bank_amount"),
        (document(entry(amount="9" * 15)), "bank_amount"),
        (document(entry(currency="XXX")), "bank_currency"),
        (document(entry(side="?")), "bank_side"),
        (
            document(entry(), before="<TxsSummry><TtlNtries><NbOfNtries>²</NbOfNtries></TtlNtries></TxsSummry>"),
            "bank_count",
        ),
        (document(entry(dates="<ValDt><Dt>2026-02-30</Dt></ValDt>")), "bank_date"),
        (document(entry(dates="<ValDt/>")), "bank_date"),
        (document("<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"), "bank_amount"),
        (document("<Ntry>") + b"x", "xml"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(body, reason):
    assert refused(body).reason == reason


def test_a_stranger_s_account_is_named_by_its_last_signs_only():
    assert refused(document(entry(), iban=THEIRS)).value == f"…{THEIRS[-4:]}"


def test_the_other_side_is_whoever_is_not_this_account():
    both = f"""<RltdPties><Dbtr><Pty><Nm>Us</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{OURS.iban}</IBAN></Id></DbtrAcct>
    <Cdtr><Pty><Nm>Them</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>{THEIRS}</IBAN></Id></CdtrAcct></RltdPties>"""
    for side in ("CRDT", "DBIT"):
        found = only(document(entry(f"<NtryDtls><TxDtls>{both}</TxDtls></NtryDtls>", side=side)))
        assert (found.name, found.iban, found.side) == (
            "Them",
            THEIRS,
            Side.CREDIT if side == "CRDT" else Side.DEBIT,
        )
