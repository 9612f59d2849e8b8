"""Count a claim's whole life on AWS and say what it costs: `python -m bench.life`, or `make cost`.

    python -m bench.life            count both lives, write counts.json and the README's lines
    python -m bench.life --short    count the short one and print it as JSON: for the test

Runs under libfaketime, so that months go by in seconds and the counts hang on no day.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import ROOT
from local.clock import as_faketime, library


def under_another_clock(arguments: list[str]) -> str:
    """What is counted where the time is that of the day on which the lives begin, as JSON."""
    from bench.life.story import BEGIN

    ahead = (BEGIN - datetime.now(UTC)).total_seconds()
    clock = {
        "LD_PRELOAD": str(library()),
        "FAKETIME": as_faketime(ahead),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryDirectory(prefix="kulanz-life-") as folder:
        counts = Path(folder) / "counts.json"
        command = [sys.executable, "-m", "bench.life", "--here", str(counts), *arguments]
        done = subprocess.run(
            command, env={**kept, **clock}, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
        )
        if done.returncode:
            sys.exit(done.stderr[-4000:])
        return counts.read_text("utf-8")


def counted_here(*, whole: bool) -> str:
    """The counts of one life, lived in this process, as JSON."""
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "kulanz")
    from bench.life.driver import Driver
    from bench.life.story import lived

    with tempfile.TemporaryDirectory(prefix="kulanz-life-") as folder:
        driver = Driver(Path(folder))
        try:
            return json.dumps(lived(driver, whole=whole), indent=1)
        finally:
            driver.close()


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.life", description=__doc__.partition("\n")[0])
    asked.add_argument("--short", action="store_true", help="the short life alone, printed as JSON")
    asked.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    wished = asked.parse_args()
    if wished.here:
        wished.here.write_text(counted_here(whole=not wished.short), "utf-8")
        return 0
    if wished.short:
        print(under_another_clock(["--short"]))
        return 0
    from bench.life import cost

    lives = {"whole": json.loads(under_another_clock([])), "short": json.loads(under_another_clock(["--short"]))}
    cost.write(lives)
    print(cost.table(lives["whole"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
