"""G1 from the page to the night, over table and bucket: the books stay, and nobody stands in them any more."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.ledger import fold
from chalicelib.domain.retention import kept_until
from chalicelib.entrypoints.schedules import nightly
from chalicelib.ports import Cleaned, Commit
from tests.finding import said
from tests.reader import Reader

STORE = json.loads((Path(__file__).parents[2] / "infra/template/store.json").read_text())["Resources"]
PAID = "payment_intent.succeeded"
MAIL, PHONE = "forget.me@example.com", "+491713920077"
# Everything that names, reaches or describes the person, as any form or file brought it.
PERSON = (
    *("Marta", "Lindqvist", "forget.me", "3920077", "0171 555", "Lindenweg", "10437", "1984-03-09"),
    *("Mein Zähler", "Bitte rufen", "second.one", "Strom, Abrechnung", "2026-4711", "Jana", "kowalski"),
)
LONG_AGO = datetime(2016, 5, 2, 9, 0, tzinfo=UTC)


def bucket_of(house, creditor):
    """Every version of every file of this creditor: its name and its bytes."""
    s3, found = house.aws.client("s3"), {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket="kulanz-house"):
        for one in page.get("Versions", ()):
            if f"/{creditor}/" not in one["Key"]:
                continue
            where = {"Bucket": "kulanz-house", "Key": one["Key"], "VersionId": one["VersionId"]}
            found[one["Key"], one["VersionId"]] = s3.get_object(**where)["Body"].read()
    return found


def names_somebody(text):
    return said(PERSON, text)


@pytest.fixture
def lived(house, creditor, provider):
    """A claim with everything a debtor may leave behind, paid and closed, its books long since closed too."""
    claim = house.register(creditor, email=MAIL, phone=PHONE)
    house.send(house.planned(claim))
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    reader.post("points", {"point": "second.one@example.com"})
    reader.press(reader.get("helpers"), "/helpers", scope="arrange")
    reader.press(reader.get("choices"), "/choices", barrier="job")
    wish = {"words": "Bitte rufen Sie an.", "slot": "morning", "language": "de", "phone": "0171 5550000"}
    reader.press(reader.get("talk"), "/talk", **wish)
    reader.press(reader.get("wrong?about=faulty"), "/wrong", words="Mein Zähler ist kaputt.")
    reader.press(reader.get("represent"), "/represent", name="Jana Kowalski", email="jana@kowalski.example")
    (dispute,) = house.matter(claim).disputes.values()
    whose = {"creditor": claim.creditor, "debtor": claim.debtor, "claim": claim.id}
    now = wiring.clock()
    paper = Document(
        "d-1", **whose, kind=DocumentKind.RECEIPT, about="", language="de", sha256="0", size=9, made_at=now
    )
    taken = {"state": EvidenceState.TAKEN, "sent_at": now, "done_at": now, "media_type": "image/png"}
    photo = Evidence("e-1", **whose, dispute=dispute.id, **taken)
    wiring.archive().keep(claim.creditor, "d-1", b"%PDF Marta Lindqvist")
    for version in (b"PNG Marta, first", b"PNG Marta, second"):
        wiring.evidence().keep(claim.creditor, "e-1", Cleaned("image/png", version))
    wiring.store().commit(claim.creditor, Commit((), documents=(paper,), evidence=(photo,)))
    provider.told(provider.notice(PAID, provider.takes(4820, claim=claim)))
    closed = house.again(claim)
    assert closed.state is ClaimState.CLOSED
    aged = tuple(replace(entry, booked_at=LONG_AGO) for entry in closed.recent)
    wiring.store().commit(claim.creditor, Commit((), claims=(replace(closed, recent=aged),)))
    return house.again(claim), reader


def test_G1_asked_for_on_the_page_forgotten_in_the_night_and_the_books_stay(house, lived):
    claim, reader = lived
    entries = wiring.store().ledger(claim.creditor, claim.id)
    assert names_somebody(house.everything()) and names_somebody(bucket_of(house, claim.creditor))
    asked = reader.press(reader.get("forget"), "/forget")
    (task,) = [t for t in house.matter(claim).tasks.values() if t.kind.value == "erasure"]
    assert asked.status == 200 and task.done_at is None
    assert nightly({}, None)["forgotten"] == 1
    kept, passing = {}, {}
    for key, item in house.everything().items():
        (passing if "gone_at" in item else kept)[key] = item
    assert names_somebody(kept) == []
    for key, item in passing.items():
        if names_somebody(item):
            left = datetime.fromtimestamp(int(item["gone_at"]["N"]), UTC) - wiring.clock()
            assert left <= timedelta(days=180), f"{key} leaves by itself, long before the books may"
    assert names_somebody(bucket_of(house, claim.creditor)) == [], "no version of any file"
    after = house.again(claim)
    assert (after.chain, after.entries, after.outstanding) == (claim.chain, claim.entries, claim.outstanding)
    assert wiring.store().ledger(claim.creditor, claim.id) == entries and fold(entries) == after.outstanding
    assert reader.get().status == 404 and Reader(claim.reference).get().status == 404
    assert nightly({}, None)["forgotten"] == 0, "once is enough"


def test_G1_the_same_file_handed_in_again_brings_nobody_back(house, lived):
    claim, reader = lived
    reader.press(reader.get("forget"), "/forget")
    nightly({}, None)
    again = house.register(
        wiring.store().creditor(claim.creditor), claim=claim.id, debtor=claim.debtor, email=MAIL
    )
    assert names_somebody([house.matter(again).debtor, again]) == []


def test_G1_nobody_is_forgotten_while_something_is_open_and_the_wish_is_kept(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    before = house.matter(claim).debtor
    assert reader.press(reader.get("forget"), "/forget").status == 200
    assert nightly({}, None)["forgotten"] == 0
    card = house.matter(claim).debtor
    assert (card.name, card.points) == (before.name, before.points) and card.forget_on


def test_G1_files_that_name_people_leave_the_bucket_sooner_than_the_books_may_forget():
    rules = STORE["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule.get("Prefix", ""): rule.get("ExpirationInDays") for rule in rules}
    older = next(r for r in rules if "Prefix" not in r)["NoncurrentVersionExpiration"]["NoncurrentDays"]
    today = datetime(2026, 11, 22, tzinfo=UTC).date()
    books = (kept_until("de_retention.json", today, today) - today).days
    for prefix in ("inbox/", "reports/", "uploads/"):
        assert days[prefix] + older < books
    assert "documents/" not in days and days["evidence/"] is None, "these go with their person"
    assert STORE["Table"]["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "gone_at", "Enabled": True}
