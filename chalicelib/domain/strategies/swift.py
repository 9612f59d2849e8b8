"""Swift: four polite words in three weeks, first by what is read soonest; short plans, dates near by."""

from datetime import timedelta

from ..contact import Tone
from ..terms import Bounds, DeferralBounds
from ._base import Step, Strategy
from ._orders import HOURS, MAIL_FIRST, TEXT_FIRST

STRATEGY = Strategy(
    key="swift",
    steps=(
        Step(timedelta(0), Tone.FRIENDLY),
        Step(timedelta(days=5), Tone.FRIENDLY),
        Step(timedelta(days=7), Tone.MATTER_OF_FACT),
        Step(timedelta(days=9), Tone.LAST_NOTICE),
    ),
    likely=0.5,
    quiet_first=MAIL_FIRST,
    soon_first=TEXT_FIRST,
    default=TEXT_FIRST,
    hours=HOURS,
    open_days=10,
    plan=Bounds(least=2000, most_months=12, first_within_days=30, changes_a_year=2, move_days=21),
    deferral=DeferralBounds(longest_days=30, most=2),
    waive_up_to=50,
    charges_interest=True,
    charges_costs=True,
    courtesy_days=3,
    gathers_days=0,
    annoyance=20,
    explores=0.2,
    explores_new=0.4,
)
