"""What a debtor asks to be told or looked at: the origin in writing, a person's look at a decision, their data."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from chalicelib.actions.ask_for_review import ask_for_review
from chalicelib.actions.gather_data import gather_data
from chalicelib.actions.propose_motion import Wanted, propose_motion
from chalicelib.actions.tell_origin import tell_origin
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.motion import MotionKind
from chalicelib.domain.parties import PointState
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, hash_point


@pytest.fixture
def world(world):
    world.register()
    world.send(world.planned())
    return world


def told(world, now=NOW):
    return tell_origin(world.visit(), store=world.store, scheduler=world.scheduler, now=now)


def review(world, contact, visit=None):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
    return ask_for_review(visit or world.visit(), contact, **ports)


def origins(world):
    return [c for c in world.contacts() if c.kind is MessageKind.ORIGIN]


def test_the_origin_goes_out_in_writing_once_a_day(world):
    assert told(world) and told(world, NOW + timedelta(hours=3))
    assert len(origins(world)) == 1 and origins(world)[0].id in world.scheduler.planned
    assert told(world, NOW + timedelta(days=1))
    assert len(origins(world)) == 2


def test_without_an_address_the_page_has_to_do(world):
    card = world.matter().debtor
    for point in card.points:
        card = card.with_point_state(point.value, PointState.DEAD)
    world.store.commit("nordlicht", Commit((), debtor=card))
    assert not told(world) and origins(world) == []


def test_a_person_looks_at_a_decision_once_and_nobody_reminds_until_then(world):
    contact = world.contacts(ContactState.SENT)[0].id
    task = review(world, contact)
    assert (task.kind, task.about) == (TaskKind.REVIEW, contact)
    assert review(world, contact) == world.matter().tasks[task.id]
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.TASK_OPEN]


def test_a_contact_of_another_claim_is_not_there(world):
    world.register(claim="R-2")
    other = next(c for c in world.contacts() if c.claim == "R-2")
    for strange in (other.id, "c-404"):
        with pytest.raises(BrokenRule, match="not_found"):
            review(world, strange)


def test_the_export_holds_every_field_of_what_we_know_and_no_secret(world):
    found = gather_data(world.visit(), store=world.store)
    text = json.dumps(found, default=str)
    matter = world.matter()
    for part in (matter.debtor, *matter.claims.values(), *matter.contacts.values()):
        missing = asdict(part).keys() - {"version", "row_hash", "link", "blocked", "to", "recent", "url"}
        assert not [name for name in missing if f'"{name}"' not in text]
    assert "marta.lindqvist@example.com" in text and "10437" in text and matter.claims["R-1001"].reference in text
    link = next(c.link for c in matter.contacts.values() if c.link)
    for secret in (link, hash_point("marta.lindqvist@example.com"), "token0000"):
        assert secret not in text


def test_the_export_tells_what_was_said_word_for_word(world):
    contact = world.contacts(ContactState.SENT)[0]
    found = gather_data(world.visit(), store=world.store)
    said = found["contacts"][contact.id]["message"]
    assert said["long"] == world.store.message("nordlicht", contact.id).long


def test_the_export_tells_what_people_decided_about_them_and_not_who_of_the_staff(world):
    motion = propose_motion(
        "nordlicht",
        "K-501",
        "R-1001",
        Wanted(MotionKind.CORRECT, "Der Zähler stand auf 4711.", 820, signed="Anna"),
        by="anna.berg",
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        now=NOW,
    )
    (told,) = gather_data(world.visit(), store=world.store)["motions"]
    assert (told["id"], told["amount"], told["why"], told["signed"]) == (motion.id, 820, motion.why, "Anna")
    assert "anna.berg" not in json.dumps(told, default=str)


def test_nobody_has_data_of_somebody_who_is_not_there(world):
    with pytest.raises(BrokenRule, match="not_found"):
        gather_data(replace(world.visit(), debtor="K-404"), store=world.store)
