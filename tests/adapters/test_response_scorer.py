"""The second head as the house asks it: all arms in one run, exact reasons, a version that one setting changes."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import exp

import pytest

from chalicelib.adapters.onnx.scorer import MODELS, RESPONDS, OnnxScorer, newest_model, watched
from chalicelib.domain.arm import ARMS
from chalicelib.domain.features import ClaimFacts
from chalicelib.domain.habits import Habits
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.response import RESPONSE
from chalicelib.domain.score import Score
from chalicelib.domain.task import DaySlot
from models.train import reference

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CLAIM = ClaimFacts(amount=4_820, currency="EUR", due_date=date(2026, 9, 1), sector="retail", has_email=True)
SHIPPED = newest_model(head=RESPONDS)
CARD = json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))


def ask(scorer, habits=Habits(), claim=CLAIM):  # noqa: B008 - frozen
    return scorer.respond(scorer.score(claim, NOW), claim, habits, ARMS, NOW)


@pytest.fixture
def folder(tmp_path):
    """A package's models that a test may spoil."""
    for path in MODELS.glob("*28-*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_every_arm_is_answered_in_one_go_as_the_card_describes_it():
    said = ask(OnnxScorer())
    assert said.flagged is None and (said.model, said.sha256) == (CARD["version"], CARD["sha256"])
    assert [one.arm for one in said.answers] == [arm.key for arm in ARMS]
    for one in said.answers:
        exact = reference.probability(CARD["terms"], CARD["baseline"], one.values)
        assert one.probability == pytest.approx(exact, abs=1e-6)
        logit = one.baseline + sum(weight for _, weight in one.reasons)
        assert one.probability == pytest.approx(1 / (1 + exp(-logit)), abs=1e-6)
        assert {name for name, _ in one.reasons} == {feature.name for feature in RESPONSE}
        assert all(abs(a) >= abs(b) for (_, a), (_, b) in pairwise(one.reasons))


def test_whoever_answered_by_one_way_is_expected_to_answer_by_it_again():
    def odds(habits):
        return {one.arm: one.probability for one in ask(OnnxScorer(), habits).answers}

    shy = Habits(sent={ChannelKind.SMS: 4}, answered={}, acted={}, recent=1, last=NOW - timedelta(days=20))
    keen = Habits({ChannelKind.SMS: 4}, {ChannelKind.SMS: 4}, {DaySlot.EVENING: 4}, 1, NOW - timedelta(days=20))
    gain = odds(keen)["text_evening"] - odds(shy)["text_evening"]
    assert gain > 0.01 and gain > odds(keen)["email_morning"] - odds(shy)["email_morning"]


def test_a_model_is_switched_by_its_version_and_rolled_back_by_the_same_setting(folder):
    newest = OnnxScorer(folder=folder)
    assert newest.score(CLAIM, NOW).model == "pays28-2026-11-22" and ask(newest).flagged is None
    before = OnnxScorer(version="2026-11-21", folder=folder)
    assert before.score(CLAIM, NOW).model == "pays28-2026-11-21"
    assert ask(before).flagged == "model missing: responds28-2026-11-21.onnx", "there was no second head yet"


def test_asked_to_ask_no_model_it_asks_none_and_nobody_is_alarmed():
    off = OnnxScorer(version="none")
    assert off.score(CLAIM, NOW).flagged == ask(off).flagged == "model switched off", "and not that it is missing"
    assert off.trouble is None
    assert watched("none") is None


@pytest.mark.parametrize("harm", ["gone", "emptied", "card_gone", "other_file"])
def test_I15_without_a_usable_second_head_the_answer_is_flagged_and_the_first_still_speaks(folder, harm):
    file = folder / SHIPPED.name
    if harm == "gone":
        file.unlink()
    if harm == "emptied":
        file.write_bytes(b"")
    if harm == "card_gone":
        file.with_suffix(".json").unlink()
    if harm == "other_file":
        file.write_bytes((folder / newest_model(folder).name).read_bytes())
    scorer = OnnxScorer(folder=folder)
    said = ask(scorer)
    assert said.answers == () and said.flagged.startswith(("model missing", "model corrupt"))
    assert scorer.score(CLAIM, NOW).flagged is None and scorer.trouble == said.flagged


@pytest.mark.parametrize(
    "harm",
    [
        {"priors": {"retail": {}}},
        {"priors": None},
        {"priors": {"retail": {"answers": {"email": "often"}, "acts": {}}}},
        {"priors": {"retail": {"answers": 3, "acts": {}}}},
        {"noise": None},
        {"noise": "much"},
        {"noise": float("nan")},
        {"noise": -1.0},
        {"baseline": float("nan")},
        {"expected": []},
        {"expected": {"amount": {}}},
        {"expected": {"amount": {"edges": [3.0], "shares": [1.0], "unknown": 0.0}}},
        {"expected": {"amount": {"edges": ["a"], "shares": [1.0, 0.0], "unknown": 0.0}}},
        {"expected": {"amount": {"edges": [3.0], "shares": [-0.5, 1.5], "unknown": 0.0}}},
    ],
    ids=str,
)
def test_I15_a_card_with_a_figure_that_is_none_is_flagged_and_stops_neither_registration_nor_night(folder, harm):
    file = (folder / SHIPPED.name).with_suffix(".json")
    file.write_text(json.dumps(CARD | harm), encoding="utf-8")
    said = ask(OnnxScorer(folder=folder))
    assert said.answers == () and said.flagged.startswith("model corrupt: the card of")
    assert watched(folder=folder) is None


def test_without_a_first_head_no_arm_is_judged():
    said = OnnxScorer().respond(Score.without_model("model missing"), CLAIM, Habits(), ARMS, NOW)
    assert said.flagged == "model missing"


def test_the_weekly_look_knows_how_every_watched_feature_was_spread():
    model = watched()
    assert model.version == CARD["version"] and {"amount", "untouched"} <= set(model.usual)
    for usual in model.usual.values():
        assert sum(usual.shares) + usual.unknown == pytest.approx(1, abs=0.01)
