"""Everything between "the processes answer" and "the addresses can be clicked".

Run by the launcher as `python -m local.prepare`, so that it sees the stack's clock and dummy credentials, and
nothing of the machine's own settings.
"""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local import batches, deployment, runbook
from local.client import aws_client
from local.control import get
from local.places import Places, Trouble, write_json
from local.processes import last_line

BATCH_TROUBLE = 3  # exit status: the stack is up, but a file was not taken


class BatchTrouble(Trouble):
    """The stack stands; a file that was handed in was refused, or its rows do not move."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True)
    arguments.add_argument("--batch", type=Path)
    arguments.add_argument("--creditor")
    arguments.add_argument("--no-claims", action="store_true")
    given = arguments.parse_args()
    try:
        prepare(Places(given.dir), given.batch, given.creditor, no_claims=given.no_claims)
    except BatchTrouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(BATCH_TROUBLE)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except (ClientError, BotoCoreError, OSError) as failure:
        said = last_line(Places(given.dir).log("aws"))
        sys.exit(f"{type(failure).__name__}: {failure} (the local AWS said last: {said})")


def prepare(places: Places, batch: Path | None, creditor: str | None, *, no_claims: bool) -> None:
    """Deploy, open the office for the sample creditors, hand in files, and show how far they are."""

    client = partial(aws_client, places)
    started = time.monotonic()
    outputs, deployed = deployment.deploy_if_changed(places, client("cloudformation"))
    said = f"deployed in {time.monotonic() - started:.1f} s" if deployed else "deployed before, unchanged"
    sys.stdout.write(f"  package {said}\n")
    write_urls(places, outputs)
    runbook.write_sample(places)
    creditors = runbook.sample_creditors(places)
    for each in creditors:
        runbook.open_for(each, places, outputs, client)
    files = [] if no_claims and batch is None else wanted_files(places, creditors, batch, creditor)
    handed_in = batches.hand_in_all(places, files, outputs["BucketName"], client("s3"))
    if not handed_in:
        return
    try:
        bucket, s3 = outputs["BucketName"], client("s3")
        reports = batches.follow(handed_in, bucket, s3, lambda: planned_contacts(places))
    except Trouble as trouble:
        raise BatchTrouble(f"{trouble}{last_error(client('logs'))}") from trouble
    for report in reports:
        if why := batches.refusal(report):
            raise BatchTrouble(batches.settings_refusal(report["creditor"], bucket, s3) or why)
    batches.note_ended(places, files)


def wanted_files(
    places: Places, creditors: list[runbook.SampleCreditor], batch: Path | None, creditor: str | None
) -> list[tuple[Path, str]]:
    """The given file for the given creditor (the first of the sample unless said), or the whole sample."""
    if batch is None:
        return [(file, file.parent.name) for file in sorted(places.sample.glob("inbox/*/*"))]
    known = [each.id for each in creditors]
    if not known:
        raise Trouble("a BATCH needs a creditor, and there is no sample creditor yet")
    if creditor is not None and creditor not in known:
        raise Trouble(f"BATCH_CREDITOR={creditor} is not known: {', '.join(known)}")
    return [(batch, creditor or known[0])]


def planned_contacts(places: Places) -> int:
    return int(get(f"{places.address('aws')}/_local/activity")["planned"])


def write_urls(places: Places, outputs: dict[str, str]) -> None:
    write_json(
        places.urls,
        {
            "api": places.address("proxy"),
            "outbox": places.address("outbox"),
            "aws": places.address("aws"),
            "bucket": outputs["BucketName"],
        },
    )


def last_error(logs: Any) -> str:
    """The last failure any function logged, as `; group: what it was`; empty when none did."""
    found: list[tuple[int, str, str]] = []
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        events = [event for page in pages for event in page["events"]]
        failures = [(event["timestamp"], name, failure_in(event["message"])) for event in events]
        found += [failure for failure in failures if failure[2]][-1:]
    if not found:
        return ""
    _, name, message = max(found)
    return f"; {name}: {message[:300]}"


def failure_in(message: str) -> str:
    """What went wrong by one log line: the exception of a structured one, the last line of a traceback."""
    try:
        record = json.loads(message)
    except ValueError:
        lines = message.strip().splitlines()
        return lines[-1].strip() if lines and "Traceback" in message else ""
    if not isinstance(record, dict) or not (record.get("exception") or record.get("level") == "ERROR"):
        return ""
    traceback = str(record.get("exception") or "").strip().splitlines()
    return " ".join(str(each) for each in (record.get("message"), *traceback[-1:]) if each)


if __name__ == "__main__":
    main()
