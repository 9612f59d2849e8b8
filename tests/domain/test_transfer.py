"""What a bank transfer says, and whether a GiroCode can say it all (EPC069-12)."""

from dataclasses import replace

import pytest

from chalicelib.domain.transfer import Transfer, transfer_of
from tests.builders import claim, creditor

PLAIN = Transfer("Nordlicht Energie GmbH", "DE47990009090001234567", 4820, "EUR", "R-1001")


def test_it_names_the_payee_the_account_and_what_finds_the_claim_again():
    assert transfer_of(creditor(), claim(), 4820) == PLAIN
    assert transfer_of(creditor(), claim(reference="7K2M-91QX"), 2000).reference == "7K2M-91QX"


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, True),
        ({"payee": "Ä" * 70}, True),
        ({"payee": "Ä" * 71}, False),
        ({"reference": "R" * 140}, True),
        ({"reference": "R" * 141}, False),
        ({"amount": 1}, True),
        ({"amount": 0}, False),
        ({"amount": 99_999_999_999}, True),
        ({"amount": 100_000_000_000}, False),
        ({"currency": "CHF"}, False),
    ],
)
def test_a_code_is_drawn_only_where_nothing_of_it_has_to_be_cut(changes, fits):
    assert replace(PLAIN, **changes).scannable is fits


def test_sepa_moves_euro_only():
    assert PLAIN.possible and not replace(PLAIN, currency="PLN").possible
