"""Who was forgotten stands in the bucket by day: the fake and the real one keep the same promises."""

from datetime import UTC, date, datetime, timedelta

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.erasures import BucketErasures
from chalicelib.domain.errors import Retry
from tests.builders import NOW
from tests.fakes.outside import FakeErasures


@pytest.fixture(scope="module")
def s3(client):
    found = client("s3")
    where = {"LocationConstraint": found.meta.region_name}
    found.create_bucket(Bucket="erasures", CreateBucketConfiguration=where)
    return found


@pytest.fixture(params=["memory", "s3"])
def erasures(request):
    if request.param == "memory":
        return FakeErasures()
    return BucketErasures("erasures", request.getfixturevalue("s3"))


def test_whoever_was_noted_that_day_or_later_is_told_once_the_first_noted_first(erasures, request):
    of = request.node.callspec.id
    for number, days in (("K-2", 0), ("K-1", 1), ("K-2", 2), ("K-2", 2), ("K-0", -1)):
        erasures.note(of, number, NOW + timedelta(days=days))
    erasures.note(f"{of}-x", "K-9", NOW)
    day = NOW.date()
    assert list(erasures.since(of, day)) == ["K-2", "K-1"]
    assert list(erasures.since(of, day - timedelta(days=1))) == ["K-0", "K-2", "K-1"]
    assert list(erasures.since(of, day + timedelta(days=3))) == []


@pytest.mark.parametrize("number", ["12/34", "K 501", "ä#%&+", "..", "2026-11-23"])
def test_a_creditors_numbers_are_told_as_they_are_written(erasures, number):
    erasures.note("numbers", number, datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    assert number in list(erasures.since("numbers", date(2026, 11, 22)))


def test_the_objects_name_says_all_there_is(s3):
    BucketErasures("erasures", s3).note("named", "K/1", NOW)
    listed = s3.list_objects_v2(Bucket="erasures", Prefix="erasures/named/")["Contents"]
    assert [(item["Key"], item["Size"]) for item in listed] == [("erasures/named/2026-11-23/K%2F1", 0)]


def test_a_bucket_out_of_reach_is_tried_again():
    quick = Config(connect_timeout=0.2, read_timeout=0.2, retries={"max_attempts": 1})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-central-1"}
    away = boto3.Session().client("s3", endpoint_url="http://127.0.0.1:9", config=quick, **keys)
    with pytest.raises(Retry):
        BucketErasures("erasures", away).note("named", "K-1", NOW)
    with pytest.raises(Retry):
        list(BucketErasures("erasures", away).since("named", NOW.date()))
