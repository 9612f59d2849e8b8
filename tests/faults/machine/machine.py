"""Run a scenario once to learn its calls, then once for each call and each way it can fail."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import wiring
from tests.wire import Death

from .line import BEFORE, Fault, Line, Mode, modes_of, reads
from .picture import Picture, differences
from .scenario import Scenario
from .stage import Stage, Wakes, anew, done

MOST_RETRIES = 6
# A planned contact is looked after in the night at least a day before it is due.
BEFORE_DUE = timedelta(hours=30)
SURELY_LOST = timedelta(hours=1)
PATIENCE = 3.0
"""Seconds for a schedule that fires to become a message."""


@dataclass(frozen=True)
class Point:
    """One run: this call of this scenario fails like this."""

    scenario: str
    call: str
    nth: int
    mode: Mode

    def __str__(self) -> str:
        return f"{self.scenario}/{self.call.replace('/', '|')}#{self.nth}/{self.mode}"


@dataclass(frozen=True)
class Broken:
    """What was not as it must be."""

    point: str
    call: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """A scenario without a fault: its calls in order, who wrote, and how everything looks in the end."""

    calls: tuple[str, ...]
    written_by: tuple[str, ...]
    picture: Picture

    @property
    def services(self) -> frozenset[str]:
        return services_of(self.calls)

    def writes_nothing_before(self, point: Point) -> bool:
        """Whether up to this point the scenario only asks."""
        seen = Counter[str]()
        for call in self.calls:
            seen[call] += 1
            if (call, seen[call]) == (point.call, point.nth):
                return point.mode in (*BEFORE, Mode.DIES_BEFORE)
            if not reads(call):
                return False
        return False

    def points(self, scenario: str) -> list[Point]:
        counted, points = Counter[str](), list[Point]()
        for call in self.calls:
            counted[call] += 1
            points += [Point(scenario, call, counted[call], mode) for mode in modes_of(call, counted[call])]
        return points


def services_of(calls: tuple[str, ...]) -> frozenset[str]:
    return frozenset(call.partition(".")[0] for call in calls)


class NotTheSame(Exception):
    """A run that should have gone like the one before went otherwise."""


Struck = Callable[[Wakes], bool]
"""Wakes the house with the fault in place; whether its trigger is content. It fails where no fault happened."""


class Machine:
    """The machine over one house."""

    def __init__(self, house: Any, line: Line) -> None:
        self.house, self.line = house, line

    def learn(self, scenario: Scenario) -> Learned:
        """Twice without a fault: the second run must look like the first, and asking once more change nothing."""
        first = self._learned(scenario, None)
        second = self._learned(scenario, first.services, once_more=not scenario.again_changes_it)
        if Counter(first.calls) != Counter(second.calls):
            raise NotTheSame(f"the calls differ from run to run: {first.calls} and {second.calls}")
        if told := differences(first.picture, second.picture):
            raise NotTheSame("the end differs from run to run: " + "; ".join(told))
        return first

    def _learned(self, scenario: Scenario, services: frozenset[str] | None, once_more: bool = False) -> Learned:
        stage = Stage(self.house, services=services)
        try:
            self._begin(stage, scenario)
            self.line.written_by = set()
            with self.line.watched():
                answer = stage.wakes.wake()
            calls, wrote = tuple(self.line.calls), tuple(sorted(self.line.written_by))
            if not done(answer):
                raise NotTheSame(f"without a fault it is not done: {answer}")
            self._settle(stage)
            self._end(stage)
            self._hold(stage, "without a fault", credits=True)
            stage.services = stage.services or services_of(calls)
            picture = stage.picture()
            if once_more:
                anew(self.house)
                if not done(stage.wakes.wake()):
                    raise NotTheSame("asked once more it is not content")
                self._settle(stage)
                if told := differences(picture, stage.picture()):
                    raise NotTheSame("asked once more it does more: " + "; ".join(told))
            return Learned(calls, wrote, picture)
        finally:
            stage.close()

    def strike(self, scenario: Scenario, learned: Learned, points: Iterable[Point]) -> Iterator[Broken]:
        """The points that are not as they must be.

        A fault before anything was written, that left everything exactly as it was, is answered by the run without
        one, whose first step is its retry; the world it stood in is then good for the next point. Any other is
        retried and looked at.
        """
        stage = None
        for point in points:
            stage = stage or self._staged(scenario, learned, remembered=learned.writes_nothing_before(point))
            try:
                content = self._struck(stage.wakes, point)
                if not content and stage.before and self._nothing_written(point) and stage.world() == stage.before:
                    continue
                told = self._retried(stage, learned, content, _allowed(scenario, point))
            except (Exception, Death) as trouble:  # noqa: BLE001 - named with its point; the run goes on
                told = [f"{type(trouble).__name__}: {trouble}"]
            stage.close()
            stage = None
            if told:
                yield Broken(str(point), point.call, tuple(told))
        if stage:
            stage.close()

    def _nothing_written(self, point: Point) -> bool:
        """Whether no call of the last run can have changed anything anywhere."""
        writes = [call for call in self.line.calls if not reads(call)]
        return point.mode in (*BEFORE, Mode.DIES_BEFORE) and writes in ([], [point.call])

    def judge(self, scenario: Scenario, learned: Learned, point: Point, struck: Struck) -> Broken | None:
        """One point whose fault comes from elsewhere; None where all is as it must be."""
        stage = self._staged(scenario, learned)
        try:
            told = self._retried(stage, learned, struck(stage.wakes), _allowed(scenario, point))
        except (Exception, Death) as trouble:  # noqa: BLE001 - as above
            told = [f"{type(trouble).__name__}: {trouble}"]
        finally:
            stage.close()
        return Broken(str(point), point.call, tuple(told)) if told else None

    def _staged(self, scenario: Scenario, learned: Learned, remembered: bool = False) -> Stage:
        stage = Stage(self.house, services=learned.services)
        self._begin(stage, scenario)
        stage.before = stage.world() if remembered else None
        return stage

    def _begin(self, stage: Stage, scenario: Scenario) -> None:
        """The world as it stands before; from now on the house remembers nothing."""
        stage.story = scenario.story(stage)
        stage.wakes = next(stage.story)
        anew(self.house)
        stage.began = datetime.now(UTC)

    def _struck(self, wakes: Wakes, point: Point) -> bool:
        anew(self.house)
        with self.line.watched(Fault(point.call, point.nth, point.mode)):
            try:
                content = done(wakes.wake())
            except Death:
                content = False
            except Exception:  # noqa: BLE001 - a function that raises is woken again
                content = False
        if not self.line.met:
            raise NotTheSame(f"{point.call} was made too seldom for the fault to happen: {self.line.calls}")
        return content

    def _retried(self, stage: Stage, learned: Learned, content: bool, out: list[str]) -> list[str]:
        """Woken again until it is content; what then differs from the run without a fault."""
        self._hold(stage, "after the fault")
        for _ in range(MOST_RETRIES):
            if content:
                break
            content = self._again(stage.wakes)
            self._hold(stage, "after a retry")
        if not content:
            raise NotTheSame(f"it does not settle within {MOST_RETRIES} retries")
        self._settle(stage)
        self._hold(stage, "in the end", credits=True)
        self._end(stage)
        clean = learned.picture.without(out) if out else learned.picture
        return differences(clean, stage.picture().without(out))

    def _again(self, wakes: Wakes) -> bool:
        anew(self.house)
        try:
            return done(wakes.wake())
        except Exception:  # noqa: BLE001 - it is woken once more
            return False

    def _hold(self, stage: Stage, when: str, credits: bool = False) -> None:
        if stage.aged or (stage.amiss and not credits):
            return
        try:
            stage.invariants(credits=credits)
        except AssertionError as broken:
            raise NotTheSame(f"{when}: {broken}") from broken

    def _settle(self, stage: Stage) -> None:
        """The night finds what was reserved and never settled, and every contact that nothing else would wake."""
        anew(self.house)
        for contact in stage.adrift():
            stage.night(contact.reserved_at + SURELY_LOST, money=False).wake()
        for contact in stage.unwoken():
            stage.night(max(wiring.clock(), contact.due_at - BEFORE_DUE), money=False).wake()
        if left := stage.unwoken(patience=PATIENCE):
            raise NotTheSame(f"nothing will ever wake {[contact.id for contact in left]}")

    def _end(self, stage: Stage) -> None:
        try:
            next(stage.story)
        except StopIteration:
            return
        raise NotTheSame("a scenario yields once")


def _allowed(scenario: Scenario, point: Point) -> list[str]:
    return [differs.kind for differs in scenario.differs if differs.covers(point.call, point.mode)]


@contextmanager
def quiet() -> Iterator[None]:
    """The house's own log of what went wrong is what was wished for here; elsewhere it is heard again."""
    from chalicelib.entrypoints.logs import logger

    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
