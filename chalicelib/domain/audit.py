"""A Look: somebody of the staff was shown something of a debtor's. Written before it is shown, never changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from .person import Act

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


@dataclass(frozen=True)
class Noted:
    """One line of who saw and did what: a Look, or an Act with what it was done to in `about`."""

    at: datetime
    by: str
    what: str
    looked: bool
    debtor: str = ""
    claim: str = ""
    about: str = ""

    @property
    def id(self) -> str:
        """In order of time, each once."""
        who = hashlib.sha256(f"{self.by}\n{self.debtor}\n{self.claim}\n{self.about}".encode()).hexdigest()[:12]
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{self.what}#{who}"


def noted(looks: Iterable[Look], acts: Iterable[Act]) -> list[Noted]:
    """Both as one, the first first."""
    lines = [Noted(one.at, one.by, one.what, True, one.debtor or "", one.claim or "") for one in looks]
    lines += [Noted(one.at, one.by, one.what.value, False, about=one.about) for one in acts]
    return sorted(lines, key=lambda line: line.id)
