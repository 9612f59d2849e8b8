"""Balanced: a note before the day, then three reminders over a month, each calmer than it need be."""

from datetime import time, timedelta

from ..contact import Tone
from ..parties import ChannelKind
from ..terms import Bounds, DeferralBounds
from ._base import Step, Strategy

# What costs more, or takes a person, where nothing else reaches somebody.
LAST = (ChannelKind.WHATSAPP, ChannelKind.LETTER, ChannelKind.FAX, ChannelKind.PHONE)

STRATEGY = Strategy(
    key="balanced",
    steps=(
        Step(timedelta(0), Tone.FRIENDLY),
        Step(timedelta(days=10), Tone.MATTER_OF_FACT),
        Step(timedelta(days=14), Tone.LAST_NOTICE),
    ),
    likely=0.35,
    quiet_first=(ChannelKind.EMAIL, ChannelKind.SMS, *LAST),
    soon_first=(ChannelKind.SMS, ChannelKind.EMAIL, *LAST),
    default=(ChannelKind.EMAIL, ChannelKind.SMS, *LAST),
    hours={
        ChannelKind.EMAIL: time(9),
        ChannelKind.SMS: time(17),
        ChannelKind.WHATSAPP: time(17),
        ChannelKind.LETTER: time(9),
        ChannelKind.FAX: time(9),
        ChannelKind.PHONE: time(10),
    },
    open_days=14,
    plan=Bounds(least=1000, most_months=24, first_within_days=45),
    deferral=DeferralBounds(longest_days=60, most=3),
    charges_interest=True,
    charges_costs=True,
    courtesy_days=5,
)
