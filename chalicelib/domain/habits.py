"""Habits: how one debtor has met what was written to them, by way and by hour, from their own signals alone.

Passing the door, writing back, choosing and paying count; opened mails and clicks are not even known (ADR 24). A
few signals say little, so every rate is shrunk to that of the segment, the creditor's line of business.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from .arm import slot_of
from .contact import UNASKED, ContactState
from .matter import Matter
from .parties import ChannelKind
from .signal import WINDOW, signals
from .task import DaySlot

# So many messages of one's own weigh as much as what is known of the segment.
WEIGHT = 4.0
ARRIVED = frozenset({ContactState.SENT, ContactState.DELIVERED})


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of one debtor at a moment; nothing later is in it.

    sent, answered: messages that asked for something, by channel, and how many of them were followed by a signal.
    acted: signals by the part of the day they came in, in the debtor's own clock. recent: such messages in the
    last four weeks. last: when the last one left. known_at: the latest moment anything here was learnt.
    """

    sent: Mapping[ChannelKind, int] = field(default_factory=dict)
    answered: Mapping[ChannelKind, int] = field(default_factory=dict)
    acted: Mapping[DaySlot, int] = field(default_factory=dict)
    recent: int = 0
    last: datetime | None = None
    known_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything was ever written to them here."""
        return bool(self.sent)


@dataclass(frozen=True, slots=True)
class Segment:
    """What is usual where nothing is known of somebody: shares from 0 to 1.

    answers: of the messages by a channel, how many are followed by a signal. acts: the share of signals that come
    in each part of the day.
    """

    answers: Mapping[str, float] = field(default_factory=dict)
    acts: Mapping[str, float] = field(default_factory=dict)

    def shrunk_answers(self, habits: Habits, channel: ChannelKind) -> float:
        """How often this debtor answers by this channel, between their own rate and the segment's."""
        prior = self.answers.get(channel.value, 0.25)
        return (habits.answered.get(channel, 0) + WEIGHT * prior) / (habits.sent.get(channel, 0) + WEIGHT)

    def shrunk_acts(self, habits: Habits, slot: DaySlot) -> float:
        """Which share of what this debtor does falls in this part of the day, shrunk alike."""
        prior = self.acts.get(slot.value, 1 / len(DaySlot))
        return (habits.acted.get(slot, 0) + WEIGHT * prior) / (sum(habits.acted.values()) + WEIGHT)


def habits_of(matter: Matter, at: datetime, zone: tzinfo) -> Habits:
    """The habits a debtor had shown over all claims of one creditor before `at`; `zone` is the debtor's own."""
    sent, answered, acted = Counter[ChannelKind](), Counter[ChannelKind](), Counter[DaySlot]()
    seen, recent, last = set[tuple[datetime, str]](), 0, None
    known: list[datetime] = []
    for contact in matter.contacts.values():
        if contact.purpose not in UNASKED or contact.state not in ARRIVED:
            continue
        if contact.sent_at is None or contact.sent_at >= at:
            continue
        followed = signals(matter, contact, at)
        sent[contact.channel] += 1
        answered[contact.channel] += bool(followed)
        recent += contact.sent_at >= at - WINDOW
        last = max(last or contact.sent_at, contact.sent_at)
        known += [contact.sent_at, *(signal.at for signal in followed)]
        for signal in followed:
            if (signal.at, signal.kind) not in seen:
                seen.add((signal.at, signal.kind))
                acted[slot_of(signal.at.astimezone(zone))] += 1
    return Habits(dict(sent), dict(answered), dict(acted), recent, last, max(known, default=None))
