"""The export: every decision once, every attempt with what followed, as it was known by then, and nobody in it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.export_day import export_day
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.overrule_choice import overrule_choice
from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.domain.channel import Cost
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.contact import ContactState, Delivery
from chalicelib.domain.export import DECISIONS, OUTCOMES, bounds, days_to_look_at
from chalicelib.domain.features import FEATURES
from chalicelib.domain.parties import Factor, PointState
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.outside import FakeExports
from tests.fakes.world import POLICIES, STRATEGIES, code_of
from tests.finding import said

ZONE = POLICIES["DE"].zone
PERSON = ("Marta", "Lindqvist", "marta.lindqvist", "3920012", "Lindenweg", "10437", "1984", "K-501", "2026-4711")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def looked(world, day, until=None):
    """(decisions, outcomes) of a day, as they are exported."""
    exports = FakeExports()
    until = until or bounds(day)[1]
    ports = {"store": world.store, "watch": world.watch, "exports": exports}
    count = export_day("nordlicht", day, until, policy=POLICIES["DE"], **ports)
    found = [exports.tables.get((table, "nordlicht", day), []) for table in ("decisions", "outcomes")]
    assert count == sum(map(len, found)) and set(exports.tables) <= {
        ("decisions", "nordlicht", day),
        ("outcomes", "nordlicht", day),
        ("complaints", "nordlicht", day),
    }
    return found


def complaints_of(world, day, until):
    """The complaints of a day, as they are exported."""
    exports = FakeExports()
    ports = {"store": world.store, "watch": world.watch, "exports": exports}
    export_day("nordlicht", day, until, policy=POLICIES["DE"], **ports)
    return exports.tables.get(("complaints", "nordlicht", day), [])


@pytest.fixture
def sent(world):
    """A reminder that left."""
    world.register()
    due = world.planned()
    world.send(due)
    return world.again(due)


def test_a_contact_that_left_is_told_with_its_decisions_and_what_followed(world, sent):
    at = sent.due_at
    link = world.store.link(sent.link)
    answer = prove_factor(link.id, Factor.POSTCODE, "10437", store=world.store, code_of=code_of, now=at + HOUR)
    assert answer.door is Door.PASSED
    ask = {"store": world.store, "now": at + 2 * HOUR}
    note_outcome(sent.receipt, Delivery.DELIVERED, "Delivery", "marta.lindqvist@example.com", **ask)
    world.book(world.gateway.money(4820, at + 3 * HOUR), now=at + 3 * HOUR)
    decisions, outcomes = looked(world, at.date())
    (outcome,) = [row for row in outcomes if row["purpose"] == "reminder"]
    assert outcome["contact"] == sent.id and outcome["text"] == sent.text != ""
    assert (outcome["channel"], outcome["tone"], outcome["step"]) == (sent.channel, sent.tone, 0)
    assert outcome["local_hour"] == at.astimezone(ZONE).hour
    assert (outcome["state"], outcome["code"], outcome["receipt"]) == ("delivered", "Delivery", True)
    times = ("sent_at", "passed_door_at", "noted_at", "paid_at", "chose_at", "replied_at")
    assert [outcome[name] for name in times] == [at, at + HOUR, at + 2 * HOUR, at + 3 * HOUR, None, None]
    mine = [row for row in decisions if row["contact"] == sent.id]
    assert [(row["place"], row["answer"], row["obeyed"]) for row in mine] == [
        (0, "allowed", False),
        (1, "allowed", True),
    ]
    assert {row["rule"] for row in mine} == {POLICIES["DE"].rule} and mine[0]["why"] == sent.why
    score = world.claim().score
    assert (mine[0]["model"], mine[0]["propensity"]) == (score.model, score.probability)


def test_what_became_known_later_is_not_in_an_earlier_look_and_is_in_the_later(world, sent):
    day, next_day = sent.due_at.date(), bounds(sent.due_at.date())[1]
    ask = {"store": world.store, "now": next_day + HOUR}
    note_outcome(sent.receipt, Delivery.DEAD, "Bounce", "marta.lindqvist@example.com", **ask)
    world.book(world.gateway.money(4820, NOW), now=next_day + 2 * HOUR)
    (first,) = [row for row in looked(world, day)[1] if row["contact"] == sent.id]
    assert [first[name] for name in ("state", "code", "noted_at", "paid_at")] == ["sent", None, None, None]
    (later,) = [row for row in looked(world, day, next_day + 28 * DAY)[1] if row["contact"] == sent.id]
    assert (later["state"], later["code"], later["paid_at"]) == ("failed", "Bounce", next_day + 2 * HOUR)
    assert later["known_until"] == next_day + 28 * DAY


def test_an_answer_that_moved_a_contact_is_told_once_and_the_way_it_went(world):
    world.register()
    due = world.planned()
    late = due.due_at.replace(hour=23)
    world.send(due, now=late)
    moved = world.planned()
    world.send(moved)
    first = looked(world, due.due_at.date())[0]
    second = looked(world, moved.due_at.date())[0]
    assert [(row["answer"], row["because"]) for row in first if row["contact"] == due.id] == [("allowed", None)]
    said_of_it = [(row["place"], row["answer"], row["because"]) for row in second if row["contact"] == moved.id]
    assert said_of_it == [(1, "wait", "quiet_hours"), (2, "allowed", None)]
    assert [row["state"] for row in looked(world, due.due_at.date())[1]] == ["moved"]


def test_a_contact_not_made_is_told_with_the_reason(world):
    world.register()
    due = world.planned()
    dead = world.matter().debtor
    for point in dead.points:
        dead = dead.with_point_state(point.value, PointState.DEAD)
    world.store.commit("nordlicht", Commit((), debtor=dead))
    world.send(due)
    decisions, outcomes = looked(world, due.due_at.date())
    last = decisions[-1]
    assert (last["answer"], last["obeyed"], last["until"]) == ("refused", True, None) and last["because"]
    assert [(row["state"], row["sent_at"], row["local_hour"]) for row in outcomes] == [("cancelled", None, None)]


def test_a_contact_still_planned_is_told_when_it_is_over_and_another_days_with_its_day(world):
    world.register()
    due = world.planned()
    assert looked(world, due.due_at.date()) == [[], []]
    world.send(due, now=due.due_at + HOUR)
    assert looked(world, due.due_at.date() - DAY) == [[], []]
    assert len(looked(world, due.due_at.date())[1]) == 1
    assert world.contacts(ContactState.PLANNED), "the one after it"


def test_the_features_are_the_claims_as_it_stood_at_that_hour(world, sent):
    world.book(world.gateway.money(1000, NOW), now=sent.due_at + HOUR)
    row = looked(world, sent.due_at.date(), bounds(sent.due_at.date())[1] + 9 * DAY)[0][0]
    day = sent.due_at.astimezone(ZONE).date()
    assert row["f_amount"] == 4820, "the payment came later"
    assert row["f_days_overdue"] == max((day - world.claim().due).days, 0)
    assert (row["f_business"], row["f_has_email"], row["f_address_traced"]) == (0, 1, 0)
    assert {f"f_{feature.name}" for feature in FEATURES} < set(row)
    assert {f"w_{feature.name}" for feature in FEATURES} < set(row)


def test_what_a_message_cost_is_told_where_it_is_known(world, sent):
    (unknown,) = [row for row in looked(world, sent.due_at.date())[1] if row["contact"] == sent.id]
    assert (unknown["cost_micros"], unknown["cost_currency"]) == (None, None)
    world.store.commit("nordlicht", Commit((), contacts=(replace(world.again(sent), cost=Cost(75_000)),)))
    (known,) = [row for row in looked(world, sent.due_at.date())[1] if row["contact"] == sent.id]
    assert (known["cost_micros"], known["cost_currency"]) == (75_000, "EUR")


def test_G1_nobody_is_named_in_it_and_no_way_leads_to_anybody(world, sent):
    assert said(PERSON, world.matter())
    decisions, outcomes = looked(world, sent.due_at.date())
    texts = [value for row in (*decisions, *outcomes) for value in row.values() if isinstance(value, str)]
    assert texts and said((*PERSON, sent.link, sent.receipt), texts) == []
    names = {column.name for column in (*DECISIONS, *OUTCOMES)}
    assert not names & {"debtor", "name", "link", "to", "address", "words", "care"}


def test_of_somebody_forgotten_what_the_model_knew_is_gone(world, sent):
    card = replace(world.matter().debtor, erased_at=NOW)
    bare = replace(world.claim(), score=None, history={})
    world.store.commit("nordlicht", Commit((), debtor=card, claims=(bare,)))
    row = looked(world, sent.due_at.date())[0][0]
    assert {value for name, value in row.items() if name[:2] in ("f_", "w_")} == {None}
    assert (row["propensity"], row["model"]) == (None, None)


def test_each_day_is_looked_at_the_night_after_and_when_its_four_weeks_are_over():
    assert days_to_look_at(date(2026, 12, 30)) == (date(2026, 12, 29), date(2026, 12, 1))
    assert len({column.name for column in DECISIONS}) == len(DECISIONS)
    assert len({column.name for column in OUTCOMES}) == len(OUTCOMES)


def test_what_a_person_overruled_is_told_with_what_was_drawn_and_no_propensity_to_divide_by(world):
    world.scorer.arms = {"email_evening": 0.4, "text_evening": 0.2}
    still = replace(STRATEGIES["balanced"], explores=0.0, explores_new=0.0, held_out=0.0)
    world.strategies = {**STRATEGIES, "balanced": still}
    world.register()
    day, drawn = world.planned().due_at.date(), world.planned().choice
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    overrule_choice(
        "nordlicht", "K-501", "R-1001", "text_evening", by="anna", strategies=world.strategies, now=NOW, **ports
    )
    due = world.planned()
    world.send(due)
    row = next(row for row in looked(world, day)[0] if row["contact"] == due.id)
    assert (row["how"], row["arm"], row["instead_of"]) == ("overruled", "text_evening", drawn.arm)
    assert row["arm_propensity"] is None and row["seed"] == drawn.seed and "anna" not in str(row)
    assert json.loads(row["propensities"]) == drawn.propensities


def test_a_complaint_is_told_under_the_day_it_came_with_its_answer_once_that_is_known_and_without_a_word(world):
    day = NOW.date()
    came = Complaint("nordlicht", "K-501", "R-1001", "t-1", NOW, NOW + 3 * DAY)
    answer = {"cause": Cause.TONE, "justified": True, "changed": "The second text is friendlier", "by": "anna"}
    answered = replace(came, answered_at=NOW + 2 * DAY, **answer)
    world.store.commit("nordlicht", Commit((), complaints=(answered,)))
    next_day = bounds(day)[1]
    (first,), (later,) = (complaints_of(world, day, until) for until in (next_day, next_day + 28 * DAY))
    assert first == {
        "task": "t-1",
        "claim": "R-1001",
        "came_at": NOW,
        "due_at": NOW + 3 * DAY,
        "answered_at": None,
        "cause": None,
        "justified": None,
        "known_until": next_day,
    }
    assert (later["answered_at"], later["cause"], later["justified"]) == (NOW + 2 * DAY, "tone", True)
    assert not complaints_of(world, day + DAY, next_day + DAY)
    assert not {"friendlier", "anna", "K-501"} & set(str(later).replace("'", " ").split())
