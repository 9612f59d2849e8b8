"""The same recipe on people who exist: a check that its honesty costs little beside the strongest peers.

Data: "Default of Credit Card Clients", UCI Machine Learning Repository no. 350, CC BY 4.0, as
uci_credit_default.csv with the columns ID, X1 to X23, Y. It is not part of the project: give its folder.
Sex, marital status and age (X2, X4, X5) are never features; sex is kept aside to see whom the model misses.
"""

import csv

import numpy as np
from sklearn.model_selection import GroupKFold

from models.train import export, figures, fit
from models.train.parity import gate_parity

TABLE = "uci_credit_default.csv"
SOURCE = "UCI Machine Learning Repository no. 350, CC BY 4.0"
NEVER = ("X2", "X4", "X5")
FOLDS = 5
# Later months of delay raise the risk of default; a higher limit and higher repayments lower it.
DIRECTIONS = {
    "X1": -1,
    **{f"X{place}": 1 for place in range(6, 12)},
    **{f"X{place}": -1 for place in range(18, 24)},
}


def study(folder, *, seed):
    """Five grouped folds of the recipe and its peers, as one table; without data, one line that says so."""
    path = folder / TABLE
    if not path.is_file():
        print(f"study skipped: no {TABLE} in {folder} ({SOURCE}); name its folder with --data")
        return 0
    names, rows, defaulted, everything, sex = _read(path)
    # Rows alike in every column are kept on one side, else the judging rows have been learnt from.
    groups = np.unique(everything, axis=0, return_inverse=True)[1].ravel()
    guesses, worst = {}, 0.0
    for fold, (learn, held) in enumerate(GroupKFold(FOLDS).split(rows, groups=groups), start=1):
        print(f"[{fold}/{FOLDS}] {len(learn)} rows to learn from, {len(held)} to judge by", flush=True)
        directions = [DIRECTIONS.get(name, 0) for name in names]
        model = fit.additive(names, directions, rows[learn], defaulted[learn], seed=seed)
        found = {"this recipe": model.predict_proba(rows[held])[:, 1]}
        found |= fit.peers(rows[learn], defaulted[learn], rows[held], seed=seed)
        for label, guess in found.items():
            if label != "base_rate":
                guesses.setdefault(label, np.empty(len(rows)))[held] = guess
        terms, intercept = export.terms_of(model, names)
        blob = export.to_onnx(terms, intercept, name="study")
        worst = max(worst, gate_parity(blob, terms, intercept, rows[held], model)["probability"])
    print(f"\n{SOURCE}: {len(rows)} rows, duplicates grouped, without {', '.join(NEVER)}")
    print(f"{'':14} {'AUC':>7} {'ECE':>7} {'Brier':>7} {'slope':>7}   found of those who defaulted: women, men")
    for label, guess in guesses.items():
        row = figures.figures(defaulted, guess)
        hits = guess >= np.quantile(guess, 1 - defaulted.mean())
        by_sex = ", ".join(f"{hits[(sex == group) & (defaulted == 1)].mean():.3f}" for group in (2, 1))
        shown = " ".join(f"{row[key]:7.4f}" for key in ("auc", "ece", "brier", "slope"))
        print(f"{label:14} {shown}   {by_sex}")
    print(f"parity of the exported files, at worst {worst:.1e}")
    return 0


def _read(path):
    """(names, rows without NEVER, outcome, all columns, sex) of the table."""
    with path.open(newline="") as file:
        records = list(csv.DictReader(file))
    every = [name for name in records[0] if name not in {"ID", "Y"}]
    everything = np.array([[float(record[name]) for name in every] for record in records])
    names = [name for name in every if name not in NEVER]
    rows = everything[:, [every.index(name) for name in names]]
    outcome = np.array([int(record["Y"]) for record in records])
    return names, rows, outcome, everything, everything[:, every.index("X2")]
