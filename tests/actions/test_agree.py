"""Agreeing: only to what was handed over before, once, and to nothing that changed meanwhile."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.agree import Agreed, AskAgain, NoticeMissing
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.deferral import DeferralState
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.offer import OfferState
from chalicelib.domain.parties import PointState
from chalicelib.domain.plan import Method, PlanState
from chalicelib.domain.terms import Change, ChangeKind, NotPossible, stale, waiting_offer
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

from .arranging import WISH, agreed, carrier, day, fetch, offer, offered, pay, press, print_agreements

LATER = date(2026, 12, 15)


@pytest.fixture
def owing(world):
    world.register()
    return world


# The notice comes first


@pytest.mark.parametrize("terms", [WISH, LATER])
def test_P14_without_its_notice_given_nothing_can_be_agreed(owing, terms):
    made = offer(owing, terms)
    before = owing.claim()
    assert press(owing, made.offer.id) == NoticeMissing(made.offer)
    assert (owing.claim(), owing.matter().plans, owing.matter().deferrals) == (before, {}, {})
    owing.send(owing.matter().contacts[made.offer.contact])
    assert isinstance(press(owing, made.offer.id), Agreed)


def test_P14_the_document_in_hand_is_a_notice_too(owing):
    made = offer(owing)
    fetch(owing, made.offer.id)
    assert isinstance(press(owing, made.offer.id), Agreed)
    assert owing.matter().contacts[made.offer.contact].state is ContactState.CANCELLED


def test_P14_a_mail_that_never_left_is_no_notice(owing):
    owing.open(sandbox=True)
    made = offer(owing)
    owing.send(owing.matter().contacts[made.offer.contact])
    assert isinstance(press(owing, made.offer.id), NoticeMissing)


def test_P14_a_mail_that_came_back_is_no_notice(owing):
    made = offer(owing)
    letter = owing.matter().contacts[made.offer.contact]
    owing.send(letter)
    owing.store.commit("nordlicht", Commit((), contacts=(owing.again(letter).moved(ContactState.FAILED),)))
    assert isinstance(press(owing, made.offer.id), NoticeMissing)


# A plan


def test_a_plan_is_agreed_with_its_hold_its_first_contact_and_its_confirmation(owing):
    reminder = owing.planned()
    plan = agreed(owing, replace(WISH, method=Method.TRANSFER))
    claim = owing.claim()
    assert (claim.state, claim.plan) == (ClaimState.ON_PLAN, plan.id)
    (hold,) = claim.holds
    assert (hold.kind, hold.source, hold.until) == (HoldKind.PLAN, plan.id, None)
    held = owing.matter().plans[plan.id]
    assert (held.total, held.paid_before, held.day, held.method) == (4820, 0, 1, Method.TRANSFER)
    first = carrier(owing)
    assert (first.kind, first.number, first.about) == (MessageKind.INSTALMENT, 1, plan.id)
    assert (day(owing, first), held.next_at) == (date(2026, 11, 28), first.due_at)
    assert first.id in owing.scheduler.planned
    assert owing.again(reminder).state is ContactState.CANCELLED
    assert reminder.id not in owing.scheduler.planned
    assert len(owing.store.named(FactName.PLAN_AGREED)) == 1


def test_the_confirmation_waits_for_its_document_and_brings_it(owing):
    plan = agreed(owing)
    (answer,) = (c for c in owing.contacts(ContactState.PLANNED) if c.kind is MessageKind.AGREEMENT)
    assert (answer.purpose, answer.about) == (Purpose.ANSWER, plan.id)
    assert owing.send(answer) is Sent.MOVED, "it comes back once its document is made"
    print_agreements(owing)
    (answer,) = (c for c in owing.contacts(ContactState.PLANNED) if c.kind is MessageKind.AGREEMENT)
    document = owing.matter().documents[answer.document]
    assert (document.kind, document.about) == (DocumentKind.AGREEMENT, plan.id)
    owing.send(answer)
    assert [a.content for a in owing.email.attached[-1]] == [owing.archive.read(document)]
    assert [c.kind for c in owing.contacts(ContactState.PLANNED)] == [MessageKind.INSTALMENT], "still one"


def test_P2_pressed_twice_it_is_agreed_once(owing):
    name = offered(owing)
    one = press(owing, name)
    two = press(owing, name, now=NOW + timedelta(days=3))
    assert one.agreement.id == two.agreement.id
    assert len(owing.matter().plans) == len(owing.store.named(FactName.PLAN_AGREED)) == 1
    carrier(owing)


def test_P1_two_tabs_at_the_same_moment_agree_once(owing):
    name = offered(owing)
    owing.store.meanwhile.append(lambda: press(owing, name))
    assert isinstance(press(owing, name), Agreed)
    assert len(owing.matter().plans) == len(owing.store.named(FactName.PLAN_AGREED)) == 1


def test_what_was_paid_before_does_not_count_towards_the_parts(owing):
    pay(owing, 1000, NOW)
    plan = agreed(owing)
    assert (plan.paid_before, plan.total) == (1000, 3820)


# What changed meanwhile


def test_P10_after_the_balance_changed_the_reader_is_asked_again(owing):
    name = offered(owing)
    pay(owing, 500, NOW)
    assert press(owing, name) == AskAgain(owing.matter().offers[name], "amount_changed")
    assert owing.matter().plans == {}


def test_an_offer_holds_two_weeks_and_never_past_its_first_day(owing):
    name = offered(owing, replace(WISH, first=date(2027, 1, 1)))
    assert press(owing, name, now=NOW + timedelta(days=14)).because == "expired"
    soon = offered(owing)
    last = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert press(owing, soon, now=last + timedelta(minutes=1)).because == "expired"
    assert isinstance(press(owing, soon, now=last), Agreed)


def test_an_offer_that_was_replaced_is_asked_about_again(owing):
    name = offered(owing)
    offered(owing, replace(WISH, amount=2000))
    assert press(owing, name).because == "replaced"


def test_a_hold_that_came_meanwhile_leaves_it_to_a_person(owing):
    name = offered(owing)
    owing.hold("R-1001", Hold(HoldKind.INSOLVENCY, NOW, None, "desk"))
    assert press(owing, name).because == "bounds"


BOUNDS = STRATEGIES["balanced"].deferral


def day_of(now):
    return now.astimezone(POLICIES["DE"].zone).date()


def waits_for(world, now=NOW, claim="R-1001", bounds=BOUNDS):
    """The offer that this claim's first page shows."""
    matter = world.matter()
    return waiting_offer(matter, matter.claims[claim], bounds, day_of(now), now)


STALE = {
    "amount_changed": lambda world: pay(world, 500, NOW),
    "replaced": lambda world: offered(world, replace(WISH, amount=2000)),
    "bounds": lambda world: world.hold("R-1001", Hold(HoldKind.INSOLVENCY, NOW, None, "desk")),
}


@pytest.mark.parametrize("because", STALE)
def test_an_offer_waits_on_the_first_page_for_as_long_as_it_can_be_agreed_to(owing, because):
    assert waits_for(owing) is None
    name = offered(owing)
    assert waits_for(owing) == owing.matter().offers[name]
    STALE[because](owing)
    waits = waits_for(owing)
    assert press(owing, name).because == because and (waits is None or waits.id != name)


def test_an_offer_that_was_agreed_to_or_whose_time_is_over_waits_no_more(owing):
    name = offered(owing)
    until = owing.matter().offers[name].good_until
    assert waits_for(owing, until - timedelta(seconds=1)).id == name and waits_for(owing, until) is None
    assert isinstance(press(owing, name), Agreed) and waits_for(owing) is None


def test_a_deferral_that_came_to_lie_beyond_the_strategy_waits_no_more_as_it_can_be_agreed_to_no_more(owing):
    name = offered(owing, LATER)
    assert waits_for(owing).id == name
    narrow = replace(BOUNDS, longest_days=7)
    assert waits_for(owing, bounds=narrow) is None
    made, today = owing.matter().offers[name], day_of(NOW)
    assert stale(owing.matter(), made, narrow, today, NOW) == "bounds"
    assert stale(owing.matter(), replace(made, motion="m-1"), narrow, today, NOW) is None


def test_an_offer_about_one_claim_waits_nowhere_else(owing):
    owing.register(claim="R-2", invoice_number="2026-2")
    name = offered(owing)
    assert waits_for(owing).id == name and waits_for(owing, claim="R-2") is None


def test_what_was_paid_meanwhile_needs_no_agreement(owing):
    name = offered(owing)
    pay(owing, 4820, NOW)
    with pytest.raises(BrokenRule, match="closed"):
        press(owing, name)


def test_an_offer_of_another_claim_is_not_there(owing):
    name = offered(owing)
    owing.register(claim="R-2")
    for wrong in ({"claim": "R-2"}, {"debtor": "K-404"}):
        with pytest.raises(BrokenRule, match="not_found"):
            press(owing, name, **wrong)
    with pytest.raises(BrokenRule, match="not_found"):
        press(owing, "o-unknown")


# A deferral


def test_a_deferral_holds_to_the_end_of_its_day(owing):
    deferral = agreed(owing, LATER)
    claim = owing.claim()
    assert (claim.state, claim.deferral) == (ClaimState.OPEN, deferral.id)
    (hold,) = claim.holds
    assert (hold.kind, hold.source) == (HoldKind.DEFERRAL, deferral.id)
    assert hold.until == datetime(2026, 12, 15, 23, 0, tzinfo=UTC)
    word = carrier(owing)
    assert (word.kind, word.about, day(owing, word)) == (
        MessageKind.DEFERRAL_ENDS,
        deferral.id,
        date(2026, 12, 14),
    )
    assert len(owing.store.named(FactName.DEFERRAL_AGREED)) == 1


def test_a_claim_is_deferred_three_times_and_then_by_a_person(owing):
    for until in (date(2026, 12, 1), date(2026, 12, 8), LATER):
        agreed(owing, until)
    assert offer(owing, date(2026, 12, 20)).because == "deferrals_used_up"


def test_the_third_deferral_agreed_elsewhere_leaves_no_room_for_a_fourth(owing):
    agreed(owing, date(2026, 12, 1))
    agreed(owing, date(2026, 12, 8))
    name = offered(owing, LATER)
    owing.store.meanwhile.append(lambda: None)
    third = replace(owing.matter().deferrals[owing.claim().deferral], id="l-other", version=0)
    owing.store.commit("nordlicht", Commit((), deferrals=(third,)))
    assert press(owing, name).because == "bounds"


# One takes the place of another


def test_a_plan_after_a_deferral_takes_its_place(owing):
    deferral = agreed(owing, LATER)
    plan = agreed(owing)
    assert owing.matter().deferrals[deferral.id].state is DeferralState.OVER
    claim = owing.claim()
    assert (claim.plan, claim.deferral, claim.state) == (plan.id, None, ClaimState.ON_PLAN)
    assert [hold.kind for hold in claim.holds] == [HoldKind.PLAN]
    assert carrier(owing).about == plan.id


def test_a_deferral_after_a_plan_takes_its_place(owing):
    plan = agreed(owing)
    deferral = agreed(owing, LATER)
    ended = owing.matter().plans[plan.id]
    assert (ended.state, ended.next_at) == (PlanState.ENDED, None)
    claim = owing.claim()
    assert (claim.plan, claim.deferral, claim.state) == (None, deferral.id, ClaimState.OPEN)
    assert [hold.kind for hold in claim.holds] == [HoldKind.DEFERRAL]
    assert carrier(owing).about == deferral.id


def test_a_second_plan_takes_the_place_of_the_first(owing):
    first = agreed(owing)
    second = agreed(owing, replace(WISH, amount=2000))
    assert owing.matter().plans[first.id].state is PlanState.ENDED
    assert owing.claim().plan == second.id and carrier(owing).about == second.id
    answers = [c for c in owing.contacts(ContactState.PLANNED) if c.kind is MessageKind.AGREEMENT]
    assert [c.about for c in answers] == [second.id], "nobody hears of the first any more"


def test_a_new_plan_in_place_of_a_running_one_is_one_of_its_changes(owing):
    for turn, amount in enumerate((1500, 2000, 1500, 2000)):
        assert agreed(owing, replace(WISH, amount=amount)).changes == turn
    assert offer(owing, replace(WISH, amount=1600)) == NotPossible("change", "changes_used_up")


# Changes of a plan


def test_a_change_is_agreed_like_a_plan_and_moves_its_contact(owing):
    plan = agreed(owing)
    before = carrier(owing)
    changed = agreed(owing, Change(ChangeKind.SKIP))
    assert (changed.id, changed.changes, changed.instalments[0].due) == (plan.id, 1, date(2027, 1, 1))
    assert owing.again(before).state is ContactState.CANCELLED
    assert day(owing, carrier(owing)) == date(2026, 12, 29)
    assert len(owing.store.named(FactName.PLAN_CHANGED)) == 1
    assert owing.claim().plan == plan.id


def test_a_change_back_is_a_change_of_its_own(owing):
    agreed(owing)
    move = Change(ChangeKind.MOVE, 1, due=date(2026, 12, 10))
    agreed(owing, move)
    back = agreed(owing, Change(ChangeKind.MOVE, 1, due=date(2026, 12, 1)))
    assert back.changes == 2 and day(owing, carrier(owing)) == date(2026, 11, 28)


def test_each_change_is_confirmed_with_a_document_of_its_own(owing):
    agreed(owing)
    print_agreements(owing)
    agreed(owing, Change(ChangeKind.SKIP))
    (answer,) = (c for c in owing.contacts(ContactState.PLANNED) if c.kind is MessageKind.AGREEMENT)
    assert answer.document not in owing.matter().documents
    print_agreements(owing)
    assert answer.document in owing.matter().documents


def test_after_the_plan_a_change_was_offered_of_is_over_it_is_asked_again(owing):
    agreed(owing)
    name = offered(owing, Change(ChangeKind.SKIP))
    plan = owing.matter().plans[owing.claim().plan]
    owing.store.commit("nordlicht", Commit((), plans=(replace(plan, state=PlanState.ENDED),)))
    assert press(owing, name).because == "replaced"


def test_P10_a_payment_that_books_while_a_change_is_agreed_goes_first(owing):
    plan = agreed(owing)
    name = offered(owing, Change(ChangeKind.SKIP))
    owing.store.meanwhile.append(lambda: pay(owing, 1000, owing.now))
    assert press(owing, name).because == "amount_changed"
    assert owing.matter().plans[plan.id].changes == 0
    assert day(owing, carrier(owing)) == date(2026, 11, 28), "as it was planned before"


def test_every_other_offer_that_lies_open_is_replaced(owing):
    name = offered(owing)
    rival = replace(owing.matter().offers[name], id="o-rival", version=0)
    owing.store.commit("nordlicht", Commit((), offers=(rival,)))
    press(owing, name)
    states = {o.id: o.state for o in owing.matter().offers.values()}
    assert states == {name: OfferState.AGREED, "o-rival": OfferState.REPLACED}


def test_whoever_has_no_way_to_be_written_to_can_agree_all_the_same(owing):
    made = offer(owing)
    fetch(owing, made.offer.id)
    card = owing.matter().debtor
    for point in card.points:
        card = card.with_point_state(point.value, PointState.DEAD)
    owing.store.commit("nordlicht", Commit((), debtor=card))
    assert isinstance(press(owing, made.offer.id), Agreed)
    assert carrier(owing).kind is MessageKind.INSTALMENT
