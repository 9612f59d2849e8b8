"""Germany. No statute fixes hours for writing; these are the house's own, stricter than custom."""

from datetime import date
from zoneinfo import ZoneInfo

from ..parties import ChannelKind
from ._country import CountryPolicy

POLICY = CountryPolicy(
    key="DE",
    version="2026-11",
    source="House rule for hours and caps; RDG §13a for a collector's first word; BGB §§195, 199 for limitation",
    valid_from=date(2026, 1, 1),
    zone=ZoneInfo("Europe/Berlin"),
    contact="de_contact.json",
    holidays="de_holidays.json",
    durable=frozenset({ChannelKind.EMAIL}),
    retention="de_retention.json",
    base_rates="de_base_rates.json",
    fees="de_rvg.json",
)
