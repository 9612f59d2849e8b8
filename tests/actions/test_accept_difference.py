"""A difference that nobody can mend: two people let it stand, with a reason, and only as it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.accept_difference import accept_difference
from chalicelib.actions.reconcile_books import ask_reconciliation
from chalicelib.domain.acceptance import Acceptance
from chalicelib.domain.decision import Refused
from chalicelib.domain.facts import FactName
from chalicelib.domain.person import ActKind
from chalicelib.domain.reconciliation import NIGHT
from tests.fakes.world import World

from .counting import OF, TODAY, Counting, counts, days

DAY = timedelta(days=1)
WHY = "settled by letter of 12 June"


@pytest.fixture
def counting():
    """A payment that was booked by hand with another amount than the provider has; the night told of it."""
    world = World()
    world.register()
    counting = Counting(world)
    counting.payment = world.gateway.money(4000, days())
    world.book(replace(counting.payment, received=4820))
    counting.night(days(days=1))
    assert len(counting.alarms) == 1
    return counting


def says(counting, by, because=WHY, *, difference=None, listed=NIGHT, now=None):
    return accept_difference(
        OF,
        difference or f"amount_differs/{counting.payment.object_id}",
        listed=listed,
        by=by,
        because=because,
        store=counting.world.store,
        outgoing=counting.outgoing,
        now=now or days(days=1, hours=9),
    )


def accepted(counting, **how):
    assert isinstance(says(counting, "anna", **how), Acceptance)
    later = (how.pop("now", None) or days(days=1, hours=9)) + timedelta(minutes=1)
    after = says(counting, "bernd", because=None, now=later, **how)
    assert isinstance(after, Acceptance) and after.in_force
    return after


def night(counting):
    return counting.outgoing.reconciliation(OF, NIGHT)


def test_one_person_alone_lets_nothing_stand(counting):
    once = says(counting, "anna")
    assert (once.in_force, once.because) == (False, WHY)
    assert counts(counting.night(days(days=2))) == (1, 0, 1)
    assert counting.world.store.named(FactName.DIFFERENCE_ACCEPTED) == []


def test_two_people_let_it_stand_and_it_is_listed_as_accepted_from_then_on(counting):
    after = accepted(counting)
    assert [one.by for one in after.releases] == ["anna", "bernd"]
    (stands,) = night(counting).accepted
    assert (stands.about, night(counting).left, night(counting).count) == (counting.payment.object_id, (), 0)
    for later in range(2, 40):
        done = counting.night(days(days=later))
        assert (counts(done), done.compared.accepted) == ((1, 0, 0), (stands,)), later
    assert len(counting.alarms) == 1
    assert (counting.written[-1].left, counting.written[-1].accepted) == ((), (stands,))


def test_it_is_written_down_by_whom_and_why_and_as_a_fact(counting):
    after = accepted(counting)
    (fact,) = counting.world.store.named(FactName.DIFFERENCE_ACCEPTED)
    assert dict(fact.about) == {"acceptance": after.id, "difference": after.difference.id}
    acts = counting.outgoing.acts(OF, "2026-11")
    assert [(act.by, act.what, act.about) for act in acts] == [
        ("anna", ActKind.ACCEPT, after.id),
        ("bernd", ActKind.ACCEPT, after.id),
    ]
    assert counting.outgoing.acceptances(OF) == (replace(after, version=2),)
    assert WHY not in repr(fact) + repr(acts), "facts and acts hold ids alone"


def test_nobody_counts_twice_and_a_third_yes_is_refused(counting):
    says(counting, "anna")
    assert says(counting, "anna").because == "same_person"
    says(counting, "bernd", None)
    for who in ("anna", "carla"):
        assert says(counting, who).because == "accepted_already"


def test_the_first_says_why(counting):
    for nothing in (None, ""):
        assert says(counting, "anna", nothing).because == "reason_missing"
    assert counting.outgoing.acceptances(OF) == ()


def test_what_no_comparison_left_cannot_be_let_stand(counting):
    for wrong in ({"difference": "amount_differs/pi_none"}, {"listed": "2026-01-01..2026-01-02"}):
        answer = says(counting, "anna", **wrong)
        assert isinstance(answer, Refused) and answer.because == "not_found"


def test_the_same_thing_with_another_amount_rings_again_and_needs_two_people_again(counting):
    accepted(counting)
    gateway, name = counting.world.gateway, counting.payment.object_id
    gateway.payments[name] = replace(counting.payment, received=3000)
    done = counting.night(days(days=2))
    assert (counts(done), done.compared.accepted) == ((1, 0, 1), ())
    assert [[one.theirs for one in told] for told in counting.alarms] == [[4000], [3000]]
    counting.night(days(days=3))
    assert len(counting.alarms) == 2, "once"
    accepted(counting, now=days(days=3, hours=9))
    assert counts(counting.night(days(days=4))) == (1, 0, 0)
    assert len(counting.outgoing.acceptances(OF)) == 2, "what was accepted before is still written down"


def test_one_that_grows_weeks_later_is_seen_though_nothing_else_is_left(counting):
    accepted(counting)
    for later in range(2, 60):
        counting.night(days(days=later))
    gateway, name = counting.world.gateway, counting.payment.object_id
    gateway.payments[name] = replace(counting.payment, received=10)
    assert counts(counting.night(days(days=60))) == (1, 0, 1)
    assert len(counting.alarms) == 2


def test_another_difference_of_the_same_night_rings(counting):
    accepted(counting)
    other = counting.world.gateway.money(100, days(days=1))
    counting.world.book(replace(other, received=200))
    assert counts(counting.night(days(days=2))) == (2, 0, 1)
    assert [one.about for one in counting.alarms[-1]] == [other.object_id]


def test_what_is_accepted_counts_for_every_span_and_may_be_named_by_one(counting):
    span = f"{TODAY}..{TODAY}"
    counting.reconcile()
    accepted(counting, listed=span)
    assert counting.outgoing.reconciliation(OF, span).count == 0
    assert counts(counting.night(days(days=2))) == (1, 0, 0)
    done = counting.reconcile(TODAY - DAY, TODAY)
    assert (counts(done), len(done.compared.accepted), len(counting.alarms)) == ((1, 0, 0), 1, 1)


def test_a_yes_while_its_span_is_compared_counts_once_that_is_done(counting):
    counting.reconcile()
    how = {"by": "anna", "store": counting.world.store, "outgoing": counting.outgoing, "now": days(days=1)}
    asked = ask_reconciliation(OF, TODAY, TODAY, **how)
    accepted(counting, listed=asked.id)
    assert counting.outgoing.reconciliation(OF, asked.id).left == asked.left
    assert counts(counting.reconcile()) == (1, 0, 0)


def test_what_is_mended_after_all_is_on_no_list(counting):
    accepted(counting)
    counting.world.gateway.payments[counting.payment.object_id] = replace(counting.payment, received=4820)
    done = counting.night(days(days=2))
    assert (counts(done), done.compared.accepted) == ((0, 0, 0), ())


def test_a_span_by_command_moves_neither_the_nights_first_day_nor_what_it_left(counting):
    before = night(counting)
    counting.reconcile(TODAY - 30 * DAY, TODAY + DAY, now=days(days=1))
    counting.reconcile(TODAY + DAY, TODAY + DAY, now=days(days=1))
    assert night(counting) == before
    done = counting.night(days(days=20))
    assert (done.compared.first, done.compared.last) == (TODAY, days(days=20).date())
    assert counts(done) == (1, 0, 1)
