"""The nightly look at money that lies or leaves: what a crash left undone is done, what waits too long is told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from ..domain.entry import EntryKind
from ..domain.leaving import LeavingState
from ..domain.parties import Creditor
from ..domain.refund_order import RefundWay
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Outgoing, PaymentGateway, ProviderBalance, Store, Watch
from .change_account import bring_accounts_live
from .collect_transfers import Treasury, collect_transfers
from .make_payout import settlement_told
from .send_refund import send_refund

# The second release wakes the money function; what still lies after so long has lost its way there.
LOST_AFTER = timedelta(minutes=15)
# So long people may take to release or refuse.
DECIDED_WITHIN = timedelta(days=3)
# A provider's payout may still become paid, or be told late, within so many days.
LOOK_BACK = timedelta(days=14)
DAY = timedelta(days=1)


@dataclass
class MoneyLooked:
    """What was found: changes of accounts in force, refunds that went on, files written, payouts kept, and by
    (creditor, what, id) what waits for people. `untied` are payouts of the provider that do not add up; `failed`
    what went wrong, by the part it concerns."""

    accounts: int = 0
    refunds: int = 0
    files: int = 0
    settlements: int = 0
    failed_refunds: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, str, str]] = field(default_factory=list)
    untied: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, Exception]] = field(default_factory=list)


@dataclass(frozen=True)
class MoneyDesk:
    """What the look needs. `record_refund` books the provider's word on a refund in the ledger."""

    store: Store
    outgoing: Outgoing
    watch: Watch
    gateway: PaymentGateway
    balance: ProviderBalance
    treasury: Treasury
    strategies: Mapping[str, Strategy]
    record_refund: Callable[[str, str], object]


def look_after_money(creditors: Iterable[str], *, desk: MoneyDesk, now: datetime) -> MoneyLooked:
    """All of it, for every creditor; one trouble is not another's: it is named, and the rest is done."""
    found = MoneyLooked()
    known = {name: settings for name in creditors if (settings := desk.store.creditor(name))}
    _try(found, "refunds", partial(_refunds, found, desk, now))
    _try(found, "suspense", partial(_suspense, found, known, desk, now))
    for name in known:
        _try(found, name, partial(_creditor, found, name, desk, now))
    return found


def _try(found: MoneyLooked, name: str, do: Callable[[], None]) -> None:
    try:
        do()
    except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
        found.failed.append((name, error))


def _refunds(found: MoneyLooked, desk: MoneyDesk, now: datetime) -> None:
    """Refunds by the provider that were released and have not left, or left and were not told of since."""
    for order in desk.watch.refunds_since(now - LOST_AFTER):
        if order.state in (LeavingState.WAITING, LeavingState.RELEASED_ONCE):
            if order.at <= now - DECIDED_WITHIN:
                found.waiting.append((order.creditor, "refund", order.id))
        elif order.way is RefundWay.PROVIDER:
            _try(found, order.id, partial(_go_on, found, order.creditor, order.id, desk, now))
        elif (order.changed_at or order.at) <= now - LOOK_BACK:
            found.waiting.append((order.creditor, "bank", order.id))


def _go_on(found: MoneyLooked, creditor: str, name: str, desk: MoneyDesk, now: datetime) -> None:
    before = desk.outgoing.refund(creditor, name)
    state = send_refund(creditor, name, store=desk.store, outgoing=desk.outgoing, gateway=desk.gateway, now=now)
    after = desk.outgoing.refund(creditor, name)
    if after and after.left_as:
        desk.record_refund(creditor, after.left_as)
    if before and state is not before.state:
        found.refunds += 1
        if state is LeavingState.FAILED:
            found.failed_refunds.append((creditor, name))


def _suspense(found: MoneyLooked, known: Mapping[str, Creditor], desk: MoneyDesk, now: datetime) -> None:
    """Money that has lain longer than its creditor's strategy lets it lie."""
    youngest = min((strategy.suspense_days for strategy in desk.strategies.values()), default=0)
    for money in desk.watch.suspense_since(now - timedelta(days=youngest)):
        settings = known.get(money.creditor)
        days = strategy_of(settings, desk.strategies).suspense_days if settings else youngest
        if money.at <= now - timedelta(days=days):
            found.waiting.append((money.creditor, "suspense", money.source))


def _creditor(found: MoneyLooked, name: str, desk: MoneyDesk, now: datetime) -> None:
    found.accounts += len(bring_accounts_live(name, store=desk.store, now=now))
    found.files += len(collect_transfers(name, treasury=desk.treasury, now=now))
    settings = desk.store.fresh_creditor(name)
    for change in settings.changes if settings else ():
        if change.live_from is None and change.asked_at <= now - DECIDED_WITHIN:
            found.waiting.append((name, "account", change.id))
    if settings is None or settings.payout_terms is None:
        return
    for paid in desk.balance.payouts_since(name, now - LOOK_BACK):
        try:
            kept = settlement_told(
                name, paid.object_id, store=desk.store, outgoing=desk.outgoing, balance=desk.balance
            )
        except ValueError:
            found.untied.append((name, paid.object_id))
        else:
            found.settlements += kept is not None and kept.version == 0
    _client_money(found, settings, desk, now)


def _client_money(found: MoneyLooked, settings: Creditor, desk: MoneyDesk, now: datetime) -> None:
    """Client money is forwarded at once or kept apart (RDG §13g): told where it has lain longer than agreed."""
    assert settings.payout_terms is not None  # asked before
    allowed = timedelta(days=settings.payout_terms.forward_within_days)
    last = desk.outgoing.last_payout(settings.id)
    if last and last.is_open and last.at <= now - allowed:
        found.waiting.append((settings.id, "payout", last.id))
    until = (now - allowed).astimezone(UTC).date()
    day = max(last.until + DAY, until - LOOK_BACK) if last else until - LOOK_BACK
    while day < until:
        booked = (booking.entry for booking in desk.store.journal(settings.id, day))
        if any(entry.kind is EntryKind.PAYMENT and entry.split.total for entry in booked):
            found.waiting.append((settings.id, "client_money", day.isoformat()))
            return
        day += DAY
