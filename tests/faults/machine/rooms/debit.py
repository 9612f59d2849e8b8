"""A plan by direct debit: the mandate is given and told of, drawn on, ended."""

from datetime import datetime, time, timedelta

from chalicelib import wiring
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.mandate import MandateState

from ..picture import Differs
from ..scenario import scenario
from ..stage import Wakes


def agreed(stage):
    stage.open()
    stage.claim()
    reader = stage.reader()
    offer = reader.on(reader.press(reader.get("plan"), "/plan", amount="10", method="debit"))
    assert reader.press(offer, "/document").status == 303
    return reader, reader.on(reader.press(offer, "/agree"))


def mandate_of(stage):
    (mandate,) = stage.matter().mandates.values()
    return mandate


def at_the_page(stage):
    """The reader gave the mandate on the hosted page; the page's id."""
    reader, page = agreed(stage)
    hosted = reader.press(page, "/mandate").location
    stage.house.payments.press(hosted, "sepa")
    return reader, hosted.rpartition("/")[2]


def given(stage):
    reader, page = at_the_page(stage)
    stage.told("checkout.session.completed", page).wake()
    assert mandate_of(stage).state is MandateState.ACTIVE
    return reader


@scenario()
def a_mandate_is_about_to_be_given(stage):
    reader, page = agreed(stage)
    yield stage.press(reader, page, "/mandate")
    assert mandate_of(stage).state is MandateState.STARTING


@scenario()
def a_mandate_was_given(stage):
    _, page = at_the_page(stage)
    yield stage.told("checkout.session.completed", page)
    assert mandate_of(stage).state is MandateState.ACTIVE


NEXT_NIGHT = Differs("MANDATE", "what one night could not end the next goes on with, and looks again a day later")


@scenario(differs=(NEXT_NIGHT,))
def a_part_is_drawn(stage):
    given(stage)
    (word,) = [c for c in stage.matter().planned_for("R-1") if c.kind is MessageKind.INSTALMENT]
    stage.sends(word).wake()
    (plan,) = stage.matter().plans.values()
    now = datetime.combine(plan.instalments[0].due, time(3), wiring.policies()["DE"].zone)
    about = {"creditor": stage.creditor.id, "debtor": "K-1", "mandate": mandate_of(stage).id}
    stage.paid = False  # it is on its way
    yield Wakes("tests.faults.machine.acts:draw", {**about, "now": now.isoformat()})
    # What one night began and could not end, the next one goes on with.
    Wakes("tests.faults.machine.acts:draw", {**about, "now": (now + timedelta(days=1)).isoformat()}).wake()
    assert len([a for a in stage.matter().attempts.values() if a.mandate]) == 1


@scenario()
def a_mandate_is_ended(stage):
    reader = given(stage)
    yield stage.post(reader, "choices", {"mandate": mandate_of(stage).id})
    assert mandate_of(stage).state is MandateState.ENDED
