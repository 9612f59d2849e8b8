"""A country: its zone, its dated files, and what its policy is asked.

A page asks it for the day alone, and loads this file only; figures, hours, places and rules come with the first
question about them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..parties import ActingAs, ChannelKind, Creditor, Debtor

if TYPE_CHECKING:
    from ..accrual import Meter
    from ..claim import Claim
    from ..contact import Purpose
    from ..decision import Decision
    from ._figures import Cap, ContactRules, Holidays
    from ._hours import Hours
    from ._places import Place
    from ._rules import Situation


@dataclass(frozen=True, eq=False)
class CountryPolicy:
    """What the law of one country, and our house rule where the law is silent, permits.

    `zone` says which day it is for the books and for the people of the house; a debtor's own zones are told by
    their address (`places`; without it there is one zone). `contact` and `holidays` name dated files, or are the
    figures and the days themselves. A country without `base_rates` bears no interest here and one without
    `fees` no collection fee: neither is guessed. A policy that nobody reviewed runs in the sandbox only: the
    review is the operator's, recorded in the creditor's file (`reviewed_by`, `reviewed_on`).
    """

    key: str
    version: str
    source: str
    valid_from: date
    zone: ZoneInfo
    contact: str | tuple[ContactRules, ...]
    holidays: str | Holidays
    durable: frozenset[ChannelKind]
    retention: str
    places: str | None = None
    base_rates: str | None = None
    fees: str | None = None

    @property
    def meter(self) -> Meter:
        """What interest is reckoned by, and which day it is."""
        from ..accrual import Meter
        from ..rates import UNKNOWN, base_rates

        return Meter(base_rates(self.base_rates) if self.base_rates else UNKNOWN, self.zone)

    def meter_for(self, debtor: Debtor) -> Meter:
        """The same for what this debtor owes: it rests under an insolvency or a breathing space of theirs."""
        return replace(self.meter, rests=debtor.quiet_times)

    def lasting(self, creditor: Creditor) -> frozenset[ChannelKind]:
        """The channels whose messages can be kept (Textform): those the law names, and those that say so."""
        return self.durable | {s.terms.kind for s in creditor.open_channels if s.terms.durable}

    @property
    def rule(self) -> str:
        return f"{self.key}/{self.version}"

    @property
    def tables(self) -> dict[str, tuple[str, str]]:
        """The dated files of this country by what they hold, each with the word that says how far it reaches."""
        said = {
            "contact": (self.contact, "reviewed_through"),
            "holidays": (self.holidays, "valid_through"),
            "places": (self.places, "reviewed_through"),
            "retention": (self.retention, "reviewed_through"),
        }
        return {what: (file, word) for what, (file, word) in said.items() if isinstance(file, str)}

    @property
    def own_figures(self) -> dict[str, date]:
        """What the country's own file holds instead, and the last day of it."""
        found = {} if isinstance(self.contact, str) else {"contact": self.rows[-1].reviewed_through}
        return found if isinstance(self.holidays, str) else {**found, "holidays": self.holidays.last}

    @property
    def rows(self) -> tuple[ContactRules, ...]:
        """The dated figures of contact, oldest first."""
        from ._figures import contact_rules

        return contact_rules(self.contact) if isinstance(self.contact, str) else self.contact

    def figures(self, day: date) -> ContactRules:
        """The figures in force on that day. Raises LawRanOut."""
        from ._figures import rules_on

        return rules_on(self.rows, day)

    def cap(self, channel: ChannelKind, purpose: Purpose, at: datetime) -> Cap | None:
        """What bounds how often an address gets messages like this one; None where nothing does."""
        return self.figures(at.astimezone(self.zone).date()).cap(channel.value, purpose)

    @property
    def hours(self) -> Hours:
        """When the people of the house are there."""
        from ._hours import hours_in
        from ._places import Place

        return hours_in(self, Place((self.zone,)))

    def hours_of(self, debtor: Debtor) -> Hours:
        """When this debtor may be written to, wherever their address says they may live."""
        from ._hours import hours_in
        from ._places import anywhere

        return hours_in(self, self.place_of(debtor) or anywhere(self.places, self.zone))

    def zone_of(self, debtor: Debtor) -> ZoneInfo:
        """The zone in which an hour is proposed to this debtor: theirs where it is known. The days of money, and
        so every day that a page or a message prints, are those of the books (`zone`)."""
        place = self.place_of(debtor)
        return place.zones[0] if place and len(place.zones) == 1 else self.zone

    def place_of(self, debtor: Debtor) -> Place | None:
        """Where they may live; None for another country, and where not even a zone can be named."""
        from ._places import place_of

        here = debtor.address.country == self.key
        return place_of(self.places, self.zone, debtor.address) if here else None

    def notice_due(self, creditor: Creditor, debtor: Debtor, claim: Claim, at: datetime) -> bool:
        """Whether a collector's first word about this claim must be the notice: that of another claim does not
        count, and who writes in their own name or to a business owes none."""
        if creditor.acting_as is ActingAs.OWN_NAME or debtor.is_business or claim.notice_sent_at:
            return False
        return self.figures(at.astimezone(self.zone).date()).notice is not None

    def may_contact(self, situation: Situation, at: datetime) -> Decision:
        """Whether this message may go out at `at` (UTC).

        A Wait ends inside permitted hours, at a moment that gets a yes if nothing changes until then. Two have
        no such moment to name: a hold that a person must lift is asked about again in a week, and what lies
        beyond the holiday file on the last day the file knows.
        """
        from ._rules import decide

        return decide(self, situation, at)
