"""The recipe, step by step: draw, fit, gate, export, gate again, and only then write."""

import platform
import time
from importlib.metadata import version

import numpy as np

from chalicelib.domain.features import FEATURES
from models.train import export, figures, fit, reference
from models.train.card import card_of, write_card
from models.train.parity import gate_parity
from models.train.simulate import HORIZON_DAYS, draw

TRAIN_CLAIMS, HELD_CLAIMS = 30_000, 20_000


class Progress:
    """Says what is being done and how long each step took."""

    def __init__(self, steps):
        self.steps, self.done, self.since = steps, 0, time.perf_counter()

    def __call__(self, text):
        self.done += 1
        print(f"[{self.done}/{self.steps}] {time.perf_counter() - self.since:5.1f} s  {text}", flush=True)


def train(*, world, name, created, seed, folder):
    """Train on `seed`, judge on claims of `seed` + 1, and write model and card; returns the model's path.

    Raises figures.Refused or parity.NotExact, and writes nothing, when a gate is not passed.
    """
    say = Progress(6)
    names = [feature.name for feature in FEATURES]
    directions = [feature.direction for feature in FEATURES]
    say(f"world {world.key}: drawing {TRAIN_CLAIMS} claims to learn from, {HELD_CLAIMS} to judge by")
    learn, held = draw(world, TRAIN_CLAIMS, seed), draw(world, HELD_CLAIMS, seed + 1)
    say(f"fitting {len(names)} features ({learn.paid.mean():.1%} paid untouched)")
    model = fit.additive(names, directions, learn.rows, learn.paid, seed=seed)
    terms, intercept = export.terms_of(model, names)
    export.gate_directions(terms, directions)
    say("fitting its peers on the same claims")
    others = fit.peers(learn.rows, learn.paid, held.rows, seed=seed)
    say("exporting, and holding the file against 64-bit arithmetic")
    blob = export.to_onnx(terms, intercept, name=name)
    parity = gate_parity(blob, terms, intercept, held.rows[:5000], model)
    say("judging on claims it has not seen")
    answers = np.array([reference.probability(terms, intercept, row) for row in held.rows.tolist()])
    measured = figures.figures(held.paid, answers)
    figures.gate_slope(measured["slope"])
    card = card_of(
        name=name,
        created=created,
        blob=blob,
        terms=terms,
        intercept=intercept,
        features=FEATURES,
        horizon=HORIZON_DAYS,
        data=_data(learn, held),
        figures={
            **measured,
            "peers": {peer: figures.figures(held.paid, guess) for peer, guess in others.items()},
            "ceiling": {
                "means": "the simulator's own probability, which no observer has",
                **figures.figures(held.paid, held.truth),
            },
        },
        parity=parity,
        versions=_versions(),
    )
    path = folder / f"{name}-{created}.onnx"
    path.write_bytes(blob)
    write_card(path.with_suffix(".json"), card)
    say(f"wrote {path.name}, {len(blob) / 1024:.0f} KiB, and its card")
    _table(card)
    return path


def _data(learn, held):
    return {
        "kind": "simulated",
        "world": learn.world,
        "learnt_from": {"claims": len(learn.paid), "seed": learn.seed, "paid": round(learn.paid.mean(), 4)},
        "judged_by": {"claims": len(held.paid), "seed": held.seed, "paid": round(held.paid.mean(), 4)},
    }


def _versions():
    packages = ("interpret-core", "onnx", "onnxruntime", "scikit-learn", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def _table(card):
    rows = {"this model": card["figures"], **card["figures"]["peers"], "ceiling": card["figures"]["ceiling"]}
    print(f"\n{'':14} {'AUC':>7} {'ECE':>7} {'Brier':>7} {'slope':>7}")
    for label, row in rows.items():
        slope = "" if row["slope"] is None else f"{row['slope']:.3f}"
        print(f"{label:14} {row['auc']:7.4f} {row['ece']:7.4f} {row['brier']:7.4f} {slope:>7}")
    print(f"parity {card['parity']['probability']:.1e} over {card['parity']['rows']} rows")
