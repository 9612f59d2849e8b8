"""Files of claims put into the bucket, and what became of them."""

import csv
import io
import json
import os
from dataclasses import dataclass
from typing import Any

from chalicelib import wiring
from chalicelib.adapters.queues import chunk_text
from chalicelib.entrypoints.events import claims
from chalicelib.entrypoints.uploads import intake
from chalicelib.ports import Chunk
from tests.builders import FIELDS
from tests.reader import sqs

GOOD = dict(
    zip(
        FIELDS,
        (
            *("R-1", "K-1", "person", "Marta Lindqvist", "Lindenweg 7", "10437", "Berlin", "", "0171 3920012"),
            *("Strom", "RE-1", "2026-08-01", "2026-08-15", "48.20", "0.00", "0.00", "2026-11-20"),
        ),
        strict=True,
    )
)


def line(number: int, **changes: str) -> dict[str, str]:
    """One good line of a file, with a claim and a debtor of its own."""
    own = {"claim": f"R-{number}", "debtor": f"K-{number}", "email": f"reader{number}@example.com"}
    return {**GOOD, **own, **changes}


def text_of(lines: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


@dataclass
class Inbox:
    """One creditor's folder of the bucket."""

    house: Any
    creditor: Any

    def put(self, body: str | bytes | list[dict[str, str]], name: str = "file.csv") -> dict[str, Any]:
        """Upload a file: the event the bucket sends of it."""
        content = text_of(body) if isinstance(body, list) else body
        content = content.encode() if isinstance(content, str) else content
        key = f"inbox/{self.creditor.id}/{name}"
        put = self.house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=content)
        return {"detail": {"object": {"key": key, "etag": put["ETag"].strip('"')}}}

    def chunks(self) -> list[dict[str, Any]]:
        """The chunks that wait for the workers, taken out of the queue."""
        return self.house.queued("claims")

    def work(self) -> list[dict[str, Any]]:
        """Let the workers take everything that waits: their answers."""
        return [claims(sqs(chunk), None) for chunk in self.chunks()]

    def load(self, body: Any, name: str = "file.csv") -> dict[str, Any]:
        """Upload a file, read it, work on it: its report."""
        event = self.put(body, name)
        intake(event, None)
        assert all(answer == {"batchItemFailures": []} for answer in self.work())
        return self.report(event)

    def report(self, event: dict[str, Any]) -> dict[str, Any]:
        thing = event["detail"]["object"]
        batch = wiring.bucket().batch(thing["key"], thing["etag"], self.creditor.id, wiring.clock())
        key = f"reports/{self.creditor.id}/{batch.id}.json"
        body = self.house.aws.client("s3").get_object(Bucket=os.environ["BUCKET"], Key=key)["Body"]
        return json.loads(body.read())

    def claims(self) -> list[str]:
        """The ids of the claims in the table."""
        found = self.house.everything(self.creditor.id)
        return sorted(sk.partition("#")[2] for _, sk in found if sk.startswith("CLAIM#"))

    def unscheduled(self) -> list[str]:
        """Contacts that are to go out and that nothing will wake."""
        scheduler, missing = self.house.aws.client("scheduler"), []
        for contact in self.planned():
            try:
                scheduler.get_schedule(Name=contact.id, GroupName="kulanz")
            except scheduler.exceptions.ResourceNotFoundException:
                missing.append(contact.id)
        return missing

    def planned(self) -> list[Any]:
        """The contacts of this creditor that are still to go out."""
        debtors = [pk.split("#D#")[1] for pk, sk in self.house.everything(self.creditor.id) if sk == "DEBTOR"]
        matters = [wiring.store().matter(self.creditor.id, debtor) for debtor in debtors]
        return [c for m in matters for claim in m.claims for c in m.planned_for(claim)]


def chunk_of(creditor: Any, batch: str, *rows: Any) -> str:
    """A portion of a batch as intake hands it to a worker."""
    return chunk_text(Chunk(creditor.id, batch, 0, rows))
