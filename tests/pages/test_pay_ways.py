"""How to pay: what its reader would rather do stands first, and both ways stay."""

import pytest

from chalicelib.presentation import views
from tests.pages import samples

from .test_went_back import DE, frame, words_of


@pytest.mark.parametrize("transfer_first", [False, True])
def test_whoever_transfers_as_a_habit_finds_the_transfer_first(transfer_first):
    text = words_of(
        views.pay(
            frame("pay"), samples.CREDITOR, samples.CLAIM, provider_name="Stripe", transfer_first=transfer_first
        )
    )
    online, transfer = text.index(DE.text("pay.next", provider="Stripe")), text.index(DE.text("pay.transfer"))
    assert (transfer < online) is transfer_first
