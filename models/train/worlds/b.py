"""World B: the recipe's additive form is wrong here. Effects are as small as in world A, and combine otherwise.

Reach multiplies what a message does, fatigue sets in at a threshold, large amounts are cut off, and some lines of
business are better reached by phone.
"""

from dataclasses import dataclass, fields

import numpy as np

from models.train.worlds._base import World
from models.train.worlds.a import WORLD as A

# Where the customer lives on the phone already, and where papers are expected.
BY_PHONE = ("fitness", "telecom", "transport")
BY_MAIL = ("energy", "housing", "insurance")


@dataclass(frozen=True)
class Multiplying(World):
    """tired_from: so many messages in four weeks are one too many. too_much: minor units few can spare."""

    tired_from: int = 2
    too_much: int = 20_000
    line: float = 0.15

    def burden(self, amount):
        """Flat up to the cut-off, and a step there."""
        return np.where(amount > self.too_much, 1.1, 0.15 * np.log(amount / self.typical_amount))

    def contact(self, sent):
        """(Channel base + tone + line of business) x how well it reaches, + hour, - tiredness."""
        phone, mail = np.isin(sent.sector, BY_PHONE), np.isin(sent.sector, BY_MAIL)
        suits = self.line * np.where(sent.text, phone * 1.0 - mail, mail * 1.0 - phone)
        # At base .3 one deviation is worth .2, a little less than in world A.
        through = np.exp(np.clip(sent.reach, -2, 2) * 0.75)
        gained = (sent.base + sent.tone + suits) * through + self.hour * sent.hour
        return gained - 2.5 * self.fatigue * (sent.recent >= self.tired_from)


_GIVEN = {field.name: getattr(A, field.name) for field in fields(A)}
WORLD = Multiplying(
    **_GIVEN | {"key": "B", "means": "reach multiplies, fatigue by threshold, amount cut-off, sector x channel"}
)
