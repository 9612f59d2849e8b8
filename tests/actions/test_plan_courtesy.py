"""The note before a claim is due: a service, sent once, and needless once its reader paid or said a word."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.choose import choose
from chalicelib.actions.fall_silent import stop_contact
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.batch import Outcome
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import UNASKED, ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.parties import ChannelKind, Choices
from chalicelib.domain.task import DaySlot
from tests.builders import NOW, collector
from tests.fakes.world import POLICIES, STRATEGIES, World, hash_point

DUE = date(2026, 12, 10)
FIVE_DAYS_BEFORE = datetime(2026, 12, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def world():
    return World()


def registered(world, **said):
    """(the note, the reminder) of a claim that is due later."""
    assert world.register(**{"due": DUE, "phone": None} | said) is Outcome.TAKEN
    note, reminder = world.contacts(ContactState.PLANNED)
    return note, reminder


def test_a_claim_that_is_not_due_yet_gets_a_note_some_days_before_and_its_reminder_after(world):
    note, reminder = registered(world)
    assert (note.purpose, note.kind, note.tone) == (Purpose.COURTESY, MessageKind.COURTESY, Tone.FRIENDLY)
    assert (note.due_at, note.step) == (FIVE_DAYS_BEFORE, -1)
    assert (reminder.purpose, reminder.step) == (Purpose.REMINDER, 0)
    assert reminder.due_at.date() > DUE
    assert {note.id, reminder.id} <= set(world.scheduler.planned)
    world.invariants()


def test_it_is_sent_and_the_reminder_stays_as_it_was_planned(world):
    note, reminder = registered(world)
    assert world.send(note) is Sent.SENT
    assert world.contacts(ContactState.PLANNED) == [reminder]
    assert world.compose.asked[0]["kind"] is MessageKind.COURTESY
    assert world.compose.asked[0]["good"] is None, "it names no amount and no day an amount is good to"
    assert len(world.store.ledger("nordlicht", "R-1001")) == 1, "nothing grew"


@pytest.mark.parametrize("days", [1, 0, -1, -30])
def test_a_claim_that_is_due_tomorrow_or_before_gets_none(world, days):
    due = (NOW + timedelta(days=days)).date()
    world.register(due=due, now=NOW.replace(hour=20))
    assert [contact.purpose for contact in world.contacts()] == [Purpose.REMINDER]


def test_one_that_is_due_in_two_days_gets_it_the_next_morning(world):
    evening = NOW.replace(hour=19)
    world.register(due=date(2026, 11, 25), phone=None, now=evening)
    note = world.contacts(ContactState.PLANNED)[0]
    assert (note.purpose, note.due_at) == (Purpose.COURTESY, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize("late", [0, 1, 20])
def test_on_the_day_and_after_it_it_does_not_go_out_any_more(world, late):
    note, reminder = registered(world)
    noon = datetime(2026, 12, 10, 11, 0, tzinfo=UTC) + timedelta(days=late)
    assert world.send(note, now=noon) is Sent.CANCELLED
    assert world.again(note).decisions[-1].because == "due"
    assert world.email.sent == [] and world.again(reminder).state is ContactState.PLANNED


def test_a_wait_that_would_end_on_the_day_ends_the_note_instead(world):
    note, _ = registered(world)
    sunday_night = datetime(2026, 12, 9, 21, 0, tzinfo=UTC)
    assert world.send(note, now=sunday_night) is Sent.MOVED
    moved = world.contacts(ContactState.PLANNED)[0]
    assert world.send(moved) is Sent.CANCELLED
    assert world.email.sent == []


def test_a_payment_of_all_of_it_cancels_it(world):
    note, reminder = registered(world)
    _paid(world)
    assert {world.again(one).state for one in (note, reminder)} == {ContactState.CANCELLED}


def _paid(world):
    world.start(4820)
    world.book(world.gateway.pay(world.attempt(), NOW))


def test_a_stop_cancels_it(world):
    note, _ = registered(world)
    link = world.link()
    stop_contact(link, words="1", store=world.store, scheduler=world.scheduler, hash_point=hash_point, now=NOW)
    assert world.again(note).state is ContactState.CANCELLED


def test_it_counts_for_the_caps_of_its_address_and_is_bound_by_them(world):
    note, _ = registered(world)
    world.register(claim="R-2", phone=None)
    overdue = next(c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-2")
    assert world.send(note) is Sent.SENT
    assert world.send(overdue, now=note.due_at + timedelta(hours=1)) is Sent.MOVED
    assert world.again(overdue).state is ContactState.MOVED
    later = world.contacts(ContactState.PLANNED)[0]
    assert later.decisions[-1].because == "daily_cap"


def test_and_waits_where_the_address_had_its_message_of_the_day(world):
    note, _ = registered(world)
    world.register(claim="R-2", phone=None)
    overdue = next(c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-2")
    assert world.send(overdue, now=note.due_at) is Sent.SENT
    assert world.send(note, now=note.due_at + timedelta(minutes=5)) is Sent.MOVED


@pytest.mark.parametrize(
    "kind", [HoldKind.DISPUTE, HoldKind.TASK_OPEN, HoldKind.OPERATOR, HoldKind.BREATHING_SPACE]
)
def test_a_hold_keeps_it_back_like_any_reminder(world, kind):
    note, _ = registered(world)
    world.hold("R-1001", Hold(kind, NOW, None, "test"))
    assert world.send(note) is not Sent.SENT and world.email.sent == []


def test_a_way_that_was_chosen_meanwhile_is_the_notes_way_too(world):
    note, _ = registered(world, phone="+491713920012")
    choose(
        world.visit(),
        Choices(channel=ChannelKind.SMS, best_time=DaySlot.EVENING),
        None,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW,
    )
    moved = world.contacts(ContactState.PLANNED)[0]
    assert (moved.purpose, moved.channel) == (Purpose.COURTESY, ChannelKind.SMS)
    assert moved.due_at == datetime(2026, 12, 5, 17, 0, tzinfo=UTC)
    assert world.again(note).state in (ContactState.MOVED, ContactState.PLANNED)


def test_a_collector_sends_none_before_its_notice(world):
    world.open(collector())
    world.register(of="fairkasso", due=DUE, phone=None)
    assert Purpose.COURTESY not in {c.purpose for c in world.contacts(of="fairkasso")}


def test_who_could_prove_nothing_gets_none(world):
    world.register(due=DUE, postcode="", birth_date=None, invoice_number="-")
    assert world.contacts(ContactState.PLANNED) == []
    assert Purpose.COURTESY not in {contact.purpose for contact in world.contacts()}


def test_a_redelivered_row_plans_it_once(world):
    registered(world, line=3)
    world.scheduler.planned.clear()
    assert world.register(line=3, due=DUE, phone=None) is Outcome.UNCHANGED
    assert len(world.contacts()) == 2 and len(world.scheduler.planned) == 2


def test_only_what_nobody_asked_for_is_ended_so():
    assert {Purpose.REMINDER, Purpose.COURTESY} == UNASKED
