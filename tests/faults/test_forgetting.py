"""G1 over the real protocol: table, every version in the bucket and the log hold nobody; the books stay."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib import wiring
from chalicelib.actions.forget_person import Forgotten, forget_person
from chalicelib.domain.claim import ClaimState
from chalicelib.ports import Commit
from tests.reader import Reader

PAID = "payment_intent.succeeded"
PERSON = {
    "name": "Ottilie Sonnenschein-Krüger",
    "email": "ottilie.sonnenschein@example.com",
    "phone": "+491713927654",
    "street": "Quittenweg 83",
    "city": "Nirgendhausen",
    "what": "Strom für Quittenweg",
    "invoice_number": "RE-OTTILIE-9",
}
WRITTEN = (
    "Mein Zähler steht bei Tante Hedwig",
    "Jana Kowalski",
    "jana.kowalski@example.com",
    "Ich war im Krankenhaus",
)
LONG_AGO = datetime(2014, 6, 1, tzinfo=UTC)


@pytest.fixture
def lived(house, creditor, provider):
    """A claim with a long story, paid and closed."""
    claim = house.register(creditor, **PERSON)
    house.send(house.planned(claim))
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    offer = reader.press(reader.get("plan"), "/plan", amount="10")
    assert reader.press(offer, "/document").status == 303, "its notice lies in the bucket"
    reader.on(reader.press(reader.get("wrong?about=faulty"), "/wrong", words=WRITTEN[0]))
    reader.press(reader.get("represent"), "/represent", name=WRITTEN[1], email=WRITTEN[2])
    reader.press(reader.get("complain"), "/complain", words=WRITTEN[3])
    provider.told(provider.notice(PAID, provider.takes(4820, claim=claim)))
    reader.press(reader.get("forget"), "/forget")
    held = house.again(claim)
    assert held.state is ClaimState.CLOSED
    # The law has the books tell whose they are for years; here they are over.
    aged = tuple(replace(entry, booked_at=LONG_AGO) for entry in held.recent)
    wiring.store().commit(claim.creditor, Commit((), claims=(replace(held, recent=aged),)))
    return claim


def everything_kept(house, creditor):
    """The table, and every version of every object of this creditor, as one text."""
    s3, kept = house.aws.client("s3"), [repr(house.everything())]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket="kulanz-house"):
        for version in page.get("Versions", ()):
            if creditor.id in version["Key"]:
                where = {"Bucket": "kulanz-house", "Key": version["Key"], "VersionId": version["VersionId"]}
                kept.append(version["Key"] + s3.get_object(**where)["Body"].read().decode("latin-1"))
    return "\n".join(kept)


def erase(house, claim):
    return forget_person(
        claim.creditor,
        claim.debtor,
        store=wiring.store(),
        archive=wiring.archive(),
        evidence=wiring.evidence(),
        policies=wiring.policies(),
        now=wiring.clock(),
    )


def test_G1_after_erasure_no_table_bucket_or_log_knows_the_person_and_the_books_stay(
    house, creditor, lived, alarms, capfd
):
    told = [*PERSON.values(), *WRITTEN, "Ottilie", "Hedwig", "Kowalski"]
    before, entries = house.again(lived), wiring.store().ledger(lived.creditor, lived.id)
    kept = everything_kept(house, creditor)
    assert [word for word in ("Ottilie", WRITTEN[0], WRITTEN[1], "%PDF-") if word not in kept] == []
    capfd.readouterr()
    assert erase(house, lived) is Forgotten.DONE
    kept = everything_kept(house, creditor)
    said = "".join(capfd.readouterr()) + json.dumps([vars(line) for line in alarms.lines], default=str)
    assert [word for word in told if word in kept or word in said] == []
    assert "%PDF-" not in kept, "a document is somebody's too"
    after = house.again(lived)
    assert (after.chain, after.paid, after.outstanding, after.state) == (
        *(before.chain, before.paid, before.outstanding),
        ClaimState.CLOSED,
    )
    assert wiring.store().ledger(lived.creditor, lived.id) == entries
    # The booking gets its true day back.
    wiring.store().commit(lived.creditor, Commit((), claims=(replace(after, recent=entries[1:]),)))
    house.invariants(lived)
    assert erase(house, lived) is Forgotten.UNKNOWN
