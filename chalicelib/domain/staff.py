"""Staff: the people who answer, what each may do, and for whom."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from .task import TaskKind


class Role(StrEnum):
    """What somebody is at the desk. One person may have several."""

    AGENT = "agent"
    """Answers people, within the creditor's strategy."""
    LEAD = "lead"
    """An agent who is also the second person, hands on what others hold and says who works when."""
    READER = "reader"
    """Of the creditor: how its own claims stand, and nothing that is the debtor's alone."""
    OPERATOR = "operator"
    """Keeps the staff and the house; sees no debtor."""
    AUDITOR = "auditor"
    """Sees everything and who did it; changes nothing."""


class May(StrEnum):
    """One thing that a role allows."""

    LIST = "list"
    """The lists of what waits."""
    SEE = "see"
    """A matter with all that was said."""
    SEE_CLAIM = "see_claim"
    """A claim and its account, without what the debtor told in confidence."""
    ANSWER = "answer"
    """Answer, decide, correct, agree, hold: what one person may do alone, and ask for what needs two."""
    SECOND = "second"
    """Be the second person."""
    LEAD = "lead"
    """Hand on what somebody else holds; hours and absences."""
    STAFF = "staff"
    """Who works here, as what, and for whom."""
    AUDIT = "audit"
    """Who looked at what, and who changed what."""


MAY: dict[Role, frozenset[May]] = {
    Role.AGENT: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.ANSWER}),
    Role.LEAD: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.ANSWER, May.SECOND, May.LEAD}),
    Role.READER: frozenset({May.SEE_CLAIM}),
    Role.OPERATOR: frozenset({May.STAFF}),
    Role.AUDITOR: frozenset({May.LIST, May.SEE, May.SEE_CLAIM, May.AUDIT}),
}


@dataclass(frozen=True)
class Shift:
    """When somebody works on one day of the week (0: Monday), in the zone of their creditor's country."""

    weekday: int
    since: time
    until: time


@dataclass(frozen=True)
class Absence:
    """Away from the first to the last of these days, whatever for."""

    first: date
    last: date


@dataclass(frozen=True)
class Staff:
    """Somebody who works here. `id` is what acts and tasks name them by: it is never given to anybody else.

    `subject` is who the identity provider says they are, a hash of its issuer and its id of them; None until they
    signed in once, with the address in `email`. `creditors` are those they work for, and of no other do they see
    that it exists. `skills` are the kinds of task they take (none listed: all), `languages` those they can answer
    in. `most` is how many people they talk with at a time. Sign-ins before `signed_out_at` are over.
    """

    id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    creditors: tuple[str, ...]
    team: str = ""
    languages: tuple[str, ...] = ("de",)
    skills: tuple[TaskKind, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()
    most: int = 3
    subject: str | None = None
    signed_out_at: datetime | None = None
    left_at: datetime | None = None
    version: int = 0

    def may(self, what: May) -> bool:
        """Whether one of their roles allows this; who has left may do nothing."""
        return self.left_at is None and any(what in MAY[role] for role in self.roles)

    def works_for(self, creditor: str) -> bool:
        return self.left_at is None and creditor in self.creditors
