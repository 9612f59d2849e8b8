"""Who works here: kept by operators for the creditors they work for, and by leads as far as when they work."""

import re

from chalice.app import Response

from ... import wiring
from ...actions.keep_staff import Keeping, add_staff, change_staff, let_go
from ...domain.decision import Refused
from ...domain.errors import BrokenRule
from ...domain.staff import May, Staff
from ...presentation.desk.people import edit_member, people
from ...presentation.forms import member as form
from ...presentation.frame import Problem, Problems
from .door import Clerk, desk_route

NEW = "new"
# What wiring.new_token draws.
DRAWN = re.compile(r"[A-Za-z0-9_-]{22}")
SAID = {"saved": "desk.people.saved", "gone": "desk.people.gone"}
REFUSED = {
    "added_already": Problem("", "desk.member.added_already"),
    "address_taken": Problem("email", "desk.member.email.taken"),
    "own_powers": Problem("", "desk.member.own_powers"),
    "others_too": Problem("", "desk.member.others_too"),
    "no_such_staff": Problem("", "desk.member.gone"),
}


@desk_route("/desk/staff", "GET", needs=May.STAFF)
def staff(clerk: Clerk) -> Response:
    found = [one for one in wiring.roster().staff() if _keeps(clerk, one)]
    return clerk.show(people(clerk.frame("staff"), found, keeps=True, said=_said(clerk)))


@desk_route("/desk/team", "GET", needs=May.LEAD)
def team(clerk: Clerk) -> Response:
    found = [one for one in wiring.roster().staff() if _leads(clerk, one)]
    return clerk.show(people(clerk.frame("team"), found, keeps=False, said=_said(clerk)))


@desk_route("/desk/staff/{member}", "GET", "POST", needs=May.STAFF)
def keep(clerk: Clerk, member: str) -> Response:
    """Somebody new, or somebody who works here; the creditors this operator does not see stay as they are."""
    known = None if member == NEW else wiring.roster().staff_member(member)
    if member != NEW and (known is None or known.left_at or not _keeps(clerk, known)):
        raise BrokenRule("not_found")
    if clerk.browser.method != "POST":
        return _form(clerk, known, "staff")
    if clerk.typed("go") and known:
        return _told(clerk, known, "staff", let_go(known.id, **_ports(clerk)), "gone")
    own = frozenset(clerk.staff.creditors)
    read = form.read(clerk.posted, own)
    if isinstance(read, tuple):
        return _form(clerk, known, "staff", read)
    if known is None:
        # Their id was drawn with the form: pressed twice, it is the same person.
        drawn = clerk.typed("member")
        if not DRAWN.fullmatch(drawn):
            return _form(clerk, None, "staff", (REFUSED["added_already"],))
        answer = add_staff(Staff(id=drawn, **read), **_ports(clerk))
    else:
        unseen = tuple(name for name in known.creditors if name not in own)
        changes = {**read, "creditors": tuple(sorted({*unseen, *read["creditors"]}))}
        if set(changes["creditors"]) == set(known.creditors):
            changes["creditors"] = known.creditors
        if set(changes["roles"]) == set(known.roles):
            changes["roles"] = known.roles
        answer = change_staff(known.id, changes, **_ports(clerk))
    return _told(clerk, known, "staff", answer, "saved")


@desk_route("/desk/team/{member}", "GET", "POST", needs=May.LEAD)
def lead(clerk: Clerk, member: str) -> Response:
    """When somebody of the team works, is away, and with how many people they talk at a time."""
    known = wiring.roster().staff_member(member)
    if known is None or known.left_at or not _leads(clerk, known):
        raise BrokenRule("not_found")
    if clerk.browser.method != "POST":
        return _form(clerk, known, "team")
    read = form.read(clerk.posted, frozenset(), only_times=True)
    if isinstance(read, tuple):
        return _form(clerk, known, "team", read)
    return _told(clerk, known, "team", change_staff(known.id, read, **_ports(clerk)), "saved")


def _keeps(clerk: Clerk, one: Staff) -> bool:
    """Of others' staff an operator does not see that they are there; whoever works for nobody is everybody's."""
    return not one.creditors or bool(set(one.creditors) & set(clerk.staff.creditors))


def _leads(clerk: Clerk, one: Staff) -> bool:
    same = one.team == clerk.staff.team and bool(set(one.creditors) & set(clerk.staff.creditors))
    return same and one.left_at is None


def _said(clerk: Clerk) -> str:
    return SAID.get(clerk.query.get("said", ""), "")


def _ports(clerk: Clerk) -> Keeping:
    return Keeping(by=clerk.staff.id, roster=wiring.roster(), store=wiring.store(), now=clerk.now)


def _form(clerk: Clerk, known: Staff | None, place: str, problems: Problems = ()) -> Response:
    names = {name: creditor.legal_name for name, creditor in clerk.creditors().items()}
    frame, drawn = clerk.frame(place), "" if known else wiring.new_token()
    if not problems:
        return clerk.show(edit_member(frame, known, names, drawn=drawn))
    typed, ticked = form.typed(clerk.posted), form.ticked(clerk.posted)
    return clerk.show(edit_member(frame, known, names, drawn=drawn, typed=typed, ticked=ticked, problems=problems))


def _told(clerk: Clerk, known: Staff | None, place: str, answer: Staff | Refused, said: str) -> Response:
    if isinstance(answer, Refused):
        return _form(clerk, known, place, (REFUSED[answer.because],))
    return clerk.go(clerk.frame(place).href(place, said=said))
