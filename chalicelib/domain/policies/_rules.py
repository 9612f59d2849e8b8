"""How a country's policy is asked: data in, a Decision out. What a strategy proposes, a policy permits.

Each rule is a question with one answer; the first that does not say yes is the answer. The order goes from
"never" over "not by this way" to "not now", so that the most lasting reason is the one that is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..claim import FOR_GOOD, Claim, ClaimState, Hold, HoldKind
from ..contact import MessageKind, Purpose
from ..decision import Allowed, Decision, Refused, Wait
from ..notice import gaps
from ..parties import ActingAs, ChannelKind, Creditor, Debtor, PointState
from ._country import CountryPolicy
from ._figures import CapSpan

ASK_AGAIN = timedelta(days=7)
DAY = timedelta(days=1)
# A decision is kept and read by others. That somebody asked for particular care is told to nobody: it says,
# as truly, that a person is to answer first.
UNTOLD = {HoldKind.NEEDS_CARE: HoldKind.TASK_OPEN}

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


Rule = Callable[[CountryPolicy, Situation, datetime], Decision | None]


def decide(policy: CountryPolicy, situation: Situation, at: datetime) -> Decision:
    """CountryPolicy.may_contact, which promises what this does."""
    answer = _answer(policy, situation, at)
    if not isinstance(answer, Wait):
        return answer
    until, last = answer.until, policy.hours_of(situation.debtor).last_open
    while until < last and not _waits_for_somebody(situation, until):
        again = _answer(policy, situation, until)
        if not isinstance(again, Wait):
            break
        until = again.until
    return replace(answer, until=until)


def _answer(policy: CountryPolicy, situation: Situation, at: datetime) -> Decision:
    for rule in RULES[situation.purpose]:
        answer = rule(policy, situation, at)
        if answer is not None:
            return answer
    return Allowed(policy.rule)


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


def spoken_by_day(policy: CountryPolicy, s: Situation, at: datetime) -> Decision | None:
    """A voice rings: even an answer waits for the hours in which somebody may be called."""
    return quiet_hours(policy, s, at) if s.channel is ChannelKind.VOICE else None


ANSWER_RULES: tuple[Rule, ...] = (unreachable_dead, no_way, spoken_by_day)
RULES = {
    Purpose.REMINDER: REMINDER_RULES,
    Purpose.COURTESY: COURTESY_RULES,
    Purpose.AGREED: AGREED_RULES,
    Purpose.ANSWER: ANSWER_RULES,
}
