"""Terms of a plan or a deferral: what may be agreed, and the nearest thing where a wish goes beyond it.

Nothing here has a price: whoever pays in parts or later pays what is owed and no cent more (BGB §506, CJEU
C-127/15). Amounts are minor units of the claim's currency, days are days of the debtor's own calendar.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from .claim import Claim
from .deferral import Deferral
from .matter import Matter
from .offer import Offer
from .plan import Instalment, Method, Plan, open_part

WHOLE = 100
ROUND = 500
# A plan worth showing first: half a year for a small sum, a whole one or two for more.
CALM = ((30_000, 6), (120_000, 12))
CALM_MONTHS = 24
SETTLE_IN = timedelta(days=7)
# The second part follows the first by at least so much: whoever begins on the 31st pays no second on the 1st.
APART = timedelta(days=14)
SOONEST_DEFERRAL = timedelta(days=4)
SPREAD = timedelta(days=7)
SOON = timedelta(days=7)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Bounds:
    """How far a creditor goes along by itself with a plan; what lies beyond it a person answers.

    `least` is the smallest amount a month, `most_months` the most parts, the first within `first_within_days`.
    A running plan may be changed `changes_a_year` times, a part moved by `move_days`. There is no price in it,
    and none can be written into it.
    """

    least: int
    most_months: int
    first_within_days: int
    changes_a_year: int = 3
    move_days: int = 30

    @property
    def least_when_less(self) -> int:
        """What one part may be lowered to: half the least, rounded up."""
        return (self.least + 1) // 2


@dataclass(frozen=True)
class DeferralBounds:
    """How many days ahead a claim may be deferred at most, and how often."""

    longest_days: int
    most: int


# What two people may agree to at most, where one of them goes beyond the strategy.
WIDEST = Bounds(least=WHOLE, most_months=120, first_within_days=180, changes_a_year=12)
LATEST = DeferralBounds(longest_days=365, most=12)


@dataclass(frozen=True)
class Wish:
    """What somebody can manage: `amount` a month from `first` on, then on `day` of each month.

    `day` is 1 to 31; a month that is shorter takes its last day, so 31 is every month's last.
    """

    amount: int
    first: date
    day: int
    method: Method = Method.LINK


class ChangeKind(StrEnum):
    """What a debtor may do with a running plan before a part is due, and when one was missed."""

    SKIP = "skip"
    """Not this month: all that is still to come moves on by a month."""
    MOVE = "move"
    """This part on another day."""
    LESS = "less"
    """Only `amount` of this part now, the rest at the end."""


@dataclass(frozen=True)
class Change:
    """A wish about a running plan: part `number` (0: the next one open) by another `due` or with `amount`."""

    kind: ChangeKind
    number: int = 0
    due: date | None = None
    amount: int = 0


@dataclass(frozen=True)
class Proposed:
    """A whole plan, part by part: the parts sum to what is owed, `last` is the day of the last one."""

    instalments: tuple[Instalment, ...]

    @property
    def last(self) -> date:
        return self.instalments[-1].due


@dataclass(frozen=True)
class NotPossible:
    """Why a wish cannot be agreed to by itself: the `field` to mend, a reason's key, and the nearest that can.

    `nearest` is of the same kind as the wish and lawful in all its parts; None where no other wish would do.
    """

    field: str
    because: str
    nearest: Wish | Change | date | None = None


def propose(wish: Wish, owed: int, bounds: Bounds, today: date) -> Proposed | NotPossible:
    """The plan for a wish: equal parts and a last one that is not larger, which sum to `owed` (M17).

    More a month than is owed is one part. The first part falls on the day wished for, the others on the wished
    day of the months after it, two weeks after the first at the soonest.
    """
    if problem := _problem(wish, owed, bounds, today):
        return NotPossible(*problem, _within(wish, owed, bounds, today))
    amount = min(wish.amount, owed)
    count = _parts(owed, amount)
    amounts = [amount] * (count - 1) + [owed - amount * (count - 1)]
    days = _days(wish.first, wish.day, count)
    numbered = enumerate(zip(days, amounts, strict=True), start=1)
    return Proposed(tuple(Instalment(number, due, part) for number, (due, part) in numbered))


def suggested(owed: int, bounds: Bounds, today: date) -> Wish:
    """What is shown before anybody typed: small parts, from the next first of a month that is not near."""
    months = next((months for up_to, months in CALM if owed <= up_to), CALM_MONTHS)
    amount = _up(_parts(owed, months), ROUND)
    first = _next_day(today + SETTLE_IN, 1)
    wish = Wish(amount, first, first.day)
    return _within(wish, owed, bounds, today)


def deferral_dates(today: date, bounds: DeferralBounds) -> tuple[date, ...]:
    """Up to three days worth offering: the first and the middle of a month, and a later month's end."""
    soonest, latest = today + SOONEST_DEFERRAL, today + timedelta(days=bounds.longest_days)
    ends = _last_before(latest)
    wanted = [_next_day(soonest, 1), _next_day(soonest, 15), ends, latest, today + (latest - today) // 2]
    chosen: list[date] = []
    for day in wanted:
        fits = today < day <= latest
        if fits and len(chosen) < 3 and all(abs(day - other) >= SPREAD for other in chosen):
            chosen.append(day)
    return tuple(sorted(chosen))


def judge_deferral(
    until: date, claim: Claim, so_far: Iterable[Deferral], bounds: DeferralBounds, today: date
) -> NotPossible | None:
    """None where the claim may be deferred to the end of `until`; `so_far` are all deferrals of its debtor."""
    if sum(held.claim == claim.id for held in so_far) >= bounds.most:
        return NotPossible("until", "deferrals_used_up")
    soonest, latest = today + timedelta(days=1), today + timedelta(days=bounds.longest_days)
    if until < soonest:
        return NotPossible("until", "in_the_past", soonest)
    return NotPossible("until", "too_late", latest) if until > latest else None


def stale(matter: Matter, offer: Offer, bounds: DeferralBounds, today: date, now: datetime) -> str | None:
    """Why this offer can be agreed to no more, where the claims of this matter owe what they do at `now`:
    "replaced", "amount_changed", "expired" or "bounds" (a person has to look, or a deferral that no motion decided
    came to lie beyond them); None while it holds."""
    claim = matter.claims[offer.claim]
    if not offer.is_open or (offer.plan and matter.running(offer.plan) is None):
        return "replaced"
    if offer.owed != claim.outstanding.total:
        return "amount_changed"
    if now >= offer.good_until:
        return "expired"
    if matter.needs_a_person(claim, now):
        return "bounds"
    if offer.until is None or offer.motion:
        return None
    return "bounds" if judge_deferral(offer.until, claim, matter.deferrals.values(), bounds, today) else None


def waiting_offer(
    matter: Matter, claim: Claim, bounds: DeferralBounds, today: date, now: datetime
) -> Offer | None:
    """The last offer about this claim that waits for its debtor's yes and still holds."""
    about = (offer for offer in matter.offers.values() if offer.claim == claim.id)
    holding = (offer for offer in about if stale(matter, offer, bounds, today, now) is None)
    return max(holding, key=lambda offer: (offer.made_at, offer.id), default=None)


def used_up(plan: Plan, bounds: Bounds, today: date) -> bool:
    """Whether a running plan was changed so often that a person looks before the next change."""
    years = (today - plan.agreed_at.date()) // YEAR
    return plan.changes >= bounds.changes_a_year * (years + 1)


def changed(
    plan: Plan, paid: int, change: Change, bounds: Bounds, today: date
) -> tuple[Instalment, ...] | NotPossible:
    """The parts of a running plan after the debtor's own change; `paid` is what came in since it began.

    The sum stays exact and what is put off goes to the end. So many changes a year, counted from the agreement.
    """
    if used_up(plan, bounds, today):
        return NotPossible("change", "changes_used_up")
    held = open_part(plan.instalments, paid)
    if held is None:
        return NotPossible("change", "nothing_open")
    number = change.number or held[0].number
    if change.kind is ChangeKind.SKIP:
        return skipped(plan, paid, today)
    if change.kind is ChangeKind.MOVE:
        return moved(plan, paid, number, change.due or today, today, bounds)
    return lowered(plan, paid, number, change.amount, today, bounds)


def skipped(plan: Plan, paid: int, today: date) -> tuple[Instalment, ...] | NotPossible:
    """ "Not this month": what is open goes on with the next of the plan's days that lies ahead."""
    held = open_part(plan.instalments, paid)
    if held is None:
        return NotPossible("change", "nothing_open")
    first, _ = held
    waiting = [part for part in plan.instalments if part.number >= first.number]
    after = max(first.due, today)
    days = [part.due for part in waiting if part.due > after]
    while len(days) < len(waiting):
        days.append(_month_after(days[-1] if days else max(plan.instalments[-1].due, after), plan.day))
    later = tuple(replace(part, due=day) for part, day in zip(waiting, days, strict=True))
    return (*plan.instalments[: first.number - 1], *later)


def moved(
    plan: Plan, paid: int, number: int, due: date, today: date, bounds: Bounds
) -> tuple[Instalment, ...] | NotPossible:
    """ "Another date": part `number` by `due`, after the part before it and before the one after it."""
    held = open_part(plan.instalments, paid)
    if held is None or not held[0].number <= number <= len(plan.instalments):
        return NotPossible("change", "nothing_open")
    part = plan.instalments[number - 1]
    soonest, latest = today, max(part.due, today) + timedelta(days=bounds.move_days)
    if number > held[0].number:
        soonest = max(today, plan.instalments[number - 2].due + timedelta(days=1))
    if number < len(plan.instalments):
        latest = min(latest, plan.instalments[number].due - timedelta(days=1))
    if latest < soonest:
        return NotPossible("due", "no_room", Change(ChangeKind.SKIP))
    if not soonest <= due <= latest:
        nearest = Change(ChangeKind.MOVE, number, due=min(max(due, soonest), latest))
        return NotPossible("due", "in_the_past" if due < today else "too_far", nearest)
    return _with(plan.instalments, replace(part, due=due))


def lowered(
    plan: Plan, paid: int, number: int, amount: int, today: date, bounds: Bounds
) -> tuple[Instalment, ...] | NotPossible:
    """ "Less": only `amount` of what is open of part `number`; the rest fills up the end of the plan."""
    held = open_part(plan.instalments, paid)
    if held is None or not held[0].number <= number <= len(plan.instalments):
        return NotPossible("change", "nothing_open")
    part = plan.instalments[number - 1]
    left = held[1] if number == held[0].number else part.amount
    due = today + SOON if part.due < today else part.due
    if number < len(plan.instalments):
        due = min(due, plan.instalments[number].due - timedelta(days=1))
    if left <= bounds.least_when_less or due < today:
        because = "no_room" if due < today else "small_already"
        return NotPossible("amount", because, Change(ChangeKind.SKIP))
    if amount >= left:
        return NotPossible("amount", "not_less")
    if amount < bounds.least_when_less:
        nearest = Change(ChangeKind.LESS, number, amount=bounds.least_when_less)
        return NotPossible("amount", "below_least", nearest)
    off, usual = left - amount, max(part.amount for part in plan.instalments)
    parts = _with(plan.instalments, replace(part, due=due, amount=part.amount - off))
    if number < len(parts):
        room = min(off, usual - parts[-1].amount)
        parts, off = _with(parts, replace(parts[-1], amount=parts[-1].amount + room)), off - room
    if off:
        day = _month_after(max(parts[-1].due, today), plan.day)
        parts = (*parts, Instalment(len(parts) + 1, day, off))
    return parts


def _with(parts: tuple[Instalment, ...], part: Instalment) -> tuple[Instalment, ...]:
    return tuple(part if other.number == part.number else other for other in parts)


def _problem(wish: Wish, owed: int, bounds: Bounds, today: date) -> tuple[str, str] | None:
    if owed <= 0:
        raise ValueError("a plan needs something that is owed")
    if wish.amount < min(bounds.least, owed):
        return "amount", "below_least"
    if _parts(owed, wish.amount) > bounds.most_months:
        return "amount", "too_many_months"
    if wish.first < today:
        return "first", "in_the_past"
    if wish.first > today + timedelta(days=bounds.first_within_days):
        return "first", "too_late"
    return None if 1 <= wish.day <= 31 else ("day", "no_such_day")


def _within(wish: Wish, owed: int, bounds: Bounds, today: date) -> Wish:
    """The wish moved no further than it must to be lawful; an amount that has to rise is rounded up to whole."""
    least = max(bounds.least, _parts(owed, bounds.most_months))
    amount = wish.amount if wish.amount >= least else _up(least, WHOLE)
    latest = today + timedelta(days=bounds.first_within_days)
    first = min(max(wish.first, today), latest)
    return Wish(min(amount, owed), first, min(max(wish.day, 1), 31), wish.method)


def _parts(owed: int, amount: int) -> int:
    return -(-owed // amount)


def _up(amount: int, to: int) -> int:
    return -(-amount // to) * to


def _days(first: date, day: int, count: int) -> list[date]:
    days = [first]
    while len(days) < count:
        after = _month_after(days[-1], day)
        if len(days) == 1 and after - first < APART:
            after = _month_after(after, day)
        days.append(after)
    return days


def _month_after(of: date, day: int) -> date:
    """`day` in the month after that of `of`, or that month's last day."""
    year, month = (of.year + 1, 1) if of.month == 12 else (of.year, of.month + 1)
    return date(year, month, min(day, monthrange(year, month)[1]))


def _next_day(after: date, day: int) -> date:
    """The first `day` (at most 28) of a month at or after `after`."""
    here = after.replace(day=day)
    return here if here >= after else _month_after(here, day)


def _last_before(latest: date) -> date:
    """The last month's end at or before `latest`."""
    return latest if (latest + timedelta(days=1)).day == 1 else latest.replace(day=1) - timedelta(days=1)
