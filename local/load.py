"""`python -m local.load 10000`: so many contacts due at the same second, through the deployed package, counted.

A stack of its own comes up in a folder of its own. One file of claims is handed in; the house plans each of them
by its own strategy and policy, for the same second; then the clock goes to that second, and through the window
over which the scheduler spreads them. The scheduler, the queue and the contact function are those of `make run`;
the double of the SMS provider counts what it was given. Nothing of the house knows that it is counted.

The last line is `N due, N sent, 0 twice, 0 lost`; any other ends with exit status 1, as does whatever keeps it
from being said. Then the stack's folder stays, with its logs.
"""

import argparse
import csv
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from local import __main__ as launcher
from local import clock, deployment, processes
from local.batches import follow, hand_in
from local.client import aws_client
from local.clock_control import ClockControl, NotNow
from local.control import get, post
from local.places import Places, Trouble, read_json
from local.prepare import planned_contacts
from local.runbook import DEFAULT_CREDITOR, open_for, sample_creditors

# Four looks at the window, so that what leaves when can be seen.
MOVES = 4
LONGEST_SILENCE = 300.0
# A model parts the claims into several hours; what is counted here is due at one second: by the strategy's order.
NO_CREDITOR = Namespace(batch=None, no_claims=True, batch_creditor=None, model="none")


@dataclass(frozen=True)
class Counted:
    """What became of the contacts that were due: how many the provider was given, how many more than once."""

    due: int
    sent: int
    twice: int
    lost: int

    @property
    def line(self) -> str:
        return f"{self.due} due, {self.sent} sent, {self.twice} twice, {self.lost} lost"

    @property
    def well(self) -> bool:
        return self.sent == self.due and not self.twice and not self.lost


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m local.load", description=__doc__.partition("\n")[0])
    words.add_argument("contacts", type=int, nargs="?", default=10_000)
    words.add_argument("--dir", type=Path, default=Path(".run-load"), help="where its stack keeps its things")
    given = words.parse_args()
    if not 0 < given.contacts <= 1_000_000:
        words.error("between one contact and a million")
    places = Places(given.dir.resolve())
    try:
        counted = load(places, given.contacts)
    except (Trouble, NotNow) as trouble:
        sys.exit(f"load: {trouble} (see {places.logs})")
    finally:
        processes.stop_all(places)
    if counted.well:
        launcher.forget(places)
    print(counted.line, flush=True)
    sys.exit(0 if counted.well else 1)


def load(places: Places, contacts: int) -> Counted:
    """All of it, on a stack that has seen nothing before."""
    launcher.needs_python()
    launcher.forget(places)
    say("building the package, if anything in it has changed, and starting a stack")
    deployment.build(places)
    processes.ensure_running(places, enforce_iam=False)
    launcher.prepare(places, NO_CREDITOR)
    # One piece from beginning to end: nobody comes back to it, and to remember it all would be half the work.
    post(f"{places.address('aws')}/_local/hold")
    client = partial(aws_client, places)
    texts_through_the_double(places, client)
    claims = list(rows(contacts, clock.stack_now(places.clock).date()))
    took = hand_in_claims(places, claims, f"load-{contacts}", client)
    say(f"{contacts} claims taken in and planned: {contacts / took:.0f} a second")
    hour, due = due_together(places, client)
    moments = leaving(client, due)
    busiest = max(Counter(moments).values())
    over = (max(moments) - hour).total_seconds()
    say(f"{len(due)} contacts due at {hour:%Y-%m-%d %H:%M:%S} UTC; they leave over {over:.0f} s, "
        f"at most {busiest} in one second")  # fmt: skip
    took = let_time_pass(places, hour, max(moments), due)
    counted = count(places, due)
    say(f"{counted.sent} messages at the provider: {counted.sent / took:.1f} a second from the scheduler on")
    return counted


def say(line: str) -> None:
    print(f"  {line}", flush=True)


def texts_through_the_double(places: Places, client: Any) -> None:
    """The sample's creditor for files of one's own, now writing by the provider that counts."""
    (creditor,) = (each for each in sample_creditors(places) if each.id == DEFAULT_CREDITOR)
    with creditor.settings.open("a") as settings:
        settings.write("channels:\n  sms_v2: {configuration_set: kulanz}\n")
    open_for(creditor, places, read_json(places.deployment)["outputs"], client)
    at_rest(places)


def hand_in_claims(places: Places, claims: list[dict[str, str]], name: str, client: Any) -> float:
    """One file with these rows, which all have the same columns; how long it takes until the last of them is
    planned. Trouble where not every one is taken."""
    file = places.root / f"{name}.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, claims[0])
        writer.writeheader()
        writer.writerows(claims)
    bucket = read_json(places.urls)["bucket"]
    began = time.monotonic()
    batch = hand_in(file, DEFAULT_CREDITOR, bucket, client("s3"))
    (report,) = follow([batch], bucket, client("s3"), lambda: planned_contacts(places))
    took = time.monotonic() - began
    if report.get("counts", {}).get("taken") != len(claims):
        raise Trouble(f"not every row was taken: {report.get('refused') or report.get('counts')}")
    at_rest(places)
    return took


def rows(contacts: int, today: date) -> Iterator[dict[str, str]]:
    """Invented people, each with a number of their own and an invoice some weeks overdue."""
    invoiced = today - timedelta(days=60)
    for number in range(contacts):
        yield {
            "claim": f"L-{number:06}",
            "debtor": f"k-{number:06}",
            "party": "person",
            "name": f"Person {number:06}",
            "street": "Lindenweg 7",
            "postcode": "10437",
            "city": "Berlin",
            "phone": f"+4915556{number:06}",
            "what": "Strom, Abrechnung",
            "invoice_number": f"R-{number:06}",
            "invoice_date": str(invoiced),
            "due": str(invoiced + timedelta(days=14)),
            "principal": "48.20",
            "interest": "0.00",
            "costs": "0.00",
            "as_of": str(today - timedelta(days=1)),
            "currency": "EUR",
            "claim_type": "goods_or_service",
        }


def due_together(places: Places, client: Any) -> tuple[datetime, set[str]]:
    """The second for which most are planned, and their ids."""
    dynamo = client("dynamodb")
    asked = {
        "TableName": read_json(places.deployment)["outputs"]["TableName"],
        "FilterExpression": "begins_with(sk, :c) AND #s = :p",
        "ExpressionAttributeNames": {"#s": "state"},
        "ExpressionAttributeValues": {":c": {"S": "CONTACT#"}, ":p": {"S": "planned"}},
        "ProjectionExpression": "sk, due_at",
    }
    by_second: dict[str, set[str]] = {}
    for page in dynamo.get_paginator("scan").paginate(**asked):
        for item in page["Items"]:
            by_second.setdefault(item["due_at"]["S"], set()).add(item["sk"]["S"].partition("#")[2])
    if not by_second:
        raise Trouble("nothing is planned")
    hour = max(by_second, key=lambda second: len(by_second[second]))
    return datetime.fromisoformat(hour).astimezone(UTC), by_second[hour]


def leaving(client: Any, due: set[str]) -> list[datetime]:
    """When the scheduler will let each of them go, as it was told."""
    scheduler = client("scheduler")
    (group,) = (g["Name"] for g in scheduler.list_schedule_groups()["ScheduleGroups"] if g["Name"] != "default")
    said = (scheduler.get_schedule(Name=name, GroupName=group)["ScheduleExpression"] for name in due)
    return [datetime.strptime(text, "at(%Y-%m-%dT%H:%M:%S)").replace(tzinfo=UTC) for text in said]


def let_time_pass(places: Places, hour: datetime, last: datetime, due: set[str]) -> float:
    """Move the clock through the window, part by part, and wait each time until all that left is done; how many
    seconds of ours that took."""
    hand, took, before = ClockControl(places), 0.0, 0
    for part in range(1, MOVES + 1):
        target = hour + (last - hour) * part / MOVES + timedelta(seconds=1)
        began = time.monotonic()
        if target > clock.stack_now(places.clock):
            hand.move_to(target)
        at_rest(places)
        took += time.monotonic() - began
        sent = len(given_to_provider(places).keys() & due)
        say(f"  by {target:%H:%M:%S}: {sent - before} left")
        before = sent
    return took


def at_rest(places: Places) -> None:
    """Wait until nothing runs, waits or is due, seen three times in a row. Trouble when nothing moves any more."""
    last: Any = None
    quiet, moved = 0, time.monotonic()
    while quiet < 3:
        activity = get(f"{places.address('aws')}/_local/activity")
        busy = {part: activity[part] for part in ("running", "waiting", "unread", "due")}
        quiet = 0 if any(busy.values()) else quiet + 1
        if busy != last:
            last, moved = busy, time.monotonic()
        if time.monotonic() - moved > LONGEST_SILENCE:
            raise Trouble(f"nothing moves: {busy}")
        time.sleep(1.0)  # each look reads every schedule there is


def given_to_provider(places: Places) -> Counter[str]:
    """How many messages the double was given for each contact, by the id that each of them names."""
    messages = get(f"{places.address('messages')}/_double/messages")
    return Counter(one["asked"]["Context"]["contact"] for one in messages if one["channel"] == "sms")


def count(places: Places, due: set[str]) -> Counted:
    """What the provider has, against what was due."""
    given = given_to_provider(places)
    twice = sum(given[name] - 1 for name in due if given[name] > 1)
    return Counted(len(due), len(due & given.keys()), twice, len(due - given.keys()))


if __name__ == "__main__":
    main()
