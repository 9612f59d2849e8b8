"""Asking why, and overruling, at the operators' door: over the real table, in the words of any language."""

from dataclasses import replace
from math import isclose

import pytest

from chalicelib import wiring
from chalicelib.domain.choice import arm_named
from chalicelib.domain.chosen import How
from chalicelib.domain.contact import ContactState
from chalicelib.ports import Commit
from chalicelib.presentation import i18n, why
from tests.operators import Person
from tests.pages.samples_own import WEIGHED

PERSONAL = ("Lindqvist", "Lindenweg", "10437", "1984")


@pytest.fixture
def waiting(house, creditor, claim):
    """The claim's reminder as it waits, by an arm the model compared with two others."""
    planned, arm = house.planned(claim), arm_named("email_morning")
    chosen = replace(WEIGHED, arm=arm.key, at=planned.planned_at)
    due_at = arm.at(planned.due_at, wiring.policies()["DE"].zone)
    waits = replace(planned, due_at=due_at, channel=arm.channel, tone=arm.tone, why="best", choice=chosen)
    wiring.store().commit(creditor.id, Commit((), contacts=(waits,)))
    return house.planned(claim)


def asked(creditor, claim, **more):
    return Person("anna", creditor.id).looks("why", claim=claim.id, **more)["reminders"]


@pytest.mark.parametrize("language", ["de", "tr", "ar"])
def test_staff_ask_why_and_read_all_of_it_in_the_language_they_name(creditor, claim, waiting, language):
    (shown,) = asked(creditor, claim, language=language)
    words, choice = i18n.locale(language), shown["choice"]
    assert (shown["contact"], choice["arm"], choice["how"]) == (waiting.id, "email_morning", "best")
    assert choice["propensities"] == WEIGHED.propensities and choice["values"] == WEIGHED.values
    assert (choice["model"], choice["sha256"], choice["drawn"]) == (WEIGHED.model, WEIGHED.sha256, WEIGHED.drawn)
    assert isclose(choice["log_odds"], choice["baseline"] + sum(choice["reasons"].values()))
    assert shown["told"] == [words.text(key) for key in (*why.ways(waiting), *why.grounds(waiting))]
    assert words.text("why.way_answers.up") in "\n".join(shown["words"]) and len(shown["told"]) == 4
    assert not any(name in str(shown) for name in PERSONAL)


def test_a_language_or_a_claim_there_is_none_of_is_said(creditor, claim, waiting):
    anna = Person("anna", creditor.id)
    status, answer = anna.asks("GET", "why", query={"claim": claim.id, "language": "tlh"})
    assert (status, answer["field"]) == (422, "language")
    assert anna.asks("GET", "why", query={})[1]["field"] == "claim"
    assert anna.asks("GET", "why", query={"claim": "R-none"})[0] == 404


def test_a_person_turns_a_reminder_once_and_it_is_told_who_and_instead_of_what(house, creditor, claim, waiting):
    told = {}
    for who in ("anna", "anna", "bernd"):
        told = Person(who, creditor.id).acts("overrule", claim=claim.id, arm="email_evening")
        assert (told["said"], told["how"], told["contact"]) == ("done", "overruled", house.planned(claim).id)
    assert house.matter(claim).contacts[waiting.id].state is ContactState.MOVED
    acts = Person("anna", creditor.id).looks("acts")["acts"]
    assert [(act["by"], act["what"], act["about"]) for act in acts] == [("anna", "overrule", told["contact"])]
    moved, waits = sorted(asked(creditor, claim, language="en"), key=lambda one: one["state"])
    assert (moved["state"], moved["choice"]["how"], waits["choice"]["by"]) == ("moved", "best", "anna")
    assert waits["choice"]["instead_of"] == "email_morning" and waits["choice"]["reasons"] == WEIGHED.reasons
    assert waits["told"] == [i18n.locale("en").text("why.how.overruled")] and "anna" not in str(waits["told"])


def test_the_night_leaves_it_and_it_goes_that_way(house, creditor, claim, waiting):
    Person("anna", creditor.id).acts("overrule", claim=claim.id, arm="strategy")
    decided = house.planned(claim)
    assert (decided.choice.how, decided.choice.arm) == (How.OVERRULED, "")
    wiring.arm_chooser()(decided.creditor, decided.debtor, decided.id)
    assert house.planned(claim) == decided
    house.send(decided)
    assert house.matter(claim).contacts[decided.id].state is ContactState.SENT


@pytest.mark.parametrize(("arm", "because"), [("email_plain", "firmer_than_its_step"), ("chat_evening", None)])
def test_what_may_not_be_is_refused_with_its_reason(house, creditor, claim, waiting, arm, because):
    said = Person("anna", creditor.id).acts("overrule", claim=claim.id, arm=arm)
    assert (said["status"], said["said"]) == (409, "refused") and said["because"] == (
        because or "no_contact_point"
    )
    assert house.planned(claim) == waiting and Person("anna", creditor.id).looks("acts")["acts"] == []


def test_what_does_not_say_what_it_means_is_told_which_field(creditor, claim, waiting):
    anna = Person("anna", creditor.id)
    assert anna.acts("overrule", claim=claim.id, arm="pigeon")["field"] == "arm"
    assert anna.acts("overrule", claim=claim.id)["field"] == "arm"
    assert anna.acts("overrule", arm="strategy")["field"] == "claim"
    assert anna.acts("overrule", claim="R-none", arm="strategy")["status"] == 404
