"""Whether the model earns its place: a small seeded sample of `make evaluate`, where a model can be trained."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("interpret", reason="training packages absent (make model installs them)")
pytest.importorskip("onnx", reason="training packages absent (make model installs them)")

from chalicelib.domain.drift import Standing
from chalicelib.domain.response import RESPONSE
from chalicelib.registry import collect
from models.train import contest, evaluate, figures, recipe, rounds, worlds, year
from models.train.debtors import debtors_of
from models.train.log import earlier_priors, write_log
from models.train.policies import Explorer

WORLDS = collect(worlds, "WORLD")


@pytest.fixture(scope="module")
def heads():
    """The first head of each world that is asked here, of a small draw."""
    return {key: evaluate.first_head(WORLDS[key], size=8_000) for key in ("A", "null")}


@pytest.fixture(scope="module")
def contests(heads):
    return {
        key: [contest.contest(WORLDS[key], heads[key], n, learn=15_000, judge=3_000, bags=3) for n in range(3)]
        for key in heads
    }


def test_in_world_a_personalised_is_worth_more_than_cost_aware_and_that_more_than_the_ladder(contests):
    for one in contests["A"]:
        worth = {name: one[name]["net"] for name in contest.NAMES}
        assert worth["ladder"] < worth["cost_aware"] < worth["personalised"] < worth["oracle"]


def test_where_there_is_nothing_to_personalise_nothing_much_is_won_or_lost(contests):
    row = contest.summary(contests["null"])
    assert abs(row["personalised_minus_cost_aware"]["mean"]) < 0.08
    assert row["oracle_minus_personalised"]["mean"] > 0


def test_net_is_what_counts_of_the_recovered_less_cost_and_annoyance(contests):
    for one in (one[name] for key in contests for one in contests[key] for name in contest.NAMES):
        assert one["net"] == pytest.approx(0.15 * one["recovered"] - one["cost"] - one["annoyance"], abs=1e-6)


def test_the_cheap_friendly_word_to_a_lazy_payer_is_within_noise_of_the_best_arm(contests):
    for one in contests["A"]:
        assert 0.3 < one["lazy"]["share"] < 1
        assert one["lazy"]["behind"] < one["lazy"]["noise"]


def test_the_same_pair_of_seeds_gives_the_same_figures(heads, contests):
    again = contest.contest(WORLDS["A"], heads["A"], 1, learn=15_000, judge=3_000, bags=3)
    assert again == contests["A"][1]


def test_regret_falls_while_the_log_grows_and_the_ladder_learns_nothing(heads):
    found = rounds.regret(WORLDS["A"], heads["A"], 3, rounds=4, size=1_200, bags=2)
    assert found["personalised"][0] == found["cost_aware"][0], "in the first round nobody knows anything"
    assert found["personalised"][-1] < found["personalised"][0]
    assert min(found["ladder"]) > max(found["personalised"][1:])


def test_a_drift_is_noticed_the_strategy_takes_over_a_new_model_is_made_and_it_recovers(heads):
    first = year.first_model(WORLDS["A"], heads["A"], size=12_000, bags=3)
    told = year.run(WORLDS["A"], heads["A"], weeks=34, drift=12, claims=300, bags=3, model=first)
    marks = told.marks
    assert list(marks) == ["drift", "alarm", "fall_back", "retrained", "recovered"]
    assert sorted(marks.values()) == list(marks.values())
    assert marks["alarm"] <= marks["drift"] + 4
    versions = [week.model for week in told.weeks]
    assert set(versions[: marks["alarm"] + 1]) == {1}
    assert set(versions[marks["fall_back"] : marks["retrained"]]) == {0}
    assert set(versions[marks["retrained"] :]) == {2}
    fallen = told.weeks[marks["fall_back"] : marks["retrained"]]
    assert all(week.gain == 0 for week in fallen), "the strategy's order is the ladder"
    assert told.weeks[marks["alarm"]].standing == Standing.DRIFTED


@pytest.fixture(scope="module")
def decisions(heads):
    debtors = debtors_of(WORLDS["A"], 6_000, 5)
    return write_log(debtors, Explorer(), heads["A"], earlier_priors(debtors), held_out=0.1).decisions


def test_the_second_head_is_learnt_from_any_log_and_judged_by_claims_it_has_not_seen(decisions):
    fitted = recipe.train_response(decisions, seed=3, bags=3, peers=False)
    assert fitted.features == RESPONSE
    assert fitted.parity["probability"] <= 1e-6
    assert fitted.figures["auc"] > 0.6
    assert 0 < fitted.noise < 0.05
    assert set(fitted.expected) == {"untouched", "amount"}


def test_a_second_head_that_is_upside_down_on_unseen_claims_is_refused(decisions):
    claims = np.unique(decisions.claim)
    learn = decisions.where(decisions.claim < claims[len(claims) // 2])
    rest = decisions.where(decisions.claim >= claims[len(claims) // 2])
    turned = replace(rest, paid=1 - rest.paid)
    with pytest.raises(figures.Refused, match="upside down"):
        recipe.train_response(learn, seed=3, judged=turned, bags=3, peers=False)


def test_the_model_earns_its_place_only_above_nought_in_a_and_b_and_with_nought_in_null():
    def found(a, b, null):
        ends = {"A": a, "B": b, "null": null}
        return {key: {"personalised_minus_cost_aware": {"interval": interval}} for key, interval in ends.items()}

    assert evaluate.earns_its_place(found([0.1, 0.2], [0.01, 0.2], [-0.1, 0.1]))
    assert not evaluate.earns_its_place(found([0.1, 0.2], [-0.01, 0.2], [-0.1, 0.1]))
    assert not evaluate.earns_its_place(found([0.1, 0.2], [0.01, 0.2], [0.01, 0.1]))
    assert not evaluate.earns_its_place(found([0.1, 0.2], [0.01, 0.2], [-0.2, -0.1]))


def test_an_interval_is_students_over_the_pairs():
    middle, ends = contest.interval([1.0, 2.0, 3.0])
    assert middle == 2
    assert ends == pytest.approx([-0.4841, 4.4841], abs=1e-3)
