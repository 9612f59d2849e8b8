"""Sending a photo about a dispute, from the page to the bucket and back, and what the page says of it."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib import wiring
from chalicelib.domain.dispute import Dispute, DisputeReason, DisputeState
from chalicelib.domain.evidence import EvidenceState
from chalicelib.domain.pay_link import Scope
from chalicelib.entrypoints.evidence import take_upload
from chalicelib.ports import Commit
from tests.adapters import files_to_clean as files
from tests.adapters.forms_to_buckets import post
from tests.browser import phone
from tests.reader import Reader

from .front import Front

NAME = re.compile(r"uploads/[a-z0-9-]+/[A-Za-z0-9_-]{22}")


@pytest.fixture(scope="module")
def creditor(house):
    return house.open_creditor()


def in_dispute(house, creditor, **changes):
    """A claim in dispute, and the dispute."""
    claim = house.register(creditor)
    now = wiring.clock()
    dispute = Dispute(
        id=f"d-{claim.id}",
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        reason=DisputeReason.WRONG_AMOUNT,
        words="",
        admitted=None,
        answer_by=None,
        language="de",
        task="t-1",
        opened_at=now,
        due_at=now + timedelta(days=7),
    )
    disputed = replace(claim, dispute=dispute.id)
    wiring.store().commit(claim.creditor, Commit((), claims=(disputed,), disputes=(replace(dispute, **changes),)))
    return house.again(claim)


def reader_of(house, claim, **more):
    reader = Reader(house.link_to(claim), **more)
    reader.through_the_door()
    return reader


def upload_form(page):
    """The form that goes to the bucket."""
    return next((form for form in page.forms() if form[0].startswith(os.environ["BUCKET_ORIGIN"])), None)


def send(page, content):
    """Press the button with this file; where the bucket sends the browser then."""
    action, fields = upload_form(page)
    fields.pop("file")
    status, headers, body = post(action, tuple(fields.items()), content)
    assert status == 303, body
    parts = urlsplit(headers["location"])
    return f"{parts.path}?{parts.query}"


def woken(house, place):
    """What the bucket, the bus and the queue do next: the function is woken with the bucket's notice."""
    key = NAME.search(place.replace("%2F", "/"))[0]
    for version in house.aws.client("s3").list_object_versions(Bucket="kulanz-house", Prefix=key)["Versions"]:
        thing = {"key": key, "etag": version["ETag"].strip('"'), "version-id": version["VersionId"], "size": 1}
        notice = {"detail-type": "Object Created", "source": "aws.s3", "time": wiring.clock().isoformat()}
        take_upload({**notice, "detail": {"object": thing}}, wiring.clock())


def test_a_photo_goes_to_the_bucket_and_its_sender_sees_it_arrive_and_being_taken(house, creditor):
    claim = in_dispute(house, creditor)
    reader = reader_of(house, claim)
    page = reader.get("evidence")
    assert "10 MB" in page.words and "20 Seiten" in page.words and "Kamera" in page.words
    back = send(page, files.photo())
    waiting = reader.get(back)
    assert "Ihre Datei ist angekommen" in waiting.words and "Nachsehen" in waiting.words
    assert house.matter(claim).evidence == {}
    woken(house, back)
    (kept,) = house.matter(claim).evidence.values()
    assert (kept.state, kept.media_type) == (EvidenceState.TAKEN, "image/jpeg")
    assert "Angekommen: Foto" in reader.get(back).words
    assert "Was Sie gesendet haben Foto" in reader.get("evidence").words
    s3 = house.aws.client("s3")
    lying = s3.get_object(Bucket="kulanz-house", Key=f"evidence/{claim.creditor}/{kept.id}.jpg")
    assert files.SECRET.encode() not in lying["Body"].read()
    raw = s3.list_object_versions(Bucket="kulanz-house", Prefix=f"uploads/{claim.creditor}/")
    assert not raw.get("Versions") and not raw.get("DeleteMarkers")


def test_a_file_that_cannot_be_kept_is_told_with_what_to_do_and_another_may_be_sent(house, creditor):
    reader = reader_of(house, in_dispute(house, creditor))
    back = send(reader.get("evidence"), files.locked_pdf())
    woken(house, back)
    told = reader.get(back)
    assert "mit einem Passwort geschützt" in told.words
    assert upload_form(told)
    again = send(told, files.plain_pdf(2))
    woken(house, again)
    assert "Angekommen: PDF, 2 Seiten" in reader.get(again).words


@pytest.mark.long
def test_after_the_fifth_file_the_form_is_gone(house, creditor):
    reader = reader_of(house, in_dispute(house, creditor))
    first = reader.get("evidence")
    for number in range(5):
        woken(house, send(reader.get("evidence"), files.saved(files.drawing(50 + number, 50), "PNG")))
    full = reader.get("evidence")
    assert upload_form(full) is None and "Wir haben 5 Dateien von Ihnen" in full.words
    late = send(first, files.photo())
    woken(house, late)
    assert "Wir haben 5 Dateien von Ihnen" in reader.get(late).words


def test_without_an_open_dispute_there_is_no_form(house, creditor):
    plain = reader_of(house, house.register(creditor))
    answered = reader_of(house, in_dispute(house, creditor, state=DisputeState.ANSWERED))
    for reader in (plain, answered):
        assert upload_form(reader.get("evidence")) is None


def test_a_helper_who_may_only_see_gets_no_form(house, creditor):
    claim = in_dispute(house, creditor)
    token = house.link_to(claim)
    house.link(token, scope=Scope.SEE)
    reader = Reader(token)
    reader.through_the_door()
    assert upload_form(reader.get("evidence")) is None


def test_P6_without_a_visit_the_way_back_from_sending_tells_only_that_a_file_arrived(house, creditor):
    claim = in_dispute(house, creditor)
    reader = reader_of(house, claim)
    back = send(reader.get("evidence"), files.photo())
    stranger = Reader(reader.token)
    bare = stranger.get(back)
    woken(house, back)
    assert stranger.get(back).words == bare.words
    assert "Ihre Datei ist angekommen" in bare.words
    assert not [word for word in ("Foto", "Marta", "Lindqvist", claim.id, claim.debtor) if word in bare.text]
    assert "Nachname" in stranger.get("evidence").words or "Postleitzahl" in stranger.get("evidence").words


def test_O3_a_file_of_somebody_else_in_the_address_is_nothing(house, creditor):
    theirs = reader_of(house, in_dispute(house, creditor))
    back = send(theirs.get("evidence"), files.photo())
    woken(house, back)
    mine = reader_of(house, in_dispute(house, house.open_creditor()))
    place = f"/p/{mine.token}/evidence?{back.partition('?')[2]}"
    assert "angekommen" not in mine.get(place).words.lower()
    assert theirs.get(back.replace("%2F", "/")).status == 200


def test_the_way_back_leads_to_the_same_claim_in_the_same_language(house, creditor):
    first = in_dispute(house, creditor)
    number = first.debtor.removeprefix("K-")
    house.register(creditor, claim=f"R-{number}b", debtor=first.debtor)
    reader = Reader(house.link_to(house.claim(creditor.id, first.debtor, f"R-{number}b")))
    reader.through_the_door()
    back = send(reader.get(f"evidence?claim={first.id}&lang=en"), files.photo())
    waiting = reader.get(back)
    assert "Your file has arrived" in waiting.words
    woken(house, back)
    look = re.search(r'class="primary" href="([^"]+)"', waiting.text)[1].replace("&amp;", "&")
    assert "Arrived: Photo" in reader.get(reader.at("evidence") + look).words


def test_P4_drawing_the_form_changes_nothing_and_draws_another_each_time(house, creditor):
    claim = in_dispute(house, creditor)
    reader = reader_of(house, claim)
    before = house.everything()
    with house.wire.counted() as calls:
        keys = {upload_form(reader.get("evidence"))[1]["key"] for _ in range(5)}
    assert len(keys) == 5
    assert set(calls) <= {"dynamodb.GetItem", "dynamodb.Query", "secretsmanager.GetSecretValue"}
    assert house.everything() == before


def test_P13_the_visit_never_leaves_with_the_file(house, creditor):
    claim = in_dispute(house, creditor)
    bare = Reader(house.link_to(claim), cookies=None)
    inside = bare.through_the_door()
    visit = inside.forms()[0][1]["visit"]
    page = bare.post("show", {"visit": visit, "page": "evidence"})
    action, fields = upload_form(page)
    assert "visit" not in fields and visit[:20] not in json.dumps(fields)
    assert "keine Cookies" in page.words


@pytest.fixture(scope="module")
def front():
    served = Front()
    yield served
    served.close()


def test_in_a_real_browser_the_file_goes_past_us_and_its_sender_comes_back_known(house, front, browser, tmp_path):
    creditor = house.open_creditor(public_url=front.url)
    claim = in_dispute(house, creditor)
    token = house.link_to(claim)
    (tmp_path / "foto.jpg").write_bytes(files.photo())
    # The bucket lies at another site than our pages, as on AWS: cookies and policies must bear that.
    held = os.environ["BUCKET_ORIGIN"]
    os.environ["BUCKET_ORIGIN"] = held.replace("127.0.0.1", "localhost")
    context = phone(browser, java_script_enabled=False)
    try:
        tab = context.new_page()
        complaints = []
        tab.on("console", lambda said: complaints.append(said.text))
        tab.goto(f"{front.url}/p/{token}")
        tab.fill("input[name=postcode]", "10437")
        tab.click("button.primary")
        tab.goto(f"{front.url}/p/{token}/evidence")
        tab.set_input_files("#file", tmp_path / "foto.jpg")
        tab.click("button.primary")
        tab.wait_for_url(re.compile(r"/evidence\?.*etag="))
        assert "Ihre Datei ist angekommen" in tab.inner_text("main")
        woken(house, tab.url)
        tab.click("text=Nachsehen")
        assert "Angekommen: Foto" in tab.inner_text("main")
        assert complaints == []
    finally:
        context.close()
        os.environ["BUCKET_ORIGIN"] = held
    assert len(house.matter(claim).evidence) == 1
