"""Every way a message can take in a simulation: the six arms, and what the strategy's own order sends beside them.

All of it as columns, so that thousands of messages are weighed at once; the formula of a net value is the domain's
(domain/choice.py), and a test holds the two together.
"""

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np

from chalicelib.adapters import channels
from chalicelib.domain.arm import ARMS, Arm, arms_for, firmness, slot_of
from chalicelib.domain.choice import DISTURBS, FATIGUE, FIRM
from chalicelib.domain.contact import Tone
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.domain.task import DaySlot

CHANNELS = (ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.WHATSAPP)
SLOTS = tuple(DaySlot)
_PRICES = Path(channels.__file__).parent / "prices"
_MICROS_A_CENT = 10_000


def _ladder():
    """What the strategy sends by these channels, where no arm says the same."""
    known = {(arm.channel, arm.tone, arm.slot) for arm in ARMS}
    for channel in CHANNELS:
        for tone in Tone:
            slot = slot_of(_at(STRATEGY.hours[channel]))
            if (channel, tone, slot) not in known:
                yield Arm(f"{channel.value}_{tone.value}", channel, tone, slot)


def _at(hour):
    return datetime.combine(date(2026, 1, 15), hour)


def _cost(channel):
    """Minor units of one message to Germany, from the price lists that ship; a dollar is taken for a euro."""
    row = json.loads((_PRICES / f"{channel.value}.json").read_text(encoding="utf-8"))["rows"][-1]
    return row["micros"] / _MICROS_A_CENT


WAYS = (*ARMS, *_ladder())
CHANNEL = np.array([CHANNELS.index(way.channel) for way in WAYS])
SLOT = np.array([SLOTS.index(way.slot) for way in WAYS])
FIRMNESS = np.array([firmness(way.tone) for way in WAYS])
FRIENDLY = FIRMNESS == 0
COST = np.array([_cost(way.channel) for way in WAYS])
COSTS = {way.key: cost for way, cost in zip(WAYS, COST.tolist(), strict=True)}
DISTURBANCE = np.array([DISTURBS[way.channel.value] for way in WAYS]) * (1 + FIRM * FIRMNESS)
# The steps of the strategy: the day each comes on, and the arms its tone allows.
DAYS = tuple(int(day) for day in np.cumsum([step.after.days for step in STRATEGY.steps]))
ALLOWED = np.array([[arm in arms_for(CHANNELS, step.tone) for arm in ARMS] for step in STRATEGY.steps])


def net_values(probability, way, amount, recent, taste):
    """Net value in minor units of each way taken (domain/choice.net_value over columns)."""
    disturbs = DISTURBANCE[way] * (1 + FATIGUE * recent)
    return probability * amount * taste.margin - COST[way] - taste.annoyance * taste.gentler * disturbs


def strategy_way(untouched, reachable, step):
    """The way the strategy's order takes at this step for each debtor.

    untouched: the score's probability. reachable: n x CHANNELS. Everybody has at least one.
    """
    likely = untouched >= STRATEGY.likely
    quiet, soon = (_rank(order) for order in (STRATEGY.quiet_first, STRATEGY.soon_first))
    rank = np.where(likely[:, None], quiet, soon)
    channel = np.where(reachable, rank, rank.max() + 1).argmin(axis=1)
    return _AT_STEP[step][channel]


def _rank(order):
    return np.array([order.index(channel) for channel in CHANNELS])


def _number(channel, tone):
    slot = slot_of(_at(STRATEGY.hours[channel]))
    return next(n for n, way in enumerate(WAYS) if (way.channel, way.tone, way.slot) == (channel, tone, slot))


_AT_STEP = np.array([[_number(channel, step.tone) for channel in CHANNELS] for step in STRATEGY.steps])
