"""`python -m local up | down | status`: the whole of Kulanz on one machine.

up      builds the package if a source has changed, starts the local AWS, the payment double, the proxy and
        the outbox under one movable clock, deploys, hands in the sample batch (or --batch), prints where to
        click. Stays until Ctrl-C and stops what it started; with --detach it returns once all is ready.
        A second `up` goes on where the first stopped.
down    stops it, state saved.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from local import deployment, processes
from local.places import REPOSITORY, Places, Trouble, read_json, write_json
from local.prepare import BATCH_TROUBLE, BatchTrouble


def main() -> None:
    given = _arguments()
    places = Places(given.dir.resolve())
    try:
        match given.verb:
            case "up":
                up(places, given)
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
    going_up = verbs.add_parser("up", help="start, deploy, hand in the sample, print the addresses")
    going_up.add_argument("--batch", type=Path, help="a CSV file to hand in instead of the sample")
    going_up.add_argument("--batch-creditor", help="whose file it is (default: the first sample creditor)")
    going_up.add_argument("--no-claims", action="store_true", help="do not hand in the sample batch")
    going_up.add_argument("--fresh", action="store_true", help="forget the state of the last run first")
    going_up.add_argument("--auth", action="store_true", help="enforce each function's own IAM role")
    going_up.add_argument("--detach", action="store_true", help="return when ready; `down` stops it")
    for verb in (
        going_up,
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
    command = [sys.executable, "-m", "local.prepare", "--dir", str(places.root)]
    if given.batch:
        command += ["--batch", str(given.batch.resolve())]
    if given.no_claims:
        command.append("--no-claims")
    if given.batch_creditor:
        command += ["--creditor", given.batch_creditor]
    outcome = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=processes.environment(places),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if outcome.returncode:
        said = [line for line in outcome.stderr.splitlines() if line.strip()] or ["it said nothing"]
        places.log("prepare").write_text(outcome.stderr)
        raise (BatchTrouble if outcome.returncode == BATCH_TROUBLE else Trouble)(said[-1])


def print_addresses(places: Places, seconds: float) -> None:
    urls = read_json(places.urls)
    print(f"\nKulanz is up ({seconds:.0f} s)")
    print(f"  outbox and clock   {urls['outbox']}/")
    print(f"  pages              {urls['api']}/health")
    print(f"  payment double     {places.address('payments')}/")
    print(f"  AWS endpoint       {urls['aws']}   bucket {urls['bucket']}")
    print(
        f"  hand in a file     aws --endpoint-url {urls['aws']} s3 cp FILE s3://{urls['bucket']}/inbox/CREDITOR/"
    )
    print(
        '  the first messages go out at a permitted hour: press "next contact" on the outbox page\n',
        flush=True,
    )


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
