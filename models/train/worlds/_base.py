"""World: who the debtors are, what makes them pay, and what a message changes, as numbers one can argue with."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Temper:
    """One latent type of debtor. It is drawn, it shapes behaviour, and nobody ever observes it.

    share: of all debtors. ability, spread: mean and deviation of the ability to pay, in log-odds.
    plain, last: what a matter-of-fact tone and a last notice add to a friendly one, in log-odds of paying.
    answers: how readily a message is answered, in log-odds.
    The rest shapes the noisy traces that a history may show.
    """

    share: float
    ability: float
    spread: float
    overdue_days: float
    pays_invoices: float
    part_payments: float
    plan_before: float
    gave_email: float
    gave_phone: float
    moved_away: float
    plain: float
    last: float
    answers: float


@dataclass(frozen=True)
class Sent:
    """One message to each of n debtors, beside what came before it: arrays of one length.

    reach, hour: how well each is reached by its channel and in its part of the day, deviations from the usual.
    base: what its channel does for everybody, log-odds. firm: 0 friendly, 1 matter of fact, 2 last notice.
    text: it comes to a phone. recent: messages in the four weeks before. same: messages by this channel about
    this claim before. plain, last: the debtors' own tempers' liking of those tones. sector, amount: as they are.
    """

    base: np.ndarray
    text: np.ndarray
    firm: np.ndarray
    reach: np.ndarray
    hour: np.ndarray
    recent: np.ndarray
    same: np.ndarray
    plain: np.ndarray
    last: np.ndarray
    sector: np.ndarray
    amount: np.ndarray

    @property
    def tone(self):
        """What the tone adds, each by their temper."""
        return np.where(self.firm == 1, self.plain, np.where(self.firm == 2, self.last, 0.0))


@dataclass(frozen=True)
class World:
    """A population and its response: `untouched` without a message, `contact` what one adds, in log-odds.

    bases: by channel, what a message does for everybody. reach, hour: what one deviation of being reached well by
    a channel, or in a part of the day, is worth. fatigue: what each message of the last four weeks, and each
    reminder before, costs. known_history: the share of histories, and of each part of one, that anybody knows.
    strangers: the share of known earlier lives that are somebody else's, an address that changed hands.
    amounts: how many times as large as usual the claims are.
    """

    key: str
    means: str
    tempers: Mapping[str, Temper]
    level: float
    amount_weight: float
    typical_amount: float
    fatigue: float
    known_history: float
    bases: Mapping[str, float]
    reach: float
    hour: float
    strangers: float = 0.1
    amounts: float = 1.0

    def untouched(self, ability, amount, reminders):
        """Log-odds of paying within the horizon with no contact: ability - log amount - fatigue.

        ability: log-odds; amount: minor units; reminders: how many came before. Arrays of one length.
        """
        return self.level + ability - self.burden(amount) - self.fatigue * reminders

    def burden(self, amount):
        """What an amount in minor units takes away."""
        return self.amount_weight * np.log(amount / self.typical_amount)

    def contact(self, sent):
        """Log-odds that this message adds: channel base + temper x tone + reach + hour - fatigue."""
        gained = sent.base + sent.tone + self.reach * sent.reach + self.hour * sent.hour
        return gained - self.fatigue * sent.recent
