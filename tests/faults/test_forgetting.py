"""G1 from the page to the night, over table, bucket, log and export; G2 over a table that was restored."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from chalicelib import wiring
from chalicelib.actions.export_day import export_day
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import ContactState
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.export import bounds
from chalicelib.domain.ledger import fold
from chalicelib.domain.retention import kept_until
from chalicelib.entrypoints.schedules import nightly
from chalicelib.ports import Cleaned, Commit
from infra.restore import restore
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
            if f"/{creditor}/" not in one["Key"] and f"={creditor}/" not in one["Key"]:
                continue
            where = {"Bucket": "kulanz-house", "Key": one["Key"], "VersionId": one["VersionId"]}
            found[one["Key"], one["VersionId"]] = s3.get_object(**where)["Body"].read()
    return found


def names_somebody(text):
    return said(PERSON, text)


def exported(house, claim, place):
    """Every row of every table that is exported of this claim's contacts, as DuckDB reads them."""
    policy, watch = wiring.policies()["DE"], wiring.watch()
    days = {contact.due_at.date() for contact in house.matter(claim).contacts.values()}
    for day in days:
        ports = {"store": wiring.store(), "watch": watch, "exports": wiring.exports()}
        export_day(claim.creditor, day, bounds(day)[1] + timedelta(days=28), policy=policy, **ports)
    rows = []
    for (key, version), body in bucket_of(house, claim.creditor).items():
        if key.startswith("exports/"):
            file = place / f"{version}.parquet"
            file.write_bytes(body)
            rows += duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchall()
    return rows


def still_named(house, creditor):
    """What of the whole table, every file and every queue names the person, but for what leaves by itself soon."""
    kept = {}
    for key, item in house.everything().items():
        if "gone_at" not in item:
            kept[key] = item
        elif names_somebody(item):
            left = datetime.fromtimestamp(int(item["gone_at"]["N"]), UTC) - wiring.clock()
            assert left <= timedelta(days=180), f"{key} leaves by itself, long before the books may"
    queued = [house.queued(name) for name in ("claims", "money", "contacts", "dead")]
    return names_somebody([kept, bucket_of(house, creditor), queued])


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


def put_back(house, table, items):
    for item in items.values():
        house.aws.client("dynamodb").put_item(TableName=table, Item=item)


def test_G1_asked_for_on_the_page_forgotten_in_the_night_and_the_books_stay(house, lived, alarms, tmp_path):
    claim, reader = lived
    entries = wiring.store().ledger(claim.creditor, claim.id)
    assert names_somebody(house.everything()) and names_somebody(bucket_of(house, claim.creditor))
    asked = reader.press(reader.get("forget"), "/forget")
    (task,) = [t for t in house.matter(claim).tasks.values() if t.kind.value == "erasure"]
    assert asked.status == 200 and task.done_at is None
    assert nightly({}, None)["forgotten"] == 1
    assert still_named(house, claim.creditor) == [], "no item, no version of any file, no message in a queue"
    rows = exported(house, claim, tmp_path)
    assert rows and names_somebody(rows) == [] and claim.debtor not in str(rows)
    assert alarms.lines and names_somebody([vars(record) for record in alarms.lines]) == []
    after = house.again(claim)
    assert (after.chain, after.entries, after.outstanding) == (claim.chain, claim.entries, claim.outstanding)
    assert wiring.store().ledger(claim.creditor, claim.id) == entries and fold(entries) == after.outstanding
    assert reader.get().status == 404 and Reader(claim.reference).get().status == 404
    assert nightly({}, None)["forgotten"] == 0, "once is enough"


def test_G1_whoever_never_asks_is_forgotten_by_the_night_all_the_same(house, lived, alarms):
    claim, _ = lived
    entries, card = wiring.store().ledger(claim.creditor, claim.id), house.matter(claim).debtor
    assert card.forget_on > wiring.clock(), "from its first day each card says when it is looked at"
    wiring.store().commit(claim.creditor, Commit((), debtor=replace(card, forget_on=wiring.clock())))
    assert nightly({}, None)["forgotten"] == 1
    assert still_named(house, claim.creditor) == []
    assert wiring.store().ledger(claim.creditor, claim.id) == entries
    assert names_somebody([vars(record) for record in alarms.lines]) == []


def test_G1_while_the_books_bind_only_they_are_left(house, lived):
    claim, reader = lived
    booked = tuple(replace(entry, booked_at=wiring.clock()) for entry in claim.recent)
    wiring.store().commit(claim.creditor, Commit((), claims=(replace(claim, recent=booked),)))
    reader.press(reader.get("forget"), "/forget")
    said_of_it = nightly({}, None)
    assert (said_of_it["restricted"], said_of_it["forgotten"]) == (1, 0)
    card, again = house.matter(claim).debtor, house.again(claim)
    assert (card.points, card.birth_date, card.helpers) == ((), None, ()) and card.name
    assert (again.score, again.history, again.chain) == (None, {}, claim.chain)
    assert nightly({}, None)["restricted"] == 0, "once is enough"


def test_G2_a_table_restored_from_before_forgets_again_whoever_was_noted_since(house, lived):
    claim, reader = lived
    reader.press(reader.get("forget"), "/forget")
    backup, entries = house.everything(), wiring.store().ledger(claim.creditor, claim.id)
    today = wiring.clock().date()
    assert nightly({}, None)["forgotten"] == 1 and still_named(house, claim.creditor) == []
    house.empty()
    put_back(house, "kulanz", backup)
    assert still_named(house, claim.creditor) != []
    since = {"detail-type": "ForgetAgain", "detail": {"creditor": claim.creditor, "since": today.isoformat()}}
    assert nightly(since, None) == {"noted": 1, "forgotten_again": 1}
    assert still_named(house, claim.creditor) == []
    after = house.again(claim)
    assert (after.chain, after.entries, after.outstanding) == (claim.chain, claim.entries, claim.outstanding)
    assert wiring.store().ledger(claim.creditor, claim.id) == entries and fold(entries) == after.outstanding
    assert nightly(since, None) == {"noted": 1, "forgotten_again": 0}, "once is enough"


def filled_from(house, backup, noted=()):
    """The table is lost, and filled again from a copy that was made before; how many items came back."""
    house.empty()
    tables = house.aws.client("dynamodb")
    tables.create_table(
        TableName="copy",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    put_back(house, "copy", backup)
    where = {"endpoint_url": os.environ["AWS_ENDPOINT_URL"], "region": os.environ["AWS_DEFAULT_REGION"]}
    copied, _ = restore("copy", "kulanz", noted=noted, **where)
    tables.delete_table(TableName="copy")
    return copied


def test_G2_what_left_since_the_moment_of_the_copy_is_not_sent_again_and_the_next_one_is_planned(house, creditor):
    before = wiring.clock() - timedelta(days=12)
    claim = house.register(creditor, now=before, email="left.once@example.com", phone=None)
    planned = house.planned(claim)
    assert planned.due_at < wiring.clock()
    backup = house.everything()
    assert house.send(planned) is Sent.SENT
    assert filled_from(house, backup) == len(backup)
    assert house.send(planned) is Sent.DUPLICATE
    assert nightly({}, None)["lost"] == 1
    assert house.matter(claim).contacts[planned.id].state is ContactState.LOST
    assert house.planned(claim).step == planned.step + 1
    assert len(house.mails("left.once@example.com")) == 1


def test_G2_a_lost_table_filled_from_a_copy_brings_back_the_books_and_forgets_again(house, lived):
    claim, reader = lived
    reader.press(reader.get("forget"), "/forget")
    backup, entries = house.everything(), wiring.store().ledger(claim.creditor, claim.id)
    nightly({}, None)
    noted = set(wiring.erasures().since(claim.creditor, wiring.clock().date()))
    assert filled_from(house, backup, {(claim.creditor, number) for number in noted}) == len(backup)
    since = {"detail-type": "ForgetAgain", "detail": {"creditor": claim.creditor, "since": "2020-01-01"}}
    assert nightly(since, None)["forgotten_again"] == 1
    assert still_named(house, claim.creditor) == []
    assert wiring.store().ledger(claim.creditor, claim.id) == entries


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
    for prefix in ("inbox/", "reports/", "uploads/", "bank/", "payments-out/"):
        assert days[prefix] + older < books
    assert "documents/" not in days and days["evidence/"] is None, "these go with their person"
    assert STORE["Table"]["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "gone_at", "Enabled": True}
    assert days["exports/"] + 1 < books
    assert "erasures/" not in days, "who was forgotten is known for good, by a number"


def test_G1_no_queue_keeps_a_message_longer_than_two_weeks():
    queues = json.loads((Path(__file__).parents[2] / "infra/template/queues.json").read_text())["Resources"]
    kept = {
        name: q["Properties"]["MessageRetentionPeriod"]
        for name, q in queues.items()
        if q["Type"] == "AWS::SQS::Queue"
    }
    assert len(kept) > 10 and max(kept.values()) <= 14 * 24 * 3600
