"""The scorer over the shipped model, and over every way in which a model can be missing or broken (I15)."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from math import exp, log

import pytest

from bench.score import identity_model
from chalicelib.adapters.onnx import scorer as house
from chalicelib.adapters.onnx.scorer import OnnxScorer, newest_model
from chalicelib.domain.features import FEATURES, ClaimFacts, History, features_of
from models.train import reference

AS_OF = date(2026, 11, 21)
CLAIM = ClaimFacts(amount=4_820, currency="EUR", due_date=date(2026, 9, 1), sector="retail", has_email=True)
SHIPPED = newest_model()


def card_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path):
    """A model and its card that a test may spoil."""
    for path in (SHIPPED, SHIPPED.with_suffix(".json")):
        shutil.copy(path, tmp_path)
    return tmp_path / SHIPPED.name


def test_a_claim_is_scored_with_its_version_and_the_weightiest_reason_first():
    score = OnnxScorer().score(CLAIM, AS_OF)
    assert score.flagged is None
    assert score.model == SHIPPED.stem
    assert 0 < score.probability < 1
    weights = [abs(weight) for _, weight in score.reasons]
    assert weights == sorted(weights, reverse=True)
    assert {name for name, _ in score.reasons} == {feature.name for feature in FEATURES}


def test_the_reasons_add_up_to_the_probability():
    score = OnnxScorer().score(CLAIM, AS_OF)
    logit = score.baseline + sum(weight for _, weight in score.reasons)
    assert logit == pytest.approx(log(score.probability / (1 - score.probability)), abs=1e-5)
    assert score.probability == pytest.approx(1 / (1 + exp(-logit)), abs=1e-6)


def test_the_score_is_the_one_that_the_card_describes():
    card = card_of(SHIPPED)
    row = features_of(CLAIM, as_of=AS_OF)
    exact = reference.probability(card["terms"], card["baseline"], row)
    assert OnnxScorer().score(CLAIM, AS_OF).probability == pytest.approx(exact, abs=1e-6)


def test_a_good_history_only_raises_the_probability():
    asked = OnnxScorer()
    last = asked.score(CLAIM, AS_OF).probability
    for orders in (0, 1, 2, 5, 10, 50):
        history = History(customer_since=date(2019, 1, 1), past_orders=orders, past_payments=orders)
        score = asked.score(replace(CLAIM, history=history), AS_OF).probability
        assert score >= last
        last = score


def test_the_same_claim_has_the_same_score_in_another_scorer():
    assert OnnxScorer().score(CLAIM, AS_OF) == OnnxScorer(SHIPPED).score(CLAIM, AS_OF)


def spoil_nothing_there(path):
    path.unlink()


def spoil_no_card(path):
    path.with_suffix(".json").unlink()


def spoil_cut_short(path):
    path.write_bytes(path.read_bytes()[:4_000])


def spoil_one_bit(path):
    content = bytearray(path.read_bytes())
    content[5_000] ^= 1
    path.write_bytes(content)


def spoil_empty(path):
    path.write_bytes(b"")


def spoil_card_is_no_json(path):
    path.with_suffix(".json").write_bytes(b"\xff\xfe{")


def spoil_card_lacks_its_hash(path):
    card = card_of(path)
    del card["sha256"]
    path.with_suffix(".json").write_text(json.dumps(card))


def spoil_card_is_a_list(path):
    path.with_suffix(".json").write_text("[]")


def swap(path, content):
    """Another file, to which the card agrees: only the runtime can tell."""
    path.write_bytes(content)
    path.with_suffix(".json").write_text(json.dumps(card_of(path) | {"sha256": sha256(content).hexdigest()}))


def spoil_noise_with_a_true_hash(path):
    swap(path, b"this is no model at all" * 40)


def spoil_another_model_with_a_true_hash(path):
    swap(path, identity_model(len(FEATURES)))


def spoil_another_width_with_a_true_hash(path):
    swap(path, identity_model(3))


def spoil_a_folder_in_its_place(path):
    path.unlink()
    path.mkdir()


SPOILS = [spoil for name, spoil in sorted(globals().items()) if name.startswith("spoil_")]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__.removeprefix("spoil_"))
def test_I15_a_missing_or_corrupt_model_gives_a_flagged_score_and_never_raises(copy, spoil):
    spoil(copy)
    asked = OnnxScorer(copy)
    score = asked.score(CLAIM, AS_OF)
    assert score.probability is None
    assert score.reasons == ()
    assert score.flagged.startswith(("model missing", "model corrupt"))
    assert asked.score(CLAIM, AS_OF) == score


def test_I15_a_package_without_any_model_is_flagged(tmp_path):
    assert newest_model(tmp_path) is None
    assert newest_model(tmp_path / "nowhere") is None
    shutil.copytree(house.MODELS.parent / "chalicelib", tmp_path / "chalicelib")
    said = flagged_in(tmp_path)
    assert said == "model missing: no dated .onnx file in the package"


def test_I15_a_model_made_for_other_features_is_flagged(copy):
    card = card_of(copy)
    card["features"] = card["features"][::-1]
    copy.with_suffix(".json").write_text(json.dumps(card))
    assert OnnxScorer(copy).score(CLAIM, AS_OF).flagged.startswith("model of another time")


def test_I15_a_flag_names_no_folder_of_the_machine(tmp_path):
    assert str(tmp_path) not in OnnxScorer(tmp_path / "pays28-2026-01-01.onnx").score(CLAIM, AS_OF).flagged


def test_the_newest_date_of_a_head_wins(tmp_path):
    names = ("pays28-2025-12-31", "pays28-2026-02-01", "responds28-2026-03-01", "responds28-2026-01-31", "pays28")
    for name in names:
        (tmp_path / f"{name}.onnx").touch()
    assert newest_model(tmp_path).name == "pays28-2026-02-01.onnx"
    assert newest_model(tmp_path, "responds28").name == "responds28-2026-03-01.onnx"


def test_the_model_is_found_beside_chalicelib_as_the_package_lays_it(tmp_path):
    shutil.copytree(house.MODELS.parent / "chalicelib", tmp_path / "chalicelib")
    (tmp_path / "models").mkdir()
    for path in (SHIPPED, SHIPPED.with_suffix(".json")):
        shutil.copy(path, tmp_path / "models")
    assert flagged_in(tmp_path) == "None"


def test_making_a_scorer_loads_neither_runtime_nor_file():
    code = (
        "import sys; from chalicelib.adapters.onnx.scorer import OnnxScorer; OnnxScorer();"
        "print([name for name in ('numpy', 'onnxruntime') if name in sys.modules])"
    )
    assert run(code, house.MODELS.parent) == "[]"


def flagged_in(folder):
    """What a scorer says in a fresh process whose package lies in that folder."""
    return run(
        "from datetime import date\n"
        "from chalicelib.adapters.onnx.scorer import OnnxScorer\n"
        "from chalicelib.domain.features import ClaimFacts\n"
        "print(OnnxScorer().score(ClaimFacts(4820, 'EUR', date(2026, 9, 1)), date(2026, 11, 21)).flagged)",
        folder,
    )


def run(code, folder):
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
