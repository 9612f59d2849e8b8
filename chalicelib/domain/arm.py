"""An Arm: one bundle of channel, tone and part of the day that the model may propose.

There are six and no more: what is learnt of each is learnt from the few messages that went that way, and ten
thousand decisions spread over many bundles teach nothing of any (docs/model.md). What no arm covers, a letter, a
fax, a call, comes as the strategy orders it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from .channel import ChannelKind
from .contact import Tone
from .task import HOURS, DaySlot

MOST_ARMS = 6
_ENDS = ((time(11), DaySlot.MORNING), (time(14), DaySlot.MIDDAY), (time(17), DaySlot.AFTERNOON))


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of writing. `firm` is how little gentle its tone is: 0 friendly, 1 matter of fact."""

    key: str
    channel: ChannelKind
    tone: Tone
    slot: DaySlot

    @property
    def is_friendly(self) -> bool:
        return self.tone is Tone.FRIENDLY

    @property
    def firm(self) -> int:
        return firmness(self.tone)

    def at(self, after: datetime, zone: ZoneInfo) -> datetime:
        """Its hour on the first day on which that is not before `after`, in the clock of `zone`."""
        return next_hour(self.slot, after, zone)


def next_hour(slot: DaySlot, after: datetime, zone: ZoneInfo) -> datetime:
    """The hour of this part of the day, on the first day where that is not before `after`, in `zone`."""
    earliest = after.astimezone(zone)
    at = datetime.combine(earliest.date(), HOURS[slot], zone)
    return at if at >= earliest else datetime.combine(at.date() + timedelta(days=1), HOURS[slot], zone)


def firmness(tone: Tone) -> int:
    """How little gentle a tone is, from 0."""
    return tuple(Tone).index(tone)


def slot_of(local: datetime) -> DaySlot:
    """The part of the day that a moment of somebody's own clock lies in."""
    return next((slot for end, slot in _ENDS if local.time() < end), DaySlot.EVENING)


ARMS: tuple[Arm, ...] = (
    Arm("email_morning", ChannelKind.EMAIL, Tone.FRIENDLY, DaySlot.MORNING),
    Arm("email_evening", ChannelKind.EMAIL, Tone.FRIENDLY, DaySlot.EVENING),
    Arm("email_plain", ChannelKind.EMAIL, Tone.MATTER_OF_FACT, DaySlot.MORNING),
    Arm("text_midday", ChannelKind.SMS, Tone.FRIENDLY, DaySlot.MIDDAY),
    Arm("text_evening", ChannelKind.SMS, Tone.FRIENDLY, DaySlot.EVENING),
    Arm("chat_evening", ChannelKind.WHATSAPP, Tone.FRIENDLY, DaySlot.EVENING),
)
NUMBERS = {arm.key: number for number, arm in enumerate(ARMS)}


def arms_for(channels: Iterable[ChannelKind], firmest: Tone, slot: DaySlot | None = None) -> tuple[Arm, ...]:
    """The arms that go by one of these channels and speak no firmer than this.

    slot: the part of the day the debtor asked for: no arm comes at another.
    """
    ways = frozenset(channels)
    return tuple(
        arm for arm in ARMS if arm.channel in ways and arm.firm <= firmness(firmest) and slot in (None, arm.slot)
    )
