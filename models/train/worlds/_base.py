"""World: who the debtors are and what makes them pay, as numbers that one can read and argue with."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Temper:
    """One latent type of debtor. It is drawn, it shapes behaviour, and nobody ever observes it.

    share: of all debtors. ability, spread: mean and deviation of the ability to pay, in log-odds.
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


@dataclass(frozen=True)
class World:
    """A population and its response. `untouched` is the log-odds of paying when nobody writes.

    Response to a contact (channel base + temper x tone + reach + hour) is a further summand for the world
    to add; without a contact it is nought, so it is not part of this sum.
    """

    key: str
    tempers: Mapping[str, Temper]
    level: float
    amount_weight: float
    typical_amount: float
    fatigue: float
    known_history: float

    def untouched(self, ability, amount, reminders):
        """Log-odds of paying within the horizon with no contact: ability - log amount - fatigue.

        ability: log-odds; amount: minor units; reminders: how many came before. Arrays of one length.
        """
        burden = self.amount_weight * np.log(amount / self.typical_amount)
        return self.level + ability - burden - self.fatigue * reminders
