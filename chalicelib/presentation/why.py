"""Why a message came this way: its stored Choice in plain words, for whoever got it and for whoever is asked.

Nothing is made up afterwards: the words are those of what was kept when it was chosen. To a debtor they tell what
our messages led to, never what they did apart from them, and no figure.
"""

from collections.abc import Iterator
from datetime import tzinfo
from math import exp

from ..domain.arm import Arm
from ..domain.choice import arm_named
from ..domain.chosen import Choice, How
from ..domain.contact import Contact, Tone
from ..domain.money import Money
from ..domain.parties import ChannelKind
from .day_parts import SLOTS
from .i18n import Locale

HOWS = {
    How.BEST: "why.how.best",
    How.CHEAPEST: "why.how.cheapest",
    How.DRAWN: "why.how.drawn",
    How.HELD_OUT: "why.how.held_out",
    How.STRATEGY: "why.how.strategy",
    How.OVERRULED: "why.how.overruled",
}
ONLY = "why.how.only"  # one arm was eligible: nothing was compared
FLAGS = {"last_notice": "why.flag.last_notice", "no_arm": "why.flag.no_arm"}
NO_MODEL = "why.flag.no_model"  # missing, corrupt, drifted, or not to be asked: that is all there is to tell
CHOSEN = "why.channel.chosen"
# The strategy's order knows the first head's answer.
CHANNELS = {"likely_to_pay": "why.channel.likely_to_pay", "reach_soon": "why.channel.reach_soon"}
UNCHOSEN = "why.channel.strategy_default"
# feature of RESPONSE -> what it says where it raised the answer, and where it lowered it
REASONS = {
    "untouched": ("why.untouched.up", "why.untouched.down"),
    "amount": ("why.amount.up", "why.amount.down"),
    "sector": ("why.sector.up", "why.sector.down"),
    "arm": ("why.arm.up", "why.arm.down"),
    "way_answers": ("why.way_answers.up", "why.way_answers.down"),
    "hour_acts": ("why.hour_acts.up", "why.hour_acts.down"),
    "way_sent": ("why.way_sent.up", "why.way_sent.down"),
    "recent": ("why.recent.up", "why.recent.down"),
    "days_quiet": ("why.days_quiet.up", "why.days_quiet.down"),
}
# What only the debtor is told: how they met what was written to them before.
OWN = ("way_answers", "hour_acts")
UNKNOWN = "why.staff.unknown"  # it weighed, but there was nothing to know: no message before, another currency
MOST_GROUNDS = 3
COMPARED = (How.BEST, How.CHEAPEST)
ORDERED = (How.HELD_OUT, How.STRATEGY)
NAMES = {ChannelKind.EMAIL: "choices.email", ChannelKind.SMS: "choices.sms"}
WHATSAPP = "WhatsApp"
TONES = {Tone.FRIENDLY: "why.staff.friendly", Tone.MATTER_OF_FACT: "why.staff.matter_of_fact"}


def ways(contact: Contact) -> tuple[str, ...]:
    """How a reminder came to its way, tone and hour, as keys; from its Choice where it has one."""
    choice = contact.choice
    own = (CHOSEN,) if contact.why == "chosen" else ()
    if choice is None or choice.flagged == "no_reminder":
        return own or (CHANNELS.get(contact.why, UNCHOSEN),)
    if choice.how in COMPARED and len(choice.propensities) == 1:
        return own or (ONLY,)
    flag = (FLAGS.get(choice.flagged, NO_MODEL),) if choice.how is How.STRATEGY and choice.flagged else ()
    order = (CHANNELS[contact.why],) if choice.how in ORDERED and contact.why in CHANNELS else ()
    return (*own, HOWS[choice.how], *flag, *order)


def grounds(contact: Contact, *, alone: bool = True) -> tuple[str, ...]:
    """What weighed most where arms were compared, the weightiest first, as keys: one for each way it may pull.

    `alone`: the debtor reads it, and not somebody who helps them: nobody else is told what they answered and when.
    Nothing where a lot, a person or the strategy's order decided: there the comparison did not. And nothing of
    what was not known: whoever was never written to is told nothing of a last message.
    """
    choice = contact.choice
    if choice is None or choice.how not in COMPARED or len(choice.propensities) == 1:
        return ()
    known = [name for name in REASONS if name in choice.features and (alone or name not in OWN)]
    told = (_said(name, weight) for name, weight in by_weight(choice) if name in known and weight)
    return tuple(told)[:MOST_GROUNDS]


def by_weight(choice: Choice) -> list[tuple[str, float]]:
    """Its reasons, in log-odds, the weightiest first."""
    return sorted(choice.reasons.items(), key=lambda reason: (-abs(reason[1]), reason[0]))


def log_odds(choice: Choice) -> float:
    """What all its reasons and the baseline come to: the log-odds of payment after what was taken."""
    return choice.baseline + sum(choice.reasons.values())


def for_staff(choice: Choice, words: Locale, currency: str, zone: tzinfo) -> list[str]:
    """Everything that was kept of a Choice, line by line, in the words of a language; ids, and nobody's name but
    that of whoever overruled it."""
    day = words.date(choice.at.astimezone(zone).date())
    lines = [f"{day}, {words.time(choice.at, zone)}: {_arm(choice.arm, words)} ({choice.how})"]
    if choice.how is How.OVERRULED:
        instead_of = _arm(choice.instead_of, words)
        lines.append(words.text("why.staff.overruled", by=choice.by, arm=instead_of))
    if choice.flagged:
        lines.append(f"{words.text(FLAGS.get(choice.flagged, NO_MODEL))} ({choice.flagged})")
    return lines + list(_figures(choice, words, currency))


def _figures(choice: Choice, words: Locale, currency: str) -> Iterator[str]:
    """What the model said of every arm, and why it said so of the one that was taken; of no model, nothing."""
    for arm, share in choice.propensities.items():
        yield words.text(
            "why.staff.option",
            arm=_arm(arm, words),
            share=f"{share:.4f}",
            value=words.money(Money(round(choice.values.get(arm, 0.0)), currency)),
            answer=f"{choice.answers.get(arm, 0.0):.4f}",
        )
    if choice.drawn is not None:
        yield words.text("why.staff.lot", drawn=f"{choice.drawn:.6f}", seed=choice.seed)
    if not choice.reasons:
        return
    for name, weight in by_weight(choice):
        said = words.text(_said(name, weight) if name in choice.features else UNKNOWN) if name in REASONS else ""
        yield f"{weight:+.4f} {name}" + (f": {said}" if said else "")
    total = log_odds(choice)
    yield words.text(
        "why.staff.sum",
        baseline=f"{choice.baseline:+.4f}",
        total=f"{total:+.4f}",
        answer=f"{1 / (1 + exp(-total)):.4f}",
    )
    yield words.text("why.staff.model", model=choice.model, sha256=choice.sha256)


def _said(name: str, weight: float) -> str:
    raised, lowered = REASONS[name]
    return raised if weight >= 0 else lowered


def _arm(key: str, words: Locale) -> str:
    """An arm in words; the strategy's order where it is none."""
    arm = arm_named(key)
    return words.text("why.staff.strategy") if arm is None else f"{_bundle(arm, words)} ({key})"


def _bundle(arm: Arm, words: Locale) -> str:
    way = words.text(NAMES[arm.channel]) if arm.channel in NAMES else WHATSAPP
    return ", ".join((way, words.text(SLOTS[arm.slot]), words.text(TONES[arm.tone])))
