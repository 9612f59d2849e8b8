"""python -m tests.faults.machine [--record] [--only WORD] [--point SCENARIO/CALL/MODE]

Without words: every point of every scenario on two processes, then "N points, 0 broken". `--only` runs the
scenarios with this word in their name, `--point` one point alone. `--record` learns how many points there are,
scenario by scenario, and writes that down; a run that finds fewer than written fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

RECORD = Path(__file__).with_name("points.json")
PROCESSES = 2
MANY = 12


def recorded() -> dict[str, Any]:
    """By scenario: how many points it has, and which functions of actions it was seen to write by."""
    found: dict[str, Any] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return found


@contextmanager
def housed() -> Iterator[Any]:
    """A house of this process's own, with its line."""
    from tests.local.payment_office import Office
    from tests.real import House, LocalAws, model_asked

    from .line import Line
    from .machine import Machine, quiet

    with quiet(), tempfile.TemporaryDirectory() as folder:
        aws, payments = LocalAws(Path(folder)), Office(Path(folder))
        try:
            house = House(aws, payments)
            with model_asked():
                yield Machine(house, Line().on(house.wire))
        finally:
            payments.close()
            aws.stop()


def work() -> int:
    """A worker: takes names from its input, one a line, and answers each with a line of JSON."""
    from .outside import MANY, SAMPLES
    from .scenario import scenarios

    known, answers = scenarios(), sys.stdout
    sys.stdout = sys.stderr  # what the house says meanwhile is no answer
    with housed() as machine:
        for line in sys.stdin:
            what, name = line.split()
            if name in SAMPLES:
                found = SAMPLES[name](machine, MANY)
                broken = [[one.point, one.call, list(one.told)] for one in found.broken]
                said = {"scenario": name, "points": found.points, "written_by": [], "broken": broken}
            else:
                said = ran(machine, known[name], only_learn=what == "learn")
            print(json.dumps(said), file=answers, flush=True)
    return 0


def ran(machine: Any, scenario: Any, wanted: str = "", only_learn: bool = False) -> dict[str, Any]:
    """All points of a scenario, or the wanted one, or none: how many there are, who wrote, and what broke."""
    told: dict[str, Any] = {"scenario": scenario.name, "points": 0, "written_by": [], "broken": []}
    try:
        learned = machine.learn(scenario)
    except Exception as trouble:  # noqa: BLE001 - told with its name; the others go on
        words = f"without a fault: {type(trouble).__name__}: {trouble}"
        return {**told, "broken": [[scenario.name, "", [words]]]}
    points = learned.points(scenario.name)
    chosen = [point for point in points if not only_learn and wanted in ("", str(point))]
    if wanted and not chosen:
        told["broken"].append([wanted, "", ["there is no such point"]])
    for broken in machine.strike(scenario, learned, chosen):
        told["broken"].append([broken.point, broken.call, list(broken.told)])
    return {**told, "points": len(points), "written_by": list(learned.written_by)}


def together(what: str, names: list[str]) -> Iterator[dict[str, Any]]:
    """Hand the scenarios to the workers, the longest first, and give their answers as they come."""
    known = recorded()
    names = sorted(
        names, key=lambda name: (not name.startswith("outside."), -known.get(name, {}).get("points", 1_000))
    )
    command = [sys.executable, "-m", "tests.faults.machine", "--worker"]
    left, said = iter(names), Queue[dict[str, Any] | None]()

    def drive(worker: subprocess.Popen[str]) -> None:
        assert worker.stdin and worker.stdout
        for name in left_over(left):
            worker.stdin.write(f"{what} {name}\n")
            worker.stdin.flush()
            answer = worker.stdout.readline()
            lost = {"scenario": name, "points": 0, "written_by": [], "broken": [[name, "", ["its worker died"]]]}
            said.put(json.loads(answer) if answer else lost)
            if not answer:
                break
        said.put(None)

    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(min(PROCESSES, len(names)))
    ]
    for worker in workers:
        Thread(target=drive, args=(worker,), daemon=True).start()
    running = len(workers)
    try:
        while running:
            answer = said.get()
            if answer is None:
                running -= 1
            else:
                yield answer
    finally:
        for worker in workers:
            assert worker.stdin
            worker.stdin.close()
        for worker in workers:
            worker.wait(30)


def left_over(names: Iterator[str]) -> Iterator[str]:
    """Each name to one worker alone."""
    while (name := next(names, None)) is not None:
        yield name


def told(broken: list[Any]) -> str:
    """A broken point with the one line that runs it alone."""
    point, call, words = broken
    shown = "\n".join(f"    {word[:600]}" for word in words[:MANY])
    alone = f"--point '{point}'" if call else f"--only {point}"
    return f"BROKEN {point} {call}\n{shown}\n    alone: .venv/bin/python -m tests.faults.machine {alone}"


def all_points(names: list[str]) -> int:
    """Run them, say how far it is, and end with the line that counts."""
    began, counts, broken, known = time.monotonic(), dict[str, Any](), list[Any](), recorded()
    for number, answer in enumerate(together("run", names), 1):
        name = answer.pop("scenario")
        counts[name] = {"points": answer["points"], "written_by": answer["written_by"]}
        broken += answer["broken"]
        for one in answer["broken"][:MANY]:
            print(told(one), flush=True)
        so_far = sum(one["points"] for one in counts.values())
        seconds = time.monotonic() - began
        print(f"{number}/{len(names)} scenarios, {so_far} points, {len(broken)} broken, {seconds:.0f} s: {name}")
    fewer = [name for name in names if counts[name]["points"] < known.get(name, {}).get("points", 0)]
    for name in fewer:
        print(f"FEWER {name}: {counts[name]['points']} points, {known[name]['points']} are written down")
    if fewer:
        print("where that is meant: .venv/bin/python -m tests.faults.machine --record")
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"NOT WRITTEN DOWN: {', '.join(unknown)}; --record writes them down")
    print(f"{sum(one['points'] for one in counts.values())} points, {len(broken)} broken")
    return 1 if broken or fewer or unknown else 0


def record(names: list[str]) -> int:
    """Learn these scenarios and write down how many points each has and who was seen to write in it."""
    from .outside import MANY, SAMPLES

    known = {name: one for name, one in recorded().items() if name in {*scenario_names(), *SAMPLES}}
    for answer in together("learn", [name for name in names if name not in SAMPLES]):
        for one in answer["broken"]:
            print(told(one))
        if answer["broken"]:
            return 1
        name = answer["scenario"]
        known[name] = {"points": answer["points"], "written_by": answer["written_by"]}
    known |= {name: {"points": MANY - 2, "written_by": []} for name in SAMPLES}
    RECORD.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    print(f"{sum(one['points'] for one in known.values())} points written down")
    return 0


def scenario_names() -> list[str]:
    from .scenario import scenarios

    return list(scenarios())


def one_point(point: str) -> int:
    from .scenario import scenarios

    with housed() as machine:
        answer = ran(machine, scenarios()[point.partition("/")[0]], point)
    for one in answer["broken"]:
        print(told(one))
    print(f"1 points, {len(answer['broken'])} broken")
    return 1 if answer["broken"] else 0


def main() -> int:
    from .outside import SAMPLES

    asked = argparse.ArgumentParser(prog="python -m tests.faults.machine", description=__doc__)
    asked.add_argument("--only", default="", help="a word of the scenarios' names")
    asked.add_argument("--point", default="", help="as a broken point is called")
    asked.add_argument("--record", action="store_true", help="write the numbers of points down")
    asked.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    wish = asked.parse_args()
    if wish.worker:
        return work()
    if wish.point:
        if wish.point.partition("/")[0] not in scenario_names():
            asked.error(f"{wish.point}: there is no such scenario; a point is called SCENARIO/CALL#N/WAY")
        return one_point(wish.point)
    names = [name for name in (*scenario_names(), *SAMPLES) if wish.only in name]
    if not names:
        rooms = sorted({name.partition(".")[0] + "." for name in (*scenario_names(), *SAMPLES)})
        asked.error(f"no scenario has {wish.only!r} in its name; the rooms are {', '.join(rooms)}")
    return record(names) if wish.record else all_points(names)


if __name__ == "__main__":
    sys.exit(main())
