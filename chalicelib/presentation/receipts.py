"""What a receipt's message says of one payment: how much, when, for what, and whether anything is left."""

from dataclasses import dataclass

from ..domain.claim import Claim
from ..domain.entry import LedgerEntry
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.paying import open_claims, spent, waived_after
from .frame import Row
from .i18n import Locale


@dataclass(frozen=True)
class Received:
    """`rows` are the claims it was spent on, where they are several; `settled`: nothing at all is open."""

    amount: str
    day: str
    rows: tuple[Row, ...]
    waived: str | None
    surplus: str | None
    settled: bool


def received(words: Locale, claim: Claim, payment: LedgerEntry, matter: Matter | None) -> Received:
    """The payment a receipt answers for, over all the claims it was made for."""
    over = spent(matter, payment.source) if matter else ()
    # One of long ago is known by its entry alone.
    parts = over if (claim.id, payment.number) in [(one.id, entry.number) for one, entry in over] else ()
    parts = parts or ((claim, payment),)

    def money(amount: int) -> str:
        return words.money(Money(amount, claim.currency))

    more = sum(entry.surplus for _, entry in parts)
    waived = sum(waived_after(one, entry) for one, entry in parts)
    rows = tuple(Row(one.ground.what, money(entry.amount)) for one, entry in parts) if len(parts) > 1 else ()
    return Received(
        amount=money(sum(entry.amount for _, entry in parts)),
        day=words.date(payment.value_date),
        rows=rows,
        waived=money(waived) if waived else None,
        surplus=money(more) if more else None,
        settled=not open_claims(matter) if matter else claim.outstanding.total == 0,
    )
