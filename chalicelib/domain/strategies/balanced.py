"""Balanced: a note before the day, then three reminders over a month, each calmer than it need be."""

from datetime import timedelta

from ..contact import Tone
from ..terms import Bounds, DeferralBounds
from ._base import Step, Strategy
from ._orders import HOURS, MAIL_FIRST, TEXT_FIRST

STRATEGY = Strategy(
    key="balanced",
    steps=(
        Step(timedelta(0), Tone.FRIENDLY),
        Step(timedelta(days=10), Tone.MATTER_OF_FACT),
        Step(timedelta(days=14), Tone.LAST_NOTICE),
    ),
    likely=0.35,
    quiet_first=MAIL_FIRST,
    soon_first=TEXT_FIRST,
    default=MAIL_FIRST,
    hours=HOURS,
    open_days=14,
    plan=Bounds(least=1000, most_months=24, first_within_days=45),
    deferral=DeferralBounds(longest_days=60, most=3),
    charges_interest=True,
    charges_costs=True,
    courtesy_days=5,
    gathers_days=0,
)
