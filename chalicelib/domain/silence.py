"""Silence: what was said at an address holds for whoever of a creditor's debtors has it."""

from dataclasses import dataclass, replace
from datetime import datetime

from .parties import ContactPoint, Debtor, PointState


@dataclass(frozen=True)
class Silence:
    """What was said to one creditor at the address of this keyed hash, over all its debtors.

    `stopped` are the numbers of the debtors from whose side a stop was said: while there is one, nobody is asked
    for anything there; `stopped_at` is when that was said last. Since `disowned_at` whoever has the address is not
    whom we look for: no debtor is written to there but those of `proven`, from whom a code came back since. It
    holds ids and a hash alone, and outlives the people it is about: that is what it is for.
    """

    creditor: str
    point: str
    stopped: tuple[str, ...] = ()
    stopped_at: datetime | None = None
    disowned_at: datetime | None = None
    proven: tuple[str, ...] = ()
    version: int = 0

    def over(self, debtor: str) -> PointState | None:
        """What the address is for this debtor by what was said there; None where nothing was."""
        if self.disowned_at and debtor not in self.proven:
            return PointState.WRONG_PERSON
        return PointState.OPTED_OUT if self.stopped else None

    def on(self, card: Debtor, point: ContactPoint) -> Debtor:
        """The card as this leaves it, by every channel of the address; what waits for its code still gets it."""
        state = self.over(card.number)
        mine = [p for p in card.points if p.value == point.value and p.state is not PointState.UNCONFIRMED]
        if state is PointState.WRONG_PERSON:
            return replace(card, points=tuple(p for p in card.points if p not in mine))
        if state is PointState.OPTED_OUT:
            quiet = [p for p in mine if p.state is PointState.ACTIVE]
            return replace(card, points=tuple(replace(p, state=state) if p in quiet else p for p in card.points))
        return card

    def stop(self, debtor: str, at: datetime) -> "Silence":
        """A stop, from the side of this debtor: it holds for all of them. Said twice it is one word."""
        if debtor in self.stopped:
            return self
        return replace(self, stopped=(*self.stopped, debtor), stopped_at=max(at, self.stopped_at or at))

    def start(self, at: datetime) -> "Silence":
        """Whoever has the address wants to be written to again: that opens it for all. What was written before the
        last stop, and came after it, opens nothing."""
        if not self.stopped or (self.stopped_at and at < self.stopped_at):
            return self
        return replace(self, stopped=())

    def take_back(self, debtor: str) -> "Silence":
        """This debtor takes back their own stop, who may not be the one who has the address: other stops hold."""
        return replace(self, stopped=tuple(number for number in self.stopped if number != debtor))

    def disown(self, at: datetime) -> "Silence":
        """It is somebody else's, whatever was proven before."""
        if self.disowned_at and not self.proven:
            return self
        return replace(self, disowned_at=at, proven=())

    def prove(self, debtor: str) -> "Silence":
        """A code came back from the address: it is this debtor's, and wants to be written to."""
        proven = self.proven if self.disowned_at is None or debtor in self.proven else (*self.proven, debtor)
        return replace(self, stopped=(), proven=proven)
