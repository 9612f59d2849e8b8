"""The form about somebody of the staff."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...domain.staff import Role, absences_in, shifts_in
from ...domain.task import TaskKind
from ..frame import Problem, Problems

LONGEST = 1000
MOST_AT_A_TIME = 50
TICKED = ("roles", "creditors", "skills")
TYPED = ("name", "email", "team", "languages", "shifts", "absences", "most")
TIMES = ("shifts", "absences", "most")

type Posted = Mapping[str, Sequence[str]]


def typed(posted: Posted) -> dict[str, str]:
    """What stands in the fields, as it was typed."""
    return {name: posted[name][0][:LONGEST] for name in TYPED if name in posted}


def ticked(posted: Posted) -> dict[str, tuple[str, ...]]:
    return {name: tuple(posted.get(name, ())) for name in TICKED}


def read(posted: Posted, creditors: frozenset[str], *, only_times: bool = False) -> dict[str, Any] | Problems:
    """What the form says of somebody, or what needs mending. `creditors` are those that may be ticked.

    `only_times`: of a lead's form counts when somebody works, and nothing else that may stand in it.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in TIMES if only_times else TYPED:
        text = (posted.get(name) or [""])[0].strip()
        try:
            if len(text) > LONGEST:
                raise ValueError(name)
            found[name] = READ[name](text)
        except ValueError:
            problems.append(Problem(name, WRONG[name]))
    if not only_times:
        given = ticked(posted)
        roles = [role for role in Role if role in given["roles"]]
        if not roles:
            problems.append(Problem("roles", "desk.member.roles.none"))
        found["roles"] = tuple(roles)
        found["skills"] = tuple(kind for kind in TaskKind if kind in given["skills"])
        found["creditors"] = tuple(sorted(creditors & set(given["creditors"])))
    return tuple(problems) or found


def _needed(text: str) -> str:
    if not text:
        raise ValueError("nothing")
    return text


def _address(text: str) -> str:
    local, _, domain = text.partition("@")
    if not local or "." not in domain or " " in text:
        raise ValueError(text)
    return text


def _tongues(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, (word.strip().lower() for word in text.split(",")))))
    if not found or any(not 2 <= len(word) <= 12 or not word.replace("-", "").isalpha() for word in found):
        raise ValueError(text)
    return found


def _most(text: str) -> int:
    if not 0 < int(text) <= MOST_AT_A_TIME:
        raise ValueError(text)
    return int(text)


READ: dict[str, Callable[[str], Any]] = {
    "name": _needed,
    "email": _address,
    "team": str,
    "languages": _tongues,
    "shifts": shifts_in,
    "absences": absences_in,
    "most": _most,
}
WRONG = {
    "name": "desk.member.name.wrong",
    "email": "desk.member.email.wrong",
    "team": "desk.member.team.wrong",
    "languages": "desk.member.languages.wrong",
    "shifts": "desk.member.shifts.wrong",
    "absences": "desk.member.absences.wrong",
    "most": "desk.member.most.wrong",
}
