"""Simulated worlds say over columns what the domain says of one debtor, and keep hidden what nobody observes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from chalicelib.domain import choice as domain
from chalicelib.domain.arm import ARMS, slot_of
from chalicelib.domain.choice import Taste
from chalicelib.domain.response import ArmAnswer, Asked, Responses, response_features_of, segment_for
from chalicelib.domain.score import Score
from chalicelib.domain.strategies.balanced import STRATEGY
from chalicelib.registry import collect
from models.train import policies, ways, worlds
from models.train.debtors import Asking, Debtors, debtors_of, segments_of
from models.train.heads import response_rows
from models.train.log import earlier_priors, joined, write_log
from models.train.means import fit_means

WORLDS = collect(worlds, "WORLD")
A = WORLDS["A"]
each_world = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


class Untold:
    """A first head that says something of everybody: how much less they owe than others."""

    def ask(self, rows):
        return np.clip(0.9 - np.log10(rows[:, 0]) / 6, 0.05, 0.9)


def asked_to_the_end(debtors):
    """The debtors at each step, written to by whichever arm comes first."""
    asking = Asking(debtors)
    for step in range(len(ways.DAYS)):
        yield asking
        if step + 1 < len(ways.DAYS):
            asking.go_on(asking.eligible.argmax(axis=1))


@each_world
def test_what_the_model_sees_over_columns_is_what_the_domain_reads_of_one_debtor(world):
    debtors = debtors_of(world, 60, seed=3)
    priors = earlier_priors(debtors)
    segments = segments_of(priors)
    untouched = Untold().ask(debtors.rows)
    for asking in asked_to_the_end(debtors):
        rows = response_rows(asking, untouched, priors, range(len(ARMS)))
        for i, facts in enumerate(debtors.facts):
            for number, arm in enumerate(ARMS):
                segment = segment_for(segments, facts.sector)
                one = Asked(facts, asking.habits(i), arm, segment, float(untouched[i]), asking.decided_at())
                assert rows[number, i] == pytest.approx(response_features_of(one), nan_ok=True, abs=0)


@pytest.mark.parametrize("explores", [0.0, 0.3])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_choice_over_columns_is_the_domains_choice(explores, noise):
    rng, size = np.random.default_rng(8), 400
    answers, eligible = rng.uniform(0.1, 0.4, (size, len(ARMS))), rng.random((size, len(ARMS))) < 0.6
    eligible[~eligible.any(axis=1), 2] = True
    amount, recent = rng.integers(500, 90_000, size), rng.integers(0, 4, size)
    lots = np.array([domain.lot(f"seed {i}") for i in range(size)])
    taste = Taste(0.15, 40, explores)
    together = policies.choose(answers, eligible, amount, recent, noise, taste, lots)
    for i in range(size):
        known = [number for number in range(len(ARMS)) if eligible[i, number]]
        given = tuple(ArmAnswer(ARMS[n].key, answers[i, n], 0.0, (), ()) for n in known)
        one = domain.choose(
            Responses(given, noise=noise),
            amount=int(amount[i]),
            costs=ways.COSTS,
            recent=int(recent[i]),
            untouched=None,
            taste=taste,
            seed=f"seed {i}",
            at=datetime(2026, 1, 15, tzinfo=UTC),
        )
        assert (ARMS[together.way[i]].key, bool(together.lazy[i])) == (one.arm, one.lazy)
        for number in known:
            assert together.values[i, number] == pytest.approx(one.values[ARMS[number].key], abs=1e-9)
            assert together.propensities[i, number] == pytest.approx(one.propensities[ARMS[number].key], abs=1e-12)


def test_the_ladder_is_the_strategys_own_order_and_steps():
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 1, 15, 3, tzinfo=UTC)
    for step in range(len(ways.DAYS)):
        for likely in (0.2, 0.34, 0.35, 0.6):
            for reachable in ([1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 1, 1], [1, 1, 1]):
                there = frozenset(kind for kind, yes in zip(ways.CHANNELS, reachable, strict=True) if yes)
                proposed = STRATEGY.propose(Score(likely, (), "m"), there, step, now, zone)
                number = ways.strategy_way(np.array([likely]), np.array([reachable], dtype=bool), step)[0]
                way = ways.WAYS[number]
                slot = slot_of(proposed.at.astimezone(zone))
                assert (way.channel, way.tone, way.slot) == (proposed.channel, proposed.tone, slot)


def test_the_net_value_of_an_arm_is_the_domains():
    taste = Taste(0.2, 35, 0.0, gentler=1.5)
    for number, arm in enumerate(ARMS):
        answer = ArmAnswer(arm.key, 0.31, 0.0, (), ())
        one = domain.net_value(answer, 12_345, ways.COSTS[arm.key], 2, taste)
        assert ways.net_values(0.31, number, 12_345, 2, taste) == pytest.approx(one, abs=1e-9)


@each_world
def test_nobody_observes_how_a_debtor_is_reached_when_they_act_or_of_which_temper_they_are(world):
    debtors = debtors_of(world, 80, seed=4)
    hidden = {"reach": -debtors.reach, "hour": -debtors.hour, "temper": (debtors.temper + 1) % len(world.tempers)}
    given = {name: getattr(debtors, name) for name in Debtors.__dataclass_fields__}
    other = Debtors(**given | hidden)
    priors, untouched = earlier_priors(debtors), Untold().ask(debtors.rows)
    seen, again = (response_rows(Asking(one), untouched, priors, range(len(ARMS))) for one in (debtors, other))
    assert np.array_equal(seen, again, equal_nan=True)
    truths = [Asking(one).truth(debtors.temper * 0) for one in (debtors, other)]
    assert np.array_equal(*truths) is (world.key == "null"), "only there nothing hidden matters"


@each_world
def test_two_policies_over_the_same_debtors_meet_the_same_luck(world):
    one, other = (Asking(debtors_of(world, 50, seed=6)) for _ in range(2))
    assert np.array_equal(one.lots(), other.lots())
    assert np.array_equal(one.truth(one.debtors.temper * 0), other.truth(one.debtors.temper * 0))


def test_in_the_null_world_only_channel_and_tone_matter_and_to_everybody_alike():
    asking = Asking(debtors_of(WORLDS["null"], 200, seed=7))
    every = np.arange(len(asking.debtors)) * 0
    by_way = {way.key: asking.log_odds(every + number) for number, way in enumerate(ways.WAYS)}
    assert by_way["email_morning"] == pytest.approx(by_way["email_evening"])
    assert np.ptp(by_way["text_midday"] - by_way["email_morning"]) == pytest.approx(0, abs=1e-12)
    assert np.ptp(by_way["email_plain"] - by_way["email_morning"]) == pytest.approx(0, abs=1e-12)


@each_world
def test_what_an_arm_changes_stays_a_matter_of_a_few_percentage_points(world):
    asking = Asking(debtors_of(world, 3_000, seed=8))
    every = np.arange(len(asking.debtors)) * 0
    truth = np.column_stack([asking.truth(every + number) for number in range(len(ARMS))])
    assert 0.0 < truth.std(axis=1).mean() < 0.06


@each_world
def test_signals_come_from_being_reached_and_fill_what_is_known_of_a_debtor(world):
    asking = Asking(debtors_of(world, 4_000, seed=9))
    before = asking.answered.sum()
    way = asking.eligible.argmax(axis=1)
    reach = asking.debtors.reach[np.arange(len(way)), ways.CHANNEL[way]]
    asking.go_on(way)
    answered = (asking.answered - asking.debtors.answered).sum(axis=1) > 0
    assert asking.answered.sum() > before
    assert asking.acted.sum() - asking.debtors.acted.sum() == answered.sum()
    assert reach[answered].mean() > reach[~answered].mean() + 0.3


def test_in_the_harsher_world_more_cannot_pay_and_a_history_tells_less():
    def told(world):
        debtors = debtors_of(world, 20_000, seed=10)
        known = debtors.sent[:, 0] > 1
        rate = debtors.answered[known, 0] / debtors.sent[known, 0]
        return known.mean(), np.corrcoef(rate, debtors.reach[known, 0])[0, 1], debtors.untouched.mean()

    (known, tells, odds), (known_c, tells_c, odds_c) = told(A), told(WORLDS["C"])
    assert known_c < 0.8 * known
    assert tells_c < 0.75 * tells
    assert odds_c < odds - 0.2


def test_a_log_holds_exact_propensities_only_arms_and_nothing_learnt_after_the_decision():
    debtors = debtors_of(A, 1_500, seed=11)
    log = write_log(debtors, policies.Explorer(), Untold(), earlier_priors(debtors), held_out=0.2)
    found = log.decisions
    assert set(found.arm) <= {arm.key for arm in ARMS}
    assert (found.known_at <= found.decided_at).all()
    assert 0.05 < found.held_out.mean() < 0.25
    for arm, propensity, eligible in zip(found.arm, found.propensity, found.eligible, strict=True):
        assert eligible[arm] == propensity > 0
        assert sum(eligible.values()) == pytest.approx(1)
    lots = [arm for arm, held in zip(found.arm, found.held_out, strict=True) if not held]
    assert "email_plain" not in lots
    assert "email_plain" in found.arm
    assert np.unique(found.claim[found.paid == 1], return_counts=True)[1].max() == 1


def test_logs_are_joined_in_their_order():
    one, other = (
        write_log(
            debtors_of(A, 200, seed=seed),
            policies.Explorer(),
            Untold(),
            earlier_priors(debtors_of(A, 200, seed=1)),
        )
        for seed in (1, 2)
    )
    both = joined([one, other])
    assert len(both.decisions) == len(one.decisions) + len(other.decisions) == len(both.truth)
    assert both.decisions.arm[0] == one.decisions.arm[0]


def test_the_mean_response_of_an_arm_is_told_apart_from_who_was_given_it():
    """In the null world the ladder gives the plain mail to the likely ones, which must not make it look better."""
    debtors = debtors_of(WORLDS["null"], 30_000, seed=12)

    class Knows:
        def ask(self, rows):
            return 1 / (1 + np.exp(-debtors.untouched))

    log = write_log(debtors, policies.Explorer(), Knows(), earlier_priors(debtors), held_out=0.3)
    found = log.decisions
    means = fit_means(log.mean_rows, found.response_rows[:, 0] / 1000, found.paid)
    plain, friendly, text = means.arm[2], means.arm[:2].mean(), means.arm[3:5].mean()
    assert plain - friendly == pytest.approx(-0.05, abs=0.12)
    assert text - friendly == pytest.approx(0.15, abs=0.07)
    assert 0 < means.noise(log.mean_rows) < 0.02


def test_an_hour_passes_and_habits_age_with_it():
    debtors = debtors_of(A, 400, seed=13)
    asking = Asking(debtors)
    for step, day in enumerate(ways.DAYS):
        for i in range(40):
            habits = asking.habits(i)
            assert habits.recent == asking.recent[i]
            assert habits.last is None or habits.last <= asking.decided_at()
            if step:
                assert habits.last == asking.decided_at() - timedelta(days=day - ways.DAYS[step - 1])
        if step + 1 < len(ways.DAYS):
            asking.go_on(asking.eligible.argmax(axis=1))


def test_the_oracle_is_never_worse_at_a_step_than_any_arm():
    asking = Asking(debtors_of(A, 500, seed=14))
    best = policies.Oracle().take(asking)
    every = np.arange(len(best.way))
    assert (best.values[every, best.way] >= best.values.max(axis=1) - 1e-9).all()
