"""A call is a Task for a person: with the number, notes and history, in the same write as the reservation."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib import registry
from chalicelib.actions.announce_transfer import announce_transfer
from chalicelib.actions.answer_reply import Became
from chalicelib.actions.close_task import PEACE
from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.report_call import report_call
from chalicelib.actions.report_wrong_number import report_wrong_number
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.take_reply import take_reply
from chalicelib.adapters import channels
from chalicelib.domain.channel import ChannelSettings, Shape
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Reply, Tone
from chalicelib.domain.errors import Retry, StaleVersion
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.person import ActKind
from chalicelib.domain.task import TaskKind
from chalicelib.domain.terms import Wish
from chalicelib.ports import Commit
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages
from tests.actions.arranging import agreed
from tests.actions.test_ask_for_care import ask as care
from tests.actions.test_name_representative import name
from tests.actions.test_raise_dispute import raised
from tests.builders import NOW, creditor
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

PHONE = registry.collect(channels, "CHANNEL")["phone"]


@pytest.fixture
def called(world):
    """A debtor whom neither mail nor text reaches, at the hour of the call."""
    world.open(channels=(ChannelSettings(PHONE.terms),))
    world.register(email=None)
    debtor = world.matter().debtor
    points = tuple(
        p if p.channel is ChannelKind.PHONE else replace(p, state=PointState.DEAD) for p in debtor.points
    )
    world.store.commit("nordlicht", Commit((), debtor=replace(debtor, points=points)))
    world.send(world.planned())
    return world.planned()


def desk(world):
    return replace(world.desk, channels={**world.desk.channels, "phone": PHONE})


def send(world, contact):
    from chalicelib.actions.send_contact import send_contact

    return send_contact(contact.creditor, contact.debtor, contact.id, desk=desk(world), now=contact.due_at)


def test_at_its_hour_a_person_has_a_task_with_the_number_and_the_notes(world, called):
    assert called.channel is ChannelKind.PHONE
    assert send(world, called) is Sent.SENT
    (task,) = world.matter().tasks.values()
    assert (task.kind, task.about, task.request.phone) == (TaskKind.CALL, called.id, "+491713920012")
    assert "token" not in task.request.words
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.TASK_OPEN]
    done = world.again(called)
    assert done.state is ContactState.SENT and done.cost is None


def test_I7_the_schedule_fires_twice_and_there_is_one_task(world, called):
    assert [send(world, called) for _ in range(2)] == [Sent.SENT, Sent.DUPLICATE]
    assert len(world.matter().tasks) == 1


def test_while_the_task_is_open_nothing_else_goes_out(world, called):
    send(world, called)
    later = world.planned()
    assert world.send(later) is Sent.MOVED


def calls(world):
    return [task.done_at for task in world.matter().tasks.values() if task.kind is TaskKind.CALL]


def test_whoever_has_paid_meanwhile_is_not_called_about_it(world, called):
    send(world, called)
    assert calls(world) == [None]
    world.book(world.gateway.money(4820, called.due_at), now=called.due_at)
    assert calls(world) == [called.due_at] and world.claim().holds == ()
    assert len(world.store.named(FactName.TASK_DONE)) == 1
    world.invariants()


@pytest.mark.parametrize("act", [stop_contact, report_wrong_person])
def test_P17_P18_a_number_that_fell_silent_meanwhile_is_not_called(world, called, act):
    send(world, called)
    link = world.link("other", point="+491713920012")
    words = {"words": "de:1"} if act is stop_contact else {}
    ports = {"store": world.store, "scheduler": world.scheduler, "hash_point": hash_point}
    act(link, **words, **ports, now=called.due_at)
    assert calls(world) == [called.due_at] and world.claim().holds == ()


def dispute(world, now):
    raised(world, now=now)


def defer(world, now):
    agreed(world, now.date() + timedelta(days=14), now)


def pay_by_parts(world, now):
    agreed(world, Wish(1000, now.date() + timedelta(days=14), 1), now)


def announce(world, now):
    ports = {"store": world.store, "policies": POLICIES, "strategies": STRATEGIES}
    announce_transfer(world.visit(), **ports, now=now)


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (announce, {HoldKind.TRANSFERRED}),
        (dispute, {HoldKind.DISPUTE}),
        (defer, {HoldKind.DEFERRAL}),
        (pay_by_parts, {HoldKind.PLAN}),
        (care, {HoldKind.TASK_OPEN}),
        (name, {HoldKind.TASK_OPEN}),
    ],
)
def test_whoever_disputes_agrees_says_it_is_paid_asks_for_care_or_names_somebody_is_not_called(
    world, called, act, left
):
    send(world, called)
    assert calls(world) == [None]
    with_mail(world)
    world.now = called.due_at
    act(world, now=called.due_at)
    assert calls(world) == [called.due_at]
    over = world.store.named(FactName.TASK_DONE)
    assert [dict(fact.about)["claim"] for fact in over] == ["R-1001"]
    # What still waits has a reason of its own.
    assert {hold.kind for hold in world.claim().holds} == left
    waiting = [task for task in world.matter().tasks.values() if task.done_at is None]
    assert {hold.source for hold in world.claim().holds if hold.kind is HoldKind.TASK_OPEN} <= {
        t.id for t in waiting
    }
    world.invariants()


def with_mail(world):
    """They have an address again, so that what they agree to can be confirmed."""
    card = world.matter().debtor
    mail = ContactPoint(ChannelKind.EMAIL, "marta.lindqvist@example.com")
    world.store.commit("nordlicht", Commit((), debtor=replace(card, points=(*card.points, mail))))


@pytest.mark.parametrize("act", [care, name])
def test_care_and_a_representative_call_off_the_calls_about_every_claim_of_theirs(world, called, act):
    send(world, called)
    world.register(email=None, claim="R-2001", invoice_number="2")
    task = next(t for t in world.matter().tasks.values())
    other = replace(task, id="t-other", claim="R-2001", version=0)
    held = world.matter().claims["R-2001"].held(Hold(HoldKind.TASK_OPEN, NOW, None, other.id))
    world.store.commit("nordlicht", Commit((), claims=(held,), tasks=(other,)))
    act(world, now=called.due_at)
    assert calls(world) == [called.due_at, called.due_at]
    assert world.matter().claims["R-2001"].holds == ()


def test_a_dispute_of_one_claim_leaves_the_call_about_another(world, called):
    send(world, called)
    task = next(t for t in world.matter().tasks.values())
    world.register(email=None, claim="R-2001", invoice_number="2")
    world.store.commit("nordlicht", Commit((), tasks=(replace(task, id="t-other", claim="R-2001", version=0),)))
    dispute(world, called.due_at)
    assert {t.claim: t.done_at for t in world.matter().tasks.values() if t.kind is TaskKind.CALL} == {
        "R-1001": called.due_at,
        "R-2001": None,
    }


@pytest.mark.parametrize("text", ["STOP", "Stop! Ich habe doch bezahlt."])
def test_P17_a_stop_by_text_calls_the_call_off_and_what_else_it_says_waits_for_a_person(world, called, text):
    send(world, called)
    sent = replace(world.again(called), channel=ChannelKind.SMS)
    said = Reply("in-1", ChannelKind.SMS, "+491713920012", "", text, called.due_at, sent.receipt)
    assert take_reply(said, ear=world.ear, now=called.due_at) is Became.DONE
    assert calls(world) == [called.due_at]
    waiting = [task.kind for task in world.matter().tasks.values() if task.done_at is None]
    kinds = [] if text == "STOP" else [HoldKind.TASK_OPEN]
    assert waiting == [TaskKind.REPLY] * len(kinds)
    assert [hold.kind for hold in world.claim().holds] == kinds


def test_nobody_calls_for_a_sandbox(world, called):
    world.open(channels=(ChannelSettings(PHONE.terms),), sandbox=True)
    assert send(world, called) is Sent.SANDBOXED
    assert world.matter().tasks == {}


def wrong(world, contact, by="anna"):
    return report_wrong_number(
        contact.creditor,
        contact.debtor,
        contact.id,
        by=by,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW,
    )


def test_a_person_who_reached_somebody_else_says_so_and_nobody_calls_there_again(world, called):
    send(world, called)
    told = wrong(world, world.again(called))
    assert (told.state, told.outcome) == (ContactState.FAILED, "wrong_number")
    debtor = world.matter().debtor
    assert "+491713920012" not in {point.value for point in debtor.points}, "forgotten by every channel"
    assert len(debtor.blocked) == 1, "its hash keeps it from coming back with another file"
    (task,) = world.matter().tasks.values()
    assert task.done_at == NOW and world.claim().holds == ()
    assert len(world.store.named(FactName.WRONG_PERSON_REPORTED)) == 1
    wrong(world, world.again(called), by="bernd")
    acts = FakeOutgoing(world.store).acts(called.creditor, f"{NOW:%Y-%m}")
    assert [(act.by, act.what, act.about) for act in acts] == [("anna", ActKind.WRONG_NUMBER, called.id)]
    assert len(world.store.named(FactName.WRONG_PERSON_REPORTED)) == 1


def said_called(world, outcome, task=None, now=None, by="anna"):
    task = task or next(t.id for t in world.matter().tasks.values() if t.kind is TaskKind.CALL)
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return report_call("nordlicht", "K-501", task, outcome, by=by, now=now or world.now, **ports)


@pytest.mark.parametrize(
    ("outcome", "state"), [("reached", ContactState.DELIVERED), ("nobody", ContactState.SENT)]
)
def test_what_came_of_a_call_ends_its_task_and_the_next_step_follows(world, called, outcome, state):
    send(world, called)
    for planned in world.contacts(ContactState.PLANNED):
        world.send(planned, called.due_at)
    world.now = called.due_at + timedelta(hours=1)
    before = world.matter().debtor
    told = said_called(world, outcome)
    assert (told.id, told.state, told.outcome, told.noted_at) == (called.id, state, outcome, world.now)
    assert calls(world) == [world.now] and world.claim().holds == () and world.matter().debtor == before
    later = [c for c in world.contacts(ContactState.PLANNED) if c.claim == called.claim]
    assert [c.step for c in later] == [called.step + 1] and later[0].due_at >= world.now + PEACE
    # Said again, by another and otherwise, the first word stands.
    assert said_called(world, "nobody" if outcome == "reached" else "reached", by="bernd").outcome == outcome
    acts = FakeOutgoing(world.store).acts(called.creditor, f"{world.now:%Y-%m}")
    assert [(act.by, act.what, act.about) for act in acts] == [("anna", ActKind.CALLED, calls_of(world)[0].id)]
    assert len(world.store.named(FactName.TASK_DONE)) == 1
    world.invariants()


def calls_of(world):
    return [task for task in world.matter().tasks.values() if task.kind is TaskKind.CALL]


def test_a_call_that_was_made_before_it_was_called_off_keeps_what_came_of_it(world, called):
    send(world, called)
    world.book(world.gateway.money(4820, called.due_at), now=called.due_at)
    assert said_called(world, "reached").outcome == "reached"
    assert calls(world) == [called.due_at] and len(world.store.named(FactName.TASK_DONE)) == 1
    assert Purpose.REMINDER not in {c.purpose for c in world.contacts(ContactState.PLANNED)}


def test_a_crash_between_the_outcome_and_the_end_of_the_task_is_mended_by_saying_it_again(world, called):
    send(world, called)
    world.store.meanwhile += [lambda: None, lambda: world.store.trouble.extend([StaleVersion("x")] * 9)]
    with pytest.raises(Retry):
        said_called(world, "reached")
    assert calls(world) == [None] and world.again(called).outcome == "reached"
    world.store.trouble.clear()
    assert said_called(world, "reached").outcome == "reached"
    assert len([task for task in calls_of(world) if task.done_at]) == 1


def test_what_is_no_call_has_no_outcome_of_one(world, called):
    send(world, called)
    task = replace(calls_of(world)[0], id="t-other", kind=TaskKind.REPLY, version=0)
    world.store.commit("nordlicht", Commit((), tasks=(task,)))
    assert said_called(world, "reached", "t-other").because == "not_a_call"
    assert said_called(world, "reached", "t-none").because == "not_found"
    with pytest.raises(KeyError):
        said_called(world, "sold")


def test_what_was_no_call_has_no_wrong_number(world, called):
    mailed = next(c for c in world.matter().contacts.values() if c.channel is not ChannelKind.PHONE)
    assert wrong(world, mailed).because == "not_a_call"
    assert wrong(world, called).because == "not_a_call", "nobody was to call yet"
    assert wrong(world, replace(called, id="c-none")).because == "not_found"


@pytest.mark.parametrize("language", languages())
def test_the_notes_ask_who_it_is_before_they_say_what_it_is_about(world, called, language):
    claim, matter = world.claim(), world.matter()
    message = compose(
        MessageKind.REMINDER,
        creditor=creditor(),
        debtor=matter.debtor,
        claim=claim,
        link_url="https://zahlen.nordlicht.example/p/token",
        stop_url="https://zahlen.nordlicht.example/p/token/stop",
        tone=Tone.FRIENDLY,
        language=language,
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        matter=matter,
        shape=Shape.CALL,
    )
    notes = message.long
    assert "/p/" not in notes and message.short == message.html == message.letter == ""
    amount = next(line for line in notes.splitlines() if "48" in line)
    assert notes.index("Marta Lindqvist") < notes.index("- ") < notes.index(amount)
    assert "10437" not in notes and "2026-4711" not in notes and "1984" not in notes
