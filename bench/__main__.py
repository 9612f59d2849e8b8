"""Measure, and write results.json and RESULTS.md beside this file: `python -m bench`.

    python -m bench                 all rows
    python -m bench warm_page       the rows of one measurement, printed only
    python -m bench --quick         the same rows with few rounds: shape and sizes, no times to trust
    python -m bench --out FOLDER    write there

What the functions log goes to a file of the run; it is shown if the run fails.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from bench import figures, rows

HERE = Path(__file__).parent
NAMES = (
    "sizes",
    "first_response",
    "warm_page",
    "page_weight",
    "long_claim",
    "batch_rows",
    "bookings",
    "one_score",
    "one_contact",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("only", nargs="*", help=f"which of {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="few rounds: for the tests")
    parser.add_argument("--out", type=Path, help="where to write; needed to write less than all, or --quick")
    wanted = parser.parse_args()
    unknown = set(wanted.only) - set(NAMES)
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryFile("w+") as log:
        try:
            with redirect_stdout(log):
                found = measure(wanted.only or NAMES, quick=wanted.quick)
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read()[-4000:])
            raise
    print(rows.table(found))
    out = wanted.out or (None if wanted.only or wanted.quick else HERE)
    if out:
        rows.write(found, out)
    if out == HERE:
        figures.write_readme()
    failed = [row.name for row in found if row.holds is False]
    if failed:
        print(f"\nbeyond its bound: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed and not wanted.quick else 0


def measure(names: Sequence[str], *, quick: bool = False) -> list[rows.Row]:
    """The rows of these measurements, all in this one run."""
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "kulanz")
    from bench.ground import Ground

    found: list[rows.Row] = []
    with Ground() as ground:
        for name in names:
            began = time.monotonic()
            found += import_module(f"bench.{name}").measure(ground, quick=quick)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main())
