"""The same recipe on people who exist: what its honesty costs beside strong peers, and whom it misses.

`make study DATA=<folder>` prints it and draws docs/model/groups.svg; public.py describes the tables. Without
them one line says so. A forbidden column is never fitted; it says afterwards whom a model finds and whom not.
"""

import json
import warnings

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from models.train import estimators, export, figures, fit, public
from models.train.parity import gate_parity

FOLDS = 5
# The last fifth of the calls, and what another place for the cut would have said.
CUT, CUTS = 0.8, (0.6, 0.7, 0.8, 0.9)
WITHIN, ECE_AT_MOST, BIAS_BELOW, NAIVE_ABOVE = 0.01, 0.03, 0.003, 0.01
OURS = "this recipe"
LOGS = 200
PARITY_ROWS = 1_000
ACTIVE_MONTHS = 4
FEWEST = 50  # a group with fewer cases than that says nothing


def measure(folder, *, seed=2026):
    """Every figure of the study, or None (and one line) when no table lies in the folder.

    {"uci_default": {"auc", "auc_lightgbm", "ece", ...}, "bank_by_time": {...}, "hillstrom": {"naive", "ips",
    "snips", "dr": the bias of each, ...}}; a table that is missing has no entry. All figures are of rows that were
    not learnt from.
    """
    parts = (
        ("uci_default", public.UCI, _uci),
        ("bank_by_time", public.BANK, _bank),
        ("hillstrom", public.HILLSTROM, _hillstrom),
    )
    if not any((folder / file).is_file() for file in public.FILES):
        print(f"study skipped: none of {', '.join(public.FILES)} in {folder}; make study DATA=<their folder>")
        return None
    found = {}
    for place, (key, file, measured) in enumerate(parts, start=1):
        if (folder / file).is_file():
            print(f"[{place}/{len(parts)}] {file}", flush=True)
            # Threads wait for one another wherever others work on the machine too; one is never much slower.
            with threadpool_limits(1):
                found[key] = measured(folder / file, seed)
        else:
            print(f"study: no {file} in {folder}, so nothing is said of it")
    return found


def study(folder, *, seed, record=None, pictures=None):
    """Measure, print the table, and say what holds; 0 when all of it does, or when there is no table.

    record: a file of figures whose key "public" is replaced. pictures: the folder groups.svg is drawn into.
    """
    found = measure(folder, seed=seed)
    if found is None:
        return 0
    for key in ("uci_default", "bank_by_time"):
        if key in found:
            _tell(key, found[key])
    if "hillstrom" in found:
        _tell_estimators(found["hillstrom"])
    if record is not None:
        write_public(record, found)
    if pictures is not None and "uci_default" in found:
        from models.train import plots

        pictures.mkdir(parents=True, exist_ok=True)
        plots.write(pictures / "groups.svg", plots.groups(found["uci_default"]["found"]))
    missed = [line for line, holds in promises(found).items() if not holds]
    print("\n" + ("all of it holds" if not missed else "does not hold: " + "; ".join(missed)))
    return 1 if missed else 0


def write_public(record, found):
    """Put the study's figures into the file of figures, beside what others wrote there."""
    before = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    text = json.dumps({**before, "public": found}, indent=1, ensure_ascii=False)
    record.write_text(text + "\n", encoding="utf-8")


def promises(found):
    """{what is promised of these figures: whether it holds}, for the tables that were there."""
    held = {}
    for key in ("uci_default", "bank_by_time"):
        if key in found:
            one = found[key]
            held[f"{key}: AUC at least LightGBM's - {WITHIN}"] = one["auc"] >= one["auc_lightgbm"] - WITHIN
    if "uci_default" in found:
        held[f"uci_default: ECE <= {ECE_AT_MOST}"] = found["uci_default"]["ece"] <= ECE_AT_MOST
    if "hillstrom" in found:
        bias = found["hillstrom"]
        held |= {
            f"hillstrom: |bias| of {n} < {BIAS_BELOW}": abs(bias[n]) < BIAS_BELOW for n in ("ips", "snips", "dr")
        }
        held[f"hillstrom: naive off by more than {NAIVE_ABOVE}"] = abs(bias["naive"]) > NAIVE_ABOVE
    return held


def _uci(path, seed):
    """Five folds, rows alike in every column on one side; each row is judged by a model that has not seen it."""
    people = public.uci(path)
    guesses, worst = {}, 0.0
    for learn, held in GroupKFold(FOLDS).split(people.rows, groups=people.alike):
        said, parity = _fitted(people, learn, held, seed)
        worst = max(worst, parity)
        for label, guess in said.items():
            guesses.setdefault(label, np.empty(len(people.rows)))[held] = guess
    # Over all folds the base rate is one number, as it is for whoever knows nothing else.
    guesses["base_rate"] = np.full(len(people.rows), people.outcome.mean())
    return _figures(people, np.arange(len(people.rows)), guesses, worst)


def _bank(path, seed):
    """Learnt from the earlier calls, judged on the later ones: what was sold and to whom changed in between."""
    people = public.bank(path)
    order = np.arange(len(people.rows))
    by_cut = {}
    for share in CUTS:
        learn, held = np.split(order, [int(share * len(order))])
        said, worst = _fitted(people, learn, held, seed, with_peers=share == CUT)
        one = _figures(people, held, said, worst)
        by_cut[str(share)] = {name: one[name] for name in ("auc", "auc_lightgbm", "ece")}
        if share == CUT:
            chosen = one
    return {**chosen, "judged_on": f"the last {1 - CUT:.0%} of the calls", "by_cut": by_cut}


def _fitted(people, learn, held, seed, *, with_peers=True):
    """({label: guesses for the held rows}, the parity of the recipe's file)."""
    rows, outcome = people.rows[learn], people.outcome[learn]
    model = fit.additive(people.names, people.directions, rows, outcome, seed=seed)
    terms, intercept = export.terms_of(model, people.names)
    export.gate_directions(terms, people.directions)
    blob = export.to_onnx(terms, intercept, name="study")
    said = {
        OURS: model.predict_proba(people.rows[held])[:, 1],
        "lightgbm": _lightgbm(rows, outcome, people.rows[held], seed),
        **(fit.peers(rows, outcome, people.rows[held], seed=seed) if with_peers else {}),
    }
    return said, gate_parity(blob, terms, intercept, people.rows[held][:PARITY_ROWS], model)["probability"]


def _lightgbm(rows, outcome, held, seed):
    """The strongest peer, as it did best on the first of the tables."""
    model = LGBMClassifier(
        n_estimators=300,
        learning_rate=0.03,
        num_leaves=15,
        min_child_samples=50,
        colsample_bytree=0.7,
        subsample=0.8,
        subsample_freq=1,
        random_state=seed,
        n_jobs=1,
        verbose=-1,
    )
    with warnings.catch_warnings():
        # It is asked with plain arrays and warns that they bear no names.
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(rows, outcome).predict_proba(held)[:, 1]


def _figures(people, held, guesses, parity):
    outcome = people.outcome[held]
    measured = {label: figures.figures(outcome, guess) for label, guess in guesses.items()}
    apart = {grouping: labels[held] for grouping, labels in people.apart.items()}
    return {
        **measured[OURS],
        "auc_lightgbm": measured["lightgbm"]["auc"],
        "source": people.source,
        "rows": len(held),
        "peers": {label: row for label, row in measured.items() if label != OURS},
        "found": found_by_group(outcome, guesses[OURS], apart),
        "found_by_lightgbm": found_by_group(outcome, guesses["lightgbm"], apart),
        "parity": parity,
    }


def found_by_group(outcome, guess, apart):
    """{grouping: {group: {"share", "of", "half"}}}: of the cases in a group, which share the model picks out.

    It picks as many as there are cases, those it thinks likeliest. half: half of the share's 95 % interval.
    """
    picked = np.zeros(len(guess), dtype=bool)
    picked[np.argsort(-guess, kind="stable")[: int(outcome.sum())]] = True
    found = {}
    for grouping, labels in apart.items():
        for label in sorted(set(labels), key=_in_order):
            cases = (labels == label) & (outcome == 1)
            of = int(cases.sum())
            if of >= FEWEST:
                share = float(picked[cases].mean())
                half = estimators.TWO_SIDED_95 * (share * (1 - share) / of) ** 0.5
                one = {"share": round(share, 3), "of": of, "half": round(half, 3)}
                found.setdefault(grouping, {})[str(label)] = one
    return found


def _in_order(label):
    """By name, the youngest before the others."""
    return not label.startswith("under "), label


def _hillstrom(path, seed):
    """How far each estimator is off, on average over logs drawn from a trial in which everything was by lot.

    Those who had bought lately get what the policy would send them mostly, all others seldom; as they come anyway,
    whoever does not weigh takes that for the policy's doing. The truth is what those did who got it by lot.
    """
    trial = public.hillstrom(path)
    arms = len(public.ARMS)
    would = np.where(trial.rows[:, trial.names.index("by_web")] == 1, 1, 2)
    active = trial.rows[:, trial.names.index("recency")] <= ACTIVE_MONTHS
    logging = np.full((len(would), arms), 0.1)
    logging[~active] = 0.45
    logging[np.arange(len(would)), would] = np.where(active, 0.8, 0.1)
    taken_with = logging[np.arange(len(would)), trial.arm]
    truth = float(trial.visited[trial.arm == would].mean())
    rng = np.random.default_rng(seed)
    off, within, sizes = {}, {}, []
    for _ in range(LOGS):
        # Each arm was by lot, so to keep a row with a chance that goes by its propensity makes a log of just that.
        log = rng.random(len(would)) < taken_with / logging.max()
        sizes.append(int(log.sum()))
        for name, estimate in _estimates(trial, would, log, taken_with, seed).items():
            off.setdefault(name, []).append(estimate.value - truth)
            within.setdefault(name, []).append(estimate.holds(truth))
    return {
        **{name: round(float(np.mean(errors)), 5) for name, errors in off.items()},
        "spread": {name: round(float(np.std(errors)), 5) for name, errors in off.items()},
        "interval_holds": {name: round(float(np.mean(held)), 3) for name, held in within.items()},
        "truth": round(truth, 5),
        "logs": LOGS,
        "rows": round(float(np.mean(sizes))),
        "source": trial.source,
    }


def _estimates(trial, would, log, taken_with, seed):
    outcome, arm, would = trial.visited[log], trial.arm[log], would[log]
    given = outcome, (arm == would).astype(float), taken_with[log]
    said = estimators.crossed(trial.rows[log], arm, len(public.ARMS), outcome, seed=seed)
    row = np.arange(len(arm))
    return {
        "naive": estimators.naive(*given),
        "ips": estimators.ips(*given),
        "snips": estimators.snips(*given),
        "dr": estimators.doubly_robust(*given, taken=said[row, arm], expected=said[row, would]),
    }


def _tell(key, one):
    print(f"\n{key}: {one['source']}; {one['rows']} rows judged, {one.get('judged_on', f'{FOLDS} folds')}")
    print(f"{'':14} {'AUC':>7} {'ECE':>7} {'Brier':>7} {'slope':>7}")
    for label, row in {OURS: one, **one["peers"]}.items():
        shown = [
            f"{row[name]:7.4f}" if row[name] is not None else f"{'':7}"
            for name in ("auc", "ece", "brier", "slope")
        ]
        print(f"{label:14} {' '.join(shown)}")
    for cut, row in one.get("by_cut", {}).items():
        print(f"cut at {cut}: AUC {row['auc']:.4f}, LightGBM {row['auc_lightgbm']:.4f}")
    print("found of the cases:")
    for grouping, groups in one["found"].items():
        beside = one["found_by_lightgbm"][grouping]
        said = [f"{name} {row['share']:.3f} ({beside[name]['share']:.3f})" for name, row in groups.items()]
        print(f"  {grouping:10} {', '.join(said)}")
    print(f"(in brackets LightGBM) parity of the exported files, at worst {one['parity']:.1e}")


def _tell_estimators(one):
    print(f"\nhillstrom: {one['source']}; {one['logs']} logs of some {one['rows']} rows, truth {one['truth']:.4f}")
    print(f"{'':14} {'bias':>8} {'spread':>8}  interval holds the truth")
    for name in one["spread"]:
        print(f"{name:14} {one[name]:8.4f} {one['spread'][name]:8.4f}  {one['interval_holds'][name]:.1%}")
