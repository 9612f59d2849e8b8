"""One score beside an ONNX Identity of the same width, the floor of a run, and how exact the file is.

    python -m bench.score

Runs take turns, so that both see the same machine; the ratio is the median over the rounds.
"""

import json
import statistics
import time
from datetime import date

import numpy as np
import onnxruntime

from chalicelib.adapters.onnx.scorer import OnnxScorer, newest_model
from chalicelib.domain.features import FEATURES, ClaimFacts, History, features_of
from models.train.parity import PARITY_WITHIN, gate_parity
from models.train.simulate import draw
from models.train.worlds.a import WORLD

AT_MOST = 2.0
ROUNDS, RUNS = 21, 2_000
AS_OF = date(2026, 11, 21)
CLAIM = ClaimFacts(
    amount=4_820,
    currency="EUR",
    due_date=date(2026, 9, 1),
    default_since=date(2026, 10, 2),
    claim_type="goods_or_service",
    sector="retail",
    business=False,
    has_email=True,
    has_phone=True,
    history=History(reminders_sent=1, first_notice_sent=date(2026, 9, 20), past_orders=4, past_payments=4),
)


def identity_model(width):
    """The smallest ONNX model there is, features [n, width] -> the same, spelled in protobuf by hand.

    Field numbers: onnx.proto3 (ModelProto, GraphProto, NodeProto, ValueInfoProto). Widths below 128.
    """

    def part(number, content):
        content = content if isinstance(content, bytes) else content.encode()
        return bytes([number << 3 | 2, len(content)]) + content

    def number(field, value):
        return bytes([field << 3, value])

    shape = part(1, part(2, "n")) + part(1, number(1, width))
    kind = part(2, part(1, number(1, 1) + part(2, shape)))
    node = part(1, part(1, "features") + part(2, "same") + part(4, "Identity"))
    graph = node + part(2, "floor") + part(11, part(1, "features") + kind) + part(12, part(1, "same") + kind)
    return number(1, 10) + part(7, graph) + part(8, number(2, 18))


def measure(rounds=ROUNDS):
    """A dictionary of microseconds, their ratio, and the parity of the shipped file."""
    path = newest_model()
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    row = {"features": np.array([features_of(CLAIM, as_of=AS_OF)], dtype=np.float32)}
    scorer, model, floor = (
        OnnxScorer(path),
        _session(path.read_bytes()),
        _session(identity_model(len(FEATURES))),
    )
    began = time.perf_counter()
    scorer.score(CLAIM, AS_OF)
    first = time.perf_counter() - began
    calls = {
        "identity": lambda: floor.run(None, row),
        "run": lambda: model.run(None, row),
        "score": lambda: scorer.score(CLAIM, AS_OF),
    }
    rounds = [{name: _microseconds(call) for name, call in calls.items()} for _ in range(rounds)]
    parity = gate_parity(path.read_bytes(), card["terms"], card["baseline"], draw(WORLD, 2_000, seed=99).rows)
    return {
        "model": card["version"],
        "bytes": card["bytes"],
        "identity_us": round(statistics.median(each["identity"] for each in rounds), 2),
        "run_us": round(statistics.median(each["run"] for each in rounds), 2),
        "ratio": round(statistics.median(each["run"] / each["identity"] for each in rounds), 3),
        "ratio_at_most": AT_MOST,
        "score_with_features_and_reasons_us": round(statistics.median(each["score"] for each in rounds), 2),
        "open_and_first_score_ms": round(first * 1000, 1),
        "parity": parity["probability"],
        "parity_one_at_a_time": parity["probability_one_at_a_time"],
        "parity_within": PARITY_WITHIN,
        "parity_rows": parity["rows"],
    }


def _session(content):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _microseconds(call):
    began = time.perf_counter()
    for _ in range(RUNS):
        call()
    return (time.perf_counter() - began) / RUNS * 1e6


if __name__ == "__main__":
    for label, figure in measure().items():
        print(f"{label:36} {figure}")
