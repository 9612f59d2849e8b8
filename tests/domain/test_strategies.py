"""What a creditor's strategy proposes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib import registry
from chalicelib.domain import strategies
from chalicelib.domain.contact import Tone
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.score import Score
from chalicelib.domain.strategies.balanced import STRATEGY

BERLIN = ZoneInfo("Europe/Berlin")
BOTH = frozenset(ChannelKind)
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
def test_a_strategy_knows_every_channel_and_begins_friendly(strategy):
    for order in (strategy.quiet_first, strategy.soon_first, strategy.default):
        assert set(order) == set(ChannelKind) and len(order) == len(set(order))
    assert set(strategy.hours) == set(ChannelKind)
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
