"""People who answer: what they say, decide, put before a second person, hold and offer, at the desk."""

from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from tests.desk import at_the_desk

from ..scenario import scenario
from .asking import disputed, standing


def matter_of(stage):
    claim = stage.claims[0]
    return f"/desk/c/{claim.creditor}/{claim.debtor}"


def somebody(stage, role="agent"):
    """The desk of somebody who works for this creditor."""
    changes = {"creditors": (stage.creditor.id,), "name": "Anna Berg", "id": f"anna.{role}"}
    return at_the_desk(stage.house.employ(role, **changes))


def open_task(stage):
    (task,) = (task for task in stage.matter().tasks.values() if task.done_at is None)
    return task


def holding(stage):
    """The desk of somebody who has taken what is objected."""
    disputed(stage)
    desk = somebody(stage)
    desk.press(desk.get(matter_of(stage)), "take", task=open_task(stage).id)
    return desk


def proposing(stage):
    """What is objected is to be upheld: it waits for a second person."""
    desk = holding(stage)
    desk.press(desk.get(matter_of(stage)), "answer", words="Sie haben recht.", step="right")
    return somebody(stage, "lead")


@scenario()
def somebody_takes_what_waits(stage):
    disputed(stage)
    desk = somebody(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "take", task=open_task(stage).id)
    assert not open_task(stage).is_free


@scenario()
def a_person_asks_back(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Von welchem Tag?", step="ask")
    claim = stage.claims[0]
    assert len(wiring.store().talk(claim.creditor, claim.debtor)[1]) == 1


@scenario()
def a_person_rejects_a_dispute(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Das Foto passt.", step="reject")
    assert stage.again().dispute is None


@scenario()
def a_person_puts_it_before_a_second(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Sie haben recht.", step="right")
    assert stage.again().dispute is not None


@scenario()
def a_second_person_carries_it(stage):
    lead = proposing(stage)
    yield stage.press(lead, lead.get(matter_of(stage)), "decide", step="yes")
    assert stage.again().state is ClaimState.CLOSED


@scenario()
def a_second_person_says_no(stage):
    lead = proposing(stage)
    yield stage.press(lead, lead.get(matter_of(stage)), "decide", step="no")
    assert stage.again().dispute is not None


@scenario()
def a_claim_is_held_at_the_desk(stage):
    standing(stage)
    desk = somebody(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "hold", step="hold", kind="operator")
    assert len(stage.again().holds) == 1


@scenario()
def a_held_claim_is_let_go(stage):
    standing(stage)
    desk = somebody(stage)
    desk.press(desk.get(matter_of(stage)), "hold", step="hold", kind="operator")
    yield stage.press(desk, desk.get(matter_of(stage)), "hold", step="lift", kind="operator")
    assert stage.again().holds == ()


@scenario()
def terms_are_offered_at_the_desk(stage):
    standing(stage)
    desk = somebody(stage)
    day = (wiring.clock() + timedelta(days=10)).date().isoformat()
    yield stage.press(desk, desk.get(matter_of(stage)), "offer", step="plan", amount="20", day=day)
    assert len(stage.matter().offers) == 1
