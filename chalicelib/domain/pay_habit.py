"""How a debtor would rather pay: on the provider's page or by transfer, by what they did before."""

from collections.abc import Iterable
from enum import StrEnum

from .claim import Claim
from .entry import EntryKind

# What is usual where nothing is known of somebody, as if so many payments had been seen.
USUAL = 4.0


class PayWay(StrEnum):
    PAGE = "page"
    TRANSFER = "transfer"


SHARES = {PayWay.PAGE: 0.7, PayWay.TRANSFER: 0.3}


def preferred_way(claims: Iterable[Claim]) -> PayWay:
    """The way that is shown first: that of the debtor's own payments on these claims, shrunk to what is usual, so
    that one transfer does not yet turn the page around."""
    counts = {way: USUAL * share for way, share in SHARES.items()}
    for claim in claims:
        for entry in claim.recent:
            if entry.kind is EntryKind.PAYMENT:
                counts[PayWay.TRANSFER if entry.source.startswith("bank:") else PayWay.PAGE] += 1
    return max(PayWay, key=lambda way: counts[way])
