"""python -m models.train: make both heads, learn one anew from a log, or study the recipe on public data."""

import argparse
import sys
from datetime import date
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1]
HOUSE = MODELS.parent


def train(given, created):
    from chalicelib.registry import collect
    from models.train import page, recipe, worlds

    known = collect(worlds, "WORLD")
    if given.world not in known:
        print(f"there is no world {given.world}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    recipe.train(world=known[given.world], created=created, seed=given.seed, folder=given.out)
    if given.out == MODELS:
        page.make(HOUSE)
    return 0


def from_export(given, created):
    from models.train.relearn import relearn

    relearn(
        given.data, created=created, seed=given.seed, out=given.out, creditor=given.creditor, since=given.since
    )
    return 0


def study(given, _):
    from models.train import page, public
    from models.train.study import study

    record, drawn = HOUSE / page.FIGURES, HOUSE / page.PICTURES
    failed = study(given.data, seed=given.seed, record=record, pictures=drawn)
    if any((given.data / file).is_file() for file in public.FILES):
        page.make(HOUSE)
    return failed


def card(_, __):
    from models.train import page

    page.make(HOUSE)
    return 0


TASKS = {"train": train, "from-export": from_export, "study": study, "page": card}


def main():
    parser = argparse.ArgumentParser(prog="python -m models.train", description=__doc__)
    parser.add_argument("task", nargs="?", choices=TASKS, default="train")
    parser.add_argument("--date", default=None, help="ISO date, last part of the files' names; else today")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--world", default="A", help="train: which simulated world to learn from")
    parser.add_argument("--out", type=Path, default=MODELS, help="train, from-export: folder to write to")
    parser.add_argument(
        "--data", type=Path, default=Path("data"), help="study: the public tables; from-export: the exports"
    )
    parser.add_argument("--creditor", default=None, help="from-export: whose log, where there are several")
    parser.add_argument("--since", type=date.fromisoformat, default=None, help="from-export: no day before it")
    given = parser.parse_args()
    created = (date.fromisoformat(given.date) if given.date else date.today()).isoformat()
    from models.train.figures import Refused
    from models.train.parity import NotExact

    try:
        return TASKS[given.task](given, created)
    except (Refused, NotExact) as error:
        print(f"refused, nothing written: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
