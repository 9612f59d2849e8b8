"""Once a week the model is looked at: where it does not fit any more, it steps back by itself, and says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.check_model import EVERY, check_model
from chalicelib.domain.chosen import Choice, How
from chalicelib.domain.contact import ContactState
from chalicelib.domain.drift import Usual, WatchedModel
from chalicelib.domain.facts import FactName
from chalicelib.domain.model_health import ModelHealth
from chalicelib.ports import Commit
from tests.builders import NOW, creditor

MODEL = WatchedModel("fake-arms-2026", {"amount": Usual((5_000.0,), (0.5, 0.5))})
LATER = NOW + timedelta(days=60)


@pytest.fixture
def many(world):
    """Makes so many contacts that the model chose for, of these amounts and answers, sent `ago` days before."""
    world.register()
    made = []

    def make(number, amount, answer=0.5, paid=(), ago=40, model="fake-arms-2026"):
        at = LATER - timedelta(days=ago)
        for n in range(number):
            choice = Choice(
                "email_morning",
                How.BEST,
                at,
                {"email_morning": 1.0},
                answers={"email_morning": answer(n) if callable(answer) else answer},
                model=model,
                features={"amount": float(amount(n) if callable(amount) else amount)},
            )
            first = world.contacts()[0]
            name = f"c-{len(made)}"
            made.append(name)
            sent = replace(
                first,
                id=name,
                due_at=at + timedelta(seconds=n),
                sent_at=at + timedelta(seconds=n),
                state=ContactState.SENT,
                choice=choice,
                version=0,
            )
            world.store.commit("nordlicht", Commit((), contacts=(sent,)))

    return make


def look(world, now=LATER, model=MODEL):
    return check_model("nordlicht", model=model, store=world.store, watch=world.watch, now=now)


def even(n):
    return 4_000 if n % 2 else 6_000


def test_the_first_look_that_has_enough_is_what_later_ones_are_held_against(world, many):
    many(300, amount=60_000, ago=10)
    health = look(world)
    assert (health.because, health.cases, health.psi) == ("", 300, ())
    assert dict(health.began) == {"amount": (0, 300, 0)}
    assert dict(health.apart)["amount"] > 0.25, "it lies apart from where the model learnt: told, and not judged"
    assert world.store.creditor("nordlicht").health == health
    assert world.store.named(FactName.MODEL_CHECKED)


def test_what_is_spread_as_it_was_fits(world, many):
    many(300, amount=even, ago=10)
    look(world, LATER - timedelta(days=1))
    many(300, amount=even, ago=2)
    health = look(world, LATER + EVERY)
    assert (health.because, health.cases) == ("", 600) and dict(health.psi)["amount"] < 0.02


def test_I15_what_moved_since_makes_it_step_back_with_the_feature_named_and_stay_there(world, many):
    many(250, amount=even, ago=40)
    first = look(world, LATER - timedelta(days=35))
    assert dict(first.began) == {"amount": (125, 125, 0)}
    many(300, amount=60_000, ago=3)
    health = look(world)
    assert health.because.startswith("drifted: amount: PSI")
    assert health.fallen_back("fake-arms-2026") and health.fallen_back("a newer one") is None
    many(300, amount=even, ago=-1)
    assert look(world, LATER + timedelta(days=60)).because == health.because, "it comes back by a version only"


def test_with_too_few_cases_what_applied_before_still_applies(world, many):
    many(30, amount=60_000, ago=10)
    few = look(world)
    assert (few.because, few.began) == ("", ())
    held = ModelHealth("fake-arms-2026", LATER - EVERY, "drifted: amount")
    world.open(replace(world.store.creditor("nordlicht"), health=held))
    assert look(world).because == "drifted: amount"
    world.open(replace(world.store.creditor("nordlicht"), health=replace(held, model="an older one")))
    assert look(world).because == ""


def test_what_stepped_back_does_not_come_back_by_itself(world, many):
    """The weeks in which it drifted slide out of sight while nothing new is chosen by it."""
    held = ModelHealth("fake-arms-2026", LATER - EVERY, "drifted: amount")
    world.open(replace(world.store.creditor("nordlicht"), health=held))
    many(300, amount=lambda n: 4_000 if n % 2 else 6_000, ago=10)
    assert look(world).because == "drifted: amount"
    assert look(world, LATER + EVERY, replace_version("another")).because == ""


def test_once_a_week_and_at_once_where_the_model_is_another(world, many):
    many(210, amount=lambda n: 4_000 if n % 2 else 6_000, ago=10)
    assert look(world) is not None
    assert look(world, LATER + timedelta(days=1)) is None
    assert look(world, LATER + EVERY) is not None
    assert look(world, LATER + EVERY, replace_version("another")) is not None


def replace_version(version):
    return replace(MODEL, version=version)


def test_what_another_model_chose_says_nothing_of_this_one(world, many):
    many(300, amount=60_000, ago=10, model="an older one")
    assert look(world).cases == 0


def test_what_a_person_chose_while_the_model_had_stepped_back_says_nothing_of_it(world, many):
    many(210, amount=lambda n: 4_000 if n % 2 else 6_000, ago=10)
    many(1, amount=4_000, ago=40)
    contact = world.matter().contacts["c-210"]
    stepped_back = Choice("", How.STRATEGY, NOW, model="fake-arms-2026", flagged="drifted: amount")
    overruled = replace(contact, choice=stepped_back.overruled("text_midday", "anna", NOW))
    world.store.commit("nordlicht", Commit((), contacts=(overruled,)))
    assert look(world).cases == 210


def test_whoever_it_calls_likely_and_does_not_pay_makes_it_step_back(world, many):
    # One claim, paid right after the messages with the low answers: the likely ones of the day before saw nothing.
    many(220, amount=lambda n: 4_000 if n % 2 else 6_000, ago=10)
    many(150, amount=4_000, answer=lambda n: 0.7 + n / 1000, ago=80)
    many(150, amount=6_000, answer=lambda n: 0.2 + n / 1000, ago=40)
    payment = world.gateway.money(1_000, NOW)
    world.book(payment, now=LATER - timedelta(days=39))
    health = look(world)
    assert health.slope is not None and health.slope <= 0
    assert health.because.startswith("upside_down")


def test_new_settings_of_the_creditor_keep_what_was_found(world, many):
    from chalicelib.actions.accept_creditor import accept_creditor

    many(300, amount=60_000, ago=10)
    found = look(world)
    accepted = accept_creditor(replace(creditor(), help_hours="9-12"), store=world.store, now=LATER)
    assert accepted.health == found and accepted.help_hours == "9-12"


def test_what_a_person_took_instead_is_no_answer_of_the_model(world, many):
    many(300, amount=lambda n: 4_000 if n % 2 else 6_000, ago=10)
    many(3, amount=5_000, ago=40)
    for contact in world.contacts(ContactState.SENT):
        if contact.due_at < LATER - timedelta(days=30):
            turned = contact.choice.overruled("text_evening", "anna", NOW)
            world.store.commit("nordlicht", Commit((), contacts=(replace(contact, choice=turned),)))
    assert look(world).cases == 300
