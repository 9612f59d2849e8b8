"""Letters: printed, laid out for the print house, and taken away again, over the real protocol."""

import pytest
from botocore.exceptions import ClientError

from chalicelib import registry, wiring
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.entrypoints.outcomes import outcomes

BUCKET = "kulanz-print"
LETTER = registry.collect(channels, "CHANNEL")["letter"]


@pytest.fixture
def claim(house):
    """A debtor of whom only the postal address is known."""
    creditor = house.open_creditor(channels=(ChannelSettings(LETTER.terms),))
    # An address of their own: so many letters a week may go to one.
    return house.register(creditor, email=None, phone=None, street=f"Lindenweg {creditor.id}")


def lying(house, claim):
    found = house.aws.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [item["Key"] for item in found if f"/{claim.creditor}/" in item["Key"]]


def told(house, claim, contact, word):
    """The print house's word, as the bucket tells it over the bus and the topic."""
    import json

    key = f"receipts/{claim.creditor}/{contact.id}.{word}"
    house.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"")
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": BUCKET}}}
    event["detail"]["object"] = {"key": key, "size": 0}
    for _ in range(2):  # at least once
        outcomes({"Records": [{"Sns": {"Message": json.dumps(event)}}]}, None)


def posted(house, claim):
    planned = house.planned(claim)
    assert planned.channel is ChannelKind.LETTER
    assert house.send(planned) is Sent.SENT
    return house.matter(claim).contacts[planned.id]


def test_a_letter_lies_ready_under_ids_alone_and_is_paid_by_its_dated_price(house, claim):
    contact = posted(house, claim)
    assert lying(house, claim) == [f"out/{claim.creditor}/{contact.id}.pdf"]
    key = lying(house, claim)[0]
    pdf = house.aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert pdf.startswith(b"%PDF") and b"pdfuaid" in pdf
    assert contact.cost.micros == 1_150_000 and contact.receipt == f"print-{contact.id}"
    kept = wiring.store().message(claim.creditor, contact.id)
    assert kept.letter == kept.link == kept.stop == "" and "Guten Tag" in kept.long
    house.invariants(claim)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("taken", ContactState.SENT),
        ("posted", ContactState.DELIVERED),
        ("returned", ContactState.FAILED),
        ("refused", ContactState.FAILED),
    ],
)
def test_after_each_word_of_the_print_house_nothing_of_the_letter_is_left(house, claim, word, state):
    contact = posted(house, claim)
    told(house, claim, contact, word)
    noted = house.matter(claim).contacts[contact.id]
    assert (noted.state, noted.outcome) == (state, word)
    assert lying(house, claim) == []
    with pytest.raises(ClientError):
        house.aws.client("s3").head_object(Bucket=BUCKET, Key=f"out/{claim.creditor}/{contact.id}.pdf")


def test_an_address_where_nobody_has_this_name_is_not_written_to_again(house, claim):
    told(house, claim, posted(house, claim), "returned")
    (point,) = house.matter(claim).debtor.points
    assert point.state is PointState.DEAD


@pytest.mark.parametrize(
    "key", ["receipts/a/c-1.lost", "receipts/a/b/c-1.posted", "out/a/c-1.pdf", "receipts/../c-1.posted", ""]
)
def test_any_other_object_says_nothing(key):
    notice = {"source": "aws.s3", "detail": {"object": {"key": key}}}
    assert LETTER.report_in(notice) is None
    LETTER.forget(notice)


def test_a_bucket_out_of_reach_lets_the_contact_wait(house, claim):
    import os

    kept = os.environ["PRINT_BUCKET"]
    os.environ["PRINT_BUCKET"] = "nobody-has-this-bucket"
    try:
        contact = house.planned(claim)
        with pytest.raises(Retry):
            house.send(contact)
        assert house.planned(claim).id == contact.id
    finally:
        os.environ["PRINT_BUCKET"] = kept
