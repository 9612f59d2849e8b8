"""The United Kingdom. Hours and caps are the house's own; nobody has reviewed it: it runs in the sandbox only."""

from datetime import date
from zoneinfo import ZoneInfo

from ..parties import ChannelKind
from ._country import CountryPolicy

POLICY = CountryPolicy(
    key="GB",
    version="2026-11",
    source="House rule for hours and caps; SI 2020/1311 for breathing space; FCA Handbook CONC 7.3 for plans",
    valid_from=date(2026, 1, 1),
    zone=ZoneInfo("Europe/London"),
    contact="gb_contact.json",
    holidays="gb_holidays.json",
    places="gb_places.json",
    durable=frozenset({ChannelKind.EMAIL}),
    retention="gb_retention.json",
)
