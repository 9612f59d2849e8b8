"""A creditor's payout over the real protocol: from the journal to the file for the bank, and its statement."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.actions.book_money import Arrival, book_money
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.suspense import Suspense, SuspenseReason
from chalicelib.domain.trail import Trail
from chalicelib.entrypoints.documents import told
from chalicelib.ports import Commit
from tests.operators import Person
from tests.reader import sqs

OWN = BankAccount("Nordlicht Energie GmbH", "DE02120300000000202051")
TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


@pytest.fixture
def creditor(house):
    return house.open_creditor(payout_to=OWN, payout_terms=PayoutTerms(fee=1_000))


@pytest.fixture
def payout(house, creditor, claim):
    """€48.20 came by the bank nine days ago; anna puts what is the creditor's up for release."""
    at = datetime.now(UTC) - 9 * DAY
    day = at.date()
    arrival = Arrival("bank:test", 4820, "EUR", (claim.id,), (claim.id,), day)
    commit, _ = book_money(house.matter(claim), arrival, policy=wiring.policies()["DE"], most=100, now=at)
    wiring.store().commit(creditor.id, commit)
    anna = Person("anna", creditor.id)
    answer = anna.acts("pay-out", since=(TODAY - 30 * DAY).isoformat(), until=(TODAY - 2 * DAY).isoformat())
    assert answer["status"] == 200, answer
    return answer["payout"]


def bucket(house, key):
    return house.aws.client("s3").get_object(Bucket=os.environ["BUCKET"], Key=key)["Body"].read()


def test_what_was_collected_is_printed_released_and_leaves_in_one_file(house, creditor, payout):
    assert (payout["state"], payout["account"]["paid_out"]) == ("waiting", 4246)
    detail = {"creditor": creditor.id, "payout": payout["id"]}
    for _ in range(2):
        assert told(sqs({"detail": detail})) == {"batchItemFailures": []}
    assert bucket(house, f"payouts/{creditor.id}/00001.pdf").startswith(b"%PDF")
    csv = bucket(house, f"payouts/{creditor.id}/00001.csv").decode("utf-8-sig")
    assert "48,20" in csv and "42,46" in csv
    for name in ("anna", "bernd"):
        answer = Person(name, creditor.id, role="Finance").acts("release", order=payout["id"])
    assert answer["payout"]["state"] == "released"
    (file,) = Person("carla", creditor.id).acts("collect")["files"]
    xml = bucket(house, f"payments-out/{creditor.id}/{file['id']}.xml").decode()
    assert f"<EndToEndId>{payout['id']}</EndToEndId>" in xml and "42.46" in xml and OWN.iban in xml
    assert Person("carla", creditor.id).acts("collect")["files"] == []
    assert wiring.outgoing().payout(creditor.id, payout["id"]).state is LeavingState.SENT


def test_a_changed_account_waits_and_the_payout_goes_to_the_one_in_force(house, creditor, payout):
    other = BankAccount("Nordlicht Energie GmbH", "DE14990003030000123456")
    accept_creditor(replace(creditor, payout_to=other), store=wiring.store(), now=wiring.clock())
    (change,) = Person("anna", creditor.id).looks("accounts")["changes"]
    assert change["account"].endswith("DE…3456")
    for name in ("anna", "bernd"):
        assert Person(name, creditor.id).acts("confirm", change=change["change"])["status"] == 200
        Person(name, creditor.id).acts("release", order=payout["id"])
    (file,) = Person("anna", creditor.id).acts("collect")["files"]
    assert OWN.iban in bucket(house, f"payments-out/{creditor.id}/{file['id']}.xml").decode()


def test_what_cannot_leave_is_named_with_why_when_it_is_collected(house, creditor):
    """It fails, lies where it lay, and stands on no list: whoever collects learns of it."""
    lying = Suspense(creditor.id, "bank:nobody", 600, "EUR", SuspenseReason.NO_MATCH, None, wiring.clock())
    wiring.store().commit(creditor.id, Commit((), suspense=(lying,), trails=(Trail(creditor.id, lying.source),)))
    order = Person("anna", creditor.id).acts("send-back", source=lying.source)["refund"]["id"]
    for name in ("anna", "bernd"):
        Person(name, creditor.id).acts("release", order=order)
    answer = Person("carla", creditor.id).acts("collect")
    assert answer["files"] == [] and answer["failed"] == [{"order": order, "because": "no_account"}]
    assert Person("carla", creditor.id).acts("collect")["failed"] == []
    (again,) = Person("carla", creditor.id).looks("suspense")["suspense"]
    assert again["amount"] == 600
