"""The pages behind the factor about the claim itself: what is owed, paying it, and that it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ..domain.allocation import ORDER, PRINCIPAL, Split
from ..domain.claim import OUR_TURN, Claim, ClaimState, Hold, HoldKind
from ..domain.entry import EntryKind, LedgerEntry
from ..domain.money import Money
from ..domain.parties import ActingAs, Creditor, Debtor
from .frame import Frame, Problems, Row, View, moment

COMPONENTS = {"costs": "split.costs", "interest": "split.interest", "principal": "split.principal"}


@dataclass(frozen=True)
class Way:
    """One way on: where it leads and the keys of its two lines."""

    place: str
    title: str
    text: str


# The ways that work today, in the order they are offered; a new way is one more line.
WAYS = (
    Way("pay", "way.pay", "way.pay.text"),
    Way("wrong", "way.wrong", "way.wrong.text"),
    Way("talk", "way.talk", "way.talk.text"),
)
DISPUTED = Way("wrong", "way.disputed", "way.disputed.text")


@dataclass(frozen=True)
class Paid:
    """One payment that arrived: its day, its amount, and what it settled."""

    day: str
    amount: str
    settled: tuple[Row, ...]
    surplus: str | None


@dataclass(frozen=True)
class Subject:
    """What it is about: who is owed, for what, on which invoice."""

    owed_to: str
    collected_by: str | None
    what: str
    contract_day: str | None
    invoice: str
    invoice_day: str
    due_day: str
    reference: str


def _money(frame: Frame, claim: Claim, amount: int) -> str:
    return frame.locale.money(Money(amount, claim.currency))


def subject_of(frame: Frame, creditor: Creditor, claim: Claim) -> Subject:
    """What a claim is about, in the reader's dates."""
    collector = creditor.acting_as is ActingAs.COLLECTOR
    day = frame.locale.date
    return Subject(
        owed_to=(creditor.on_behalf_of or creditor.legal_name) if collector else creditor.legal_name,
        collected_by=creditor.legal_name if collector else None,
        what=claim.ground.what,
        contract_day=day(claim.ground.contract_date) if claim.ground.contract_date else None,
        invoice=claim.ground.invoice_number,
        invoice_day=day(claim.ground.invoice_date),
        due_day=day(claim.due),
        reference=claim.id,
    )


def _rows(frame: Frame, claim: Claim, split: Split, *, all_lines: bool) -> tuple[Row, ...]:
    """The split as lines in the claim's own order of settlement; lines of nothing only where asked for."""
    lines = [(name, getattr(split, name)) for name in ORDER[claim.claim_type]]
    kept = [(name, amount) for name, amount in lines if amount or all_lines or name == PRINCIPAL]
    return tuple(Row(COMPONENTS[name], _money(frame, claim, amount)) for name, amount in kept)


def _payments(frame: Frame, claim: Claim, entries: Sequence[LedgerEntry]) -> tuple[Paid, ...]:
    found = []
    for entry in entries:
        if entry.kind is not EntryKind.PAYMENT:
            continue
        lines = [(name, getattr(entry.split, name)) for name in ORDER[claim.claim_type]]
        settled = tuple(Row(COMPONENTS[n], _money(frame, claim, amount)) for n, amount in lines if amount)
        surplus = _money(frame, claim, entry.surplus) if entry.surplus else None
        found.append(
            Paid(frame.locale.date(entry.value_date), _money(frame, claim, entry.amount), settled, surplus)
        )
    return tuple(found)


@dataclass(frozen=True)
class Matter(View):
    """What would you like to do? `turn` is the key of the sentence that says whose move it is."""

    template: ClassVar[str] = "matter.html"
    name: str
    amount: str
    turn: str
    turn_until: str | None
    subject: Subject
    split: tuple[Row, ...]
    as_of: str
    payments: tuple[Paid, ...]
    ways: tuple[Way, ...]
    begun: bool = False
    lapsed: bool = False


# Holds that are an agreement; any other one is ours to end. While one binds, the reader need not do anything.
AGREED = frozenset({"deferral", "plan"})
# Holds of the debtor's own wish: nobody asks them, and they may do as they like.
WISHED = frozenset({HoldKind.NEEDS_CARE, HoldKind.REPRESENTATIVE})


def _turn(
    frame: Frame,
    debtor: Debtor,
    claim: Claim,
    now: datetime,
    good_until: date | None,
    begun: bool,
    answer_due: datetime | None,
) -> tuple[str, str | None]:
    """Whose move it is, as the key of its sentence, and until when."""
    holds = claim.binding_holds(now)
    if begun:
        holds = tuple(hold for hold in holds if hold.kind is not HoldKind.PAYMENT_UNDER_WAY)
    ours = [hold for hold in holds if hold.kind.value not in AGREED]
    if ours:
        if answer_due is not None and answer_due <= now and claim.stands_still(now):
            return "turn.late", None
        ends = [end for hold in ours if (end := _ends(hold, answer_due))]
        if len(ends) == len(ours):
            return "turn.ours_until", moment(frame, max(ends), now)
        return "turn.ours", None
    if any(hold.kind in WISHED for hold in debtor.binding_holds(now)):
        return "turn.quiet", None
    if holds:
        return "turn.agreed", None
    if good_until is not None:
        return "turn.yours_until", frame.locale.date(good_until)
    return "turn.yours", None


def _ends(hold: Hold, answer_due: datetime | None) -> datetime | None:
    """When a hold ends: one that waits for a person, when that person is to answer."""
    return hold.until or (answer_due if hold.kind in OUR_TURN else None)


def matter(
    frame: Frame,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    good_until: date | None = None,
    begun: bool = False,
    lapsed: bool = False,
    answer_due: datetime | None = None,
) -> Matter:
    """The matter of an open claim. `good_until`: the day to which the amount shown closes the claim.

    `begun`: a payment was started and may or may not have been finished; the page says so and keeps all ways.
    `lapsed`: the last one started came to nothing (left unfinished, or a direct debit that was refused).
    `answer_due`: by when a person answers what was asked.
    """
    turn, until = _turn(frame, debtor, claim, now, good_until, begun, answer_due)
    return Matter(
        frame=frame,
        name=debtor.name,
        amount=_money(frame, claim, claim.outstanding.total),
        turn=turn,
        turn_until=until,
        subject=subject_of(frame, creditor, claim),
        split=_rows(frame, claim, claim.outstanding, all_lines=True),
        as_of=frame.locale.date(claim.as_of),
        payments=_payments(frame, claim, entries),
        ways=tuple(DISPUTED if way.place == "wrong" and claim.dispute else way for way in WAYS),
        begun=begun,
        lapsed=lapsed,
    )


@dataclass(frozen=True)
class Pay(View):
    """Pay all of it on the provider's hosted page? `minor` and `version` travel hidden (P10, P11)."""

    template: ClassVar[str] = "pay.html"
    amount: str
    minor: int
    version: int
    payee: str
    provider: str
    good_until: str | None
    asked_again: bool
    subject: Subject
    problems: Problems


def pay(
    frame: Frame,
    creditor: Creditor,
    claim: Claim,
    *,
    provider_name: str,
    good_until: date | None = None,
    asked_again: bool = False,
    problems: Problems = (),
) -> Pay:
    """The last page before the hosted one. `asked_again`: the amount changed meanwhile."""
    return Pay(
        frame=frame,
        amount=_money(frame, claim, claim.outstanding.total),
        minor=claim.outstanding.total,
        version=claim.version,
        payee=creditor.payee,
        provider=provider_name,
        good_until=frame.locale.date(good_until) if good_until else None,
        asked_again=asked_again,
        subject=subject_of(frame, creditor, claim),
        problems=problems,
    )


@dataclass(frozen=True)
class OnItsWay(View):
    template: ClassVar[str] = "states/on_its_way.html"
    resume: bool


def on_its_way(frame: Frame, *, resume: bool = False) -> OnItsWay:
    """A payment was begun and the provider has not yet said that it arrived. `resume`: it may be finished."""
    return OnItsWay(frame, resume)


@dataclass(frozen=True)
class Thanks(View):
    template: ClassVar[str] = "states/thanks.html"
    amount: str
    day: str
    left: str | None
    surplus: str | None


def thanks(frame: Frame, claim: Claim, payment: LedgerEntry) -> Thanks:
    """A payment was booked: all of it, or a part and what is left."""
    return Thanks(
        frame=frame,
        amount=_money(frame, claim, payment.amount),
        day=frame.locale.date(payment.value_date),
        left=_money(frame, claim, claim.outstanding.total) if claim.outstanding.total else None,
        surplus=_money(frame, claim, payment.surplus) if payment.surplus else None,
    )


@dataclass(frozen=True)
class Closed(View):
    template: ClassVar[str] = "states/closed.html"
    subject: Subject
    closed_on: str | None
    paid: str | None
    surplus: str | None


def closed(frame: Frame, creditor: Creditor, claim: Claim, entries: Sequence[LedgerEntry] = ()) -> Closed:
    """The clear slate: nothing more is owed. `entries` tell whether more arrived than was owed."""
    more = sum(entry.surplus for entry in entries)
    day = claim.closed_at.astimezone(frame.zone).date() if claim.closed_at else None
    return Closed(
        frame=frame,
        subject=subject_of(frame, creditor, claim),
        closed_on=frame.locale.date(day) if day else None,
        paid=_money(frame, claim, claim.paid) if claim.paid else None,
        surplus=_money(frame, claim, more) if more else None,
    )


@dataclass(frozen=True)
class Receipt(View):
    template: ClassVar[str] = "receipt.html"
    name: str
    subject: Subject
    address: str
    payments: tuple[Paid, ...]
    paid: str
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
    received = sum(entry.amount for entry in entries if entry.kind is EntryKind.PAYMENT)
    return Receipt(
        frame=frame,
        name=debtor.name,
        subject=subject_of(frame, creditor, claim),
        address=f"{where.street}, {where.postcode} {where.city}",
        payments=_payments(frame, claim, entries),
        paid=_money(frame, claim, received),
        left=_money(frame, claim, claim.outstanding.total),
        settled=claim.outstanding.total == 0,
        today=frame.locale.date(now.astimezone(frame.zone).date()),
    )


def of_claim(
    frame: Frame,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    good_until: date | None = None,
    begun: bool = False,
    lapsed: bool = False,
    answer_due: datetime | None = None,
) -> View:
    """The page that fits the claim's state just now: closed, a payment on its way, or the matter (P3).

    `begun`: the payment under way is one whose hosted page still stands open.
    """
    if claim.state is ClaimState.CLOSED:
        return closed(frame, creditor, claim, entries)
    under_way = any(hold.kind is HoldKind.PAYMENT_UNDER_WAY for hold in claim.binding_holds(now))
    if under_way and not begun:
        return on_its_way(frame)
    return matter(
        frame,
        creditor,
        debtor,
        claim,
        entries,
        now,
        good_until=good_until,
        begun=begun,
        lapsed=lapsed,
        answer_due=answer_due,
    )
