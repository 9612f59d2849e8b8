"""A month's budget as somebody tells it, read to be worked out once: it is neither kept nor logged."""

from ...domain.budget import Budget
from ..frame import Problem, Problems
from ._fields import Posted, digits, money, one
from .plan import MOST_MINOR

FIELDS = ("income", "dependants", "rent", "living")
MOST_DEPENDANTS = 20
WRONG = {"income": "problem.income.form", "rent": "problem.rent.form", "living": "problem.living.form"}


def read(posted: Posted, currency: str) -> Budget | Problems:
    """The budget, or what to mend. The income is asked for; whatever else is left empty counts as nothing."""
    found: dict[str, int] = {}
    problems = []
    for name in WRONG:
        text = one(posted, name, 40)
        amount = money(text, currency) if text else 0
        if name == "income" and not text:
            problems.append(Problem(name, "problem.income.empty"))
        elif amount is None or amount >= MOST_MINOR:
            problems.append(Problem(name, WRONG[name]))
        else:
            found[name] = amount
    text = digits(one(posted, "dependants", 10)) or "0"
    if text.isascii() and text.isdigit() and int(text) <= MOST_DEPENDANTS:
        found["dependants"] = int(text)
    else:
        problems.append(Problem("dependants", "problem.dependants.form"))
    return tuple(problems) if problems else Budget(**found)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, shown again only beside what needs mending."""
    return {name: one(posted, name, 40) for name in FIELDS}
