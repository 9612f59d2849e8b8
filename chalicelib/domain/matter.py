"""A Matter: everything about one debtor at one creditor, as one read finds it."""

from dataclasses import dataclass, field
from datetime import datetime

from .claim import Claim
from .contact import Contact, ContactState
from .parties import Debtor
from .payments import Attempt, AttemptStatus


@dataclass(frozen=True)
class Matter:
    """The debtor's card with their claims, contacts and payment attempts, each by id."""

    debtor: Debtor
    claims: dict[str, Claim] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)

    def planned_for(self, claim: str) -> tuple[Contact, ...]:
        """Contacts about this claim that are still to go out."""
        planned = (c for c in self.contacts.values() if c.claim == claim and c.state is ContactState.PLANNED)
        return tuple(planned)

    def open_attempt(self, claim: Claim, now: datetime) -> Attempt | None:
        """The one payment attempt of this claim that its reader may go on with."""
        attempt = self.attempts.get(claim.attempt or "")
        if attempt is None or attempt.status not in (AttemptStatus.STARTING, AttemptStatus.OPEN):
            return None
        return attempt if now < attempt.expires_at else None
