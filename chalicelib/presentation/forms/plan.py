"""What somebody can manage: an amount a month from a first day on, and what is to change in a running plan."""

import re
from datetime import date

from ...domain.plan import Method
from ...domain.terms import Change, ChangeKind, Wish
from ..frame import Problem, Problems
from ._fields import Posted, day_of, digits, money, one, whole

FIELDS = ("amount", "first_day", "first_month", "first_year", "day", "method")
MOST_MINOR = 10**9


def iso_day(text: str) -> date | None:
    """A day as our own pages write it into forms and addresses: 2026-12-01."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def sum_in(words: str, currency: str) -> int | None:
    """The sum in somebody's own words, in minor units; None where there is none."""
    return money(words, currency)


def read(posted: Posted, currency: str, today: date, usual: Wish) -> Wish | Problems:
    """The wish, or what to mend. What the form does not hold is as in the `usual` wish; `pick` is one of the
    amounts the page offers, in minor units, and goes before what was typed."""
    problems = []
    amount = whole(posted, "pick") or usual.amount
    if "amount" in posted and not one(posted, "pick"):
        text = one(posted, "amount", 40)
        read_amount = money(text, currency)
        if read_amount and read_amount < MOST_MINOR:
            amount = read_amount
        else:
            problems.append(Problem("amount", "problem.amount.form" if text else "problem.amount.empty"))
    day = iso_day(one(posted, "first")) or day_of(posted, "first", today)
    if isinstance(day, str):
        problems.append(Problem("first", "problem.first.form"))
    if problems:
        return tuple(problems)
    first = day if isinstance(day, date) else usual.first
    monthly = digits(one(posted, "day", 4))
    within = monthly.isascii() and monthly.isdigit() and 1 <= int(monthly) <= 31
    method = one(posted, "method")
    return Wish(
        amount=amount,
        first=first,
        day=int(monthly) if within else first.day,
        method=Method(method) if method in tuple(Method) else usual.method,
    )


def read_change(posted: Posted, currency: str, today: date) -> Change | Problems:
    """What is to change in a running plan, or what to mend."""
    kind = one(posted, "change")
    if kind not in tuple(ChangeKind):
        return (Problem("", "problem.again"),)
    if kind == ChangeKind.SKIP:
        return Change(ChangeKind.SKIP)
    if kind == ChangeKind.MOVE:
        day = iso_day(one(posted, "due")) or day_of(posted, "due", today)
        if not isinstance(day, date):
            return (Problem("due", "problem.due.form" if day else "problem.due.empty"),)
        return Change(ChangeKind.MOVE, due=day)
    text = one(posted, "less", 40)
    amount = whole(posted, "pick") or money(text, currency)
    if not amount or amount >= MOST_MINOR:
        return (Problem("less", "problem.less.form" if text else "problem.less.empty"),)
    return Change(ChangeKind.LESS, amount=amount)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    return {name: one(posted, name, 40) for name in (*FIELDS, "due_day", "due_month", "due_year", "less")}
