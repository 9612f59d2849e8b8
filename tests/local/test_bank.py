"""The bank double: what it tells is what the house reads, and its account is kept between two commands."""

import io
from datetime import date

import pytest

from chalicelib.adapters.bank.open_file import read_bank_file
from local.bank.branch import Branch
from local.places import Trouble
from tests.builders import creditor

DAY = date(2026, 11, 20)


class Bucket:
    """As much of a bucket as a bank needs."""

    def __init__(self):
        self.objects = {
            "creditors/nordlicht.yaml": f"iban: {creditor().iban}\npayee: Nordlicht Energie GmbH\n".encode()
        }

    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, Bucket, Key, Body):
        self.objects[Key] = Body


@pytest.fixture
def bucket():
    return Bucket()


def entries(bucket, key):
    (told,) = read_bank_file(bucket.objects[key], key, creditor())
    return [(entry.signed, entry.reference, entry.returned) for entry in told.entries]


def test_what_it_tells_is_read_and_told_once_each_way(bucket, tmp_path):
    branch = Branch("nordlicht", "b", bucket)
    moved = branch.account.receives(4820, "K7M4-QX2D-9TRP", on=DAY)
    first, second = branch.tell("notice", DAY), branch.tell("notice", DAY)
    assert entries(bucket, first) == [(4820, moved.reference, None)] and entries(bucket, second) == []
    assert entries(bucket, branch.tell("statement", DAY, 2)) == [(4820, moved.reference, None)]
    assert first == "bank/nordlicht/2026-11-20-00001-notice.xml"


def test_the_account_goes_on_where_it_stood(bucket, tmp_path):
    kept = tmp_path / "bank" / "nordlicht.json"
    before = Branch("nordlicht", "b", bucket, kept)
    moved = before.account.receives(4820, "a", on=DAY, name="A", iban="DE89370400440532013000")
    before.account.receives_together([before.account.part(1, "b", on=DAY)] * 2, on=DAY)
    before.tell("statement", DAY)
    after = Branch("nordlicht", "b", bucket, kept)
    assert after.account == before.account
    after.account.returns(after.movement(moved.reference), "AC04", on=DAY, fee=300)
    back = entries(bucket, after.tell("statement", DAY))
    assert [(signed, why) for signed, _, why in back] == [(-5120, "AC04")]
    assert after.account.balance == 4822 - 5120
    with pytest.raises(Trouble):
        after.movement("nothing")
