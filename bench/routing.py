"""A day of people who answer, simulated: our routing beside first come, first served, and chance.

`python -m bench.routing` (`make routing`) writes bench/routing.json and prints it. The rules are the house's own
(domain/routing.py); invented are the day, the people and how long they take. The same seed gives the same day to
each of the three: who comes when, asks what in which language, who falls ill, who vanishes.

First come, first served: whoever has been free longest takes what has waited longest, of all that they may take in
any language they share with the debtor. By chance: anybody of those who may, anything of what waits.
"""

import argparse
import heapq
import json
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.presence import Given, Hand, works_now
from chalicelib.domain.routing import (
    Colleague,
    Crew,
    Fit,
    RoutingRules,
    Tongue,
    Wanted,
    barred,
    judged,
    ranked,
    shipped_rules,
    tongue_of,
    turn,
    unskilled,
    waited,
)
from chalicelib.domain.staff import Role, Shift, Staff
from chalicelib.domain.task import TaskKind

OUT = Path(__file__).with_name("routing.json")
BERLIN, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/London")
DAY = datetime(2026, 11, 24, tzinfo=BERLIN)
# Creditor -> its country, and its share of what is asked.
CREDITORS = {"strom": ("DE", 30), "stadt": ("DE", 22), "klinik": ("DE", 16), "verein": ("DE", 8),
             "shop": ("DE", 14), "water": ("GB", 10)}  # fmt: skip
LANGUAGES = {"de": 56, "tr": 9, "ar": 7, "ru": 5, "uk": 5, "pl": 4, "ro": 4, "en": 6, "fr": 2, "es": 1, "it": 1}
KINDS = {TaskKind.REPLY: 46, TaskKind.CALL_BACK: 22, TaskKind.DISPUTE: 16, TaskKind.OFFER: 9, TaskKind.CARE: 3,
         TaskKind.COMPLAINT: 4}  # fmt: skip
# What the staff speak beside German, or in the place of it.
SPOKEN = {("de",): 40, ("de", "en"): 24, ("de", "tr"): 8, ("de", "ar"): 6, ("de", "ru", "uk"): 6, ("de", "pl"): 4,
          ("de", "ro"): 3, ("de", "en", "fr"): 3, ("de", "es", "it"): 1, ("en",): 5}  # fmt: skip
# So many of a hundred: were answered before by somebody, write again on the day, are ill, vanish without a word.
KNOWN, AGAIN, ILL, VANISH = 30, 12, 6, 8
# Minutes a conversation takes, and how much longer in a language that is not the debtor's own.
TAKES, FOREIGN = 17.0, 1.35


@dataclass(frozen=True)
class Asked:
    """Somebody who asks: what they want, how long it takes, and who answered them before."""

    wanted: Wanted
    minutes: float
    debtor: str


@dataclass(frozen=True)
class Person:
    """One of the staff on that day: away over lunch, and for good from the moment they vanish."""

    staff: Staff
    lunch: datetime
    vanishes: datetime | None


@dataclass
class Day:
    asked: list[Asked]
    people: list[Person]
    crew: Crew


@dataclass
class Outcome:
    """What came of one day under one way to route."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    own: int = 0
    same: int = 0
    could_be_same: int = 0
    answered: int = 0
    load: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    given_again: int = 0
    left: int = 0


type Pick = Callable[["World", Wanted, list[Colleague], datetime], str | None]
type Choose = Callable[["World", Colleague, list[Asked], datetime], Asked | None]


def day_of(seed: int, agents: int, conversations: int) -> Day:
    """The same day for each way to route."""
    chance = random.Random(seed)  # noqa: S311 - a simulated day
    people = [_person(chance, number) for number in range(agents)]
    present = [one for one in people if chance.randrange(100) >= ILL]
    crew = Crew(one.staff for one in people)
    asked: list[Asked] = []
    for number in range(conversations):
        asked.append(_asked(chance, number, asked, crew))
    asked.sort(key=lambda one: one.wanted.opened_at)
    return Day(asked, present, crew)


def _weighed[Choice](chance: random.Random, of: dict[Choice, int]) -> Choice:
    return chance.choices(list(of), list(of.values()))[0]


def _person(chance: random.Random, number: int) -> Person:
    languages = _weighed(chance, SPOKEN)
    british = languages == ("en",)
    german = [name for name, (country, _) in CREDITORS.items() if country == "DE"]
    creditors = ("water",) if british else tuple(chance.sample(german, chance.choice((1, 2, 3))))
    if "en" in languages and not british and chance.randrange(3) == 0:
        creditors = (*creditors, "water")
    skills: tuple[TaskKind, ...] = ()
    if chance.randrange(4) == 0:
        skills = tuple(TaskKind)
    elif chance.randrange(5) == 0:
        skills = (TaskKind.REPLY, TaskKind.CALL_BACK, TaskKind.OFFER)
    begins = chance.choice((time(8), time(9), time(10)))
    until = time(begins.hour + 8, 30)
    shifts = tuple(Shift(weekday, begins, until) for weekday in range(5))
    name = f"p{number:03d}"
    staff = Staff(name, name, "", (Role.AGENT,), creditors, "", languages, skills, shifts)
    lunch = DAY + timedelta(hours=11, minutes=30 + chance.randrange(121))
    vanishes = DAY + timedelta(hours=9 + chance.random() * 7) if chance.randrange(100) < VANISH else None
    return Person(staff, lunch, vanishes)


def _asked(chance: random.Random, number: int, before: list[Asked], crew: Crew) -> Asked:
    hour = min(max(chance.gauss(12.6, 2.6), 8.0), 16.8)
    opened = (DAY + timedelta(hours=hour)).astimezone(UTC)
    minutes = max(chance.lognormvariate(0, 0.6) * TAKES, 2.0)
    if before and chance.randrange(100) < AGAIN:
        earlier = chance.choice(before)
        later = max(opened, earlier.wanted.opened_at + timedelta(minutes=45))
        again = replace(earlier.wanted, task=f"t{number}", opened_at=later, due_at=later + timedelta(hours=30))
        return Asked(again, minutes, earlier.debtor)
    creditor = _weighed(chance, {name: share for name, (_, share) in CREDITORS.items()})
    country = CREDITORS[creditor][0]
    language = _weighed(chance, LANGUAGES) if country == "DE" else chance.choice(("en", "en", "en", "pl", "ro"))
    kind, plain = _weighed(chance, KINDS), "de" if country == "DE" else "en"
    known = frozenset[str]()
    if chance.randrange(100) < KNOWN and (able := crew.answering(creditor)):
        speaks = [one for one in able if language in one.languages] or list(able)
        known = frozenset({chance.choice(speaks).id})
    skill = kind if kind in (TaskKind.CARE, TaskKind.COMPLAINT) else None
    zone = BERLIN if country == "DE" else LONDON
    due = opened + timedelta(hours=30)
    wanted = Wanted(creditor, f"d{number}", f"t{number}", kind, skill, language, plain, zone, opened, due, known)
    return Asked(wanted, minutes, f"d{number}")


class World:
    """One day under one way to route: people come and go, conversations begin, end and are gathered up."""

    def __init__(self, day: Day, rules: RoutingRules, pick: Pick, choose: Choose, seed: int) -> None:
        self.day, self.rules, self.pick, self.choose = day, rules, pick, choose
        self.chance = random.Random(seed)  # noqa: S311 - a simulated day
        self.people = {one.staff.id: one for one in day.people}
        self.hands: dict[str, dict[str, Asked]] = {name: {} for name in self.people}
        self.free_since = dict.fromkeys(self.people, DAY.astimezone(UTC))
        self.waiting: dict[str, Asked] = {}
        self.answered_by: dict[str, set[str]] = defaultdict(set)
        self.events: list[tuple[datetime, int, str, Any]] = []
        self.count = 0
        self.ends: dict[str, int] = {}
        self.out = Outcome()

    def plan(self, at: datetime, what: str, about: Any) -> int:
        self.count += 1
        heapq.heappush(self.events, (at, self.count, what, about))
        return self.count

    def is_here(self, name: str, now: datetime) -> bool:
        person = self.people[name]
        if person.vanishes and now >= person.vanishes:
            return False
        return not person.lunch <= now < person.lunch + timedelta(minutes=30)

    def seems_here(self, name: str, now: datetime) -> bool:
        """As the house sees it: who vanished is missed only after some minutes."""
        person = self.people[name]
        if person.vanishes and now >= person.vanishes + self.rules.gone_after:
            return False
        return not person.lunch <= now < person.lunch + timedelta(minutes=30)

    def colleague(self, name: str, now: datetime) -> Colleague:
        staff = self.people[name].staff
        holds = tuple(Given("", "", task, now) for task in self.hands[name])
        return Colleague(staff, self.seems_here(name, now), Hand(name, holds))

    def run(self) -> Outcome:
        for one in self.day.asked:
            self.plan(one.wanted.opened_at, "asks", one)
        for name, person in self.people.items():
            self.plan((person.lunch + timedelta(minutes=30)).astimezone(UTC), "room", name)
            begins = datetime.combine(DAY.date(), person.staff.shifts[0].since, BERLIN)
            self.plan(begins.astimezone(UTC), "room", name)
            if person.vanishes:
                gathered = person.vanishes.astimezone(UTC) + self.rules.gathered_after
                self.plan(gathered, "gather", name)
        first = (DAY + timedelta(hours=8)).astimezone(UTC)
        for minute in range(11 * 60):
            self.plan(first + timedelta(minutes=minute), "minute", None)
        while self.events:
            now, number, what, about = heapq.heappop(self.events)
            if what == "asks":
                self.waiting[about.wanted.task] = self.known(about)
                self.offer(self.waiting[about.wanted.task], now)
            elif what == "done" and self.ends.get(about[1]) == number:
                self.done(about[0], about[1], now)
            elif what == "room":
                self.fill(about, now)
            elif what == "gather":
                self.gather(about, now)
            elif what == "minute":
                self.offer_all(now)
        self.out.left = len(self.waiting)
        return self.out

    def known(self, asked: Asked) -> Asked:
        """Whoever answered this debtor earlier on the day is known to them too."""
        known = asked.wanted.known_to | self.answered_by[asked.debtor]
        return replace(asked, wanted=replace(asked.wanted, known_to=frozenset(known)))

    def offer(self, asked: Asked, now: datetime) -> None:
        chosen = self.pick(self, asked.wanted, self.with_room(now), now)
        if chosen:
            self.begin(asked, chosen, now)

    def offer_all(self, now: datetime) -> None:
        """What waits, the first asked first, to whoever has room and is there."""
        able = [one for one in self.with_room(now) if one.here and works_now(one.staff, now, BERLIN)]
        for asked in sorted(self.waiting.values(), key=lambda one: one.wanted.opened_at) if able else ():
            chosen = self.pick(self, asked.wanted, able, now)
            if chosen:
                self.begin(asked, chosen, now)
                able = [one for one in self.with_room(now) if one.here and works_now(one.staff, now, BERLIN)]

    def with_room(self, now: datetime) -> list[Colleague]:
        names = (name for name, hand in self.hands.items() if len(hand) < self.people[name].staff.most)
        return [self.colleague(name, now) for name in names]

    def fill(self, name: str, now: datetime) -> None:
        while (one := self.colleague(name, now)).load < one.staff.most:
            chosen = self.choose(self, one, list(self.waiting.values()), now)
            if chosen is None:
                return
            self.begin(chosen, name, now)

    def begin(self, asked: Asked, name: str, now: datetime) -> None:
        task = asked.wanted.task
        del self.waiting[task]
        self.hands[name][task] = asked
        tongue = tongue_of(asked.wanted, self.people[name].staff)
        minutes = asked.minutes * (1.0 if tongue is Tongue.OWN else FOREIGN)
        if self.is_here(name, now):
            self.ends[task] = self.plan(now + timedelta(minutes=minutes), "done", (name, task))

    def done(self, name: str, task: str, now: datetime) -> None:
        person = self.people[name]
        if person.vanishes and now >= person.vanishes:
            return  # they went in the middle of it
        asked = self.hands[name].pop(task)
        self.free_since[name] = now
        wanted, out = asked.wanted, self.out
        tongue = tongue_of(wanted, person.staff)
        minutes = asked.minutes * (1.0 if tongue is Tongue.OWN else FOREIGN)
        begun = now - timedelta(minutes=minutes)
        out.waits[wanted.language].append(max((begun - wanted.opened_at).total_seconds() / 60, 0.0))
        out.answered += 1
        out.own += tongue is Tongue.OWN
        out.could_be_same += bool(wanted.known_to)
        out.same += person.staff.id in wanted.known_to
        out.load[name] += minutes
        self.answered_by[asked.debtor].add(name)
        self.fill(name, now)

    def gather(self, name: str, now: datetime) -> None:
        for task, asked in list(self.hands[name].items()):
            del self.hands[name][task]
            self.ends.pop(task, None)
            self.out.given_again += 1
            self.waiting[task] = asked
            self.offer(asked, now)


def ours(world: World, wanted: Wanted, able: list[Colleague], now: datetime) -> str | None:
    fits = ranked(wanted, able, world.day.crew, now, world.rules)
    return fits[0].staff if fits else None


def ours_next(world: World, one: Colleague, waiting: list[Asked], now: datetime) -> Asked | None:
    found = list[tuple[int, datetime, str, Asked]]()
    for asked in waiting:
        fit = judged(asked.wanted, one, world.day.crew, now, world.rules)
        if isinstance(fit, Fit):
            points = fit.points + waited(asked.wanted.opened_at, now, world.rules)
            mine = turn(asked.wanted.task, one.staff.id)
            found.append((-points, asked.wanted.opened_at, mine, asked))
    return min(found, key=lambda entry: entry[:3])[3] if found else None


def may(world: World, wanted: Wanted, one: Colleague, now: datetime) -> bool:
    """What no way to route bends, in any language the two have in common."""
    if not one.here or barred(wanted, one.staff) or unskilled(wanted, one.staff, world.day.crew):
        return False
    today = one.staff.shifts[0]
    local = now.astimezone(wanted.zone).time()
    return today.since <= local < today.until and tongue_of(wanted, one.staff) is not None


def first_come(world: World, wanted: Wanted, able: list[Colleague], now: datetime) -> str | None:
    idle = [one.staff.id for one in able if may(world, wanted, one, now)]
    return min(idle, key=lambda name: (world.free_since[name], name), default=None)


def first_come_next(world: World, one: Colleague, waiting: list[Asked], now: datetime) -> Asked | None:
    mine = (asked for asked in waiting if may(world, asked.wanted, one, now))
    return min(mine, key=lambda asked: asked.wanted.opened_at, default=None)


def by_chance(world: World, wanted: Wanted, able: list[Colleague], now: datetime) -> str | None:
    idle = [one.staff.id for one in able if may(world, wanted, one, now)]
    return world.chance.choice(idle) if idle else None


def by_chance_next(world: World, one: Colleague, waiting: list[Asked], now: datetime) -> Asked | None:
    mine = [asked for asked in waiting if may(world, asked.wanted, one, now)]
    return world.chance.choice(mine) if mine else None


WAYS: dict[str, tuple[Pick, Choose]] = {
    "ours": (ours, ours_next),
    "first_come": (first_come, first_come_next),
    "chance": (by_chance, by_chance_next),
}


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def gini(values: Iterable[float]) -> float:
    """0: everybody the same; near 1: one has all."""
    ordered = sorted(values)
    total = sum(ordered)
    if not total:
        return 0.0
    ranks = sum((2 * place - len(ordered) - 1) * value for place, value in enumerate(ordered, 1))
    return ranks / (len(ordered) * total)


def told(out: Outcome) -> dict[str, Any]:
    """The figures of one way: minutes waited, shares, and how evenly both fell."""
    every = [minutes for waits in out.waits.values() for minutes in waits]
    medians = {language: percentile(waits, 0.95) for language, waits in out.waits.items()}
    return {
        "answered": out.answered,
        "left": out.left,
        "given_again": out.given_again,
        "wait_p50": round(percentile(every, 0.5), 1),
        "wait_p95": round(percentile(every, 0.95), 1),
        "wait_mean": round(statistics.fmean(every), 1) if every else 0.0,
        "own_language": round(out.own / max(out.answered, 1), 3),
        "same_person": round(out.same / max(out.could_be_same, 1), 3),
        "load_gini": round(gini(out.load.values()), 3),
        "language_spread": round(max(medians.values()) - min(medians.values()), 1) if medians else 0.0,
        "by_language": {
            language: {
                "p50": round(percentile(waits, 0.5), 1),
                "p95": round(percentile(waits, 0.95), 1),
                "count": len(waits),
            }
            for language, waits in sorted(out.waits.items())
        },
    }


def simulated(seed: int, agents: int, conversations: int) -> dict[str, Any]:
    """Each way's figures over the same day."""
    rules, day = shipped_rules(), day_of(seed, agents, conversations)
    ways = {name: World(day, rules, *way, seed).run() for name, way in WAYS.items()}
    return {name: told(out) for name, out in ways.items()}


def table(figures: dict[str, Any]) -> str:
    rows = ["wait_p50", "wait_p95", "wait_mean", "own_language", "same_person", "load_gini", "language_spread"]
    rows += ["answered", "left", "given_again"]
    lines = ["| | " + " | ".join(figures) + " |", "|---|" + "--:|" * len(figures)]
    lines += [f"| {row} | " + " | ".join(str(figures[way][row]) for way in figures) + " |" for row in rows]
    for language in sorted(next(iter(figures.values()))["by_language"]):
        cells = (figures[way]["by_language"].get(language, {"p50": "-", "p95": "-"}) for way in figures)
        told_so = " | ".join(f"{cell['p50']} / {cell['p95']}" for cell in cells)
        lines.append(f"| {language}, p50 / p95 | {told_so} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.routing", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    figures = simulated(given.seed, given.agents, given.conversations)
    asked = {"seed": given.seed, "agents": given.agents, "conversations": given.conversations}
    held = json.loads(given.out.read_text("utf-8")) if given.out.exists() else {}
    held["simulated"] = {**asked, "ways": figures}
    given.out.write_text(json.dumps(held, indent=2) + "\n", "utf-8")
    print(table(figures))


if __name__ == "__main__":
    main()
