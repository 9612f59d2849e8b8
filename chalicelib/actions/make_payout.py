"""Settle with a creditor for whom money is collected: a payout for a span of days, released by two people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ..domain.arrival import tied
from ..domain.client_account import Carried, settled
from ..domain.decision import Refused
from ..domain.entry import LedgerEntry
from ..domain.facts import Fact, FactName
from ..domain.leaving import REFUSABLE, LeavingState
from ..domain.money_back import BalanceKind, BalanceTransaction, PayoutStatus, ProviderPayout
from ..domain.parties import Creditor
from ..domain.payout import Payout, ProviderSettlement, payout_id
from ..domain.payout_terms import PAID_OUT_IN
from ..domain.person import Act, ActKind
from ..domain.vat import vat_rate
from ..ports import Commit, Outgoing, ProviderBalance, Store
from .write_money import write_money

RULE = "payout"
DAY = timedelta(days=1)
# What was booked by then is all there: a booking takes seconds, and its day is the day it began.
SETTLED_AFTER = timedelta(hours=1)
# A provider's payout follows its payments within so many days; what is younger may still be there.
ARRIVES_WITHIN = timedelta(days=7)
# A first payout looks back no further.
LONGEST = timedelta(days=400)
MOST_SETTLEMENTS = 60


def make_payout(
    creditor: str,
    until: date,
    *,
    by: str,
    store: Store,
    outgoing: Outgoing,
    now: datetime,
    since: date | None = None,
) -> Payout | Refused:
    """The payout for all days since the last one up to and with `until` (days are UTC, as in the journal).

    `since` begins the first one, and only that. It waits for two people, or is done at once where nothing is to be
    paid. One that did not reach the creditor is carried by the next. Told again it is the same payout.
    """

    def decide() -> tuple[Payout | Refused, Commit | None]:
        settings = store.fresh_creditor(creditor)
        if settings is None:
            return Refused("not_found", RULE), None
        payouts = outgoing.payouts(creditor)
        last = payouts[-1] if payouts else None
        if last and last.until == until and since in (None, last.since):
            return last, None
        first = last.until + DAY if last else since
        refused = _refused(settings, last, first, until, now)
        if refused or first is None:
            return refused or Refused("since_missing", RULE), None
        return _made(settings, payouts, first, until, by, store, outgoing, now)

    return write_money(creditor, decide, store=store)


def _refused(
    settings: Creditor, last: Payout | None, first: date | None, until: date, now: datetime
) -> Refused | None:
    if settings.payout_terms is None:
        return Refused("no_terms", RULE)
    if settings.payout_to is None:
        return Refused("account_not_confirmed", RULE)
    if last and last.is_open:
        return Refused("payout_waits", RULE)
    if first is None:
        return Refused("since_missing", RULE)
    if first > until or until - first > LONGEST:
        return Refused("no_such_span", RULE)
    if until >= (now - SETTLED_AFTER).astimezone(UTC).date():
        return Refused("not_over", RULE)
    return Refused("vat_unknown", RULE) if vat_rate(until) is None else None


def _made(
    settings: Creditor,
    payouts: tuple[Payout, ...],
    first: date,
    until: date,
    by: str,
    store: Store,
    outgoing: Outgoing,
    now: datetime,
) -> tuple[Payout, Commit]:
    number = len(payouts) + 1
    lost = tuple(payout for payout in payouts if payout.lost)
    last = payouts[-1].account if payouts else None
    carried = Carried(
        last.closing if last else 0, sum(payout.amount for payout in lost), last.reserve if last else ()
    )
    settlements = _countable(settings.id, until, outgoing)
    assert settings.payout_terms is not None  # asked before
    account = settled(
        carried,
        tuple(_journal(settings.id, first, until, store)),
        until=until,
        arrives_within=ARRIVES_WITHIN,
        provider_fees=sum(one.fees for one in settlements),
        terms=settings.payout_terms,
        vat_rate=vat_rate(until) or 0,
    )
    counted = tuple(replace(one, counted_in=number) for one in settlements)
    payout = Payout(
        id=payout_id(settings.id, number),
        creditor=settings.id,
        number=number,
        since=first,
        until=until,
        currency=PAID_OUT_IN,
        account=account,
        at=now,
        settlements=counted,
        state=LeavingState.WAITING if account.paid_out else LeavingState.DONE,
    )
    fact = Fact(FactName.PAYOUT_MADE, settings.id, (("payout", payout.id),), now)
    commit = Commit(
        (fact,),
        payouts=(payout, *(replace(one, carried_by=number) for one in lost)),
        settlements=counted,
        acts=(Act(settings.id, by, ActKind.PAY_OUT, payout.id, now),),
    )
    return payout, commit


def _journal(creditor: str, first: date, until: date, store: Store) -> Iterator[tuple[date, LedgerEntry]]:
    """What was booked on each of these days, in euro: a SEPA transfer moves nothing else."""
    day = first
    while day <= until:
        for booking in store.journal(creditor, day):
            if booking.entry.currency == PAID_OUT_IN:
                yield day, booking.entry
        day += DAY


def _countable(creditor: str, until: date, outgoing: Outgoing) -> tuple[ProviderSettlement, ...]:
    """The provider's payouts that arrived by then and stand in no statement yet, with their bank credits."""
    known = tied(outgoing.settlements(creditor), outgoing.payout_credits(creditor))
    here = (one for one in known if one.arrives_on <= until and one.currency == PAID_OUT_IN)
    return tuple(one for one in here if one.counted_in is None)[:MOST_SETTLEMENTS]


def release_payout(
    creditor: str, name: str, *, by: str, store: Store, outgoing: Outgoing, now: datetime
) -> Payout | Refused:
    """One person's release; the second of two people lets it go with the next file for the bank."""

    def decide() -> tuple[Payout | Refused, Commit | None]:
        payout = outgoing.payout(creditor, name)
        if payout is None:
            return Refused("not_found", RULE), None
        after = payout.released_by(by, now)
        if isinstance(after, Refused):
            return after, None
        released = Fact(FactName.PAYOUT_RELEASED, creditor, (("payout", name),), now)
        said = (released,) if after.state is LeavingState.RELEASED else ()
        return after, Commit(said, payouts=(after,), acts=(Act(creditor, by, ActKind.RELEASE, name, now),))

    return write_money(creditor, decide, store=store)


def refuse_payout(
    creditor: str, name: str, *, by: str, store: Store, outgoing: Outgoing, now: datetime
) -> Payout | Refused:
    """One person's no; the next payout carries what this one would have paid."""

    def decide() -> tuple[Payout | Refused, Commit | None]:
        payout = outgoing.payout(creditor, name)
        if payout is None:
            return Refused("not_found", RULE), None
        if payout.state is LeavingState.REFUSED:
            return payout, None
        if payout.state not in REFUSABLE:
            return Refused(f"order_{payout.state.value}", RULE), None
        after = payout.moved_to(LeavingState.REFUSED, now, because="refused_by_person")
        fact = Fact(FactName.PAYOUT_REFUSED, creditor, (("payout", name),), now)
        return after, Commit((fact,), payouts=(after,), acts=(Act(creditor, by, ActKind.REFUSE, name, now),))

    return write_money(creditor, decide, store=store)


def settlement_told(
    creditor: str, object_id: str, *, store: Store, outgoing: Outgoing, balance: ProviderBalance
) -> ProviderSettlement | None:
    """Keep a provider's payout with what makes it up, once it was paid; None for any other.

    Raises ValueError where its balance transactions do not add up to it: somebody has to look before anything is
    settled on it.
    """
    paid = balance.payout(creditor, object_id)
    if paid.status is not PayoutStatus.PAID:
        return None
    wanted = summed(paid, tuple(balance.balance_of(creditor, object_id)))

    def decide() -> tuple[ProviderSettlement, Commit | None]:
        held = next((one for one in outgoing.settlements(creditor) if one.id == object_id), None)
        return held or wanted, None if held else Commit((), settlements=(wanted,))

    return write_money(creditor, decide, store=store)


def summed(paid: ProviderPayout, moved: tuple[BalanceTransaction, ...]) -> ProviderSettlement:
    """The payout from its transactions. ValueError where their net is not what was paid.

    Its own leaving is none of them; an earlier payout that the bank sent back is: it lay in the balance again.
    """
    parts = tuple(one for one in moved if one.kind is not BalanceKind.PAYOUT)
    if sum(one.net for one in parts) != paid.amount:
        raise ValueError("a payout is the sum of its transactions")
    # A fee of its own is a movement whose gross is the fee: it is the provider's, like those it keeps of payments.
    own = sum(-one.net for one in parts if one.kind is BalanceKind.FEE)
    gross = sum(one.gross for one in parts if one.kind is not BalanceKind.FEE)
    kept = sum(one.fee for one in parts if one.kind is not BalanceKind.FEE)
    return ProviderSettlement(
        id=paid.object_id,
        amount=paid.amount,
        gross=gross,
        fees=kept + own,
        transactions=len(parts),
        currency=paid.currency,
        arrives_on=paid.arrives_on,
        trace=paid.trace,
    )
