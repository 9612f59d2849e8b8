"""Does the model earn its place? Worlds, learning, and a year with a drift, measured and drawn.

    python -m models.train.evaluate                    all of it: bench/model.json and docs/model/*.svg
    python -m models.train.evaluate --data FOLDER      the public tables as well (models/train/study.py)

In each pair of seeds the learners learn from one and are judged on the other; the interval is over the pairs, so
it holds the luck of the log as well as that of the debtors. Progress is shown; a few minutes on two cores.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from chalicelib.registry import collect
from models.train import contest, page, pictures, plots, recipe, rounds, worlds, year
from models.train.simulate import draw

ROOT = Path(__file__).resolve().parents[2]
FIGURES, PICTURES = ROOT / "bench/model.json", ROOT / "docs/model"
WORKERS, LEARNERS = 2, 4


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m models.train.evaluate", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="folder of the public tables")
    parser.add_argument("--pairs", type=int, default=contest.PAIRS)
    parser.add_argument("--figures", type=Path, default=FIGURES, help="the file of figures to write into")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="the folder to draw into")
    given = parser.parse_args(argv)
    since = time.perf_counter()

    def say(line):
        print(f"{time.perf_counter() - since:6.1f} s  {line}", flush=True)

    known = collect(worlds, "WORLD")
    say(f"worlds {', '.join(known)}: first heads")
    pays = {key: first_head(world) for key, world in known.items()}
    say(f"{given.pairs} pairs of seeds a world, {LEARNERS} learners, a year")
    # Workers begin afresh: a copy of a process that has fitted something waits for threads it does not have.
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        a_year = pool.submit(year.run, known["A"], pays["A"])
        learning = [pool.submit(rounds.regret, known["A"], pays["A"], seed) for seed in range(1, LEARNERS + 1)]
        contests = {
            key: [pool.submit(contest.contest, world, pays[key], n) for n in range(given.pairs)]
            for key, world in known.items()
        }
        told = a_year.result()
        say("the year: " + ", ".join(f"{name} week {week}" for name, week in told.marks.items()))
        learnt = rounds_of([one.result() for one in learning])
        say(
            "regret: first to last round, "
            + ", ".join(f"{name} {one['mean'][0]:.2f} to {one['mean'][-1]:.2f}" for name, one in learnt.items())
        )
        found = {}
        for key, one in contests.items():
            found[key] = contest.summary([each.result() for each in one])
            say(f"world {key}: {line_of(found[key])}")
    figures = {"worlds": found, "regret": learnt, "year": told.marks, **of_the_files()}
    public = _public(given.data)
    write(given.figures, figures | ({"public": public} if public else {}))
    drawn = {"worlds": pictures.worlds(found), "regret": pictures.regret(learnt), "year": pictures.year(told)}
    for name, text in drawn.items():
        plots.write(given.pictures / f"{name}.svg", text)
    if (given.figures, given.pictures) == (FIGURES, PICTURES):
        page.make(ROOT)
    print(table(found))
    say(f"wrote {given.figures.name} and {', '.join(f'{name}.svg' for name in drawn)}")
    return 0 if earns_its_place(found) else 1


def first_head(world, *, size=recipe.TRAIN_CLAIMS, seed=2026):
    """The world's p(pays | no contact), which every policy of it is given."""
    held = draw(world, 5_000, seed + 1)
    return recipe.train_untouched(draw(world, size, seed), held, seed=seed, peers=False).head


def rounds_of(seeds):
    """For each policy the mean, lowest and highest regret of every round over the seeds."""
    found = {}
    for name in seeds[0]:
        every = np.array([one[name] for one in seeds])
        parts = {"mean": every.mean(axis=0), "lowest": every.min(axis=0), "highest": every.max(axis=0)}
        found[name] = {part: [round(float(value), 3) for value in values] for part, values in parts.items()}
    return found


def of_the_files():
    """What the shipped files answer: parity of both heads, and one score beside an ONNX Identity, in this run."""
    from bench import score

    measured = score.measure()
    return {
        "parity": max(measured["parity"], measured["parity_one_at_a_time"]),
        "score_over_identity": measured["ratio"],
        "model": measured["model"],
    }


def _public(folder):
    """The study's figures, where the tables are; else None."""
    if folder is None:
        return None
    from models.train import study

    return study.measure(folder)


def write(path, figures):
    """Into the file of figures, beside what others wrote there."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**before, **figures}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def line_of(row):
    difference = row["personalised_minus_cost_aware"]
    low, high = difference["interval"]
    return f"personalised - cost-aware {difference['mean']:+.3f} euro a claim [{low:+.3f}, {high:+.3f}]"


def table(found):
    """One line a world: what each policy is worth per claim, in euro."""
    lines = [
        f"\n{'world':6} {'ladder':>8} {'cost-aw.':>8} {'person.':>8} {'oracle':>8}   personalised - cost-aware"
    ]
    for key, row in found.items():
        worths = " ".join(f"{row[name]['net']:8.3f}" for name in contest.NAMES)
        difference = row["personalised_minus_cost_aware"]
        low, high = difference["interval"]
        lines.append(f"{key:6} {worths}   {difference['mean']:+.3f} [{low:+.3f}, {high:+.3f}]")
    return "\n".join(lines) + "\n"


def earns_its_place(found):
    """Above nought in A and B, and no better than nought where there is nothing to find."""
    low = {key: row["personalised_minus_cost_aware"]["interval"][0] for key, row in found.items()}
    null_low, null_high = found["null"]["personalised_minus_cost_aware"]["interval"]
    return low["A"] > 0 and low["B"] > 0 and null_low <= 0 <= null_high


if __name__ == "__main__":
    sys.exit(main())
