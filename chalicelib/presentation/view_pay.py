"""Paying: how much and how, by transfer, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from markupsafe import Markup

from ..domain.claim import Claim
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.parties import Creditor, Debtor, PayMethod
from ..domain.transfer import Transfer
from .frame import Frame, Problems, Row, View
from .view_claim import Paid, Subject, money_of, payments_of, subject_of

METHODS = {
    PayMethod.CARD: "method.card",
    PayMethod.SEPA_DEBIT: "method.sepa_debit",
    PayMethod.WALLET: "method.wallet",
    PayMethod.PAYPAL: "method.paypal",
    PayMethod.BANK: "method.bank",
}


@dataclass(frozen=True)
class Choice:
    """One answer to "How much?": its value in the form, the key of its words, and its amount where it has one."""

    value: str
    label: str
    amount: str


@dataclass(frozen=True)
class Pay(View):
    """How much, and how? `minor` is what is owed as the page says it, and travels hidden (P10, P11).

    `choices` is empty where all of it is the only amount there is. `least` is said beside the field for another
    amount. `together` holds the claims one payment is to cover, where they are several.
    """

    template: ClassVar[str] = "pay.html"
    amount: str
    minor: int
    payee: str
    provider: str
    methods: tuple[str, ...]
    by_transfer: bool
    choices: tuple[Choice, ...]
    chosen: str
    typed: str
    least: str
    good_until: str | None
    asked_again: bool
    arrived: str | None
    together: tuple[Row, ...]
    left_out: str | None
    subject: Subject
    problems: Problems


def pay(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    *,
    provider_name: str,
    floor: int = 0,
    part: int | None = None,
    good_until: date | None = None,
    asked_again: bool = False,
    chosen: str | None = None,
    typed: str = "",
    problems: Problems = (),
) -> Pay:
    """The last page before the money moves. `floor` is the smallest amount that may be paid, in minor units;
    `part` what is open of a plan's next part, chosen beforehand. `asked_again`: the amount changed meanwhile.
    """
    owed = claim.outstanding.total
    least = min(owed, floor or owed)
    choices = [Choice("all", "pay.all", money_of(frame, claim, owed))]
    if part is not None and least <= part < owed:
        choices.insert(0, Choice("part", "pay.part", money_of(frame, claim, part)))
    if least < owed:
        choices.append(Choice("other", "pay.other", ""))
    last = claim.recent[-1] if claim.recent and claim.recent[-1].kind is EntryKind.PAYMENT else None
    return Pay(
        frame=frame,
        amount=money_of(frame, claim, owed),
        minor=owed,
        payee=creditor.payee,
        provider=provider_name,
        methods=tuple(METHODS[method] for method in creditor.methods),
        by_transfer=claim.currency == "EUR",
        choices=tuple(choices) if len(choices) > 1 else (),
        chosen=chosen if chosen in {choice.value for choice in choices} else choices[0].value,
        typed=typed,
        least=money_of(frame, claim, least),
        good_until=frame.locale.date(good_until) if good_until else None,
        asked_again=asked_again,
        arrived=money_of(frame, claim, last.amount) if last and asked_again else None,
        together=(),
        left_out=None,
        subject=subject_of(frame, creditor, claim),
        problems=problems,
    )
