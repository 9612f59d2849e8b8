"""How old a provider's signed notice may be: one that was overheard is not told again later."""

from datetime import datetime

OLDEST = NEWEST = 300
"""Whole seconds a notice's timestamp may lie behind or ahead of our clock; the edge itself is allowed."""


def age(stamp: int, now: datetime) -> int:
    """Whole seconds since a notice was signed; below nothing where its clock is ahead of ours."""
    return int(now.timestamp()) - stamp


def is_of_now(stamp: int, now: datetime) -> bool:
    return -NEWEST <= age(stamp, now) <= OLDEST
