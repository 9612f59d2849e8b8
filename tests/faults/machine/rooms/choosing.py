"""Choosing the arm of what waits, the night that has it chosen, and the weekly look at the model."""

from dataclasses import replace

from chalicelib import wiring
from chalicelib.domain.contact import ContactState
from chalicelib.ports import Commit

from ..scenario import scenario
from ..stage import EVENTS, Wakes, queued


def waiting(stage):
    """A reminder that nobody has chosen for yet."""
    stage.open()
    planned = stage.house.planned(stage.claim())
    wiring.store().commit(stage.creditor.id, Commit((), contacts=(replace(planned, choice=None),)))
    return stage.house.planned(stage.claims[0])


def to_choose(contact):
    return {"creditor": contact.creditor, "debtor": contact.debtor, "choose": contact.id}


@scenario()
def the_workers_choose_for_what_waits(stage):
    contact = waiting(stage)
    yield queued(f"{EVENTS}:claims", to_choose(contact))
    (chosen,) = (c for c in stage.matter().contacts.values() if c.state is ContactState.PLANNED)
    assert chosen.choice and chosen.choice.arm and chosen.id in stage.scheduled()


@scenario()
def the_night_has_chosen_what_nobody_chose_for(stage):
    contact = waiting(stage)
    yield stage.night(money=False)
    assert to_choose(contact) in stage.house.queued("claims")


@scenario()
def the_weekly_look_at_the_model(stage):
    stage.open()
    stage.claim()
    about = {"creditor": stage.creditor.id, "now": wiring.clock().isoformat()}
    yield Wakes("tests.faults.machine.acts:look_at_model", about)
    health = wiring.store().fresh_creditor(stage.creditor.id).health
    assert health.model.startswith("responds28-") and not health.because
