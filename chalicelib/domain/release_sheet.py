"""What a person looks at before they release a batch: how many, how much, to whom not, what leaves when."""

from dataclasses import dataclass
from datetime import date

from .batch import Batch
from .contact import Tone
from .parties import ChannelKind


@dataclass(frozen=True)
class Sum:
    """So many claims in one currency, and what is owed of them together, in minor units."""

    currency: str
    claims: int
    owed: int


@dataclass(frozen=True)
class Wave:
    """So many messages of one day (the creditor's country's), channel and tone. What the law makes a collector say
    first is a `notice`, whatever its tone would be."""

    day: date
    channel: ChannelKind
    tone: Tone
    notice: bool
    messages: int


@dataclass(frozen=True)
class ReleaseSheet:
    """A batch as it would be written about if it were released now.

    `refusals` are the claims nobody would be written to about, by reason, the most frequent first. `id` is what
    a release names; the batch has another one once more of its rows are in.
    """

    batch: Batch
    sums: tuple[Sum, ...]
    refusals: tuple[tuple[str, int], ...]
    waves: tuple[Wave, ...]

    @property
    def id(self) -> str:
        return self.batch.sheet

    @property
    def claims(self) -> int:
        return sum(one.claims for one in self.sums)

    @property
    def refused(self) -> int:
        """Claims nobody would be written to about."""
        return sum(number for _, number in self.refusals)

    @property
    def messages(self) -> int:
        return sum(wave.messages for wave in self.waves)
