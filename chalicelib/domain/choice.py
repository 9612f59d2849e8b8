"""How a Choice is made: which arm a message takes, drawn with a probability that is known exactly.

The law and the creditor's strategy say beforehand which arms are eligible; the model only orders those. The best
one by expected net value is taken, except that now and then a friendly one is drawn by lot, so that there is
something to learn from. Whoever is in the hold-out gets the strategy's order, which is what everything is
compared with. The same seed always gives the same choice (docs/model.md).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .arm import ARMS, NUMBERS, Arm
from .chosen import Choice as Choice
from .chosen import How as How
from .response import ArmAnswer, Responses

# What one message costs in goodwill grows with every one that came before it in four weeks, and with its tone.
FATIGUE = 0.5
FIRM = 0.5
# A phone in a pocket disturbs more than a mail in a box.
DISTURBS = {"email": 1.0, "sms": 1.5, "whatsapp": 1.5}
# Below one part in this many nobody draws differently.
PARTS = 1 << 52


@dataclass(frozen=True, slots=True)
class Taste:
    """What the creditor's strategy makes of an answer; amounts in minor units.

    margin: the share of what is recovered that counts. annoyance: what one unasked message costs in goodwill.
    gentler: 1 for everybody, more for whom the creditor would rather not disturb; never less than 1.
    explores: how often a friendly arm is drawn by lot, 0 to 1.
    """

    margin: float
    annoyance: float
    explores: float
    gentler: float = 1.0

    def __post_init__(self) -> None:
        if self.gentler < 1:
            raise ValueError("a customer's value may only make it gentler")
        if not 0 <= self.explores <= 1 or not 0 < self.margin <= 1 or self.annoyance < 0:
            raise ValueError("margin and exploration are shares, annoyance is no gain")


def lot(seed: str) -> float:
    """A number from 0 to below 1 that follows from the seed alone."""
    return int(hashlib.sha256(seed.encode()).hexdigest()[:13], 16) / PARTS


def is_held_out(creditor: str, debtor: str, share: float) -> bool:
    """Whether this debtor belongs to those who always get the strategy's order; the same for good."""
    return lot(f"{creditor}\n{debtor}\nheld out") < share


def net_value(answer: ArmAnswer, amount: int, cost: float, recent: int, taste: Taste) -> float:
    """What taking this arm is expected to be worth, in minor units: recovery x margin - cost - annoyance."""
    arm = ARMS[NUMBERS[answer.arm]]
    disturbs = DISTURBS.get(arm.channel.value, 1.0) * (1 + FIRM * arm.firm) * (1 + FATIGUE * recent)
    return answer.probability * amount * taste.margin - cost - taste.annoyance * taste.gentler * disturbs


def _order(values: Mapping[str, float]) -> list[str]:
    return sorted(values, key=lambda key: (-values[key], NUMBERS[key]))


def _friendly(arms: Mapping[str, float]) -> list[str]:
    return [arm.key for arm in ARMS if arm.key in arms and arm.is_friendly]


def choose(
    responses: Responses,
    *,
    amount: int,
    costs: Mapping[str, float],
    recent: int,
    untouched: float | None,
    taste: Taste,
    seed: str,
    at: datetime,
    known_at: datetime | None = None,
    features: tuple[str, ...] = (),
) -> Choice:
    """Take one of the arms that `responses` has answers for; there is at least one.

    amount: still owed, minor units. costs: what a message by each arm costs, minor units. recent: messages in the
    last four weeks. features: the names of the values in the answers.
    """
    answers = {answer.arm: answer for answer in responses.answers}
    values = {
        key: net_value(answer, amount, costs.get(key, 0.0), recent, taste) for key, answer in answers.items()
    }
    best = _order(values)[0]
    friendly = _friendly(values)
    cheap = min(friendly, key=lambda key: (costs.get(key, 0.0), -values[key], NUMBERS[key]), default=None)
    within = responses.noise * amount * taste.margin
    lazy = cheap is not None and values[best] - values[cheap] <= within
    greedy = cheap if lazy and cheap else best
    explores = taste.explores if len(friendly) > 1 or friendly not in ([], [greedy]) else 0.0
    propensities = dict.fromkeys((arm.key for arm in ARMS if arm.key in values), 0.0)
    for key in friendly:
        propensities[key] += explores / len(friendly)
    propensities[greedy] += 1 - explores
    drawn = lot(seed)
    taken = _drawn(propensities, drawn)
    how = How.DRAWN
    if taken == greedy:
        how = How.BEST if greedy == best else How.CHEAPEST
    answer = answers[taken]
    return Choice(
        arm=taken,
        how=how,
        at=at,
        propensities=propensities,
        values=values,
        answers={key: one.probability for key, one in answers.items()},
        untouched=untouched,
        model=responses.model,
        sha256=responses.sha256,
        seed=seed,
        drawn=drawn,
        features={name: value for name, value in zip(features, answer.values, strict=True) if value == value},
        reasons=dict(answer.reasons),
        baseline=answer.baseline,
        lazy=lazy,
        known_at=known_at,
    )


def _drawn(propensities: Mapping[str, float], number: float) -> str:
    """The arm on whose stretch of the line from 0 to 1 the number falls."""
    end, last = 0.0, ""
    for key, share in propensities.items():
        if share > 0:
            end, last = end + share, key
            if number < end:
                return key
    return last


def by_strategy(at: datetime, because: str | None, *, held_out: bool = False, model: str = "none") -> Choice:
    """The strategy's order stands: for whoever is held out, or because no model may or could be asked."""
    return Choice("", How.HELD_OUT if held_out else How.STRATEGY, at, model=model, flagged=because)


def arm_named(key: str) -> Arm | None:
    return ARMS[NUMBERS[key]] if key in NUMBERS else None
