"""Keep the staff: who works here, as what, for whom and when. Every change is an act."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from ..domain.decision import Refused
from ..domain.gate import HOUSE
from ..domain.person import Act, ActKind
from ..domain.staff import Staff, one_human, same_address
from ..ports import Commit, Roster, Store
from .write_money import write_money

RULE = "staff"
# What decides what somebody may do: nobody says it of themselves.
POWERS = {"roles", "creditors", "subject", "email"}


class Keeping(TypedDict):
    """What the actions about the staff are given, as one parcel."""

    by: str
    roster: Roster
    store: Store
    now: datetime


def add_staff(new: Staff, *, by: str, roster: Roster, store: Store, now: datetime) -> Staff | Refused:
    """Somebody works here from now on; said twice they are there once. Refused where somebody else was added by
    that id, and where somebody who works here has that address: it is what tells who signs in for the first
    time."""

    def decide() -> tuple[Staff | Refused, Commit | None]:
        if known := roster.staff_member(new.id):
            return known if known == replace(new, version=known.version) else Refused("added_already", RULE), None
        if _held(new, roster):
            return Refused("address_taken", RULE), None
        return _written(new, ActKind.STAFF_ADD, by, now)

    return write_money(HOUSE, decide, store=store)


def change_staff(
    member: str, changes: Mapping[str, Any], *, by: str, roster: Roster, store: Store, now: datetime
) -> Staff | Refused:
    """What is named of them is so from now on, the rest stays. Refused for who is not here any more, for an
    address that is another's, for whoever would change what they themselves may do, and for whoever does not work
    for all the creditors at which it would count."""

    def decide() -> tuple[Staff | Refused, Commit | None]:
        staff = roster.staff_member(member)
        if staff is None or staff.left_at is not None:
            return Refused("no_such_staff", RULE), None
        changed = replace(staff, **changes)
        powers = any(getattr(staff, name) != getattr(changed, name) for name in POWERS)
        if powers and _same(by, staff, roster):
            return Refused("own_powers", RULE), None
        if powers and not _over(by, staff, changed, roster):
            return Refused("others_too", RULE), None
        if _held(changed, roster):
            return Refused("address_taken", RULE), None
        if changed == staff:
            return staff, None
        return _written(changed, ActKind.STAFF_CHANGE, by, now)

    return write_money(HOUSE, decide, store=store)


def let_go(member: str, *, by: str, roster: Roster, store: Store, now: datetime) -> Staff | Refused:
    """They work here no more and their seat is gone at once. Their id stays theirs: what they did stays told.
    Refused for oneself, and for whoever does not work for all the creditors that would lose them."""

    def decide() -> tuple[Staff | Refused, Commit | None]:
        staff = roster.staff_member(member)
        if staff is None:
            return Refused("no_such_staff", RULE), None
        if staff.left_at is not None:
            return staff, None
        if _same(by, staff, roster):
            return Refused("own_powers", RULE), None
        if not _over(by, staff, replace(staff, creditors=()), roster):
            return Refused("others_too", RULE), None
        return _written(replace(staff, left_at=now), ActKind.STAFF_GO, by, now)

    return write_money(HOUSE, decide, store=store)


def _held(wanted: Staff, roster: Roster) -> bool:
    """Whether somebody else who works here has that address."""
    others = (one for one in roster.staff() if one.id != wanted.id and one.left_at is None)
    return any(same_address(one.email) == same_address(wanted.email) for one in others)


def _same(by: str, staff: Staff, roster: Roster) -> bool:
    """Whether this is about the very human who does it, under whichever of their ids."""
    return by == staff.id or by in one_human(staff, roster.staff())


def _over(by: str, staff: Staff, changed: Staff, roster: Roster) -> bool:
    """Whether this is theirs to say: creditors are given and taken by who works for them, and what somebody may do
    or is known by counts at all of theirs. The house's own operators, who are not of its staff, keep everybody."""
    keeper = roster.staff_member(by)
    if keeper is None:
        return True
    held, wanted, own = set(staff.creditors), set(changed.creditors), set(keeper.creditors)
    everywhere = any(getattr(staff, name) != getattr(changed, name) for name in POWERS - {"creditors"})
    return held ^ wanted <= own and (not everywhere or held <= own)


def _written(staff: Staff, what: ActKind, by: str, now: datetime) -> tuple[Staff, Commit]:
    act = Act(HOUSE, by, what, staff.id, now)
    return replace(staff, version=staff.version + 1), Commit((), staff=(staff,), acts=(act,))
