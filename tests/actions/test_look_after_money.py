"""Every night: what a crash left undone is done, what waits too long is told, one trouble stops nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.actions.change_account import confirm_account
from chalicelib.actions.collect_transfers import Treasury
from chalicelib.actions.give_back import give_back
from chalicelib.actions.look_after_money import MoneyDesk, look_after_money
from chalicelib.actions.make_payout import make_payout
from chalicelib.actions.record_return import refund_told
from chalicelib.actions.release_refund import release_refund
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.money_back import (
    BalanceKind,
    BalanceTransaction,
    PayoutStatus,
    ProviderPayout,
    RefundStatus,
)
from chalicelib.domain.payout_terms import PayoutTerms
from tests.builders import NOW
from tests.fakes.bank import FakeBankBook
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakeBalance, FakePaymentFiles
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
DAY = timedelta(days=1)
OWN = BankAccount("Nordlicht Energie GmbH", "DE02120300000000202051")
THEIRS = BankAccount("Marta Lindqvist", "DE89370400440532013000")
TERMS = PayoutTerms(fee=1_000)


@pytest.fixture
def night(world):
    return Night(world)


class Night:
    """A creditor whose claim of €48.20 was paid, and the nights that go over it."""

    def __init__(self, world):
        self.world, self.store, self.outgoing = world, world.store, FakeOutgoing(world.store)
        self.files, self.balance = FakePaymentFiles(), FakeBalance()
        self.ports = {"store": self.store, "outgoing": self.outgoing}
        world.register()
        self.source = self.pays(4820)

    def pays(self, amount, now=NOW, **told):
        payment = self.world.gateway.money(amount, now, **told)
        self.world.book(payment, now=now)
        return payment.object_id

    def comes(self, now, *creditors):
        treasury = Treasury(self.store, self.outgoing, FakeBankBook(self.store), self.files, POLICIES)
        desk = MoneyDesk(
            store=self.store,
            outgoing=self.outgoing,
            watch=self.world.watch,
            gateway=self.world.gateway,
            balance=self.balance,
            treasury=treasury,
            strategies=STRATEGIES,
            record_refund=lambda creditor, refund: refund_told(creditor, refund, till=self.world.till, now=now),
        )
        return look_after_money(creditors or (OF,), desk=desk, now=now)

    def order(self, releases=(), to=None, amount=4820):
        order = give_back(OF, self.source, amount, by="anna", to=to, now=NOW, **self.ports)
        for by in releases:
            release_refund(OF, order.id, by=by, now=NOW, **self.ports)
        return order.id

    def state(self, order):
        return self.outgoing.refund(OF, order).state

    def provider_pays(self, name, amount, moved, at=NOW):
        self.balance.paid[name] = ProviderPayout(name, PayoutStatus.PAID, amount, "EUR", at.date(), at, False)
        self.balance.parts[name] = (
            BalanceTransaction("txn_1", BalanceKind.PAYMENT, moved, 0, moved, "EUR", None, None, at),
        )


def nothing(found):
    told = (found.failed_refunds, found.waiting, found.untied, found.failed)
    return not any((found.accounts, found.refunds, found.files, found.settlements, *told))


def test_a_night_with_nothing_to_do_does_nothing(night):
    before = dict(night.store.items)
    assert nothing(night.comes(NOW + 60 * DAY)) and night.store.items == before


def test_a_creditor_nobody_knows_is_passed_over(night):
    assert nothing(night.comes(NOW + 60 * DAY, "nobody"))


# ---- Refunds


def test_what_two_people_released_and_nobody_carried_on_leaves_in_the_night_and_is_booked(night):
    order = night.order(("anna", "bernd"))
    found = night.comes(NOW + timedelta(minutes=16))
    assert (found.refunds, found.failed_refunds, found.waiting) == (1, [], [])
    assert night.state(order) is LeavingState.DONE and night.world.claim().outstanding.total == 4820
    assert nothing(night.comes(NOW + DAY)) and len(night.world.gateway.refunds) == 1


def test_what_was_released_just_now_is_left_to_the_function_that_was_woken(night):
    order = night.order(("anna", "bernd"))
    assert nothing(night.comes(NOW + timedelta(minutes=14)))
    assert night.state(order) is LeavingState.RELEASED


def test_what_cannot_leave_any_more_is_told_by_its_order(night):
    order = night.order(("anna", "bernd"))
    night.world.gateway.gives_back(night.source, 1, NOW)
    found = night.comes(NOW + DAY)
    assert found.failed_refunds == [(OF, order)] and found.refunds == 1
    assert night.state(order) is LeavingState.FAILED
    assert night.comes(NOW + 2 * DAY).failed_refunds == [], "it has come to its end"


def test_a_refund_under_way_is_asked_about_until_the_provider_says_what_became_of_it(night):
    order, gateway = night.order(("anna", "bernd")), night.world.gateway
    refund = gateway.refund_payment(OF, night.source, 4820, key=order, labels={"order": order}).object_id
    gateway.refund_ends(refund, RefundStatus.PENDING)
    assert night.comes(NOW + DAY).refunds == 1 and night.state(order) is LeavingState.SENT
    assert nothing(night.comes(NOW + 2 * DAY)) and night.world.claim().outstanding.total == 0
    gateway.refund_ends(refund, RefundStatus.SUCCEEDED)
    assert night.comes(NOW + 3 * DAY).refunds == 1 and night.state(order) is LeavingState.DONE
    assert night.world.claim().outstanding.total == 4820 and len(gateway.refunds) == 1


def test_what_two_people_have_not_released_for_three_days_is_told_every_night(night):
    order = night.order(("anna",))
    assert night.comes(NOW + 3 * DAY - timedelta(minutes=1)).waiting == []
    for days in (3, 4):
        found = night.comes(NOW + days * DAY)
        assert found.waiting == [(OF, "refund", order)] and found.refunds == 0
    assert night.world.gateway.refunds == {}


def test_an_order_for_the_bank_leaves_in_a_file_and_is_asked_for_after_two_weeks_without_its_word(night):
    order = night.order(("anna", "bernd"), to=THEIRS)
    found = night.comes(NOW + DAY)
    assert found.files == 1 and night.state(order) is LeavingState.SENT
    assert [t.amount for file in night.files.written.values() for t in file.transfers] == [4820]
    assert night.comes(NOW + 14 * DAY).waiting == []
    late = night.comes(NOW + 15 * DAY)
    assert late.waiting == [(OF, "bank", order)] and late.files == 0


@pytest.mark.parametrize("trouble", [Retry("away"), Permanent("no")])
def test_a_provider_in_trouble_is_named_by_the_order_and_the_rest_of_the_night_goes_on(night, trouble):
    by_provider = night.order(("anna", "bernd"), amount=820)
    night.source = night.pays(900, claim=None)
    night.world.gateway.down = trouble
    found = night.comes(NOW + 6 * DAY)
    if isinstance(trouble, Retry):
        assert found.failed == [(by_provider, trouble)]
    else:
        assert found.failed_refunds == [(OF, by_provider)]
    assert (OF, "suspense", night.source) in found.waiting


# ---- Suspense


def test_money_in_suspense_is_told_once_it_has_lain_longer_than_its_strategy_lets_it(night):
    lying = night.pays(900, claim=None)
    allowed = STRATEGIES["balanced"].suspense_days
    assert night.comes(NOW + allowed * DAY - timedelta(minutes=1)).waiting == []
    assert night.comes(NOW + allowed * DAY).waiting == [(OF, "suspense", lying)]


def test_each_creditor_has_the_days_of_its_own_strategy_and_one_that_is_gone_the_fewest(night):
    lying = night.pays(900, claim=None)
    fewest = min(one.suspense_days for one in STRATEGIES.values())
    for days in range(fewest, 30):
        assert night.comes(NOW + days * DAY, "nobody").waiting == [(OF, "suspense", lying)]
    slow = {key: replace(one, suspense_days=20) for key, one in STRATEGIES.items()}
    slow["quick"] = replace(STRATEGIES["balanced"], key="quick", suspense_days=1)
    treasury = Treasury(night.store, night.outgoing, FakeBankBook(night.store), night.files, POLICIES)
    gateway, balance = night.world.gateway, night.balance
    desk = MoneyDesk(
        night.store, night.outgoing, night.world.watch, gateway, balance, treasury, slow, lambda *told: None
    )
    assert look_after_money((OF,), desk=desk, now=NOW + 19 * DAY).waiting == []
    assert look_after_money((OF,), desk=desk, now=NOW + 20 * DAY).waiting == [(OF, "suspense", lying)]


# ---- Accounts


def test_an_account_two_people_confirmed_is_in_force_after_its_day_and_one_nobody_confirms_is_told(night):
    wished = replace(night.store.creditor(OF), iban=THEIRS.iban)
    (change,) = accept_creditor(wished, store=night.store, now=NOW).changes
    assert night.comes(NOW + 2 * DAY).waiting == []
    assert night.comes(NOW + 3 * DAY).waiting == [(OF, "account", change.id)]
    for by in ("anna", "bernd"):
        confirm_account(OF, change.id, by=by, store=night.store, now=NOW + 3 * DAY)
    early = night.comes(NOW + 3 * DAY + timedelta(hours=23))
    assert (early.accounts, early.waiting) == (0, []), "confirmed, and only the day has to pass"
    assert night.comes(NOW + 4 * DAY).accounts == 1
    assert night.store.fresh_creditor(OF).iban == THEIRS.iban
    assert nothing(night.comes(NOW + 5 * DAY))


# ---- The provider's payouts, and client money


@pytest.fixture
def collecting(night):
    """The same creditor, for whom is collected on an account of ours."""
    night.world.open(payout_to=OWN, payout_terms=TERMS)
    return night


def test_what_the_provider_paid_out_is_kept_once(collecting):
    collecting.provider_pays("po_1", 4820, 4820)
    assert collecting.comes(NOW + DAY).settlements == 1
    assert collecting.comes(NOW + 2 * DAY).settlements == 0
    assert [one.id for one in collecting.outgoing.settlements(OF)] == ["po_1"]


def test_a_payout_that_does_not_add_up_is_told_and_not_kept_and_the_others_are(collecting):
    collecting.provider_pays("po_1", 4820, 4819)
    collecting.provider_pays("po_2", 100, 100)
    found = collecting.comes(NOW + DAY)
    assert (found.untied, found.settlements, found.failed) == ([(OF, "po_1")], 1, [])


def test_where_nothing_is_collected_for_a_creditor_nobody_asks_what_the_provider_paid_out(night):
    night.provider_pays("po_1", 4820, 4819)
    assert nothing(night.comes(NOW + DAY))


def test_a_payout_still_under_way_is_not_kept_yet(collecting):
    collecting.provider_pays("po_1", 4820, 4820)
    under_way = replace(collecting.balance.paid["po_1"], status=PayoutStatus.UNDER_WAY)
    collecting.balance.paid["po_1"] = under_way
    assert collecting.comes(NOW + DAY).settlements == 0


def client_money(found):
    return [name for _, what, name in found.waiting if what == "client_money"]


def test_client_money_that_lay_longer_than_agreed_is_told_from_that_day_on(collecting):
    allowed = TERMS.forward_within_days
    assert client_money(collecting.comes(NOW + allowed * DAY)) == []
    for days in (allowed + 1, allowed + 9):
        assert client_money(collecting.comes(NOW + days * DAY)) == [f"{NOW:%Y-%m-%d}"]


def test_client_money_that_was_settled_is_not_told_again_but_a_payout_that_waits_is(collecting):
    until = NOW.date()
    later = NOW + 8 * DAY
    payout = make_payout(OF, until, by="anna", since=until - 9 * DAY, now=later, **collecting.ports)
    waiting = replace(payout, account=replace(payout.account, paid_out=1, closing=payout.account.closing - 1))
    assert payout.state is LeavingState.DONE, "the provider's money is still on its way: nothing leaves"
    found = collecting.comes(later + 8 * DAY)
    assert client_money(found) == [] and found.waiting == []
    key = next(key for key in collecting.store.items if key[0] == "payout")
    collecting.store.items[key] = replace(waiting, state=LeavingState.WAITING, version=1)
    assert collecting.comes(later + 8 * DAY).waiting == [(OF, "payout", payout.id)]
    assert collecting.comes(payout.at + 7 * DAY - timedelta(minutes=1)).waiting == []


def test_a_day_on_which_money_only_went_back_holds_no_client_money(collecting):
    gone = NOW + 30 * DAY
    refund = collecting.world.gateway.gives_back(collecting.source, 4820, gone)
    refund_told(OF, refund.object_id, till=collecting.world.till, now=gone)
    assert client_money(collecting.comes(gone + 9 * DAY)) == []


def test_one_creditors_trouble_is_named_and_the_next_one_is_looked_after(collecting):
    collecting.world.open(id="elbwerk", payout_to=OWN, payout_terms=TERMS)
    collecting.files.down.append(Retry("the bucket is away"))
    order = collecting.order(("anna", "bernd"), to=THEIRS)
    found = collecting.comes(NOW + DAY, OF, "elbwerk")
    assert [name for name, _ in found.failed] == [OF] and found.files == 0
    assert collecting.comes(NOW + 2 * DAY).files == 1 and collecting.state(order) is LeavingState.SENT
