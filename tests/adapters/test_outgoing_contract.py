"""What the actions rely on where money lies or leaves: the fakes and the real table keep the same promises."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from chalicelib.adapters.dynamo.outgoing import DynamoOutgoing
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.watch import DynamoWatch
from chalicelib.domain.acceptance import Acceptance, acceptance_id
from chalicelib.domain.account_change import AccountHolder
from chalicelib.domain.client_account import ClientAccount, Held
from chalicelib.domain.errors import AlreadyDone, StaleVersion
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.payout import Payout, PayoutCredit, ProviderSettlement, payout_id
from chalicelib.domain.person import Act, ActKind
from chalicelib.domain.reconciliation import (
    Difference,
    DifferenceKind,
    Place,
    Reconciliation,
    ReconciliationState,
    Uncompared,
)
from chalicelib.domain.refund_order import refund_of
from chalicelib.domain.suspense import Suspense, SuspenseReason
from chalicelib.domain.transfer_file import TransferFile
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.outside import FakeWatch
from tests.fakes.store import FakeOutgoing, FakeStore

NUMBERS = count(1)
LATER = NOW + timedelta(days=9)


@pytest.fixture(params=["memory", "dynamodb"])
def places(request):
    """(store, outgoing, watch), in memory and over the real protocol."""
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakeOutgoing(memory), FakeWatch(memory)
    table = request.getfixturevalue("real_table")
    return DynamoStore(table, lambda: NOW), DynamoOutgoing(table), DynamoWatch(table)


@pytest.fixture
def of():
    """A creditor nobody else uses."""
    return f"lender{next(NUMBERS)}"


def money(of, source="pi_1", **changes):
    plain = Suspense(of, source, 500, "EUR", SuspenseReason.OVERPAID, "R-1", NOW, value_date=NOW.date())
    return replace(plain, **changes)


def test_money_and_its_order_come_back_as_they_were_written(places, of):
    store, outgoing, _ = places
    kept, order = refund_of(money(of), NOW)
    store.commit(of, Commit((), suspense=(kept,), refunds=(order,)))
    assert store.suspended(of, "pi_1") == replace(kept, version=1)
    assert outgoing.refund(of, order.id) == replace(order, version=1)
    assert store.suspended(of, "pi_2") is None and outgoing.refund(of, "rf0") is None
    assert store.suspended("another", "pi_1") is None
    once = order.released_by("anna", NOW)
    store.commit(of, Commit((), refunds=(replace(once, version=1),)))
    assert outgoing.refund(of, order.id) == replace(once, version=2)


def test_money_is_suspended_once_and_changed_only_as_it_was_read(places, of):
    store, outgoing, _ = places
    store.commit(of, Commit((), suspense=(money(of),)))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), suspense=(money(of),)))
    ended = replace(money(of), version=1).giving_back(500, LATER)
    store.commit(of, Commit((), suspense=(ended,)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), suspense=(ended,)))
    assert store.suspended(of, "pi_1") == replace(ended, version=2)


def test_an_order_is_made_once_and_released_only_as_it_was_read(places, of):
    store, _, _ = places
    _, order = refund_of(money(of), NOW)
    store.commit(of, Commit((), refunds=(order,)))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), refunds=(order,)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), refunds=(replace(order, version=2),)))


def test_lists_hold_what_waits_the_oldest_first_and_nothing_that_ended(places, of):
    store, outgoing, _ = places
    for number in range(12):
        one = money(of, f"pi_{number}", at=NOW + timedelta(minutes=12 - number))
        kept, order = refund_of(one, one.at)
        store.commit(of, Commit((), suspense=(kept,), refunds=(order,)))
    gone = replace(store.suspended(of, "pi_3"), order=None).giving_back(500, LATER)
    over = replace(outgoing.refunds(of)[0], state=LeavingState.REFUSED)
    store.commit(of, Commit((), suspense=(gone,), refunds=(over,)))
    assert [m.source for m in outgoing.lying(of)] == [f"pi_{n}" for n in range(11, -1, -1) if n != 3]
    assert [o.source for o in outgoing.refunds(of)] == [f"pi_{n}" for n in range(10, -1, -1)]


def test_what_has_waited_too_long_is_found_over_all_creditors(places, of):
    store, _, watch = places
    kept, order = refund_of(money(of), NOW)
    young = money(of, "pi_young", at=LATER)
    store.commit(of, Commit((), suspense=(kept, young), refunds=(order,)))
    before = NOW + timedelta(days=1)
    assert [m.source for m in watch.suspense_since(before) if m.creditor == of] == ["pi_1"]
    assert [o.id for o in watch.refunds_since(before) if o.creditor == of] == [order.id]
    moved = replace(order.released_by("anna", LATER), version=1)
    store.commit(of, Commit((), refunds=(moved,)))
    assert [o.id for o in watch.refunds_since(before) if o.creditor == of] == []
    sent = replace(kept, version=1).giving_back(500, LATER)
    store.commit(of, Commit((), suspense=(sent,)))
    assert [m.source for m in watch.suspense_since(before) if m.creditor == of] == []


def test_acts_are_kept_by_month_in_order_and_each_once(places, of):
    store, outgoing, _ = places
    first = Act(of, "anna", ActKind.RELEASE, "rf1", NOW)
    second = Act(of, "bernd", ActKind.RELEASE, "rf1", NOW)
    third = Act(of, "anna", ActKind.REFUSE, "rf2", NOW + timedelta(hours=1))
    other = Act(of, "anna", ActKind.REFUSE, "rf3", NOW + timedelta(days=30))
    for act in (third, other, second, first):
        store.commit(of, Commit((), acts=(act,)))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), acts=(first,)))
    found = outgoing.acts(of, f"{NOW:%Y-%m}")
    assert set(found[:2]) == {first, second} and found[2:] == (third,)


def test_payouts_files_and_settlements_come_back_as_they_were_written(places, of):
    store, outgoing, _ = places
    account = ClientAccount(collected=500, paid_out=500, reserve=(Held(5, NOW.date()),))
    settled = ProviderSettlement(
        "po_1", 500, 510, 10, 2, "EUR", NOW.date(), 1, ("bank:1", "bank:2"), "TRACE-12345"
    )
    payout = Payout(payout_id(of, 1), of, 1, NOW.date(), NOW.date(), "EUR", account, NOW, (settled,))
    file = TransferFile("pf1", of, (payout.id,), 500, NOW, NOW.date())
    credit = PayoutCredit("bank:1", 500, "EUR", NOW.date(), "TRACE1")
    store.commit(of, Commit((), payouts=(payout,), settlements=(settled,), payout_credit=credit, files=(file,)))
    assert outgoing.payouts(of) == (replace(payout, version=1),)
    assert outgoing.payout(of, payout.id) == outgoing.last_payout(of) == replace(payout, version=1)
    assert outgoing.payout(of, payout_id("another", 1)) is outgoing.payout(of, "po_1") is None
    assert outgoing.settlements(of) == (replace(settled, version=1),)
    assert outgoing.payout_credits(of) == (credit,)
    assert outgoing.unwritten(of) == (replace(file, version=1),)
    for twice in ({"payouts": (payout,)}, {"settlements": (settled,)}, {"files": (file,)}):
        with pytest.raises(AlreadyDone):
            store.commit(of, Commit((), **twice))
    store.commit(of, Commit((), files=(replace(file, written_at=LATER, version=1),), payout_credit=credit))
    assert outgoing.unwritten(of) == () and outgoing.payout_credits(of) == (credit,)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), payouts=(replace(payout, version=7),)))


def test_a_comparison_is_kept_by_its_id_and_written_over_by_the_next(places, of):
    store, outgoing, _ = places
    one = Difference(
        DifferenceKind.NOT_REVERSED, "re_1", -100, None, "EUR", NOW.date(), Place.REFUND, "re_1", ("R-1", "R-2")
    )
    asked = Reconciliation("2026-11-01..2026-11-02", of, NOW.date(), NOW.date(), NOW)
    store.commit(of, Commit((), reconciliation=asked))
    assert outgoing.reconciliation(of, asked.id) == replace(asked, version=1)
    assert outgoing.reconciliation(of, "night") is None and outgoing.reconciliation("another", asked.id) is None
    state, parts = ReconciliationState.DONE, (Uncompared.NO_STATEMENTS,)
    done = replace(asked, state=state, done_at=LATER, found=2, repaired=1, count=1, left=(one,), uncompared=parts)
    store.commit(of, Commit((), reconciliation=replace(done, version=1)))
    assert outgoing.reconciliation(of, asked.id) == replace(done, version=2)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), reconciliation=asked))
    assert outgoing.payouts(of) == () and outgoing.settlements(of) == ()


def test_what_people_let_stand_comes_back_as_it_was_written_the_oldest_first(places, of):
    store, outgoing, _ = places
    one = Difference(DifferenceKind.AMOUNT_DIFFERS, "pi_1", 400, 482, "EUR", NOW.date(), Place.PAYMENT, "pi_1")
    other = replace(one, about="pi_0")
    first, second = (
        Acceptance(acceptance_id(of, each), of, each, "settled by letter", at)
        for each, at in ((one, NOW), (other, LATER))
    )
    store.commit(of, Commit((), acceptances=(second,)))
    store.commit(of, Commit((), acceptances=(first,)))
    assert outgoing.acceptances(of) == (replace(first, version=1), replace(second, version=1))
    assert outgoing.acceptances("another") == () and outgoing.reconciliation(of, first.id) is None
    once = replace(first.accepted_by("anna", LATER), version=1)
    store.commit(of, Commit((), acceptances=(once,)))
    assert outgoing.acceptances(of)[0] == replace(once, version=2)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), acceptances=(once,)))


def test_an_account_is_held_by_one_creditor_and_changes_hands_only_as_it_was_read(places, of):
    store, _, _ = places
    iban, other = f"DE00{of}", f"another{of}"
    mine, theirs = AccountHolder(iban, of), AccountHolder(iban, other)
    store.commit(of, Commit((), accounts=(mine,)))
    assert store.holder(iban) == replace(mine, version=1) and store.holder(f"{iban}0") is None
    for whoever in (mine, theirs):
        with pytest.raises(StaleVersion):
            store.commit(whoever.creditor, Commit((), accounts=(whoever,)))
    store.commit(other, Commit((), accounts=(replace(theirs, version=1),)))
    assert store.holder(iban) == replace(theirs, version=2)
