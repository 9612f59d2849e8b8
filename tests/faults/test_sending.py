"""O1 and O2 over the real protocol: what operators hold, and what nobody has released, does not leave."""

import json
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import registry, wiring
from chalicelib.actions.hold_sending import hold_sending, lift_hold
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.adapters.queues import chunk_text
from chalicelib.domain.batch import Batch, BatchStatus, Outcome
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.contact import ContactState
from chalicelib.domain.facts import FactName
from chalicelib.domain.gate import Halt
from chalicelib.domain.parties import ChannelKind, PointState, ReleaseWay
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.row import Row
from chalicelib.entrypoints.events import claims as claims_function
from chalicelib.entrypoints.schedules import nightly
from chalicelib.ports import Chunk, Commit
from local.calls import Calls
from tests.builders import debtor, row
from tests.crowd import Crowd
from tests.faults.machine.stage import STILL
from tests.operators import Person
from tests.reader import sqs
from tests.wire import Death

# `make load` sends thousands; the fewer are enough for two processes to be in the midst of it.
QUEUED = (40, pytest.param(120, marks=pytest.mark.long))
DUE = (40, pytest.param(300, marks=pytest.mark.long))


@pytest.fixture
def crowd(house):
    together = Crowd(2)
    yield together
    together.close()


@pytest.fixture
def hour():
    """A permitted moment, now or soon."""
    return POLICY.hours_of(debtor()).next_open(wiring.clock())


@pytest.fixture
def lifted():
    """Every hold is lifted when a case ends: the gate is everybody's."""
    yield
    for halt in wiring.gates().whole().halts:
        lift_hold(replace(halt, by="after"), store=wiring.store(), gates=wiring.gates())


def debtors(house, creditor, count):
    """So many people whose reminder fell due a week ago; their contacts."""
    week_ago = wiring.clock() - timedelta(days=9)
    found = []
    for n in range(count):
        claim = house.register(creditor, week_ago, email=f"q{n}.{count}@nordlicht.example", phone=None)
        found.append(house.planned(claim))
    assert all(contact.due_at < wiring.clock() for contact in found)
    return found


def sending(contact, hour):
    where = {"creditor": contact.creditor, "debtor": contact.debtor, "contact": contact.id}
    return {"do": "lapse", "now": hour.isoformat(), **where}


def states(house, creditor):
    """The state of every contact of this creditor, by its id."""
    items = house.everything(creditor.id)
    return {key[1]: item["state"]["S"] for key, item in items.items() if key[1].startswith("CONTACT#")}


def left(house, creditor):
    return {name for name, state in states(house, creditor).items() if state not in ("planned", "moved")}


def woken(fact):
    return nightly({"detail-type": fact, "detail": {"creditor": "_all", "hold": "_all/*/*"}}, None)


@pytest.mark.parametrize("queued", QUEUED)
def test_O1_a_hold_while_many_are_queued_lets_none_leave_after_it_and_loses_none(
    house, creditor, crowd, hour, lifted, queued
):
    """Two processes send as fast as they can; a person's hold comes in between."""
    contacts = debtors(house, creditor, queued)
    crowd.begins([sending(contact, hour) for contact in contacts])
    house.until(lambda: len(left(house, creditor)) > queued // 4, seconds=60)
    anna = Person("anna", "_all")
    assert anna.acts("hold")["status"] == 200
    at_the_hold = left(house, creditor)
    answers = crowd.ends()
    assert left(house, creditor) == at_the_hold, "none is reserved after the hold was answered"
    assert queued // 4 < len(at_the_hold) < queued, "it came in between"
    assert answers.count("held") == queued - len(at_the_hold)
    assert answers.count("sent") == len(at_the_hold)

    assert woken(FactName.SENDING_HELD) == {}
    assert set(crowd.does([sending(c, hour) for c in contacts])) == {"held", "duplicate"}
    house.queued()  # the local AWS fires each schedule of the past once, whatever became of its contact

    assert anna.acts("lift")["status"] == 200
    assert woken(FactName.SENDING_LIFTED)["contacts"] == queued - len(at_the_hold)
    waiting = {contact.id for contact in contacts} - {name.removeprefix("CONTACT#") for name in at_the_hold}
    planned = {name: moment(house, name) for name in waiting}
    fired = {body["contact"] for body in house.queued()}
    assert {name for name, at in planned.items() if at is None} <= fired, "or has come back already"
    later = [at for at in planned.values() if at]
    assert max(later) < wiring.clock() + timedelta(minutes=40), "each of them comes back"
    assert len(set(later)) > len(later) / 2, "and not all at once"
    by_id = {contact.id: contact for contact in contacts}
    assert crowd.does([sending(by_id[name], hour) for name in sorted(waiting)]) == ["sent"] * len(waiting)
    mails = house.mails_to_each(f"q{n}.{queued}@nordlicht.example" for n in range(queued))
    assert mails == [1] * queued, "0 twice, 0 lost"


@pytest.mark.parametrize("due", DUE)
def test_many_due_at_the_same_second_are_spread_and_each_sent_once(house, crowd, due):
    """`make load` sends thousands by the deployed package; here each comes twice, to two processes at a time.

    Nothing is drawn by lot, so that all are due together.
    """
    now, creditor = wiring.clock(), house.open_creditor(own_strategy=STILL)
    claims = [
        house.register(creditor, now, email=f"due{n}.{due}@nordlicht.example", phone=None) for n in range(due)
    ]
    contacts = [house.planned(claim) for claim in claims]
    assert len({contact.due_at for contact in contacts}) == 1, "all at the same second"
    moments = [moment(house, contact.id) for contact in contacts]
    assert min(moments) >= contacts[0].due_at and max(moments) - min(moments) > timedelta(seconds=1000)
    assert max(Counter(moments).values()) < 10, "no second has many of them"
    jobs = [sending(contact, max(moments)) for contact in (*contacts, *contacts)]
    assert Counter(crowd.does(jobs)) == {"sent": due, "duplicate": due}
    mails = house.mails_to_each(f"due{n}.{due}@nordlicht.example" for n in range(due))
    assert mails == [1] * due, "0 twice, 0 lost"


def moment(house, name):
    """When the scheduler lets this contact go; None where it has."""
    scheduler = house.aws.client("scheduler")
    try:
        told = scheduler.get_schedule(GroupName="kulanz", Name=name)["ScheduleExpression"]
    except scheduler.exceptions.ResourceNotFoundException:
        return None
    return datetime.strptime(told, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC)


SCOPES = {
    "all": ("_all", {}),
    "creditor": (None, {}),
    "batch": (None, {"batch": "batch"}),
    "channel": ("_all", {"channel": "email"}),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_O1_each_scope_is_one_command_and_lifting_it_another(house, creditor, hour, scope, lifted):
    whose, said = SCOPES[scope]
    wiring.batches().begin(Batch("batch", creditor.id, "inbox/x/a.csv", "e", hour))
    (contact,) = debtors(house, creditor, 1)
    anna = Person("anna", whose or creditor.id)
    assert anna.acts("hold", **said)["status"] == 200
    shown = anna.looks("holds")["holds"]
    assert [one["by"] for one in shown] == ["anna"]
    assert house.send(contact, now=hour) is Sent.HELD
    assert Person("bernd", whose or creditor.id).acts("lift", **said)["said"] == "done"
    assert house.send(contact, now=hour) is Sent.SENT
    assert anna.acts("lift", **said)["because"] == "not_held"


def test_O1_the_reservation_itself_asks_the_gate(house, creditor, hour, lifted):
    """A contact that was let through a moment ago is not reserved once the hold is there: one transaction asks."""
    (contact,) = debtors(house, creditor, 1)
    person, desk, held = Person("anna", "_all"), wiring.desk(), []

    def compose(*args, **told):
        if not held:
            held.append(person.acts("hold")["said"])
        return desk.compose(*args, **told)

    assert house.send(contact, now=hour, desk=replace(desk, compose=compose)) is Sent.HELD
    assert held == ["done"]
    kept = house.matter(house.claim(creditor.id, contact.debtor, contact.claim)).contacts[contact.id]
    assert kept.state is ContactState.PLANNED and kept.decisions[-1].because == "operator"


def test_O1_P17_asking_the_gate_and_the_address_costs_one_read_each(house, creditor, hour, lifted):
    (contact,) = debtors(house, creditor, 1)
    wiring.store().creditor(creditor.id)
    with house.wire.counted() as calls:
        house.send(contact, now=hour)
    # To send: the matter, the gate, what was said at the address, what it had before. To settle: the matter.
    reads = {call: calls[f"dynamodb.{call}"] for call in ("GetItem", "Query", "BatchGetItem")}
    assert reads == {"GetItem": 3, "Query": 2, "BatchGetItem": 0}
    assert calls["dynamodb.TransactWriteItems"] == 2, "the reservation, which asks the gate, and what became of it"


def test_O1_a_hold_nobody_may_place_or_that_names_nothing_known_is_refused(house, creditor):
    anna = Person("anna", creditor.id)
    assert anna.acts("hold", channel="pigeon")["field"] == "channel"
    assert anna.acts("hold", batch="never")["status"] == 404
    assert Person("anna", "_all").acts("hold", batch="b")["field"] == "creditor"
    assert Person("anna", "_all", arn="arn:aws:iam::123456789012:root").acts("hold")["said"] == "nobody"
    assert Person("anna", "_all").acts("release-batch", batch="b", sheet="s")["status"] == 404
    assert wiring.gates().whole().halts == ()


def test_O1_two_people_at_once_both_are_obeyed(house, creditor, lifted):
    crowd_of = [Halt("anna", wiring.clock()), Halt("bernd", wiring.clock(), creditor.id)]
    for halt in crowd_of:
        hold_sending(halt, store=wiring.store(), gates=wiring.gates())
    assert {halt.by for halt in wiring.store().gate("c-1").halts} == {"anna", "bernd"}


# -- O2 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def by_hand(house):
    return house.open_creditor(release=ReleaseWay.BY_HAND)


ROWS: list[Row] = [
    row(line=n, claim=f"B-{n}", debtor=f"D-{n}", email=f"b{n}@nordlicht.example", phone=None) for n in range(2, 7)
]


@pytest.fixture
def batch(house, by_hand):
    """Five rows of a file that rests, taken in by the claims function."""
    begun = Batch("b1", by_hand.id, f"inbox/{by_hand.id}/a.csv", "e", wiring.clock(), BatchStatus.LOADING, 5, 1)
    wiring.batches().begin(begun)
    taken = claims_function(sqs(chunk_text(Chunk(by_hand.id, "b1", 0, tuple(ROWS)))), None)
    assert taken == {"batchItemFailures": []}
    held = wiring.batches().batch(by_hand.id, "b1")
    assert held.counts == {Outcome.TAKEN: 5} and held.status is BatchStatus.DONE
    return held


def planned(house, creditor):
    return [name for name, state in states(house, creditor).items() if state == "planned"]


def report(creditor):
    client = wiring.bucket()._client
    body = client.get_object(Bucket=os.environ["BUCKET"], Key=f"reports/{creditor.id}/b1.json")["Body"]
    return json.loads(body.read())


def test_O2_a_batch_that_nobody_released_plans_nothing_and_nothing_leaves(house, by_hand, batch):
    assert planned(house, by_hand) == []
    message = {"detail-type": "BatchReleased", "detail": {"creditor": by_hand.id, "batch": "b1"}}
    assert claims_function(sqs(message), None) == {"batchItemFailures": []}
    forged = json.dumps({"creditor": by_hand.id, "released": "b1", "chunk": 0})
    assert claims_function(sqs(forged), None) == {"batchItemFailures": []}
    assert planned(house, by_hand) == [] and house.queued("claims") == []
    assert report(by_hand)["rests_until_released"] is True


def test_O2_a_known_person_releases_what_they_saw_once_and_all_of_it_is_planned(house, by_hand, batch, hour):
    anna = Person("anna", by_hand.id)
    assert anna.acts("release-batch", batch="b1", sheet="000000000000")["because"] == "sheet_outdated"
    done = anna.acts("release-batch", batch="b1", sheet=batch.sheet)
    assert (done["status"], done["batch"]["release"]["by"]) == (200, "anna")
    again = Person("bernd", by_hand.id).acts("release-batch", batch="b1", sheet=batch.sheet)
    assert again["batch"]["release"]["by"] == "anna", "the first release stands"
    assert [act["what"] for act in anna.looks("acts")["acts"]] == ["release_batch"]

    facts = [f for i in house.everything(by_hand.id).values() if "facts" in i for f in wiring.facts_in(i)]
    (told,) = [fact for fact in facts if fact.name is FactName.BATCH_RELEASED]
    assert dict(told.about) == {"batch": "b1"}
    message = {"detail-type": told.name, "detail": {"creditor": by_hand.id, "batch": "b1"}}
    assert claims_function(sqs(message), None) == {"batchItemFailures": []}
    assert (report(by_hand)["rests_until_released"], report(by_hand)["released_at"] is None) == (False, False)
    chunks = house.queued("claims")
    assert chunks == [{"creditor": by_hand.id, "released": "b1", "chunk": 0}]
    for _ in range(2):
        assert claims_function(sqs(*chunks), None) == {"batchItemFailures": []}
    assert len(planned(house, by_hand)) == 5
    contacts = [house.planned(house.claim(by_hand.id, f"D-{n}", f"B-{n}")) for n in range(2, 7)]
    assert [house.send(contact) for contact in contacts] == [Sent.SENT] * 5
    house.invariants(*(house.claim(by_hand.id, f"D-{n}", f"B-{n}") for n in range(2, 7)))


def test_O2_a_crash_after_the_release_leaves_nothing_unplanned(house, by_hand, batch):
    Person("anna", by_hand.id).acts("release-batch", batch="b1", sheet=batch.sheet)
    chunk = {"creditor": by_hand.id, "released": "b1", "chunk": 0}
    with house.wire.at("dynamodb.TransactWriteItems", Death(), nth=3), pytest.raises(Death):
        claims_function(sqs(chunk), None)
    assert claims_function(sqs(chunk), None) == {"batchItemFailures": []}
    assert len(planned(house, by_hand)) == 5


def test_O2_rows_that_come_in_after_the_release_are_planned_with_it(house, by_hand):
    begun = Batch("b1", by_hand.id, f"inbox/{by_hand.id}/a.csv", "e", wiring.clock(), BatchStatus.LOADING, 5, 1)
    held = wiring.batches().begin(begun)
    Person("anna", by_hand.id).acts("release-batch", batch="b1", sheet=held.sheet)
    claims_function(sqs(chunk_text(Chunk(by_hand.id, "b1", 0, tuple(ROWS)))), None)
    assert len(planned(house, by_hand)) == 5


def a_call(house, number):
    """(creditor, claim, contact) of a call that waits for a person as a Task."""
    phone = registry.collect(channels, "CHANNEL")["phone"]
    creditor = house.open_creditor(channels=(ChannelSettings(phone.terms),))
    # A number of its own: an address may be written to so often, over all creditors.
    claim = house.register(creditor, email=None, phone=number)
    debtor = house.matter(claim).debtor
    points = tuple(
        p if p.channel is ChannelKind.PHONE else replace(p, state=PointState.DEAD) for p in debtor.points
    )
    wiring.store().commit(creditor.id, Commit((), debtor=replace(debtor, points=points)))
    house.send(house.planned(claim))
    call = house.planned(claim)
    assert call.channel is ChannelKind.PHONE and house.send(call) is Sent.SENT
    return creditor, claim, call


def test_a_wrong_number_told_at_the_operators_door_is_not_called_again(house):
    creditor, claim, call = a_call(house, "+491713920099")
    shown = Calls(lambda: "kulanz", lambda: house.aws.client("dynamodb"))
    (sheet,) = [sent for sent in shown() if sent.sender == creditor.id]
    assert sheet.to == "+491713920099" and "Marta Lindqvist" in sheet.text and "(done)" not in sheet.subject
    anna = Person("anna", creditor.id)
    said = anna.acts("wrong-number", claim=claim.id, contact=call.id)
    assert (said["said"], said["outcome"]) == ("done", "wrong_number")
    matter = house.matter(claim)
    assert matter.debtor.point(ChannelKind.PHONE) is None and len(matter.debtor.blocked) == 1
    assert all(task.done_at for task in matter.tasks.values())
    assert [(act["by"], act["what"]) for act in anna.looks("acts")["acts"]] == [("anna", "wrong_number")]
    assert anna.acts("wrong-number", claim=claim.id, contact="c-none")["status"] == 404
    house.invariants(claim)


@pytest.mark.parametrize("outcome", ["reached", "nobody"])
def test_what_came_of_a_call_is_told_at_the_operators_door_and_the_next_step_goes_on(house, outcome):
    creditor, claim, call = a_call(house, "+491713920098" if outcome == "reached" else "+491713920097")
    (task,) = house.matter(claim).tasks.values()
    anna, about = Person("anna", creditor.id), {"claim": claim.id, "task": task.id}
    assert anna.acts("called", **about, outcome="sold")["field"] == "outcome"
    assert anna.acts("called", **about)["field"] == "outcome"
    assert anna.acts("called", **{**about, "task": "t-none"}, outcome=outcome)["status"] == 404
    assert anna.acts("called", **{**about, "claim": "R-none"}, outcome=outcome)["status"] == 404
    for who in (anna, anna, Person("bernd", creditor.id)):
        said = who.acts("called", **about, outcome=outcome)
        assert (said["said"], said["contact"], said["outcome"]) == ("done", call.id, outcome)
    matter = house.matter(claim)
    assert matter.tasks[task.id].done_at and house.again(claim).holds == ()
    assert house.planned(claim).step == call.step + 1
    assert [(act["by"], act["what"], act["about"]) for act in anna.looks("acts")["acts"]] == [
        ("anna", "called", task.id)
    ]
    house.invariants(claim)
