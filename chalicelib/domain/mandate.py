"""A Mandate: the debtor's leave to draw the parts of a plan from their account, saved at the payment provider.

Sources: the SEPA Direct Debit Core rulebook (announced 14 days before unless agreed shorter; a mandate lapses 36
months after its last use); BGB §§675x, 676b (8 weeks' refund without a reason, 13 months if never authorised).
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

# What the rulebook asks where nothing shorter was agreed; what our agreements shorten it to, in so many words.
USUAL_NOTICE_DAYS = 14
AGREED_NOTICE_DAYS = 2
LAPSES_AFTER_MONTHS = 36


class MandateState(StrEnum):
    STARTING = "starting"
    """The debtor was sent to the provider's page; nothing is saved yet."""
    ACTIVE = "active"
    ENDED = "ended"
    """Nothing is drawn any more; the provider is told so by the nightly run."""
    GONE = "gone"
    """Ended, and the provider has forgotten it too."""


@dataclass(frozen=True)
class SavedWay:
    """What the provider keeps for the creditor: the payer's record and the way to pay, by its ids.

    `kind` is "sepa_debit"; `last4` are the account's last signs, by which its owner knows it. `reference` is the
    mandate's own, as it stands on the bank statement.
    """

    payer: str
    way: str
    kind: str
    last4: str
    reference: str
    active: bool


@dataclass(frozen=True)
class Mandate:
    """A saved way to pay the parts of one plan.

    `notice_days` is how long before it is drawn each part is announced. `used_at` is when it was last drawn on.
    `look_at` is when the nightly run looks at it next; without one nothing is left to do. `page` is the hosted
    page on which it is given, `url` its address while it stands.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    plan: str
    notice_days: int
    begun_at: datetime
    state: MandateState = MandateState.STARTING
    page: str | None = None
    url: str | None = None
    saved: SavedWay | None = None
    since: datetime | None = None
    used_at: datetime | None = None
    look_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def is_active(self) -> bool:
        return self.state is MandateState.ACTIVE

    def lapsed(self, now: datetime) -> bool:
        """Unused for 36 months: it may not be drawn on any more."""
        last = self.used_at or self.since or self.begun_at
        return now.date() > months_after(last.date(), LAPSES_AFTER_MONTHS)

    def may_draw_on(self, day: date, announced_on: date) -> bool:
        """Whether the announcement is old enough for money to be drawn on `day`."""
        return day - announced_on >= timedelta(days=self.notice_days)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def ended(mandate: Mandate, now: datetime) -> Mandate:
    """The mandate with nothing drawn on it any more; the provider is told so by the next look."""
    if mandate.state in (MandateState.ENDED, MandateState.GONE):
        return mandate
    return replace(mandate, state=MandateState.ENDED, ended_at=now, look_at=now)
