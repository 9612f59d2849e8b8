"""A file that cannot be read, while AWS has troubles of its own: its report and its alarm come all the same."""

import json

import pytest
import yaml

from chalicelib import wiring
from chalicelib.domain.errors import Retry, StaleVersion
from chalicelib.entrypoints.uploads import intake
from tests.adapters.test_batches_creditor_file import GOOD
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


def settings_of(house, name, **changes):
    """The bucket's notice of a creditor's settings."""
    text = {**GOOD, "id": name, "strategy": "balanced", "country": "DE", **changes}
    key, body = f"creditors/{name}.yaml", yaml.safe_dump(text, allow_unicode=True).encode()
    etag = house.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
    return {"detail": {"object": {"key": key, "etag": etag}}}


def test_settings_that_name_another_creditors_account_are_refused_by_field_reason_and_remedy(house, alarms):
    """Else a transfer to it would be booked for one and lie in suspense for the other."""
    first, second = house.open_creditor(), house.open_creditor()
    for _ in range(2):
        intake(settings_of(house, first.id), None)
    assert alarms.of("creditor_invalid") == []
    version = wiring.store().fresh_creditor(second.id).version
    intake(settings_of(house, second.id, help_hours="never"), None)
    held = wiring.store().fresh_creditor(second.id)
    assert (held.version, held.help_hours == "never") == (version, False), "nothing of it is taken"
    (report,) = reports(house, second)
    (problem,) = report["problems"]
    assert (problem["setting"], problem["en"]["reason"]) == ("iban", "account_taken")
    assert problem["value"] == f"DE…{first.iban[-4:]}" and first.id not in json.dumps(report)
    assert problem["en"]["said"].startswith("This account is already another creditor's")
    assert problem["de"]["mend"].startswith("Geben Sie diesem Gläubiger ein eigenes Konto")
    (alarm,) = alarms.of("creditor_invalid")
    assert (alarm.creditor, alarm.holder) == (second.id, first.id)
    assert first.iban not in alarms
    intake(settings_of(house, second.id, iban="DE14990003030000123456"), None)
    changed = wiring.store().fresh_creditor(second.id)
    assert changed.version > version, "with an account of its own it is taken"


def test_settings_that_were_mended_say_so_where_their_refusal_stood(house):
    """Else whoever looks for the outcome of the second try finds the faults of the first."""
    creditor = house.open_creditor()
    intake(settings_of(house, creditor.id, colour="blue"), None)
    (refused,) = reports(house, creditor)
    assert (refused["status"], refused["problems"][0]["setting"]) == ("refused", "colour")
    intake(settings_of(house, creditor.id, iban=creditor.iban), None)
    (accepted,) = reports(house, creditor)
    assert (accepted["status"], accepted["problems"]) == ("accepted", [])
