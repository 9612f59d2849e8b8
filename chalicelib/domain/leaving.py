"""How money leaves: the one table of lawful states, for a refund as for a payout, and who moves it on."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from .decision import Refused
from .person import NEEDED, Release, released


class LeavingState(StrEnum):
    WAITING = "waiting"
    RELEASED_ONCE = "released_once"
    RELEASED = "released"
    """Two people said yes; it may leave."""
    SENT = "sent"
    """The provider was asked, or it stands in a file for the bank; their word is waited for."""
    DONE = "done"
    REFUSED = "refused"
    """A person said no; the money stays where it is."""
    FAILED = "failed"
    """It never left, or it came back."""


NEXT = {
    LeavingState.WAITING: {LeavingState.RELEASED_ONCE, LeavingState.REFUSED},
    LeavingState.RELEASED_ONCE: {LeavingState.RELEASED, LeavingState.REFUSED},
    LeavingState.RELEASED: {LeavingState.SENT, LeavingState.FAILED},
    LeavingState.SENT: {LeavingState.DONE, LeavingState.FAILED},
    # A transfer that was booked may come back days later: the account was closed.
    LeavingState.DONE: {LeavingState.FAILED},
    LeavingState.REFUSED: set[LeavingState](),
    LeavingState.FAILED: set[LeavingState](),
}
OPEN = frozenset({LeavingState.WAITING, LeavingState.RELEASED_ONCE, LeavingState.RELEASED, LeavingState.SENT})
REFUSABLE = frozenset({LeavingState.WAITING, LeavingState.RELEASED_ONCE})


def moved(state: LeavingState, to: LeavingState) -> LeavingState:
    """The next state; ValueError where the table knows no such way."""
    if to not in NEXT[state]:
        raise ValueError(f"no way from {state} to {to}")
    return to


def released_by(
    state: LeavingState, held: Iterable[Release], person: str, at: datetime
) -> tuple[LeavingState, tuple[Release, ...]] | Refused:
    """The state and the releases with this person's; the second of two people lets it go."""
    if state in (LeavingState.REFUSED, LeavingState.FAILED, LeavingState.DONE):
        return Refused(f"order_{state.value}", "two_people")
    given = released(held, person, at)
    if isinstance(given, Refused):
        return given
    return LeavingState.RELEASED if len(given) == NEEDED else LeavingState.RELEASED_ONCE, given
