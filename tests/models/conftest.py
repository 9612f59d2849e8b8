"""A creditor's log, exported by the house itself: its contacts and choices, its columns, its Parquet."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from chalicelib.adapters.exports import BucketExports
from chalicelib.domain.choice import by_strategy
from chalicelib.domain.chosen import Choice, How
from chalicelib.domain.export import TABLES, Tried, bounds, rows
from chalicelib.domain.matter import Matter
from chalicelib.domain.response import RESPONSE
from tests.builders import creditor
from tests.fakes.world import POLICIES, World

DAY = timedelta(days=1)
NAMES = tuple(feature.name for feature in RESPONSE)


class Folder:
    """A bucket that is a folder, as `aws s3 sync` would leave it."""

    def __init__(self, place: Path):
        self.place = place

    def put_object(self, *, Bucket, Key, Body, ContentType):  # noqa: N803 - as S3 calls them
        path = self.place / Bucket / Key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(Body.read())


class House:
    """Writes exports of simulated decisions: every contact, choice and payment is the domain's own."""

    def __init__(self, place: Path):
        self.place, self.world = place, World()
        self.world.open(creditor())
        self.world.register()
        due = self.world.planned()
        self.world.send(due)
        self.sent = self.world.again(due)
        self.unpaid = self.world.claim()
        self.world.book(self.world.gateway.money(4820, self.at + 2 * DAY), now=self.at + 2 * DAY)
        self.paid = self.world.claim()

    @property
    def at(self):
        return self.sent.sent_at

    @property
    def day(self):
        return self.sent.due_at.date()

    def tried(self, number, choice, *, paid, until=None, **changes):
        """One message that left, and what was known of it four weeks after its day."""
        changes = {"decisions": self.sent.decisions[-1:], **changes}
        contact = replace(self.sent, id=f"c-{number}", claim=f"S-{number}", choice=choice, **changes)
        claims = {contact.claim: self.paid if paid else self.unpaid}
        matter = Matter(self.world.matter().debtor, claims, {contact.id: contact})
        return Tried(matter, contact, POLICIES["DE"].zone, until or bounds(self.day)[1] + 28 * DAY)

    def choice(self, decisions, place, **changes):
        """Row `place` of a simulated log, as the house keeps a choice."""
        values = zip(NAMES, decisions.response_rows[place].tolist(), strict=True)
        plain = {
            "arm": str(decisions.arm[place]),
            "how": How.DRAWN,
            "at": self.at - DAY,
            "propensities": decisions.eligible[place],
            "untouched": decisions.response_rows[place, 0] / 1000,
            "model": "responds28-2026-11-22",
            "features": {name: value for name, value in values if not np.isnan(value)},
            "known_at": self.at - 2 * DAY,
        }
        return Choice(**{**plain, **changes})

    def held_out(self):
        return by_strategy(self.at - DAY, "held out", held_out=True)

    def write(self, found, *, name="nordlicht", day=None, tables=TABLES):
        """Export these contacts; the folder to hand to training."""
        told = (row for tried in found for row in rows(tried))
        BucketExports("bucket", Folder(self.place)).write(name, day or self.day, tables, told)
        return self.place


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)
