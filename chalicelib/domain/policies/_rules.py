"""How a country's policy is asked: data in, a Decision out. What a strategy proposes, a policy permits.

Each rule is a question with one answer; the first that does not say yes is the answer. The order goes from
"never" over "not by this way" to "not now", so that the most lasting reason is the one that is stored.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ..accrual import Meter
from ..claim import Claim, ClaimState, Hold, HoldKind
from ..contact import MessageKind, Purpose
from ..decision import Allowed, Decision, Refused, Wait
from ..notice import gaps
from ..parties import ActingAs, ChannelKind, Creditor, Debtor, PointState
from ..rates import base_rates

ASK_AGAIN = timedelta(days=7)
HORIZON_DAYS = 60
# A decision is kept and read by others. That somebody asked for particular care is told to nobody: it says,
# as truly, that a person is to answer first.
UNTOLD = {HoldKind.NEEDS_CARE: HoldKind.TASK_OPEN}

# Holds after which nobody is ever asked for money again by a plan of ours; a person decides what follows.
FOR_GOOD = {
    HoldKind.INSOLVENCY,
    HoldKind.REPRESENTATIVE,
    HoldKind.MINOR,
    HoldKind.DECEASED,
    HoldKind.WRONG_PERSON,
}

# What was agreed keeps everybody else's words back, and not its own.
OWN = {HoldKind.PLAN, HoldKind.DEFERRAL}


UNUSABLE = {PointState.DEAD, PointState.WRONG_PERSON}


class HolidaysRanOut(Exception):
    """Today lies outside the holiday file: nothing is sent on a guess. `make holidays` writes the next years."""


@dataclass(frozen=True)
class Situation:
    """All a policy may look at when somebody is to be written to.

    `sends` are the requests for money this address had in the last two weeks, over all creditors. `to` is the
    state of the one address it was made for, where it was made for one.
    """

    creditor: Creditor
    debtor: Debtor
    claim: Claim
    purpose: Purpose
    kind: MessageKind
    channel: ChannelKind
    sends: tuple[datetime, ...] = ()
    to: PointState | None = None


@dataclass(frozen=True)
class CountryPolicy:
    """What the law of one country, and our house rule where the law is silent, permits.

    `opens` and `closes` bound the local day; `quiet_weekdays` counts Monday as 0; caps count requests for money
    per contact point over all creditors. A policy that nobody reviewed runs in the sandbox only: the review is
    the operator's, recorded in the creditor's file (`reviewed_by`, `reviewed_on`).
    """

    key: str
    version: str
    source: str
    valid_from: date
    zone: ZoneInfo
    opens: time
    closes: time
    quiet_weekdays: frozenset[int]
    most_per_day: int
    most_per_week: int
    holidays: str
    durable: frozenset[ChannelKind]
    limitation_years: int
    retention: str
    base_rates: str

    @property
    def meter(self) -> Meter:
        """What interest is reckoned by, and which day it is."""
        return Meter(base_rates(self.base_rates), self.zone)

    def meter_for(self, debtor: Debtor) -> Meter:
        """The same for what this debtor owes: it rests under an insolvency or a breathing space of theirs."""
        return replace(self.meter, rests=debtor.quiet_times)

    def lasting(self, creditor: Creditor) -> frozenset[ChannelKind]:
        """The channels whose messages can be kept (Textform): those the law names, and those that say so."""
        return self.durable | {s.terms.kind for s in creditor.open_channels if s.terms.durable}

    @property
    def rule(self) -> str:
        return f"{self.key}/{self.version}"

    def may_contact(self, situation: Situation, at: datetime) -> Decision:
        """Whether this message may go out at `at` (UTC).

        A Wait ends inside permitted hours, at a moment that gets a yes if nothing changes until then. Two have
        no such moment to name: a hold that a person must lift is asked about again in a week, and what lies
        beyond the holiday file on the last day the file knows.
        """
        answer = self._answer(situation, at)
        if not isinstance(answer, Wait):
            return answer
        until = answer.until
        while until < self.last_open and not _waits_for_somebody(situation, until):
            again = self._answer(situation, until)
            if not isinstance(again, Wait):
                break
            until = again.until
        return replace(answer, until=until)

    def _answer(self, situation: Situation, at: datetime) -> Decision:
        for rule in RULES[situation.purpose]:
            answer = rule(self, situation, at)
            if answer is not None:
                return answer
        return Allowed(self.rule)

    @property
    def last_open(self) -> datetime:
        """The last permitted morning that the holiday file knows."""
        _, day, _ = _holiday_table(self.holidays)
        while self.quiet_day(day):
            day -= timedelta(days=1)
        return datetime.combine(day, self.opens, self.zone).astimezone(UTC)

    def foreseeable(self, at: datetime) -> datetime:
        """`at`, or the last morning that can be foreseen where that comes first: to be asked again then."""
        return min(at, self.last_open)

    def wait_until(self, moment: datetime, at: datetime) -> datetime:
        """Where a wait that begins at `at` and lasts at least until `moment` ends, as far as can be foreseen."""
        opens = self.next_open(self.foreseeable(moment))
        if opens <= at:
            raise HolidaysRanOut(f"{self.key}: nothing is known of the days after {at.date()}")
        return opens

    def next_open(self, at: datetime) -> datetime:
        """The first permitted moment at or after `at`, in UTC."""
        local = at.astimezone(self.zone)
        for days in range(HORIZON_DAYS):
            day = local.date() + timedelta(days=days)
            if not self.quiet_day(day):
                opens = datetime.combine(day, self.opens, self.zone)
                if days == 0 and local.time() >= self.opens:
                    opens = local
                if opens.time() < self.closes:
                    return opens.astimezone(UTC)
        raise HolidaysRanOut(f"{self.key}: no permitted hour within {HORIZON_DAYS} days of {local.date()}")

    def quiet_day(self, day: date) -> bool:
        return day.weekday() in self.quiet_weekdays or day in holidays_of(self.holidays, day)


@cache
def _holiday_table(name: str) -> tuple[date, date, frozenset[date]]:
    table = json.loads((Path(__file__).parent / "data" / name).read_text("utf-8"))
    first, last = date.fromisoformat(table["valid_from"]), date.fromisoformat(table["valid_through"])
    return first, last, frozenset(date.fromisoformat(day) for day in table["days"])


def holidays_of(name: str, day: date) -> frozenset[date]:
    """The holidays of a dated file; the debtor's state being unknown, a day free in any state counts.

    Raises HolidaysRanOut for a day the file does not cover.
    """
    first, last, days = _holiday_table(name)
    if not first <= day <= last:
        raise HolidaysRanOut(f"{name} covers {first} to {last}, not {day}")
    return days


Rule = Callable[[CountryPolicy, Situation, datetime], Decision | None]


def nothing_owed(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    if s.claim.state is ClaimState.CLOSED or s.claim.outstanding.total == 0:
        return Refused("paid", policy.rule)
    return None


def no_way(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """Dead addresses, opt-outs and wrong persons: there is no address left that may be written to."""
    if s.to is not None:
        return Refused("dead_address", policy.rule) if s.to in UNUSABLE else None
    if s.creditor.channel(s.channel) is None:
        return Refused("no_contact_point", policy.rule)
    if s.debtor.point(s.channel, answering=s.purpose is Purpose.ANSWER) is None:
        return Refused(unreachable_because(s.debtor, s.channel), policy.rule)
    return None


def unreachable_because(debtor: Debtor, *channels: ChannelKind) -> str:
    """Why none of these channels (none named: of all) has an address: somebody's wish before a mere fault."""
    states = {point.state for point in debtor.points if not channels or point.channel in channels}
    if PointState.OPTED_OUT in states:
        return "opted_out"
    return "dead_address" if states else "no_contact_point"


def silenced(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    for hold in (*s.debtor.binding_holds(at), *s.claim.binding_holds(at)):
        if hold.kind in FOR_GOOD:
            return Refused(hold.kind.value, policy.rule)
    return None


def agreed_upon(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """While a plan is kept nobody asks for the whole; the plan's own words are all there is."""
    return Refused(HoldKind.PLAN.value, policy.rule) if s.claim.state is ClaimState.ON_PLAN else None


def unreachable_dead(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """An answer stops only for a wrong person or somebody who died."""
    for hold in (*s.debtor.binding_holds(at), *s.claim.binding_holds(at)):
        if hold.kind in (HoldKind.DECEASED, HoldKind.WRONG_PERSON):
            return Refused(hold.kind.value, policy.rule)
    return None


def time_barred(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """Our own rule: what may be time-barred (BGB §§195, 199: end of the year + 3 years) is not asked for."""
    if s.claim.titled:
        return None
    ends = date(s.claim.due.year + policy.limitation_years, 12, 31)
    if at.astimezone(policy.zone).date() > ends:
        return Refused("time_barred", policy.rule)
    return None


def foreign(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """Another country's debtor lives in another zone and law: no policy here, so nothing goes out."""
    if s.debtor.address.country != policy.key:
        return Refused("unknown_zone", policy.rule)
    return None


def notice_first(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """RDG §13a(1): a collector asserts each claim against a private person first by the whole notice, in
    Textform (§126b BGB); that of another claim does not count."""
    if s.creditor.acting_as is ActingAs.OWN_NAME or s.debtor.is_business or s.claim.notice_sent_at:
        return None
    if s.kind is not MessageKind.NOTICE:
        return Refused("notice_missing", policy.rule)
    if s.channel not in policy.lasting(s.creditor):
        return Refused("notice_needs_durable_medium", policy.rule)
    return Refused("notice_incomplete", policy.rule) if gaps(s.creditor, s.claim) else None


def paused(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """A hold with an end is waited for; one that a person lifts is asked about again in a week."""
    holds = _pauses(s, at)
    if not holds:
        return None
    latest = max(holds, key=lambda h: h.until or at + ASK_AGAIN)
    because = UNTOLD.get(latest.kind, latest.kind).value
    return Wait(policy.wait_until(latest.until or at + ASK_AGAIN, at), because, policy.rule)


def _pauses(s: Situation, at: datetime) -> list[Hold]:
    apart = FOR_GOOD | OWN if s.purpose is Purpose.AGREED else FOR_GOOD
    return [h for h in (*s.debtor.binding_holds(at), *s.claim.binding_holds(at)) if h.kind not in apart]


def _waits_for_somebody(s: Situation, at: datetime) -> bool:
    """Whether a hold without an end binds, so that no moment can be named."""
    return any(hold.until is None for hold in _pauses(s, at))


def not_yet_due(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    day = at.astimezone(policy.zone).date()
    if day <= s.claim.due:
        after = datetime.combine(s.claim.due + timedelta(days=1), policy.opens, policy.zone)
        return Wait(policy.wait_until(after, at), "not_yet_due", policy.rule)
    return None


def capped(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """At most so many requests for money a local day and in any seven days, per contact point."""
    today = at.astimezone(policy.zone).date()
    same_day = [x for x in s.sends if x.astimezone(policy.zone).date() == today]
    if len(same_day) >= policy.most_per_day:
        tomorrow = datetime.combine(today + timedelta(days=1), policy.opens, policy.zone)
        return Wait(policy.wait_until(tomorrow, at), "daily_cap", policy.rule)
    week = sorted(x for x in s.sends if at - timedelta(days=7) < x)
    if len(week) >= policy.most_per_week:
        frees = week[-policy.most_per_week] + timedelta(days=7)
        return Wait(policy.wait_until(frees, at), "weekly_cap", policy.rule)
    return None


def quiet_hours(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    opens = policy.next_open(at)
    return Wait(opens, "quiet_hours", policy.rule) if opens > at else None


REMINDER_RULES: tuple[Rule, ...] = (
    nothing_owed,
    silenced,
    agreed_upon,
    no_way,
    time_barred,
    foreign,
    notice_first,
    not_yet_due,
    paused,
    capped,
    quiet_hours,
)
# Before an agreed day: no cap, since the debtor chose the day; no notice first, since there was one.
AGREED_RULES: tuple[Rule, ...] = (nothing_owed, silenced, no_way, foreign, paused, quiet_hours)
ANSWER_RULES: tuple[Rule, ...] = (unreachable_dead, no_way)
RULES = {Purpose.REMINDER: REMINDER_RULES, Purpose.AGREED: AGREED_RULES, Purpose.ANSWER: ANSWER_RULES}
