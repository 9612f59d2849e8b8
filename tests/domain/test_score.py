"""A Score is an opinion with its reasons, or says plainly that there is none."""

import pytest

from chalicelib.domain.score import Score


def test_a_score_without_a_model_has_no_probability_and_says_why():
    score = Score.without_model("model missing: pays28.onnx")
    assert (score.probability, score.reasons, score.model) == (None, (), "none")
    assert score.flagged == "model missing: pays28.onnx"


@pytest.mark.parametrize(
    ("probability", "flagged"),
    [(None, None), (0.5, "corrupt"), (1.01, None), (-0.01, None), (float("nan"), None)],
)
def test_a_score_that_contradicts_itself_cannot_be_made(probability, flagged):
    with pytest.raises(ValueError, match="probability"):
        Score(probability, (), "pays28-2026-11-21", flagged)
