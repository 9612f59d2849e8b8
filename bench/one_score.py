"""One score beside an ONNX Identity, and how exactly the shipped file says what the model says (score.py)."""

from collections.abc import Iterator

from bench import score
from bench.ground import Ground
from bench.rows import Row, at_most


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    found = score.measure(rounds=5 if quick else score.ROUNDS)
    bound, holds = at_most(found["ratio_at_most"], found["ratio"])
    what = "one run of the model in the worker, beside an ONNX Identity of the same width"
    yield Row("score", what, found["run_us"], "us", found["identity_us"], found["ratio"], bound, holds)
    second = found["responds"]
    bound, holds = at_most(found["ratio_at_most"], second["ratio"])
    what = f"the same of the second head, one arm; all six in one run take {second['six_arms_us']} us"
    yield Row("response", what, second["run_us"], "us", second["identity_us"], second["ratio"], bound, holds)
    slowest = max(found["session_ms"], second["session_ms"])
    bound, holds = at_most(found["session_ms_at_most"], slowest)
    yield Row("model_session", "opening one of the model's files", slowest, "ms", bound=bound, holds=holds)
    parity = max(second["parity"], found["parity"], found["parity_one_at_a_time"])
    bound, holds = at_most(found["parity_within"], parity)
    what = f"furthest the file is from its training, of {found['parity_rows']} claims"
    yield Row("score_parity", what, parity, "", bound=bound, holds=holds)
