"""The recipe, step by step: draw, fit, gate, export, gate again, and only then write both heads."""

import platform
import time
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from chalicelib.domain.features import FEATURES
from chalicelib.domain.response import HORIZON_DAYS, RESPONSE
from models.train import export, figures, fit, guard
from models.train.card import card_of, expected_of, write_card
from models.train.debtors import debtors_of
from models.train.export import head_of
from models.train.heads import Head
from models.train.log import earlier_priors, write_log
from models.train.parity import gate_parity
from models.train.policies import Explorer
from models.train.simulate import draw

PAYS, RESPONDS = "pays28", "responds28"
TRAIN_CLAIMS, HELD_CLAIMS = 30_000, 20_000
# Debtors asked by lot for the log the second head learns from; one in seven by the ladder.
TRAIN_DEBTORS, HELD_DEBTORS, HELD_OUT = 40_000, 15_000, 0.15
LARGEST = 64 * 1024
# What the house itself brings about, by the arm it takes and by when and how often it writes, and the line of
# business, which is the creditor's: how these are spread says nothing of the debtors.
BY_ARM = ("arm", "way_answers", "hour_acts", "way_sent")
STEERED = (*BY_ARM, "recent", "days_quiet", "sector")
_ARM = [feature.name for feature in RESPONSE].index("arm")
_OWN_COLUMNS = [place for place, feature in enumerate(RESPONSE) if feature.name in BY_ARM]
_PARITY_ROWS, _NOISE_ROWS = 5_000, 4_000


class Progress:
    """Says what is being done and how long each step took."""

    def __init__(self, steps):
        self.steps, self.done, self.since = steps, 0, time.perf_counter()

    def __call__(self, text):
        self.done += 1
        print(f"[{self.done}/{self.steps}] {time.perf_counter() - self.since:5.1f} s  {text}", flush=True)


@dataclass(frozen=True)
class Fitted:
    """One head that passed every gate, with what its card says of it. noise: None where no arms are compared."""

    name: str
    features: tuple
    head: Head
    blob: bytes
    figures: dict
    parity: dict
    expected: dict
    noise: float | None = None


def train(*, world, created, seed, folder):
    """Train both heads on `seed`, judge on other seeds, and write files and cards; returns their paths.

    Raises figures.Refused or parity.NotExact, and writes nothing, when a gate is not passed.
    """
    say = Progress(6)
    say(f"world {world.key}: drawing {TRAIN_CLAIMS} claims that nobody asks for, {HELD_CLAIMS} to judge by")
    learn, held = draw(world, TRAIN_CLAIMS, seed), draw(world, HELD_CLAIMS, seed + 1)
    say(f"{PAYS}: fitting {len(FEATURES)} features ({learn.paid.mean():.1%} paid untouched), and its peers")
    pays = train_untouched(learn, held, seed=seed)
    say(f"asking {TRAIN_DEBTORS} debtors by friendly arms drawn by lot, {HELD_DEBTORS} to judge by")
    debtors = debtors_of(world, TRAIN_DEBTORS, seed)
    priors = earlier_priors(debtors)
    log = write_log(debtors, Explorer(), pays.head, priors, held_out=HELD_OUT)
    judged = write_log(debtors_of(world, HELD_DEBTORS, seed + 1), Explorer(), pays.head, priors, held_out=HELD_OUT)
    say(f"{RESPONDS}: fitting {len(RESPONSE)} features on {len(log.decisions)} messages, and its peers")
    responds = train_response(log.decisions, seed=seed, judged=judged.decisions, truth=judged.truth)
    say("writing files and cards")
    paths = [
        write(pays, created=created, folder=folder, data=_data(learn, held), pair=RESPONDS),
        write(
            responds,
            created=created,
            folder=folder,
            data=_data_of_log(log, judged, world, seed),
            pair=PAYS,
            priors=priors,
        ),
    ]
    say(f"wrote {' and '.join(path.name for path in paths)}")
    for one in (pays, responds):
        table(one)
    return paths


def train_untouched(learn, held, *, seed, bags=8, peers=True):
    """Head 1, p(pays within the horizon | no contact), from simulated claims that nobody wrote about."""
    return _train(
        PAYS,
        FEATURES,
        learn.rows,
        learn.paid,
        held.rows,
        held.paid,
        seed=seed,
        truth=held.truth,
        bags=bags,
        peers=peers,
    )


def train_response(decisions, *, seed=2026, judged=None, truth=None, bags=8, peers=True):
    """Head 2, p(pays within the horizon | arm), from a log of decisions, simulated or a creditor's own.

    judged: decisions it is judged by; without them three claims in ten are kept apart for that, whole claims, so
    that no debtor is learnt from and judged by. truth: their true probabilities, where a simulator knows them.
    Raises figures.Refused or parity.NotExact; a log in which anything is known too early is refused as guard.Leak.
    """
    guard.refuse_leaks(decisions)
    if judged is None:
        claims = np.unique(decisions.claim)
        kept = np.random.default_rng(seed).permutation(claims)[: int(0.3 * len(claims))]
        apart = np.isin(decisions.claim, kept)
        decisions, judged = decisions.where(~apart), decisions.where(apart)
    fitted = _train(
        RESPONDS,
        RESPONSE,
        decisions.response_rows,
        decisions.paid,
        judged.response_rows,
        judged.paid,
        seed=seed,
        truth=truth,
        bags=bags,
        peers=peers,
        steered=STEERED,
    )
    noise = noise_of(fitted.head, judged, seed)
    return Fitted(**{name: getattr(fitted, name) for name in Fitted.__dataclass_fields__} | {"noise": noise})


def _train(name, features, rows, paid, held_rows, held_paid, *, seed, truth, bags, peers, steered=()):
    """Fit, hold each feature to its direction, export, hold the file against 64 bits, judge on what is unseen."""
    names, directions = [feature.name for feature in features], [feature.direction for feature in features]
    model = fit.additive(names, directions, rows, paid, seed=seed, bags=bags)
    head = head_of(model, names)
    export.gate_directions(head.terms, directions)
    blob = export.to_onnx(head.terms, head.intercept, name=name)
    if len(blob) >= LARGEST:
        raise figures.Refused(f"{name} has {len(blob)} bytes, {LARGEST} is the most")
    parity = gate_parity(blob, head.terms, head.intercept, held_rows[:_PARITY_ROWS], model)
    measured = figures.figures(held_paid, head.ask(held_rows))
    figures.gate_slope(measured["slope"])
    if peers:
        others = fit.peers(rows, paid, held_rows, seed=seed)
        measured["peers"] = {peer: figures.figures(held_paid, guess) for peer, guess in others.items()}
    if truth is not None:
        means = "the simulator's own probability, which no observer has"
        measured["ceiling"] = {"means": means, **figures.figures(held_paid, truth)}
    expected = expected_of(features, rows, steered)
    return Fitted(name, tuple(features), head, blob, measured, parity, expected)


def noise_of(head, decisions, seed):
    """The difference in probability between two arms that the model cannot tell apart.

    One standard deviation, over the bags the model is the mean of, of the difference between the arm taken and
    another one for the same debtor. What belongs to the other arm (how this debtor answers by it) is not in a log
    of what was taken, so it is lent from another debtor who was sent it.
    """
    rng = np.random.default_rng([seed, 4])
    rows = decisions.response_rows
    if len(rows) > _NOISE_ROWS:
        rows = rows[rng.choice(len(rows), _NOISE_ROWS, replace=False)]
    spreads = []
    for other in np.unique(rows[:, _ARM]):
        lenders = rows[rows[:, _ARM] == other]
        mine = rows[rows[:, _ARM] != other]
        if len(mine):
            theirs = mine.copy()
            theirs[:, _OWN_COLUMNS] = lenders[rng.integers(0, len(lenders), len(mine))][:, _OWN_COLUMNS]
            spreads.append((head.ask_bags(theirs) - head.ask_bags(mine)).std(axis=0, ddof=1))
    return round(float(np.sqrt(np.mean(np.concatenate(spreads) ** 2))), 5) if spreads else 0.0


def write(fitted, *, created, folder, data, pair, priors=None):
    """Write one head and its card; returns the file's path. pair: the name of the head it belongs with."""
    more = {"pair": f"{pair}-{created}"}
    if fitted.noise is not None:
        more |= {"noise": fitted.noise, "priors": priors, "steered": list(STEERED)}
    card = card_of(fitted, created=created, data=data, versions=versions(), horizon=HORIZON_DAYS, more=more)
    path = folder / f"{fitted.name}-{created}.onnx"
    path.write_bytes(fitted.blob)
    write_card(path.with_suffix(".json"), card)
    return path


def _data(learn, held):
    return {
        "kind": "simulated",
        "world": learn.world,
        "learnt_from": {"claims": len(learn.paid), "seed": learn.seed, "paid": round(learn.paid.mean(), 4)},
        "judged_by": {"claims": len(held.paid), "seed": held.seed, "paid": round(held.paid.mean(), 4)},
    }


def _data_of_log(log, judged, world, seed):
    def told(one, debtors, from_seed):
        found = one.decisions
        return {
            "debtors": debtors,
            "messages": len(found),
            "held_out": round(float(found.held_out.mean()), 4),
            "seed": from_seed,
            "paid": round(float(found.paid.mean()), 4),
        }

    return {
        "kind": "simulated",
        "world": world.key,
        "learnt_from": told(log, TRAIN_DEBTORS, seed),
        "judged_by": told(judged, HELD_DEBTORS, seed + 1),
    }


def versions():
    """Which packages made it."""
    packages = ("interpret-core", "onnx", "onnxruntime", "scikit-learn", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def table(fitted):
    """One head's figures beside its peers' and, where a simulator knows it, the best that could be."""
    ceiling = {"ceiling": fitted.figures["ceiling"]} if "ceiling" in fitted.figures else {}
    rows = {"this model": fitted.figures, **fitted.figures.get("peers", {}), **ceiling}
    print(f"\n{fitted.name:14} {'AUC':>7} {'ECE':>7} {'Brier':>7} {'slope':>7}")
    for label, row in rows.items():
        slope = "" if row["slope"] is None else f"{row['slope']:.3f}"
        print(f"{label:14} {row['auc']:7.4f} {row['ece']:7.4f} {row['brier']:7.4f} {slope:>7}")
    print(f"{len(fitted.blob)} bytes, parity {fitted.parity['probability']:.1e} over {fitted.parity['rows']} rows")
    if fitted.noise is not None:
        print(f"noise {fitted.noise:.4f}")
