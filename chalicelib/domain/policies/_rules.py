"""How a country's policy is asked: data in, a Decision out. What a strategy proposes, a policy permits.

Each rule is a question with one answer; the first that does not say yes is the answer. The order goes from
"never" over "not by this way" to "not now", so that the most lasting reason is the one that is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..accrual import Meter
from ..claim import Claim, ClaimState, Hold, HoldKind
from ..contact import MessageKind, Purpose
from ..decision import Allowed, Decision, Refused, Wait
from ..notice import gaps
from ..parties import ActingAs, ChannelKind, Creditor, Debtor, PointState
from ..rates import UNKNOWN, base_rates
from ._figures import Cap, CapSpan, ContactRules, Holidays, contact_rules, holidays_in, rules_on
from ._hours import Hours
from ._places import Place, anywhere, place_of

ASK_AGAIN = timedelta(days=7)
DAY = timedelta(days=1)
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


@dataclass(frozen=True)
class Situation:
    """All a policy may look at when somebody is to be written to.

    `sends` are what this address had in the last two weeks over all creditors, of what the same cap counts. `to`
    is the state of the one address it was made for, where it was made for one. `offered` is when terms were last
    worked out for this claim that nobody has agreed to yet.
    """

    creditor: Creditor
    debtor: Debtor
    claim: Claim
    purpose: Purpose
    kind: MessageKind
    channel: ChannelKind
    sends: tuple[datetime, ...] = ()
    to: PointState | None = None
    offered: datetime | None = None


@dataclass(frozen=True, eq=False)
class CountryPolicy:
    """What the law of one country, and our house rule where the law is silent, permits.

    `zone` says which day it is for the books and for the people of the house; a debtor's own zones are told by
    their address (`places`; without it there is one zone). `contact` and `holidays` name dated files, or are the
    figures and the days themselves. A country without `base_rates` bears no interest here and one without
    `fees` no collection fee: neither is guessed. A policy that nobody reviewed runs in the sandbox only: the
    review is the operator's, recorded in the creditor's file (`reviewed_by`, `reviewed_on`).
    """

    key: str
    version: str
    source: str
    valid_from: date
    zone: ZoneInfo
    contact: str | tuple[ContactRules, ...]
    holidays: str | Holidays
    durable: frozenset[ChannelKind]
    retention: str
    places: str | None = None
    base_rates: str | None = None
    fees: str | None = None

    @property
    def meter(self) -> Meter:
        """What interest is reckoned by, and which day it is."""
        return Meter(base_rates(self.base_rates) if self.base_rates else UNKNOWN, self.zone)

    def meter_for(self, debtor: Debtor) -> Meter:
        """The same for what this debtor owes: it rests under an insolvency or a breathing space of theirs."""
        return replace(self.meter, rests=debtor.quiet_times)

    def lasting(self, creditor: Creditor) -> frozenset[ChannelKind]:
        """The channels whose messages can be kept (Textform): those the law names, and those that say so."""
        return self.durable | {s.terms.kind for s in creditor.open_channels if s.terms.durable}

    @property
    def rule(self) -> str:
        return f"{self.key}/{self.version}"

    @property
    def tables(self) -> dict[str, tuple[str, str]]:
        """The dated files of this country by what they hold, each with the word that says how far it reaches."""
        said = {
            "contact": (self.contact, "reviewed_through"),
            "holidays": (self.holidays, "valid_through"),
            "places": (self.places, "reviewed_through"),
            "retention": (self.retention, "reviewed_through"),
        }
        return {what: (file, word) for what, (file, word) in said.items() if isinstance(file, str)}

    @property
    def own_figures(self) -> dict[str, date]:
        """What the country's own file holds instead, and the last day of it."""
        found = {} if isinstance(self.contact, str) else {"contact": self.rows[-1].reviewed_through}
        return found if isinstance(self.holidays, str) else {**found, "holidays": self.holidays.last}

    @property
    def rows(self) -> tuple[ContactRules, ...]:
        """The dated figures of contact, oldest first."""
        return contact_rules(self.contact) if isinstance(self.contact, str) else self.contact

    def figures(self, day: date) -> ContactRules:
        """The figures in force on that day. Raises LawRanOut."""
        return rules_on(self.rows, day)

    def cap(self, channel: ChannelKind, purpose: Purpose, at: datetime) -> Cap | None:
        """What bounds how often an address gets messages like this one; None where nothing does."""
        return self.figures(at.astimezone(self.zone).date()).cap(channel.value, purpose)

    @property
    def hours(self) -> Hours:
        """When the people of the house are there."""
        return _hours(self, Place((self.zone,)))

    def hours_of(self, debtor: Debtor) -> Hours:
        """When this debtor may be written to, wherever their address says they may live."""
        return _hours(self, self.place_of(debtor) or anywhere(self.places, self.zone))

    def zone_of(self, debtor: Debtor) -> ZoneInfo:
        """The zone in which an hour is proposed to this debtor: theirs where it is known. The days of money, and
        so every day that a page or a message prints, are those of the books (`zone`)."""
        place = self.place_of(debtor)
        return place.zones[0] if place and len(place.zones) == 1 else self.zone

    def place_of(self, debtor: Debtor) -> Place | None:
        """Where they may live; None for another country, and where not even a zone can be named."""
        here = debtor.address.country == self.key
        return place_of(self.places, self.zone, debtor.address) if here else None

    def notice_due(self, creditor: Creditor, debtor: Debtor, claim: Claim, at: datetime) -> bool:
        """Whether a collector's first word about this claim must be the notice: that of another claim does not
        count, and who writes in their own name or to a business owes none."""
        if creditor.acting_as is ActingAs.OWN_NAME or debtor.is_business or claim.notice_sent_at:
            return False
        return self.figures(at.astimezone(self.zone).date()).notice is not None

    def may_contact(self, situation: Situation, at: datetime) -> Decision:
        """Whether this message may go out at `at` (UTC).

        A Wait ends inside permitted hours, at a moment that gets a yes if nothing changes until then. Two have
        no such moment to name: a hold that a person must lift is asked about again in a week, and what lies
        beyond the holiday file on the last day the file knows.
        """
        answer = self._answer(situation, at)
        if not isinstance(answer, Wait):
            return answer
        until, last = answer.until, self.hours_of(situation.debtor).last_open
        while until < last and not _waits_for_somebody(situation, until):
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


@lru_cache(maxsize=256)
def _hours(policy: CountryPolicy, place: Place) -> Hours:
    free = holidays_in(policy.holidays) if isinstance(policy.holidays, str) else policy.holidays
    return Hours(policy.key, policy.rows, free, place)


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
    day = max(policy.hours_of(s.debtor).days(at))
    if day > policy.figures(day).limitation.last_day(s.claim.due):
        return Refused("time_barred", policy.rule)
    return None


def foreign(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """Another country's debtor has another law, and somebody whose zone nobody can name has no hours to keep."""
    return Refused("unknown_zone", policy.rule) if policy.place_of(s.debtor) is None else None


def notice_first(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """A collector asserts each claim against a private person first by the whole notice, in a durable medium
    (RDG §13a(1) with §126b BGB; 12 CFR 1006.34)."""
    if not policy.notice_due(s.creditor, s.debtor, s.claim, at):
        return None
    if s.kind is not MessageKind.NOTICE:
        return Refused("notice_missing", policy.rule)
    if s.channel not in policy.lasting(s.creditor):
        return Refused("notice_needs_durable_medium", policy.rule)
    notice = policy.figures(at.astimezone(policy.zone).date()).notice
    missing = notice and notice.wants.intersection(gaps(s.creditor, s.claim))
    return Refused("notice_incomplete", policy.rule) if missing else None


def after_notice(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """While the notice may be questioned, nobody is asked for money on top of it (12 CFR 1006.38)."""
    told = s.claim.notice_sent_at
    if told is None or s.debtor.is_business or s.creditor.acting_as is ActingAs.OWN_NAME:
        return None
    notice = policy.figures(at.astimezone(policy.zone).date()).notice
    over = told + notice.peace if notice else at
    return _until(policy, s, over, at, "notice_open") if at < over else None


def being_worked_out(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """While somebody works out how to pay, they are not pursued (CONC 7.3.11 R)."""
    if s.offered is None:
        return None
    over = s.offered + policy.figures(at.astimezone(policy.zone).date()).plan_in_the_making
    return _until(policy, s, over, at, "plan_in_the_making") if at < over else None


def _until(policy: CountryPolicy, s: Situation, moment: datetime, at: datetime, because: str) -> Wait:
    return Wait(policy.hours_of(s.debtor).wait_until(moment, at), because, policy.rule)


def paused(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """A hold with an end is waited for; one that a person lifts is asked about again in a week."""
    holds = _pauses(s, at)
    if not holds:
        return None
    latest = max(holds, key=lambda h: h.until or at + ASK_AGAIN)
    because = UNTOLD.get(latest.kind, latest.kind).value
    return _until(policy, s, latest.until or at + ASK_AGAIN, at, because)


def _pauses(s: Situation, at: datetime) -> list[Hold]:
    apart = FOR_GOOD | OWN if s.purpose is Purpose.AGREED else FOR_GOOD
    return [h for h in (*s.debtor.binding_holds(at), *s.claim.binding_holds(at)) if h.kind not in apart]


def _waits_for_somebody(s: Situation, at: datetime) -> bool:
    """Whether a hold without an end binds, so that no moment can be named."""
    return any(hold.until is None for hold in _pauses(s, at))


def not_yet_due(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    hours = policy.hours_of(s.debtor)
    if min(hours.days(at)) <= s.claim.due:
        return _until(policy, s, hours.begins(s.claim.due + DAY), at, "not_yet_due")
    return None


def before_due(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """A courtesy is one only before the day: from then on there is nothing it could spare anybody."""
    if max(policy.hours_of(s.debtor).days(at)) >= s.claim.due:
        return Refused("due", policy.rule)
    return None


def capped(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """At most so many messages of a kind a local day and in any so many days, per contact point."""
    cap = policy.cap(s.channel, s.purpose, at)
    for limit in cap.limits if cap else ():
        frees = _of_the_day(policy, s, at, limit) if limit.days == 1 else _running(s, at, limit)
        if frees:
            return _until(policy, s, frees, at, limit.because)
    return None


def _of_the_day(policy: CountryPolicy, s: Situation, at: datetime, limit: CapSpan) -> datetime | None:
    """The next morning, where the day has had its messages in any of the zones that may be the debtor's."""
    if len(s.sends) < limit.most:
        return None
    hours = policy.hours_of(s.debtor)
    sent = [hours.days(send) for send in s.sends]
    for zone, today in enumerate(hours.days(at)):
        if sum(days[zone] == today for days in sent) >= limit.most:
            return hours.begins(today + DAY)
    return None


def _running(s: Situation, at: datetime, limit: CapSpan) -> datetime | None:
    """When the first of the last so many is old enough."""
    spell = timedelta(days=limit.days)
    recent = sorted(send for send in s.sends if at - spell < send)
    return recent[-limit.most] + spell if len(recent) >= limit.most else None


def quiet_hours(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    opens = policy.hours_of(s.debtor).next_open(at)
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
    being_worked_out,
    after_notice,
    capped,
    quiet_hours,
)
# Before the day a claim is due: all that a reminder obeys, since it is one contact more for its reader.
COURTESY_RULES: tuple[Rule, ...] = (
    nothing_owed,
    silenced,
    agreed_upon,
    no_way,
    before_due,
    foreign,
    notice_first,
    paused,
    being_worked_out,
    after_notice,
    capped,
    quiet_hours,
)
# Before an agreed day: no notice first, since there was one; a cap where the figures name one.
AGREED_RULES: tuple[Rule, ...] = (nothing_owed, silenced, no_way, foreign, paused, capped, quiet_hours)
ANSWER_RULES: tuple[Rule, ...] = (unreachable_dead, no_way)
RULES = {
    Purpose.REMINDER: REMINDER_RULES,
    Purpose.COURTESY: COURTESY_RULES,
    Purpose.AGREED: AGREED_RULES,
    Purpose.ANSWER: ANSWER_RULES,
}
