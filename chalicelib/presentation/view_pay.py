"""Paying: how much and how, on the provider's page or by transfer, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from ..domain.claim import Claim
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.money import Money
from ..domain.parties import Creditor, Debtor, PayMethod
from ..domain.paying import waived_after
from ..domain.reference import typed as read_reference
from ..domain.transfer import Transfer
from .frame import Frame, Problem, Problems, Row, View
from .i18n import Locale
from .view_claim import Others, Paid, Subject, money_of, payments_of, subject_of, too_much

if TYPE_CHECKING:
    from markupsafe import Markup

METHODS = {
    PayMethod.CARD: "method.card",
    PayMethod.SEPA_DEBIT: "method.sepa_debit",
    PayMethod.WALLET: "method.wallet",
    PayMethod.PAYPAL: "method.paypal",
}


@dataclass(frozen=True)
class Choice:
    """One answer to "How much?": its value in the form, the key of its words, its amount where it names one."""

    value: str
    label: str
    amount: str


@dataclass(frozen=True)
class Pay(View):
    """How much, and how? `minor` is what the page says is owed; it travels hidden (P10, P11).

    `choices` is empty where all of it is the only amount there is. `arrived` is the payment that came in since
    the reader last saw the page.
    """

    template: ClassVar[str] = "pay.html"
    amount: str
    minor: int
    payee: str
    provider: str
    methods: str
    by_transfer: bool
    transfer_first: bool
    choices: tuple[Choice, ...]
    chosen: str
    typed: str
    least: str
    good_until: str | None
    asked_again: bool
    arrived: str | None
    subject: Subject
    problems: Problems


def pay(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    *,
    provider_name: str = "",
    least: int | None = None,
    part: int | None = None,
    parts: int = 1,
    transfer_first: bool = False,
    good_until: date | None = None,
    asked_again: bool = False,
    was: int | None = None,
    chosen: str = "",
    typed: str = "",
    problems: Problems = (),
) -> Pay:
    """The last page before the money moves.

    `least` is the smallest amount that may be paid, in minor units (None: all of it); `part` what is open of a
    plan's next part, or of so many `parts` whose day is past, which is then chosen beforehand. `transfer_first`:
    its reader would rather transfer. `asked_again`: the
    amount changed meanwhile, from `was` where the reader's page said so; only what is less than that did a
    payment. Without a `provider_name` nothing can be paid here, because it is too little: a person finds a way.
    """
    owed = claim.outstanding.total
    choices = [Choice("all", "pay.all", money_of(frame, claim, owed))]
    if part is not None and part < owed:
        key = "pay.parts" if parts > 1 else "pay.part"
        choices.insert(0, Choice("part", key, money_of(frame, claim, part)))
    if least is not None and least < owed:
        choices.append(Choice("other", "pay.other", ""))
    paid = [entry for entry in claim.recent if entry.kind is EntryKind.PAYMENT]
    arrived = asked_again and paid and (was is None or was > owed)
    return Pay(
        frame=frame,
        amount=money_of(frame, claim, owed),
        minor=owed,
        payee=creditor.payee,
        provider=provider_name,
        methods=_methods(frame, creditor),
        by_transfer=claim.currency == "EUR",
        transfer_first=transfer_first and claim.currency == "EUR",
        choices=tuple(choices) if len(choices) > 1 else (),
        chosen=chosen if chosen in [choice.value for choice in choices] else choices[0].value,
        typed=typed,
        least=money_of(frame, claim, owed if least is None else least),
        good_until=frame.locale.date(good_until) if good_until else None,
        asked_again=asked_again,
        arrived=money_of(frame, claim, paid[-1].amount) if arrived else None,
        subject=subject_of(frame, creditor, claim),
        problems=problems,
    )


def _methods(frame: Frame, creditor: Creditor) -> str:
    """What the provider's page offers, in words."""
    return frame.locale.listed(frame.locale.text(METHODS[method]) for method in creditor.methods)


def out_of_bounds(words: Locale, claim: Claim, least: int) -> Problems:
    """The chosen amount cannot be paid: which amounts can."""
    bounds = (("least", least), ("most", claim.outstanding.total))
    values = tuple((name, words.money(Money(amount, claim.currency))) for name, amount in bounds)
    return (Problem("other", "problem.other.bounds", values),)


@dataclass(frozen=True)
class PayAll(View):
    """Pay several claims at once? `minor` is their sum and travels hidden (P10)."""

    template: ClassVar[str] = "pay_all.html"
    amount: str
    minor: int
    rows: tuple[Row, ...]
    payee: str
    provider: str
    over: bool
    left_out: bool
    asked_again: bool


def pay_all(
    frame: Frame,
    creditor: Creditor,
    claims: Sequence[Claim],
    *,
    provider_name: str,
    over: bool = False,
    left_out: bool = False,
    asked_again: bool = False,
) -> PayAll:
    """The claims one payment covers, the oldest first. `over`: there are more than one payment can cover;
    `left_out`: some cannot be paid just now, because the reader said they are wrong or they are on their way.
    """
    owed = sum(claim.outstanding.total for claim in claims)
    return PayAll(
        frame=frame,
        amount=money_of(frame, claims[0], owed),
        minor=owed,
        rows=tuple(Row(claim.ground.what, money_of(frame, claim, claim.outstanding.total)) for claim in claims),
        payee=creditor.payee,
        provider=provider_name,
        over=over,
        left_out=left_out,
        asked_again=asked_again,
    )


@dataclass(frozen=True)
class TransferPage(View):
    """What to type at the bank, each line to be copied by itself and in one piece, whatever groups it is shown in;
    `code` is the GiroCode, drawn; `sent`: the reader comes to say that they did it, so that stands first, and
    the lines are put away: whoever has paid is not to think that they must pay again."""

    template: ClassVar[str] = "transfer.html"
    back: str
    small: bool
    payee: str
    iban: tuple[str, ...]
    amount: str
    reference: tuple[str, ...]
    code: "Markup | None"
    announced: bool
    good_until: str | None
    sent: bool


def transfer(
    frame: Frame,
    claim: Claim,
    asked: Transfer,
    *,
    announced: bool = False,
    small: bool = False,
    good_until: date | None = None,
) -> TransferPage:
    """How to pay by transfer. `announced`: the reader has said already that they did. `small`: so little can only
    be transferred. `good_until`: to which day all that is owed is good, said where all of it is asked for."""
    from .giro_code import giro_code

    def in_fours(text: str) -> tuple[str, ...]:
        return tuple(text[at : at + 4] for at in range(0, len(text), 4))

    sent = frame.place == "sent"
    own = read_reference(asked.reference) == asked.reference
    return TransferPage(
        frame=frame,
        back="matter" if sent or (small and asked.amount == claim.outstanding.total) else "pay",
        small=small,
        payee=asked.payee,
        iban=in_fours(asked.iban),
        amount=money_of(frame, claim, asked.amount),
        reference=in_fours(asked.reference) if own else (asked.reference,),
        code=giro_code(asked) if asked.scannable else None,
        announced=announced,
        good_until=frame.locale.date(good_until)
        if good_until and asked.amount == claim.outstanding.total
        else None,
        sent=sent,
    )


@dataclass(frozen=True)
class Transferred(View):
    template: ClassVar[str] = "states/transferred.html"
    day: str


def transferred(frame: Frame, until: datetime) -> Transferred:
    """The reader said that the money is on its way: until when nobody writes, and what follows."""
    return Transferred(frame, frame.locale.weekday_date(until.astimezone(frame.zone).date()))


@dataclass(frozen=True)
class OnItsWay(View):
    template: ClassVar[str] = "states/on_its_way.html"
    resume: bool
    others: Others | None


def on_its_way(frame: Frame, *, resume: bool = False, others: Others | None = None) -> OnItsWay:
    """A payment was begun and the provider has not yet said that it arrived. `resume`: it may be finished."""
    return OnItsWay(frame, resume, others)


@dataclass(frozen=True)
class Thanks(View):
    """`rows` are the claims one payment was spent on, where they are several; `more_open`: others are open."""

    template: ClassVar[str] = "states/thanks.html"
    amount: str
    day: str
    left: str | None
    surplus: str | None
    waived: str | None
    rows: tuple[Row, ...]
    more_open: bool


Booking = tuple[Claim, LedgerEntry]


def thanks(
    frame: Frame, claim: Claim, payment: LedgerEntry, *, over: Sequence[Booking] = (), more_open: bool = False
) -> Thanks:
    """A payment was booked: all of it, or a part and what is left.

    `over` are its entries on each claim where it was made for several; `more_open`: something it was not made for
    is still open.
    """
    spent = over or ((claim, payment),)
    left = sum(one.outstanding.total for one, _ in spent)
    more = sum(entry.surplus for _, entry in spent)
    waived = sum(waived_after(one, entry) for one, entry in spent)
    return Thanks(
        frame=frame,
        amount=money_of(frame, claim, sum(entry.amount for _, entry in spent)),
        day=frame.locale.date(payment.value_date),
        left=money_of(frame, claim, left) if left else None,
        surplus=money_of(frame, claim, more) if more else None,
        waived=money_of(frame, claim, waived) if waived else None,
        rows=tuple(Row(one.ground.what, money_of(frame, one, entry.amount)) for one, entry in over)
        if len(over) > 1
        else (),
        more_open=more_open,
    )


@dataclass(frozen=True)
class Closed(View):
    template: ClassVar[str] = "states/closed.html"
    subject: Subject
    closed_on: str | None
    paid: str | None
    surplus: str | None
    given_back: str | None
    waived: str | None
    others: Others | None


def closed(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    entries: Sequence[LedgerEntry] = (),
    *,
    others: Others | None = None,
) -> Closed:
    """The clear slate: nothing more is owed of this claim. `entries` tell whether more arrived than was owed."""
    more = too_much(entries)
    went = sum(entry.surplus for entry in entries if entry.kind is EntryKind.REVERSAL)
    day = claim.closed_at.astimezone(frame.zone).date() if claim.closed_at else None
    return Closed(
        frame=frame,
        subject=subject_of(frame, creditor, claim),
        closed_on=frame.locale.date(day) if day else None,
        paid=money_of(frame, claim, claim.paid) if claim.paid else None,
        surplus=money_of(frame, claim, more) if more else None,
        given_back=money_of(frame, claim, went) if went else None,
        waived=money_of(frame, claim, claim.waived) if claim.waived else None,
        others=others,
    )


@dataclass(frozen=True)
class Receipt(View):
    template: ClassVar[str] = "receipt.html"
    name: str
    subject: Subject
    address: str
    payments: tuple[Paid, ...]
    paid: str
    waived: str | None
    surplus: str | None
    left: str
    settled: bool
    today: str


def receipt(
    frame: Frame,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
) -> Receipt:
    """What was paid when, for what, and what it settled; made to be printed."""
    where = creditor.address
    gone = sum(entry.amount for entry in entries if entry.kind is EntryKind.REVERSAL)
    received = sum(entry.amount for entry in entries if entry.kind is EntryKind.PAYMENT) - gone
    more = too_much(entries)
    return Receipt(
        frame=frame,
        name=debtor.name,
        subject=subject_of(frame, creditor, claim),
        address=f"{where.street}, {where.postcode} {where.city}",
        payments=payments_of(frame, claim, entries),
        paid=money_of(frame, claim, received),
        waived=money_of(frame, claim, claim.waived) if claim.waived else None,
        surplus=money_of(frame, claim, more) if more else None,
        left=money_of(frame, claim, claim.outstanding.total),
        settled=claim.outstanding.total == 0,
        today=frame.locale.date(now.astimezone(frame.zone).date()),
    )
