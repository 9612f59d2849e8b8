"""The `payout` of a creditor's YAML: where money that is collected for it goes, and what was agreed about it."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ...domain.account_change import BankAccount
from ...domain.payout_terms import PayoutTerms
from .words import Iban, Name, wrong

LONGEST_RESERVE = 400


def _percent(raw: object) -> int:
    """Basis points of a percentage with a point and at most two decimals, 0 to 50."""
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?", raw):
        raise wrong("percent_form")
    whole, _, part = raw.partition(".")
    points = int(whole) * 100 + int(part.ljust(2, "0") or "0")
    if points > 5_000:
        raise wrong("percent_form")
    return points


def _days(raw: object) -> int:
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,3}", raw) or int(raw) > LONGEST_RESERVE:
        raise wrong("days_form")
    return int(raw)


Percent = Annotated[int, BeforeValidator(_percent)]
Days = Annotated[int, BeforeValidator(_days)]


class PayoutModel(BaseModel):
    """Client money: the account it goes to and the terms."""

    model_config = ConfigDict(strict=True, extra="forbid")
    payee: Name
    iban: Iban
    fee_percent: Percent = 0
    reserve_percent: Percent = 0
    reserve_days: Days = 0
    forward_within_days: Days = 7

    @property
    def account(self) -> BankAccount:
        return BankAccount(self.payee, self.iban)

    @property
    def terms(self) -> PayoutTerms:
        return PayoutTerms(self.fee_percent, self.reserve_percent, self.reserve_days, self.forward_within_days)
