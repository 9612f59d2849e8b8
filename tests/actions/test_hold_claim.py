"""A person holds a claim or a debtor, and lets go again of what they may."""

from datetime import timedelta

from chalicelib.actions.hold_claim import hold_claim, let_go
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.person import ActKind

from .desking import ANNA, LATER, deciding, writing


def hold(world, kind=HoldKind.OPERATOR, until=None, now=LATER):
    return hold_claim("nordlicht", "K-501", "R-1001", kind, until, by=ANNA, **writing(world, now))


def free(world, kind=HoldKind.OPERATOR):
    return let_go("nordlicht", "K-501", "R-1001", kind, by=ANNA, **deciding(world))


def reminders(world):
    return [c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER]


def test_a_held_claim_is_not_asked_for_and_goes_on_when_it_is_let_go(world):
    world.register()
    hold(world)
    assert [h.kind for h in world.claim().holds] == [HoldKind.OPERATOR] and not reminders(world)
    assert free(world) is True
    assert world.claim().holds == () and reminders(world)
    assert [a.what for c in world.store.commits for a in c.acts] == [ActKind.HOLD_CLAIM, ActKind.LET_GO]


def test_held_twice_it_is_one_hold_with_the_later_end(world):
    world.register()
    hold(world)
    first = world.claim().holds[0]
    assert hold(world, now=LATER + timedelta(hours=1)) == first
    week = LATER + timedelta(days=7)
    hold(world, until=week, now=LATER + timedelta(hours=2))
    assert [(h.since, h.until) for h in world.claim().holds] == [(first.since, week)]


def test_what_the_law_knows_stands_on_the_debtor_and_one_alone_does_not_end_it(world):
    world.register()
    hold(world, HoldKind.INSOLVENCY)
    assert [h.kind for h in world.matter().debtor.holds] == [HoldKind.INSOLVENCY] and not reminders(world)
    assert free(world, HoldKind.INSOLVENCY).because == "two_people"


def test_what_nobody_sets_by_hand_is_refused_and_so_is_a_day_gone_by(world):
    world.register()
    assert hold(world, HoldKind.NEEDS_CARE).because == "kind"
    assert hold(world, until=LATER - timedelta(days=1)).because == "day"
    assert world.claim().holds == ()


def test_two_acts_of_one_person_at_the_same_instant_about_the_same_are_two(world):
    world.register()
    for kind in (HoldKind.INSOLVENCY, HoldKind.DECEASED, HoldKind.MINOR):
        hold(world, kind)
    assert {one.kind for one in world.matter().debtor.holds} == {
        HoldKind.INSOLVENCY,
        HoldKind.DECEASED,
        HoldKind.MINOR,
    }
    told = [a for c in world.store.commits for a in c.acts]
    assert [a.what for a in told] == [ActKind.HOLD_CLAIM] * 3 and len({a.id for a in told}) == 3


def test_what_is_not_held_is_not_let_go(world):
    world.register()
    assert free(world) is False


def test_what_the_law_knows_is_not_ended_sooner_by_one_who_gives_it_an_end(world):
    world.register()
    week, hour = LATER + timedelta(days=7), LATER + timedelta(hours=1)
    hold(world, HoldKind.INSOLVENCY)
    assert hold(world, HoldKind.INSOLVENCY, until=week, now=hour).because == "two_people"
    assert [h.until for h in world.matter().debtor.holds] == [None]
    hold(world, HoldKind.BREATHING_SPACE, until=week, now=hour)
    sooner = hold(world, HoldKind.BREATHING_SPACE, until=week - timedelta(days=1), now=hour)
    assert sooner.because == "two_people"
    assert (
        hold(world, HoldKind.BREATHING_SPACE, until=week + timedelta(days=1), now=week - timedelta(days=1)).until
        > week
    )


def test_a_hold_that_is_over_is_not_the_one_that_is_set_now(world):
    world.register()
    hold(world, HoldKind.BREATHING_SPACE, until=LATER + timedelta(days=7))
    month = LATER + timedelta(days=30)
    again = hold(world, HoldKind.BREATHING_SPACE, until=month + timedelta(days=1), now=month)
    assert again.since == month
    (before,) = world.matter().debtor.rests
    assert before.until < month
