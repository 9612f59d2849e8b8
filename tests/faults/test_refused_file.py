"""A file that cannot be read, while AWS has troubles of its own: its report and its alarm come all the same."""

import json

import pytest

from chalicelib.domain.errors import Retry, StaleVersion
from chalicelib.entrypoints.uploads import intake
from tests.wire import lost

BUCKET = "kulanz-house"


def handed_in(house, creditor, body):
    """The bucket's notice of a file this creditor has just uploaded."""
    key = f"inbox/{creditor.id}/claims.csv"
    etag = house.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
    return {"detail": {"object": {"key": key, "etag": etag}}}


def reports(house, creditor):
    s3 = house.aws.client("s3")
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"reports/{creditor.id}/").get("Contents", [])
    bodies = {item["Key"]: s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read() for item in found}
    return [json.loads(body) for key, body in bodies.items() if key.endswith(".json")]


@pytest.mark.parametrize(
    ("call", "after"), [("s3.PutObject", False), ("s3.PutObject", True), ("dynamodb.PutItem", True)]
)
def test_B6_a_refused_file_has_its_report_whatever_failed_the_first_time(house, creditor, alarms, call, after):
    notice = handed_in(house, creditor, b"claim,debtor\nR-1,\xff\xfe\x00")
    nth = 2 if call == "dynamodb.PutItem" else 1
    with house.wire.at(call, lost(), after=after, nth=nth), pytest.raises((Retry, StaleVersion)):
        intake(notice, None)
    intake(notice, None)
    (report,) = reports(house, creditor)
    assert report["status"] == "refused"
    assert alarms.of("batch_unreadable")
