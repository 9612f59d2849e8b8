"""python -m models.train: make both heads, or study the recipe on public data."""

import argparse
import sys
from datetime import date
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(prog="python -m models.train", description=__doc__)
    parser.add_argument("task", nargs="?", choices=("train", "study"), default="train")
    parser.add_argument("--date", default=None, help="ISO date, last part of the files' names; else today")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--world", default="A", help="which simulated world to learn from")
    parser.add_argument("--out", type=Path, default=MODELS, help="folder to write to")
    parser.add_argument("--data", type=Path, default=Path("data"), help="study: folder of the public tables")
    given = parser.parse_args()
    if given.task == "study":
        from models.train.study import study

        return study(given.data, seed=given.seed)
    created = (date.fromisoformat(given.date) if given.date else date.today()).isoformat()
    from chalicelib.registry import collect
    from models.train import figures, parity, recipe, worlds

    known = collect(worlds, "WORLD")
    if given.world not in known:
        parser.error(f"there is no world {given.world}; known: {', '.join(known)}")
    try:
        recipe.train(world=known[given.world], created=created, seed=given.seed, folder=given.out)
    except (figures.Refused, parity.NotExact) as error:
        print(f"refused, nothing written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
