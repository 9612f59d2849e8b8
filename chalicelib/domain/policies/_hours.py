"""The hours in which somebody may be written to: permitted in every zone and every region they may live in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from ._country import CountryPolicy
from ._figures import ContactRules, Holidays, HolidaysRanOut, LawRanOut, holidays_in, rules_on
from ._places import Place

HORIZON_DAYS = 60
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """What one place's permitted hours are: the country's figures, its holidays, and where the debtor may live."""

    country: str
    rows: tuple[ContactRules, ...]
    holidays: Holidays
    place: Place

    def days(self, at: datetime) -> tuple[date, ...]:
        """The debtor's day at that moment, by each zone that may be theirs."""
        return tuple(at.astimezone(zone).date() for zone in self.place.zones)

    def begins(self, day: date) -> datetime:
        """When the permitted hours of that day have begun everywhere, in UTC; of a day of which nothing is known,
        as on the last one that is."""
        opens = rules_on(self.rows, min(day, self.known_through)).opens
        return max(datetime.combine(day, opens, zone).astimezone(UTC) for zone in self.place.zones)

    def permitted(self, at: datetime) -> bool:
        return all(self._opens(zone, at) <= at for zone in self.place.zones)

    def quiet_day(self, day: date) -> bool:
        """Whether nobody is written to on that day of theirs."""
        quiet = rules_on(self.rows, day).quiet_weekdays
        return day.weekday() in quiet or self.holidays.free(day, self.place.regions)

    def next_open(self, at: datetime) -> datetime:
        """The first moment at or after `at` that is permitted in every zone, in UTC.

        Raises LawRanOut where none can be named.
        """
        moment = at
        while moment <= at + timedelta(days=HORIZON_DAYS):
            later = max(self._opens(zone, moment) for zone in self.place.zones)
            if later <= moment:
                return moment.astimezone(UTC)
            moment = later
        raise HolidaysRanOut(f"{self.country}: no permitted hour within {HORIZON_DAYS} days of {at.date()}")

    def _opens(self, zone: ZoneInfo, at: datetime) -> datetime:
        """The first moment at or after `at` that is permitted in this zone."""
        local = at.astimezone(zone)
        for days in range(HORIZON_DAYS):
            day = local.date() + days * DAY
            if not self.quiet_day(day):
                row = rules_on(self.rows, day)
                if days == 0 and row.opens <= local.time():
                    if local.time() < row.closes:
                        return local
                else:
                    return datetime.combine(day, row.opens, zone)
        raise HolidaysRanOut(f"{self.country}: no permitted hour within {HORIZON_DAYS} days of {local.date()}")

    @property
    def last_open(self) -> datetime:
        """The last permitted morning of which anything is known."""
        return _last_open(self)

    def foreseeable(self, at: datetime) -> datetime:
        """`at`, or the last morning that can be foreseen where that comes first: to be asked again then."""
        return min(at, self.last_open)

    def wait_until(self, moment: datetime, at: datetime) -> datetime:
        """Where a wait that begins at `at` and lasts at least until `moment` ends, as far as can be foreseen."""
        opens = self.next_open(self.foreseeable(moment))
        if opens <= at:
            raise HolidaysRanOut(f"{self.country}: nothing is known of the days after {at.date()}")
        return opens

    @property
    def known_through(self) -> date:
        return min(self.holidays.last, max(row.reviewed_through for row in self.rows))


@cache
def _last_open(hours: Hours) -> datetime:
    for day in _backwards(hours.known_through):
        try:
            return hours.next_open(datetime.combine(day, time(), hours.place.zones[0]))
        except LawRanOut:
            continue
    raise HolidaysRanOut(f"{hours.country}: no permitted hour is known at all")


def _backwards(last: date) -> Iterator[date]:
    for days in range(HORIZON_DAYS):
        yield last - days * DAY


@lru_cache(maxsize=256)
def hours_in(policy: CountryPolicy, place: Place) -> Hours:
    """The permitted hours at a place of this country."""
    free = holidays_in(policy.holidays) if isinstance(policy.holidays, str) else policy.holidays
    return Hours(policy.key, policy.rows, free, place)
