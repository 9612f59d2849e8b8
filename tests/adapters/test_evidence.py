"""The bucket of files about disputes, over the real protocol: what its forms take, what is kept and forgotten."""

import base64
import json
from datetime import UTC, datetime

import pytest
from botocore.config import Config

from chalicelib.adapters.evidence import LARGEST_SENT, EvidenceBucket, upload_in
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.errors import Retry, UploadGone
from chalicelib.domain.evidence import LARGEST, evidence_id
from chalicelib.ports import About, Cleaned, Upload
from tests.builders import NOW

from .forms_to_buckets import post, sent_back

BACK = "https://zahlen.nordlicht.example/p/token/evidence"
FORM_ID = "q7Xc2LmVb9TzRk4WnYp3Hg"
DISPUTE = Dispute(
    id="d-1",
    creditor="nordlicht",
    debtor="Kündin 501",
    claim="R-1001",
    reason=DisputeReason.FAULTY,
    words="",
    admitted=None,
    answer_by=None,
    language="de",
    task="t-1",
    opened_at=NOW,
    due_at=NOW,
)
ABOUT = About("nordlicht", "Kündin 501", "R-1001", "d-1")


@pytest.fixture(scope="module")
def s3(local_aws):
    """As the package asks for it: Signature Version 4."""
    return local_aws.session.client(
        "s3", endpoint_url=local_aws.url, region_name="eu-central-1", config=Config(signature_version="s3v4")
    )


@pytest.fixture(scope="module")
def bucket(s3, local_aws):
    s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Enabled"})
    return EvidenceBucket("evidence", lambda: local_aws.url + "/", s3)


def lying(s3, prefix=""):
    """Everything in the bucket, older versions and marks of deletion too."""
    found = s3.list_object_versions(Bucket="evidence", Prefix=prefix)
    return [item["Key"] for item in (*found.get("Versions", ()), *found.get("DeleteMarkers", ()))]


def newest(s3, key):
    head = s3.head_object(Bucket="evidence", Key=key)
    return Upload(key, head["ETag"].strip('"'), head["VersionId"])


def test_a_browser_sends_a_file_and_is_sent_back_with_its_names(bucket, s3):
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    status, headers, _ = post(form.action, form.fields, b"a photo")
    assert status == 303
    page, said = sent_back(headers["location"])
    upload = newest(s3, f"uploads/nordlicht/{FORM_ID}")
    assert page == BACK
    assert (said["bucket"], said["key"]) == ("evidence", upload.key)
    assert evidence_id(said["key"], said["etag"]) == evidence_id(upload.key, upload.etag)
    sent = bucket.read(upload)
    assert (sent.about, sent.content) == (ABOUT, b"a photo")
    bucket.drop(upload)
    assert lying(s3, upload.key) == []
    with pytest.raises(UploadGone):
        bucket.read(upload)


def test_making_a_form_asks_the_bucket_nothing(bucket, s3):
    asked = []
    s3.meta.events.register("before-send.s3", lambda **call: asked.append(call))
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    s3.meta.events.unregister("before-send.s3")
    assert asked == []
    policy = json.loads(base64.b64decode(dict(form.fields)["policy"]))
    assert ["content-length-range", 0, LARGEST_SENT] in policy["conditions"]
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert 3500 < left.total_seconds() <= 3600


def test_the_form_goes_to_the_bucket_where_browsers_reach_it(s3):
    regional = EvidenceBucket("evidence", lambda: "https://evidence.s3.eu-central-1.amazonaws.com", s3)
    assert regional.form(DISPUTE, FORM_ID, back=BACK).action == "https://evidence.s3.eu-central-1.amazonaws.com/"
    local = EvidenceBucket("evidence", lambda: "http://127.0.0.1:4566/", s3)
    assert local.form(DISPUTE, FORM_ID, back=BACK).action == "http://127.0.0.1:4566/evidence"


TAMPERED = {
    "another place": {"key": "uploads/nordlicht/somewhere-else-000000"},
    "another creditor's place": {"key": f"uploads/fairkasso/{FORM_ID}"},
    "the cleaned files' place": {"key": "evidence/nordlicht/e-1.pdf"},
    "another dispute": {"x-amz-meta-about": base64.b64encode(b'["nordlicht","K-9","R-9","d-9"]').decode()},
    "another way back": {"success_action_redirect": "https://evil.example/"},
    "one field more": {"Content-Type": "text/html"},
    "open to all": {"acl": "public-read"},
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_form_that_somebody_changed_is_refused(bucket, s3, what):
    before = lying(s3)
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    fields = tuple({**dict(form.fields), **TAMPERED[what]}.items())
    status, _, body = post(form.action, fields, b"a photo")
    assert status == 403 and "<Code>AccessDenied</Code>" in body
    assert lying(s3) == before


def test_a_form_whose_hour_is_over_is_refused(bucket, s3, local_aws):
    post_of = s3.generate_presigned_post("evidence", f"uploads/nordlicht/{FORM_ID}", ExpiresIn=-1)
    status, _, body = post(f"{local_aws.url}/evidence", tuple(post_of["fields"].items()), b"a photo")
    assert status == 403 and "<Code>AccessDenied</Code>" in body and "expired" in body


def test_a_file_somewhat_too_large_comes_to_us_so_that_our_own_page_can_say_so(bucket, s3):
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    status, _, _ = post(form.action, form.fields, b"x" * (LARGEST + 5))
    upload = newest(s3, f"uploads/nordlicht/{FORM_ID}")
    assert status == 303
    assert len(bucket.read(upload).content) == LARGEST + 1
    bucket.drop(upload)
    status, _, body = post(form.action, form.fields, b"x" * (LARGEST_SENT + 1))
    assert status == 400 and "<Code>EntityTooLarge</Code>" in body


def test_an_empty_file_comes_to_us_too(bucket, s3):
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    assert post(form.action, form.fields, b"")[0] == 303
    upload = newest(s3, f"uploads/nordlicht/{FORM_ID}")
    assert bucket.read(upload).content == b""
    bucket.drop(upload)


def test_two_files_over_one_form_lie_side_by_side(bucket, s3):
    form = bucket.form(DISPUTE, FORM_ID, back=BACK)
    uploads = []
    for content in (b"first", b"second"):
        post(form.action, form.fields, content)
        uploads.append(newest(s3, f"uploads/nordlicht/{FORM_ID}"))
    assert [bucket.read(upload).content for upload in uploads] == [b"first", b"second"]
    bucket.drop(uploads[1])
    assert bucket.read(uploads[0]).content == b"first"
    bucket.drop(uploads[0])


def test_O3_a_file_that_says_it_is_of_another_creditor_than_its_place_is_about_nothing(bucket, s3):
    for metadata in (
        {"about": "nonsense"},
        {"about": base64.b64encode(b'["fairkasso","K","R","d"]').decode()},
        {},
    ):
        s3.put_object(Bucket="evidence", Key=f"uploads/nordlicht/{FORM_ID}", Body=b"x", Metadata=metadata)
        upload = newest(s3, f"uploads/nordlicht/{FORM_ID}")
        assert bucket.read(upload).about is None
        bucket.drop(upload)


def test_G1_a_forgotten_file_is_gone_with_every_version_and_its_neighbours_stay(bucket, s3):
    photo, pdf = Cleaned("image/jpeg", b"one"), Cleaned("application/pdf", b"two", 1)
    for cleaned in (photo, photo):
        bucket.keep("nordlicht", "e-1", cleaned)
    s3.delete_object(Bucket="evidence", Key="evidence/nordlicht/e-1.jpg")
    bucket.keep("nordlicht", "e-11", pdf)
    bucket.forget("nordlicht", "e-1")
    bucket.forget("nordlicht", "e-1")
    assert lying(s3, "evidence/") == ["evidence/nordlicht/e-11.pdf"]
    assert s3.head_object(Bucket="evidence", Key="evidence/nordlicht/e-11.pdf")["ContentType"] == "application/pdf"


def test_I3_a_bucket_out_of_reach_is_a_reason_to_try_again(local_aws):
    nowhere = local_aws.session.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="eu-central-1",
        config=Config(retries={"max_attempts": 0}),
    )
    bucket = EvidenceBucket("evidence", lambda: "", nowhere)
    upload = Upload(f"uploads/nordlicht/{FORM_ID}", "e", "v")
    for ask in (
        lambda: bucket.read(upload),
        lambda: bucket.drop(upload),
        lambda: bucket.keep("nordlicht", "e-1", Cleaned("image/png", b"")),
        lambda: bucket.forget("nordlicht", "e-1"),
    ):
        with pytest.raises(Retry):
            ask()


NOTICE = {
    "version": "0",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "123456789012",
    "time": "2026-11-23T09:00:05Z",
    "region": "eu-central-1",
    "detail": {
        "version": "0",
        "bucket": {"name": "evidence"},
        "object": {
            "key": f"uploads/nordlicht/{FORM_ID}",
            "size": 7,
            "etag": "d41d8cd98f00b204e9800998ecf8427e",
            "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
            "sequencer": "00617F08299329D189",
        },
        "reason": "PostObject",
    },
}


def test_the_buckets_notice_says_which_file_came_and_when():
    upload, at = upload_in(NOTICE)
    assert upload == Upload(
        f"uploads/nordlicht/{FORM_ID}", "d41d8cd98f00b204e9800998ecf8427e", "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    )
    assert at == datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "key", ["inbox/nordlicht/file.csv", "uploads/nordlicht/short", f"uploads/No/{FORM_ID}", "uploads/", ""]
)
def test_a_notice_of_anything_else_is_none_of_ours(key):
    thing = {**NOTICE["detail"]["object"], "key": key}
    assert upload_in({**NOTICE, "detail": {**NOTICE["detail"], "object": thing}}) is None
    assert upload_in({**NOTICE, "detail-type": "Object Deleted"}) is None
