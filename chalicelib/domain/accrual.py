"""Interest on a claim: what has grown by a day, the entries that book it, and amounts that were told and hold.

Nothing here is done by night. An amount that was told stays good to a day that was told with it; only then does
what has grown since join it. A payment is valued on its own day: interest that was booked beyond it is given back
by a counter-entry, never rewritten.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from .allocation import Allocation, Split, allocate
from .claim import RESTING, Claim, ClaimState
from .entry import EntryKind, LedgerEntry
from .interest import (
    DAY,
    WHOLE,
    Interest,
    Promise,
    growth,
    known_through,
    round_half_up,
    spans_of,
    too_much,
)
from .ledger import appended, booked, came_after, stayed, taken_back
from .matter import Matter
from .rates import BaseRates

INSTANT = timedelta(microseconds=1)

Grown = tuple[Claim, tuple[LedgerEntry, ...]]


@dataclass(frozen=True)
class Meter:
    """What interest is reckoned by in a country: its base rates, and the zone that says which day it is; and the
    times in which the law lets it rest for all that one debtor owes."""

    rates: BaseRates
    zone: ZoneInfo
    rests: tuple[tuple[datetime, datetime | None], ...] = ()

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def rests_of(claim: Claim, meter: Meter) -> tuple[tuple[date, date], ...]:
    """The days on which no interest grows at all, first and last of each time.

    The day on which a rest begins still bears interest and the day on which it ends does not, so that what was
    worked out for a day stays as it was.
    """
    over = [(rest.since, rest.until) for rest in claim.rests if rest.contested is None]
    held = [(hold.since, hold.until) for hold in claim.holds if hold.kind in RESTING]
    return tuple(
        (meter.day(since) + DAY, meter.day(until - INSTANT) if until else date.max)
        for since, until in (*over, *held, *meter.rests)
    )


def _contested(claim: Claim, meter: Meter) -> tuple[tuple[date, date, int], ...]:
    """The days on which none grows on so many minor units of the principal, because a chargeback is about them."""
    return tuple(
        (meter.day(rest.since) + DAY, meter.day(rest.until - INSTANT), rest.contested)
        for rest in claim.rests
        if rest.contested is not None
    )


def unreckonable(claim: Claim, day: date, meter: Meter) -> bool:
    """Whether interest should be reckoned to a day whose base rate nobody knows: none is, and it is told (M16)."""
    terms = claim.interest
    return terms is not None and claim.outstanding.principal > 0 and known_through(terms, meter.rates) < day


def still_good(claim: Claim, day: date) -> bool:
    """Whether the amount as it stands in the ledger is all there is to pay on `day`: it was told and holds, an
    agreement has fixed it, or no interest is borne."""
    if claim.interest is None or claim.state is not ClaimState.OPEN:
        return True
    return claim.interest.good is not None and day <= claim.interest.good.until


def good_to(claim: Claim, day: date, days: int) -> date:
    """The day to which the amount shown on `day` is all there is to pay.

    Where nothing grows it is so many days from then; else what was promised; and where nothing holds, that day.
    Half a collection fee is never told as all there is beyond the day on which it is.
    """
    terms, until = claim.interest, day + timedelta(days=days)
    if claim.state is not ClaimState.OPEN:
        return until
    if terms is None:
        fee = claim.fee
        return max(day, min(until, fee.half_through)) if fee and not fee.rise else until
    return max(day, terms.good.until) if terms.good else day


def reckoned_to(claim: Claim, day: date) -> date:
    """The day to which the amount shown on `day` holds all interest."""
    terms = claim.interest
    if terms is None:
        return claim.as_of
    if terms.good and still_good(claim, day):
        return max(claim.as_of, terms.good.through)
    return max(claim.as_of, terms.through)


def rates_borne(claim: Claim, rates: BaseRates) -> tuple[int, ...]:
    """The rates at which it has borne interest since default began, in hundredths of a point, in their order."""
    terms = claim.interest
    if terms is None or claim.default_since is None:
        return ()
    begun = replace(terms, since=claim.default_since)
    spans = spans_of(begun, claim.default_since, max(terms.through, claim.default_since), rates)
    return tuple(span.rate for span in spans)


def advanced(claim: Claim, day: date, meter: Meter) -> Claim:
    """The claim with all that its principal has earned by `day` carried along; nothing is booked."""
    terms = claim.interest
    if terms is None:
        return claim
    earned = _earned(claim, terms, claim.outstanding.principal, terms.through, day, meter)
    return replace(claim, interest=terms.earning(earned, day))


def _earned(claim: Claim, terms: Interest, principal: int, after: date, day: date, meter: Meter) -> int:
    """What is earned after one day and to the other while so much principal is owed: the contested part of it
    bears nothing, so whatever is settled of it meanwhile leaves less that bears."""
    rests, contested, first = rests_of(claim, meter), _contested(claim, meter), after + DAY
    edges = (edge for begun, ended, _ in contested for edge in (begun, ended + DAY) if edge <= day)
    begins = sorted({first, *(max(first, edge) for edge in edges)})
    found = 0
    for begun, then in pairwise((*begins, day + DAY)):
        ended = then - DAY
        resting = sum(part for since, until, part in contested if since <= begun and ended <= until)
        bears = max(0, principal - resting)
        found += growth(bears, terms, begun, ended, rates=meter.rates, rests=rests)
    return found


def earned_by(claim: Claim, terms: Interest, part: int, after: date, day: date, meter: Meter) -> int:
    """What this part of the principal earned: so much less would have been earned without it."""
    owed = claim.outstanding.principal
    less = _earned(claim, terms, owed - part, after, day, meter)
    return _earned(claim, terms, owed, after, day, meter) - less


def owed_on(claim: Claim, day: date, meter: Meter) -> Claim:
    """The claim as it is shown on `day`, with the interest that has grown; only ever shown, never written."""
    reckoned = advanced(claim, day, meter)
    terms = reckoned.interest
    if terms is None or still_good(claim, day):
        return claim
    return replace(reckoned, outstanding=reckoned.outstanding + Split(interest=round_half_up(terms.carry)))


def matter_on(matter: Matter, day: date, meter: Meter) -> Matter:
    """The matter as it is shown on `day`, each of its claims with what has grown; only ever shown."""
    return replace(matter, claims={name: owed_on(claim, day, meter) for name, claim in matter.claims.items()})


def accrued(claim: Claim, day: date, at: datetime, meter: Meter) -> Grown:
    """The claim with its interest booked up to `day`, and the entry; none for less than half a cent."""
    reckoned = advanced(claim, day, meter)
    terms = reckoned.interest
    if terms is None:
        return reckoned, ()
    return _with_interest(reckoned, terms, round_half_up(terms.carry), terms.through, at)


def told(claim: Claim, at: datetime, good_for: timedelta, meter: Meter, *, prolong: bool = False) -> Grown:
    """The claim as its amount is told now: what has grown is booked, and it stays good for so many days.

    An amount that still holds is told once more as it is; `prolong`: as good from now on. Where the base rate of
    today is not known, the days without it are left for when it is. Within the two weeks in which half a
    collection fee is all there is, the amount is good to their end at the latest; told after them and before the
    fee has risen, it keeps the fee from rising for as long as it holds.
    """
    terms, today, fee = claim.interest, meter.day(at), claim.fee
    if claim.state is not ClaimState.OPEN:
        return claim, ()
    until = today + good_for
    if fee and not fee.rise:
        if today <= fee.half_through:
            until = min(until, fee.half_through)
        else:
            claim = replace(claim, fee=fee.promising(until))
    if terms is None:
        return claim, ()
    if terms.good and today <= terms.good.until:
        if not prolong:
            return claim, ()
        longer = replace(terms.good, until=max(until, terms.good.until))
        return replace(claim, interest=replace(terms, good=longer)), ()
    after, entries = accrued(claim, min(today, known_through(terms, meter.rates)), at, meter)
    now = after.interest or terms
    promised = replace(now, good=Promise(now.through, until, now.booked), earlier=now.good or now.earlier)
    return replace(after, interest=promised), entries


def good_through(claim: Claim, until: date) -> Claim:
    """The claim whose amount, as it stands, was agreed to be good to the end of `until`."""
    if claim.fee and not claim.fee.rise:
        claim = replace(claim, fee=claim.fee.promising(until))
    terms = claim.interest
    if terms is None or (terms.good and until <= terms.good.until):
        return claim
    return replace(claim, interest=replace(terms, good=Promise(terms.through, until, terms.booked)))


def owed_at(claim: Claim, value_date: date, meter: Meter) -> Split:
    """What money that is worth `value_date` has to settle to close the claim."""
    from .charging import in_time  # fees are no page's business

    ways = _ways(claim, value_date, meter)
    full, closes = ways[0].owed, [(way.owed, way.late) for way in ways]
    for one in in_time(claim, value_date):
        closes += ((way.owed, max(way.late, one.late)) for way in _ways(one.claim, value_date, meter))
    # What came too late for less to be owed counts only for the rest.
    kind = claim.claim_type
    least = (allocate(owed.total + late, full, kind).settled if late else owed for owed, late in closes)
    return min(least, key=lambda split: split.total)


@dataclass(frozen=True)
class _Way:
    """What is owed on a day in one way to reckon it, without `cents` of the interest that was booked; `late` minor
    units came too late to count for it."""

    owed: Split
    cents: int = 0
    late: int = 0


def _ways(claim: Claim, value_date: date, meter: Meter) -> tuple[_Way, ...]:
    """As it grew, and as it was promised."""
    terms = claim.interest
    if terms and value_date < terms.through and claim.outstanding.principal:
        grown = Split(interest=_unbooked(claim, terms, value_date, meter))
        rolled = _rolled_back(claim, terms, value_date, meter)[0]
        return (_Way(rolled + grown), *_as_promised(claim, terms, value_date))
    return (_Way(owed_on(claim, value_date, meter).outstanding),)


def paid_on(
    claim: Claim,
    received: int,
    source: str,
    value_date: date,
    at: datetime,
    meter: Meter,
    *,
    flags: tuple[str, ...] = (),
    back: LedgerEntry | None = None,
) -> Grown:
    """The claim and its entries after `received` minor units arrived that are worth `value_date`.

    By the day to which the amount told is good, the money is spent on that amount, and what has grown waits to
    be booked in case the rest is late. Later, interest is booked up to the value date first. Earlier than what
    was booked, the interest that the principal it settles bore since is given back (M14); and all that ran on
    since an amount was told, where what came in time makes that up. Where it pays in time all but a fee that is
    not owed then, that fee is given back first. Money that comes again settles what `back`, its reversal, had made
    owed again, and pays for no fee that rose only because it was away.
    """
    from .charging import given_back, in_time

    terms = claim.interest
    if back:
        for one in in_time(claim, value_date, back):
            freed, credit = given_back(claim, one.amount, source, value_date, at)
            after, rest = _come_again(freed, back, received, source, value_date, at, meter, flags)
            if not after.outstanding.total and rest[-1].surplus >= one.late:
                return after, (credit, *rest)
        return _come_again(claim, back, received, source, value_date, at, meter, flags)
    for one in in_time(claim, value_date):
        ways = _ways(one.claim, value_date, meter)
        if any(way.owed.total + max(way.late, one.late) <= received for way in ways):
            freed, credit = given_back(claim, one.amount, source, value_date, at)
            after, rest = paid_on(freed, received, source, value_date, at, meter, flags=flags)
            return after, (credit, *rest)
    if terms and claim.outstanding.principal and value_date < terms.through:
        return _back_dated(claim, terms, received, source, value_date, at, meter, flags)
    day, grown = min(value_date, meter.day(at)), tuple[LedgerEntry, ...]()
    if still_good(claim, day):
        ready = advanced(claim, day, meter)
    else:
        ready, grown = accrued(claim, day, at, meter)
    after, entry = booked(ready, received, source, value_date, at, flags=flags)
    return after, (*grown, entry)


def _as_promised(claim: Claim, terms: Interest, value_date: date) -> tuple[_Way, ...]:
    """What money that still meets a promise has to settle, in as many parts as it came, without what was booked
    since; for each promise that may still be met."""
    found = []
    for promise in (terms.good, terms.earlier):
        if promise and value_date <= promise.until:
            since = max(0, terms.booked - promise.booked)
            cents = min(since, claim.outstanding.total)
            # What came late and was spent on interest that was not owed then makes nothing up either.
            late = max(0, stayed(claim, came_after(claim, promise.until)) - (since - cents))
            found.append(_Way(claim.outstanding - _credit(claim, cents), cents, late))
    return tuple(found)


def _met(claim: Claim, terms: Interest, value_date: date, received: int, owed: int) -> _Way | None:
    """The promise that so much money meets, where it asks for no more than what is `owed`."""
    promised = _as_promised(claim, terms, value_date)
    met = [way for way in promised if way.owed.total + way.late <= received and way.owed.total <= owed]
    return min(met, key=lambda way: way.owed.total, default=None)


def _unbooked(claim: Claim, terms: Interest, value_date: date, meter: Meter) -> int:
    """Whole cents that were earned by `value_date` and are not booked, because the days since were reckoned for
    money that went back then; none where money worth that day may meet a promise, or what was agreed."""
    told = any(one and value_date <= one.until for one in (terms.good, terms.earlier))
    if told or claim.state is not ClaimState.OPEN:
        return 0
    since = _earned(claim, terms, claim.outstanding.principal, value_date, terms.through, meter)
    return round_half_up(terms.carry - since)


def _with_interest(claim: Claim, terms: Interest, cents: int, day: date, at: datetime) -> Grown:
    """The claim with so many whole cents of what is carried booked, and the entry; none for none."""
    if not cents:
        return claim, ()
    rest = replace(terms, carry=terms.carry - cents * WHOLE, booked=terms.booked + cents)
    source = f"interest:{claim.entries}"
    return _with_entry(claim, rest, EntryKind.INTEREST, Split(interest=cents), source, day, at)


def _rolled_back(claim: Claim, terms: Interest, day: date, meter: Meter) -> tuple[Split, int, int]:
    """What was owed when interest had been booked to `day` only; what was earned since, and its whole cents."""
    earned = _earned(claim, terms, claim.outstanding.principal, day, terms.through, meter)
    cents = min(too_much(terms.carry - earned), terms.booked, claim.outstanding.total)
    return claim.outstanding - _credit(claim, cents), earned, cents


def _credit(claim: Claim, cents: int) -> Split:
    """What is given back, from the interest that is still owed; where that was paid already, from the rest."""
    interest = Split(interest=min(cents, claim.outstanding.interest))
    more = cents - interest.total
    return interest + allocate(more, claim.outstanding - interest, claim.claim_type).settled if more else interest


def _back_dated(
    claim: Claim,
    terms: Interest,
    received: int,
    source: str,
    value_date: date,
    at: datetime,
    meter: Meter,
    flags: tuple[str, ...],
) -> Grown:
    unbooked = _unbooked(claim, terms, value_date, meter)
    claim, grown = _with_interest(claim, terms, unbooked, value_date, at)
    terms = claim.interest or terms
    then, earned, cents = _rolled_back(claim, terms, value_date, meter)
    if met := _met(claim, terms, value_date, received, then.total):
        # It pays all that was promised to be enough: what ran on since is let go of, whole cents and less.
        then, earned, cents = met.owed, terms.carry + met.cents * WHOLE, met.cents
    elif received < then.total:
        settled = allocate(received, then, claim.claim_type).settled.principal
        earned = earned_by(claim, terms, settled, value_date, terms.through, meter)
        cents = min(too_much(terms.carry - earned), cents)
    credited, credit = _credited(claim, terms, earned, cents, source, value_date, at)
    after, entry = booked(credited, received, source, value_date, at, against=then, flags=flags)
    return after, (*grown, *credit, entry)


def interest_given_back(
    claim: Claim, earned: int, cents: int, source: str, value_date: date, at: datetime
) -> Grown:
    """The claim, which bears interest, without what was earned too much, and the counter-entry over its whole
    cents."""
    terms = claim.interest
    if terms is None:
        raise ValueError("a claim that bears no interest gives none back")
    return _credited(claim, terms, earned, cents, source, value_date, at)


def _credited(
    claim: Claim, terms: Interest, earned: int, cents: int, source: str, value_date: date, at: datetime
) -> Grown:
    """The claim without what was earned too much, and the counter-entry over its whole cents."""
    left = replace(terms, carry=terms.carry - earned + cents * WHOLE, booked=terms.booked - cents)
    if not cents:
        return replace(claim, interest=left), ()
    return _with_entry(claim, left, EntryKind.CREDIT, _credit(claim, cents), f"credit:{source}", value_date, at)


def _come_again(
    claim: Claim,
    back: LedgerEntry,
    received: int,
    source: str,
    value_date: date,
    at: datetime,
    meter: Meter,
    flags: tuple[str, ...],
) -> Grown:
    """What the reversal had made owed again is settled again, and what it bore since is given back.

    What is owed no more, because somebody paid it meanwhile, goes the way of any payment.
    """
    wanted = allocate(received, back.split, claim.claim_type).settled
    terms, credited = claim.interest, claim
    credit, grown = tuple[LedgerEntry, ...](), tuple[LedgerEntry, ...]()
    if terms:
        principal = min(wanted.principal, claim.outstanding.principal)
        earned = _earned_again(claim, terms, back, principal, meter)
        cents = min(too_much(terms.carry - earned), terms.booked, claim.outstanding.total)
        if met := _met(claim, terms, value_date, received, claim.outstanding.total - cents):
            # Had it stayed, all that was promised to be enough would have come in time.
            earned, cents = terms.carry + met.cents * WHOLE, met.cents
        credited, credit = _credited(claim, terms, earned, cents, source, value_date, at)
        credited = credited.settling(back.source, principal).decided(back.source, at)
        left = credited.interest or terms
        if not met and credited.state is ClaimState.OPEN and received >= credited.outstanding.total:
            # It closes the claim, and had it stayed, this would have been owed.
            credited, grown = _with_interest(credited, left, round_half_up(left.carry), left.through, at)
    settled = wanted.within(credited.outstanding)
    if more := received - settled.total:
        settled += allocate(more, credited.outstanding - settled, claim.claim_type).settled
    after, entry = booked(credited, received, source, value_date, at, against=settled, flags=flags)
    return after, (*credit, *grown, entry)


def _earned_again(claim: Claim, terms: Interest, back: LedgerEntry, part: int, meter: Meter) -> int:
    """What this part of what `back` made owed again has earned since: nothing while it was contested itself."""
    owed, since, day = claim.outstanding.principal, back.value_date, terms.through
    less = _earned(claim.settling(back.source, part), terms, owed - part, since, day, meter)
    return _earned(claim, terms, owed, since, day, meter) - less


def reversed_on(
    claim: Claim,
    payment: LedgerEntry,
    left: Allocation,
    amount: int,
    source: str,
    value_date: date,
    at: datetime,
    meter: Meter,
    *,
    flags: tuple[str, ...] = (),
) -> tuple[Claim, LedgerEntry]:
    """The claim and the counter-entry after `amount` of a payment went back on `value_date`.

    What it had settled bears interest again from the next day on; the time in which the money was ours bears
    none. An amount that was told stays good to its day: who makes it up by then owes nothing more.
    """
    ready = advanced(claim, min(value_date, meter.day(at)), meter)
    if ready.interest and ready.state is ClaimState.CLOSED:
        # What ran on beyond a promise that was met was let go for good.
        ready = replace(ready, interest=replace(ready.interest, carry=0))
    after, entry = taken_back(ready, payment, left, amount, source, value_date, at, flags=flags)
    terms = after.interest
    if terms and entry.split.total:
        since = terms.since
        if not ready.outstanding.principal:
            since = max(since, terms.through + DAY)
        after = replace(after, interest=replace(terms, since=since))
    return after, entry


def _with_entry(
    claim: Claim, terms: Interest, kind: EntryKind, split: Split, source: str, value_date: date, at: datetime
) -> Grown:
    after, entry = appended(replace(claim, interest=terms), kind, split, source, value_date, at)
    return after, (entry,)
