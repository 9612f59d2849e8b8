"""Draws the model card's pictures anew from the files that ship: their terms, over people they have not seen.

Only of heads that learnt from a simulated world; of a creditor's own log nothing is drawn.
"""

import json
from dataclasses import dataclass, replace

import numpy as np

from chalicelib.adapters.onnx.scorer import newest_model
from chalicelib.domain.drift import MOST_PSI, Usual, psi
from chalicelib.domain.features import FEATURES, MOST_MINOR_UNITS
from chalicelib.domain.response import RESPONSE
from chalicelib.registry import collect
from models.train import plots, reference, worlds
from models.train.debtors import COLUMN, Asking, debtors_of
from models.train.heads import Head, response_rows
from models.train.log import write_log
from models.train.policies import ARMS, Explorer
from models.train.simulate import draw
from models.train.ways import FRIENDLY

PEOPLE, ASKED = 20_000, 120_000
WEEKS, DRIFT_FROM, A_WEEK = 26, 14, 400
PAYS, RESPONDS = "pays28", "responds28"
_WEIGHED = 5_000


@dataclass(frozen=True)
class Shipped:
    """A head as it ships: its card, and its terms to ask it by in 64 bits."""

    card: dict
    head: Head

    @classmethod
    def newest(cls, models, name):
        card = json.loads(newest_model(models, name).with_suffix(".json").read_text(encoding="utf-8"))
        return cls(card, Head(tuple(card["terms"]), card["baseline"]))

    def weights(self, features, rows):
        """{feature: mean |contribution| in log-odds} over these rows."""
        given = np.abs([reference.contributions(self.head.terms, row) for row in rows[:_WEIGHED].tolist()])
        return dict(zip((feature.name for feature in features), given.mean(axis=0).tolist(), strict=True))


def draw_all(models, folder, *, people=PEOPLE, asked=ASKED):
    """Draw reliability, reasons, uplift and drift into `folder`; returns their paths.

    models: where the heads lie. people, asked: how many claims and debtors are drawn; fewer is faster and coarser.
    """
    pays, responds = Shipped.newest(models, PAYS), Shipped.newest(models, RESPONDS)
    data = responds.card["data"]
    world, seed = collect(worlds, "WORLD")[data["world"]], data["judged_by"]["seed"]
    held = draw(world, people, seed)
    debtors = debtors_of(world, asked, seed)
    log = write_log(debtors, Explorer(), pays.head, responds.card["priors"]).decisions
    said = {
        f"{PAYS}, nobody writes": (held.paid, pays.head.ask(held.rows)),
        f"{RESPONDS}, after a message": (log.paid, responds.head.ask(log.response_rows)),
    }
    weighed = {
        f"{PAYS}: paid if nobody writes": pays.weights(FEATURES, held.rows),
        f"{RESPONDS}: paid after this arm": responds.weights(RESPONSE, log.response_rows),
    }
    deciles = plots.uplift_deciles(**gains(debtors, pays.head, responds))
    moved = drift(world, pays.head, responds)
    about = f"World {world.key}: the best friendly arm against one by lot; {len(debtors):,} first messages."
    weeks = [str(week + 1) for week in range(WEEKS)]
    told = f"PSI by week, {A_WEEK} claims each; from week {DRIFT_FROM + 1} on every claim is twice as large."
    return [
        plots.write(folder / "reliability.svg", plots.reliability(said)),
        plots.write(folder / "reasons.svg", plots.reasons(weighed)),
        plots.write(folder / "uplift.svg", plots.uplift(deciles, about=about)),
        plots.write(folder / "drift.svg", plots.drift(weeks, moved, bound=MOST_PSI, about=told)),
    ]


def gains(debtors, pays, responds):
    """What plots.uplift_deciles takes, of first messages: the best friendly arm against one by lot."""
    asking, every = Asking(debtors), np.arange(len(debtors))
    lots = np.random.default_rng([debtors.seed, 7]).random(len(debtors))
    taken = Explorer().take(asking, lots)
    rows = response_rows(asking, pays.ask(debtors.rows), responds.card["priors"], ARMS)
    answers = np.column_stack([responds.head.ask(rows[arm]) for arm in ARMS])
    friendly = asking.eligible & FRIENDLY[: len(ARMS)]
    best = np.where(friendly, answers, -1.0).argmax(axis=1)
    mean = np.where(friendly, answers, 0.0).sum(axis=1) / friendly.sum(axis=1)
    paid = asking.lots()[0] < asking.truth(taken.way)
    # One way only is no choice: there is nothing to gain.
    choice = friendly.sum(axis=1) > 1
    found = {
        "predicted": answers[every, best] - mean,
        "paid": paid.astype(float),
        "best": (taken.way == best).astype(float),
        "other": np.ones(len(debtors)),
        "propensity_best": taken.propensities[every, best],
        "propensity_other": np.ones(len(debtors)),
    }
    return {name: column[choice] for name, column in found.items()}


def drift(world, pays, responds):
    """{feature: [PSI a week]} of all messages, over half a year in which claims grow in the middle of it."""
    names = [feature.name for feature in RESPONSE]
    found = {name: [] for name in responds.card["expected"]}
    for week in range(WEEKS):
        debtors = debtors_of(world, A_WEEK, 90_000 + week)
        if week >= DRIFT_FROM:
            rows = debtors.rows.copy()
            rows[:, COLUMN["amount"]] = np.minimum(2 * rows[:, COLUMN["amount"]], MOST_MINOR_UNITS)
            debtors = replace(debtors, rows=rows, amount=2 * debtors.amount)
        rows = write_log(debtors, Explorer(), pays, responds.card["priors"]).decisions.response_rows
        for name, column in found.items():
            one = responds.card["expected"][name]
            usual = Usual(tuple(one["edges"]), tuple(one["shares"]), one["unknown"])
            column.append(psi(usual, usual.counts(rows[:, names.index(name)].tolist())))
    return found
