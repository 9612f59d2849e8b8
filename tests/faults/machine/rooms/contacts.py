"""Contacts: at their hour, moved, refused, reported on; and what the night does about them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from chalicelib import wiring
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.choice import arm_named
from chalicelib.domain.chosen import Choice, How
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from tests.reader import Reader

from ..line import Mode
from ..picture import Differs
from ..scenario import scenario
from ..stage import Wakes
from .out import does

DIES = (Mode.DIES_BEFORE, Mode.DIES_AFTER)
UNSURE = (
    Differs(
        "LINK|PayLinkIssued",
        "what was not sent is sent later with a link of its own; the first one was given to nobody",
        at=r"(ses|sns)\..*",
        modes=(Mode.THROTTLED, Mode.TIMED_OUT),
    ),
    Differs(
        "CONTACT|CLAIM|RECEIPT|messages|ContactSent.*|ContactLost.*|ContactPlanned",
        "nobody knows whether it left, so it is lost and never sent again (I13); the strategy goes on",
        modes=(*DIES, Mode.LOST, Mode.REFUSED, Mode.THROTTLED, Mode.TIMED_OUT),
        at=r"(ses|sns|dynamodb|scheduler)\..*",
    ),
)


def contact_of(stage, planned):
    return stage.matter().contacts[planned.id]


def sent_at_most_once(stage, planned):
    """It left, or nobody knows; and the strategy has one next step."""
    state = contact_of(stage, planned).state
    left = stage.mails() + stage.texts()
    assert (state is ContactState.SENT and left == 1) or (state is ContactState.LOST and left <= 1), (state, left)
    waiting = [c for c in stage.matter().planned_for("R-1") if c.purpose is Purpose.REMINDER]
    assert [c.step for c in waiting] == [planned.step + 1]


@scenario(differs=UNSURE)
def a_reminder_by_mail(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    yield stage.sends(planned)
    sent_at_most_once(stage, planned)


@scenario(differs=UNSURE)
def a_reminder_that_speaks_for_two_claims(stage):
    stage.open()
    planned, other = (stage.house.planned(stage.claim()) for _ in range(2))
    yield stage.sends(planned)
    state = contact_of(stage, planned).state
    assert state in (ContactState.SENT, ContactState.LOST) and stage.mails() <= 1
    moved = contact_of(stage, other)
    assert (moved.state, moved.moved_to) == (ContactState.MOVED, planned.id)
    for claim in ("R-1", "R-2"):
        assert [c.step for c in stage.matter().planned_for(claim)] == [planned.step + 1]


@scenario()
def what_a_provider_turned_away_is_planned_again_each_by_itself(stage):
    stage.open()
    planned, other = (stage.house.planned(stage.claim()) for _ in range(2))
    reserved = replace(planned.moved(ContactState.RESERVED), reserved_at=wiring.clock())
    moved = replace(other.moved(ContactState.MOVED), moved_to=planned.id)
    wiring.store().commit(stage.creditor.id, Commit((), contacts=(reserved, moved)))
    ids = {"creditor": planned.creditor, "debtor": planned.debtor, "contact": planned.id}
    yield Wakes("tests.faults.machine.acts:turned_away", {**ids, "now": wiring.clock().isoformat()})
    held = [contact_of(stage, one) for one in (planned, other)]
    assert [(one.state, one.moved_to) for one in held] == [(ContactState.PLANNED, None)] * 2


@scenario(differs=UNSURE)
def a_reminder_by_text(stage):
    stage.open()
    planned = stage.house.planned(stage.claim(email=None, phone=stage.phone))
    yield stage.sends(planned)
    sent_at_most_once(stage, planned)


@scenario(differs=UNSURE)
def an_answer_at_any_hour(stage):
    stage.open()
    reader = Reader(stage.house.link_to(stage.claim()))
    reader.press(reader.get("new-link"), "/new-link")
    (planned,) = (c for c in stage.matter().contacts.values() if c.kind is MessageKind.NEW_LINK)
    yield stage.due(planned)
    assert contact_of(stage, planned).state in (ContactState.SENT, ContactState.LOST)
    assert stage.mails() <= 1


@scenario()
def a_reminder_that_comes_in_the_night_is_moved(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    zone = wiring.policies()["DE"].zone
    late = datetime.combine(planned.due_at.astimezone(zone).date(), time(21), zone).astimezone(UTC)
    yield stage.sends(planned, late)
    assert contact_of(stage, planned).state is ContactState.MOVED and stage.mails() == 0


@scenario()
def a_reminder_on_a_claim_that_waits_for_us_is_moved(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    reader = stage.reader()
    reader.press(reader.get("transfer"), "/transfer")
    yield stage.sends(planned)
    assert stage.mails() == 0


@scenario()
def a_mail_that_bounces_kills_its_address(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    stage.sends(planned).wake()
    receipt = contact_of(stage, planned).receipt
    mail = {"messageId": receipt, "destination": [stage.address]}
    bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
    said = json.dumps({"notificationType": "Bounce", "mail": mail, "bounce": bounce})
    yield Wakes("chalicelib.entrypoints.outcomes:outcomes", {"Records": [{"Sns": {"Message": said}}]})
    assert stage.matter().debtor.points[0].state.value == "dead"


def a_call(stage):
    """The contact of a debtor whom only a call still reaches."""
    stage.open(channels=(ChannelSettings(wiring.channels()["phone"].terms),))
    claim = stage.claim(email=None, phone=stage.phone)
    debtor = stage.matter().debtor
    dead = (p if p.channel is ChannelKind.PHONE else replace(p, state=PointState.DEAD) for p in debtor.points)
    wiring.store().commit(stage.creditor.id, Commit((), debtor=replace(debtor, points=tuple(dead))))
    stage.sends(stage.house.planned(claim)).wake()
    return stage.house.planned(claim)


@scenario()
def a_person_who_called_reached_somebody_else(stage):
    planned = a_call(stage)
    stage.sends(planned).wake()
    yield does(stage, "anna", "wrong-number", claim=planned.claim, contact=planned.id)
    assert contact_of(stage, planned).outcome == "wrong_number"
    assert stage.matter().debtor.point(ChannelKind.PHONE) is None and len(stage.matter().debtor.blocked) == 1
    assert all(task.done_at for task in stage.matter().tasks.values())


@scenario()
def a_person_who_called_says_what_came_of_it(stage):
    planned = a_call(stage)
    stage.sends(planned).wake()
    (task,) = stage.matter().tasks.values()
    yield does(stage, "anna", "called", claim=planned.claim, task=task.id, outcome="nobody")
    assert contact_of(stage, planned).outcome == "nobody"
    assert stage.matter().tasks[task.id].done_at and stage.house.planned(stage.claims[0]).step == planned.step + 1


@scenario()
def a_person_overrules_how_a_reminder_goes(stage):
    stage.open()
    planned, drawn, now = stage.house.planned(stage.claim()), arm_named("email_morning"), wiring.clock()
    due_at = drawn.at(now + timedelta(days=2), wiring.policies()["DE"].zone)
    fixed = {"due_at": due_at, "channel": drawn.channel, "why": "best", "choice": Choice(drawn.key, How.BEST, now)}
    wiring.store().commit(stage.creditor.id, Commit((), contacts=(replace(planned, **fixed),)))
    yield does(stage, "anna", "overrule", claim=planned.claim, arm="email_evening")
    held = [c for c in stage.matter().contacts.values() if c.state is ContactState.PLANNED]
    assert [(c.choice.arm, c.choice.by) for c in held] == [("email_evening", "anna")]
    assert stage.scheduled() >= {held[0].id}


@scenario(differs=UNSURE)
def a_call_becomes_a_task(stage):
    planned = a_call(stage)
    yield stage.sends(planned)
    assert [task.kind for task in stage.matter().tasks.values()] == [TaskKind.CALL]
    assert contact_of(stage, planned).state in (ContactState.SENT, ContactState.LOST)


@scenario()
def the_night_gives_up_what_was_reserved_and_never_settled(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    stage.sends(planned).wake()
    sent = contact_of(stage, planned)
    stage.turned_back(sent)
    yield stage.night(sent.reserved_at + timedelta(hours=1))
    assert contact_of(stage, planned).state is ContactState.LOST


@scenario()
def the_night_gives_contacts_their_schedules_again(stage):
    stage.open()
    planned = stage.house.planned(stage.claim())
    stage.house.aws.client("scheduler").delete_schedule(Name=planned.id, GroupName="kulanz")
    yield stage.night(planned.due_at - timedelta(hours=30))
    assert planned.id in stage.scheduled()


@scenario()
def the_night_finds_money_nobody_told_of(stage):
    stage.open()
    claims = [stage.claim(), stage.claim()]
    for claim, amount in zip(claims, (4820, 5000), strict=True):
        stage.provider.takes(amount, claim=claim)
    yield stage.night()
    assert [stage.again(claim).outstanding.total for claim in claims] == [0, 0]
