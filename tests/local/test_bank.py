"""The bank double: what it tells is what the house reads, and its account is kept between two commands."""

import io
from argparse import ArgumentTypeError
from datetime import date

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.adapters.bank.pain001 import written
from chalicelib.domain.transfer_order import OutgoingTransfer, TransferOrder
from local.bank.__main__ import _cents
from local.bank.branch import Branch
from local.places import Trouble
from tests.builders import NOW, creditor

DAY = date(2026, 11, 20)


class Bucket:
    """As much of a bucket as a bank needs."""

    def __init__(self):
        self.objects = {
            "creditors/nordlicht.yaml": f"iban: {creditor().iban}\npayee: Nordlicht Energie GmbH\n".encode()
        }

    def get_object(self, Bucket, Key):
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, Bucket, Key, Body):
        self.objects[Key] = Body

    def list_objects_v2(self, Bucket, Prefix):
        return {"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}


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


def test_what_a_file_of_ours_orders_leaves_once_and_is_told_by_its_id(bucket, tmp_path):
    theirs = "DE89370400440532013000"
    transfers = tuple(
        OutgoingTransfer(f"rf{n}", 1180 + n, "Marta Lindqvist", theirs, f"Erstattung rf{n}") for n in range(2)
    )
    order = TransferOrder("pf1", NOW, DAY, creditor().payee, creditor().iban, transfers)
    bucket.objects["payments-out/nordlicht/pf1.xml"] = written(order)
    kept = tmp_path / "nordlicht.json"
    branch = Branch("nordlicht", "b", bucket, kept)
    moved = branch.carry_out(on=DAY)
    assert [(one.end_to_end, one.amount, one.iban) for one in moved] == [
        ("rf0", 1180, theirs),
        ("rf1", 1181, theirs),
    ]
    assert [signed for signed, _, _ in entries(bucket, branch.tell("notice", DAY))] == [-1180, -1181]
    assert Branch("nordlicht", "b", bucket, kept).carry_out(on=DAY) == []


def test_a_creditor_nobody_knows_has_no_bank(bucket):
    with pytest.raises(Trouble, match="there is no creditor fadenlauf"):
        Branch("fadenlauf", "b", bucket)


@pytest.mark.parametrize("amount", ["48,20", "48", "48.205", "-48.20", "1e3", ""])
def test_an_amount_is_written_with_a_point_and_two_digits_or_refused(amount):
    with pytest.raises(ArgumentTypeError, match="as 48.20"):
        _cents(amount)
    assert _cents("48.20") == 4820
