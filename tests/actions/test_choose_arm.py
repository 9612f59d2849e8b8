"""Which way, tone and hour a reminder takes: law first, strategy next, and the model among what is left."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.choose import choose
from chalicelib.actions.choose_arm import choose_again
from chalicelib.domain.channel import ChannelSettings, ChannelTerms, Reach, Shape
from chalicelib.domain.chosen import How
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.model_health import ModelHealth
from chalicelib.domain.parties import ChannelKind, Choices
from chalicelib.domain.response import RESPONSE
from chalicelib.domain.strategies._base import Kinder
from chalicelib.domain.task import DaySlot
from chalicelib.ports import Commit
from tests.builders import NOW, collector, creditor
from tests.fakes.world import POLICIES, STRATEGIES, World

BERLIN = ZoneInfo("Europe/Berlin")
ODDS = {"email_morning": 0.2, "email_evening": 0.4, "text_midday": 0.3, "text_evening": 0.2}
STILL = replace(STRATEGIES["balanced"], explores=0.0, explores_new=0.0, held_out=0.0)
QUIET = {**STRATEGIES, "balanced": STILL}


@pytest.fixture
def calm(world):
    """A house whose strategy draws nothing by lot and holds nobody out."""
    world.strategies = QUIET
    world.scorer.arms = dict(ODDS)
    return world


def first(world, **changes):
    world.register(**changes)
    return world.planned()


def again(world, contact, now=None):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": QUIET}
    return choose_again(
        contact.creditor, contact.debtor, contact.id, **ports, chooser=world.chooser, now=now or world.now
    )


def test_the_best_arm_is_taken_at_its_hour_on_the_first_day(calm):
    contact = first(calm)
    local = contact.due_at.astimezone(BERLIN)
    assert (contact.channel, contact.tone, local.hour) == (ChannelKind.EMAIL, Tone.FRIENDLY, 18)
    assert local.date() - NOW.astimezone(BERLIN).date() <= timedelta(days=1)
    assert contact.id in calm.scheduler.planned


def test_everything_that_led_to_it_is_kept_with_it(calm):
    choice = first(calm).choice
    assert (choice.arm, choice.how, choice.model, choice.sha256) == (
        "email_evening",
        How.BEST,
        "fake-arms-2026",
        "ab12",
    )
    assert set(choice.propensities) == set(choice.values) == set(choice.answers) == set(ODDS)
    assert choice.reasons and choice.untouched == 0.5 and choice.seed and choice.drawn is not None
    assert set(choice.features) <= {feature.name for feature in RESPONSE}
    assert choice.known_at is None or choice.known_at <= choice.at


def test_the_same_row_registered_in_another_house_takes_the_same_arm(calm):
    other = World()
    other.strategies, other.scorer.arms = QUIET, dict(ODDS)
    assert first(calm).choice == first(other).choice


@pytest.mark.parametrize(
    ("choices", "channel", "hour"),
    [
        (Choices(channel=ChannelKind.SMS), ChannelKind.SMS, 12),
        (Choices(best_time=DaySlot.MORNING), ChannelKind.EMAIL, 9),
        (Choices(channel=ChannelKind.SMS, best_time=DaySlot.EVENING), ChannelKind.SMS, 18),
    ],
)
def test_what_the_debtor_chose_goes_before_what_the_model_would_rather_have(calm, choices, channel, hour):
    calm.register()
    debtor = replace(calm.matter().debtor, choices=choices)
    calm.store.commit("nordlicht", Commit((), debtor=debtor))
    calm.register(claim="R-1002")
    contact = max(calm.contacts(ContactState.PLANNED), key=lambda one: one.claim)
    assert (contact.channel, contact.due_at.astimezone(BERLIN).hour) == (channel, hour)


def test_where_no_arm_comes_at_the_hour_that_was_asked_for_the_strategy_does(calm):
    calm.register()
    debtor = replace(calm.matter().debtor, choices=Choices(best_time=DaySlot.AFTERNOON))
    calm.store.commit("nordlicht", Commit((), debtor=debtor))
    calm.register(claim="R-1002")
    contact = max(calm.contacts(ContactState.PLANNED), key=lambda one: one.claim)
    assert (contact.due_at.astimezone(BERLIN).hour, contact.choice.flagged) == (15, "no_arm")


def test_an_arm_that_a_sunday_puts_off_comes_at_its_own_hour_on_monday(calm):
    calm.now = datetime(2026, 11, 21, 13, 10, tzinfo=BERLIN)
    calm.scorer.arms = {"text_midday": 0.8, "text_evening": 0.2}
    contact = first(calm, email=None)
    local = contact.due_at.astimezone(BERLIN)
    assert (contact.choice.arm, local.date(), local.hour) == ("text_midday", date(2026, 11, 23), 12)


def test_the_hour_a_debtor_asked_for_stays_theirs_when_the_day_has_to_wait(calm):
    waits = waiting(calm)
    debtor = replace(calm.matter().debtor, choices=Choices(best_time=DaySlot.EVENING))
    calm.store.commit("nordlicht", Commit((), debtor=debtor))
    morning = datetime.combine(waits.due_at.date() + timedelta(days=1), time(8, 30), BERLIN)
    calm.hold("R-1001", Hold(HoldKind.TRANSFERRED, calm.now, morning, "t"))
    assert again(calm, waits)
    assert calm.planned().due_at.astimezone(BERLIN).hour == 18


def test_the_strategys_own_plan_keeps_the_hour_a_debtor_asked_for_over_a_sunday(calm):
    calm.scorer.arms = None
    calm.register()
    debtor = replace(calm.matter().debtor, choices=Choices(best_time=DaySlot.AFTERNOON))
    calm.store.commit("nordlicht", Commit((), debtor=debtor))
    calm.register(claim="R-1002", now=datetime(2026, 11, 28, 16, 0, tzinfo=BERLIN))
    (contact,) = [c for c in calm.contacts(ContactState.PLANNED) if c.claim == "R-1002"]
    local = contact.due_at.astimezone(BERLIN)
    assert (local.date(), local.hour) == (date(2026, 11, 30), 15)


def test_what_comes_too_late_to_leave_today_leaves_tomorrow_at_the_same_part_of_the_day(calm):
    contact = first(calm)
    assert contact.due_at.astimezone(BERLIN).hour == 18
    calm.send(contact, now=contact.due_at + timedelta(hours=3))
    planned = calm.planned()
    local = planned.due_at.astimezone(BERLIN)
    assert (local.hour, local.date()) == (18, contact.due_at.date() + timedelta(days=1))
    calm.send(planned)
    assert calm.again(planned).state is ContactState.SENT
    calm.invariants()


def test_a_first_notice_goes_by_a_way_that_lasts_and_its_tone_stays_the_steps(calm):
    calm.open(collector(id="nordlicht"))
    calm.scorer.arms = {"text_midday": 0.9, "email_evening": 0.1}
    contact = first(calm, contract_date=datetime(2024, 1, 5).date())
    assert (contact.kind, contact.channel) == (MessageKind.NOTICE, ChannelKind.EMAIL)
    assert set(contact.choice.propensities) <= {"email_morning", "email_evening", "email_plain"}


def test_I15_without_a_model_the_strategys_plan_stands_and_says_why(calm):
    calm.scorer.arms = None
    contact = first(calm)
    assert contact.choice.how is How.STRATEGY and contact.choice.flagged.startswith("model missing")
    assert contact.why == "likely_to_pay" and contact.choice.propensities == {}


def test_I15_a_model_that_drifted_is_not_asked_until_another_one_is_there(calm):
    drifted = ModelHealth("fake-arms-2026", NOW, "drifted: amount")
    calm.open(replace(creditor(), health=drifted))
    contact = first(calm)
    assert (contact.choice.how, contact.choice.flagged) == (How.STRATEGY, "drifted: amount")
    calm.open(replace(creditor(id="suedlicht"), health=replace(drifted, model="of another version")))
    calm.register(of="suedlicht")
    assert calm.planned(of="suedlicht").choice.how is How.BEST


def test_whoever_is_held_out_gets_the_strategys_order_and_pays_not_a_cent_more(calm):
    calm.strategies = {**STRATEGIES, "balanced": replace(STILL, held_out=1.0)}
    held = first(calm)
    assert held.choice.how is How.HELD_OUT and held.choice.flagged is None
    other = World()
    other.strategies, other.scorer.arms = QUIET, dict(ODDS)
    assert first(other).choice.how is How.BEST
    assert calm.claim().outstanding == other.claim().outstanding


@pytest.mark.parametrize("why", ["held out", "drifted"])
def test_what_the_strategy_orders_instead_is_kept_as_the_arm_it_comes_to(calm, why):
    if why == "held out":
        calm.strategies = {**STRATEGIES, "balanced": replace(STILL, held_out=1.0)}
    else:
        calm.open(replace(creditor(), health=ModelHealth("fake-arms-2026", NOW, "drifted: amount")))
    choice = first(calm).choice
    assert (choice.arm, choice.amounts_to, choice.propensities) == ("", "email_morning", {})
    assert choice.features["untouched"] == 500 and choice.untouched == 0.5 and choice.reasons == {}


def test_the_last_word_is_never_chosen_by_the_model(calm):
    contact = first(calm, reminders_sent=2)
    assert (contact.tone, contact.choice.how, contact.choice.flagged) == (
        Tone.LAST_NOTICE,
        How.STRATEGY,
        "last_notice",
    )


def test_after_particular_care_nothing_is_tried_out_for_good(calm):
    calm.strategies = {**STRATEGIES, "balanced": replace(STILL, explores=0.5, explores_new=0.5)}
    calm.register()
    assert min(calm.planned().choice.propensities.values()) > 0
    withdrawn = Consent(ConsentPurpose.CARE, False, NOW, "care-1")
    for cared in ({"consents": (withdrawn,)}, {"holds": (Hold(HoldKind.NEEDS_CARE, NOW, NOW, "t"),)}):
        debtor = replace(calm.matter().debtor, consents=(), holds=())
        calm.store.commit("nordlicht", Commit((), debtor=replace(debtor, **cared)))
        name = f"R-{len(calm.matter().claims) + 2000}"
        calm.register(claim=name)
        (contact,) = [c for c in calm.contacts(ContactState.PLANNED) if c.claim == name]
        assert contact.choice.propensities == {"email_evening": 1.0}, "as where one arm only was left"
        assert set(contact.choice.values) == set(contact.choice.answers) == {"email_evening"}


def test_a_way_that_no_arm_covers_stays_as_the_strategy_orders_it(calm):
    letters = ChannelTerms("letter", ChannelKind.LETTER, Reach.POST, Shape.LETTER, durable=True)
    calm.open(replace(creditor(), channels=(ChannelSettings(letters),)))
    contact = first(calm, email=None, phone=None)
    assert contact.channel is ChannelKind.LETTER
    assert (contact.choice.how, contact.choice.flagged) == (How.STRATEGY, "no_arm")


def test_a_customers_value_only_makes_it_gentler(calm):
    kinder = replace(STILL, kinder=(Kinder("gold", STILL.steps),), annoyance=300)
    calm.strategies = {**STRATEGIES, "balanced": kinder}
    calm.scorer.arms = {"email_morning": 0.30, "text_midday": 0.56}
    plain = first(calm)
    assert plain.choice.arm == "text_midday"
    calm.register(claim="R-1002", value_class="gold")
    (spared,) = [c for c in calm.contacts(ContactState.PLANNED) if c.claim == "R-1002"]
    assert spared.choice.arm == "email_morning"
    assert all(spared.choice.values[key] < plain.choice.values[key] for key in plain.choice.values)


# What waits is chosen for by what its debtor has shown since


def waiting(world):
    """The second reminder as it is planned when the first has left: by the strategy, until somebody chooses."""
    contact = first(world)
    world.send(contact)
    return world.planned()


def test_the_next_reminder_waits_for_the_night_and_is_chosen_for_once(calm):
    second = waiting(calm)
    assert second.choice is None and second.step == 1
    assert again(calm, second) is True
    planned = calm.planned()
    assert planned.choice.how is How.BEST and planned.channel is ChannelKind.EMAIL
    assert planned.due_at.astimezone(BERLIN).date() == second.due_at.astimezone(BERLIN).date(), "on the same day"
    assert planned.id in calm.scheduler.planned
    held = calm.matter().contacts[second.id]
    assert (held.state, held.moved_to) == (ContactState.MOVED, planned.id)
    assert again(calm, second) is False and again(calm, planned) is False
    calm.invariants()


def test_what_a_debtor_chooses_while_the_night_chooses_goes_before_it(calm):
    """Their way and hour were the strategy's already, so nothing of theirs was moved: only the card tells."""
    second = waiting(calm)
    calm.scorer.arms = {"text_midday": 0.9, "email_morning": 0.1}
    choices = Choices(channel=ChannelKind.EMAIL, best_time=DaySlot.MORNING)
    ports = {"store": calm.store, "scheduler": calm.scheduler, "policies": POLICIES, "strategies": QUIET}
    calm.store.meanwhile.append(lambda: choose(calm.visit(), choices, None, **ports, now=calm.now))
    assert again(calm, second) is True
    planned = calm.planned()
    assert (planned.channel, planned.choice.arm) == (ChannelKind.EMAIL, "email_morning")
    calm.invariants()


def test_what_is_chosen_as_it_was_planned_keeps_its_name(calm):
    second = waiting(calm)
    hour = second.due_at.astimezone(BERLIN).hour
    assert (second.channel, hour) == (ChannelKind.EMAIL, 9)
    calm.scorer.arms = {"email_morning": 0.9}
    assert again(calm, second) is True
    assert calm.planned().id == second.id and calm.planned().choice.arm == "email_morning"
    calm.invariants()


def test_what_is_about_to_leave_is_left_alone(calm):
    second = waiting(calm)
    assert again(calm, second, now=second.due_at - timedelta(minutes=10)) is False
    assert calm.planned() == second


def test_what_the_debtor_did_after_the_first_message_weighs_in_the_choice_for_the_second(calm):
    contact = first(calm)
    calm.send(contact)
    sent = calm.matter().contacts[contact.id]
    passed = replace(sent, passed_at=sent.sent_at + timedelta(hours=1))
    calm.store.commit("nordlicht", Commit((), contacts=(passed,)))
    calm.now = sent.sent_at + timedelta(days=8)
    again(calm, calm.planned())
    choice = calm.planned().choice
    assert choice.features["way_sent"] == 1 and choice.features["way_answers"] > 250
    assert choice.features["recent"] == 1 and choice.features["days_quiet"] == 8
    assert choice.known_at == passed.passed_at <= choice.at


def test_what_it_rests_on_was_learnt_with_the_last_booking_where_nothing_came_after(calm):
    """The amount knows of money that no message brought, and of a claim that nobody wrote about yet."""
    contact = first(calm)
    assert contact.choice.known_at == calm.claim().registered_at == contact.choice.at
    calm.store.commit("nordlicht", Commit((), contacts=(replace(contact, choice=None),)))
    paid_at = NOW + timedelta(hours=2)
    calm.book(calm.gateway.money(1_000, paid_at), now=paid_at)
    again(calm, contact, now=paid_at + timedelta(minutes=30))
    (planned,) = [one for one in calm.contacts(ContactState.PLANNED) if one.purpose is Purpose.REMINDER]
    assert planned.choice.features["amount"] == 3_820
    assert planned.choice.known_at == paid_at < planned.choice.at


def test_whoever_was_forgotten_meanwhile_is_nothing_to_choose_for(calm):
    second = waiting(calm)
    assert again(calm, replace(second, debtor="K-404")) is False


def test_only_a_reminder_is_chosen_for(calm):
    calm.register()
    answer = replace(calm.planned(), id="c-answer", purpose=Purpose.ANSWER, choice=None, version=0)
    calm.store.commit("nordlicht", Commit((), contacts=(answer,)))
    assert again(calm, answer) is False
