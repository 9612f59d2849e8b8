"""Particular care: express consent, no reason, seen by nobody who need not know, and gone by a word."""

import hashlib
from dataclasses import asdict, fields, replace
from datetime import timedelta

import pytest

from chalicelib.actions.ask_for_care import WORDS, ask_for_care, end_care
from chalicelib.actions.close_task import PEACE, close_task
from chalicelib.adapters.batches import reasons_de
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.consent import ConsentPurpose
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.facts import FactName
from chalicelib.domain.features import FEATURES, ClaimFacts, History
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.task import TaskKind
from chalicelib.presentation.i18n import locale
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES

# The sentence that is agreed to, by its version: whoever changes the one changes the other.
AGREED_TO = {"care/2026-11": {"de": "981f3cd049b7", "en": "79a67a25656f"}}


def ask(world, now=NOW, scope=Scope.ALL):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": now}
    return ask_for_care(replace(world.visit(), scope=scope), **ports)


def end(world, now=NOW, scope=Scope.ALL):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return end_care(replace(world.visit(), scope=scope), now=now, **ports)


def close(world, task, now=NOW):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    return close_task("nordlicht", "K-501", task.id, now=now, **ports)


def held(world):
    return {hold.kind for hold in (*world.matter().debtor.holds, *world.claim().holds)}


def test_consent_pause_and_task_are_kept_together_and_no_reason(world):
    world.register()
    task = ask(world)
    debtor = world.matter().debtor
    (consent,) = debtor.consents
    assert (consent.purpose, consent.given, consent.at, consent.words) == (ConsentPurpose.CARE, True, NOW, WORDS)
    assert held(world) == {HoldKind.NEEDS_CARE, HoldKind.TASK_OPEN}
    assert (task.kind, task.words, task.request, task.about) == (TaskKind.CARE, "", None, None)


def test_no_message_goes_out_about_it_and_planned_reminders_are_cancelled(world):
    world.register()
    world.register(claim="R-1002")
    planned = world.contacts(ContactState.PLANNED)
    ask(world)
    assert world.contacts(ContactState.PLANNED) == []
    assert {c.id for c in world.contacts()} == {c.id for c in planned}
    for contact in planned:
        world.send(contact)
    assert world.email.sent == world.sms.sent == []


def test_neither_facts_nor_decisions_nor_ids_say_what_kind_it_is(world):
    world.register()
    world.store.facts.clear()
    task = ask(world)
    assert [fact.name for fact in world.store.facts] == [FactName.TASK_OPENED, FactName.CONSENT_GIVEN]
    said = " ".join(str(asdict(fact)["about"]) for fact in world.store.facts)
    assert "care" not in said
    other = replace(world.visit(), link="another link")
    assert other.link not in task.id and "care" not in task.id
    world.register(claim="R-1002")
    (later,) = world.contacts(ContactState.PLANNED)
    assert [decision.because for decision in later.decisions] == ["task_open"]


def test_the_id_cannot_be_worked_out_by_whoever_knows_claim_and_day(world):
    world.register()
    ids = set()
    for link in ("one", "two"):
        ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "now": NOW}
        ids.add(ask_for_care(replace(world.visit(), link=link), **ports).id)
        end(world)
    assert len(ids) == 2


def test_a_new_claim_of_a_debtor_in_care_is_scored_on_the_same_facts_and_reported_without_it(world):
    world.register()
    ask(world)
    world.register(claim="R-1002")
    world.register(claim="R-1003", debtor="K-502")
    first, second = world.scorer.asked[-2:]
    assert first == second
    rows = [value for key, value in world.store.items.items() if key[0] == "row"]
    assert not [row for row in rows if "care" in str(row)]


def test_the_model_has_no_feature_for_it():
    seen = {field.name for kind in (ClaimFacts, History) for field in fields(kind)} | {f.name for f in FEATURES}
    words = ("care", "hold", "task", "consent", "dispute", "word", "representative", "reason")
    assert not [name for name in seen for word in words if word in name]


def test_the_creditors_report_has_one_sentence_for_both():
    assert reasons_de.SENTENCES["task_open"]


def test_P2_asked_twice_it_is_once(world):
    world.register()
    assert ask(world).id == ask(world, NOW + timedelta(days=2)).id
    assert len(world.matter().debtor.consents) == 1
    assert len(world.matter().tasks) == 1


def test_taken_back_everything_that_rested_on_it_goes_at_once(world):
    world.register()
    ask(world)
    later = NOW + timedelta(hours=1)
    assert end(world, later) and not end(world, later)
    assert held(world) == set()
    assert [consent.given for consent in world.matter().debtor.consents] == [True, False]
    (task,) = world.matter().tasks.values()
    assert task.done_at == later
    assert len(world.store.named(FactName.CONSENT_WITHDRAWN)) == 1


def test_once_a_person_has_answered_the_pause_goes_on_until_it_is_taken_back(world):
    world.register()
    close(world, ask(world))
    assert held(world) == {HoldKind.NEEDS_CARE}
    assert world.contacts(ContactState.PLANNED) == []
    later = NOW + timedelta(days=30)
    end(world, later)
    assert held(world) == set()
    (follow,) = world.contacts(ContactState.PLANNED)
    assert follow.due_at >= later + PEACE


@pytest.mark.parametrize("act", [ask, end])
def test_somebody_who_only_helps_cannot_consent_for_the_debtor(world, act):
    world.register()
    with pytest.raises(BrokenRule):
        act(world, scope=Scope.ARRANGE)
    assert world.matter().debtor.consents == ()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_sentence_that_is_agreed_to_has_a_version(language):
    sentence = locale(language).raw("care.consent")
    assert hashlib.sha256(sentence.encode()).hexdigest()[:12] == AGREED_TO[WORDS][language]
