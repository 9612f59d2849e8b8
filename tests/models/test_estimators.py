"""From a log of one policy to the worth of another: unbiased, with intervals that hold what they promise."""

import numpy as np
import pytest

from models.train import estimators
from models.train.estimators import crossed, doubly_robust, ips, naive, snips

ARMS = 3
BY_CHANCE = 2e-3  # four times the spread of a mean over this many logs


def world(rng, size):
    """Rows, the chance that each arm works, a log that sends where it works anyway, and a policy that does not."""
    rows = rng.normal(size=(size, 2))
    works = 1 / (1 + np.exp(-(-1 + rows[:, :1] + np.array([0.0, 0.3, 0.6]))))
    logging = np.where(rows[:, :1] > 0, [0.2, 0.6, 0.2], [0.45, 0.1, 0.45])
    target = np.tile([0.0, 0.9, 0.1], (size, 1))
    return rows, works, logging, target


def drawn(seed, size=4_000):
    rng = np.random.default_rng(seed)
    rows, works, logging, target = world(rng, size)
    arm = (rng.random(size)[:, None] > logging.cumsum(axis=1)).sum(axis=1)
    outcome = (rng.random(size) < works[np.arange(size), arm]).astype(float)
    row = np.arange(size)
    given = outcome, target[row, arm], logging[row, arm]
    said = crossed(rows, arm, ARMS, outcome, seed=seed)
    return {
        "truth": float((works * target).sum(axis=1).mean()),
        "naive": naive(*given),
        "ips": ips(*given),
        "snips": snips(*given),
        "dr": doubly_robust(*given, taken=said[row, arm], expected=(said * target).sum(axis=1)),
    }


LOGS = [drawn(seed) for seed in range(150)]


@pytest.mark.parametrize("name", ["ips", "snips", "dr"])
def test_an_estimator_is_right_on_average_and_its_interval_nineteen_times_of_twenty(name):
    truth = np.mean([log["truth"] for log in LOGS])
    assert np.mean([log[name].value for log in LOGS]) == pytest.approx(truth, abs=2 * BY_CHANCE)
    assert 0.88 <= np.mean([log[name].holds(truth) for log in LOGS]) <= 0.99


def test_whoever_does_not_weigh_takes_the_logs_preference_for_the_policys_doing():
    assert np.mean([log["naive"].value - log["truth"] for log in LOGS]) > 0.03


def test_a_model_of_the_outcome_makes_it_steadier():
    spread = {name: np.std([log[name].value for log in LOGS]) for name in ("ips", "snips", "dr")}
    assert spread["dr"] < min(spread["snips"], spread["ips"])


def test_weights_over_their_sum_do_not_mind_from_where_an_outcome_is_counted():
    rng = np.random.default_rng(2)
    outcome, target, logged = rng.random(500), rng.random(500), 0.2 + 0.6 * rng.random(500)
    before, after = (snips(shift + outcome, target, logged).value for shift in (0, 10))
    assert after == pytest.approx(10 + before)
    assert ips(10 + outcome, target, logged).value != pytest.approx(10 + before, abs=0.1)


def test_a_policy_that_does_what_the_log_did_is_worth_what_the_log_earned():
    outcome = np.array([0.0, 1.0, 1.0, 0.0])
    same = np.array([0.2, 0.5, 0.3, 0.9])
    for estimator in (ips, snips):
        found = estimator(outcome, same, same)
        assert found.value == pytest.approx(0.5)
        assert found.effective == pytest.approx(4)


def test_an_arm_that_was_taken_with_no_chance_is_refused():
    with pytest.raises(ValueError, match="propensity above nought"):
        ips(np.ones(2), np.ones(2), np.array([0.5, 0.0]))


def test_a_row_is_never_told_by_a_regression_that_learnt_from_it():
    rng = np.random.default_rng(4)
    rows, arm = rng.normal(size=(60, 2)), np.arange(60) % ARMS
    outcome = rng.random(60)
    before = crossed(rows, arm, ARMS, outcome, seed=1)
    for place in range(20):
        other = outcome.copy()
        other[place] += 1_000
        assert crossed(rows, arm, ARMS, other, seed=1)[place] == pytest.approx(before[place])


def test_the_two_sided_quantile_is_that_of_the_normal_distribution():
    from statistics import NormalDist

    assert pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-6) == estimators.TWO_SIDED_95
