"""A person decides which way a reminder that waits goes: the policy is asked, what was drawn is kept."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.choose import choose
from chalicelib.actions.choose_arm import choose_again
from chalicelib.actions.overrule_choice import overrule_choice
from chalicelib.domain.chosen import How
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import Retry
from chalicelib.domain.parties import ChannelKind, Choices
from chalicelib.domain.person import ActKind
from chalicelib.domain.task import DaySlot
from chalicelib.ports import Commit
from tests.builders import NOW, collector
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

BERLIN = ZoneInfo("Europe/Berlin")
ODDS = {"email_morning": 0.2, "email_evening": 0.4, "text_midday": 0.3, "text_evening": 0.2}
STILL = replace(STRATEGIES["balanced"], explores=0.0, explores_new=0.0, held_out=0.0)


@pytest.fixture
def calm(world):
    """A house whose strategy draws nothing by lot and holds nobody out."""
    world.strategies = {**STRATEGIES, "balanced": STILL}
    world.scorer.arms = dict(ODDS)
    return world


def ports(world, now=None):
    held = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES}
    return {**held, "strategies": world.strategies, "now": now or world.now}


def overrule(world, arm, *, by="anna", now=None, claim="R-1001"):
    return overrule_choice("nordlicht", "K-501", claim, arm, by=by, **ports(world, now))


def acts(world):
    return FakeOutgoing(world.store).acts("nordlicht", f"{NOW:%Y-%m}")


def because(answer):
    assert isinstance(answer, Refused)
    return answer.because


def changed(world, **changes):
    debtor = replace(world.matter().debtor, **changes)
    world.store.commit("nordlicht", Commit((), debtor=debtor))


def test_the_reminder_goes_the_way_a_person_says_at_that_ways_hour_on_its_day(calm):
    calm.register()
    drawn = calm.planned()
    assert drawn.choice.arm == "email_evening"
    told = overrule(calm, "text_midday")
    waits = calm.planned()
    assert told == replace(waits, version=told.version) and isinstance(told, Contact)
    assert (waits.channel, waits.due_at.astimezone(BERLIN).hour) == (ChannelKind.SMS, 12)
    assert waits.id in calm.scheduler.planned
    before = calm.again(drawn)
    assert (before.state, before.moved_to) == (ContactState.MOVED, waits.id)
    calm.invariants()


def test_what_was_drawn_stays_beside_what_a_person_chose(calm):
    calm.register()
    drawn = calm.planned().choice
    overrule(calm, "text_evening")
    choice = calm.planned().choice
    assert (choice.how, choice.arm, choice.by) == (How.OVERRULED, "text_evening", "anna")
    assert choice.instead_of == "email_evening" and calm.planned().why == "overruled"
    for name in (
        "propensities",
        "values",
        "answers",
        "reasons",
        "features",
        "seed",
        "drawn",
        "sha256",
        "baseline",
    ):
        assert getattr(choice, name) == getattr(drawn, name), name


def test_who_decided_is_written_in_the_same_transaction(calm):
    calm.register()
    calm.store.trouble = [Retry("out of reach")]
    with pytest.raises(Retry):
        overrule(calm, "text_evening")
    assert not acts(calm) and calm.planned().choice.how is How.BEST
    overrule(calm, "text_evening")
    (act,) = acts(calm)
    assert (act.by, act.what, act.about) == ("anna", ActKind.OVERRULE, calm.planned().id)


@pytest.mark.parametrize("arm", ["text_evening", "email_morning", "strategy"])
def test_told_twice_and_by_whomever_it_is_done_once(calm, arm):
    calm.register()
    first = overrule(calm, arm)
    again = overrule(calm, arm, by="bernd", now=calm.now + timedelta(minutes=3))
    assert again.id == first.id and again.choice.by == "anna" and len(acts(calm)) == 1
    calm.invariants()


def test_whoever_turns_it_once_more_does_so_instead_of_what_was_drawn_first(calm):
    calm.register()
    overrule(calm, "text_evening")
    overrule(calm, "email_morning", by="bernd")
    choice = calm.planned().choice
    assert (choice.arm, choice.by, choice.instead_of) == ("email_morning", "bernd", "email_evening")
    assert len(acts(calm)) == 2
    calm.invariants()


def test_naming_what_was_drawn_changes_nothing(calm):
    calm.register()
    drawn = calm.planned()
    assert overrule(calm, "email_evening").choice.how is How.BEST
    assert calm.planned() == drawn and not acts(calm)


def test_back_to_the_strategy_it_goes_as_if_nobody_had_been_asked(calm):
    calm.register()
    overrule(calm, "strategy")
    waits = calm.planned()
    # Likely to pay, so by the quiet way at its hour.
    assert (waits.channel, waits.due_at.astimezone(BERLIN).hour) == (ChannelKind.EMAIL, 9)
    assert (waits.choice.how, waits.choice.arm, waits.choice.instead_of) == (How.OVERRULED, "", "email_evening")
    calm.invariants()


def second(world):
    """The second reminder as it waits before anybody chose for it."""
    world.register()
    world.send(world.planned())
    return world.planned()


def again_by_night(world, contact):
    rest = ports(world)
    return choose_again(contact.creditor, contact.debtor, contact.id, **rest, chooser=world.chooser)


@pytest.mark.parametrize("arm", ["text_evening", "strategy"])
def test_the_night_never_turns_what_a_person_decided(calm, arm):
    waits = second(calm)
    assert waits.choice is None
    overrule(calm, arm)
    decided = calm.planned()
    assert decided.choice.instead_of == "strategy" and decided.choice.propensities == {}
    assert again_by_night(calm, decided) is False and calm.planned() == decided
    calm.invariants()


def test_a_person_may_take_the_steps_own_tone_where_the_model_took_a_gentler_one(calm):
    second(calm)
    again_by_night(calm, calm.planned())
    assert calm.planned().tone is Tone.FRIENDLY
    assert overrule(calm, "email_plain").tone is Tone.MATTER_OF_FACT


def test_no_person_makes_it_firmer_than_its_step(calm):
    calm.register()
    assert because(overrule(calm, "email_plain")) == "firmer_than_its_step"
    assert calm.planned().choice.how is How.BEST and not acts(calm)


def test_the_last_word_is_nobodys_choice(calm):
    calm.register(reminders_sent=2)
    assert calm.planned().tone is Tone.LAST_NOTICE
    assert because(overrule(calm, "text_evening")) == "last_notice"
    assert overrule(calm, "strategy").choice.how is How.STRATEGY


def test_what_the_debtor_chose_goes_before_what_a_person_here_would_rather_have(calm):
    calm.register()
    changed(calm, choices=Choices(channel=ChannelKind.EMAIL))
    assert because(overrule(calm, "text_evening")) == "chosen_by_debtor"
    assert overrule(calm, "email_morning").why == "chosen"
    changed(calm, choices=Choices(best_time=DaySlot.EVENING))
    assert because(overrule(calm, "text_midday")) == "chosen_by_debtor"
    assert overrule(calm, "text_evening").choice.arm == "text_evening"
    changed(calm, choices=Choices(best_time=DaySlot.AFTERNOON))
    assert because(overrule(calm, "email_evening")) == "chosen_by_debtor", "no arm comes at that hour"


def test_what_the_debtor_chooses_afterwards_turns_it_and_any_other_wish_of_theirs_does_not(calm):
    calm.register()
    overrule(calm, "text_evening")
    decided = calm.planned()
    choose(calm.visit(), Choices(), "tr", **ports(calm))
    assert calm.planned() == decided
    choose(calm.visit(), Choices(channel=ChannelKind.EMAIL), "tr", **ports(calm))
    assert calm.planned().channel is ChannelKind.EMAIL and calm.planned().choice is None
    calm.invariants()


def test_what_is_about_to_leave_is_left_alone(calm):
    calm.register()
    due = calm.planned().due_at
    assert because(overrule(calm, "text_evening", now=due - timedelta(minutes=10))) == "about_to_leave"


def test_the_policy_is_asked_and_its_reason_is_told(calm):
    calm.register()
    opened = calm.matter().debtor
    changed(calm, points=tuple(p for p in opened.points if p.channel is ChannelKind.EMAIL))
    assert because(overrule(calm, "text_evening")) == "no_contact_point"
    calm.hold("R-1001", Hold(HoldKind.INSOLVENCY, NOW, None, "t"))
    assert because(overrule(calm, "email_morning")) == "insolvency"
    assert because(overrule(calm, "strategy")) == "insolvency"
    assert not acts(calm)


def test_a_first_notice_goes_by_a_way_that_lasts_whoever_says_otherwise(calm):
    calm.open(collector(id="nordlicht"))
    calm.register(contract_date=datetime(2024, 1, 5).date())
    assert calm.planned().kind is MessageKind.NOTICE
    assert because(overrule(calm, "text_evening")) == "notice_lasts"
    assert overrule(calm, "email_morning").channel is ChannelKind.EMAIL


def test_where_no_reminder_waits_there_is_nothing_to_turn(calm):
    calm.register()
    calm.send(calm.planned())
    answer = replace(calm.planned(), id="c-answer", purpose=Purpose.ANSWER, version=0)
    gone = calm.planned().called_off("paid")
    calm.store.commit("nordlicht", Commit((), contacts=(gone, answer)))
    assert because(overrule(calm, "text_evening")) == "nothing_waits"
    assert because(overrule(calm, "text_evening", claim="R-none")) == "nothing_waits"


def test_whoever_was_forgotten_meanwhile_has_nothing_to_turn(calm):
    calm.register()
    answer = overrule_choice("nordlicht", "K-404", "R-1001", "strategy", by="anna", **ports(calm))
    assert because(answer) == "not_found"


def test_an_arm_there_is_none_of_is_nobodys_decision(calm):
    calm.register()
    with pytest.raises(KeyError, match="by_pigeon"):
        overrule(calm, "by_pigeon")
