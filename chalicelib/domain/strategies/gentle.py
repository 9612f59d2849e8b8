"""Gentle: an early note and three calm reminders over five weeks; more time, smaller parts, no costs on top."""

from datetime import timedelta

from ..contact import Tone
from ..terms import Bounds, DeferralBounds
from ._base import Step, Strategy
from ._orders import HOURS, MAIL_FIRST, PAPER_BEFORE_TEXT

STRATEGY = Strategy(
    key="gentle",
    steps=(
        Step(timedelta(0), Tone.FRIENDLY),
        Step(timedelta(days=14), Tone.FRIENDLY),
        Step(timedelta(days=21), Tone.MATTER_OF_FACT),
    ),
    likely=0.25,
    quiet_first=PAPER_BEFORE_TEXT,
    soon_first=MAIL_FIRST,
    default=MAIL_FIRST,
    hours=HOURS,
    open_days=21,
    plan=Bounds(least=500, most_months=36, first_within_days=60, changes_a_year=4, move_days=45),
    deferral=DeferralBounds(longest_days=90, most=4),
    least_payment=300,
    waive_up_to=200,
    charges_interest=True,
    charges_costs=False,
    courtesy_days=7,
    gathers_days=3,
    annoyance=80,
    explores_new=0.2,
)
