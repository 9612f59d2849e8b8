"""The creditors' bucket: what lies there is read, what is gone is let go, and only trouble is tried again."""

import io

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.batches.bucket import Bucket
from chalicelib.domain.batch import Batch, Outcome, Problem, RowOutcome
from chalicelib.domain.errors import Permanent, Retry, UploadGone
from tests.builders import NOW, creditor, profile

KEY = "inbox/nordlicht/november.csv"


class Shelf:
    """An S3 client over a few objects; with `fault`, every reading fails with that code."""

    def __init__(self, objects, fault=""):
        self.objects, self.fault = objects, fault

    def get_object(self, *, Bucket, Key):  # noqa: N803 - boto3's own names
        code = self.fault or ("" if Key in self.objects else "NoSuchKey")
        if code:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}


def test_an_upload_that_was_deleted_before_it_was_read_is_not_asked_for_again():
    bucket = Bucket("b", Shelf({}))
    file = bucket.file(KEY, creditor())
    for reading in (
        file.survey,
        file.rows,
        lambda: bucket.read_creditor("creditors/nordlicht.yaml", countries=(), strategies=()),
    ):
        with pytest.raises(UploadGone) as gone:
            reading()
        assert isinstance(gone.value, Permanent)


def test_a_bucket_that_cannot_be_reached_is_asked_again():
    with pytest.raises(Retry):
        Bucket("b", Shelf({KEY: b""}, fault="SlowDown")).file(KEY, creditor()).survey()


def test_the_report_of_a_creditor_is_in_its_language_and_its_form():
    class Kept(Shelf):
        def put_object(self, *, Bucket, Key, Body, ContentType):  # noqa: N803
            self.objects[Key] = Body

    shelf = Kept({})
    bucket = Bucket("b", shelf)
    bucket.speaks(creditor(language="en", profile=profile(date_format="dd.mm.yyyy")))
    row = RowOutcome(2, "R-1", Outcome.QUARANTINED, (Problem("due", "date_form", "2026-12-31"),))
    bucket.write(Batch("b1", "nordlicht", KEY, "e1", NOW), [row])
    assert b"like 31.12.2026," in shelf.objects["reports/nordlicht/b1.csv"]
