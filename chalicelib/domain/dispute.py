"""A Dispute: the debtor says that the claim, or a part of it, is not owed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .parties import ChannelKind


class DisputeReason(StrEnum):
    WRONG_AMOUNT = "wrong_amount"
    ALREADY_PAID = "already_paid"
    NEVER_ORDERED = "never_ordered"
    RETURNED = "returned"
    """Sent back, or cancelled."""
    FAULTY = "faulty"
    NAME_MISUSED = "name_misused"
    MINOR = "minor"
    """The debtor was under 18 when it was agreed."""
    TIME_BARRED = "time_barred"
    OTHER = "other"


# Where a debtor may say that a part is owed: not where they say that there was no contract, or none that binds.
MAY_ADMIT = frozenset(
    {
        DisputeReason.WRONG_AMOUNT,
        DisputeReason.ALREADY_PAID,
        DisputeReason.RETURNED,
        DisputeReason.FAULTY,
        DisputeReason.OTHER,
    }
)
LONGEST = 10_000


class DisputeState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a person answered to a dispute."""

    UPHELD = "upheld"
    """The debtor is right: nothing of it is owed any more."""
    IN_PART = "in_part"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Objection:
    """What a debtor says is wrong, in a form: the reason, their words, the part they owe, how to answer."""

    reason: DisputeReason
    words: str
    admitted: int | None
    answer_by: ChannelKind | None
    language: str


@dataclass(frozen=True)
class Dispute:
    """While it is open nobody asks for money, no mandate is drawn on, and interest and costs stand still.

    `admitted` is the part, in minor units, the debtor says they do owe (None: they did not say). It is no
    acknowledgement of debt. `answer_by` is how they wish to be answered, None: on the page. `task` is the Task
    a person answers by `due_at`. `verdict` is what they answered, `less` by how much less is owed since, in minor
    units.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    reason: DisputeReason
    words: str
    admitted: int | None
    answer_by: ChannelKind | None
    language: str
    task: str
    opened_at: datetime
    due_at: datetime
    state: DisputeState = DisputeState.OPEN
    verdict: Verdict | None = None
    less: int = 0
    version: int = 0
