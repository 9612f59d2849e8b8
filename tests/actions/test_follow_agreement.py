"""The life of what was agreed: one contact carries it, a miss brings a question, and its end is told by days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.follow_agreement import follow_again
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Allowed
from chalicelib.domain.deferral import DeferralState
from chalicelib.domain.errors import DeadAddress, Retry, Unknown
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import PointState
from chalicelib.domain.plan import PlanState, open_instalment
from chalicelib.domain.terms import Change, ChangeKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, World

from .arranging import WISH, ZONE, agreed, carrier, day, let_pass, offered, pay, press, said
from .test_watch_over import watch as run

INSTALMENT, MISSED = MessageKind.INSTALMENT, MessageKind.MISSED


def on(year, month, of_month, hour=12):
    return datetime.combine(date(year, month, of_month), time(hour), ZONE).astimezone(UTC)


@pytest.fixture
def owing(world):
    world.register()
    return world


@pytest.fixture
def planned(owing):
    """Five parts from 1 December on the first of each month: 10, 10, 10, 10 and 8.20."""
    return owing, agreed(owing)


def plan_of(world):
    (plan,) = world.matter().plans.values()
    return plan


# Before a part, and after one that did not come


def test_three_days_before_a_part_its_word_goes_out_and_the_next_contact_waits(planned):
    world, _ = planned
    word = carrier(world)
    assert word.due_at == on(2026, 11, 28, 9)
    assert world.send(word) is Sent.SENT
    assert world.compose.asked[-1]["kind"] is INSTALMENT
    assert (carrier(world).kind, carrier(world).number) == (MISSED, 1)
    assert plan_of(world).next_at == carrier(world).due_at
    assert not [key for key in world.store.items if key[0] == "sends"], "no cap counts it"


def test_a_word_before_a_quiet_day_waits_for_the_next_open_one(owing):
    agreed(owing, replace(WISH, first=date(2026, 12, 2)))
    assert day(owing, carrier(owing)) == date(2026, 11, 30), "29 November is a Sunday"


def test_who_agreed_just_before_the_first_day_is_not_reminded_of_it(owing):
    agreed(owing, replace(WISH, first=date(2026, 11, 25)))
    assert (carrier(owing).kind, carrier(owing).number) == (MISSED, 1)


def test_a_miss_is_asked_about_four_bank_days_later_and_only_once(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 6))
    assert day(world, carrier(world)) == date(2026, 12, 7), "1 December and four bank days"
    let_pass(world, on(2026, 12, 20))
    assert said(world) == [(INSTALMENT, 1), (MISSED, 1)]
    assert plan_of(world).asked == (1,)
    assert len(world.store.named(FactName.INSTALMENT_MISSED)) == 1
    assert (carrier(world).kind, carrier(world).number) == (INSTALMENT, 2)


def test_what_was_paid_in_time_is_passed_over_silently(planned):
    world, _ = planned
    let_pass(world, on(2026, 11, 30))
    pay(world, 1000, on(2026, 12, 1))
    let_pass(world, on(2026, 12, 20))
    assert said(world) == [(INSTALMENT, 1)]
    assert (carrier(world).kind, carrier(world).number) == (INSTALMENT, 2)
    assert day(world, carrier(world)) == date(2026, 12, 29)


def test_what_was_paid_ahead_is_never_asked_for(planned):
    world, _ = planned
    pay(world, 2500, NOW + timedelta(hours=1))
    let_pass(world, on(2027, 1, 27))
    assert said(world) == []
    assert (carrier(world).kind, carrier(world).number) == (INSTALMENT, 3)
    assert open_instalment(plan_of(world), world.claim())[1] == 500


def test_no_reminder_goes_out_while_a_plan_is_kept(planned):
    world, _ = planned
    for month, year in ((12, 2026), (1, 2027), (2, 2027), (3, 2027)):
        pay(world, 1000, on(year, month, 1))
    let_pass(world, on(2027, 3, 20))
    assert not [c for c in world.contacts() if c.purpose is Purpose.REMINDER and c.sent_at]
    world.invariants()


# Kept


def test_M17_the_last_part_closes_the_claim_to_the_cent(planned):
    world, plan = planned
    for part in plan.instalments:
        let_pass(world, datetime.combine(part.due, time(8), ZONE).astimezone(UTC))
        assert world.claim().state is ClaimState.ON_PLAN
        pay(world, part.amount, datetime.combine(part.due, time(12), ZONE).astimezone(UTC))
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.plan, claim.holds) == (ClaimState.CLOSED, 0, None, ())
    held = plan_of(world)
    assert (held.state, held.asked, held.next_at) == (PlanState.KEPT, (), None)
    assert len(world.store.named(FactName.PLAN_KEPT)) == 1
    assert [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.AGREED] == []
    assert [number for kind, number in said(world) if kind is INSTALMENT] == [1, 2, 3, 4, 5]
    assert world.store.suspense("nordlicht") == ()
    world.invariants()


def test_paid_at_once_in_the_middle_it_is_kept_too(planned):
    world, _ = planned
    pay(world, 1000, on(2026, 12, 1))
    pay(world, 3820, on(2026, 12, 9))
    assert plan_of(world).state is PlanState.KEPT
    assert world.claim().state is ClaimState.CLOSED


# Not kept


def test_two_weeks_after_two_unanswered_questions_the_plan_ends_and_the_strategy_goes_on(planned):
    world, _ = planned
    let_pass(world, on(2027, 1, 20))
    assert said(world) == [(INSTALMENT, 1), (MISSED, 1), (INSTALMENT, 2), (MISSED, 2)]
    assert plan_of(world).state is PlanState.RUNNING
    asked = max(c.due_at for c in world.contacts() if c.kind is MISSED and c.sent_at)
    last = carrier(world)
    assert last.due_at == asked + timedelta(days=14)
    assert world.send(last) is Sent.MOVED
    held, claim = plan_of(world), world.claim()
    assert (held.state, claim.state, claim.plan, claim.holds) == (PlanState.ENDED, ClaimState.OPEN, None, ())
    assert len(world.store.named(FactName.PLAN_ENDED)) == 1
    assert said(world)[-1] == (MISSED, 2), "the end itself says nothing"
    reminder = world.planned()
    assert (reminder.purpose, reminder.step) == (Purpose.REMINDER, 0)
    assert reminder.due_at >= last.due_at + timedelta(days=7)
    assert world.send(reminder) is Sent.SENT


def test_M9_money_after_a_plan_that_ended_is_booked_and_revives_nothing(planned):
    world, _ = planned
    let_pass(world, on(2027, 1, 24))
    assert plan_of(world).state is PlanState.ENDED
    pay(world, 2000, on(2027, 1, 25))
    claim = world.claim()
    assert (claim.outstanding.total, claim.state, claim.plan) == (2820, ClaimState.OPEN, None)
    assert plan_of(world).state is PlanState.ENDED
    pay(world, 2820, on(2027, 1, 26))
    assert plan_of(world).state is PlanState.ENDED and world.claim().state is ClaimState.CLOSED
    world.invariants()


def test_the_last_part_alone_ends_a_plan_too_since_none_comes_after_it(planned):
    world, _ = planned
    pay(world, 4000, NOW + timedelta(hours=1))
    let_pass(world, on(2027, 4, 10))
    assert said(world) == [(INSTALMENT, 5), (MISSED, 5)]
    let_pass(world, on(2027, 4, 22))
    assert plan_of(world).state is PlanState.ENDED


def test_money_that_comes_before_the_end_keeps_the_plan(planned):
    world, _ = planned
    let_pass(world, on(2027, 1, 20))
    pay(world, 1000, on(2027, 1, 20))
    let_pass(world, on(2027, 1, 25))
    assert plan_of(world).state is PlanState.RUNNING
    assert (carrier(world).kind, carrier(world).number) == (INSTALMENT, 3)


@pytest.mark.parametrize("kind", [HoldKind.DISPUTE, HoldKind.TRANSFERRED, HoldKind.REPRESENTATIVE])
def test_nobodys_plan_ends_while_something_else_is_open(planned, kind):
    world, _ = planned
    let_pass(world, on(2027, 1, 20))
    world.hold("R-1001", Hold(kind, on(2027, 1, 20), None, "other"))
    let_pass(world, on(2027, 2, 20))
    assert plan_of(world).state is PlanState.RUNNING
    world.store.commit("nordlicht", Commit((), claims=(world.claim().released(kind),)))
    let_pass(world, on(2027, 3, 10))
    assert plan_of(world).state is PlanState.ENDED


def test_a_change_answers_the_question(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 8))
    changed = agreed(world, Change(ChangeKind.SKIP), now=on(2026, 12, 9))
    assert (changed.asked, changed.instalments[0].due) == ((), date(2027, 1, 1))
    let_pass(world, on(2027, 1, 20))
    assert said(world) == [(INSTALMENT, 1), (MISSED, 1), (INSTALMENT, 1), (MISSED, 1)]
    assert plan_of(world).state is PlanState.RUNNING


def test_less_of_a_missed_part_gives_a_week_before_anybody_asks_again(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 8))
    changed = agreed(world, Change(ChangeKind.LESS, amount=500), now=on(2026, 12, 9))
    assert (changed.instalments[0].amount, changed.instalments[0].due) == (500, date(2026, 12, 16))
    assert changed.total == 4820
    assert (carrier(world).kind, day(world, carrier(world))) == (INSTALMENT, date(2026, 12, 14))
    let_pass(world, on(2026, 12, 21))
    assert (carrier(world).kind, day(world, carrier(world))) == (MISSED, date(2026, 12, 22))


# What keeps words back


def test_its_words_obey_the_hold_of_a_question_to_us(planned):
    world, _ = planned
    world.hold("R-1001", Hold(HoldKind.TASK_OPEN, NOW, on(2026, 11, 30, 20), "t-1"))
    word = carrier(world)
    assert world.send(word) is Sent.MOVED
    later = carrier(world)
    assert (later.kind, later.number, later.due_at) == (INSTALMENT, 1, on(2026, 12, 1, 8))
    assert world.again(word).moved_to == later.id and plan_of(world).next_at == later.due_at
    assert world.send(later) is Sent.SENT


def test_whoever_opted_out_hears_nothing_and_the_plan_goes_on(planned):
    world, _ = planned
    card = world.matter().debtor
    for point in card.points:
        card = card.with_point_state(point.value, PointState.OPTED_OUT)
    world.store.commit("nordlicht", Commit((), debtor=card))
    let_pass(world, on(2027, 1, 20))
    assert said(world) == [] and plan_of(world).asked == (1, 2)
    assert carrier(world).kind is MISSED
    let_pass(world, on(2027, 1, 25))
    assert plan_of(world).state is PlanState.ENDED


def test_a_dead_address_is_passed_by_another_way(planned):
    world, _ = planned
    world.email.answers.append(DeadAddress("gone"))
    world.email.answers.append(DeadAddress("gone"))
    let_pass(world, on(2026, 12, 8))
    assert [c.number for _, _, c in world.sms.sent if c.kind is MISSED] == [1]


def test_the_way_somebody_chose_is_taken(planned):
    from chalicelib.domain.parties import ChannelKind, Choices

    world, _ = planned
    card = replace(world.matter().debtor, choices=Choices(channel=ChannelKind.SMS))
    world.store.commit("nordlicht", Commit((), debtor=card))
    world.send(carrier(world))
    assert [c.kind for _, _, c in world.sms.sent] == [INSTALMENT]


def test_a_question_that_got_lost_counts_as_asked(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 5))
    world.email.answers.append(Unknown("?"))
    world.send(carrier(world))
    assert plan_of(world).asked == (1,)
    let_pass(world, on(2026, 12, 20))
    assert said(world) == [(INSTALMENT, 1)]


def test_a_question_that_could_not_leave_is_asked_again_and_nothing_ends(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 5))
    question = carrier(world)
    world.email.answers.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.send(question)
    assert plan_of(world).asked == ()
    assert world.send(question) is Sent.SENT
    assert plan_of(world).asked == (1,)


def test_a_payment_in_the_very_moment_of_a_word_goes_first(planned):
    world, _ = planned
    let_pass(world, on(2026, 12, 5))
    question = carrier(world)
    world.store.meanwhile.append(lambda: pay(world, 1000, question.due_at))
    assert world.send(question) is Sent.MOVED
    assert (carrier(world).kind, carrier(world).number) == (INSTALMENT, 2)
    assert said(world) == [(INSTALMENT, 1)]


def test_a_word_of_an_agreement_that_is_over_says_nothing(planned):
    world, plan = planned
    word = carrier(world)
    world.store.commit("nordlicht", Commit((), plans=(replace(plan_of(world), state=PlanState.ENDED),)))
    assert world.send(word) is Sent.CANCELLED
    assert world.email.sent and world.email.sent[-1][2].kind is MessageKind.OFFER


# A deferral


def test_a_deferral_says_one_word_two_days_before_and_is_over_after_its_day(owing):
    deferral = agreed(owing, date(2026, 12, 15))
    let_pass(owing, on(2026, 12, 15, 20))
    assert said(owing) == [(MessageKind.DEFERRAL_ENDS, None)]
    assert owing.matter().deferrals[deferral.id].state is DeferralState.RUNNING
    end = carrier(owing)
    assert day(owing, end) == date(2026, 12, 16)
    owing.send(end)
    over, claim = owing.matter().deferrals[deferral.id], owing.claim()
    assert (over.state, over.next_at, claim.deferral, claim.holds) == (DeferralState.OVER, None, None, ())
    assert len(owing.store.named(FactName.DEFERRAL_ENDED)) == 1
    reminder = owing.planned()
    assert (reminder.purpose, reminder.step) == (Purpose.REMINDER, 0)
    assert reminder.due_at >= on(2026, 12, 23, 8), "a week of peace for money that is on its way"


def test_paid_during_a_deferral_it_is_over_and_nobody_writes(owing):
    deferral = agreed(owing, date(2026, 12, 15))
    pay(owing, 4820, on(2026, 12, 1))
    assert owing.matter().deferrals[deferral.id].state is DeferralState.OVER
    let_pass(owing, on(2027, 2, 1))
    assert said(owing) == []


def test_a_part_paid_during_a_deferral_leaves_it_as_it_is(owing):
    deferral = agreed(owing, date(2026, 12, 15))
    pay(owing, 1000, on(2026, 12, 1))
    assert owing.matter().deferrals[deferral.id].state is DeferralState.RUNNING
    carrier(owing)


def test_after_the_strategys_last_word_an_agreement_that_ended_brings_it_once_more(owing):
    for _ in range(3):
        owing.send(owing.planned())
    assert owing.contacts(ContactState.PLANNED) == []
    owing.now = NOW + timedelta(days=40)
    agreed(owing, date(2027, 1, 20))
    let_pass(owing, on(2027, 1, 22))
    reminder = owing.planned()
    assert (reminder.purpose, reminder.step) == (Purpose.REMINDER, 2)
    owing.send(reminder)
    assert owing.contacts(ContactState.PLANNED) == []


# The nightly run


@pytest.mark.parametrize("terms", [WISH, date(2026, 12, 15)])
def test_an_agreement_that_lost_its_contact_gets_one_by_night(owing, terms):
    agreed(owing, terms)
    lost = carrier(owing)
    owing.store.commit("nordlicht", Commit((), contacts=(lost.moved(ContactState.CANCELLED),)))
    assert run(owing, now=lost.due_at).resumed == 0, "not before it should have gone out"
    found = run(owing, now=lost.due_at + timedelta(days=2))
    assert (found.resumed, found.failed) == (1, ())
    assert carrier(owing).about == lost.about
    assert carrier(owing).id in owing.scheduler.planned
    assert run(owing, now=lost.due_at + timedelta(days=2)).resumed == 0


def test_an_agreement_that_is_carried_or_over_gets_none(planned):
    world, plan = planned
    again = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    assert not follow_again(plan, **again, now=NOW)
    pay(world, 4820, NOW)
    assert not follow_again(plan, **again, now=NOW)


def test_a_word_that_nobody_knows_of_any_more_is_lost_and_the_next_one_follows(planned):
    world, _ = planned
    word = carrier(world)
    reserved = replace(word.moved(ContactState.RESERVED), reserved_at=word.due_at)
    world.store.commit("nordlicht", Commit((), contacts=(reserved,)))
    found = run(world, now=word.due_at + timedelta(days=1))
    assert found.lost == (word.id,)
    assert (carrier(world).kind, carrier(world).number) == (MISSED, 1)


# Over a long time


def test_a_plan_that_reaches_beyond_the_holiday_file_waits_on_its_last_morning(owing):
    late = datetime(2029, 12, 1, 9, 0, tzinfo=UTC)
    world = type(owing)(now=late)
    world.register(now=late, due=date(2029, 10, 1), invoice_date=date(2029, 9, 1), as_of=date(2029, 11, 1))
    plan = agreed(world, replace(WISH, first=date(2030, 1, 10), day=10))
    early = carrier(world)
    assert early.due_at < on(2030, 1, 1) and plan.next_at == early.due_at


def test_the_offer_agreed_at_the_last_moment_is_followed(owing):
    name = offered(owing)
    answer = press(owing, name, now=on(2026, 12, 1, 23))
    assert (carrier(owing).kind, carrier(owing).number) == (MISSED, 1)
    assert answer.agreement.next_at == carrier(owing).due_at


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 45), st.integers(0, 2500)), max_size=12),
    st.integers(1000, 5000),
    st.integers(1, 31),
)
def test_whatever_is_paid_and_when_a_plan_comes_to_its_end_and_asks_once_a_part(payments, amount, of_month):
    world, now = World(), NOW
    world.register()
    agreed(world, replace(WISH, amount=amount, day=of_month))
    for days, paid in payments:
        now += timedelta(days=days)
        let_pass(world, now)
        if paid and world.claim().outstanding.total:
            pay(world, paid, now)
        world.invariants()
    let_pass(world, now + timedelta(days=300))
    plan, claim = plan_of(world), world.claim()
    closed = claim.state is ClaimState.CLOSED
    assert plan.state is PlanState.ENDED or (plan.state is PlanState.KEPT and closed)
    words = said(world)
    assert len(words) == len(set(words)), "each word once a part"
    assert all((MISSED, number) in words for number in plan.asked)
    assert closed or claim.state is ClaimState.OPEN
    world.invariants()


def test_a_change_while_a_word_is_being_sent_writes_no_second_one(world):
    """Its sending broke off: the night settles it, and only then the next word is written."""
    world.register()
    plan = agreed(world)
    word = carrier(world)
    yes = (Allowed("DE/2026-11"),)
    held = replace(word.moved(ContactState.RESERVED), reserved_at=word.due_at, decisions=yes)
    world.store.commit("nordlicht", Commit((), contacts=(held,)))
    press(world, offered(world, Change(ChangeKind.SKIP)))
    world.invariants()
    assert world.matter().plans[plan.id].changes == 1
