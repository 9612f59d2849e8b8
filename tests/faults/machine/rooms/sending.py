"""What operators hold back and let go on, and batches that are released."""

from dataclasses import replace

from chalicelib import wiring
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters.dynamo import keys
from chalicelib.domain.batch import Batch, BatchStatus
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ReleaseWay
from tests.builders import row

from ..scenario import scenario
from ..stage import EVENTS, SCHEDULES, Wakes, queued
from .out import does


def resting(stage):
    """Two rows of a file that rests, and the batch they came in."""
    stage.open(release=ReleaseWay.BY_HAND)
    name = stage.creditor.id
    begun = Batch("b1", name, f"inbox/{name}/a.csv", "e", stage.began, BatchStatus.LOADING, 2, 1)
    wiring.batches().begin(begun)
    rows = [
        row(line=n, claim=f"R-{n}", debtor=f"K-{n}", email=stage.address, phone=None).to_json() for n in (1, 2)
    ]
    queued(f"{EVENTS}:claims", {"creditor": name, "batch": "b1", "chunk": 0, "rows": rows}).wake()
    return wiring.batches().batch(name, "b1")


def released(stage):
    held = resting(stage)
    does(stage, "anna", "release-batch", batch="b1", sheet=held.sheet).wake()
    return {"creditor": stage.creditor.id, "released": "b1", "chunk": 0}


def planned(stage):
    matters = [wiring.store().matter(stage.creditor.id, f"K-{n}") for n in (1, 2)]
    return [c.claim for m in matters for c in m.contacts.values() if c.state is ContactState.PLANNED]


@scenario()
def a_person_holds(stage):
    stage.open()
    contact = stage.house.planned(stage.claim())
    yield does(stage, "anna", "hold")
    assert {wiring.store().gate(str(n)).version for n in range(60)} == {1}
    assert stage.house.send(contact) is Sent.HELD


@scenario()
def a_person_lifts(stage):
    stage.open()
    contact = stage.house.planned(stage.claim())
    does(stage, "anna", "hold").wake()
    yield does(stage, "bernd", "lift")
    assert {wiring.store().gate(str(n)).halts for n in range(60)} == {()}
    assert stage.house.send(contact) is Sent.SENT


@scenario()
def a_hold_that_died_half_way_is_finished_by_its_fact(stage):
    stage.open()
    does(stage, "anna", "hold").wake()
    table = wiring.table()
    whole = wiring.gates().whole()
    for number in range(0, keys.PLACES, 2):
        table.put({"pk": {"S": f"GATE#{number}"}, "sk": {"S": "GATE"}, "version": {"N": "0"}})
    detail = {"creditor": stage.creditor.id, "hold": whole.halts[0].name}
    yield Wakes(f"{SCHEDULES}:nightly", {"detail-type": "SendingHeld", "detail": detail})
    assert {wiring.store().gate(str(n)).version for n in range(60)} == {1}


@scenario()
def a_contact_that_is_held_waits(stage):
    stage.open()
    contact = stage.house.planned(stage.claim())
    does(stage, "anna", "hold").wake()
    yield stage.sends(contact)
    held = stage.matter().contacts[contact.id]
    assert held.state is ContactState.PLANNED and held.decisions[-1].because == "operator"


@scenario()
def a_person_releases_a_batch(stage):
    held = resting(stage)
    yield does(stage, "anna", "release-batch", batch="b1", sheet=held.sheet)
    after = wiring.batches().batch(stage.creditor.id, "b1")
    assert after.release.by == "anna"
    assert replace(after, release=None, version=held.version) == held


@scenario()
def a_released_batch_is_handed_out(stage):
    released(stage)
    about = {"creditor": stage.creditor.id, "batch": "b1"}
    yield queued(f"{EVENTS}:claims", {"detail-type": "BatchReleased", "detail": about})
    assert stage.house.queued("claims")


@scenario()
def a_released_chunk_is_let_go(stage):
    chunk = released(stage)
    yield queued(f"{EVENTS}:claims", chunk)
    assert planned(stage) == ["R-1", "R-2"]
