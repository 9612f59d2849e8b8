"""Several claims of one debtor with one creditor are one message a day; each keeps its own course behind it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.gather_reminders import MOST
from chalicelib.actions.hold_sending import hold_sending
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.settle_contact import settle_contact
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.errors import DeadAddress, Permanent, Retry, Unknown
from chalicelib.domain.facts import FactName
from chalicelib.domain.gate import Halt
from chalicelib.domain.parties import ChannelKind
from chalicelib.ports import Commit
from tests.builders import NOW, collector
from tests.fakes.outside import FakeScorer
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

MAIL = "marta.lindqvist@example.com"
EIGHT = NOW - timedelta(hours=2)
NAMES = ("R-1001", "R-1002", "R-1003")


@pytest.fixture
def three(world):
    """Three claims of one debtor, each with its reminder for the same second; by claim."""
    for name in NAMES:
        world.register(claim=name)
    planned = {contact.claim: contact for contact in world.contacts(ContactState.PLANNED)}
    assert set(planned) == set(NAMES) and len({c.due_at for c in planned.values()}) == 1
    return planned


def states(world):
    """What became of the first reminder of each claim."""
    first = (c for c in world.contacts() if c.step == 0 and c.purpose is Purpose.REMINDER)
    return {c.claim: c.state for c in first}


def next_steps(world):
    return {c.claim: c.step for c in world.contacts(ContactState.PLANNED)}


# One message


def test_three_claims_are_one_message_that_says_how_many_they_are(world, three):
    assert [world.send(three[name]) for name in NAMES] == [Sent.SENT, Sent.DUPLICATE, Sent.DUPLICATE]
    ((point, _, sent),) = world.email.sent
    assert point.value == MAIL and sent.claim == "R-1001"
    assert [asked["matters"] for asked in world.compose.asked] == [3]
    assert world.compose.asked[0]["good"] is None, "of several amounts none is printed with a day"
    assert {c.claim: c.moved_to for c in world.contacts(ContactState.MOVED)} == {
        "R-1002": sent.id,
        "R-1003": sent.id,
    }
    assert next_steps(world) == dict.fromkeys(NAMES, 1), "each goes on by its own strategy"
    world.invariants()


def test_whoever_comes_first_speaks_for_the_others(world, three):
    assert world.send(three["R-1003"]) is Sent.SENT
    assert [c.claim for c in world.contacts(ContactState.MOVED)] == ["R-1001", "R-1002"]
    assert len(world.email.sent) == 1


def test_the_cap_of_the_address_counts_it_once(world, three):
    world.send(three["R-1001"])
    assert len(world.store.sends(hash_point(MAIL)).at) == 1


def test_the_next_ones_are_one_message_again_until_each_has_said_all_its_words(world, three):
    while waiting := world.contacts(ContactState.PLANNED):
        world.send(waiting[0])
    assert len(world.email.sent) == 3
    assert [asked["matters"] for asked in world.compose.asked] == [3, 3, 3]
    world.invariants()


def test_one_claim_alone_is_told_as_ever(world):
    world.register()
    assert world.send(world.planned()) is Sent.SENT
    assert "matters" not in world.compose.asked[0] and world.compose.asked[0]["good"]


def test_another_debtor_and_another_creditor_hear_for_themselves(world, three):
    world.open(id="suedlicht")
    world.register(of="suedlicht", email="sued@example.com")
    world.register(claim="R-9", debtor="K-9", email="neun@example.com")
    world.send(three["R-1001"])
    assert world.planned(of="suedlicht").step == 0 and world.planned(debtor="K-9").step == 0


def test_one_planned_for_a_later_day_stays_where_it_is(world, three):
    later = replace(three["R-1003"], due_at=three["R-1003"].due_at + timedelta(days=1))
    world.store.commit("nordlicht", Commit((), contacts=(later,)))
    world.send(three["R-1001"])
    assert states(world)["R-1003"] is ContactState.PLANNED
    assert world.compose.asked[0]["matters"] == 2


def test_one_planned_for_the_evening_of_the_same_day_by_text_message_comes_along(world):
    world.register(now=EIGHT)
    world.scorer = FakeScorer(0.1)
    world.register(claim="R-2", now=EIGHT)
    mail, text = world.contacts(ContactState.PLANNED)
    assert (mail.channel, text.channel) == (ChannelKind.EMAIL, ChannelKind.SMS) and mail.due_at < text.due_at
    assert world.send(mail) is Sent.SENT
    assert world.send(text) is Sent.DUPLICATE and world.sms.sent == []
    assert next_steps(world) == {"R-1001": 1, "R-2": 1}


def test_one_that_was_held_until_noon_does_not_come_by_another_way_on_the_same_day(world):
    world.register(now=EIGHT)
    world.scorer = FakeScorer(0.1)
    world.register(claim="R-2", now=EIGHT)
    mail, text = world.contacts(ContactState.PLANNED)
    noon = mail.due_at + timedelta(hours=3)
    held = world.claim("R-2").held(Hold(HoldKind.TRANSFERRED, NOW, noon, "x"))
    world.store.commit("nordlicht", Commit((), claims=(held,)))
    assert world.send(mail) is Sent.SENT
    assert world.send(text) is Sent.MOVED
    (later,) = (c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-2")
    assert later.decisions[-1].because == "daily_cap" and later.due_at.date() > text.due_at.date()
    assert world.send(later) is Sent.SENT
    world.invariants()


def test_a_strategy_may_leave_each_by_itself(world, three):
    apart = {"balanced": replace(STRATEGIES["balanced"], gathers_days=None)}
    from chalicelib.actions.send_contact import send_contact

    one = three["R-1001"]
    desk = replace(world.desk, strategies=apart)
    assert send_contact(one.creditor, one.debtor, one.id, desk=desk, now=one.due_at) is Sent.SENT
    assert not world.contacts(ContactState.MOVED)


def test_no_more_than_one_transaction_holds(world):
    for number in range(MOST + 5):
        world.register(claim=f"R-{number:02d}")
    first = world.contacts(ContactState.PLANNED)[0]
    assert world.send(first) is Sent.SENT
    assert world.compose.asked[0]["matters"] == MOST + 1
    assert len(world.contacts(ContactState.MOVED)) == MOST


# In a tone that is true of all


def test_the_gentlest_tone_speaks_and_the_last_notice_of_one_is_not_said_of_all(world, three):
    last = replace(three["R-1001"], tone=Tone.LAST_NOTICE, step=2)
    world.store.commit("nordlicht", Commit((), contacts=(last,)))
    assert world.send(last) is Sent.SENT
    assert world.compose.asked[0]["tone"] is Tone.FRIENDLY and world.again(last).tone is Tone.FRIENDLY
    assert next_steps(world) == {"R-1002": 1, "R-1003": 1}


# Never covered


@pytest.mark.parametrize(
    "kind",
    [HoldKind.DISPUTE, HoldKind.TASK_OPEN, HoldKind.TRANSFERRED, HoldKind.NEEDS_CARE, HoldKind.UNRELEASED],
)
def test_what_is_held_disputed_or_paused_is_not_spoken_for(world, three, kind):
    held = world.claim("R-1002").held(Hold(kind, NOW, None, "x"))
    world.store.commit("nordlicht", Commit((), claims=(held,)))
    world.send(three["R-1001"])
    assert states(world)["R-1002"] is ContactState.PLANNED
    assert world.compose.asked[0]["matters"] == 2


@pytest.mark.parametrize("channel", [None, ChannelKind.EMAIL])
def test_O1_a_batch_that_is_held_back_is_not_spoken_for(world, three, channel):
    other = replace(world.claim("R-1002"), batch="batch-2")
    world.store.commit("nordlicht", Commit((), claims=(other,)))
    halt = Halt("anna", NOW, "nordlicht", "batch-2", channel)
    hold_sending(halt, store=world.store, gates=world.gates)
    world.send(three["R-1001"])
    assert states(world)["R-1002"] is ContactState.PLANNED
    assert world.compose.asked[0]["matters"] == 2


def test_O1_one_planned_by_a_channel_that_is_held_back_waits_for_it(world):
    world.register(now=EIGHT)
    world.scorer = FakeScorer(0.1)
    world.register(claim="R-2", now=EIGHT)
    mail, text = world.contacts(ContactState.PLANNED)
    hold_sending(Halt("anna", NOW, channel=ChannelKind.SMS), store=world.store, gates=world.gates)
    assert world.send(mail) is Sent.SENT
    assert world.again(text).state is ContactState.PLANNED


def test_O1_a_hold_in_the_moment_of_the_reservation_keeps_all_of_it_back(world, three):
    world.store.meanwhile.append(lambda: hold_sending(Halt("anna", NOW), store=world.store, gates=world.gates))
    assert world.send(three["R-1001"]) is Sent.HELD
    assert set(states(world).values()) == {ContactState.PLANNED} and world.email.sent == []


def test_a_claim_that_is_paid_is_not_told_of_and_the_others_are(world, three):
    closed = replace(world.claim("R-1002"), state=ClaimState.CLOSED)
    world.store.commit("nordlicht", Commit((), claims=(closed,)))
    world.send(three["R-1001"])
    assert world.compose.asked[0]["matters"] == 2
    assert world.send(three["R-1002"]) is Sent.CANCELLED


def test_one_that_is_paid_in_the_moment_of_the_reservation_is_left_out(world, three):
    def pays():
        closed = replace(world.claim("R-1002"), state=ClaimState.CLOSED)
        world.store.commit("nordlicht", Commit((), claims=(closed,)))

    world.store.meanwhile.append(pays)
    assert world.send(three["R-1001"]) is Sent.SENT
    assert world.compose.asked[-1]["matters"] == 2
    assert states(world)["R-1002"] is ContactState.PLANNED


def test_where_the_first_is_paid_the_others_are_told_all_the_same(world, three):
    closed = replace(world.claim("R-1001"), state=ClaimState.CLOSED)
    world.store.commit("nordlicht", Commit((), claims=(closed,)))
    assert world.send(three["R-1001"]) is Sent.CANCELLED
    assert world.send(three["R-1002"]) is Sent.SENT
    assert world.compose.asked[0]["matters"] == 2


def test_a_statutory_notice_speaks_for_one_claim_and_is_spoken_for_by_none(world):
    world.open(collector(id="nordlicht"))
    told = {"contract_date": date(2024, 1, 5)}
    for name in NAMES:
        world.register(claim=name, **told)
    notices = world.contacts(ContactState.PLANNED)
    assert {c.kind for c in notices} == {MessageKind.NOTICE}
    assert world.send(notices[0]) is Sent.SENT
    assert not [c for c in world.contacts(ContactState.MOVED) if c.moved_to == notices[0].id]
    given = replace(world.claim(notices[1].claim), notice_sent_at=NOW)
    reminder = replace(notices[1], kind=MessageKind.REMINDER, due_at=notices[1].due_at + timedelta(days=1))
    world.store.commit("nordlicht", Commit((), claims=(given,), contacts=(reminder,)))
    assert world.send(reminder) is Sent.SENT
    assert world.again(notices[2]).state is ContactState.PLANNED


def test_the_first_word_to_a_business_that_tells_of_costs_stays_by_itself(world):
    world.open(collector(id="nordlicht", bills_collection_fee=True))
    in_default = {"default_since": date(2026, 9, 1), "default_basis": "Mahnung", "is_business": True}
    for name in NAMES[:2]:
        world.register(claim=name, principal=20_000, contract_date=date(2024, 1, 5), **in_default)
    first, second = world.contacts(ContactState.PLANNED)
    assert world.send(first) is Sent.SENT
    assert world.again(second).state is ContactState.PLANNED, "its costs are told with it"
    world.invariants()


# Crashes and races


def test_I7_the_three_at_the_same_moment_are_one_message(world, three):
    world.store.meanwhile.append(lambda: world.send(three["R-1002"]))
    assert world.send(three["R-1001"]) is Sent.DUPLICATE
    assert len(world.email.sent) == 1
    assert sorted(states(world).values()) == [ContactState.MOVED, ContactState.MOVED, ContactState.SENT]
    world.invariants()


def test_I7_each_brought_twice_again_sends_nothing_more(world, three):
    for name in (*NAMES, *NAMES):
        world.send(three[name])
    assert len(world.email.sent) == 1


def test_where_nothing_left_each_is_planned_again_and_the_next_try_gathers_anew(world, three):
    last = replace(three["R-1001"], tone=Tone.LAST_NOTICE)
    world.store.commit("nordlicht", Commit((), contacts=(last,)))
    world.email.answers.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.send(last)
    assert set(states(world).values()) == {ContactState.PLANNED}
    assert all(world.again(c).moved_to is None for c in three.values())
    assert world.again(last).tone is Tone.LAST_NOTICE, "in the tone it was planned in"
    assert world.scheduler.asked[-2:] == [three["R-1002"].id, three["R-1003"].id]
    world.invariants()
    assert world.send(last) is Sent.SENT and len(world.email.sent) == 1
    assert world.compose.asked[-1]["matters"] == 3


def test_where_nothing_left_and_one_was_paid_meanwhile_the_message_speaks_of_the_others(world, three):
    world.email.answers.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.send(three["R-1001"])
    closed = replace(world.claim("R-1003"), state=ClaimState.CLOSED)
    world.store.commit("nordlicht", Commit((), claims=(closed,)))
    assert world.send(three["R-1001"]) is Sent.SENT
    assert world.compose.asked[-1]["matters"] == 2


@pytest.mark.parametrize("answer", [Permanent("no"), DeadAddress("no such box")])
def test_where_it_is_refused_for_good_every_claim_goes_on(world, three, answer):
    world.email.answers.append(answer)
    assert world.send(three["R-1001"]) is Sent.FAILED
    assert next_steps(world) == dict.fromkeys(NAMES, 1)
    world.invariants()


def test_I13_where_nobody_knows_it_is_lost_once_and_every_claim_goes_on(world, three):
    world.email.answers.append(Unknown("silence"))
    assert world.send(three["R-1001"]) is Sent.UNKNOWN
    assert [world.send(three[name]) for name in NAMES] == [Sent.DUPLICATE] * 3
    assert world.email.sent == [] and next_steps(world) == dict.fromkeys(NAMES, 1)
    assert len(world.store.named(FactName.CONTACT_LOST)) == 1


def test_a_crash_after_the_reservation_is_lost_by_night_and_every_claim_goes_on(world, three):
    class Died(BaseException):
        pass

    def dies():
        raise Died

    world.email.answers.append(dies)
    with pytest.raises(Died):
        world.send(three["R-1001"])
    assert sorted(states(world).values()) == [ContactState.MOVED, ContactState.MOVED, ContactState.RESERVED]
    gone = replace(world.again(three["R-1001"]).moved(ContactState.LOST), outcome="lost")
    assert settle_contact(
        gone,
        world.store.creditor("nordlicht"),
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW + timedelta(days=1, hours=1),
    )
    assert next_steps(world) == dict.fromkeys(NAMES, 1)
    world.invariants()


def test_what_was_said_for_a_claim_counts_as_said_when_its_course_is_planned_anew(world, three):
    from chalicelib.actions.close_task import planned_again

    world.send(three["R-1001"])
    waiting = next(c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-1002")
    world.store.commit("nordlicht", Commit((), contacts=(waiting.moved(ContactState.CANCELLED),)))
    claim = world.claim("R-1002")
    settings = world.store.creditor("nordlicht")
    (again,) = planned_again(settings, world.matter(), (claim,), POLICIES, STRATEGIES, NOW + timedelta(days=2))
    assert again.step == 1, "not the first one once more"
