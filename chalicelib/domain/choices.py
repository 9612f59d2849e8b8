"""What a debtor decided about how we write to them."""

from dataclasses import dataclass
from enum import StrEnum

from .channel import ChannelKind
from .task import DaySlot


class Barrier(StrEnum):
    """What got in the way, if the debtor cares to say; never worked out by us."""

    JOB = "job"
    BILL = "bill"
    OTHER = "other"


@dataclass(frozen=True)
class Choices:
    """What a debtor decided about how we write to them; None where they left it to us.

    `code_only`: the door asks for a code sent to the known contact point and for nothing a housemate may know.
    """

    channel: ChannelKind | None = None
    best_time: DaySlot | None = None
    code_only: bool = False
    barrier: Barrier | None = None
