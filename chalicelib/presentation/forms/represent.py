"""Who answers for the reader: a name, and one way to reach them."""

import re

from ...domain.task import Representative
from ..frame import Problem, Problems
from ._fields import Posted, one
from .talk import phone_number

FIELDS = ("name", "organisation", "phone", "email")


def read(posted: Posted) -> Representative | Problems:
    """The representative, or what to mend."""
    given = typed(posted)
    phone = phone_number(given["phone"])
    problems = []
    if not given["name"]:
        problems.append(Problem("name", "problem.name.empty"))
    if not given["phone"] and not given["email"]:
        problems.append(Problem("phone", "problem.reach.empty"))
    if given["phone"] and phone is None:
        problems.append(Problem("phone", "problem.phone.form"))
    if given["email"] and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", given["email"]):
        problems.append(Problem("email", "problem.email.form"))
    if problems:
        return tuple(problems)
    return Representative(given["name"], given["organisation"], phone, given["email"] or None)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    return {name: one(posted, name, 120) for name in FIELDS}
