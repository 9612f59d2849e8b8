"""One account at the bank double: money moves on it, and every movement is told in a notice and in a statement."""

from dataclasses import dataclass, field, replace
from datetime import date

CREDIT, DEBIT = "CRDT", "DBIT"


@dataclass(frozen=True)
class Movement:
    """One transfer, alone or in a collective entry. `amount` in cents; `fee`: the bank's own for a return."""

    amount: int
    side: str
    value_date: date
    booked_on: date
    reference: str
    name: str = ""
    iban: str = ""
    text: str = ""
    end_to_end: str = "NOTPROVIDED"
    code: tuple[str, str, str] = ("PMNT", "RCDT", "ESCT")
    returned: str | None = None
    fee: int = 0

    @property
    def signed(self) -> int:
        moved = self.amount + self.fee
        return moved if self.side == CREDIT else -moved


@dataclass(frozen=True)
class Booking:
    """One entry of the account: a single movement, or several booked as one sum."""

    movements: tuple[Movement, ...]
    reference: str
    batch: str = ""

    @property
    def signed(self) -> int:
        return sum(movement.signed for movement in self.movements)


@dataclass
class Account:
    """An account. What was booked since the last notice and the last statement waits to be told."""

    iban: str
    owner: str
    balance: int = 0
    currency: str = "EUR"
    untold: list[Booking] = field(default_factory=list)
    unstated: list[Booking] = field(default_factory=list)
    booked: list[Booking] = field(default_factory=list)
    sequence: int = 0
    entries: int = 0
    files: int = 0

    def receives(
        self,
        amount: int,
        text: str,
        *,
        on: date,
        name: str = "",
        iban: str = "",
        value_date: date | None = None,
        end_to_end: str = "NOTPROVIDED",
    ) -> Movement:
        """A transfer comes in."""
        return self._book(
            Movement(
                amount, CREDIT, value_date or on, on, self._reference(on), name, iban, text, end_to_end=end_to_end
            )
        )

    def receives_together(self, parts: list[Movement], *, on: date) -> Booking:
        """Several transfers come in and are booked as one sum."""
        reference = self._reference(on)
        booking = Booking(tuple(replace(part, reference="") for part in parts), reference, f"SAMMEL{reference}")
        return self._keep(booking)

    def part(
        self, amount: int, text: str, *, on: date, name: str = "", iban: str = "", end_to_end: str = ""
    ) -> Movement:
        """A transfer for receives_together."""
        return Movement(amount, CREDIT, on, on, "", name, iban, text, end_to_end or "NOTPROVIDED")

    def pays(self, amount: int, text: str, *, on: date, name: str = "", iban: str = "") -> Movement:
        """The owner sends money: no business of a debtor's."""
        code = ("PMNT", "ICDT", "ESCT")
        return self._book(Movement(amount, DEBIT, on, on, self._reference(on), name, iban, text, code=code))

    def returns(self, original: Movement, reason: str, *, on: date, fee: int = 0) -> Movement:
        """What came in goes back to where it came from, with the bank's fee for it."""
        back = replace(
            original,
            side=DEBIT if original.side == CREDIT else CREDIT,
            value_date=on,
            booked_on=on,
            reference=self._reference(on),
            code=("PMNT", "IDDT", "UPDD"),
            returned=reason,
            fee=fee,
        )
        return self._book(back)

    def _reference(self, on: date) -> str:
        self.entries += 1
        return f"{on:%Y%m%d}{self.entries:08d}"

    def _book(self, movement: Movement) -> Movement:
        self._keep(Booking((movement,), movement.reference))
        return movement

    def _keep(self, booking: Booking) -> Booking:
        self.booked.append(booking)
        self.untold.append(booking)
        self.unstated.append(booking)
        return booking
