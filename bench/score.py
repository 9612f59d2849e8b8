"""One score beside an ONNX Identity of the same width, the floor of a run, and how exact the file is.

    python -m bench.score

Runs take turns, so that both see the same machine; the ratio is the median over the rounds.
"""

import json
import statistics
import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import onnxruntime

from chalicelib.adapters.onnx.scorer import RESPONDS, OnnxScorer, newest_model
from chalicelib.domain.arm import ARMS
from chalicelib.domain.features import ClaimFacts, History, features_of
from chalicelib.domain.habits import Habits, Segment
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.response import Asked, response_features_of
from models.train.parity import PARITY_WITHIN, gate_parity
from models.train.simulate import draw
from models.train.worlds.a import WORLD

AT_MOST = 2.0
SESSION_MS = 10.0
ROUNDS, RUNS = 21, 2_000
AS_OF = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HABITS = Habits({ChannelKind.EMAIL: 3}, {ChannelKind.EMAIL: 1}, {}, 1, NOW - timedelta(days=12))
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
    """Microseconds, ratios and parity of the first head, and of the second one under `responds`.

    `session_ms` is how long the runtime takes to open the file, at best: the machine beside it is noisy.
    """
    path = newest_model()
    card = _card(path)
    row = np.array([features_of(CLAIM, as_of=AS_OF)], dtype=np.float32)
    scorer = OnnxScorer(path)
    began = time.perf_counter()
    scorer.score(CLAIM, AS_OF)
    first = time.perf_counter() - began
    parity = gate_parity(path.read_bytes(), card["terms"], card["baseline"], draw(WORLD, 2_000, seed=99).rows)
    return {
        "model": card["version"],
        "bytes": card["bytes"],
        **_beside_the_floor(path, row, lambda: scorer.score(CLAIM, AS_OF), rounds),
        "ratio_at_most": AT_MOST,
        "session_ms": _session_ms(path),
        "session_ms_at_most": SESSION_MS,
        "open_and_first_score_ms": round(first * 1000, 1),
        "parity": parity["probability"],
        "parity_one_at_a_time": parity["probability_one_at_a_time"],
        "parity_within": PARITY_WITHIN,
        "parity_rows": parity["rows"],
        "responds": _responds(scorer, rounds),
    }


def _responds(scorer, rounds):
    """The same of the second head; one run answers for all six arms."""
    path = newest_model(head=RESPONDS)
    card = _card(path)
    score = scorer.score(CLAIM, AS_OF)
    asked = [Asked(CLAIM, HABITS, arm, Segment(), score.probability, NOW) for arm in ARMS]
    rows = np.array([response_features_of(one) for one in asked], dtype=np.float32)
    session = _session(path.read_bytes())
    found = _beside_the_floor(
        path, rows[:1], lambda: scorer.respond(score, CLAIM, HABITS, ARMS, NOW), rounds, name="choice"
    )
    together = statistics.median(_microseconds(lambda: session.run(None, {"features": rows})) for _ in range(5))
    return {
        "model": card["version"],
        "bytes": card["bytes"],
        **found,
        "six_arms_us": round(together, 2),
        "session_ms": _session_ms(path),
        "parity": card["parity"]["probability"],
    }


def _beside_the_floor(path, row, whole, rounds, name="score"):
    """One run of the file and of the floor, in turns, and the whole question with its features and reasons."""
    model, floor = _session(path.read_bytes()), _session(identity_model(row.shape[1]))
    calls = {
        "identity": lambda: floor.run(None, {"features": row}),
        "run": lambda: model.run(None, {"features": row}),
        "whole": whole,
    }
    taken = [{label: _microseconds(call) for label, call in calls.items()} for _ in range(rounds)]
    return {
        "identity_us": round(statistics.median(each["identity"] for each in taken), 2),
        "run_us": round(statistics.median(each["run"] for each in taken), 2),
        "ratio": round(statistics.median(each["run"] / each["identity"] for each in taken), 3),
        f"{name}_with_features_and_reasons_us": round(statistics.median(each["whole"] for each in taken), 2),
    }


def _session_ms(path):
    content, taken = path.read_bytes(), []
    for _ in range(9):
        began = time.perf_counter()
        _session(content)
        taken.append((time.perf_counter() - began) * 1000)
    return round(min(taken), 2)


def _card(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


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
