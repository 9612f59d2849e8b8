"""The gate between a model and its file: the file answers as 64-bit arithmetic does, hard values included.

Needs numpy and onnxruntime only, so tests and the bench hold the shipped file to it as well.
"""

import numpy as np
import onnxruntime

from models.train import reference

PARITY_WITHIN = 1e-6


class NotExact(Exception):
    """A file or its terms could answer something else than the model that was fitted."""


def gate_parity(blob, terms, intercept, rows, model=None):
    """Hold the file against 64-bit arithmetic on ordinary and on hard rows; refuse beyond 1e-6.

    Both ways of asking are held to it, many rows at once and one at a time, which take different paths in
    the runtime. With `model`, the arithmetic itself is held against the fitted model too.
    """
    known = [column[~np.isnan(column)] for column in rows.T]
    typical = [float(round(np.median(column))) if len(column) else 0.0 for column in known]
    hard = reference.hard_rows(terms, typical)
    asked = np.vstack([np.array(hard), rows])
    exact = np.array([reference.probability(terms, intercept, row) for row in asked.tolist()])
    reasons = np.array([reference.contributions(terms, row) for row in asked.tolist()])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(blob, options, providers=["CPUExecutionProvider"])
    narrow = asked.astype(np.float32)
    together, contributions = session.run(None, {"features": narrow})
    alone = [session.run(None, {"features": narrow[i : i + 1]})[0][0, 0] for i in range(len(narrow))]
    found = {
        "rows": len(asked),
        "hard_rows": len(hard),
        "probability": float(np.abs(together[:, 0] - exact).max()),
        "probability_one_at_a_time": float(np.abs(np.array(alone) - exact).max()),
        "contribution": float(np.abs(contributions - reasons).max()),
    }
    if model is not None:
        found["arithmetic_against_fit"] = float(np.abs(model.predict_proba(rows)[:, 1] - exact[len(hard) :]).max())
    worst = max(value for key, value in found.items() if key not in {"rows", "hard_rows"})
    if not worst <= PARITY_WITHIN:
        raise NotExact(f"parity {worst:.1e} is beyond {PARITY_WITHIN}")
    return {**found, "within": PARITY_WITHIN}
