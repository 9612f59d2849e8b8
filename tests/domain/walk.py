"""A walk through 400 days in every place of every country: what is allowed is permitted, every wait ends where it
is, and no cap is ever passed, whatever was sent, held, offered or noticed before. `make walk` walks all of it.

What is permitted is told here once more, from the figures as they stand in the files, not by the policy's words.
"""

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib import registry
from chalicelib.domain import policies
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import MessageKind, Purpose
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.parties import Address, ChannelKind
from chalicelib.domain.policies._country import CountryPolicy
from chalicelib.domain.policies._figures import DATA, EVERY
from chalicelib.domain.policies._rules import FOR_GOOD, Situation
from tests.builders import claim, collector, creditor, debtor

FIRST, DAYS = datetime(2026, 10, 1, tzinfo=UTC), 400
LINGERING = sorted(set(HoldKind) - FOR_GOOD)
NOTHING_KNOWN = "-"


@dataclass(frozen=True)
class Walk:
    """One place to walk in: a country's policy, a postcode of the place, and what stands in the files about it."""

    policy: CountryPolicy
    postcode: str
    zones: tuple[ZoneInfo, ...]
    regions: frozenset[str]

    def __str__(self) -> str:
        return f"{self.policy.key}-{self.postcode}-{'+'.join(zone.key for zone in self.zones)}"

    def permitted(self, at: datetime) -> bool:
        return all(self._permitted_in(zone, at) for zone in self.zones)

    def _permitted_in(self, zone: ZoneInfo, at: datetime) -> bool:
        local = at.astimezone(zone)
        row = self.policy.figures(local.date())
        free = _free_days(self.policy)[1].get(local.date(), frozenset())
        quiet = bool(free) and (not self.regions or EVERY in free or bool(free & self.regions))
        return row.opens <= local.time() < row.closes and local.weekday() not in row.quiet_weekdays and not quiet

    def situation(self, **changes: object) -> Situation:
        key = self.policy.key
        plain: dict[str, object] = {
            "creditor": creditor(country=key),
            "debtor": debtor(address=Address("Street 1", self.postcode, "City", key)),
            "claim": claim(due=(FIRST - timedelta(days=60)).date()),
            "purpose": Purpose.REMINDER,
            "kind": MessageKind.REMINDER,
            "channel": ChannelKind.EMAIL,
        }
        return Situation(**{**plain, **changes})  # type: ignore[arg-type]


_FREE: dict[str, tuple[date, dict[date, frozenset[str]]]] = {}


def _free_days(policy: CountryPolicy) -> tuple[date, dict[date, frozenset[str]]]:
    if policy.key not in _FREE:
        if isinstance(policy.holidays, str):
            said = json.loads((DATA / policy.holidays).read_text())
            days = {date.fromisoformat(day): frozenset(regions) for day, regions in said["days"].items()}
            _FREE[policy.key] = date.fromisoformat(said["valid_through"]), days
        else:
            _FREE[policy.key] = policy.holidays.last, dict(policy.holidays.days)
    return _FREE[policy.key]


def walks() -> list[Walk]:
    """One for every set of zones and every region of every country, and one for an address that tells nothing."""
    return [walk for policy in registry.collect(policies, "POLICY").values() for walk in walks_of(policy)]


def walks_of(policy: CountryPolicy) -> list[Walk]:
    if policy.places is None:
        return [Walk(policy, NOTHING_KNOWN, (policy.zone,), frozenset())]
    said = json.loads((DATA / policy.places).read_text())
    zones = {name: tuple(sorted(map(ZoneInfo, held), key=str)) for name, held in said["regions"].items()}
    every = tuple(sorted({zone for held in zones.values() for zone in held}, key=str))
    found = [Walk(policy, NOTHING_KNOWN, every, frozenset())]
    for spans, regions in said["prefixes"].items():
        prefix = spans.split()[0].split("-")[0]
        here = tuple(sorted({zone for region in regions for zone in zones[region]}, key=str))
        found.append(Walk(policy, FORMS[policy.key].format(prefix), here, frozenset(regions)))
    return found


FORMS = {"GB": "{}1 1AA", "US": "{}01"}


def one_of_each_zone(found: list[Walk]) -> list[Walk]:
    """The first place of every set of zones."""
    return list({(walk.policy.key, walk.zones): walk for walk in reversed(found)}.values())


def moments(step: timedelta) -> Iterator[datetime]:
    at = FIRST
    while at < FIRST + timedelta(days=DAYS):
        yield at
        at += step


def every_hour(walk: Walk, step: timedelta) -> None:
    """With nothing else in the way, what is allowed is what is permitted; a Wait ends on the first such moment."""
    one, opens = walk.situation(), None
    ahead = [FIRST + timedelta(days=DAYS) + n * step for n in range(int(timedelta(days=12) / step))]
    for at in reversed([*moments(step), *ahead]):
        permitted = walk.permitted(at)
        opens = at if permitted else opens
        answer = walk.policy.may_contact(one, at)
        assert isinstance(answer, Allowed) == permitted, (str(walk), at, answer)
        if isinstance(answer, Wait) and opens:
            assert answer.because == "quiet_hours", (str(walk), at, answer)
            assert walk.permitted(answer.until) and at < answer.until <= opens, (str(walk), at, answer)


def a_history(walk: Walk, seed: int) -> int:
    """A random life of one address: whoever asks before each send and obeys passes no cap. How much was sent."""
    chance, at, sends = random.Random(f"{walk}/{seed}"), FIRST, []
    cap = walk.policy.figures(FIRST.date()).cap(ChannelKind.EMAIL.value, Purpose.REMINDER)
    assert cap is not None
    known: dict[str, object] = {}
    while at < FIRST + timedelta(days=DAYS):
        if chance.random() < 0.2:
            known = _what_happens(walk, chance, at)
        situation = walk.situation(**known, sends=tuple(x for x in sends if x > at - timedelta(days=14)))
        answer = walk.policy.may_contact(situation, at)
        if isinstance(answer, Allowed):
            assert walk.permitted(at), (str(walk), at)
            sends.append(at)
        elif isinstance(answer, Wait):
            assert answer.until > at and walk.permitted(answer.until), (str(walk), at, answer)
            if chance.random() < 0.7:
                at = answer.until
                continue
        else:
            assert isinstance(answer, Refused) and answer.because == "notice_missing", (str(walk), at, answer)
        at += timedelta(seconds=chance.choice((1, 600, 9000, 90_000, 400_000)) * chance.uniform(0.5, 1.5))
    for span in cap.limits:
        assert not_passed(sends, span.most, span.days, walk.zones), (str(walk), seed, span)
    return len(sends)


def _what_happens(walk: Walk, chance: random.Random, at: datetime) -> dict[str, object]:
    key = walk.policy.key
    writer = collector(country=key) if chance.random() < 0.4 else creditor(country=key)
    told = at - timedelta(days=chance.uniform(0, 60)) if chance.random() < 0.7 else None
    held = [
        Hold(kind, at, at + timedelta(days=chance.uniform(0, 40)) if chance.random() < 0.8 else None, "x")
        for kind in chance.sample(LINGERING, chance.choice((0, 0, 1, 2)))
    ]
    due = (at + timedelta(days=chance.uniform(-200, 10))).date()
    offered = at - timedelta(days=chance.uniform(0, 40)) if chance.random() < 0.2 else None
    about = claim(creditor=writer.id, due=due, notice_sent_at=told, holds=tuple(held))
    return {"creditor": writer, "claim": about, "offered": offered}


def not_passed(sends: list[datetime], most: int, days: int, zones: tuple[ZoneInfo, ...]) -> bool:
    """At most so many on any local day of any zone, or in so many times 24 hours running."""
    if days == 1:
        local = [[send.astimezone(zone).date() for send in sends] for zone in zones]
        return all(day_list.count(day) <= most for day_list in local for day in day_list)
    return all(
        later - earlier >= timedelta(days=days) for earlier, later in zip(sends, sends[most:], strict=False)
    )


def main() -> None:
    """Every half hour of 400 days in every place, and 20 histories in each."""
    found = walks()
    for walk in found:
        every_hour(walk, timedelta(minutes=30))
        sent = sum(a_history(walk, seed) for seed in range(20))
        print(f"{walk}: {DAYS} days, 20 histories, {sent} sent", flush=True)
    print(f"{len(found)} places, 0 out of hours, 0 caps passed")


if __name__ == "__main__":
    sys.exit(main())
