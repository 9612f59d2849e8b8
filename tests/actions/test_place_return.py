"""A return nobody could place is booked against the payment a person names: once, and no more than there is."""

from datetime import date, timedelta

import pytest

from chalicelib.actions.place_return import PlacedReturn, place_return
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.decision import Refused
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.facts import FactName
from chalicelib.domain.person import ActKind
from chalicelib.domain.suspense import Suspense, SuspenseEnd, SuspenseReason
from chalicelib.domain.trail import Trail
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

OF = "nordlicht"
DAY = date(2026, 11, 20)
RETURN = "bank:back"


@pytest.fixture
def desk(world):
    return Desk(world)


class Desk:
    """A claim of €48.20 that was paid, and a return that named nothing."""

    def __init__(self, world):
        self.world, self.outgoing = world, FakeOutgoing(world.store)
        world.register()
        self.payment = self.pays(4820)
        self.lies(RETURN, 4820)

    def pays(self, amount, **told):
        payment = self.world.gateway.money(amount, NOW, **told)
        self.world.book(payment)
        return payment.object_id

    def lies(self, source, amount, reason=SuspenseReason.RETURN_UNMATCHED, currency="EUR"):
        money = Suspense(OF, source, -amount, currency, reason, None, NOW, value_date=DAY)
        self.world.store.commit(OF, Commit((), suspense=(money,), trails=(Trail(OF, source),), source=source))

    def places(self, source=RETURN, payment=None, by="anna", now=NOW):
        return place_return(
            OF,
            source,
            payment or self.payment,
            by=by,
            store=self.world.store,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            now=now,
        )

    def back(self):
        found = self.world.store.ledger(OF, "R-1001")
        return [(e.amount, e.source, e.value_date) for e in found if e.kind is EntryKind.REVERSAL]


def test_the_payment_goes_back_and_nothing_lies_below_zero_any_more(desk):
    answer = desk.places()
    assert answer == PlacedReturn(RETURN, desk.payment, ("R-1001",))
    assert desk.back() == [(4820, RETURN, DAY)]
    claim = desk.world.claim()
    assert (claim.state, claim.outstanding.total) == (ClaimState.OPEN, 4820)
    money = desk.world.store.suspended(OF, RETURN)
    assert (money.left, money.ended_as, money.ended_at) == (0, SuspenseEnd.ASSIGNED, NOW)
    assert desk.outgoing.lying(OF) == ()
    assert [(act.by, act.what) for act in desk.outgoing.acts(OF, f"{NOW:%Y-%m}")] == [("anna", ActKind.TAKE_BACK)]
    assert len(desk.world.store.named(FactName.CLAIM_REOPENED)) == 1
    again = [c for c in desk.world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]
    assert again and again[0].id in desk.world.scheduler.planned, "as after any return, somebody asks again"
    desk.world.invariants()


def test_M4_told_again_by_anybody_it_is_booked_once(desk):
    first = desk.places()
    before = dict(desk.world.store.items)
    assert desk.places(by="bernd", now=NOW + timedelta(days=1)) == first
    assert desk.world.store.items == before


def test_M4_two_people_at_the_same_moment_book_it_once(desk):
    other = []
    desk.world.store.meanwhile.append(lambda: other.append(desk.places(by="bernd")))
    assert desk.places() == other[0] and len(desk.back()) == 1


def test_what_took_one_payment_back_cannot_take_another(desk):
    desk.world.register(claim="R-2")
    second = desk.pays(4820, claim="R-2")
    desk.places()
    assert desk.places(payment=second) == Refused("suspense_assigned", "refund_queue")
    assert len(desk.back()) == 1


def test_two_people_who_name_different_payments_are_told_so(desk):
    desk.world.register(claim="R-2")
    second = desk.pays(4820, claim="R-2")
    desk.world.store.meanwhile.append(lambda: desk.places(payment=second, by="bernd"))
    assert desk.places() == Refused("suspense_assigned", "refund_queue")
    assert desk.back() == [] and desk.world.claim("R-2").outstanding.total == 4820


@pytest.mark.parametrize("amount", [4821, 10**9])
def test_M5_more_than_is_left_of_the_payment_is_refused_by_name(desk, amount):
    desk.lies("bank:more", amount)
    before = dict(desk.world.store.items)
    assert desk.places("bank:more") == Refused("above_paid", "refund_queue")
    assert desk.world.store.items == before


def test_another_currency_is_no_payment_it_could_have_taken_back(desk):
    desk.lies("bank:chf", 4820, currency="CHF")
    assert desk.places("bank:chf") == Refused("above_paid", "refund_queue")


def test_what_is_no_return_and_what_nobody_knows_is_refused_by_name(desk):
    desk.lies("bank:odd", 100, SuspenseReason.NO_MATCH)
    assert desk.places("bank:odd") == Refused("no_return", "refund_queue")
    assert desk.places("bank:none") == desk.places(payment="pi_none") == Refused("not_found", "refund_queue")


def test_a_part_of_a_payment_that_was_too_much_is_taken_from_what_is_too_much_first(desk):
    desk.world.register(claim="R-2")
    payment = desk.pays(6000, claim="R-2")
    desk.lies("bank:part", 1180)
    assert desk.places("bank:part", payment).claims == ("R-2",)
    assert desk.world.claim("R-2").state is ClaimState.CLOSED
    assert desk.world.store.suspended(OF, payment).left == 0
    desk.world.invariants()


def test_a_payment_that_lies_in_suspense_itself_leaves_it(desk):
    payment = desk.pays(900, claim=None)
    desk.lies("bank:lost", 900)
    answer = desk.places("bank:lost", payment)
    assert answer == desk.places("bank:lost", payment) == PlacedReturn("bank:lost", payment, ())
    assert desk.world.store.suspended(OF, payment).ended_as is SuspenseEnd.GONE_BACK
    assert [money.source for money in desk.outgoing.lying(OF)] == [RETURN]
