"""What debtors complained of, by month and cause: for those who lead, and for the creditor's own reader."""

from collections.abc import Iterator

from chalice.app import Response

from ... import wiring
from ...domain.complaint import Complaint
from ...domain.staff import May
from ...presentation.desk.complaints import complaints as view_of
from ...presentation.desk.complaints import complaints_csv
from .door import Clerk, desk_route

MONTHS = 13


@desk_route("/desk/complaints/{creditor}", "GET", needs=May.SEE_CLAIM)
def complaints(clerk: Clerk, creditor: str) -> Response:
    """The counts of the last thirteen months; no debtor is named, so nobody's look is written down."""
    settings = clerk.creditor_of(creditor)
    those = tuple(_of(clerk, creditor))
    return clerk.show(view_of(clerk.frame(), creditor, settings.legal_name, those, clerk.now))


@desk_route("/desk/complaints/{creditor}/csv", "GET", needs=May.SEE_CLAIM)
def as_csv(clerk: Clerk, creditor: str) -> Response:
    clerk.creditor_of(creditor)
    return clerk.file(complaints_csv(_of(clerk, creditor)), "text/csv", f"complaints-{creditor}.csv")


def _of(clerk: Clerk, creditor: str) -> Iterator[Complaint]:
    year, month = clerk.now.year, clerk.now.month
    for _ in range(MONTHS):
        yield from wiring.store().complaints(creditor, f"{year:04d}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
