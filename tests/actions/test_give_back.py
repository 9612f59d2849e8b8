"""A payment that was booked goes back when two people have said so, once, and the ledger follows the money."""

from datetime import date, timedelta
from itertools import count

import pytest

from chalicelib.actions.bank_told import bank_told
from chalicelib.actions.collect_transfers import Treasury, collect_transfers
from chalicelib.actions.give_back import give_back
from chalicelib.actions.record_payment import Booked
from chalicelib.actions.record_return import refund_told
from chalicelib.actions.release_refund import refuse_refund, release_refund, send_back
from chalicelib.actions.reverse_payment import reverse_payment
from chalicelib.actions.send_refund import refund_told as order_told
from chalicelib.actions.send_refund import send_refund
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.decision import Refused
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.money_back import RefundStatus
from chalicelib.domain.person import ActKind
from chalicelib.domain.refund_order import RefundReason, RefundWay
from chalicelib.domain.suspense import SuspenseReason
from chalicelib.domain.trail import Reversal, ReversalReason
from tests.builders import NOW
from tests.fakes.bank import FakeBankBook
from tests.fakes.store import FakeOutgoing
from tests.fakes.treasury import FakePaymentFiles
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
LATER = NOW + timedelta(days=2)
THEIRS = BankAccount("Marta Lindqvist", "DE89370400440532013000")


@pytest.fixture
def till(world):
    return Till(world)


class Till:
    """A claim of €48.20 that was paid, and how what was paid goes back."""

    def __init__(self, world):
        self.world, self.outgoing = world, FakeOutgoing(world.store)
        self.ports = {"store": world.store, "outgoing": self.outgoing}
        self.writing = {"scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
        self.minutes = count()
        world.register()
        self.source = self.pays(4820)

    def pays(self, amount):
        payment = self.world.gateway.money(amount, NOW)
        self.world.book(payment)
        return payment.object_id

    def give(self, amount=4820, source=None, by="anna", to=None):
        now = NOW + timedelta(minutes=next(self.minutes))
        return give_back(OF, source or self.source, amount, by=by, to=to, now=now, **self.ports)

    def released(self, amount=4820, **wish):
        order = self.give(amount, **wish)
        for by in ("anna", "bernd"):
            release_refund(OF, order.id, by=by, now=NOW, **self.ports)
        return order

    def send(self, order, now=LATER):
        return send_refund(OF, order.id, gateway=self.world.gateway, now=now, **self.ports)

    def told(self, refund):
        """The provider's notice: the ledger first, then the order, as the money function does it."""
        booked = refund_told(OF, refund.object_id, till=self.world.till, now=LATER)
        order_told(OF, self.world.gateway.refund(OF, refund.object_id), now=LATER, **self.ports)
        return booked

    def goes(self, order):
        """It leaves by the provider, whose notice comes twice."""
        self.send(order)
        (refund,) = [r for r in self.world.gateway.refunds.values() if dict(r.labels).get("order") == order.id]
        return [self.told(refund), self.told(refund)]

    def state(self, order):
        return self.outgoing.refund(OF, order.id).state

    def back(self):
        """The counter-entries of the claim, in minor units."""
        return [e.amount for e in self.world.store.ledger(OF, "R-1001") if e.kind is EntryKind.REVERSAL]


def test_a_payment_of_a_claim_goes_back_after_two_people_and_is_booked_on_the_providers_word(till):
    order = till.give()
    assert (order.state, order.way, order.reason, order.claim) == (
        LeavingState.WAITING,
        RefundWay.PROVIDER,
        RefundReason.GIVEN_BACK,
        "R-1001",
    )
    assert till.send(order) is LeavingState.WAITING and till.world.gateway.refunds == {}
    assert till.world.claim().state is ClaimState.CLOSED, "one person alone opens nothing again"
    release_refund(OF, order.id, by="anna", now=NOW, **till.ports)
    assert till.send(order) is LeavingState.RELEASED_ONCE and till.world.gateway.refunds == {}
    release_refund(OF, order.id, by="bernd", now=NOW, **till.ports)
    assert till.goes(order) == [Booked.BOOKED, Booked.DUPLICATE]
    assert till.state(order) is LeavingState.DONE and till.back() == [4820]
    claim = till.world.claim()
    assert (claim.state, claim.outstanding.total, claim.paid) == (ClaimState.OPEN, 4820, 0)
    assert [hold.kind for hold in claim.holds] == [HoldKind.OPERATOR], "nobody is asked before somebody says so"
    till.world.invariants()


def test_who_gave_back_what_is_written(till):
    till.give()
    acts = till.outgoing.acts(OF, f"{NOW:%Y-%m}")
    assert [(act.by, act.what, act.about) for act in acts] == [("anna", ActKind.GIVE_BACK, till.source)]
    (fact,) = till.world.store.named(FactName.REFUND_ORDERED)
    assert dict(fact.about)["source"] == till.source


def test_a_part_goes_back_and_the_rest_stays_paid(till):
    till.goes(till.released(820))
    assert till.back() == [820] and till.world.claim().outstanding.total == 820
    till.goes(till.released(4000))
    assert till.back() == [820, 4000] and till.world.claim().paid == 0
    till.world.invariants()


def test_M4_told_again_it_is_the_same_order_before_and_after_the_money_has_gone(till):
    order = till.give(820)
    before = dict(till.world.store.items)
    assert till.give(820, by="bernd").id == order.id and till.world.store.items == before
    till.goes(till.released(820))
    before = dict(till.world.store.items)
    again = till.give(820)
    assert (again.id, again.state) == (order.id, LeavingState.DONE) and till.world.store.items == before
    assert len(till.world.gateway.refunds) == 1


def test_M4_two_people_at_the_same_moment_make_one_order(till):
    other = []
    till.world.store.meanwhile.append(lambda: other.append(till.give(by="bernd")))
    assert till.give().id == other[0].id
    assert len(till.outgoing.refunds(OF)) == 1


@pytest.mark.parametrize("amount", [4821, 0, -1, 10**12])
def test_M5_more_than_is_left_of_the_payment_is_refused_by_name(till, amount):
    before = dict(till.world.store.items)
    assert till.give(amount) == Refused("above_paid", "refund_queue")
    assert till.world.store.items == before


def test_M5_what_went_back_already_cannot_go_back_again(till):
    till.goes(till.released(4000))
    assert till.give(821) == Refused("above_paid", "refund_queue")
    assert till.give(820).amount == 820


def test_M5_what_the_creditor_refunds_at_the_provider_meanwhile_does_not_leave_a_second_time(till):
    order = till.released(4820)
    refund = till.world.gateway.gives_back(till.source, 100, NOW)
    assert till.told(refund) is Booked.BOOKED
    assert till.send(order) is LeavingState.FAILED
    assert till.outgoing.refund(OF, order.id).because == "above_paid"
    assert till.back() == [100] and len(till.world.gateway.refunds) == 1


def test_M5_a_reversal_at_the_same_moment_is_seen(till):
    """The bank takes the money back while somebody orders the same to be given back."""

    def charged_back():
        reversal = Reversal("dp_1", till.source, 4820, "EUR", NOW.date(), ReversalReason.CHARGEBACK)
        reverse_payment(OF, reversal, store=till.world.store, now=NOW, **till.writing)

    till.world.store.meanwhile.append(charged_back)
    assert till.give() == Refused("above_paid", "refund_queue")
    assert till.outgoing.refunds(OF) == ()


def test_another_amount_has_to_wait_for_the_order_before_it(till):
    till.give(820)
    assert till.give(821) == Refused("refund_waits", "refund_queue")


def test_what_was_refused_or_failed_leaves_the_claim_paid_and_may_be_ordered_again(till):
    order = till.give()
    assert refuse_refund(OF, order.id, by="bernd", now=NOW, **till.ports).state is LeavingState.REFUSED
    assert till.world.claim().state is ClaimState.CLOSED and till.back() == []
    again = till.give()
    assert again.id != order.id and again.state is LeavingState.WAITING


def test_what_lies_in_suspense_is_sent_back_by_its_own_word(till):
    more = till.pays(6000)
    assert till.give(100, source=more) == Refused("lies_in_suspense", "refund_queue")
    lost = till.world.gateway.money(900, NOW, claim=None)
    till.world.book(lost)
    assert till.give(900, source=lost.object_id) == Refused("lies_in_suspense", "refund_queue")
    assert send_back(OF, lost.object_id, by="anna", now=NOW, **till.ports).reason is RefundReason.NO_CLAIM


def test_what_is_no_payment_is_not_found(till):
    till.goes(till.released(820))
    (refund,) = till.world.gateway.refunds
    for name in ("pi_other", refund, "waiver:x"):
        assert till.give(1, source=name) == Refused("not_found", "refund_queue")


def test_a_refund_that_comes_back_fails_and_the_claim_is_paid_again(till):
    order = till.released()
    till.goes(order)
    (refund,) = till.world.gateway.refunds
    till.world.gateway.refund_ends(refund, RefundStatus.FAILED)
    assert till.told(till.world.gateway.refund(OF, refund)) is Booked.BOOKED
    assert till.state(order) is LeavingState.FAILED
    assert till.world.claim().state is ClaimState.CLOSED
    till.world.invariants()


def test_what_was_too_much_and_came_back_is_ordered_anew_and_leaves_by_the_payment_it_was(till):
    """The debtor's bank sent the refund back: at the provider it is the same payment as before."""
    source = till.pays(1180)
    for turn in range(3):
        (order,) = till.outgoing.refunds(OF)
        assert order.amount == 1180, turn
        for by in ("anna", "bernd"):
            release_refund(OF, order.id, by=by, now=NOW, **till.ports)
        assert till.goes(order) == [Booked.BOOKED, Booked.DUPLICATE]
        assert till.state(order) is LeavingState.DONE and till.outgoing.lying(OF) == ()
        (refund,) = [r for r in till.world.gateway.refunds.values() if dict(r.labels).get("order") == order.id]
        assert refund.payment == source
        if turn < 2:
            till.world.gateway.refund_ends(refund.object_id, RefundStatus.FAILED)
            till.told(till.world.gateway.refund(OF, refund.object_id))
    assert till.world.claim().state is ClaimState.CLOSED
    till.world.invariants()


def test_what_came_again_is_given_back_by_whichever_name_a_person_says(till):
    till.goes(till.released(4820))
    (refund,) = till.world.gateway.refunds
    till.world.gateway.refund_ends(refund, RefundStatus.FAILED)
    till.told(till.world.gateway.refund(OF, refund))
    assert till.give(4820).id == till.give(4820, source=f"txn_{refund}").id
    order = till.released(4820)
    assert till.goes(order) == [Booked.BOOKED, Booked.DUPLICATE]
    assert till.world.claim().paid == 0 and till.give(1) == Refused("above_paid", "refund_queue")
    till.world.invariants()


# ---- By the bank


class Bank:
    """The file for the bank, and its word on it."""

    def __init__(self, till):
        self.till, self.files = till, FakePaymentFiles()
        self.treasury = Treasury(
            till.world.store, till.outgoing, FakeBankBook(till.world.store), self.files, POLICIES
        )

    def collect(self):
        return collect_transfers(OF, treasury=self.treasury, now=NOW)

    def told(self, order, *, came_back=False):
        return bank_told(
            OF,
            order.id.upper(),
            order.amount,
            "EUR",
            date(2026, 11, 25),
            came_back=came_back,
            now=LATER,
            **self.till.ports,
            **self.till.writing,
        )


def test_to_an_account_a_person_named_it_leaves_by_the_bank_and_is_booked_on_the_banks_word(till):
    bank, order = Bank(till), till.released(to=THEIRS)
    assert order.way is RefundWay.BANK and till.send(order) is None
    bank.collect()
    (file,) = bank.files.written.values()
    assert [(t.amount, t.iban, t.name) for t in file.transfers] == [(4820, THEIRS.iban, THEIRS.payee)]
    assert till.back() == [] and till.state(order) is LeavingState.SENT
    for _ in range(2):
        assert bank.told(order) is LeavingState.DONE
    assert till.back() == [4820] and till.outgoing.refund(OF, order.id).to is None
    assert till.world.gateway.refunds == {}
    till.world.invariants()


def test_M5_by_the_bank_too_no_more_leaves_than_is_left(till):
    bank, order = Bank(till), till.released(to=THEIRS)
    till.told(till.world.gateway.gives_back(till.source, 1, NOW))
    assert bank.collect() == () and till.outgoing.refund(OF, order.id).because == "above_paid"


def test_without_an_account_it_cannot_leave_by_the_bank(till):
    """A payment that came by the bank, which told no account: the order fails by name, and a person names one."""
    bank = Bank(till)
    till.world.register(claim="R-2")
    source = "bank:1"
    money = till.world.gateway.money(4820, NOW, claim="R-2")
    till.world.gateway.payments.pop(money.object_id)
    till.world.book(type(money)(**{n: getattr(money, n) for n in money.__slots__} | {"object_id": source}))
    order = till.released(source=source)
    assert order.way is RefundWay.BANK and bank.collect() == ()
    assert till.outgoing.refund(OF, order.id).because == "no_account"
    again = till.released(source=source, to=THEIRS)
    assert again.id != order.id and len(bank.collect()) == 1
    assert SuspenseReason.OVERPAID not in [money.reason for money in till.outgoing.lying(OF)]
