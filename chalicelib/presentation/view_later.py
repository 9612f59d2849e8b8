"""Paying later: until when, and that it is agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..domain.claim import Claim
from ..domain.deferral import Deferral
from ..domain.money import Money
from ..domain.terms import NotPossible
from .forms.later import FIELDS
from .frame import Frame, Problem, Problems, View
from .view_plan import refusal

BECAUSE = {
    ("until", "in_the_past"): "refused.in_the_past",
    ("until", "too_late"): "refused.until.too_late",
    ("until", "deferrals_used_up"): "later.used_up",
    ("claim", "by_a_person"): "refused.by_a_person",
}


@dataclass(frozen=True)
class Day:
    """A day to be tapped: as people say it, as the form sends it, and how far ahead it lies."""

    title: str
    field: str
    count: int


@dataclass(frozen=True)
class Later(View):
    """Until when? `refused` says why the day asked for cannot be agreed to; then `days` are the ones that can, if
    any, and a person is there for more."""

    template: ClassVar[str] = "later.html"
    amount: str
    days: tuple[Day, ...]
    latest: str
    typed: Mapping[str, str]
    refused: Problem | None
    changed: str
    problems: Problems


def later(
    frame: Frame,
    claim: Claim,
    days: tuple[date, ...],
    latest: date,
    now: datetime,
    *,
    refused: NotPossible | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
    changed: str = "",
) -> Later:
    """The page with the days worth offering; after a refusal the nearest one alone.

    `changed`: "amount" or "offer", for what is another one now than the reader saw.
    """
    today = now.astimezone(frame.zone).date()
    words = frame.locale.weekday_date
    if refused:
        days = (refused.nearest,) if isinstance(refused.nearest, date) else ()
    return Later(
        frame=frame,
        amount=frame.locale.money(Money(claim.outstanding.total, claim.currency)),
        days=tuple(Day(words(day), day.isoformat(), (day - today).days) for day in days),
        latest=frame.locale.date(latest),
        typed=dict.fromkeys(FIELDS, "") | dict(typed or {}),
        refused=refusal(frame, claim, refused, BECAUSE) if refused else None,
        changed=changed,
        problems=problems,
    )


@dataclass(frozen=True)
class Deferred(View):
    template: ClassVar[str] = "states/deferred.html"
    amount: str
    day: str
    about: str


def deferred(frame: Frame, claim: Claim, deferral: Deferral) -> Deferred:
    """Agreed: nobody asks before that day is over."""
    return Deferred(
        frame=frame,
        amount=frame.locale.money(Money(claim.outstanding.total, claim.currency)),
        day=frame.locale.weekday_date(deferral.until),
        about=deferral.id,
    )
