"""The same faults from outside: a process that is really killed, and microburst standing before AWS.

What the machine does to its own process by the library's events is done here to another process, for a sample of
points: by SIGKILL at the very call, and by a proxy that speaks AWS's own errors or cuts the answer off.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.real import free_port

from .line import THROTTLES, Fault, Mode
from .machine import Broken, Learned, Machine, Point
from .scenario import Scenario, scenarios
from .stage import Wakes
from .victim import proxied, woken_apart

DIES = (Mode.DIES_BEFORE, Mode.DIES_AFTER)
WIRED = (Mode.THROTTLED, Mode.REFUSED, Mode.LOST)
# What these scenarios look at lies in this process; what they wake takes long.
NOT_HERE = ("batches.", "asking.a_photo", "asking.a_file")


@dataclass(frozen=True)
class Sample:
    """The points that were tried, and those that are broken."""

    points: int
    broken: tuple[Broken, ...]


def drawn_points(machine: Machine, modes: tuple[Mode, ...], number: int, seed: int) -> Iterator[Any]:
    """(scenario, what it learned, point): writes only, the first of their name, each scenario once."""
    lot, known = random.Random(seed), [s for s in scenarios().values() if not s.name.startswith(NOT_HERE)]
    lot.shuffle(known)
    for scenario in known[:number]:
        learned = machine.learn(scenario)
        points = [p for p in learned.points(scenario.name) if p.mode in modes and _from_outside(p)]
        if points:
            yield scenario, learned, lot.choice(points)


def _from_outside(point: Point) -> bool:
    """A proxy cannot tell the second call of a name from the first; it sees no call to the provider."""
    written = point.call.partition(".")[2].startswith(("Get", "Query", "GET", "List"))
    return point.nth == 1 and not written and not point.call.startswith("provider.")


def by_killing(machine: Machine, number: int, seed: int = 1) -> Sample:
    """A process of its own is killed with SIGKILL at the call, and its work retried here."""

    def one(scenario: Scenario, learned: Learned, point: Point) -> Broken | None:
        fault = Fault(point.call, point.nth, point.mode)
        return machine.judge(scenario, learned, point, lambda wakes: woken_apart(wakes, fault))

    return _sampled(machine, DIES, number, seed, one)


def by_proxy(machine: Machine, number: int, seed: int = 1) -> Sample:
    """microburst stands between a process of its own and AWS while the call fails, second tries and all."""
    port = free_port()
    with proxied(machine.house.aws.url, port) as ask:

        def one(scenario: Scenario, learned: Learned, point: Point) -> Broken | None:
            def struck(wakes: Wakes) -> bool:
                ask("POST", "rules", [rule_of(point)])
                ask("DELETE", "fired")
                try:
                    content = woken_apart(wakes, AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}")
                    assert ask("GET", "fired"), f"{point}: the proxy saw no such call"
                finally:
                    ask("POST", "rules", [])
                return content

            return machine.judge(scenario, learned, point, struck)

        return _sampled(machine, WIRED, number, seed, one)


def rule_of(point: Point) -> dict[str, Any]:
    """The point as a rule of microburst's."""
    service, _, operation = point.call.partition(".")
    rule: dict[str, Any] = {"service": service, "operation": operation}
    if point.mode is Mode.LOST:
        return {**rule, "response": {"abort_bytes": 0}}
    if point.mode is Mode.REFUSED:
        return {**rule, "error": {"code": "InternalServerError", "status": 500}}
    return {**rule, "error": {"code": THROTTLES.get(service, "ThrottlingException")}}


def _sampled(machine: Machine, modes: tuple[Mode, ...], number: int, seed: int, one: Any) -> Sample:
    tried, broken = 0, list[Broken]()
    for scenario, learned, point in drawn_points(machine, modes, number, seed):
        tried += 1
        if found := one(scenario, learned, point):
            broken.append(found)
    return Sample(tried, tuple(broken))


SAMPLES = {"outside.killed": by_killing, "outside.proxied": by_proxy}
MANY = 12
