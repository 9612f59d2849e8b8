"""The model that ships: its file, its card, and the gates that it passed."""

import json
from hashlib import sha256

import numpy as np
import pytest

from bench import score as bench
from chalicelib.adapters.onnx.scorer import MODELS, newest_model
from chalicelib.domain.arm import ARMS
from chalicelib.domain.drift import Usual, psi
from chalicelib.domain.features import FEATURES, SECTORS
from chalicelib.domain.response import RESPONSE
from chalicelib.domain.task import DaySlot
from chalicelib.registry import collect
from models.train import figures, reference, worlds
from models.train.debtors import Asking, debtors_of
from models.train.heads import Head, response_rows
from models.train.parity import NotExact, gate_parity
from models.train.simulate import draw

WORLDS = collect(worlds, "WORLD")
HEADS = {"pays28": FEATURES, "responds28": RESPONSE}
PATHS = {head: newest_model(head=head) for head in HEADS}
CARDS = {head: json.loads(path.with_suffix(".json").read_text(encoding="utf-8")) for head, path in PATHS.items()}
PATH, CARD = PATHS["pays28"], CARDS["pays28"]
each_head = pytest.mark.parametrize("head", HEADS)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.onnx")), ids=lambda path: path.stem)
def test_every_model_lies_beside_the_card_that_describes_it(path):
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["version"] == path.stem
    assert card["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert card["bytes"] == path.stat().st_size <= 64 * 1024


def test_only_models_and_cards_lie_where_the_package_takes_them_from():
    strangers = [p.name for p in MODELS.iterdir() if p.is_file() and p.suffix not in {".onnx", ".json"}]
    assert strangers == []


@each_head
def test_the_model_knows_the_features_of_this_code_in_this_order(head):
    card = CARDS[head]
    assert card["features"] == [feature.name for feature in HEADS[head]] == [t["feature"] for t in card["terms"]]


@each_head
def test_the_card_says_what_it_is_made_of_how_good_it_is_and_where_to_doubt_it(head):
    card = CARDS[head]
    assert card["data"]["kind"] == "simulated"
    assert card["data"]["learnt_from"]["seed"] != card["data"]["judged_by"]["seed"]
    assert {"auc", "ece", "brier", "slope", "peers", "ceiling"} <= set(card["figures"])
    assert {"logistic", "boosted_trees", "base_rate"} == set(card["figures"]["peers"])
    assert any("simulator" in limit for limit in card["limits"])


def test_the_two_heads_name_each_other():
    assert CARDS["pays28"]["pair"] == CARDS["responds28"]["version"]
    assert CARDS["responds28"]["pair"] == CARDS["pays28"]["version"]


def test_the_second_head_brings_what_is_usual_in_every_sector_and_what_it_cannot_tell_apart():
    card = CARDS["responds28"]
    assert set(card["priors"]) == {"", *SECTORS}
    for prior in card["priors"].values():
        assert set(prior["answers"]) == {arm.channel.value for arm in ARMS}
        assert sum(prior["acts"].values()) == pytest.approx(1, abs=1e-3)
        assert set(prior["acts"]) == set(DaySlot)
    assert 0 < card["noise"] < 0.05


@each_head
def test_how_its_features_were_spread_is_told_but_for_those_the_choice_itself_steers(head):
    card = CARDS[head]
    told = {
        name: Usual(tuple(one["edges"]), tuple(one["shares"]), one["unknown"])
        for name, one in card["expected"].items()
    }
    assert set(told) == set(card["features"]) - set(card.get("steered", ()))
    for usual in told.values():
        counts = [round(1000 * share) for share in (*usual.shares, usual.unknown)]
        assert psi(usual, counts) < 0.01


def test_the_figures_of_the_card_are_found_again_on_the_same_unseen_claims():
    held = CARD["data"]["judged_by"]
    sample = draw(WORLDS[CARD["data"]["world"]], held["claims"], held["seed"])
    session = bench._session(PATH.read_bytes())
    answers = session.run(None, {"features": sample.rows.astype(np.float32)})[0][:, 0].astype(float)
    again = figures.figures(sample.paid, answers)
    for name, figure in again.items():
        assert figure == pytest.approx(CARD["figures"][name], abs=2e-3), name
    figures.gate_slope(again["slope"])
    assert again["auc"] > 0.6
    assert again["brier"] < CARD["figures"]["peers"]["base_rate"]["brier"]


@each_head
def test_no_feature_bends_against_its_promised_direction(head):
    for feature, term in zip(HEADS[head], CARDS[head]["terms"], strict=True):
        steps = np.diff(term["scores"]) * feature.direction
        assert not len(steps) or steps.min() >= -1e-9, feature.name


@each_head
def test_the_file_answers_as_64_bit_arithmetic_does_on_splits_unknown_and_unseen_values(head):
    card = CARDS[head]
    parity = gate_parity(PATHS[head].read_bytes(), card["terms"], card["baseline"], fresh_rows(head))
    assert parity["hard_rows"] > 400
    assert parity["probability"] <= 1e-6
    assert parity["probability_one_at_a_time"] <= 1e-6


@each_head
def test_a_file_whose_splits_are_off_by_one_does_not_pass(head):
    terms = [dict(term) for term in CARDS[head]["terms"]]
    terms[0]["cuts"] = [cut + 1 for cut in terms[0]["cuts"]]
    with pytest.raises(NotExact, match="parity"):
        gate_parity(PATHS[head].read_bytes(), terms, CARDS[head]["baseline"], fresh_rows(head))


@each_head
def test_a_file_that_confuses_unknown_with_nought_does_not_pass(head):
    terms = [dict(term, unknown=term["scores"][0]) for term in CARDS[head]["terms"]]
    with pytest.raises(NotExact, match="parity"):
        gate_parity(PATHS[head].read_bytes(), terms, CARDS[head]["baseline"], fresh_rows(head))


@each_head
def test_the_arithmetic_over_columns_is_the_one_of_the_card(head):
    card, rows = CARDS[head], fresh_rows(head)
    together = Head(tuple(card["terms"]), card["baseline"]).ask(rows)
    one_by_one = [reference.probability(card["terms"], card["baseline"], row) for row in rows.tolist()]
    assert together == pytest.approx(one_by_one, abs=1e-12)


@pytest.mark.long
def test_one_score_costs_at_most_twice_the_floor_of_a_run():
    measured = bench.measure()
    for head in (measured, measured["responds"]):
        assert head["ratio"] <= bench.AT_MOST, measured
        assert head["session_ms"] <= bench.SESSION_MS, measured
        assert head["parity"] <= measured["parity_within"]


@pytest.mark.parametrize(("seen", "verdict"), [(-0.4, "upside down"), (0.0, "upside down"), (0.3, "outside")])
def test_a_model_whose_calibration_slope_is_wrong_is_refused(seen, verdict):
    with pytest.raises(figures.Refused, match=verdict):
        figures.gate_slope(seen)


def test_the_slope_tells_an_honest_probability_from_a_reversed_and_a_boastful_one():
    sample = draw(WORLDS["A"], 20_000, seed=5)
    logit = np.log(sample.truth / (1 - sample.truth))
    assert figures.slope(sample.paid, sample.truth) == pytest.approx(1, abs=0.1)
    assert figures.slope(sample.paid, 1 / (1 + np.exp(logit))) == pytest.approx(-1, abs=0.1)
    assert figures.slope(sample.paid, 1 / (1 + np.exp(-3 * logit))) == pytest.approx(1 / 3, abs=0.05)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_a_world_draws_the_same_claims_from_the_same_seed_and_hides_the_tempers(world):
    one, again, other = draw(world, 500, seed=3), draw(world, 500, seed=3), draw(world, 500, seed=4)
    assert one.facts == again.facts
    assert one.paid.tolist() == again.paid.tolist()
    assert one.facts != other.facts
    assert sum(temper.share for temper in world.tempers.values()) == pytest.approx(1)
    assert not any(name in repr(one.facts[:50]) for name in world.tempers)
    unknown = np.isnan(one.rows[:, CARD["features"].index("reminders_sent")]).mean()
    assert unknown == pytest.approx(1 - world.known_history, abs=0.1)


def test_training_sees_every_sector_and_one_outside_the_list():
    place = CARD["features"].index("sector")
    seen = {sector for sector in fresh_rows()[:, place].tolist() if sector == sector}
    assert seen == set(range(len(SECTORS) + 1))


def fresh_rows(head="pays28"):
    if head == "pays28":
        return draw(WORLDS["A"], 1_000, seed=31).rows
    asking = Asking(debtors_of(WORLDS["A"], 300, seed=31))
    untouched = Head(tuple(CARD["terms"]), CARD["baseline"]).ask(asking.debtors.rows)
    return np.concatenate(response_rows(asking, untouched, CARDS["responds28"]["priors"], range(len(ARMS))))
