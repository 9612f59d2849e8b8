"""The way a debtor would rather pay is the one shown first, once their own payments say so."""

from dataclasses import replace

import pytest

from chalicelib.domain.entry import EntryKind
from chalicelib.domain.pay_habit import PayWay, preferred_way
from tests.builders import claim, opening_of


def paid(*sources):
    of = claim()
    first = opening_of(of)
    return replace(of, recent=tuple(replace(first, kind=EntryKind.PAYMENT, source=source) for source in sources))


@pytest.mark.parametrize(
    ("sources", "way"),
    [
        ((), PayWay.PAGE),
        (("bank:a",), PayWay.PAGE),
        (("bank:a", "bank:b"), PayWay.TRANSFER),
        (("bank:a", "bank:b", "pi_1", "pi_2"), PayWay.PAGE),
        (("bank:a", "bank:b", "pi_1", "bank:c"), PayWay.TRANSFER),
    ],
)
def test_one_transfer_is_an_accident_and_two_are_a_habit(sources, way):
    assert preferred_way((paid(*sources),)) is way


def test_what_was_paid_on_another_claim_counts_as_well():
    assert preferred_way((paid("bank:a"), paid("bank:b"))) is PayWay.TRANSFER
