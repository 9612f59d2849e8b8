"""The command: run a seed, show how far it is, and end with the ledger's hash or the story of what broke."""

import argparse
import os
import sys

from .run import run
from .story import told


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--steps", type=int, default=100_000)
    asked.add_argument("--only", default="", help="only these steps, by number, with commas between")
    asked.add_argument("--counts", action="store_true", help="how often each kind of step happened")
    wish = asked.parse_args()
    only = {int(number) for number in wish.only.split(",")} if wish.only else None
    ran = run(wish.seed, wish.steps, only=only, progress=_progress, processes=os.cpu_count() or 1)
    if wish.counts:
        for name, count in sorted(ran.counts.items(), key=lambda pair: -pair[1]):
            print(f"{count:8d} {name}")
    if ran.failure:
        print(f"{ran.failure.law} ({ran.failure.where}): looking for a short story", file=sys.stderr, flush=True)
        print(told(wish.seed, wish.steps, ran.failure, only=only))
        return 1
    print(f"ledger {ran.hash}")
    return 0


def _progress(step: int, seconds: float) -> None:
    print(f"step {step:,} after {seconds:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
