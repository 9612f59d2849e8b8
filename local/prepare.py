"""Everything between "the processes answer" and "the addresses can be clicked".

Run by the launcher as `python -m local.prepare`, so that it sees the stack's clock and dummy credentials, and
nothing of the machine's own settings.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local import batches, deployment, reports, runbook, staff
from local.batches import BATCH_TROUBLE, BatchTrouble
from local.client import aws_client
from local.control import get
from local.places import Places, Trouble, write_json
from local.processes import last_line

LONGEST_READING = 30.0  # seconds in which settings are surely read
LOOKS = 4


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True)
    arguments.add_argument("--batch", type=Path)
    arguments.add_argument("--creditor")
    arguments.add_argument("--no-claims", action="store_true")
    arguments.add_argument("--model", default="")
    given = arguments.parse_args()
    places = Places(given.dir)
    with leaving_in_one_line(places):
        prepare(places, given.batch, given.creditor, no_claims=given.no_claims, model=given.model)


@contextmanager
def leaving_in_one_line(places: Places) -> Iterator[None]:
    """Whatever goes wrong in here ends the process with one line for the launcher to repeat."""
    try:
        yield
    except BatchTrouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(BATCH_TROUBLE)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except (ClientError, BotoCoreError, OSError) as failure:
        said = last_line(places.log("aws"))
        sys.exit(f"{type(failure).__name__}: {failure} (the local AWS said last: {said})")


def prepare(places: Places, batch: Path | None, creditor: str | None, *, no_claims: bool, model: str = "") -> None:
    """Deploy, open the office for the sample creditors, hand in files, and show how far they are."""

    client = partial(aws_client, places)
    started = time.monotonic()
    outputs, deployed = deployment.deploy_if_changed(places, client("cloudformation"), model)
    said = f"deployed in {time.monotonic() - started:.1f} s" if deployed else "deployed before, unchanged"
    sys.stdout.write(f"  package {said}\n")
    write_urls(places, outputs)
    runbook.write_sample(places)
    creditors = runbook.sample_creditors(places)
    changed = [each.id for each in creditors if runbook.open_for(each, places, outputs, client)]
    bucket = outputs["BucketName"]
    if changed:
        wait_for_rest(places)
    staff.open_desk(places, [each.id for each in creditors], client("secretsmanager"))
    if batch is not None:
        files = [(batch, whose(creditor, bucket, client("s3")))]
    else:
        files = [] if no_claims else [(file, file.parent.name) for file in sorted(places.sample.glob("inbox/*/*"))]
    hand_in(places, files, bucket, client, again=batch is not None)
    tell_settings(changed, bucket, client("s3"))


def wait_for_rest(places: Places) -> None:
    """Until what was handed in has been read: nothing has run and nothing has waited for a second."""
    quiet, until = 0, time.monotonic() + LONGEST_READING
    while quiet < LOOKS and time.monotonic() < until:
        time.sleep(1 / LOOKS)
        going_on = get(f"{places.address('aws')}/_local/activity")
        quiet = 0 if going_on["running"] or going_on["waiting"] or going_on["unread"] else quiet + 1


def tell_settings(changed: list[str], bucket: str, s3: Any) -> None:
    """BatchTrouble where settings that were handed in anew are refused."""
    if refused := [why for creditor in changed if (why := batches.settings_refusal(creditor, bucket, s3))]:
        raise BatchTrouble("; ".join(refused))


def hand_in(
    places: Places, files: list[tuple[Path, str]], bucket: str, client: runbook.Client, *, again: bool
) -> None:
    """Hand files in, show how far they are, and tell what became of each. BatchTrouble where one is refused."""
    s3 = client("s3")
    handed_in = batches.hand_in_all(places, files, bucket, s3, again=again)
    if not handed_in:
        return
    try:
        found = batches.follow(handed_in, bucket, s3, lambda: planned_contacts(places))
    except Trouble as trouble:
        raise BatchTrouble(f"{trouble}{last_error(client('logs'))}") from trouble
    refused = []
    for batch, report in zip(handed_in, found, strict=True):
        kept = reports.keep_report(places, batch, bucket, s3)
        if why := reports.refusal(report, kept):
            refused.append(batches.settings_refusal(batch.creditor, bucket, s3) or why)
        else:
            sys.stdout.write("".join(f"  {line}\n" for line in reports.summary(report, kept)))
    if refused:
        raise BatchTrouble(refused[0])
    batches.note_ended(places, files)


def whose(creditor: str | None, bucket: str, s3: Any) -> str:
    """The creditor a file is handed in for, if it has settings here; unless said, the one for such files."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix="creditors/").get("Contents", [])
    known = [Path(each["Key"]).stem for each in found]
    wanted = creditor or runbook.DEFAULT_CREDITOR
    if wanted not in known:
        raise BatchTrouble(f"BATCH_CREDITOR={wanted} is not known here: {', '.join(known) or 'no creditor is'}")
    return wanted


def planned_contacts(places: Places) -> int:
    return int(get(f"{places.address('aws')}/_local/activity")["planned"])


def write_urls(places: Places, outputs: dict[str, str]) -> None:
    write_json(
        places.urls,
        {
            "api": places.address("proxy"),
            "outbox": places.address("outbox"),
            "payments": places.address("payments"),
            "messages": places.address("messages"),
            "desk": f"{places.address('proxy')}/desk",
            "identity": places.address("identity"),
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
        failures = [(at, name, failure) for at, failure in failures_in(events) if failure]
        found += failures[-1:]
    if not found:
        return ""
    _, name, message = max(found)
    return f"; {name}: {message[:300]}"


def failures_in(events: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """When and what went wrong. The runtime's own traceback is an event a line: the first that does not stand
    further in than its beginning says what it was."""
    open_streams: set[str] = set()
    for event in events:
        message, stream = event["message"].rstrip(), event.get("logStreamName", "")
        if message.startswith("Traceback "):
            open_streams.add(stream)
        elif stream in open_streams and not message.startswith(" "):
            open_streams.discard(stream)
            yield event["timestamp"], message.strip()
        else:
            yield event["timestamp"], failure_in(message)


def failure_in(message: str) -> str:
    """What went wrong by one structured log line; empty when nothing did."""
    try:
        record = json.loads(message)
    except ValueError:
        return ""
    if not isinstance(record, dict) or not (record.get("exception") or record.get("level") == "ERROR"):
        return ""
    traceback = str(record.get("exception") or "").strip().splitlines()
    return " ".join(str(each) for each in (record.get("message"), *traceback[-1:]) if each)


if __name__ == "__main__":
    main()
