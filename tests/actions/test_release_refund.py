"""Money goes back once, when two people have said so, and ends on the provider's word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.record_payment import Booked
from chalicelib.actions.release_refund import refuse_refund, release_refund, send_back
from chalicelib.actions.reverse_payment import reverse_payment
from chalicelib.actions.send_refund import refund_told, send_refund
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import NEXT, LeavingState
from chalicelib.domain.money_back import RefundStatus
from chalicelib.domain.person import ActKind
from chalicelib.domain.refund_order import RefundReason, RefundWay
from chalicelib.domain.suspense import SuspenseEnd
from chalicelib.domain.trail import Reversal, ReversalReason
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
LATER = NOW + timedelta(days=2)


@pytest.fixture
def till(world):
    return Till(world)


class Till:
    """The refund queue as two people and the provider know it."""

    def __init__(self, world):
        self.world, self.outgoing = world, FakeOutgoing(world.store)
        self.ports = {"store": world.store, "outgoing": self.outgoing}

    def lost_money(self, amount=1500, **told):
        """A payment that fits no claim."""
        payment = self.world.gateway.money(amount, NOW, **{"claim": None, **told})
        self.world.book(payment)
        return payment

    def send_back(self, payment, by="anna", now=NOW):
        return send_back(OF, payment.object_id, by=by, now=now, **self.ports)

    def release(self, order, by, now=NOW):
        return release_refund(OF, order.id, by=by, now=now, **self.ports)

    def refuse(self, order, by="anna"):
        return refuse_refund(OF, order.id, by=by, now=NOW, **self.ports)

    def send(self, order, now=NOW):
        return send_refund(OF, order.id, gateway=self.world.gateway, now=now, **self.ports)

    def booked(self, refund):
        """The ledger's side of it, as the money function does it first."""
        reversal = Reversal(
            refund.object_id, refund.payment, refund.amount, "EUR", NOW.date(), ReversalReason.REFUND
        )
        return reverse_payment(
            OF,
            reversal,
            store=self.world.store,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            now=NOW,
        )

    def told(self, refund, now=LATER):
        return refund_told(OF, refund, now=now, **self.ports)

    def released(self, payment=None):
        order = self.send_back(payment or self.lost_money())
        self.release(order, "anna")
        return self.release(order, "bernd")

    def order(self, order):
        return self.outgoing.refund(OF, order.id)

    def money(self, order):
        return self.world.store.suspended(OF, order.source)

    def acts(self):
        return [(act.by, act.what) for act in self.outgoing.acts(OF, f"{NOW:%Y-%m}")]


def test_money_leaves_after_two_people_and_ends_on_the_providers_word(till):
    order = till.send_back(till.lost_money())
    assert (order.state, order.way, order.reason) == (
        LeavingState.WAITING,
        RefundWay.PROVIDER,
        RefundReason.NO_CLAIM,
    )
    assert till.send(order) is LeavingState.WAITING
    assert till.release(order, "anna").state is LeavingState.RELEASED_ONCE
    assert till.send(order) is LeavingState.RELEASED_ONCE
    assert till.world.gateway.refunds == {}
    assert till.release(order, "bernd").state is LeavingState.RELEASED
    assert till.send(order) is LeavingState.DONE
    (refund,) = till.world.gateway.refunds.values()
    assert (refund.amount, dict(refund.labels)["order"]) == (1500, order.id)
    assert till.money(order).order == order.id, "until the ledger knows, nobody sends it again"
    assert till.booked(refund) is Booked.BOOKED
    money = till.money(order)
    assert (money.ended_as, money.ended_at, money.amount) == (SuspenseEnd.GONE_BACK, NOW, 1500)
    assert till.outgoing.lying(OF) == till.outgoing.refunds(OF) == ()
    assert sorted(till.acts()) == [
        ("anna", ActKind.RELEASE),
        ("anna", ActKind.SEND_BACK),
        ("bernd", ActKind.RELEASE),
    ]
    assert len(till.world.store.named(FactName.REFUND_RELEASED)) == 1


def test_the_same_person_twice_is_refused_and_writes_nothing(till):
    order = till.send_back(till.lost_money())
    till.release(order, "anna")
    before = dict(till.world.store.items)
    assert till.release(order, "anna", LATER) == Refused("same_person", "two_people")
    assert till.world.store.items == before
    assert till.send(order) is LeavingState.RELEASED_ONCE


def test_two_people_at_the_same_moment_both_count(till):
    order = till.send_back(till.lost_money())
    till.world.store.meanwhile.append(lambda: till.release(order, "bernd"))
    assert till.release(order, "anna").state is LeavingState.RELEASED
    assert [release.by for release in till.order(order).releases] == ["bernd", "anna"]


def test_the_same_person_at_two_terminals_counts_once(till):
    order = till.send_back(till.lost_money())
    till.world.store.meanwhile.append(lambda: till.release(order, "anna"))
    assert till.release(order, "anna") == Refused("same_person", "two_people")
    assert till.order(order).state is LeavingState.RELEASED_ONCE


def test_M4_told_again_in_any_order_one_refund_leaves(till):
    payment = till.lost_money()
    order = till.released(payment)
    assert till.send_back(payment).id == order.id
    for _ in range(3):
        till.send(order)
    (refund,) = till.world.gateway.refunds.values()
    for _ in range(2):
        assert till.told(refund) is LeavingState.DONE
    assert till.send_back(payment).state is LeavingState.DONE
    till.booked(refund)
    assert till.send_back(payment).id == order.id
    assert len(till.world.gateway.refunds) == 1


def test_M4_a_lost_answer_of_the_provider_gives_back_once_even_days_later(till):
    order = till.released()
    gateway = till.world.gateway
    gateway.refund_payment(OF, order.source, order.amount, key="forgotten since", labels={"order": order.id})
    assert till.send(order, LATER) is LeavingState.DONE
    assert len(gateway.refunds) == 1


def test_M5_more_than_is_left_of_the_payment_is_refused_by_name(till):
    payment = till.lost_money()
    order = till.released(payment)
    till.world.gateway.gives_back(payment.object_id, 100, NOW)
    assert till.send(order) is LeavingState.FAILED
    assert till.order(order).because == "above_paid"
    assert till.money(order).is_open and till.money(order).order is None
    assert sum(refund.amount for refund in till.world.gateway.refunds.values()) == 100


def test_a_provider_that_is_away_leaves_the_order_as_it_was(till):
    order = till.released()
    till.world.gateway.down = Retry("away")
    with pytest.raises(Retry):
        till.send(order)
    assert till.order(order).state is LeavingState.RELEASED
    till.world.gateway.down = None
    assert till.send(order) is LeavingState.DONE


def test_the_notice_may_come_before_our_own_writing(till):
    order = till.released()
    refund = till.world.gateway.refund_payment(
        OF, order.source, order.amount, key=order.id, labels={"order": order.id}
    )
    assert till.told(refund) is LeavingState.DONE
    assert till.send(order) is LeavingState.DONE
    assert len(till.world.store.named(FactName.REFUND_DONE)) == 1


def test_a_refund_that_is_under_way_ends_later_and_one_that_comes_back_fails(till):
    order = till.released()
    refund = till.world.gateway.refund_payment(
        OF, order.source, order.amount, key=order.id, labels={"order": order.id}
    )
    till.world.gateway.refund_ends(refund.object_id, RefundStatus.PENDING)
    assert till.send(order) is LeavingState.SENT
    assert till.money(order).is_open
    till.world.gateway.refund_ends(refund.object_id, RefundStatus.SUCCEEDED)
    assert till.send(order, LATER) is LeavingState.DONE
    failed = replace(refund, status=RefundStatus.FAILED)
    assert till.told(failed) is LeavingState.FAILED
    assert till.told(failed) is LeavingState.FAILED
    money = till.money(order)
    assert money.is_open and money.order is None
    again = till.send_back(till.world.gateway.payments[order.source], now=LATER)
    assert again.id != order.id and again.state is LeavingState.WAITING


def test_a_refund_that_no_order_of_ours_made_is_nobody_s(till):
    payment = till.lost_money()
    assert till.told(till.world.gateway.gives_back(payment.object_id, 100, NOW)) is None


def test_a_refund_under_another_payments_label_is_not_believed(till):
    order = till.released()
    other = till.lost_money(900)
    twisted = till.world.gateway.refund_payment(OF, other.object_id, 900, key="x", labels={"order": order.id})
    assert till.told(twisted) is None
    assert till.order(order).state is LeavingState.RELEASED


def test_what_was_refused_stays_in_suspense_and_may_be_ordered_again(till):
    payment = till.lost_money()
    order = till.send_back(payment)
    till.release(order, "anna")
    assert till.refuse(order, "bernd").state is LeavingState.REFUSED
    assert till.refuse(order, "carla").state is LeavingState.REFUSED
    assert till.release(order, "carla") == Refused("order_refused", "two_people")
    assert till.send(order) is LeavingState.REFUSED
    assert till.money(order).is_open
    again = till.send_back(payment, now=LATER)
    assert again.id != order.id and again.releases == ()


def test_what_was_released_cannot_be_refused_any_more(till):
    order = till.released()
    assert till.refuse(order) == Refused("order_released", "refund_queue")


def test_what_nobody_knows_is_not_found(till):
    payment = till.lost_money()
    other = replace(payment, object_id="pi_other")
    assert till.send_back(other) == Refused("not_found", "refund_queue")
    order = replace(till.send_back(payment), id="rf0")
    assert till.release(order, "anna") == till.refuse(order) == Refused("not_found", "refund_queue")
    assert till.send(order) is None


def test_a_state_is_left_only_by_the_table():
    assert set(NEXT) == set(LeavingState)
    for state in (LeavingState.REFUSED, LeavingState.FAILED):
        assert not NEXT[state]
