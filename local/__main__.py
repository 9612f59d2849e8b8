"""`python -m local up | hand-in | down | status`: the whole of Kulanz on one machine.

up      builds the package if a source has changed, starts the local AWS, the payment double, the proxy and
        the outbox under one movable clock, deploys, hands in the sample batch (or --batch), prints where to
        click. Stays until Ctrl-C and stops what it started; with --detach it returns once all is ready.
        A second `up` goes on where the first stopped.
hand-in hands a file of claims in while the stack runs, and tells what became of it.
down    stops it, state saved.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from local import clock, deployment, processes
from local.batches import BATCH_TROUBLE, BatchTrouble
from local.outbox import sent_messages
from local.outbox_page import in_berlin
from local.places import REPOSITORY, Places, Trouble, read_json, write_json
from local.runbook import DEFAULT_CREDITOR


def main() -> None:
    given = _arguments()
    places = Places(given.dir.resolve())
    try:
        match given.verb:
            case "up":
                up(places, given)
            case "hand-in":
                hand_in(places, given)
            case "down":
                stopped = processes.stop_all(places)
                print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
            case "status":
                status(places)
    except Trouble as trouble:
        sys.exit(f"local stack: {trouble}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description="The whole of Kulanz on one machine")
    verbs = parser.add_subparsers(dest="verb", required=True)
    whose: dict[str, Any] = {
        "default": os.environ.get("BATCH_CREDITOR") or None,
        "help": f"whose file it is (default: BATCH_CREDITOR, or {DEFAULT_CREDITOR})",
    }
    going_up = verbs.add_parser("up", help="start, deploy, hand in the sample, print the addresses")
    going_up.add_argument("--batch", type=Path, help="a CSV file to hand in instead of the sample")
    going_up.add_argument("--batch-creditor", **whose)
    going_up.add_argument("--no-claims", action="store_true", help="do not hand in the sample batch")
    going_up.add_argument("--fresh", action="store_true", help="forget the state of the last run first")
    going_up.add_argument("--auth", action="store_true", help="enforce each function's own IAM role")
    going_up.add_argument(
        "--model",
        default=os.environ.get("MODEL", ""),
        help="which model is asked: a date, or none (default: MODEL, or the newest)",
    )
    going_up.add_argument("--detach", action="store_true", help="return when ready; `down` stops it")
    handing_in = verbs.add_parser("hand-in", help="hand a file of claims in while the stack runs")
    handing_in.add_argument("file", type=Path)
    handing_in.add_argument("--creditor", **whose)
    for verb in (
        going_up,
        handing_in,
        verbs.add_parser("down", help="stop"),
        verbs.add_parser("status", help="what runs"),
    ):
        verb.add_argument("--dir", type=Path, default=Path(".run"), help="where the stack keeps its things")
    return parser.parse_args()


def up(places: Places, given: argparse.Namespace) -> None:
    """Start what is not running, deploy what has changed, and say where to click."""
    started = time.monotonic()
    needs_python()
    if given.batch and not given.batch.is_file():
        raise Trouble(f"BATCH={given.batch}: there is no such file")
    if given.fresh:
        forget(places)
    same_enforcement(places, given.auth)
    print("building the package, if anything in it has changed", flush=True)
    deployment.build(places)
    try:
        processes.ensure_running(places, enforce_iam=given.auth)
        if places.deployment.exists():
            say_where_it_goes_on(places)
        prepare(places, given)
    except BatchTrouble:
        # The stack itself is well: it stays, so that one can look what became of the file.
        print_addresses(places, time.monotonic() - started)
        raise
    except BaseException:
        # A stack that is half up must not stay behind; what is whole so far is saved and gone on from.
        processes.stop_all(places)
        raise
    print_addresses(places, time.monotonic() - started)
    if not given.detach:
        stay(places)


def needs_python() -> None:
    if sys.version_info[:2] != (3, 13):
        found = ".".join(map(str, sys.version_info[:3]))
        raise Trouble(f"Python 3.13 is needed (this is {found}): the package is built for Lambda's python3.13")


def forget(places: Places) -> None:
    """Stop the stack and remove all it kept; only in a folder that is one of its own."""
    processes.stop_all(places)
    if (places.root / "ports.json").exists():
        shutil.rmtree(places.root)


def same_enforcement(places: Places, enforce_iam: bool) -> None:
    """Whether IAM is enforced is settled when the local AWS starts: to change it, it is started anew."""
    kept = read_json(places.root / "enforcement.json").get("iam", enforce_iam)
    if kept != enforce_iam:
        processes.stop_all(places)
    write_json(places.root / "enforcement.json", {"iam": enforce_iam})


def prepare(places: Places, given: argparse.Namespace) -> None:
    command = ["local.prepare", "--dir", str(places.root)]
    if given.batch:
        command += ["--batch", str(given.batch.resolve())]
    if given.no_claims:
        command.append("--no-claims")
    if given.batch_creditor:
        command += ["--creditor", given.batch_creditor]
    if given.model:
        command += ["--model", given.model]
    in_the_stack(places, command)


def hand_in(places: Places, given: argparse.Namespace) -> None:
    """Hand one file in, and tell what became of it."""
    if not given.file.is_file():
        raise Trouble(f"{given.file}: there is no such file")
    if not processes.running(places, "aws"):
        raise Trouble("the stack does not run: make run first")
    command = ["local.handing_in", "--dir", str(places.root), str(given.file.resolve())]
    in_the_stack(places, [*command, *(["--creditor", given.creditor] if given.creditor else [])])


def in_the_stack(places: Places, command: list[str]) -> None:
    """Run a module under the stack's clock and account; its last line is the trouble it had."""
    outcome = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=REPOSITORY,
        env=processes.environment(places),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if outcome.returncode:
        places.log("prepare").write_text(outcome.stderr)
        raise (BatchTrouble if outcome.returncode == BATCH_TROUBLE else Trouble)(trouble_in(outcome.stderr))


def trouble_in(stderr: str) -> str:
    """What a module said last, in one line; of a fault nobody foresaw, also where it happened."""
    said = [line for line in stderr.splitlines() if line.strip()] or ["it said nothing"]
    places_in_code = [line.strip() for line in said if line.startswith("  File ")]
    return said[-1] + (f" ({places_in_code[-1]})" if places_in_code else "")


def print_addresses(places: Places, seconds: float) -> None:
    urls = read_json(places.urls)
    elsewhere = "" if places.root == Path(".run").resolve() else f" --dir {places.root}"
    print(f"\nKulanz is up ({seconds:.0f} s)")
    print(f"  outbox and clock   {urls['outbox']}/")
    print(f"  pages              {urls['api']}/health")
    print(f"  payment double     {places.address('payments')}/")
    print(f"  message double     {urls['messages']}/")
    print(f"  desk               {urls['desk']} (sign in with one click)")
    print(f"  AWS endpoint       {urls['aws']}   bucket {urls['bucket']}")
    print(
        f"  hand in a file     {shown_python()} -m local hand-in FILE [--creditor {DEFAULT_CREDITOR}]{elsewhere}"
    )
    print(
        '  the first messages go out at a permitted hour: press "next contact" on the outbox page\n',
        flush=True,
    )


def shown_python() -> str:
    """This Python as one would type it from here: the shell's own may know nothing of the project."""
    python, here = Path(sys.executable), Path.cwd()
    return str(python.relative_to(here)) if python.is_relative_to(here) else str(python)


def say_where_it_goes_on(places: Places) -> None:
    """A start that is not the first says what is there already."""
    messages = len(sent_messages(places.address("aws"), places.address("messages")))
    now = in_berlin(clock.stack_now(places.clock).isoformat())
    print(f"  goes on from the last run: {messages} messages, clock at {now}", flush=True)


def stay(places: Places) -> None:
    """Wait for Ctrl-C or SIGTERM, then stop everything; say so at once when a process ends by itself."""
    print("Ctrl-C stops it, state saved", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(processes.running(places, name) for name in processes.PROCESSES):
            time.sleep(0.5)
        ended = [name for name in processes.PROCESSES if not processes.running(places, name)]
        said = processes.last_line(places.log(ended[0]))
        processes.stop_all(places)
        raise Trouble(f"{ended[0]} ended: {said} (see {places.log(ended[0])})")
    except KeyboardInterrupt:
        processes.stop_all(places)
        print("\nstopped, state saved")


def status(places: Places) -> None:
    for name in processes.PROCESSES:
        print(f"{name:9} {'runs' if processes.running(places, name) else 'stopped'}")
    if all(processes.running(places, name) for name in processes.PROCESSES) and places.urls.exists():
        for name, url in read_json(places.urls).items():
            print(f"{name:9} {url}")


if __name__ == "__main__":
    main()
