"""What is said at an address holds for every debtor number of the creditor who has it, whenever it came in."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from chalicelib.actions.answer_reply import Became
from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.keep_points import Kept, add_point, confirm_point, silence_point
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.plan_contact import plan_answer
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.take_reply import take_reply
from chalicelib.domain.contact import ContactState, Delivery, MessageKind, Reply
from chalicelib.domain.errors import OptedOut
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.ports import Commit
from tests.fakes.store import FakeStore
from tests.fakes.world import POLICIES, World, code_of, hash_point

PHONE, MAIL = "+491713920012", "marta.lindqvist@example.com"
OTHER = {"claim": "R-2", "debtor": "K-2", "line": 900}
ZONE = POLICIES["DE"].zone


@dataclass
class Asked(FakeStore):
    """Remembers at which addresses it was asked what was said there."""

    asked: list[str] = field(default_factory=list)

    def silence(self, creditor, point):
        self.asked.append(point)
        return super().silence(creditor, point)


@pytest.fixture
def world():
    """A reminder left by text message to K-501 at the number."""
    world = World()
    world.register(email=None)
    assert world.send(world.planned()) is Sent.SENT
    world.now = world.contacts(ContactState.SENT)[0].due_at + timedelta(hours=1)
    return world


def sent(world):
    return world.contacts(ContactState.SENT)[0]


def take_in(world, **row):
    """The same number comes in under another debtor number."""
    world.register(**(OTHER | {"email": None} | row))
    return world.planned(debtor="K-2")


def reply(world, text, name="in-1", **changes):
    plain = {"answers": sent(world).receipt, "at": world.now} | changes
    said = Reply(name, ChannelKind.SMS, PHONE, "", text, plain["at"], plain["answers"])
    return take_reply(said, ear=world.ear, now=world.now)


def by_link(world, action, **more):
    link = world.store.link(sent(world).link)
    action(link, store=world.store, scheduler=world.scheduler, hash_point=hash_point, now=world.now, **more)


def by_provider(world, outcome):
    note_outcome(sent(world).receipt, outcome, "said", PHONE, store=world.store, now=world.now)


def by_page(world, *, debtor="K-501", claim=None, open_again=False):
    claim = claim or ("R-1001" if debtor == "K-501" else "R-2")
    return silence_point(
        world.visit(claim, debtor),
        None,
        open_again=open_again,
        words="de:1",
        store=world.store,
        scheduler=world.scheduler,
        hash_point=hash_point,
        now=world.now,
    )


def by_carrier(world):
    world.sms.answers.append(OptedOut("DESTINATION_PHONE_NUMBER_OPTED_OUT"))
    (waiting,) = world.contacts(ContactState.PLANNED)
    assert world.send(waiting) is Sent.FAILED
    world.now = waiting.due_at + timedelta(hours=1)


STOPS = {
    "reply": lambda world: reply(world, "STOP"),
    "one click": lambda world: by_link(world, stop_contact, words="de:1"),
    "page": by_page,
    "complaint": lambda world: by_provider(world, Delivery.COMPLAINT),
    "carrier": by_carrier,
}
WRONG = {
    "reply": lambda world: reply(world, "wrong number"),
    "page": lambda world: by_link(world, report_wrong_person),
    "provider": lambda world: by_provider(world, Delivery.WRONG_PERSON),
}


def last(world, contact):
    return world.again(contact).decisions[-1].because


def left(world):
    """The texts that left to K-2."""
    return [c for c in world.contacts(ContactState.SENT, debtor="K-2") if c.channel is ChannelKind.SMS]


@pytest.mark.parametrize("said", STOPS.values(), ids=STOPS)
def test_P17_a_number_where_stop_was_said_comes_in_under_another_debtor_and_is_not_written_to(world, said):
    said(world)
    waiting = take_in(world)
    assert world.send(waiting) is Sent.CANCELLED and last(world, waiting) == "opted_out"
    assert left(world) == []
    world.invariants()


@pytest.mark.parametrize("said", STOPS.values(), ids=STOPS)
def test_P17_stop_while_a_send_to_another_debtor_at_the_number_is_queued_and_it_is_not_sent(world, said):
    waiting = take_in(world)
    said(world)
    assert world.send(waiting) is Sent.CANCELLED and left(world) == []
    world.invariants()


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_P18_a_strangers_number_comes_in_under_another_debtor_and_is_not_written_to(world, said):
    said(world)
    waiting = take_in(world)
    assert world.send(waiting) is Sent.CANCELLED and last(world, waiting) == "no_contact_point"
    assert left(world) == []
    world.invariants()


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_P18_wrong_number_while_a_send_to_another_debtor_is_queued_and_it_is_not_sent(world, said):
    waiting = take_in(world)
    said(world)
    assert world.send(waiting) is Sent.CANCELLED and left(world) == []


@pytest.mark.parametrize("said", [STOPS["reply"], STOPS["one click"], WRONG["reply"]])
def test_P17_P18_what_is_said_between_the_policys_yes_and_the_reservation_wins(world, said):
    waiting = take_in(world)
    world.store.meanwhile.append(lambda: said(world))
    assert world.send(waiting) is Sent.CANCELLED and left(world) == []
    world.invariants()


def test_P18_another_way_that_is_nobodys_carries_the_step_and_one_that_is_silent_too_does_not(world):
    reply(world, "wrong number")
    world.scorer.probability = 0.0
    waiting = take_in(world, email=MAIL)
    assert waiting.channel is ChannelKind.SMS and world.send(waiting) is Sent.MOVED
    again = world.planned(debtor="K-2")
    assert again.channel is ChannelKind.EMAIL
    mails = world.store.silence("nordlicht", hash_point(MAIL))
    world.store.commit("nordlicht", Commit((), silences=(mails.disown(world.now),)))
    assert world.send(again) is Sent.CANCELLED
    assert world.contacts(ContactState.PLANNED, debtor="K-2") == [], "and no way back to the first"
    world.invariants()


@pytest.mark.parametrize(("text", "became"), [("STOP", Sent.SENT), ("wrong number", Sent.CANCELLED)])
def test_P17_P18_an_answer_another_debtor_is_owed_comes_after_a_stop_and_never_to_a_stranger(world, text, became):
    take_in(world)
    reply(world, text)
    matter = world.matter(debtor="K-2")
    answer = plan_answer(matter.debtor, matter.claims["R-2"], MessageKind.NEW_LINK, what="asked", now=world.now)
    world.store.commit("nordlicht", Commit((), contacts=(answer,)))
    assert world.send(answer, world.now) is became
    world.invariants()


def test_a_start_opens_the_number_for_all(world):
    both = take_in(world)
    assert world.send(both) is Sent.SENT
    world.now = both.due_at + timedelta(hours=1)
    reply(world, "STOP", answers=None)
    cards = [world.matter(debtor=number).debtor for number in ("K-501", "K-2")]
    assert {p.state for card in cards for p in card.points} == {PointState.OPTED_OUT}
    world.register(claim="R-3", debtor="K-3", line=901, email=None)
    assert reply(world, "START", "in-2", at=world.now + timedelta(minutes=1)) is Became.DONE
    cards = [world.matter(debtor=number).debtor for number in ("K-501", "K-2")]
    assert {p.state for card in cards for p in card.points} == {PointState.ACTIVE}
    # Only that they were written to yesterday keeps it for the next morning.
    assert world.send(world.planned(debtor="K-3")) is Sent.MOVED
    assert world.send(world.planned(debtor="K-3")) is Sent.SENT
    world.invariants()


def test_W4_a_start_that_was_written_before_the_stop_opens_nothing_for_anybody(world):
    reply(world, "STOP", at=world.now)
    reply(world, "START", "in-2", at=world.now - timedelta(minutes=5))
    assert world.send(take_in(world)) is Sent.CANCELLED


def test_P17_a_debtor_who_opens_their_own_page_again_does_not_open_anothers_number(world):
    waiting = take_in(world)
    by_page(world, debtor="K-2")
    reply(world, "STOP")
    assert by_page(world, debtor="K-2", open_again=True) is Kept.OPENED
    world.register(claim="R-3", debtor="K-2", line=902, email=None)
    assert world.again(waiting).state is ContactState.CANCELLED
    assert world.send(world.planned(debtor="K-2")) is Sent.CANCELLED


def test_who_said_stop_on_their_page_opens_it_again_there(world):
    by_page(world)
    assert by_page(world, open_again=True) is Kept.OPENED
    assert world.send(take_in(world)) is Sent.SENT


def prove(world, debtor="K-2", claim="R-2"):
    visit = world.visit(claim, debtor)
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": world.now}
    assert add_point(visit, ChannelKind.SMS, PHONE, zone=ZONE, **ports) is Kept.CODE_SENT
    (code,) = [c for c in world.contacts(ContactState.PLANNED, debtor=debtor) if c.kind is MessageKind.CODE]
    assert world.send(code, world.now) is Sent.SENT, "a code goes there: they asked for it"
    return confirm_point(visit, code_of(code.id), words="de:1", code_of=code_of, **ports)


def test_P18_a_debtor_who_proves_the_number_by_its_code_is_written_to_there_and_no_other_is(world):
    waiting = take_in(world)
    reply(world, "wrong number")
    assert prove(world) is Kept.CONFIRMED
    assert world.send(waiting) is Sent.SENT
    world.register(claim="R-3", debtor="K-3", line=901, email=None)
    assert world.send(world.planned(debtor="K-3")) is Sent.CANCELLED
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point, "now": world.now}
    assert add_point(world.visit(), ChannelKind.SMS, PHONE, zone=ZONE, **ports) is Kept.BLOCKED


def test_P18_a_number_that_was_proven_once_is_to_be_proven_again_after_a_wrong_number(world):
    take_in(world)
    assert prove(world) is Kept.CONFIRMED
    reply(world, "wrong number")
    world.now += timedelta(days=2)
    assert prove(world) is Kept.CONFIRMED
    assert {p.state for p in world.matter(debtor="K-2").debtor.points} == {PointState.ACTIVE}


def test_P17_a_code_that_comes_back_opens_a_number_where_stop_was_said(world):
    waiting = take_in(world)
    reply(world, "STOP")
    assert prove(world) is Kept.CONFIRMED
    assert world.send(waiting) is Sent.SENT


def test_O3_what_is_said_to_one_creditor_is_not_said_to_another(world):
    reply(world, "wrong number")
    world.open(id="baltica")
    world.register(of="baltica", line=903, email=None)
    waiting = world.planned(of="baltica")
    assert world.store.silence("baltica", hash_point(PHONE)).over("K-501") is None
    assert world.send(waiting) is not Sent.CANCELLED


def test_a_message_costs_one_read_more_and_nothing_where_nobody_is_to_be_written_to(world):
    waiting = take_in(world)
    world.store = Asked(**vars(world.store))
    assert world.send(waiting) is Sent.SENT and world.store.asked == [hash_point(PHONE)]
    world.register(claim="R-3", debtor="K-3", line=901, email=None)
    waiting = world.planned(debtor="K-3")
    by_page(world, debtor="K-3", claim="R-3")
    world.store.asked.clear()
    assert world.send(waiting) is Sent.DUPLICATE and world.store.asked == []
