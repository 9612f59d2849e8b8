"""The nightly run finds what was lost, and one trouble does not hide the rest."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.actions.draw_instalment import look_after
from chalicelib.actions.forget_person import Forgotten
from chalicelib.actions.hold_sending import hold_sending
from chalicelib.actions.record_return import returns_since
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.watch_over import LOOK_BACK, LOST_AFTER, watch_over
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.facts import Fact, FactName
from chalicelib.domain.gate import Halt
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES


def watch(world, now=NOW, creditors=("nordlicht",), publish=lambda facts: None):
    return watch_over(
        creditors,
        watch=world.watch,
        store=world.store,
        gateway=world.gateway,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        publish=publish,
        forget=lambda creditor, number: Forgotten.KEPT,
        look_after=lambda mandate: look_after(mandate, till=world.till, now=now),
        returns=lambda creditor, since: returns_since(creditor, since, till=world.till, now=now),
        choose=lambda *contact: world.waiting.append(contact),
        now=now,
    )


def reserve(world, contact, at):
    held = replace(contact.moved(ContactState.RESERVED), reserved_at=at)
    world.store.commit(contact.creditor, Commit((), contacts=(held,)))


def test_every_contact_of_the_next_days_gets_its_schedule_again(world):
    world.register()
    contact = world.planned()
    world.scheduler.planned.clear()
    assert watch(world).scheduled == 1
    assert list(world.scheduler.planned) == [contact.id]
    assert watch(world, contact.due_at - timedelta(days=3)).scheduled == 0


def test_a_contact_whose_schedule_vanished_is_found_told_and_scheduled_again(world):
    world.register()
    contact = world.planned()
    assert watch(world, NOW + timedelta(hours=1)).unscheduled == (), "the scheduler knows it"
    world.scheduler.planned.clear()
    assert watch(world, NOW + timedelta(hours=1)).unscheduled == (contact.id,)
    assert watch(world, NOW + timedelta(hours=1)).unscheduled == (), "it has one again"
    assert world.send(contact) is Sent.SENT


def test_one_planned_a_moment_ago_may_still_be_on_its_way_to_the_scheduler(world):
    world.register()
    world.scheduler.planned.clear()
    assert watch(world, NOW + LOST_AFTER).unscheduled == ()


def test_one_whose_hour_went_by_unheard_is_told_and_comes_back(world):
    world.register()
    contact = world.planned()
    world.scheduler.planned.clear()
    assert watch(world, contact.due_at + timedelta(hours=3)).unscheduled == (), "it may be on its way"
    world.scheduler.planned.clear()
    assert watch(world, contact.due_at + timedelta(hours=5)).unscheduled == (contact.id,)


def test_O1_what_operators_hold_back_is_not_lost(world):
    world.register()
    contact = world.planned()
    hold_sending(Halt("anna", NOW), store=world.store, gates=world.gates)
    assert world.send(contact) is Sent.HELD
    world.scheduler.planned.clear()
    assert watch(world, contact.due_at + timedelta(hours=17)).unscheduled == ()


def test_a_contact_that_was_reserved_and_never_settled_is_lost_told_once_and_the_strategy_goes_on(world):
    world.register()
    contact = world.planned()
    reserve(world, contact, contact.due_at)
    night = contact.due_at + timedelta(hours=17)
    assert watch(world, night).lost == (contact.id,)
    assert world.again(contact).state is ContactState.LOST
    assert world.planned().step == 1
    assert len(world.store.named(FactName.CONTACT_LOST)) == 1
    assert watch(world, night + timedelta(days=1)).lost == ()
    assert world.email.sent == []


def test_one_that_is_being_sent_just_now_is_left_alone(world):
    world.register()
    contact = world.planned()
    reserve(world, contact, NOW)
    assert watch(world, contact.due_at + LOST_AFTER).lost == (contact.id,)
    world.register(claim="R-2", debtor="K-2")
    other = world.planned(debtor="K-2")
    reserve(world, other, other.due_at)
    assert watch(world, other.due_at + LOST_AFTER).lost == ()


def test_one_that_is_settled_while_we_look_is_not_lost(world):
    world.register()
    contact = world.planned()
    reserve(world, contact, contact.due_at)

    def settled():
        held = world.again(contact)
        world.store.commit("nordlicht", Commit((), contacts=(held.moved(ContactState.SENT),)))

    world.store.meanwhile.append(settled)
    assert watch(world, contact.due_at + timedelta(hours=17)).lost == ()
    assert world.again(contact).state is ContactState.SENT


def test_W15_money_that_no_notice_told_of_is_found(world):
    world.register()
    world.start()
    world.gateway.pay(world.attempt(), NOW)
    world.gateway.money(700, NOW, claim=None)
    found = watch(world, NOW + timedelta(hours=17))
    assert (found.found, found.suspended, found.failed) == (1, 1, ())
    assert world.claim().paid == 4820
    again = watch(world, NOW + timedelta(days=1, hours=17))
    assert (again.found, again.suspended) == (0, 0)
    world.invariants()


def test_W15_four_days_of_silence_are_covered(world):
    world.register()
    world.gateway.money(1000, NOW)
    assert watch(world, NOW + LOOK_BACK).found == 1


def test_W15_money_is_found_after_however_many_nights_that_failed(world):
    """The key of a creditor is gone for two weeks; what came in meanwhile is booked when it is back."""
    world.register()
    assert watch(world).failed == ()
    world.gateway.money(1000, NOW + timedelta(days=1))
    world.gateway.down = Permanent("key revoked")
    for night in range(1, 15):
        assert len(watch(world, NOW + timedelta(days=night)).failed) == 1
    world.gateway.down = None
    assert watch(world, NOW + timedelta(days=15)).found == 1
    world.invariants()


def test_the_first_night_looks_back_as_far_as_the_provider_remembers(world):
    world.register()
    world.gateway.money(1000, NOW)
    world.gateway.money(500, NOW - timedelta(days=3))
    assert watch(world, NOW + timedelta(days=29)).found == 1


def test_facts_nobody_relayed_are_said_again(world):
    fact = (Fact(FactName.CLAIM_CLOSED, "nordlicht", (("claim", "R-1"),), NOW),)
    world.watch.unsaid.append(fact)
    said = []
    assert watch(world, publish=said.append).facts == 1
    assert said == [fact]


def test_one_creditors_trouble_is_not_another_ones(world):
    world.open(id="suedlicht")
    world.register(of="suedlicht")
    world.gateway.money(1000, NOW, creditor="suedlicht")

    class KeyGone(type(world.gateway)):
        def payments_since(self, creditor, since):
            if creditor == "nordlicht":
                raise Permanent("key revoked")
            return super().payments_since(creditor, since)

    world.gateway.__class__ = KeyGone
    found = watch(world, NOW + timedelta(hours=17), ("nordlicht", "suedlicht"))
    assert found.found == 1
    ((name, error),) = found.failed
    assert name == "nordlicht" and isinstance(error, Permanent)


def test_a_bus_or_a_scheduler_out_of_reach_does_not_keep_money_from_being_found(world):
    world.register()
    world.register(claim="R-2", debtor="K-2")
    world.gateway.money(1000, NOW)
    world.watch.unsaid.append(())
    world.scheduler.planned.clear()
    world.scheduler.trouble.append(Retry("throttled"))

    def no_bus(facts):
        raise Retry("bus out of reach")

    found = watch(world, publish=no_bus)
    assert (found.found, found.scheduled) == (1, 1)
    assert [name for name, _ in found.failed][0] == "facts" and len(found.failed) == 2
