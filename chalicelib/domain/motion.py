"""A Motion: what one person wants to do about a claim and may not do alone; a second one carries or refuses it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .claim import HoldKind
from .decision import Refused

TWO_PEOPLE = "two_people"
# What people lift. Every other hold stands for something that is under way, and ends with that alone: a dispute
# with its answer, a batch with its release, what was agreed with its end.
LIFTED_BY_TWO = frozenset(
    {
        HoldKind.INSOLVENCY,
        HoldKind.BREATHING_SPACE,
        HoldKind.DECEASED,
        HoldKind.MINOR,
        HoldKind.REPRESENTATIVE,
        HoldKind.NEEDS_CARE,
        HoldKind.WRONG_PERSON,
    }
)


class MotionKind(StrEnum):
    """What needs two people: money is given up, or the law's own pause is ended."""

    ACCEPT_DISPUTE = "accept_dispute"
    """The dispute is right, wholly or in part: so much is owed no more."""
    CORRECT = "correct"
    """What is owed was wrong from the beginning."""
    WRITE_OFF = "write_off"
    """What is left is given up."""
    PLAN = "plan"
    """Parts beyond what the strategy lets one person agree to."""
    DATE = "date"
    """A day beyond what the strategy lets one person agree to."""
    LIFT = "lift"
    """A hold that the law knows ends."""


class MotionState(StrEnum):
    OPEN = "open"
    CARRIED = "carried"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Motion:
    """`amount` is what is owed less by it, in minor units; of a plan the monthly part, of a write-off all that was
    owed when it was put up. `whole`: all that was owed then is to be owed no more by a correction, too. `day` is
    the first day of a plan or the day asked for; `hold` the kind of hold that is to end. `why` is what the second
    person decides by; it is told to the debtor as it is written, in their language, where the motion answers
    `task`; `signed` is the first name under which. `offer` is what was offered by it: it counts once."""

    id: str
    creditor: str
    debtor: str
    claim: str
    kind: MotionKind
    by: str
    at: datetime
    why: str = ""
    amount: int | None = None
    day: date | None = None
    hold: str | None = None
    task: str | None = None
    signed: str = ""
    state: MotionState = MotionState.OPEN
    second: str | None = None
    second_at: datetime | None = None
    offer: str | None = None
    whole: bool = False
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.state is MotionState.OPEN

    @property
    def leaves_nothing(self) -> bool:
        """Whether whoever put it up had all in mind that was owed: then no more may be owed when it is carried."""
        return self.whole or self.kind is MotionKind.WRITE_OFF

    def seconded_by(self, person: str, also: frozenset[str] = frozenset()) -> Refused | None:
        """Why this person may not be the second; None where they may. `also` are the other ids of the same human:
        who has two sign-ins, or left and came back, is still who put it up."""
        if not self.is_open:
            return Refused("decided_already", TWO_PEOPLE)
        return Refused("same_person", TWO_PEOPLE) if self.by in {person, *also} else None
