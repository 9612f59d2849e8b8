"""The page on which somebody says what they can manage: the wish, and at once the whole plan it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..domain.claim import Claim
from ..domain.money import MINOR_DIGITS, Money
from ..domain.plan import Instalment, Method
from ..domain.terms import Bounds, NotPossible, Proposed, Wish, propose
from .forms.budget import FIELDS as BUDGET_FIELDS
from .frame import Frame, Problem, Problems, View, moment

METHODS = {Method.LINK: "plan.method.link", Method.TRANSFER: "plan.method.transfer"}
DEBIT = {Method.DEBIT: "plan.method.debit"}
# Why a wish cannot be agreed to by itself, by the field and the reason. Nothing was typed wrongly: so each says
# what can be agreed instead, and nothing is marked to be mended.
BECAUSE = {
    ("amount", "below_least"): "refused.below_least",
    ("amount", "too_many_months"): "refused.too_many_months",
    ("first", "in_the_past"): "refused.in_the_past",
    ("first", "too_late"): "refused.first.too_late",
    ("day", "no_such_day"): "problem.first.form",
    ("claim", "by_a_person"): "refused.by_a_person",
    ("change", "changes_used_up"): "refused.used_up",
}
# A person may go further than the creditor's bounds; nobody can go back in time.
FOR_A_PERSON = frozenset({"below_least", "too_many_months", "too_late", "changes_used_up"})
# In how many parts the amounts pay that are offered to be tapped.
COUNTS = (2, 3, 4, 6, 9, 12, 18, 24, 36)
STEP = 500
MOST_STEPS = 4


@dataclass(frozen=True)
class Part:
    """One line of a plan: its day, what is paid then, and what is still open after it.

    Once the plan runs, `state` says what came of it (paid, part, late, next or ahead) and `mark` in words.
    """

    day: str
    amount: str
    left: str
    state: str = "ahead"
    mark: str = ""


@dataclass(frozen=True)
class Step:
    """An amount to be tapped, in how many parts it pays; `chosen` is the one the plan shows."""

    minor: int
    amount: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Ready:
    """A wish in words with the fields that carry it on."""

    amount: str
    first: str
    last: str
    count: int
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figures:
    """What the page's script needs to work out what the server would: the bounds, and how this language writes.

    Amounts are minor units, days ISO dates; `money` and `date` are patterns.
    """

    owed: int
    least: int
    most: int
    soonest: str
    latest: str
    money: str
    decimal: str
    group: str
    date: str
    months: str


@dataclass(frozen=True)
class PlanPage(View):
    """What can you manage? `parts` is empty while the wish cannot be agreed to; then `refused` says why, `nearest`
    can, and `own` may be sent to a person, who answers by `answer_by`."""

    template: ClassVar[str] = "plan.html"
    script: ClassVar[str] = "plan.js"
    methods: Mapping[Method, str]
    owed: str
    symbol: str
    typed: Mapping[str, str]
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    last: str
    dates_open: bool
    refused: Problem | None
    nearest: Ready | None
    own: Ready | None
    answer_by: str
    budget: Mapping[str, str] | None
    budget_open: bool
    found: str | None
    changed: str
    figures: Figures
    problems: Problems


def _money(frame: Frame, claim: Claim, amount: int) -> str:
    return frame.locale.money(Money(amount, claim.currency))


def bare_amount(frame: Frame, amount: int, currency: str) -> str:
    """An amount as one would type it: 40 or 40,50, without a sign."""
    digits = MINOR_DIGITS[currency]
    whole, part = divmod(amount, 10**digits)
    return f"{whole}{frame.locale.patterns['decimal']}{part:0{digits}d}" if part else str(whole)


def parts_of(frame: Frame, currency: str, instalments: tuple[Instalment, ...]) -> tuple[Part, ...]:
    """The lines of a plan that is not running yet."""
    left = sum(part.amount for part in instalments)
    lines = []
    for part in instalments:
        left -= part.amount
        money = (frame.locale.money(Money(amount, currency)) for amount in (part.amount, left))
        lines.append(Part(frame.locale.date(part.due), *money))
    return tuple(lines)


def fields_of(wish: Wish) -> tuple[tuple[str, str], ...]:
    """A wish as hidden fields."""
    return (
        ("pick", str(wish.amount)),
        ("first", wish.first.isoformat()),
        ("day", str(wish.day)),
        ("method", wish.method.value),
    )


def _ready(frame: Frame, claim: Claim, wish: Wish, instalments: tuple[Instalment, ...] = ()) -> Ready:
    return Ready(
        amount=_money(frame, claim, wish.amount),
        first=frame.locale.date(wish.first),
        last=frame.locale.date(instalments[-1].due) if instalments else "",
        count=len(instalments),
        fields=fields_of(wish),
    )


def typed_of(frame: Frame, wish: Wish, currency: str) -> dict[str, str]:
    """A wish as the fields of the form show it."""
    return {
        "amount": bare_amount(frame, wish.amount, currency),
        **day_fields("first", wish.first),
        "day": str(wish.day),
        "method": wish.method.value,
    }


def day_fields(name: str, day: date) -> dict[str, str]:
    """A day as its three fields."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def _steps(frame: Frame, claim: Claim, wish: Wish, bounds: Bounds, today: date) -> tuple[Step, ...]:
    """A few amounts to be tapped, each lawful, in full fives, from the largest to the smallest."""
    owed = claim.outstanding.total
    found: dict[int, int] = {}
    for count in COUNTS:
        amount = -(-owed // (count * STEP)) * STEP
        proposed = propose(Wish(amount, wish.first, wish.day), owed, bounds, today)
        if amount < owed and isinstance(proposed, Proposed):
            found.setdefault(amount, len(proposed.instalments))
    lines = [
        Step(amount, _money(frame, claim, amount), count, amount == wish.amount) for amount, count in found.items()
    ]
    every = max(1, -(-len(lines) // MOST_STEPS))
    return tuple(lines[::-1][::every][::-1])


def _figures(frame: Frame, claim: Claim, bounds: Bounds, today: date, latest: date) -> Figures:
    locale = frame.locale
    # The sign stands where the language puts it; only the figures are left to fill in.
    sample = locale.money(Money(0, claim.currency))
    shown = f"0{locale.patterns['decimal']}{'0' * MINOR_DIGITS[claim.currency]}"
    return Figures(
        owed=claim.outstanding.total,
        least=bounds.least,
        most=bounds.most_months,
        soonest=today.isoformat(),
        latest=latest.isoformat(),
        money=sample.replace(shown, "{}"),
        decimal=locale.patterns["decimal"],
        group=locale.patterns["group"],
        date=locale.patterns["date"],
        months="|".join(locale.months),
    )


def refusal(
    frame: Frame, claim: Claim, answer: NotPossible, because: Mapping[tuple[str, str], str] = BECAUSE
) -> Problem:
    """Why not, as a sentence at its field, with what can be agreed instead."""
    nearest = answer.nearest
    amount = day = ""
    if isinstance(nearest, Wish):
        amount, day = _money(frame, claim, nearest.amount), frame.locale.date(nearest.first)
    elif isinstance(nearest, date):
        day = frame.locale.date(nearest)
    elif nearest is not None:
        amount = _money(frame, claim, nearest.amount)
        day = frame.locale.date(nearest.due) if nearest.due else ""
    values = (("amount", amount), ("day", day))
    return Problem(answer.field, because[answer.field, answer.because], values)


def plan(
    frame: Frame,
    claim: Claim,
    wish: Wish,
    bounds: Bounds,
    now: datetime,
    *,
    answer_by: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
    budget: Mapping[str, str] | None = None,
    budget_known: bool = True,
    found: int | None = None,
    refused: NotPossible | None = None,
    dates_open: bool = False,
    changed: str = "",
    debit: bool = False,
) -> PlanPage:
    """The page for a wish, lawful or not. `typed` is shown instead of it where something could not be read.

    `found` is the amount a budget came to, `budget` what its reader typed where it needs mending, `budget_known`
    whether the help with it can be offered today. `refused`: why the wish was refused, where the terms alone do
    not say it. `dates_open`: its dates or its method are the reader's own. `changed`: "amount" or "offer", for
    what is another one now than the reader saw. `debit`: its parts can be drawn from an account.
    """
    today = now.astimezone(frame.zone).date()
    owed = claim.outstanding.total
    answer = refused or propose(wish, owed, bounds, today)
    nearest = own = why = None
    parts: tuple[Part, ...] = ()
    last = ""
    if isinstance(answer, Proposed):
        if not problems or all(problem.field in BUDGET_FIELDS for problem in problems):
            parts, last = parts_of(frame, claim.currency, answer.instalments), frame.locale.date(answer.last)
    elif not problems:
        why = refusal(frame, claim, answer)
        if isinstance(answer.nearest, Wish):
            instead = propose(answer.nearest, owed, bounds, today)
            if isinstance(instead, Proposed):
                nearest = _ready(frame, claim, answer.nearest, instead.instalments)
        if answer.because in FOR_A_PERSON:
            own = _ready(frame, claim, wish)
    wrong = {problem.field for problem in problems}
    shown = typed_of(frame, wish, claim.currency) | {name: text for name, text in (typed or {}).items() if text}
    latest = date.fromordinal(today.toordinal() + bounds.first_within_days)
    return PlanPage(
        frame=frame,
        methods=METHODS | DEBIT if debit else METHODS,
        owed=_money(frame, claim, owed),
        symbol=symbol_of(frame, claim.currency),
        typed=shown,
        steps=_steps(frame, claim, wish, bounds, today),
        parts=parts,
        last=last,
        dates_open=dates_open or bool(wrong & {"first", "day"}) or (why is not None and why.field == "first"),
        refused=why,
        nearest=nearest,
        own=own,
        answer_by=moment(frame, answer_by, now),
        budget=dict.fromkeys(BUDGET_FIELDS, "") | dict(budget or {}) if budget_known else None,
        budget_open=bool(wrong & set(BUDGET_FIELDS)),
        found=_money(frame, claim, found) if found else None,
        changed=changed,
        figures=_figures(frame, claim, bounds, today, latest),
        problems=problems,
    )


def symbol_of(frame: Frame, currency: str) -> str:
    """The sign of a currency, for the label of a field that holds the bare amount."""
    return frame.locale.money(Money(0, currency)).strip("0.,\u00a0\u202f\u066b ")


@dataclass(frozen=True)
class NothingLeft(View):
    """Nothing is left over in a month: a pause until `pause`, free advice, a person."""

    template: ClassVar[str] = "states/nothing_left.html"
    pause: str | None
    pause_field: str


def nothing_left(frame: Frame, pause: date | None) -> NothingLeft:
    """After a budget of which nothing is left: no plan is offered. `pause` is the latest day to defer to."""
    day = frame.locale.date(pause) if pause else None
    return NothingLeft(frame, pause=day, pause_field=pause.isoformat() if pause else "")


@dataclass(frozen=True)
class OfferSent(View):
    template: ClassVar[str] = "states/offer_sent.html"
    amount: str
    answer_by: str


def offer_sent(frame: Frame, claim: Claim, wish: Wish, answer_by: datetime, now: datetime) -> OfferSent:
    """Somebody's own offer lies before a person: who answers by when, and that contact pauses till then."""
    return OfferSent(frame, amount=_money(frame, claim, wish.amount), answer_by=moment(frame, answer_by, now))
