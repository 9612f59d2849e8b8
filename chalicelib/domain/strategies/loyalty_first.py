"""Loyalty first: whoever is to remain a customer hears two friendly words, pays no interest and no costs."""

from datetime import timedelta

from ..contact import Tone
from ..terms import Bounds, DeferralBounds
from ._base import Step, Strategy
from ._orders import HOURS, MAIL_FIRST, PAPER_BEFORE_TEXT

STRATEGY = Strategy(
    key="loyalty_first",
    steps=(
        Step(timedelta(0), Tone.FRIENDLY),
        Step(timedelta(days=21), Tone.FRIENDLY),
    ),
    likely=0.2,
    quiet_first=PAPER_BEFORE_TEXT,
    soon_first=MAIL_FIRST,
    default=PAPER_BEFORE_TEXT,
    hours=HOURS,
    open_days=30,
    plan=Bounds(least=500, most_months=36, first_within_days=60, changes_a_year=6, move_days=60),
    deferral=DeferralBounds(longest_days=120, most=4),
    least_payment=200,
    waive_up_to=500,
    charges_interest=False,
    charges_costs=False,
    courtesy_days=10,
    gathers_days=7,
    annoyance=150,
    explores=0.05,
    explores_new=0.15,
)
