"""World C: harsher than one would hope. Nearly half cannot pay, and what is known of somebody often misleads.

Every effect is half as large as in world A, four in ten earlier lives are somebody else's (an address that changed
hands), two thirds of all histories are unknown, and the same channel again works less each time.
"""

from dataclasses import dataclass, fields, replace

from models.train.worlds._base import World
from models.train.worlds.a import WORLD as A

SHARES = {"lazy": 0.22, "cannot_pay": 0.46, "avoider": 0.22, "disputing": 0.10}


@dataclass(frozen=True)
class Shifting(World):
    """dulls: what each earlier message by the same channel about this claim takes from the next one."""

    dulls: float = 0.12

    def contact(self, sent):
        """As in world A, less the more often the same channel was tried."""
        return super().contact(sent) - self.dulls * sent.same


_HALVED = {
    name: replace(temper, share=SHARES[name], plain=temper.plain / 2, last=temper.last / 2)
    for name, temper in A.tempers.items()
}
_GIVEN = {field.name: getattr(A, field.name) for field in fields(A)}
WORLD = Shifting(
    **_GIVEN
    | {
        "key": "C",
        "means": "more who cannot pay, misleading histories, effects halved, response shifts with what was sent",
        "tempers": _HALVED,
        "bases": {channel: base / 2 for channel, base in A.bases.items()},
        "reach": A.reach / 2,
        "hour": A.hour / 2,
        "known_history": 1 / 3,
        "strangers": 0.4,
    }
)
