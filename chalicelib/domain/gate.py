"""The gate every message passes: what operators hold back, asked in the moment a contact is reserved."""

from dataclasses import dataclass, replace
from datetime import datetime

from .parties import ChannelKind

# Whose commands concern every creditor at once; no creditor can have this id.
HOUSE = "_all"


@dataclass(frozen=True)
class Halt:
    """An operator's hold on sending, until it is lifted: whatever fits each part that is named is held back.

    Nothing named: everything of everybody. `by` is the person, as their credentials prove them.
    """

    by: str
    since: datetime
    creditor: str | None = None
    batch: str | None = None
    channel: ChannelKind | None = None

    @property
    def name(self) -> str:
        """What it holds back, as an id: the same hold, whoever said it and when, has the same name."""
        return "/".join((self.creditor or HOUSE, self.batch or "*", self.channel or "*"))

    def covers(self, creditor: str, batch: str, channel: ChannelKind) -> bool:
        return (
            self.creditor in (None, creditor) and self.batch in (None, batch) and self.channel in (None, channel)
        )


@dataclass(frozen=True)
class Gate:
    """Everything that is held back just now. `version` counts its changes, from 0: nothing ever was."""

    halts: tuple[Halt, ...] = ()
    version: int = 0

    def held(self, creditor: str, batch: str, channel: ChannelKind) -> Halt | None:
        """The hold that keeps a message about a claim of this batch from leaving by this channel."""
        return next((halt for halt in self.halts if halt.covers(creditor, batch, channel)), None)

    def named(self, name: str) -> Halt | None:
        return next((halt for halt in self.halts if halt.name == name), None)

    def shut(self, halt: Halt) -> "Gate":
        return replace(self, halts=(*self.halts, halt))

    def opened(self, name: str) -> "Gate":
        return replace(self, halts=tuple(halt for halt in self.halts if halt.name != name))
