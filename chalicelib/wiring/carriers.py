"""Who carries our messages: the channels, what they cost, and how fast they go."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from .. import registry
from ..settings import setting

if TYPE_CHECKING:
    from ..adapters.topic import OutcomesTopic
    from ..domain.channel import Prices
    from ..domain.contact import Contact
    from ..domain.pace import Pace
    from ..domain.parties import ChannelKind, Creditor
    from ..ports import Channel

__all__ = ["channels", "cost_of", "outcomes_topic", "paces", "prices"]


@cache
def channels() -> "dict[str, Channel]":
    from ..adapters import channels as package

    return registry.collect(package, "CHANNEL")


def prices() -> "tuple[Prices, ...]":
    """What each channel's messages cost, as far as it is known."""
    return tuple(channel.prices for channel in channels().values() if channel.prices)


def cost_of(creditor: "Creditor", kind: "ChannelKind", day: date) -> float:
    """What one message of this creditor by this channel costs on that day, in minor units; nothing where nobody
    knows: a price is never guessed, and a choice needs a number."""
    terms = creditor.terms_of(kind)
    channel = channels().get(terms.key) if terms else None
    price = channel.prices.of(1, day, creditor.country) if channel and channel.prices else None
    return price.micros / 10_000 if price else 0.0


@cache
def scheduler_pace() -> "Pace":
    from ..adapters.scheduler import OWN_PACE
    from ..domain.pace import pace_in

    return pace_in(OWN_PACE)


def paces_of(contact: "Contact") -> "tuple[Pace, ...]":
    """What bounds how fast contacts like this one leave: the scheduler, and whatever serves their channel."""
    found = (channel for channel in channels().values() if channel.terms.kind is contact.channel)
    return (scheduler_pace(), *(channel.pace for channel in found if channel.pace))


def paces() -> "tuple[Pace, ...]":
    """How fast each provider takes messages, as far as it says."""
    return (scheduler_pace(), *(channel.pace for channel in channels().values() if channel.pace))


@cache
def outcomes_topic() -> "OutcomesTopic":
    from ..adapters.topic import OutcomesTopic

    return OutcomesTopic(setting("OUTCOMES_TOPIC_ARN"))
