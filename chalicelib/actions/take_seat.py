"""Take a seat at the desk, and leave it: who the identity provider says somebody is meets who works here."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from ..domain.errors import BrokenRule
from ..domain.gate import HOUSE
from ..domain.person import Act, ActKind
from ..domain.staff import Staff, same_address
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

    What the provider vouched for is remembered: by it two sign-ins of one human are told. An address that several
    unbound people have binds nobody: a person tells them apart. Twice at the same moment is once.
    """

    def decide() -> tuple[Staff | Stranger, Commit | None]:
        every = [one for one in roster.staff() if one.left_at is None]
        known = next((one for one in every if one.subject == identity.subject), None)
        if known is not None:
            return _seated(known, identity, now)
        if identity.email is None:
            return Stranger.UNPROVEN, None
        meant = [one for one in every if one.subject is None and same_address(one.email) == identity.email]
        if len(meant) != 1:
            return Stranger.UNKNOWN, None
        return _seated(replace(meant[0], subject=identity.subject), identity, now)

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


def _seated(staff: Staff, identity: Identity, now: datetime) -> tuple[Staff, Commit | None]:
    if staff.seated_at == now:
        return staff, None
    seated = replace(staff.named(identity.subject, identity.email), seated_at=now)
    act = Act(HOUSE, staff.id, ActKind.SIGN_IN, staff.id, now)
    return seated, Commit((), staff=(seated,), acts=(act,))
