"""Faults: a call that fails before it was heard or after it was carried out, a process that dies at either moment,
and what the world does then: the queue hands its message over again, the page answers that one may try again."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.errors import Retry


class Died(BaseException):
    """The process was killed: nothing after this moment ran, and nobody was told."""


class Kind(StrEnum):
    FAILS = "fails before it was heard"
    LOST = "is carried out and its answer lost"
    DIES = "is where the process dies"
    DIES_AFTER = "is carried out, then the process dies"


@dataclass
class Fault:
    """Strikes at the call after `left` more."""

    kind: Kind
    left: int


class Faults:
    """At most one fault waits; `struck` tells of those that came, for the story."""

    def __init__(self) -> None:
        self.armed: Fault | None = None
        self.struck: list[str] = []
        self.count = 0
        self.off = False

    def arm(self, draw: random.Random) -> Fault:
        self.armed = Fault(draw.choice(list(Kind)), min(int(draw.expovariate(0.4)), 12))
        return self.armed

    def taken(self, name: str) -> Kind | None:
        """The fault that strikes this call, used up."""
        if self.armed is None or self.off:
            return None
        self.armed.left -= 1
        if self.armed.left >= 0:
            return None
        kind, self.armed = self.armed.kind, None
        self.struck.append(f"{name} {kind.value}")
        self.count += 1
        return kind

    def around[Answer](self, name: str, call: Callable[[], Answer]) -> Answer:
        kind = self.taken(name)
        if kind is Kind.FAILS:
            raise Retry(f"{name}: as asked")
        if kind is Kind.DIES:
            raise Died(name)
        answer = call()
        if kind is Kind.LOST:
            raise Retry(f"{name}: answer lost, as asked")
        if kind is Kind.DIES_AFTER:
            raise Died(name)
        return answer
