"""Money is given up, and a pause of the law ended, by two people: one puts it up, another says yes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.hold_claim import hold_claim
from chalicelib.actions.propose_motion import Wanted, propose_motion, take_back_motion
from chalicelib.actions.raise_dispute import withdraw_dispute
from chalicelib.actions.read_notice import read_notice
from chalicelib.actions.second_motion import second_motion
from chalicelib.domain.accrual import accrued
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.decision import Refused
from chalicelib.domain.deferral import Deferral, DeferralState
from chalicelib.domain.dispute import DisputeState, Verdict
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.facts import FactName
from chalicelib.domain.ledger import appended
from chalicelib.domain.motion import LIFTED_BY_TWO, MotionKind, MotionState
from chalicelib.domain.person import ActKind
from chalicelib.domain.staff import one_human
from chalicelib.domain.terms import LATEST, WIDEST
from chalicelib.ports import Commit
from tests.builders import NOW, staff
from tests.fakes.world import POLICIES, STRATEGIES

from .charging import METER
from .desking import ANNA, BEN, LATER, deciding, disputed, writing

WHY = "Sie haben recht: Der Zähler stand auf 4711. Wir haben die Rechnung berichtigt."


def propose(world, wanted, by=ANNA, now=LATER, claim="R-1001"):
    ports = {**writing(world, now), "policies": POLICIES}
    return propose_motion("nordlicht", "K-501", claim, wanted, by=by, **ports)


def second(world, motion, by=BEN, carries=True, now=LATER + timedelta(minutes=5), also=frozenset()):
    ports = deciding(world, now)
    return second_motion("nordlicht", "K-501", motion.id, by=by, also=also, carries=carries, **ports)


def accepting(task, amount=4820):
    return Wanted(MotionKind.ACCEPT_DISPUTE, WHY, amount, task=task.id, signed="Anna")


def whole(world):
    world.invariants()


def entries(world):
    return [(e.kind, e.amount) for e in world.store.ledger("nordlicht", "R-1001")[1:]]


def said(world):
    return [one.words for one in world.store.talk("nordlicht", "K-501")[1]]


def test_one_person_alone_changes_nothing(world):
    task = disputed(world)
    motion = propose(world, accepting(task))
    assert motion.state is MotionState.OPEN
    assert world.claim().outstanding.total == 4820 and not entries(world)
    assert world.matter().tasks[task.id].done_at is None


def test_the_second_yes_upholds_the_dispute_and_closes_the_claim_in_one_transaction(world):
    task = disputed(world)
    before = len(world.store.commits)
    done = second(world, propose(world, accepting(task)))
    assert (done.state, done.second) == (MotionState.CARRIED, BEN)
    assert len(world.store.commits) == before + 2
    assert entries(world) == [(EntryKind.CORRECTION, 4820)]
    claim, dispute = world.claim(), world.matter().disputes[task.about]
    assert (claim.state, claim.dispute, claim.holds) == (ClaimState.CLOSED, None, ())
    assert (dispute.state, dispute.verdict, dispute.less) == (DisputeState.ANSWERED, Verdict.UPHELD, 4820)
    assert world.matter().tasks[task.id].done_at
    assert said(world) == [WHY]
    assert [c.kind for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.ANSWER][-1] is (
        MessageKind.ANSWER
    )
    for name in (FactName.CLAIM_CORRECTED, FactName.CLAIM_CLOSED, FactName.TASK_DONE, FactName.DISPUTE_ANSWERED):
        assert len(world.store.named(name)) == 1, name
    whole(world)


def test_in_part_the_rest_is_owed_and_the_strategy_goes_on(world):
    task = disputed(world)
    second(world, propose(world, accepting(task, 1_000)))
    claim = world.claim()
    assert (claim.state, claim.outstanding.total, claim.holds) == (ClaimState.OPEN, 3820, ())
    assert world.matter().disputes[task.about].verdict is Verdict.IN_PART
    assert any(c.purpose is Purpose.REMINDER for c in world.contacts(ContactState.PLANNED))
    whole(world)


def test_nobody_is_their_own_second(world):
    motion = propose(world, accepting(disputed(world)))
    assert second(world, motion, by=ANNA).because == "same_person"
    assert not entries(world)


def test_who_left_and_came_back_is_not_the_second_of_what_they_put_up_before(world):
    motion = propose(world, accepting(disputed(world)))
    left = staff(id=ANNA, email="anna@desk.example", subject="s-1", left_at=LATER)
    back = staff(id="anna-again", email="Anna@desk.example", subject="s-1")
    other = staff(id=BEN, email="ben@desk.example", subject="s-2")
    everybody = (left, back, other, staff(id="new", email="new@desk.example", subject=None))
    assert (one_human(back, everybody), one_human(other, everybody)) == ({ANNA}, frozenset())
    assert second(world, motion, by=back.id, also=one_human(back, everybody)).because == "same_person"
    assert not entries(world)


def test_two_sign_ins_of_one_human_are_not_two_people_whichever_of_them_puts_it_up(world):
    motion = propose(world, accepting(disputed(world)))
    anna = staff(id=ANNA, email="anna@desk.example", subject="s-1", vouched=("s-1", "anna@desk.example"))
    twin = staff(id="anna-lead", email="lead@desk.example", subject="s-2", vouched=("s-2", "anna@desk.example"))
    assert second(world, motion, by=twin.id, also=one_human(twin, (anna, twin))).because == "same_person"
    assert not entries(world)
    assert one_human(anna, (anna, twin)) == {twin.id}


def test_said_twice_it_is_done_once(world):
    motion = propose(world, accepting(disputed(world)))
    first = second(world, motion)
    assert second(world, motion, now=LATER + timedelta(hours=1)) == replace(first, version=first.version + 1)
    assert len(entries(world)) == 1


def test_two_seconds_at_the_same_moment_are_one(world):
    motion = propose(world, accepting(disputed(world)))
    world.store.meanwhile.append(lambda: second(world, motion, by="cem.ates"))
    assert second(world, motion).because == "decided_already"
    assert len(entries(world)) == 1
    whole(world)


def test_a_no_changes_nothing_and_the_task_still_waits(world):
    task = disputed(world)
    motion = propose(world, accepting(task))
    assert second(world, motion, carries=False).state is MotionState.REFUSED
    assert not entries(world) and world.matter().tasks[task.id].done_at is None
    assert second(world, motion).because == "decided_already"
    assert propose(world, accepting(task)).id != motion.id


def test_it_is_taken_back_by_whoever_put_it_up(world):
    motion = propose(world, accepting(disputed(world)))
    ports = writing(world)
    assert take_back_motion("nordlicht", "K-501", motion.id, by=BEN, **ports).because == "not_yours"
    assert take_back_motion("nordlicht", "K-501", motion.id, by=ANNA, **ports).state is MotionState.WITHDRAWN
    assert second(world, motion).because == "decided_already"


def test_money_that_came_meanwhile_is_not_corrected_away(world):
    motion = propose(world, accepting(disputed(world)))
    world.book(world.gateway.money(1_000, LATER), now=LATER)
    assert second(world, motion).because == "above_owed"
    whole(world)


def test_a_claim_that_was_paid_meanwhile_is_left_alone(world):
    motion = propose(world, accepting(disputed(world)))
    world.book(world.gateway.money(4820, LATER), now=LATER)
    assert second(world, motion).because == "closed"


def test_what_is_left_is_written_off_and_the_claim_closes(world):
    world.register()
    done = second(world, propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein.")))
    assert done.state is MotionState.CARRIED
    assert entries(world) == [(EntryKind.WAIVER, 4820)]
    claim = world.claim()
    assert (claim.state, claim.waived, claim.paid) == (ClaimState.CLOSED, 4820, 0)
    assert not any(c.purpose is Purpose.REMINDER for c in world.contacts(ContactState.PLANNED))
    whole(world)


def more(world, kind, split, source):
    """So much more is owed from a minute after it was put up on."""
    at = LATER + timedelta(minutes=1)
    after, entry = appended(world.claim(), kind, split, source, at.date(), at)
    world.store.commit("nordlicht", Commit((), claims=(after,), entries=(("R-1001", entry),)))


def test_no_more_is_written_off_than_the_two_have_seen(world):
    world.register()
    motion = propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein."))
    assert motion.amount == 4820
    more(world, EntryKind.COSTS, Split(costs=250), "fee")
    assert second(world, motion).because == "more_owed"
    assert propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein.")).because == "waits", (
        "the one over less is decided first"
    )
    assert world.claim().outstanding.total == 5070
    second(world, motion, carries=False)
    anew = propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein."))
    assert anew.amount == 5070 and second(world, anew).state is MotionState.CARRIED
    assert world.claim().outstanding.total == 0


def test_interest_that_ran_on_meanwhile_is_written_off_with_what_it_grew_on(world):
    world.register()
    motion = propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein."))
    more(world, EntryKind.INTEREST, Split(interest=12), "interest:1")
    assert second(world, motion).state is MotionState.CARRIED
    assert (entries(world)[-1], world.claim().state) == ((EntryKind.WAIVER, 4832), ClaimState.CLOSED)


def test_a_write_off_that_does_not_say_how_much_is_not_carried(world):
    world.register()
    motion = propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein."))
    world.store.commit("nordlicht", Commit((), motions=(replace(motion, amount=None, version=1),)))
    assert second(world, motion).because == "more_owed"


def test_nobody_is_told_that_nothing_is_owed_where_a_payment_went_back_before_the_second_yes(world):
    world.register()
    paid = world.gateway.money(2_000, world.now)
    world.book(paid, now=world.now)
    task = disputed(world)
    motion = propose(world, accepting(task, 2_820))
    chargeback = world.gateway.takes_back(paid.object_id, LATER + timedelta(minutes=1))
    came = LATER + timedelta(minutes=2)
    read_notice("chargeback", "nordlicht", chargeback.object_id, event="evt_back", till=world.till, now=came)
    assert world.claim().outstanding.total == 4820
    assert second(world, motion).because == "more_owed"
    assert not said(world) and world.matter().tasks[task.id].done_at is None
    second(world, motion, carries=False)
    assert second(world, propose(world, accepting(task))).state is MotionState.CARRIED
    assert (world.claim().state, said(world)) == (ClaimState.CLOSED, [WHY])
    whole(world)


def test_all_that_was_owed_is_corrected_only_while_no_more_is_owed_and_a_part_of_it_always(world):
    world.register()
    motion = propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=4820))
    more(world, EntryKind.COSTS, Split(costs=250), "fee")
    assert second(world, motion).because == "more_owed"
    second(world, motion, carries=False)
    anew = propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=4820))
    more(world, EntryKind.COSTS, Split(costs=30), "fee-2")
    assert second(world, anew).state is MotionState.CARRIED
    assert world.claim().outstanding.total == 280
    whole(world)


def test_interest_that_ran_on_meanwhile_is_corrected_with_what_it_grew_on(world):
    world.register(default_since=NOW.date() - timedelta(days=90), default_basis="Mahnung")
    motion = propose(world, Wanted(MotionKind.CORRECT, "Falsch.", amount=world.claim().outstanding.total))
    grown = LATER + timedelta(days=60)
    after, booked = accrued(world.claim(), grown.date(), grown, METER)
    assert booked
    world.store.commit("nordlicht", Commit((), claims=(after,), entries=(("R-1001", booked[0]),)))
    assert second(world, motion, now=grown).state is MotionState.CARRIED
    assert (world.claim().state, world.claim().outstanding.total) == (ClaimState.CLOSED, 0)
    whole(world)


def test_what_was_wrong_from_the_beginning_is_corrected_without_a_dispute(world):
    world.register()
    second(world, propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=820)))
    assert world.claim().outstanding.total == 4_000
    whole(world)


def test_a_hold_of_the_law_ends_by_two(world):
    world.register()
    hold_claim("nordlicht", "K-501", "R-1001", HoldKind.BREATHING_SPACE, None, by=ANNA, **writing(world))
    assert not any(c.purpose is Purpose.REMINDER for c in world.contacts(ContactState.PLANNED))
    second(world, propose(world, Wanted(MotionKind.LIFT, hold=HoldKind.BREATHING_SPACE)))
    assert world.matter().debtor.holds == ()
    assert any(c.purpose is Purpose.REMINDER for c in world.contacts(ContactState.PLANNED))


def test_what_stands_for_something_under_way_is_lifted_by_nobody(world):
    disputed(world)
    for kind in set(HoldKind) - LIFTED_BY_TWO:
        assert propose(world, Wanted(MotionKind.LIFT, hold=kind)).because == "under_way", kind
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.DISPUTE]


@pytest.mark.parametrize(
    ("wanted", "because"),
    [
        (Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=4821), "above_owed"),
        (Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=0), "amount"),
        (Wanted(MotionKind.CORRECT, "Falsch gelesen."), "amount"),
        (Wanted(MotionKind.ACCEPT_DISPUTE, WHY, 100), "no_dispute"),
        (Wanted(MotionKind.LIFT, hold=HoldKind.MINOR), "no_hold"),
        (Wanted(MotionKind.PLAN, amount=500), "day"),
        (Wanted(MotionKind.WRITE_OFF, task="t-none"), "not_found"),
        (Wanted(MotionKind.WRITE_OFF), "no_reason"),
        (Wanted(MotionKind.CORRECT, " ", 820), "no_reason"),
    ],
)
def test_what_cannot_be_is_refused_by_name(world, wanted, because):
    world.register()
    refused = propose(world, wanted)
    assert isinstance(refused, Refused) and refused.because == because
    assert not world.store.motions("nordlicht", "K-501")


TODAY = LATER.date()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(MotionKind.DATE, day=date.max),
        Wanted(MotionKind.DATE, day=TODAY + timedelta(days=LATEST.longest_days + 1)),
        Wanted(MotionKind.DATE, day=TODAY),
        Wanted(MotionKind.PLAN, amount=500, day=date.max),
        Wanted(MotionKind.PLAN, amount=500, day=TODAY + timedelta(days=WIDEST.first_within_days + 1)),
        Wanted(MotionKind.PLAN, amount=500, day=TODAY - timedelta(days=1)),
        Wanted(MotionKind.PLAN, amount=WIDEST.least - 1, day=TODAY),
    ],
)
def test_terms_that_no_two_people_can_allow_are_not_put_up_and_stand_in_nobodys_way(world, wanted):
    world.register()
    assert propose(world, wanted) == Refused("terms", "two_people")
    assert not world.store.motions("nordlicht", "K-501")
    assert propose(world, Wanted(MotionKind.WRITE_OFF, "Zu klein.")).state is MotionState.OPEN


def test_a_deferral_that_was_made_as_often_as_it_can_be_is_not_put_up_again(world):
    world.register()
    over = Deferral("", "nordlicht", "K-501", "R-1001", TODAY, "o", LATER, DeferralState.OVER)
    deferrals = tuple(replace(over, id=f"d-{number}") for number in range(LATEST.most))
    world.store.commit("nordlicht", Commit((), deferrals=deferrals))
    assert propose(world, Wanted(MotionKind.DATE, day=TODAY + timedelta(days=9))).because == "terms"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(MotionKind.DATE, day=TODAY + timedelta(days=LATEST.longest_days)),
        Wanted(MotionKind.PLAN, amount=WIDEST.least, day=TODAY + timedelta(days=WIDEST.first_within_days)),
    ],
)
def test_what_two_people_can_just_allow_is_put_up(world, wanted):
    world.register()
    assert propose(world, wanted).state is MotionState.OPEN


def test_only_whoever_holds_the_task_asks_for_its_end_and_one_motion_waits_at_a_time(world):
    task = disputed(world)
    assert propose(world, accepting(task), by=BEN).because == "not_yours"
    motion = propose(world, accepting(task))
    assert propose(world, accepting(task)).id == motion.id
    assert propose(world, accepting(task, 100)).because == "waits"


def test_of_two_put_up_about_one_claim_at_the_same_moment_one_waits(world):
    world.register()
    world.store.meanwhile.append(
        lambda: propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=1606))
    )
    assert propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=1606), by=BEN).because == "waits"
    (motion,) = world.store.motions("nordlicht", "K-501")
    second(world, motion, by="cem.ates")
    assert entries(world) == [(EntryKind.CORRECTION, 1606)]


def test_who_said_what_is_written_down(world):
    motion = propose(world, accepting(disputed(world)))
    second(world, motion)
    acts = [(a.by, a.what) for c in world.store.commits for a in c.acts]
    assert acts == [(ANNA, ActKind.PROPOSE), (BEN, ActKind.CARRY)]


def test_what_was_answered_otherwise_is_out_of_the_way_of_another_motion(world):
    task = disputed(world)
    propose(world, accepting(task, 100))
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    withdraw_dispute(world.visit(), now=LATER, **ports)
    assert propose(world, Wanted(MotionKind.CORRECT, "Falsch gelesen.", amount=20)).state is MotionState.OPEN
