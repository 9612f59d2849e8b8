"""Print a payout's statement, as PDF and as CSV, and keep both where the creditor is given them from."""

from datetime import timedelta

from ..domain.payout import Payout
from ..domain.trail import Booking
from ..ports import Outgoing, PayoutPress, Store

DAY = timedelta(days=1)


def print_payout(
    creditor: str, name: str, *, store: Store, outgoing: Outgoing, press: PayoutPress
) -> Payout | None:
    """The payout whose statement lies there now; None where there is none. The same again is the same bytes."""
    settings, payout = store.creditor(creditor), outgoing.payout(creditor, name)
    if settings is None or payout is None:
        return None
    bookings: list[Booking] = []
    day = payout.since
    while day <= payout.until:
        bookings += store.journal(creditor, day)
        day += DAY
    bookings.sort(key=lambda one: (one.entry.booked_at, one.claim, one.entry.number))
    press(settings, payout, tuple(bookings))
    return payout
