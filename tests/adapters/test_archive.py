"""The archive: a document is written once, opened for two minutes, and forgotten without a trace."""

import urllib.error
import urllib.request
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from chalicelib.adapters.documents.archive import OPEN_SECONDS, SIGNED, BucketArchive, key
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.errors import Retry
from tests.builders import NOW

PDF, OTHER = b"%PDF-1.7 one", b"%PDF-1.7 other"
DOCUMENT = Document("d-1", "nordlicht", "K-501", "R-1001", DocumentKind.STATEMENT, "", "de", "0" * 64, 12, NOW)


@pytest.fixture(scope="module")
def s3(client):
    found = client("s3")
    found.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": found.meta.region_name})
    found.put_bucket_versioning(Bucket="archive", VersioningConfiguration={"Status": "Enabled"})
    return found


@pytest.fixture
def archive(s3):
    held = BucketArchive("archive", s3)
    yield held
    held.forget("nordlicht", "d-1")


def test_whoever_comes_first_is_kept_and_everybody_gets_that(archive, s3):
    assert archive.keep("nordlicht", "d-1", PDF) == PDF
    assert archive.keep("nordlicht", "d-1", OTHER) == PDF
    assert archive.read(DOCUMENT) == PDF
    held = s3.head_object(Bucket="archive", Key=key("nordlicht", "d-1"))
    assert held["ContentType"] == "application/pdf"


def test_its_address_opens_it_in_the_browser_under_its_name_for_two_minutes(archive):
    archive.keep("nordlicht", "d-1", PDF)
    address = archive.address(DOCUMENT, "Erklärung, für Sie")
    asked = parse_qs(urlsplit(address).query)
    assert asked["X-Amz-Expires"] == [str(OPEN_SECONDS)] == ["120"]
    with urllib.request.urlopen(address, timeout=5) as answer:
        assert answer.read() == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        said = answer.headers["Content-Disposition"]
    assert said.startswith("inline; filename*=UTF-8''")
    assert unquote(said.partition("''")[2]) == "Erklärung, für Sie.pdf"


def test_the_address_lies_at_the_buckets_own_regional_name():
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-central-1"}
    no_other = SIGNED.merge(Config(ignore_configured_endpoint_urls=True))
    real = BucketArchive("kulanz-bucket", boto3.Session().client("s3", config=no_other, **keys))
    assert urlsplit(real.address(DOCUMENT, "x")).netloc == "kulanz-bucket.s3.eu-central-1.amazonaws.com"


def test_what_is_forgotten_leaves_no_version(archive, s3):
    archive.keep("nordlicht", "d-1", PDF)
    s3.delete_object(Bucket="archive", Key=key("nordlicht", "d-1"))
    archive.keep("nordlicht", "d-1", OTHER)
    archive.forget("nordlicht", "d-1")
    left = s3.list_object_versions(Bucket="archive", Prefix=key("nordlicht", "d-1"))
    assert not left.get("Versions") and not left.get("DeleteMarkers")
    with pytest.raises(Retry):
        archive.read(DOCUMENT)


def test_its_name_holds_ids_only():
    assert key("nordlicht", "d-1") == "documents/nordlicht/d-1.pdf"


def test_a_bucket_that_cannot_be_reached_is_asked_again():
    class Away:
        def put_object(self, **_):
            raise EndpointConnectionError(endpoint_url="https://bucket")

        get_object = put_object

        def get_paginator(self, _):
            raise EndpointConnectionError(endpoint_url="https://bucket")

    away = BucketArchive("archive", Away())
    for ask in (
        lambda: away.keep("nordlicht", "d-1", PDF),
        lambda: away.read(DOCUMENT),
        lambda: away.forget("nordlicht", "d-1"),
    ):
        with pytest.raises(Retry):
            ask()
