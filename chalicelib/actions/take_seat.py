"""Take a seat at the desk, and leave it: who the identity provider says somebody is meets who works here."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.errors import BrokenRule
from ..domain.gate import HOUSE
from ..domain.person import Act, ActKind
from ..domain.staff import Staff
from ..ports import Commit, Identity, Roster, Store
from .write_money import write_money


class Stranger(StrEnum):
    """Why somebody whom the identity provider knows has no seat here."""

    UNKNOWN = "unknown"
    UNPROVEN = "unproven"
    """It does not vouch for their address, so that nobody can tell whose record is theirs."""


def take_seat(identity: Identity, *, roster: Roster, store: Store, now: datetime) -> Staff | Stranger:
    """Who of the staff this is. The first time they are known by the address the provider vouches for, and bound
    to its id of them; from then on that id alone counts, whatever address they have there.

    An address that several unbound people have binds nobody: a person tells them apart.
    """

    def decide() -> tuple[Staff | Stranger, Commit | None]:
        every = [one for one in roster.staff() if one.left_at is None]
        known = next((one for one in every if one.subject == identity.subject), None)
        if known is not None:
            return known, _written(known, now)
        if identity.email is None:
            return Stranger.UNPROVEN, None
        meant = [one for one in every if one.subject is None and one.email.lower() == identity.email]
        if len(meant) != 1:
            return Stranger.UNKNOWN, None
        bound = replace(meant[0], subject=identity.subject)
        return bound, _written(bound, now, bound)

    return write_money(HOUSE, decide, store=store)


def leave_seat(member: str, *, roster: Roster, store: Store, now: datetime) -> None:
    """Every sign-in of this person is over, in whichever browser."""

    def decide() -> tuple[None, Commit | None]:
        staff = roster.staff_member(member)
        if staff is None:
            raise BrokenRule("not_found")
        if staff.signed_out_at is not None and staff.signed_out_at >= now:
            return None, None
        act = Act(HOUSE, member, ActKind.SIGN_OUT, member, now)
        return None, Commit((), staff=(replace(staff, signed_out_at=now),), acts=(act,))

    return write_money(HOUSE, decide, store=store)


def _written(staff: Staff, now: datetime, *changed: Staff) -> Commit:
    return Commit((), staff=changed, acts=(Act(HOUSE, staff.id, ActKind.SIGN_IN, staff.id, now),))
