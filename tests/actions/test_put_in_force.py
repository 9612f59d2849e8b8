"""A creditor's own strategy is a version once, counts by a person's word, and goes back as easily."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.actions.accept_strategy import accept_strategy
from chalicelib.actions.put_in_force import note_dry_run, put_in_force
from chalicelib.domain.contact import ContactState, Tone
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import StaleVersion
from chalicelib.domain.facts import FactName
from chalicelib.domain.person import ActKind
from chalicelib.domain.strategies._base import Kinder, Step, strategy_of
from tests.builders import NOW
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import STRATEGIES

OF, REPORT = "nordlicht", "0123456789ab"
LATER = NOW + timedelta(days=3)


def accepted(world, name="swift", sha256="a"):
    mine = replace(STRATEGIES[name], key="own")
    return accept_strategy(OF, mine, sha256 * 64, by="123456789012", store=world.store, now=world.now)


def tried(world, number=1, report=REPORT, by="anna", now=NOW):
    return note_dry_run(OF, number, report, by=by, store=world.store, now=now)


def live(world, number=1, report=REPORT, by="anna", now=NOW):
    return put_in_force(OF, number, report, by=by, store=world.store, now=now)


def in_force(world):
    return strategy_of(world.store.creditor(OF), STRATEGIES).key


def acts(world):
    return [(act.by, act.what, act.about) for act in FakeOutgoing(world.store).acts(OF, f"{NOW:%Y-%m}")]


def test_each_file_is_a_version_once_in_whatever_order_it_comes(world):
    assert [accepted(world, sha256=name).number for name in "abaacb"] == [1, 2, 1, 1, 3, 2]
    assert [one.own.strategy.key for one in world.store.own_strategies(OF)] == ["own-1", "own-2", "own-3"]
    assert len(world.store.named(FactName.STRATEGY_ACCEPTED)) == 3


def test_two_at_the_same_moment_are_two_versions_and_none_is_lost(world):
    world.store.meanwhile.append(lambda: accepted(world, sha256="b"))
    assert accepted(world, sha256="a").number == 2
    assert [one.own.sha256[0] for one in world.store.own_strategies(OF)] == ["b", "a"]


def test_being_accepted_changes_nothing(world):
    before = world.store.creditor(OF)
    accepted(world)
    assert world.store.creditor(OF) == before and in_force(world) == "balanced"


def test_without_the_report_of_its_own_dry_run_nothing_is_put_in_force(world):
    accepted(world)
    accepted(world, sha256="b")
    tried(world, 2)
    for number, report in ((1, REPORT), (2, "ba9876543210"), (2, "")):
        assert live(world, number, report).because == "not_dry_run"
    assert live(world, 9).because == tried(world, 9).because == "not_found"
    assert in_force(world) == "balanced" and len(acts(world)) == 1


def test_a_report_of_last_month_is_none(world):
    accepted(world)
    tried(world)
    assert live(world, now=NOW + timedelta(days=15)).because == "report_outdated"


def test_it_counts_from_then_on_and_who_said_so_is_written_down(world):
    accepted(world)
    tried(world)
    assert live(world).own_strategy.number == 1 and in_force(world) == "own-1"
    assert live(world, by="bernd").own_strategy.number == 1, "said again, the first stands"
    assert acts(world) == [("anna", ActKind.DRY_RUN, "version-1"), ("anna", ActKind.STRATEGY, "version-1")]
    assert len(world.store.named(FactName.STRATEGY_PUT_IN_FORCE)) == 1
    assert world.store.own_strategies(OF)[0].first_live == NOW


def test_the_same_report_is_noted_once(world):
    accepted(world)
    tried(world)
    tried(world, by="bernd", now=LATER)
    assert [run.by for run in world.store.own_strategies(OF)[0].dry_runs] == ["anna"] and len(acts(world)) == 1


def test_what_was_in_force_before_goes_back_without_a_report_and_so_does_the_bundled_one(world):
    for sha256 in "ab":
        accepted(world, sha256=sha256)
    tried(world, 1)
    live(world, 1)
    tried(world, 2, "ba9876543210")
    live(world, 2, "ba9876543210")
    assert in_force(world) == "own-2"
    late = NOW + timedelta(days=90)
    assert live(world, 1, "", now=late).own_strategy.number == 1
    assert live(world, 0, "", now=late).own_strategy is None and in_force(world) == "balanced"
    assert live(world, 2, "", now=late).own_strategy.number == 2


def test_what_is_planned_already_stays_planned_as_it_is(world):
    accepted(world)
    tried(world)
    world.register()
    planned = world.planned()
    live(world)
    assert world.planned() == planned
    world.send(planned)
    pause = world.planned().due_at - planned.due_at
    assert pause < timedelta(days=9), "and what follows it is the new strategy's"
    assert world.contacts(ContactState.SENT) == [world.again(planned)]


def test_new_settings_of_the_creditor_keep_it(world):
    accepted(world)
    tried(world)
    live(world)
    wanted = replace(world.store.creditor(OF), own_strategy=None, strategy="gentle", version=0)
    after = accept_creditor(wanted, store=world.store, now=LATER)
    assert after.own_strategy.number == 1 and after.strategy == "gentle" and in_force(world) == "own-1"
    live(world, 0, "")
    assert in_force(world) == "gentle"


def test_two_people_at_once_are_one_after_the_other(world):
    for sha256 in "ab":
        accepted(world, sha256=sha256)
    tried(world, 1)
    tried(world, 2, "ba9876543210")
    world.store.meanwhile.append(lambda: live(world, 2, "ba9876543210", by="bernd"))
    live(world, 1)
    assert in_force(world) == "own-1"
    assert {act[0] for act in acts(world) if act[1] is ActKind.STRATEGY} == {"bernd", "anna"}


def test_a_store_that_keeps_changing_is_told_to_the_caller(world):
    accepted(world)
    world.store.trouble = [StaleVersion("x")] * 8
    with pytest.raises(Exception, match="keeps changing"):
        tried(world)
    assert not isinstance(tried(world), Refused)


def test_whoever_is_worth_much_is_spared_something_and_everybody_else_hears_as_planned(world):
    steps = (Step(timedelta(0), Tone.FRIENDLY), Step(timedelta(days=30), Tone.FRIENDLY))
    mine = replace(STRATEGIES["swift"], key="own", kinder=(Kinder("A", steps),))
    accept_strategy(OF, mine, "c" * 64, by="123456789012", store=world.store, now=NOW)
    tried(world)
    live(world)
    for name, value in (("K-1", "A"), ("K-2", "B")):
        world.register(claim=f"R-{name}", debtor=name, email=f"{name}@example.com", value_class=value)
    spared, usual = ([], [])
    for name, tones in (("K-1", spared), ("K-2", usual)):
        while waiting := world.contacts(ContactState.PLANNED, debtor=name):
            tones.append(waiting[0].tone)
            world.send(waiting[0])
    assert spared == [Tone.FRIENDLY] * 2
    assert usual == [step.tone for step in STRATEGIES["swift"].steps]


def test_a_shorter_strategy_in_the_middle_lets_the_planned_word_go_out_and_adds_none(world):
    accepted(world, "swift")
    accepted(world, "loyalty_first", sha256="b")
    for number, report in ((1, REPORT), (2, "ba9876543210")):
        tried(world, number, report)
    live(world, 1)
    world.register()
    for _ in range(2):
        world.send(world.planned())
    assert world.planned().step == 2
    live(world, 2, "ba9876543210")
    world.send(world.planned())
    assert world.contacts(ContactState.PLANNED) == []
    assert len(world.contacts(ContactState.SENT)) == 3
    world.invariants()


def test_a_claim_that_comes_in_while_interest_is_waived_bears_none(world):
    accepted(world, "loyalty_first")
    tried(world)
    owing = {"default_since": NOW.date() - timedelta(days=60), "default_basis": "reminder"}
    world.register(**owing)
    live(world)
    world.register(claim="R-2", debtor="K-2", email="zwei@example.com", **owing)
    assert world.claim().interest and world.claim("R-2", debtor="K-2").interest is None
