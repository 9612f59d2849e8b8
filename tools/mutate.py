"""Change the money's code a little, one place at a time, and see that a test notices: `make mutate`.

    .venv/bin/python tools/mutate.py [--only allocation]

What mutmut changes and which tests it asks stands in pyproject.toml. Prints how many changes of each module were
noticed, and fails when that is less than LEAST of them or when one went unnoticed that tests/mutants.toml does not
give a reason for.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MUTMUT = Path(sys.executable).with_name("mutmut")
WORK = ROOT / "mutants"
REASONS = ROOT / "tests" / "mutants.toml"
LEAST = 0.9
# What mutmut writes down for a change: the tests' exit code, or 33 where no test comes by at all.
UNNOTICED = {0, 33}


@dataclass(frozen=True)
class Mutant:
    """One change that nobody noticed: the function, its line as it was and as it became."""

    function: str
    was: str
    became: str


def results() -> dict[str, dict[str, int | None]]:
    """Module -> change -> exit code of the tests that were asked about it."""
    found = {}
    for path in sorted(WORK.rglob("*.py.meta")):
        codes = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        if codes:
            found[".".join(path.relative_to(WORK).with_suffix("").with_suffix("").parts)] = codes
    return found


def shown(name: str) -> Mutant:
    command = [str(MUTMUT), "show", name]
    diff = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    changed = [line for line in diff if not line.startswith(("---", "+++"))]
    was, became = (" ".join(line[1:].strip() for line in changed if line.startswith(sign)) for sign in "-+")
    module, _, function = name.partition("__mutmut_")[0].rpartition(".")
    return Mutant(f"{module}.{function.removeprefix('x_')}", was, became)


def reasons() -> dict[Mutant, str]:
    told = tomllib.loads(REASONS.read_text("utf-8")).get("mutant", [])
    return {Mutant(each["function"], each["was"], each["became"]): each["why"] for each in told}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--only", default="", help="a word of the module's name")
    only = asked.parse_args().only
    shutil.rmtree(WORK, ignore_errors=True)
    names = [f"chalicelib.domain.{only}*"] if only else []
    ran = subprocess.run([str(MUTMUT), "run", *names], cwd=ROOT, check=False)
    if ran.returncode:
        return ran.returncode
    known, failed, changes, noticed = reasons(), False, 0, 0
    met: Counter[Mutant] = Counter()
    for module, codes in results().items():
        judged = {name: code for name, code in codes.items() if code is not None}
        if not judged:
            continue
        left = [shown(name) for name, code in judged.items() if code in UNNOTICED]
        met.update(left)
        share = 1 - len(left) / len(judged)
        changes, noticed = changes + len(judged), noticed + len(judged) - len(left)
        failed |= share < LEAST
        print(f"{module}: {len(judged)} changes, {len(judged) - len(left)} noticed ({share:.1%})")
        for mutant in left:
            why = known.get(mutant)
            failed |= why is None
            print(
                f"  {mutant.function}\n    - {mutant.was}\n    + {mutant.became}\n    {why or 'NO REASON GIVEN'}"
            )
    stale = [mutant for mutant in known if mutant not in met] if not only else []
    for mutant in stale:
        print(f"noticed by now, or gone: {mutant.function}: {mutant.was}")
    print(f"{changes} changes, {noticed} noticed ({noticed / max(changes, 1):.1%})")
    return 1 if failed or stale else 0


if __name__ == "__main__":
    sys.exit(main())
