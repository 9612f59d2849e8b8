"""Collect what two people released and what leaves by the bank into one file, and write it into the bucket."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..domain.account_change import BankAccount
from ..domain.errors import Permanent, Retry
from ..domain.facts import Fact, FactName
from ..domain.leaving import LeavingState
from ..domain.parties import Creditor
from ..domain.payout import Payout
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..domain.refund_order import RefundOrder, RefundWay
from ..domain.transfer_file import MOST, TransferFile, file_id
from ..domain.transfer_order import OutgoingTransfer, TransferOrder
from ..ports import BankBook, Commit, Outgoing, PaymentFiles, Store
from .change_account import live
from .give_back import may_leave
from .send_refund import failed_refund
from .write_money import write_money

EURO = "EUR"
# What the receiver reads; the id is what the bank repeats.
REFUND_TEXT = {"de": "Erstattung", "en": "Refund"}
PAYOUT_TEXT = {"de": "Auszahlung", "en": "Payout"}


@dataclass(frozen=True)
class Treasury:
    """What writing a file for the bank needs."""

    store: Store
    outgoing: Outgoing
    bank: BankBook
    files: PaymentFiles
    policies: Mapping[str, CountryPolicy]


@dataclass(frozen=True)
class _Ready:
    """One order that can leave, and the transfer it becomes."""

    order: RefundOrder | Payout
    transfer: OutgoingTransfer


def collect_transfers(
    creditor: str, *, treasury: Treasury, now: datetime, by: str | None = None
) -> tuple[TransferFile, ...]:
    """The files written now: at most one of refunds and payouts together, and any that a crash had left unwritten.

    Each order stands in one file only: it is bound to it in the table before the file exists. What cannot leave by
    the bank fails by name, and its money is where it was.
    """
    settings = treasury.store.fresh_creditor(creditor)
    if settings is None:
        return ()
    settings = live(settings, now)
    _bind(settings, treasury, now, by)
    written = []
    for file in treasury.outgoing.unwritten(creditor):
        treasury.files.write_order(creditor, _order(settings, file, treasury))
        done = replace(file, written_at=now)
        treasury.store.commit(creditor, Commit((), files=(done,)))
        written.append(done)
    return tuple(written)


def _bind(settings: Creditor, treasury: Treasury, now: datetime, by: str | None) -> None:
    """What is ready moves on to a new file, all of it in one transaction."""

    def decide() -> tuple[None, Commit | None]:
        ready = tuple(_ready(settings, treasury, now))[:MOST]
        if not ready:
            return None, None
        names = tuple(one.order.id for one in ready)
        day = now.astimezone(treasury.policies[settings.country].zone).date()
        total = sum(one.order.amount for one in ready)
        file = TransferFile(file_id(settings.id, names, day), settings.id, names, total, now, day)
        left = [one.order.moved_to(LeavingState.SENT, now, left_as=file.id) for one in ready]
        refunds = tuple(one for one in left if isinstance(one, RefundOrder))
        payouts = tuple(one for one in left if isinstance(one, Payout))
        facts = [Fact(FactName.REFUND_SENT, settings.id, (("order", one.id),), now) for one in refunds]
        facts += [Fact(FactName.PAYOUT_SENT, settings.id, (("payout", one.id),), now) for one in payouts]
        acts = (Act(settings.id, by, ActKind.COLLECT, file.id, now),) if by else ()
        return None, Commit(tuple(facts), refunds=refunds, payouts=payouts, files=(file,), acts=acts)

    write_money(settings.id, decide, store=treasury.store)


def _ready(settings: Creditor, treasury: Treasury, now: datetime) -> Iterator[_Ready]:
    for order in treasury.outgoing.refunds(settings.id):
        if order.state is not LeavingState.RELEASED or order.way is not RefundWay.BANK:
            continue
        because = _hindered(order, treasury)
        if because:
            failed_refund(
                settings.id, order.id, because, store=treasury.store, outgoing=treasury.outgoing, now=now
            )
            continue
        yield _Ready(order, _refund(settings, order, treasury))
    payout = treasury.outgoing.last_payout(settings.id)
    if payout and payout.state is LeavingState.RELEASED and settings.payout_to:
        yield _Ready(payout, _payout(settings, payout))


def _hindered(order: RefundOrder, treasury: Treasury) -> str:
    """Why it cannot leave by the bank; "" where it can."""
    if order.amount > may_leave(order, treasury.store):
        return "above_paid"
    if order.currency != EURO:
        return "not_euro"
    return "" if account_of(order, treasury.bank) else "no_account"


def account_of(order: RefundOrder, bank: BankBook) -> BankAccount | None:
    """Where a refund goes: the account the money came from as the bank told it, unless a person named another."""
    if order.to:
        return order.to
    sighting = bank.sighting(order.creditor, order.source)
    entry = sighting.entry if sighting else None
    return BankAccount(entry.name, entry.iban) if entry and entry.iban and entry.name.strip() else None


def _refund(settings: Creditor, order: RefundOrder, treasury: Treasury) -> OutgoingTransfer:
    account = account_of(order, treasury.bank)
    if account is None:
        raise Permanent("the account of a refund is gone")
    text = f"{REFUND_TEXT.get(settings.language, REFUND_TEXT['en'])} {order.id}"
    return OutgoingTransfer(order.id, order.amount, account.payee, account.iban, text)


def _payout(settings: Creditor, payout: Payout) -> OutgoingTransfer:
    account = settings.payout_to
    if account is None:
        raise Permanent("the account of a payout is not in force")
    text = f"{PAYOUT_TEXT.get(settings.language, PAYOUT_TEXT['en'])} {payout.number} {payout.since} {payout.until}"
    return OutgoingTransfer(payout.id, payout.amount, account.payee, account.iban, text)


def _order(settings: Creditor, file: TransferFile, treasury: Treasury) -> TransferOrder:
    """The file's content, worked out anew from its orders: the same however often."""
    transfers = tuple(_transfers(settings, file.orders, treasury))
    day: date = file.execute_on
    return TransferOrder(file.id, file.made_at, day, settings.payee, settings.iban, transfers)


def _transfers(settings: Creditor, names: Iterable[str], treasury: Treasury) -> Iterator[OutgoingTransfer]:
    for name in names:
        order = treasury.outgoing.refund(settings.id, name)
        payout = None if order else treasury.outgoing.payout(settings.id, name)
        if order:
            yield _refund(settings, order, treasury)
        elif payout:
            yield _payout(settings, payout)
        else:
            raise Retry("an order of a file is not there")
