"""TransferOrder: money a creditor's account is told to send, as a bank takes it. Nothing is booked by it."""

from dataclasses import dataclass
from datetime import date, datetime

from .transfer import MOST

LONGEST_REFERENCE = 35


@dataclass(frozen=True)
class OutgoingTransfer:
    """One transfer: `amount` in cents to whoever holds `iban`, with a text they will know it by.

    `end_to_end` is ours and unique: the bank repeats it when it says that the money left, or came back.
    """

    end_to_end: str
    amount: int
    name: str
    iban: str
    text: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= MOST:
            raise ValueError("a transfer moves a whole number of cents, at least one")
        if not 0 < len(self.end_to_end) <= LONGEST_REFERENCE:
            raise ValueError("an end-to-end id has 1 to 35 signs")


@dataclass(frozen=True)
class TransferOrder:
    """Transfers that leave one account on one day. `id` names the file and its payment; SEPA moves euro only."""

    id: str
    made_at: datetime
    execute_on: date
    name: str
    iban: str
    transfers: tuple[OutgoingTransfer, ...]

    def __post_init__(self) -> None:
        if not 0 < len(self.id) <= LONGEST_REFERENCE:
            raise ValueError("the id of an order has 1 to 35 signs")
        if not self.transfers:
            raise ValueError("an order sends something")
        if len({transfer.end_to_end for transfer in self.transfers}) < len(self.transfers):
            raise ValueError("each transfer has an end-to-end id of its own")

    @property
    def total(self) -> int:
        return sum(transfer.amount for transfer in self.transfers)
