"""A creditor's payout: worked out from its journal, released by two people, and tied to provider and bank."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.bank_told import bank_told
from chalicelib.actions.collect_transfers import Treasury, collect_transfers
from chalicelib.actions.make_payout import make_payout, refuse_payout, release_payout, settlement_told
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.decision import Refused
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.money_back import BalanceKind, BalanceTransaction, PayoutStatus, ProviderPayout
from chalicelib.domain.payout import PayoutCredit, number_of, payout_id
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.bank import FakeBankBook
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakeBalance, FakePaymentFiles
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
DAY = timedelta(days=1)
TODAY = NOW.date()
OWN = BankAccount("Nordlicht Energie GmbH", "DE02120300000000202051")
TERMS = PayoutTerms(fee=1_000)
NEXT_WEEK = NOW + 8 * DAY


@pytest.fixture
def office(world):
    return Office(world)


class Office:
    """A creditor whose claim of €48.20 is collected, and settled with it."""

    def __init__(self, world):
        self.world, self.store, self.outgoing = world, world.store, FakeOutgoing(world.store)
        self.balance, self.files = FakeBalance(), FakePaymentFiles()
        world.open(payout_to=OWN, payout_terms=TERMS)
        world.register()
        self.ports = {"store": self.store, "outgoing": self.outgoing}

    def collects(self, amount=4820, now=NOW, **told):
        payment = self.world.gateway.money(amount, now, **told)
        self.world.book(payment, now=now)
        return payment

    def make(self, until=TODAY, since=TODAY - 30 * DAY, now=NEXT_WEEK, by="anna"):
        return make_payout(OF, until, by=by, since=since, now=now, **self.ports)

    def next(self, until, now):
        return make_payout(OF, until, by="anna", now=now, **self.ports)

    def release(self, payout, by, now=NEXT_WEEK):
        return release_payout(OF, payout.id, by=by, now=now, **self.ports)

    def refuse(self, payout):
        return refuse_payout(OF, payout.id, by="anna", now=NEXT_WEEK, **self.ports)

    def sent(self, payout, now=NEXT_WEEK):
        self.release(payout, "anna", now)
        self.release(payout, "bernd", now)
        treasury = Treasury(self.store, self.outgoing, FakeBankBook(self.store), self.files, POLICIES)
        return collect_transfers(OF, treasury=treasury, now=now)

    def told(self, payout, came_back=False, now=NEXT_WEEK):
        return bank_told(
            OF,
            payout.id,
            payout.amount,
            "EUR",
            TODAY,
            came_back=came_back,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            now=now,
            **self.ports,
        )

    def provider_pays(self, name, amount, *parts, on=TODAY):
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        self.balance.paid[name] = ProviderPayout(name, PayoutStatus.PAID, amount, "EUR", on, at, False)
        self.balance.parts[name] = tuple(
            BalanceTransaction(f"txn_{n}", kind, gross, fee, gross - fee, "EUR", None, None, at)
            for n, (kind, gross, fee) in enumerate(parts)
        )
        return settlement_told(OF, name, balance=self.balance, **self.ports)

    def again(self, payout):
        return self.outgoing.payout(OF, payout.id)


def test_what_was_collected_goes_to_the_creditor_less_fee_and_vat(office):
    office.collects()
    payout = office.make(until=TODAY + 7 * DAY - DAY, now=NOW + 9 * DAY)
    assert payout.account.under_way == 4820 and payout.amount == 0
    assert payout.state is LeavingState.DONE, "nothing is here yet, so nothing leaves"
    after = office.next(TODAY + 7 * DAY, NOW + 9 * DAY)
    account = after.account
    assert (account.opening, account.collected, account.fee, account.vat) == (4246, 0, 0, 0)
    assert (payout.account.fee, payout.account.vat, after.amount, account.closing) == (482, 92, 4246, 0)
    assert payout.account.ties and account.ties and (payout.number, after.number) == (1, 2)


def test_it_leaves_after_two_people_and_is_done_on_the_banks_word(office):
    office.collects(now=NOW - 9 * DAY)
    payout = office.make()
    assert payout.state is LeavingState.WAITING
    assert office.release(payout, "anna").state is LeavingState.RELEASED_ONCE
    assert office.release(payout, "anna") == Refused("same_person", "two_people")
    (file,) = office.sent(payout)
    (transfer,) = office.files.written[file.id].transfers
    assert (transfer.end_to_end, transfer.amount, transfer.iban) == (payout.id, payout.amount, OWN.iban)
    assert transfer.text == f"Auszahlung 1 {payout.since} {payout.until}"
    assert office.told(payout) is LeavingState.DONE
    assert office.told(payout) is LeavingState.DONE
    assert len(office.outgoing.payouts(OF)) == 1


def test_told_again_it_is_the_same_payout(office):
    office.collects(now=NOW - 9 * DAY)
    first = office.make()
    before = dict(office.store.items)
    assert office.make(by="bernd", now=NEXT_WEEK + DAY) == replace(first, version=1)
    assert office.store.items == before


def test_two_people_who_settle_at_once_make_one_payout(office):
    office.collects(now=NOW - 9 * DAY)
    office.store.meanwhile.append(lambda: office.make(by="bernd"))
    assert office.make().number == 1
    assert len(office.outgoing.payouts(OF)) == 1


def test_the_next_one_waits_for_the_last_and_begins_the_day_after_it(office):
    office.collects(now=NOW - 9 * DAY)
    payout = office.make()
    assert office.next(TODAY + 3 * DAY, NEXT_WEEK) == Refused("payout_waits", "payout")
    office.sent(payout)
    office.told(payout)
    assert office.next(TODAY + 3 * DAY, NEXT_WEEK).since == TODAY + DAY


@pytest.mark.parametrize("how", ["refused", "came back"])
def test_what_did_not_reach_the_creditor_is_carried_once(office, how):
    office.collects(now=NOW - 9 * DAY)
    payout = office.make()
    if how == "refused":
        assert office.refuse(payout).state is LeavingState.REFUSED
        assert office.refuse(payout).state is LeavingState.REFUSED
    else:
        office.sent(payout)
        assert office.told(payout, came_back=True) is LeavingState.FAILED
    second = office.next(TODAY + DAY, NEXT_WEEK)
    assert (second.account.came_back, second.amount) == (payout.amount, payout.amount)
    assert office.again(payout).carried_by == 2
    office.refuse(second)
    third = office.next(TODAY + 2 * DAY, NEXT_WEEK)
    assert (third.account.came_back, third.account.opening) == (second.amount, 0)


def test_a_return_after_the_next_payout_was_made_is_carried_by_the_one_after_that(office):
    office.collects(now=NOW - 9 * DAY)
    payout = office.make()
    office.sent(payout)
    office.told(payout)
    second = office.next(TODAY + DAY, NEXT_WEEK)
    assert second.amount == 0
    office.told(payout, came_back=True)
    assert office.next(TODAY + 2 * DAY, NEXT_WEEK).amount == payout.amount


def test_the_providers_fees_are_those_of_its_balance_transactions_and_counted_once(office):
    office.collects(now=NOW - 9 * DAY)
    kinds = ((BalanceKind.PAYMENT, 4820, 97), (BalanceKind.FEE, -30, 0), (BalanceKind.PAYOUT, -4693, 0))
    known = office.provider_pays("po_1", 4693, *kinds)
    assert (known.gross, known.fees, known.amount, known.transactions) == (4820, 127, 4693, 2)
    assert office.provider_pays("po_1", 4693, *kinds) == replace(known, version=1)
    payout = office.make()
    assert payout.account.provider_fees == 127
    assert [one.id for one in payout.settlements] == ["po_1"]
    office.sent(payout)
    office.told(payout)
    assert office.next(TODAY + DAY, NEXT_WEEK).account.provider_fees == 0


def test_a_providers_payout_that_does_not_add_up_is_not_settled(office):
    with pytest.raises(ValueError, match="sum of its transactions"):
        office.provider_pays("po_1", 4700, (BalanceKind.PAYMENT, 4820, 97))
    assert office.outgoing.settlements(OF) == ()


def test_a_providers_payout_that_the_bank_sent_back_is_part_of_the_next(office):
    kinds = ((BalanceKind.PAYMENT, 4820, 97), (BalanceKind.PAYOUT_FAILED, 1000, 0), (BalanceKind.PAYOUT, -5723, 0))
    known = office.provider_pays("po_2", 5723, *kinds)
    assert (known.amount, known.gross, known.fees) == (5723, 5820, 97)


def test_a_providers_payout_is_tied_to_the_credit_that_brought_it(office):
    office.collects(now=NOW - 9 * DAY)
    office.provider_pays("po_1", 100, (BalanceKind.PAYMENT, 100, 0))
    office.provider_pays("po_2", 100, (BalanceKind.PAYMENT, 100, 0), on=TODAY - 2 * DAY)
    office.provider_pays("po_3", 300, (BalanceKind.PAYMENT, 300, 0))
    for name, amount, day in (
        ("bank:1", 100, TODAY),
        ("bank:2", 100, TODAY - DAY),
        ("bank:9", 300, TODAY - 8 * DAY),
    ):
        credit = PayoutCredit(name, amount, "EUR", day)
        office.store.commit(OF, Commit((), payout_credit=credit))
        office.store.commit(OF, Commit((), payout_credit=credit))
    payout = office.make()
    brought = {one.id: one.brought_in for one in payout.settlements}
    assert brought == {"po_1": ("bank:1",), "po_2": ("bank:2",), "po_3": ()}


@pytest.mark.parametrize(
    ("because", "settings"),
    [("no_terms", {"payout_terms": None}), ("account_not_confirmed", {"payout_to": None})],
)
def test_nothing_is_paid_out_without_terms_or_a_confirmed_account(office, because, settings):
    office.world.open(**{"payout_to": OWN, "payout_terms": TERMS, **settings})
    office.collects(now=NOW - 9 * DAY)
    assert office.make() == Refused(because, "payout")


def test_a_span_is_told_once_and_over(office):
    assert office.make(since=None) == Refused("since_missing", "payout")
    assert office.make(since=TODAY + DAY) == Refused("no_such_span", "payout")
    assert office.make(since=date(2020, 1, 1)) == Refused("no_such_span", "payout")
    assert office.make(now=NOW) == Refused("not_over", "payout")
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) + DAY
    assert office.make(now=midnight + timedelta(minutes=59)) == Refused("not_over", "payout")
    assert office.make(now=midnight + timedelta(minutes=61)).until == TODAY


def test_what_nobody_knows_is_not_found(office):
    office.collects(now=NOW - 9 * DAY)
    payout = replace(office.make(), id="po00001x")
    assert office.release(payout, "anna") == office.refuse(payout) == Refused("not_found", "payout")


def test_a_payouts_id_says_its_number_and_fits_a_transfer():
    name = payout_id(OF, 12)
    assert number_of(name) == 12 and len(name) <= 35 and name != payout_id("another", 12)
    assert number_of("rf00012abc") is number_of("po_1") is number_of("") is None
