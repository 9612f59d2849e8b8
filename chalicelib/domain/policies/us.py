"""The United States. Hours by Regulation F; nobody has reviewed it: it runs in the sandbox only."""

from datetime import date
from zoneinfo import ZoneInfo

from ..parties import ChannelKind
from ._country import CountryPolicy

POLICY = CountryPolicy(
    key="US",
    version="2026-11",
    source="12 CFR Part 1006 (Regulation F); 47 CFR 64.1200 (TCPA); house rule for quiet days and for messages",
    valid_from=date(2026, 1, 1),
    zone=ZoneInfo("America/New_York"),
    contact="us_contact.json",
    holidays="us_holidays.json",
    places="us_places.json",
    durable=frozenset({ChannelKind.EMAIL}),
    retention="us_retention.json",
)
