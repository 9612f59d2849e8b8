"""Read who saw and did what of a creditor's: some days of it, of a person or about a debtor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from ..domain.audit import Look, Noted, noted
from ..domain.matter import Matter
from ..ports import Looks, Outgoing, Store

MOST_DAYS = 92
AT_A_TIME = 500


@dataclass(frozen=True)
class Wanted:
    """Of which days (UTC), and of whom or about whom where that is asked. `after` is the last line one has."""

    first: date
    last: date
    by: str = ""
    debtor: str = ""
    after: str = ""


def read_audit(
    creditor: str, wanted: Wanted, *, looks: Looks, outgoing: Outgoing, store: Store, most: int
) -> tuple[tuple[Noted, ...], bool]:
    """The lines in order of time, `most` of them, and whether there are more. Nothing is written."""
    about = _ids(store, creditor, wanted.debtor) if wanted.debtor else frozenset[str]()
    found: list[Noted] = []
    for day in _days(wanted):
        acts = [act for act in outgoing.acts(creditor, f"{day:%Y-%m}") if act.at.astimezone(UTC).date() == day]
        for line in noted(_all_of(creditor, day, looks), acts):
            if line.id <= wanted.after or (wanted.by and line.by != wanted.by):
                continue
            if wanted.debtor and (line.debtor != wanted.debtor if line.looked else line.about not in about):
                continue
            if len(found) == most:
                return tuple(found), True
            found.append(line)
    return tuple(found), False


def _days(wanted: Wanted) -> Iterator[date]:
    day = max(wanted.first, date.fromisoformat(wanted.after[:10])) if wanted.after else wanted.first
    while day <= wanted.last:
        yield day
        day += timedelta(days=1)


def _all_of(creditor: str, day: date, looks: Looks) -> Iterator[Look]:
    after = ""
    while found := looks.of_day(creditor, day, after, AT_A_TIME):
        yield from found
        after = found[-1].id


def _ids(store: Store, creditor: str, debtor: str) -> frozenset[str]:
    """What an act on this debtor's matter may be about."""
    matter = store.matter(creditor, debtor)
    if matter is None:
        return frozenset()
    motions = {one.id for one in store.motions(creditor, debtor)}
    return frozenset({debtor, *motions, *_parts(matter)})


def _parts(matter: Matter) -> set[str]:
    agreed = {*matter.plans, *matter.deferrals, *matter.offers, *matter.mandates}
    return {*matter.claims, *matter.contacts, *matter.disputes, *matter.tasks, *matter.evidence, *agreed}
