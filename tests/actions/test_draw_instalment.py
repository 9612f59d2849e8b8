"""Parts of a plan are drawn when they are due, announced before, once; and never past a hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.draw_instalment import Looked, look_after
from chalicelib.actions.give_mandate import Given, end_mandate, give_mandate
from chalicelib.actions.start_payment import UnderWay
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.errors import BrokenRule, Permanent, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.mandate import AGREED_NOTICE_DAYS, MandateState, months_after
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.payments import AttemptStatus, PaymentStatus
from chalicelib.domain.plan import PlanState
from chalicelib.ports import Commit
from tests.actions.arranging import agreed, carrier, said
from tests.actions.drawing import (
    DEBITS,
    announce,
    at,
    bank_says,
    draws,
    give,
    night,
    notice,
    with_mandate,
)

DUE = date(2026, 12, 1)


@pytest.fixture
def plan(world):
    """A running plan, its first part announced by mail; the mandate stands."""
    world.register()
    with_mandate(world)
    announce(world)
    return world.matter().plans[world.claim().plan]


@pytest.fixture
def drawn(world, plan):
    assert night(world, DUE) == [Looked.DRAWN]
    return draws(world)[0]


# ---- giving the mandate


def test_a_plan_with_direct_debits_leads_over_the_hosted_page_to_a_saved_mandate(world):
    world.register()
    agreed(world, DEBITS)
    page = give(world)
    assert give(world) == page, "two tabs, one page"
    name = page.url.rpartition("/")[2]
    notice(world, "checkout", name)
    assert world.matter().mandate_for(world.claim().plan) is None, "nothing was given yet"
    world.mandates.give(name)
    for event in ("evt_1", "evt_1", "evt_2"):
        notice(world, "checkout", name, event=event)
    mandate = world.matter().mandate_for(world.claim().plan)
    assert (mandate.saved.last4, mandate.notice_days) == ("3000", AGREED_NOTICE_DAYS)
    assert len(world.store.named(FactName.MANDATE_GIVEN)) == 1
    again = give_mandate(
        world.visit(), store=world.store, gateway=world.mandates, new_id=lambda: "x", locale="de", now=world.now
    )
    assert again == Given(mandate)
    world.invariants()


def test_without_a_plan_that_is_drawn_no_mandate_is_begun(world):
    world.register()
    with pytest.raises(BrokenRule):
        give(world)
    agreed(world)
    with pytest.raises(BrokenRule):
        give(world)
    assert not world.matter().mandates


def test_W15_a_mandate_whose_notice_was_lost_is_found_by_the_nightly_run(world):
    world.register()
    agreed(world, DEBITS)
    world.mandates.give(give(world).url.rpartition("/")[2])
    night(world, world.now.date() + timedelta(days=1))
    (mandate,) = world.matter().mandates.values()
    assert mandate.state is MandateState.ACTIVE


def test_a_page_left_without_giving_anything_is_let_go(world):
    world.register()
    agreed(world, DEBITS)
    give(world)
    assert night(world, world.now.date() + timedelta(days=1)) == [Looked.GONE]
    assert night(world, world.now.date() + timedelta(days=9)) == []


def test_a_newer_mandate_takes_the_place_of_the_older_one(world):
    world.register()
    agreed(world, DEBITS)
    first = give(world).url.rpartition("/")[2]
    later = world.now + timedelta(hours=2)
    second = give(world, later).url.rpartition("/")[2]
    for page in (first, second):
        world.mandates.give(page)
        notice(world, "checkout", page, later)
    states = {m.page: m.state for m in world.matter().mandates.values()}
    assert states == {first: MandateState.ENDED, second: MandateState.ACTIVE}


# ---- drawing


def test_a_part_is_drawn_on_its_day_once_and_booked_when_the_bank_is_done(world, plan):
    assert night(world, DUE - timedelta(days=1)) == [Looked.RESTS]
    assert night(world, DUE) == [Looked.DRAWN]
    (attempt,) = draws(world)
    assert (attempt.amount, attempt.number, attempt.plan) == (1000, 1, plan.id)
    assert world.claim().attempt == attempt.id, "a drawn part is the claim's one open attempt"
    for day in range(1, 4):
        night(world, DUE + timedelta(days=day))
    assert world.mandates.asked == [attempt.id]
    bank_says(world, PaymentStatus.SUCCEEDED, at(date(2026, 12, 5)))
    assert world.claim().paid == 1000
    assert world.matter().attempts[attempt.id].status is AttemptStatus.PAID
    assert not [hold for hold in world.claim().holds if hold.kind is HoldKind.PAYMENT_UNDER_WAY]
    world.invariants()


def test_the_whole_plan_is_drawn_part_by_part_and_kept(world, plan):
    for part in plan.instalments:
        if part.number > 1:
            announce(world)
        night(world, part.due)
        bank_says(world, PaymentStatus.SUCCEEDED, at(part.due + timedelta(days=4)), event=f"evt_{part.number}")
    assert [attempt.amount for attempt in draws(world)] == [1000, 1000, 1000, 1000, 820]
    assert world.matter().plans[plan.id].state is PlanState.KEPT
    assert night(world, date(2027, 5, 1)) == [Looked.ENDED]
    assert night(world, date(2027, 5, 2)) == [Looked.GONE]
    assert len(world.mandates.forgotten) == 1
    world.invariants()


def test_nothing_is_drawn_that_was_not_announced_as_long_before_as_agreed(world):
    world.register()
    with_mandate(world)
    assert night(world, DUE) == [Looked.RESTS]
    word = carrier(world)
    assert word.kind is MessageKind.INSTALMENT
    world.send(word, at(DUE, 8))
    assert night(world, DUE + timedelta(days=1)) == [Looked.RESTS]
    assert night(world, DUE + timedelta(days=AGREED_NOTICE_DAYS)) == [Looked.DRAWN]


def test_a_first_part_so_near_that_no_word_of_its_own_goes_out_is_announced_by_the_confirmation(world):
    world.register()
    first = replace(DEBITS, first=world.now.date() + timedelta(days=2))
    with_mandate(world, first)
    assert night(world, first.first - timedelta(days=1)) == [Looked.RESTS]
    assert night(world, first.first) == [Looked.DRAWN]


def test_what_was_paid_meanwhile_is_not_drawn_and_of_a_part_only_the_rest(world, plan):
    world.book(world.gateway.money(400, world.now))
    night(world, DUE)
    assert [attempt.amount for attempt in draws(world)] == [600]


HOLDS = [kind for kind in HoldKind if kind not in (HoldKind.PLAN, HoldKind.PAYMENT_UNDER_WAY)]


@pytest.mark.parametrize("kind", HOLDS)
@pytest.mark.parametrize("on_debtor", [False, True])
def test_nothing_is_drawn_while_a_hold_stands(world, plan, kind, on_debtor):
    hold = Hold(kind, world.now, None, "test")
    if on_debtor:
        held = world.matter().debtor.held(hold)
        world.store.commit("nordlicht", Commit((), debtor=held))
    else:
        world.hold("R-1001", hold)
    assert night(world, DUE) == [Looked.RESTS]
    assert not draws(world) and not world.mandates.asked


def test_nothing_is_drawn_while_a_hosted_page_is_open_and_then_the_page_is_closed_first(world, plan):
    world.start(amount=1000, now=at(DUE))
    page = next(iter(world.gateway.opened))
    assert night(world, DUE) == [Looked.RESTS]
    assert not draws(world)
    assert night(world, DUE + timedelta(days=1)) == [Looked.DRAWN]
    assert world.gateway.pages[page].status.value == "expired"
    assert {a.status for a in world.matter().attempts.values() if not a.mandate} == {AttemptStatus.REPLACED}
    world.invariants()


def test_P1_while_a_part_is_being_drawn_no_page_is_opened_for_the_claim(world, drawn):
    answer = world.start(now=at(DUE, 9))
    assert isinstance(answer, UnderWay)
    assert not world.gateway.opened


# ---- coming back


def test_a_draw_that_fails_is_tried_once_more_and_then_only_a_question_is_asked(world, drawn):
    failed = DUE + timedelta(days=3)
    bank_says(world, PaymentStatus.FAILED, at(failed))
    assert night(world, failed + timedelta(days=1)) == [Looked.RESTS]
    question = carrier(world)
    assert question.kind is MessageKind.MISSED
    world.send(question, max(question.due_at, at(failed, 12)))
    assert said(world) == [(MessageKind.INSTALMENT, 1)], "it is drawn again before anybody asks"
    assert night(world, failed + timedelta(days=4)) == [Looked.DRAWN]
    second = draws(world)[-1]
    assert second.id != drawn.id and second.amount == 1000
    bank_says(world, PaymentStatus.FAILED, at(failed + timedelta(days=8)), second, "evt_c")
    for day in range(9, 30):
        night(world, failed + timedelta(days=day))
        word = carrier(world)
        if word.due_at <= at(failed + timedelta(days=day), 12):
            world.send(word, at(failed + timedelta(days=day), 12))
    assert len(world.mandates.asked) == 2, "never a third time"
    assert said(world).count((MessageKind.MISSED, 1)) == 1
    world.invariants()


def test_a_second_draw_that_succeeds_asks_nothing(world, drawn):
    bank_says(world, PaymentStatus.FAILED, at(DUE + timedelta(days=2)))
    night(world, DUE + timedelta(days=6))
    bank_says(world, PaymentStatus.SUCCEEDED, at(DUE + timedelta(days=9)), draws(world)[-1], "evt_c")
    assert world.claim().paid == 1000
    assert carrier(world).kind is not None
    world.invariants()


def test_W4_failed_after_succeeded_stays_paid(world, drawn):
    bank_says(world, PaymentStatus.SUCCEEDED, at(DUE + timedelta(days=4)))
    payment = world.mandates.drawings[drawn.id].object_id
    notice(world, "payment", payment, event="evt_of_failure")
    assert world.claim().paid == 1000 and len(world.mandates.asked) == 1


# ---- trouble in between


def test_I2_an_answer_lost_after_drawing_is_asked_for_and_never_drawn_again(world, plan):
    world.mandates.lost.append(Retry("lost"))
    with pytest.raises(Retry):
        night(world, DUE)
    assert draws(world)[0].status is AttemptStatus.STARTING
    night(world, DUE + timedelta(days=1))
    assert len(world.mandates.asked) == 1, "found, not drawn again"
    assert draws(world)[0].status is AttemptStatus.OPEN
    bank_says(world, PaymentStatus.SUCCEEDED, at(DUE + timedelta(days=4)))
    assert world.claim().paid == 1000


def test_a_provider_out_of_reach_is_asked_again_the_next_night(world, plan):
    world.mandates.broken.append(Retry("down"))
    with pytest.raises(Retry):
        night(world, DUE)
    assert night(world, DUE + timedelta(days=1)) == [Looked.DRAWN]
    assert len(draws(world)) == 1 and len(world.mandates.drawings) == 1


def test_a_hold_that_came_between_a_broken_night_and_the_next_stops_the_draw(world, plan):
    world.mandates.broken.append(Retry("down"))
    with pytest.raises(Retry):
        night(world, DUE)
    world.hold("R-1001", Hold(HoldKind.DISPUTE, world.now, None, "x-1"))
    assert night(world, DUE + timedelta(days=1)) == [Looked.RESTS]
    assert not world.mandates.drawings
    assert draws(world)[0].status is AttemptStatus.EXPIRED


def test_a_mandate_that_ended_at_the_bank_is_not_drawn_on(world, plan):
    (mandate,) = world.matter().mandates.values()
    world.mandates.revoke(mandate.page)
    assert night(world, DUE) == [Looked.ENDED]
    assert not world.mandates.drawings
    assert world.matter().mandates[mandate.id].state is MandateState.ENDED
    assert not [hold for hold in world.claim().holds if hold.kind is HoldKind.PAYMENT_UNDER_WAY]


def test_a_notice_that_the_mandate_ended_ends_it(world, plan):
    (mandate,) = world.matter().mandates.values()
    world.mandates.revoke(mandate.page)
    notice(world, "mandate", f"mandate_{mandate.page}")
    assert world.matter().mandates[mandate.id].state is MandateState.ENDED


def test_what_the_provider_refuses_for_another_reason_is_said_and_not_counted_as_a_try(world, plan):
    world.mandates.broken.append(Permanent("no such key"))
    with pytest.raises(Permanent):
        night(world, DUE)
    assert night(world, DUE + timedelta(days=1)) == [Looked.DRAWN]
    assert [attempt.status for attempt in draws(world)] == [AttemptStatus.OPEN]


# ---- ending


def test_the_debtor_ends_a_mandate_and_nothing_is_drawn_from_then_on(world, plan):
    (mandate,) = world.matter().mandates.values()
    for _ in range(2):
        after = end_mandate(world.visit(), mandate.id, store=world.store, now=world.now)
        assert after.state is MandateState.ENDED
    assert night(world, DUE) == [Looked.GONE]
    assert world.mandates.forgotten == [mandate.saved.way] and not world.mandates.asked
    assert world.matter().plans[plan.id].state is PlanState.RUNNING
    assert len(world.store.named(FactName.MANDATE_ENDED)) == 1
    world.invariants()


def test_O3_nobody_ends_a_mandate_that_is_not_theirs(world, plan):
    (mandate,) = world.matter().mandates.values()
    world.register(claim="R-2", debtor="K-2")
    stranger = world.visit("R-2", "K-2")
    assert end_mandate(stranger, mandate.id, store=world.store, now=world.now) is None
    helper = replace(world.visit(), scope=Scope.ARRANGE)
    with pytest.raises(BrokenRule):
        end_mandate(helper, mandate.id, store=world.store, now=world.now)
    assert world.matter().mandates[mandate.id].state is MandateState.ACTIVE


def test_a_mandate_unused_for_36_months_is_not_drawn_on(world, plan):
    (mandate,) = world.matter().mandates.values()
    since = at(months_after(DUE, -37))
    world.store.commit("nordlicht", Commit((), mandates=(replace(mandate, since=since, begun_at=since),)))
    assert night(world, DUE) == [Looked.ENDED]
    assert not world.mandates.asked


def test_I7_two_runs_at_once_draw_once(world, plan):
    (mandate,) = world.matter().mandates.values()
    world.store.meanwhile.append(lambda: look_after(mandate, till=world.till, now=at(DUE)))
    look_after(mandate, till=world.till, now=at(DUE))
    assert len(draws(world)) == 1 and len(world.mandates.drawings) == 1
    world.invariants()
