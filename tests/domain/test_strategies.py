"""What a creditor's strategy proposes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import registry
from chalicelib.domain import strategies
from chalicelib.domain.channel import ANSWERS_ONLY
from chalicelib.domain.contact import Tone
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.score import Score
from chalicelib.domain.strategies._base import Kinder, Step, strategy_of
from chalicelib.domain.strategies._own import FRESH, DryRun, OwnStrategy, StrategyVersion
from chalicelib.domain.strategies._rules import faults
from chalicelib.domain.strategies.balanced import STRATEGY
from tests.builders import claim, creditor

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = frozenset(ChannelKind)
WRITE_FIRST = frozenset(ChannelKind) - ANSWERS_ONLY
EMAIL, SMS = ChannelKind.EMAIL, ChannelKind.SMS
NONE = Score.without_model("model_missing")
AFTER = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ALL = registry.collect(strategies, "STRATEGY").values()
each = pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.key)


def score(probability):
    return Score(probability, (), "m")


def propose(step=0, of=NONE, ways=BOTH, after=AFTER):
    return STRATEGY.propose(of, ways, step, after, BERLIN)


@each
def test_a_strategy_knows_every_channel_that_may_write_first_and_begins_friendly(strategy):
    for order in (strategy.quiet_first, strategy.soon_first, strategy.default):
        assert set(order) == WRITE_FIRST and len(order) == len(set(order))
    assert set(strategy.hours) == WRITE_FIRST
    assert strategy.steps[0].tone is Tone.FRIENDLY
    assert strategy.steps[0].after == timedelta(0)
    assert all(step.after >= timedelta(days=3) for step in strategy.steps[1:])
    assert 0 < strategy.likely < 1 and strategy.open_days > 0


@each
def test_a_strategys_hours_lie_in_the_day(strategy):
    assert all(time(8) <= hour < time(20) for hour in strategy.hours.values())


@pytest.mark.parametrize(
    ("probability", "first", "why"),
    [
        (0.0, SMS, "reach_soon"),
        (0.34, SMS, "reach_soon"),
        (0.35, EMAIL, "likely_to_pay"),
        (1.0, EMAIL, "likely_to_pay"),
    ],
)
def test_who_is_likely_to_pay_gets_the_quiet_channel_first(probability, first, why):
    proposal = propose(of=score(probability))
    assert (proposal.channel, proposal.why) == (first, why)


def test_I15_without_a_model_the_default_order_applies():
    assert (propose().channel, propose().why) == (STRATEGY.default[0], "strategy_default")


def test_the_score_never_keeps_anybody_from_being_written_to():
    for probability in (0.0, 0.5, 1.0):
        assert propose(of=score(probability), ways=frozenset({SMS})).channel is SMS
        assert propose(of=score(probability), ways=frozenset({EMAIL})).channel is EMAIL


def test_with_no_way_or_no_step_left_nothing_is_proposed():
    assert propose(ways=frozenset()) is None
    assert propose(step=len(STRATEGY.steps)) is None
    assert propose(step=len(STRATEGY.steps) - 1) is not None


@pytest.mark.parametrize(
    ("after", "at"),
    [
        ((2026, 11, 23, 8, 59), (2026, 11, 23, 9, 0)),
        ((2026, 11, 23, 9, 0), (2026, 11, 23, 9, 0)),
        ((2026, 11, 23, 9, 0, 1), (2026, 11, 24, 9, 0)),
        ((2026, 10, 24, 10, 0), (2026, 10, 25, 9, 0)),
        ((2026, 12, 31, 23, 0), (2027, 1, 1, 9, 0)),
    ],
)
def test_the_hour_is_the_debtors_and_never_before_what_was_asked(after, at):
    proposal = propose(after=datetime(*after, tzinfo=BERLIN).astimezone(UTC))
    assert proposal.at == datetime(*at, tzinfo=BERLIN)
    assert proposal.at.utcoffset() == timedelta(0)


def test_sms_go_in_the_afternoon():
    proposal = propose(ways=frozenset({SMS}))
    assert proposal.at.astimezone(BERLIN).time() == time(17)


def test_each_step_has_its_tone_and_its_pause():
    assert [propose(step).tone for step in range(3)] == [Tone.FRIENDLY, Tone.MATTER_OF_FACT, Tone.LAST_NOTICE]
    assert [STRATEGY.pause_before(step).days for step in range(4)] == [0, 10, 14, 0]


def test_balanced_waives_neither_interest_nor_costs():
    assert (STRATEGY.charges_interest, STRATEGY.charges_costs) == (True, True)


@each
def test_only_a_strategys_last_word_says_that_it_is_the_last(strategy):
    assert Tone.LAST_NOTICE not in [step.tone for step in strategy.steps[:-1]]


@each
def test_a_note_before_the_day_comes_some_days_before_and_a_message_is_paid_for_a_few_times_at_most(strategy):
    assert strategy.courtesy_days is None or 1 <= strategy.courtesy_days <= 14
    assert 1 <= strategy.text_parts <= 3


@each
def test_every_strategy_keeps_what_holds_of_all_and_says_its_knobs_within_bounds(strategy):
    assert faults(strategy) == ()
    assert 0 < strategy.margin <= 1 and strategy.annoyance >= 0
    assert 0 <= strategy.explores <= strategy.explores_new <= 0.5
    assert 0.01 <= strategy.held_out <= 0.2, "somebody is always left on the fixed order, to compare with"
    assert strategy.kinder == ()


def test_there_are_four_and_each_is_another():
    assert {strategy.key for strategy in ALL} == {"balanced", "gentle", "loyalty_first", "swift"}
    by_name = {strategy.key: strategy for strategy in ALL}
    gentle, balanced, swift, loyal = (by_name[n] for n in ("gentle", "balanced", "swift", "loyalty_first"))
    for one, other in ((loyal, gentle), (gentle, balanced), (balanced, swift)):
        assert one.annoyance > other.annoyance and one.open_days > other.open_days
        assert one.deferral.longest_days > other.deferral.longest_days and one.courtesy_days > other.courtesy_days
        assert one.plan.most_months >= other.plan.most_months and one.waive_up_to >= other.waive_up_to
        assert one.plan.least <= other.plan.least
        assert min(s.after for s in one.steps[1:]) >= min(s.after for s in other.steps[1:])
    assert (loyal.charges_interest, loyal.charges_costs) == (False, False)
    assert Tone.LAST_NOTICE not in [step.tone for step in (*gentle.steps, *loyal.steps)]
    assert len(swift.steps) > len(balanced.steps) and swift.default[0] is SMS


@pytest.mark.parametrize(
    ("changes", "field", "because"),
    [
        ({"steps": ()}, "steps", "steps_number"),
        ({"steps": (Step(timedelta(0), Tone.MATTER_OF_FACT),)}, "steps.1.tone", "first_not_friendly"),
        ({"steps": (Step(timedelta(1), Tone.FRIENDLY),)}, "steps.1.after", "first_waits"),
        ({"margin": 0.0}, "margin", "out_of_range"),
        ({"held_out": 0.0}, "held_out", "out_of_range"),
        ({"explores": 0.2, "explores_new": 0.1}, "explores_new", "new_explores_less"),
    ],
)
def test_what_breaks_one_of_these_is_named_with_its_field(changes, field, because):
    assert (field, because) in faults(replace(STRATEGY, **changes))


def test_a_pause_of_two_days_is_too_short_and_a_last_word_is_the_last():
    hurried = (
        STRATEGY.steps[0],
        Step(timedelta(days=2), Tone.LAST_NOTICE),
        Step(timedelta(days=9), Tone.FRIENDLY),
    )
    assert dict(faults(replace(STRATEGY, steps=hurried))) == {
        "steps.2.after": "pause_range",
        "steps.2.tone": "last_notice_early",
    }


def valued(history):
    return claim(history=history)


def test_a_claims_class_of_value_is_met_with_its_own_steps_and_no_other_is():
    softer = (Step(timedelta(0), Tone.FRIENDLY), Step(timedelta(days=20), Tone.FRIENDLY))
    kinder = replace(STRATEGY, kinder=(Kinder("A", softer),))
    assert faults(kinder) == ()
    assert kinder.toward(valued({"value_class": "A"})).steps == softer
    for history in ({"value_class": "B"}, {}):
        assert kinder.toward(valued(history)) == kinder
    assert STRATEGY.toward(valued({"value_class": "A"})) is STRATEGY


@given(
    after=st.integers(0, 100),
    tone=st.sampled_from(Tone),
    more=st.booleans(),
)
def test_what_somebody_is_worth_only_ever_makes_it_gentler(after, tone, more):
    steps = [STRATEGY.steps[0], Step(timedelta(days=after), tone), *STRATEGY.steps[2:]]
    steps += [Step(timedelta(days=30), Tone.FRIENDLY)] if more else []
    wrong = {because for _, because in faults(replace(STRATEGY, kinder=(Kinder("A", tuple(steps)),)))}
    harder = more or after < 10 or tone is Tone.LAST_NOTICE
    assert ("value_harsher" in wrong) == harder


def test_the_strategy_in_force_is_a_creditors_own_and_else_the_bundled_one_it_names():
    bundled = {strategy.key: strategy for strategy in ALL}
    plain = creditor(strategy="swift")
    assert strategy_of(plain, bundled) is bundled["swift"]
    own = OwnStrategy(2, "a" * 64, replace(bundled["gentle"], key="own-2"))
    assert strategy_of(replace(plain, own_strategy=own), bundled).key == "own-2"
    assert strategy_of(replace(plain, own_strategy=own), {}).key == "own-2", "it hangs on no bundled one"


def version(**changes):
    own = OwnStrategy(2, "a" * 64, replace(STRATEGY, key="own-2"))
    return replace(StrategyVersion("nordlicht", own, "123456789012", AFTER), **changes)


def test_a_version_counts_by_the_fresh_report_of_its_own_dry_run():
    run = DryRun("0123456789ab", "anna", AFTER)
    tried = version().rehearsed(run)
    assert tried.rehearsed(replace(run, by="bernd")).dry_runs == (run,), "the same report is the first person's"
    assert tried.may_go_live("0123456789ab", AFTER + FRESH) is None
    assert tried.may_go_live("ba9876543210", AFTER).because == "not_dry_run"
    assert tried.may_go_live("", AFTER).because == version().may_go_live("", AFTER).because == "not_dry_run"
    late = AFTER + FRESH + timedelta(seconds=1)
    assert tried.may_go_live("0123456789ab", late).because == "report_outdated"
    assert version(first_live=AFTER).may_go_live("", late) is None, "rolling back waits for nothing"
