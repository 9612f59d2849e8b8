"""A Look: somebody of the staff was shown something of a debtor's. Written before it is shown, never changed."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

# BGB §§ 195, 199: three years from the end of the year in which somebody might have learnt of it.
KEPT_YEARS = 3


@dataclass(frozen=True)
class Look:
    """Who was shown what, of whom, and when: ids alone. `what` is the page's name; None for the debtor where a
    page shows several, and for the claim where it shows all of a debtor's."""

    creditor: str
    by: str
    at: datetime
    what: str
    debtor: str | None = None
    claim: str | None = None

    @property
    def id(self) -> str:
        """In order of time; two looks at the same moment are two. Names nobody: it is a key."""
        who = hashlib.sha256(f"{self.by}\n{self.debtor}\n{self.claim}".encode()).hexdigest()[:12]
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{self.what}#{who}"

    @property
    def kept_until(self) -> datetime:
        """As long as whoever was looked at may ask for redress."""
        return datetime(self.at.astimezone(UTC).year + KEPT_YEARS + 1, 1, 1, tzinfo=UTC)
