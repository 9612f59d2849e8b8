"""Answers that explain themselves: Allowed, Wait until, Refused because."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Allowed:
    """Yes. `rule` names the rule set that was asked, with its version."""

    rule: str


@dataclass(frozen=True)
class Wait:
    """Not now: at `until` (UTC) the same question may be asked again. `because` is a reason's key."""

    until: datetime
    because: str
    rule: str


@dataclass(frozen=True)
class Refused:
    """No. `because` is a reason's key, translated where a person reads it."""

    because: str
    rule: str


Decision = Allowed | Wait | Refused
