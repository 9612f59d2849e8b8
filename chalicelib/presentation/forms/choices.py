"""What a debtor chose: way, hour, language, what the door may ask, what got in the way; and an address."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from ...domain.parties import Barrier, ChannelKind, Choices
from ...domain.task import DaySlot
from ..frame import Problem, Problems
from ..i18n import known
from ._fields import OFFERED, Posted, digits, one
from .talk import phone_number

# One @, something on both sides, a dot behind it: the code that is sent there proves the rest.
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,180}\.[^@\s<>\".]{2,24}")


@dataclass(frozen=True)
class Chosen:
    choices: Choices
    language: str | None


def _of[E: StrEnum](kind: type[E], text: str) -> E | None:
    return kind(text) if text in tuple(kind) else None


def _channel(text: str) -> ChannelKind | None:
    return ChannelKind(text) if text in (*OFFERED, ChannelKind.VOICE) else None


def read(posted: Posted, held: Choices) -> Chosen:
    """The choices; what the form did not show stays as it was."""
    choices = replace(
        held,
        channel=_channel(one(posted, "channel")) if "channel" in posted else held.channel,
        best_time=_of(DaySlot, one(posted, "best_time")),
        # An unchecked box sends nothing: a hidden field beside it says that it was on the page.
        code_only="yes" in posted["code_only"] if "code_only" in posted else held.code_only,
        barrier=_of(Barrier, one(posted, "barrier")),
    )
    return Chosen(choices, known(one(posted, "tongue")))


def read_code(posted: Posted) -> str:
    """The figures of a code, whatever keyboard they were typed on; empty where there are none."""
    return "".join(c for c in digits(one(posted, "code", 20)) if c.isascii() and c.isdigit())


ALL_POINTS = "all"


def read_about(posted: Posted) -> str | None:
    """Which address is meant, by its keyed hash; None: all of them."""
    name = one(posted, "about", 64)
    return None if name == ALL_POINTS else name


def read_point(posted: Posted) -> tuple[ChannelKind, str] | Problems:
    """A telephone number or an e-mail address, told apart by what it looks like."""
    typed = one(posted, "point", 254)
    if not typed:
        return (Problem("point", "problem.point.empty"),)
    if "@" in typed:
        value = typed.strip(" .,;<>").lower()
        return (ChannelKind.EMAIL, value) if EMAIL.fullmatch(value) else (Problem("point", "problem.point.email"),)
    number = phone_number(typed)
    if number is None:
        return (Problem("point", "problem.point.phone"),)
    if number.startswith("0"):
        number = "+49" + number[1:]
    return ChannelKind.SMS, number
