"""Paying later or in parts: offered, agreed, changed, printed, and followed through its life."""

import re
from dataclasses import replace
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.plan import PlanState
from chalicelib.ports import Commit

from ..scenario import scenario
from ..stage import queued

DOCUMENTS = "chalicelib.entrypoints.documents:documents"


def standing(stage):
    stage.open()
    stage.claim(principal=24_000)
    return stage.reader()


def asked(reader, page, ending, **fields):
    """What comes of a wish: the offer's page."""
    return reader.on(reader.press(page, ending, **fields))


def plan_offered(reader, amount="40"):
    return asked(reader, reader.get("plan"), "/plan", amount=amount)


def later_offered(reader):
    page = reader.get("later")
    day = re.search(r'name="until" value="([0-9-]+)"', page.text)[1]
    return asked(reader, page, "/later", until=day)


def in_hands(reader, offer):
    """The notice was fetched."""
    assert reader.press(offer, "/document").status == 303
    return offer


def on_plan(stage):
    reader = standing(stage)
    offer = in_hands(reader, plan_offered(reader))
    reader.on(reader.press(offer, "/agree"))
    printed(stage)
    return reader


def plan_of(stage):
    (plan,) = stage.matter().plans.values()
    return plan


def printed(stage):
    """What was agreed has its document, as when the fact came by."""
    agreed = (*stage.matter().plans.values(), *stage.matter().deferrals.values())
    for one in agreed:
        told_of(stage, one).wake()


def told_of(stage, agreed):
    kind = "plan" if agreed.id.startswith("p-") else "deferral"
    return queued(DOCUMENTS, {"detail": {"creditor": stage.creditor.id, "claim": agreed.claim, kind: agreed.id}})


def carrier(stage):
    """The contact that carries on what was agreed."""
    (contact,) = (
        c
        for c in stage.matter().contacts.values()
        if c.purpose is Purpose.AGREED and c.state is ContactState.PLANNED
    )
    return contact


@scenario()
def a_plan_is_asked_for(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("plan"), "/plan", amount="40")
    (offer,) = stage.matter().offers.values()
    assert sum(part.amount for part in offer.instalments) == 24_000
    assert len(stage.matter().documents) == 1


@scenario()
def a_later_day_is_asked_for(stage):
    reader = standing(stage)
    page = reader.get("later")
    day = re.search(r'name="until" value="([0-9-]+)"', page.text)[1]
    yield stage.press(reader, page, "/later", until=day)
    assert len(stage.matter().offers) == 1


@scenario()
def another_offer_takes_the_place_of_the_first(stage):
    reader = standing(stage)
    plan_offered(reader)
    yield stage.press(reader, reader.get("plan"), "/plan", amount="20")
    assert len(stage.matter().offers) == 2


@scenario()
def an_own_offer_goes_to_a_person(stage):
    reader = standing(stage)
    yield stage.press(reader, reader.get("plan?amount=5"), "/own-offer")
    assert len(stage.matter().tasks) == 1


@scenario()
def a_notice_is_taken_along(stage):
    reader = standing(stage)
    yield stage.press(reader, plan_offered(reader), "/document")
    assert all(document.fetched_at for document in stage.matter().documents.values())


@scenario()
def a_statement_is_fetched(stage):
    reader = standing(stage)
    yield stage.post(reader, "document", {"kind": "statement"})
    assert len(stage.matter().documents) == 1


@scenario()
def a_plan_is_agreed(stage):
    reader = standing(stage)
    yield stage.press(reader, in_hands(reader, plan_offered(reader)), "/agree")
    assert plan_of(stage).state is PlanState.RUNNING
    assert stage.again().state is ClaimState.ON_PLAN


@scenario()
def a_later_day_is_agreed(stage):
    reader = standing(stage)
    yield stage.press(reader, in_hands(reader, later_offered(reader)), "/agree")
    assert len(stage.matter().deferrals) == 1 and stage.again().deferral


@scenario()
def a_plan_takes_the_place_of_a_later_day(stage):
    reader = standing(stage)
    reader.press(in_hands(reader, later_offered(reader)), "/agree")
    yield stage.press(reader, in_hands(reader, plan_offered(reader)), "/agree")
    assert stage.again().plan and not stage.again().deferral


@scenario()
def a_part_of_a_plan_is_moved(stage):
    reader = on_plan(stage)
    before = plan_of(stage)
    offer = reader.on(reader.post("plan", {"change": "skip"}))
    yield stage.press(reader, in_hands(reader, offer), "/agree")
    assert plan_of(stage).changes == before.changes + 1 and plan_of(stage).total == 24_000


@scenario()
def what_was_agreed_is_printed(stage):
    reader = standing(stage)
    reader.press(in_hands(reader, plan_offered(reader)), "/agree")
    yield told_of(stage, plan_of(stage))
    assert len([d for d in stage.matter().documents.values() if d.kind.value == "agreement"]) == 1


@scenario()
def a_part_of_a_plan_arrives(stage):
    on_plan(stage)
    yield stage.taken(4_000, stage.again())
    assert plan_of(stage).state is PlanState.RUNNING and stage.again().outstanding.total == 20_000


@scenario()
def the_rest_of_a_plan_arrives(stage):
    on_plan(stage)
    yield stage.taken(24_000, stage.again())
    assert plan_of(stage).state is PlanState.KEPT and stage.again().state is ClaimState.CLOSED


@scenario()
def the_night_gives_a_plan_its_lost_contact_again(stage):
    on_plan(stage)
    lost = carrier(stage)
    gone = lost.called_off("test")
    wiring.store().commit(stage.creditor.id, Commit((), contacts=(gone,)))
    stage.amiss = True
    yield stage.night(lost.due_at + timedelta(days=2))
    assert len([c for c in stage.matter().contacts.values() if c.about == plan_of(stage).id]) >= 2


@scenario()
def the_last_question_of_a_plan_gets_no_answer_and_it_ends(stage):
    on_plan(stage)
    plan = plan_of(stage)
    parts = tuple(replace(part, due=part.due - timedelta(days=400)) for part in plan.instalments)
    wiring.store().commit(stage.creditor.id, Commit((), plans=(replace(plan, instalments=parts),)))
    yield stage.sends(carrier(stage))
    assert stage.matter().plans
