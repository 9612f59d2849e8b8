"""A payout's statement: every sum right in both languages, and a CSV that ties and stays text."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.client_account import ClientAccount, Held
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.payout import Payout, ProviderSettlement, payout_id
from chalicelib.domain.trail import Booking
from chalicelib.presentation.papers.payout import LINES, payout_csv, payout_paper
from chalicelib.presentation.papers.payout_words import WORDS
from tests.builders import collector

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ACCOUNT = ClientAccount(
    opening=1_000,
    collected=120_000,
    refunded=5_000,
    reversed=10_000,
    provider_fees=1_230,
    fee=8_925,
    vat=1_696,
    held_back=6_000,
    released=500,
    paid_out=80_000,
    closing=8_649,
    under_way=8_649,
    fee_rate=850,
    vat_rate=1900,
    reserve=(Held(6_000, date(2027, 1, 1)),),
)
BROUGHT = ProviderSettlement("po_9", 4_693, 4_820, 127, 2, "EUR", date(2026, 11, 20), 1, ("bank:4f1c9a77",))
PAYOUT = Payout(
    payout_id("fairkasso", 1),
    "fairkasso",
    1,
    date(2026, 11, 1),
    date(2026, 11, 30),
    "EUR",
    ACCOUNT,
    AT,
    (BROUGHT, replace(BROUGHT, id="po_10", brought_in=())),
)


def booking(kind, amount, claim="R-1001", flags=(), currency="EUR", surplus=0):
    total = amount + surplus
    entry = LedgerEntry(3, kind, total, currency, Split(amount), surplus, "pi_1", AT.date(), AT, "", flags)
    return Booking("K-501", claim, entry, 0)


BOOKINGS = (
    booking(EntryKind.PAYMENT, 120_000, "=cmd()"),
    booking(EntryKind.REVERSAL, 5_000, flags=("refund",)),
    booking(EntryKind.REVERSAL, 10_000, flags=("chargeback",)),
    booking(EntryKind.WAIVER, 40),
    booking(EntryKind.PAYMENT, 700, currency="CHF"),
    booking(EntryKind.PAYMENT, 0, surplus=900),
)


def of(language):
    return collector(language=language)


def words_of(paper):
    """Everything that stands in the letter, as one text."""
    return paper.as_json().replace("\\u00a0", " ").replace("\u00a0", " ").replace("\u202f", " ")


def test_the_example_ties():
    assert ACCOUNT.ties


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "de",
            (
                "Auszahlung 1: 800,00 €",
                "Unser Entgelt (8,5 %)",
                "1.200,00 €",
                "-89,25 €",
                "86,49 €",
                "Davon noch beim",
            ),
        ),
        ("en", ("Payout 1: €800.00", "Our fee (8.5 %)", "€1,200.00", "-€89.25", "€86.49", "not seen yet")),
    ],
)
def test_the_letter_says_every_sum(language, wanted):
    said = words_of(payout_paper(of(language), PAYOUT, now=AT, zone=ZONE))
    for words in wanted:
        assert words.replace("-", "−") in said or words in said, words


def test_a_creditor_of_another_language_is_written_to_in_english():
    assert payout_paper(of("tr"), PAYOUT, now=AT, zone=ZONE).language == "en"


def test_where_nothing_is_paid_the_letter_says_so():
    nothing = replace(PAYOUT, account=replace(ACCOUNT, paid_out=0, closing=88_649))
    assert WORDS["de"]["nothing"] in words_of(payout_paper(of("de"), nothing, now=AT, zone=ZONE))


def test_it_names_nobody_who_paid():
    said = words_of(payout_paper(of("de"), PAYOUT, now=AT, zone=ZONE))
    assert "K-501" not in said and "R-1001" not in said


def rows_of(language):
    text = payout_csv(of(language), PAYOUT, BOOKINGS).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if language == "de" else ","))


def cents(text):
    return int(text.replace(".", "").replace(",", "") or 0)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_sums_of_the_csv_tie_to_the_cent_and_to_their_bookings(language):
    words = WORDS[language]
    header, *rows = rows_of(language)
    assert len(header) == 7 and {len(row) for row in rows} == {7}
    sums = [row for row in rows if row[3] == PAYOUT.id]
    signed = [cents(row[4]) - cents(row[5]) for row in sums]
    assert sum(signed[:-1]) == signed[-1] == ACCOUNT.closing
    assert len(sums) == len(LINES) + 1
    booked = [row for row in rows if row[0] == words["collected"] and row[3] == "3"]
    assert sum(cents(row[4]) for row in booked) == ACCOUNT.collected


def test_a_cell_that_begins_a_formula_is_text():
    assert "'=cmd()" in [row[2] for row in rows_of("en")]


def test_both_languages_say_the_same_things():
    assert WORDS["de"].keys() == WORDS["en"].keys()
    used = {name for name, _ in LINES} | {"closing"}
    assert used <= WORDS["de"].keys()


def test_the_same_payout_gives_the_same_bytes():
    first = payout_csv(of("de"), PAYOUT, BOOKINGS)
    assert payout_csv(of("de"), PAYOUT, BOOKINGS) == first
    drawn = payout_paper(of("de"), PAYOUT, now=AT, zone=ZONE)
    assert payout_paper(of("de"), PAYOUT, now=AT, zone=ZONE) == drawn
