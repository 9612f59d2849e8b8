"""Export a day's contacts with what was decided and came of them, and complaints, under ids only, for analysis."""

from collections.abc import Iterator
from datetime import date, datetime

from ..domain.export import TABLES, Complained, Tried, bounds, complaint_row, rows
from ..domain.policies._country import CountryPolicy
from ..ports import ExportedRow, Exports, Store, Watch


def export_day(
    creditor: str,
    day: date,
    until: datetime,
    *,
    policy: CountryPolicy,
    store: Store,
    watch: Watch,
    exports: Exports,
) -> int:
    """Write the tables of this creditor's contacts due, and complaints that came, on `day` (UTC), as known at
    `until`; the rows in all of them.

    Called by the nightly run, and again for any day: the same day at the same moment gives the same bytes, a later
    look replaces the earlier. A day without either leaves no file. Contacts are walked one after another, each
    with one read of its matter, so that a large day takes time and no room.
    """

    def found() -> Iterator[ExportedRow]:
        for contact in watch.contacts_of(creditor, *bounds(day)):
            matter = store.matter(creditor, contact.debtor)
            if matter and contact.id in matter.contacts:
                yield from rows(Tried(matter, contact, policy.zone_of(matter.debtor), until))
        start, end = bounds(day)
        for complaint in store.complaints(creditor, f"{day:%Y-%m}"):
            if start <= complaint.at < end:
                yield complaint_row(Complained(complaint, until))

    return exports.write(creditor, day, TABLES, found())
