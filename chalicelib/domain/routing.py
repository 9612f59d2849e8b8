"""Routing: who of the staff may take what waits, and who should; pure rules over one file of figures.

What is asked first is what may never be bent: the creditor somebody works for, their role, their hours. What is
asked next may widen as the time that was told to the debtor comes near (`Widening`). Of those who may, the weights
choose; every answer says by which of them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from pathlib import Path

from .claim import HoldKind
from .decision import Refused
from .dispute import DisputeReason
from .matter import Matter
from .presence import Hand, works_now
from .staff import May, Staff
from .task import Task, TaskKind
from .waiting import Waiting

RULE = "routing"
ENGLISH = "en"
FIGURES = Path(__file__).parent / "data" / "routing.json"
# Debtors about whom only those are asked who named particular care among what they do.
IN_CARE = frozenset({HoldKind.NEEDS_CARE, HoldKind.MINOR})
# Minutes after which all have waited equally long: two days.
LONGEST = 2880.0


class Tongue(StrEnum):
    """In which language somebody would answer."""

    OWN = "own"
    """The debtor's."""
    COUNTRY = "country"
    """That of the creditor's country."""
    ENGLISH = "english"


class Reason(StrEnum):
    """Why somebody was chosen: each is worth points."""

    LANGUAGE = "language"
    RARE = "rare"
    """The debtor's language is not that of the country: fewer speak it."""
    FALL_BACK = "fall_back"
    SKILL = "skill"
    RELATIONSHIP = "relationship"
    """They answered this debtor before."""
    CREDITOR = "creditor"
    """The creditor stands early among those they work for."""
    LOAD = "load"
    SPARING = "sparing"
    """They speak languages that this debtor does not need: somebody else may."""
    WAITED = "waited"


@dataclass(frozen=True)
class Widening:
    """From when on more people may take what waits: so long after it was asked, or so near to when it is due.

    `any_skill`: who takes other kinds of task may take it too, where no particular care is needed.
    """

    languages: tuple[Tongue, ...]
    after: timedelta | None = None
    due_within: timedelta | None = None
    any_skill: bool = False

    def holds(self, opened_at: datetime, due_at: datetime, now: datetime) -> bool:
        waited = self.after is not None and now - opened_at >= self.after
        return waited or (self.due_within is not None and due_at - now <= self.due_within)


@dataclass(frozen=True)
class RoutingRules:
    """The figures of domain/data/routing.json."""

    weights: Mapping[str, int]
    widening: tuple[Widening, ...]
    country_languages: Mapping[str, str]
    careful_kinds: frozenset[TaskKind]
    gone_after: timedelta
    gathered_after: timedelta
    lag: timedelta
    roster_kept: timedelta
    waiting_kept: timedelta
    looked_at: int
    looked_at_most: int
    tried: int
    a_minute: int

    def widened(self, opened_at: datetime, due_at: datetime, now: datetime) -> Widening:
        """The last step that holds: how far what was asked then is opened now."""
        return [step for step in self.widening if step.holds(opened_at, due_at, now)][-1]


@dataclass(frozen=True)
class Wanted:
    """What a task asks of whoever takes it. `skill` is what they must name among what they do, `known_to` are
    those who answered this debtor before, `left_by` those who gave it back."""

    creditor: str
    debtor: str
    task: str
    kind: TaskKind
    skill: TaskKind | None
    language: str
    country_language: str | None
    zone: tzinfo
    opened_at: datetime
    due_at: datetime
    known_to: frozenset[str] = frozenset()
    left_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Colleague:
    """Somebody of the staff as routing sees them now."""

    staff: Staff
    here: bool
    hand: Hand

    @property
    def load(self) -> int:
        return len(self.hand.holds)


@dataclass(frozen=True)
class Fit:
    """How well somebody fits, and by what."""

    staff: str
    tongue: Tongue
    points: int
    reasons: tuple[tuple[Reason, int], ...]


def rules_in(path: Path = FIGURES) -> RoutingRules:
    """The figures as they lie in the file. ValueError where the first step is not open from the beginning."""
    told = json.loads(path.read_text("utf-8"))
    widening = tuple(
        Widening(
            tuple(Tongue(name) for name in step["languages"]),
            timedelta(minutes=step["after_minutes"]) if "after_minutes" in step else None,
            timedelta(hours=step["due_within_hours"]) if "due_within_hours" in step else None,
            step.get("any_skill", False),
        )
        for step in told["widening"]
    )
    if widening[0].after != timedelta(0):
        raise ValueError("the first step of widening begins at once")
    return RoutingRules(
        weights={Reason(name): points for name, points in told["weights"].items()},
        widening=widening,
        country_languages=told["country_languages"],
        careful_kinds=frozenset(TaskKind(kind) for kind in told["careful_kinds"]),
        gone_after=timedelta(minutes=told["gone_after_minutes"]),
        gathered_after=timedelta(minutes=told["gathered_after_minutes"]),
        lag=timedelta(seconds=told["lag_seconds"]),
        roster_kept=timedelta(seconds=told["roster_seconds"]),
        waiting_kept=timedelta(seconds=told["waiting_seconds"]),
        looked_at=told["looked_at"],
        looked_at_most=told["looked_at_most"],
        tried=told["tried"],
        a_minute=told["a_minute"],
    )


@cache
def shipped_rules() -> RoutingRules:
    return rules_in()


def base(language: str) -> str:
    """Plain German is German to whoever answers."""
    return language.partition("-")[0]


def wanted_of(task: Task, matter: Matter, country: str, zone: tzinfo, rules: RoutingRules) -> Wanted:
    """What this task asks, with all that its matter tells."""
    careful = task.kind if task.kind in rules.careful_kinds else None
    claim = matter.claims.get(task.claim)
    holds = {hold.kind for hold in (*matter.debtor.holds, *(claim.holds if claim else ()))}
    dispute = matter.disputes.get(task.about or "")
    if holds & IN_CARE or (dispute and dispute.reason is DisputeReason.MINOR):
        careful = TaskKind.CARE
    answered = (held.owner for held in matter.tasks.values() if held.done_at is not None and not held.is_free)
    plain = rules.country_languages.get(country)
    return Wanted(
        task.creditor,
        task.debtor,
        task.id,
        task.kind,
        task.skill or careful,
        base(task.language or plain or ENGLISH),
        plain,
        zone,
        task.opened_at,
        task.due_at,
        frozenset(answered),
        frozenset(task.left_by),
    )


def wanted_by_list(waiting: Waiting, country: str, zone: tzinfo, rules: RoutingRules) -> Wanted:
    """As much of it as a list tells; whoever acts reads the task and asks again."""
    plain = rules.country_languages.get(country)
    return Wanted(
        waiting.creditor,
        waiting.debtor,
        waiting.task,
        waiting.kind,
        waiting.kind if waiting.kind in rules.careful_kinds else None,
        base(waiting.language or plain or ENGLISH),
        plain,
        zone,
        waiting.opened_at,
        waiting.due_at,
    )


def barred(wanted: Wanted, one: Staff) -> Refused | None:
    """What may never be bent, also for who takes it by hand: their role, and whom they work for."""
    if not one.may(May.ANSWER):
        return Refused("may_not_answer", RULE)
    return None if one.works_for(wanted.creditor) else Refused("not_their_creditor", RULE)


class Crew:
    """All of the staff, as far as they decide about each other: which languages and skills a creditor's people
    have between them, whether or not they are here. Each is worked out once."""

    def __init__(self, staff: Iterable[Staff]) -> None:
        self.staff = tuple(staff)
        self._answering: dict[str, tuple[Staff, ...]] = {}
        self._tongues: dict[tuple[str, str, str | None], frozenset[Tongue]] = {}
        self._skills: dict[str, frozenset[TaskKind]] = {}

    def answering(self, creditor: str) -> tuple[Staff, ...]:
        if creditor not in self._answering:
            may = (one for one in self.staff if one.may(May.ANSWER) and one.works_for(creditor))
            self._answering[creditor] = tuple(may)
        return self._answering[creditor]

    def has(self, creditor: str, skill: TaskKind) -> bool:
        """Whether anybody who answers for this creditor named it."""
        if creditor not in self._skills:
            self._skills[creditor] = frozenset(kind for one in self.answering(creditor) for kind in one.skills)
        return skill in self._skills[creditor]

    def waited_for(self, wanted: Wanted) -> frozenset[Tongue]:
        """In which languages it may be answered from the beginning: where nobody of the creditor's staff speaks a
        better one, nobody is waited for."""
        key = (wanted.creditor, wanted.language, wanted.country_language)
        if key not in self._tongues:
            spoken = {tongue_of(wanted, one) for one in self.answering(wanted.creditor)}
            found = set[Tongue]()
            for tongue in Tongue:
                found.add(tongue)
                if tongue in spoken:
                    break
            self._tongues[key] = frozenset(found)
        return self._tongues[key]


def unskilled(wanted: Wanted, one: Staff, crew: Crew, *, any_skill: bool = False) -> Refused | None:
    """Where a skill is to be named, only who names it, if anybody of the creditor's does; else whoever takes this
    kind of task, and with `any_skill` everybody."""
    if wanted.skill:
        if wanted.skill in one.skills:
            return None
        if crew.has(wanted.creditor, wanted.skill):
            return Refused("skill_needed", RULE)
    fits = any_skill or not one.skills or wanted.kind in one.skills
    return None if fits else Refused("other_skills", RULE)


def tongue_of(wanted: Wanted, one: Staff) -> Tongue | None:
    """The best language somebody could answer in; None: no common one."""
    spoken = [base(language) for language in one.languages]
    if wanted.language in spoken:
        return Tongue.OWN
    if wanted.country_language in spoken:
        return Tongue.COUNTRY
    return Tongue.ENGLISH if ENGLISH in spoken else None


def judged(wanted: Wanted, one: Colleague, crew: Crew, now: datetime, rules: RoutingRules) -> Fit | Refused:
    """How well somebody fits now, or why they are not given it."""
    person = one.staff
    if refused := barred(wanted, person):
        return refused
    if not one.here or not works_now(person, now, wanted.zone):
        return Refused("not_here", RULE)
    if one.load >= person.most:
        return Refused("full", RULE)
    if person.id in wanted.left_by:
        return Refused("gave_it_back", RULE)
    step, tongue = rules.widened(wanted.opened_at, wanted.due_at, now), tongue_of(wanted, person)
    if tongue is None or (tongue not in step.languages and tongue not in crew.waited_for(wanted)):
        return Refused("language", RULE)
    if refused := unskilled(wanted, person, crew, any_skill=step.any_skill):
        return refused
    reasons = tuple(_reasons(wanted, one, tongue, rules))
    return Fit(person.id, tongue, sum(points for _, points in reasons), reasons)


def ranked(
    wanted: Wanted, colleagues: Iterable[Colleague], crew: Crew, now: datetime, rules: RoutingRules
) -> tuple[Fit, ...]:
    """Those who may take it, who should first. Where two are as good, a hash of the task and the person decides:
    nobody is favoured by a name."""
    answers = (judged(wanted, one, crew, now, rules) for one in colleagues)
    fits = [answer for answer in answers if isinstance(answer, Fit)]
    return tuple(sorted(fits, key=lambda fit: (-fit.points, turn(wanted.task, fit.staff))))


def _reasons(wanted: Wanted, one: Colleague, tongue: Tongue, rules: RoutingRules) -> Iterable[tuple[Reason, int]]:
    weights, person = rules.weights, one.staff
    if tongue is Tongue.OWN:
        yield Reason.LANGUAGE, weights[Reason.LANGUAGE]
        if wanted.language != wanted.country_language:
            yield Reason.RARE, weights[Reason.RARE]
    elif tongue is Tongue.COUNTRY:
        yield Reason.FALL_BACK, weights[Reason.FALL_BACK]
    if (wanted.skill or wanted.kind) in person.skills:
        yield Reason.SKILL, weights[Reason.SKILL]
    if person.id in wanted.known_to:
        yield Reason.RELATIONSHIP, weights[Reason.RELATIONSHIP]
    if wanted.creditor in person.creditors:
        place = person.creditors.index(wanted.creditor)
        yield Reason.CREDITOR, round(weights[Reason.CREDITOR] / (1 + place))
    yield Reason.LOAD, round(weights[Reason.LOAD] * (1 - one.load / person.most))
    needless = len({base(spoken) for spoken in person.languages} - {wanted.language, wanted.country_language})
    if needless:
        yield Reason.SPARING, -weights[Reason.SPARING] * needless


def waited(opened_at: datetime, now: datetime, rules: RoutingRules) -> int:
    """What it has waited, in points, beside others that somebody could take next."""
    minutes = max((now - opened_at).total_seconds(), 0.0) / 60
    return round(rules.weights[Reason.WAITED] * min(minutes, LONGEST))


def turn(task: str, staff: str) -> str:
    """Whose turn it is among equals: another order for each task."""
    return hashlib.sha256(f"{task}/{staff}".encode()).hexdigest()


def held_by(task: Task, staff: str) -> Refused | None:
    """Only who holds a task answers it; None for them. So nobody is answered by two."""
    if task.done_at is not None:
        return Refused("done_already", RULE)
    if task.is_free:
        return Refused("nobody_holds_it", RULE)
    return None if task.owner == staff else Refused("held_by_another", RULE)
