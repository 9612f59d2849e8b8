"""A Transfer: what a bank transfer must say so that it reaches the right claim."""

from dataclasses import dataclass

from .claim import Claim
from .parties import Creditor

# European Payments Council, EPC069-12 (Quick Response Code, version 2.1): its fields and their lengths.
LONGEST_NAME = 70
LONGEST_TEXT = 140
MOST = 99_999_999_999
CURRENCY = "EUR"


@dataclass(frozen=True)
class Transfer:
    """Payee, account and reference as they are typed at a bank; `amount` in minor units of `currency`.

    `payee` is the legal name the account is held under: banks compare it (Regulation (EU) 2024/886, Art. 5c).
    """

    payee: str
    iban: str
    amount: int
    currency: str
    reference: str

    @property
    def possible(self) -> bool:
        """SEPA moves euro only."""
        return self.currency == CURRENCY

    @property
    def scannable(self) -> bool:
        """A GiroCode can say it all: nothing in it has to be cut."""
        fits = len(self.payee) <= LONGEST_NAME and len(self.reference) <= LONGEST_TEXT
        return self.possible and fits and 1 <= self.amount <= MOST


def transfer_of(creditor: Creditor, claim: Claim, amount: int) -> Transfer:
    """`amount` minor units of this claim, to the creditor's account, with the reference that finds it again."""
    return Transfer(creditor.payee, creditor.iban, amount, claim.currency, claim.reference or claim.id)
