"""The operators' commands about who works here: the first of the staff come in by these."""

from collections.abc import Callable
from typing import Any

from ... import wiring
from ...actions.keep_staff import Keeping, add_staff, change_staff, let_go
from ...domain.decision import Refused
from ...domain.gate import HOUSE
from ...domain.staff import Role, Staff, absences_text, shifts_text
from ...domain.task import TaskKind
from ...presentation.forms import member
from .answers import Said, Unfit, plain, text_in, told


def list_staff(creditor: str, query: dict[str, str]) -> Said:
    """Everybody who works here; of a creditor, who works for it."""
    found = [one for one in wiring.roster().staff() if creditor == HOUSE or creditor in one.creditors]
    return {"said": "listed", "staff": [_shown(one) for one in found]}


def staff_add(creditor: str, by: str, body: dict[str, Any]) -> Said:
    _of_the_house(creditor)
    needed = {name: text_in(body, name) for name in ("name", "email", "roles")}
    given = _read({"creditors": "", **needed, **body})
    return _told(add_staff(Staff(id=wiring.new_token(), **given), **_by(by)))


def staff_change(creditor: str, by: str, body: dict[str, Any]) -> Said:
    _of_the_house(creditor)
    whose = text_in(body, "member")
    given = _read({name: value for name, value in body.items() if name != "member"})
    return _told(change_staff(whose, given, **_by(by)))


def staff_go(creditor: str, by: str, body: dict[str, Any]) -> Said:
    _of_the_house(creditor)
    return _told(let_go(text_in(body, "member"), **_by(by)))


def _of_the_house(creditor: str) -> None:
    """The staff are nobody's own: several creditors may have the same people."""
    if creditor != HOUSE:
        raise Unfit("creditor")


def _by(by: str) -> Keeping:
    return Keeping(by=by, roster=wiring.roster(), store=wiring.store(), now=wiring.clock())


def _told(answer: Staff | Refused) -> Said:
    return told(answer, "staff") if isinstance(answer, Refused) else {"said": "done", "staff": _shown(answer)}


def _shown(staff: Staff) -> Said:
    """As people write it; who the provider says they are is a hash, and only whether it is known is shown."""
    shown: Said = plain(staff)
    times = {"shifts": shifts_text(staff.shifts), "absences": absences_text(staff.absences)}
    vouched = [one for one in staff.vouched if "@" in one]
    return {**shown, **times, "subject": "bound" if staff.subject else None, "vouched": vouched}


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))


def _creditors(text: str) -> tuple[str, ...]:
    found = _words(text)
    if any(wiring.store().creditor(name) is None for name in found):
        raise ValueError(text)
    return found


READ: dict[str, Callable[[str], Any]] = {
    **member.READ,
    "roles": lambda text: tuple(Role(word) for word in _words(text)),
    "creditors": _creditors,
    "skills": lambda text: tuple(TaskKind(word) for word in _words(text)),
    "subject": lambda text: text or None,
}


def _read(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says of somebody, field by field; Unfit names the first that cannot be read."""
    found = {}
    for name, value in body.items():
        if name not in READ or not isinstance(value, str) or len(value) > 1000:
            raise Unfit(name)
        try:
            found[name] = READ[name](value)
        except (ValueError, KeyError):
            raise Unfit(name) from None
    return found
