"""Export what was decided about a day's contacts and what came of them, under ids only, for analysis elsewhere."""

from collections.abc import Iterator
from datetime import date, datetime

from ..domain.export import TABLES, Tried, bounds, rows
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
    """Write both tables of this creditor's contacts due on `day` (UTC), as known at `until`; the rows in both.

    Called by the nightly run, and again for any day: the same day at the same moment gives the same bytes, a later
    look replaces the earlier. A day without contacts leaves no file. Contacts are walked one after another, each
    with one read of its matter, so that a large day takes time and no room.
    """

    def found() -> Iterator[ExportedRow]:
        for contact in watch.contacts_of(creditor, *bounds(day)):
            matter = store.matter(creditor, contact.debtor)
            if matter and contact.id in matter.contacts:
                yield from rows(Tried(matter, contact, policy.zone_of(matter.debtor), until))

    return exports.write(creditor, day, TABLES, found())
