"""Everything between "the processes answer" and "the addresses can be clicked".

Run by the launcher as `python -m local.prepare` under the stack's clock and with its dummy credentials:
where policies are enforced, a request signed by another clock would be refused.
"""

import argparse
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True)
    arguments.add_argument("--batch", type=Path)
    arguments.add_argument("--creditor")
    given = arguments.parse_args()
    try:
        prepare(Places(given.dir), given.batch, given.creditor)
    except Trouble as trouble:
        sys.exit(f"local stack: {trouble}")
    except (ClientError, BotoCoreError, OSError) as failure:
        said = last_line(Places(given.dir).log("aws"))
        sys.exit(f"local stack: {type(failure).__name__}: {failure} (the local AWS said last: {said})")


def prepare(places: Places, batch: Path | None, creditor: str | None) -> None:
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
    files = wanted_files(places, creditors, batch, creditor)
    handed_in = batches.hand_in_all(places, files, outputs["BucketName"], client("s3"))
    if not handed_in:
        return
    try:
        bucket, s3 = outputs["BucketName"], client("s3")
        reports = batches.follow(handed_in, bucket, s3, lambda: planned_contacts(places))
    except Trouble as trouble:
        raise Trouble(f"{trouble}{last_error(client('logs'))}") from trouble
    for report in reports:
        if why := batches.refusal(report):
            raise Trouble(batches.settings_refusal(report["creditor"], bucket, s3) or why)
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
    """The last error any function logged, for the one line the operator reads."""
    found: list[tuple[int, str, str]] = []
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = logs.filter_log_events(logGroupName=name, limit=1000)["events"]
        errors = [event for event in events if "ERROR" in event["message"] or "Error:" in event["message"]]
        found += [(event["timestamp"], name, event["message"]) for event in errors[-1:]]
    if not found:
        return ""
    _, name, message = max(found)
    return f"; {name}: {message.strip().splitlines()[-1][:300]}"


if __name__ == "__main__":
    main()
