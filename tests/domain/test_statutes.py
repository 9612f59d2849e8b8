"""Each figure of the law beside the words it comes from.

The quotations are the statutes' own words, which are in the public domain. Where the statutes' texts themselves
lie in a folder `shared/facts/statutes` next to the checkout or above it, or in the one STATUTES names, each
quotation is looked up there, word for word.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.collection_fee import TWO_WEEKS
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.fees import (
    FLAT,
    SIMPLE_CASE,
    UNDISPUTED,
    _nearest,
    above_cap,
    collection_costs,
    fee_table,
    flat_owed,
)
from chalicelib.domain.rates import POINTS, POINTS_WITHOUT_CONSUMER, base_rates, points_above

TODAY = date(2026, 11, 22)
TABLE = fee_table(TODAY)
PRICE = ClaimType.GOODS_OR_SERVICE


def euros(text):
    """What "51,50" is in cents."""
    whole, _, cents = text.replace(" ", "").partition(",")
    return int(whole) * 100 + int(cents or 0)


def points(claim_type, is_business):
    return points_above(claim_type, is_business=is_business, arisen=TODAY)


# What is known -> (statute, its words, what the code makes of it, what the words say).
WORDS = {
    "five points above the base rate": (
        "BGB",
        "Der Verzugszinssatz beträgt für das Jahr fünf Prozentpunkte über dem Basiszinssatz.",
        (points(PRICE, False), POINTS),
        (500, 500),
    ),
    "nine points without a consumer, for prices only": (
        "BGB",
        "Bei Rechtsgeschäften, an denen ein Verbraucher nicht beteiligt ist, beträgt der Zinssatz für"
        " Entgeltforderungen neun Prozentpunkte über dem Basiszinssatz.",
        (points(PRICE, True), points(ClaimType.OTHER, True), POINTS_WITHOUT_CONSUMER),
        (900, 500, 900),
    ),
    "a consumer loan bears five points": (
        "BGB",
        "hat er den geschuldeten Betrag nach § 288 Abs. 1 zu verzinsen",
        points(ClaimType.CONSUMER_LOAN, False),
        500,
    ),
    "the base rate changes twice a year": (
        "BGB",
        "Er verändert sich zum 1. Januar und 1. Juli eines jeden Jahres",
        {(day.month, day.day) for day, _ in base_rates().changes},
        {(1, 1), (7, 1)},
    ),
    "forty euros flat": (
        "BGB",
        "außerdem einen Anspruch auf Zahlung einer Pauschale in Höhe von 40 Euro",
        FLAT,
        euros("40"),
    ),
    "no flat sum from a consumer": (
        "BGB",
        "Der Gläubiger einer Entgeltforderung hat bei Verzug des Schuldners, wenn dieser kein Verbraucher ist",
        [flat_owed(PRICE, is_business=business, arisen=TODAY) for business in (True, False)],
        [True, False],
    ),
    "to the nearest cent, half a cent up": (
        "RVG",
        "Gebühren werden auf den nächstliegenden Cent auf- oder abgerundet; 0,5 Cent werden aufgerundet.",
        [_nearest(tenths, 10) for tenths in (14, 15, 16)],
        [1, 2, 2],
    ),
    "the base fee": (
        "RVG",
        "beträgt bei einem Gegenstandswert bis 500 Euro die Gebühr 51,50 Euro",
        (TABLE.full_fee(euros("500")), TABLE.base_up_to),
        (euros("51,50"), euros("500")),
    ),
    "the steps": (
        "RVG",
        "2 000 500 41,50 10 000 1 000 59,50 25 000 3 000 55,00 50 000 5 000 86,00 200 000 15 000 99,50"
        " 500 000 30 000 140,00 über 500 000 50 000 175,00",
        [(step.up_to, step.each, step.more) for step in TABLE.steps],
        [
            (euros("2 000"), euros("500"), euros("41,50")),
            (euros("10 000"), euros("1 000"), euros("59,50")),
            (euros("25 000"), euros("3 000"), euros("55,00")),
            (euros("50 000"), euros("5 000"), euros("86,00")),
            (euros("200 000"), euros("15 000"), euros("99,50")),
            (euros("500 000"), euros("30 000"), euros("140,00")),
            (None, euros("50 000"), euros("175,00")),
        ],
    ),
    "a small claim": (
        "RVG",
        "beträgt bei einem Gegenstandswert bis 50 Euro die Gebühr abweichend von Absatz 1 Satz 1 31,50 Euro",
        (TABLE.full_fee(euros("50")), TABLE.full_fee(euros("50,01"))),
        (euros("31,50"), euros("51,50")),
    ),
    "the least fee": (
        "RVG",
        "Der Mindestbetrag einer Gebühr ist 15 Euro.",
        TABLE.least,
        euros("15"),
    ),
    "nine tenths at most": (
        "RVG",
        "kann eine Gebühr von mehr als 0,9 nur gefordert werden, wenn die Inkassodienstleistung besonders"
        " umfangreich oder besonders schwierig war",
        UNDISPUTED,
        9,
    ),
    "half a fee within two weeks of the first demand": (
        "RVG",
        "In einfachen Fällen darf nur eine Gebühr von 0,5 gefordert werden; ein einfacher Fall liegt in der Regel"
        " vor, wenn die Forderung innerhalb von zwei Wochen nach der ersten Zahlungsaufforderung beglichen wird.",
        (SIMPLE_CASE, TWO_WEEKS.days),
        (5, 14),
    ),
    "expenses": (
        "RVG",
        "20 % der Gebühren, höchstens 20,00 €",
        (TABLE.expenses_percent, TABLE.expenses_most),
        (20, euros("20,00")),
    ),
    "no more than a lawyer could bill": (
        "RDG",
        "nur bis zur Höhe der Vergütung als Schaden ersetzt verlangen, die einem Rechtsanwalt für diese Tätigkeit"
        " nach den Vorschriften des Rechtsanwaltsvergütungsgesetzes zustehen würde",
        above_cap(euros("30,91"), euros("200"), vat=False, first_demand=None, day=TODAY),
        euros("0,01"),
    ),
    "VAT only where the creditor cannot deduct it": (
        "RDG",
        "eine Erklärung, dass der Auftraggeber diese Beträge nicht als Vorsteuer abziehen kann",
        [CostKind.VAT in dict(collection_costs(20_000, SIMPLE_CASE, vat, TODAY)) for vat in (True, False)],
        [True, False],
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_figure_is_what_its_statute_says(name):
    _, _, ours, theirs = WORDS[name]
    assert ours == theirs


def folder():
    """Where the statutes' texts lie on this machine, if they do."""
    places = [Path(os.environ["STATUTES"])] if "STATUTES" in os.environ else []
    places += [above / "shared" / "facts" / "statutes" for above in Path(__file__).parents]
    return next((place for place in places if place.is_dir()), None)


def plain(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", WORDS)
def test_the_quotation_stands_in_the_statute_word_for_word(name):
    if (texts := folder()) is None:
        pytest.skip("the statutes' texts are not on this machine; STATUTES may name their folder")
    statute, words, _, _ = WORDS[name]
    assert plain(words) in plain((texts / f"{statute}.md").read_text("utf-8"))
