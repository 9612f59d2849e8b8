"""What became of a reserved contact is written once, for the contact that was reserved."""

from dataclasses import replace

from chalicelib.actions.settle_contact import settle_contact
from chalicelib.domain.contact import ContactState
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES


def settle(world, done):
    return settle_contact(
        done,
        world.store.creditor("nordlicht"),
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=NOW,
    )


def reserved(world):
    world.register()
    contact = replace(world.planned().moved(ContactState.RESERVED), reserved_at=NOW)
    world.store.commit("nordlicht", Commit((), contacts=(contact,)))
    return world.again(contact)


def test_it_is_settled_once(world):
    done = reserved(world).moved(ContactState.SENT)
    assert settle(world, done)
    assert not settle(world, done)
    assert world.again(done).state is ContactState.SENT
    assert world.planned().step == 1


def test_another_writer_at_the_same_moment_is_read_again(world):
    contact = reserved(world)
    world.store.meanwhile.append(lambda: world.hold("R-1001"))
    assert settle(world, contact.moved(ContactState.SENT))


def test_one_that_somebody_else_settled_meanwhile_is_left_alone(world):
    contact = reserved(world)
    world.store.meanwhile.append(lambda: settle(world, contact.moved(ContactState.LOST)))
    assert not settle(world, contact.moved(ContactState.SENT))
    assert world.again(contact).state is ContactState.LOST


def test_no_second_reminder_is_planned_beside_one_that_waits(world):
    contact = reserved(world)
    other = replace(contact, id="c-other", state=ContactState.PLANNED, version=0)
    world.store.commit("nordlicht", Commit((), contacts=(other,)))
    assert settle(world, contact.moved(ContactState.SENT))
    assert world.planned().id == "c-other"


def test_one_of_nobody_is_not_settled(world):
    done = reserved(world).moved(ContactState.SENT)
    assert not settle(world, replace(done, debtor="K-404"))
    assert not settle(world, replace(done, id="c-404"))
