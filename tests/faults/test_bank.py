"""A bank's files over the real protocol: twice, in any order, half done, unreadable: each sum books once."""

import json
import os
import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.look_after_money import look_after_money
from chalicelib.adapters.bank.open_file import read_bank_file
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.reference import shown
from chalicelib.entrypoints.events import money
from chalicelib.entrypoints.schedules import tell_of_money
from chalicelib.entrypoints.uploads import intake
from local.bank.account import Account
from local.bank.messages import notice, statement
from tests.operators import Person
from tests.reader import sqs
from tests.wire import Death, lost

TODAY = datetime.now(UTC).date()


class Branch:
    """The bank of one creditor: its files, as they are put into the bucket and worked on."""

    def __init__(self, house, creditor):
        self.house, self.creditor = house, creditor
        self.account = Account(creditor.iban, creditor.payee)

    def put(self, body, name="auszug.xml"):
        key = f"bank/{self.creditor.id}/{name}"
        put = self.house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=body)
        return {"detail": {"object": {"key": key, "etag": put["ETag"].strip('"')}}}

    def messages(self):
        return self.house.queued("money")

    def work(self):
        return [money(sqs(message), None) for message in self.messages()]

    def hand_in(self, body, name="auszug.xml"):
        """Put a file there, read it and book it: what became of its entries."""
        intake(self.put(body, name), None)
        assert all(answer == {"batchItemFailures": []} for answer in self.work())
        return self.report(body)

    def report(self, body):
        (told,) = read_bank_file(body, "x.xml", self.creditor)
        found = wiring.statement_of(told, self.creditor.id, "", wiring.clock())
        return self.read(f"bank-{found.id}")

    def read(self, name):
        key = f"reports/{self.creditor.id}/{name}.json"
        found = self.house.aws.client("s3").get_object(Bucket=os.environ["BUCKET"], Key=key)
        return json.loads(found["Body"].read())

    def refusal(self):
        listed = self.house.aws.client("s3").list_objects_v2(
            Bucket=os.environ["BUCKET"], Prefix=f"reports/{self.creditor.id}/bank-"
        )
        (key,) = [item["Key"] for item in listed["Contents"] if item["Key"].endswith(".json")]
        return self.read(key.rpartition("/")[2].removesuffix(".json"))


@pytest.fixture
def branch(house, creditor):
    return Branch(house, creditor)


@pytest.fixture
def reference(claim):
    return shown(claim.reference)


def payments(claim):
    ledger = wiring.store().ledger(claim.creditor, claim.id)
    return [entry for entry in ledger if entry.kind is EntryKind.PAYMENT]


def outcomes(report):
    return [result["outcome"] for result in report["results"]]


def test_a_transfer_by_reference_is_booked_and_reported_to_the_cent(house, branch, claim, reference):
    branch.account.receives(2000, f"Strom {reference.lower()}", on=TODAY, value_date=TODAY - timedelta(days=2))
    branch.account.pays(770, "Gebühr", on=TODAY)
    report = branch.hand_in(statement(branch.account, on=TODAY))
    assert outcomes(report) == ["booked", "own"]
    assert report["sums"]["booked"] + report["sums"]["own"] == report["balances"]["closing"] == 1230
    (entry,) = payments(claim)
    assert (entry.amount, entry.value_date) == (2000, TODAY - timedelta(days=2))
    assert house.again(claim).outstanding.total == 2820


def test_the_same_statement_twice_changes_nothing_under_any_name(house, branch, claim, reference):
    branch.account.receives(2000, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    branch.hand_in(body)
    before = house.everything()
    branch.hand_in(body)
    branch.hand_in(body, "noch-einmal.xml")
    assert house.everything() == before


def test_a_message_that_comes_twice_books_once_and_is_counted_once(house, branch, claim, reference):
    branch.account.receives(2000, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    (message,) = branch.messages()
    for _ in range(2):
        assert money(sqs(message), None) == {"batchItemFailures": []}
    assert branch.report(body)["counts"]["booked"] == 1
    assert len(payments(claim)) == 1


def test_two_who_book_the_same_entries_at_once_book_them_once(house, branch, claim, reference):
    for amount in (100, 200, 300):
        branch.account.receives(amount, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    (message,) = branch.messages()
    answers = house.wire.race(*[lambda: money(sqs(message), None)] * 2)
    for answer in answers:
        if answer["batchItemFailures"]:
            assert money(sqs(message), None) == {"batchItemFailures": []}
    assert sorted(entry.amount for entry in payments(claim)) == [100, 200, 300]
    report = branch.report(body)
    assert (report["status"], report["counts"]["booked"], report["sums"]["booked"]) == ("done", 3, 600)


@pytest.mark.parametrize("first", ["notice", "statement"])
def test_a_notice_and_the_statement_book_once_in_either_order(house, branch, claim, reference, first):
    branch.account.receives(2000, reference, on=TODAY)
    branch.account.receives_together([branch.account.part(10, reference, on=TODAY)] * 3, on=TODAY)
    bodies = [notice(branch.account, on=TODAY), statement(branch.account, on=TODAY, parts=first == "statement")]
    reports = [branch.hand_in(body) for body in (bodies if first == "notice" else bodies[::-1])]
    assert outcomes(reports[0]) == ["booked"] * 4
    assert outcomes(reports[1]) == (["known", "parts"] if first == "notice" else ["known"] * 4)
    assert sum(entry.amount for entry in payments(claim)) == 2030


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_I1_I2_a_death_at_any_write_of_a_booking_leaves_it_to_be_finished(
    house, branch, claim, reference, nth, after
):
    branch.account.receives(2000, reference, on=TODAY, name="Marta Lindqvist", iban="DE89370400440532013000")
    branch.account.receives(1, "wem auch immer", on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    (message,) = branch.messages()
    with (
        pytest.raises(Death),
        house.wire.at("dynamodb.TransactWriteItems", Death(), after=after, nth=nth),
    ):
        money(sqs(message), None)
    assert money(sqs(message), None) == {"batchItemFailures": []}
    assert outcomes(branch.report(body)) == ["booked", "suspense"]
    assert [entry.amount for entry in payments(claim)] == [2000]
    assert [amount for _, amount, _ in house.suspense(branch.creditor)] == [1]


def test_I2_an_answer_lost_after_the_commit_is_answered_the_same(house, branch, claim, reference):
    branch.account.receives(2000, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    (message,) = branch.messages()
    with house.wire.at("dynamodb.TransactWriteItems", lost(), after=True, nth=2):
        answer = money(sqs(message), None)
    if answer["batchItemFailures"]:
        assert money(sqs(message), None) == {"batchItemFailures": []}
    assert outcomes(branch.report(body)) == ["booked"]
    assert len(payments(claim)) == 1


def test_a_reader_that_dies_between_two_pieces_is_taken_up_again(house, branch, claim, reference):
    for amount in range(1, 46):
        branch.account.receives(amount, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    event = branch.put(body)
    with pytest.raises(Death), house.wire.at("sqs.SendMessage", Death(), nth=2):
        intake(event, None)
    branch.work()
    assert branch.report(body)["status"] == "booking"
    intake(event, None)
    branch.work()
    report = branch.report(body)
    assert (report["status"], report["counts"]["booked"]) == ("done", 45)
    assert sum(entry.amount for entry in payments(claim)) == sum(range(1, 46))


def test_unknown_money_lies_in_suspense_with_its_proposal_and_an_alarm(house, branch, claim, alarms):
    branch.account.receives(claim.outstanding.total, "danke", on=TODAY, name="Lindqvist, Marta")
    report = branch.hand_in(statement(branch.account, on=TODAY))
    assert report["results"][0]["because"]["reason"] == "unsure"
    assert alarms.of("suspense")
    (item,) = [i for k, i in house.everything(branch.creditor.id).items() if k[1].startswith("SUSPENSE#")]
    (candidate,) = item["candidates"]["L"]
    assert candidate["M"]["claim"]["S"] == claim.id and candidate["M"]["score"]["N"] == "70"
    assert payments(claim) == []


def test_a_return_that_names_nothing_we_know_takes_nothing_back_and_rings_until_somebody_looks(
    house, branch, claim, reference, alarms
):
    branch.account.receives(2000, reference, on=TODAY)
    before_us = branch.account.part(2000, "bevor es uns gab", on=TODAY - timedelta(days=40), name="Somebody")
    branch.account.returns(before_us, "AC04", on=TODAY, fee=350)
    body = statement(branch.account, on=TODAY)
    for name in ("auszug.xml", "noch-einmal.xml"):
        report = branch.hand_in(body, name)
    assert outcomes(report) == ["booked", "suspense"]
    assert report["results"][1]["because"]["reason"] == "return_unmatched"
    assert [entry.amount for entry in payments(claim)] == [2000] and house.again(claim).outstanding.total == 2820
    assert len(alarms.of("suspense")) == 1
    anna = Person("anna", branch.creditor.id)
    (lying,) = anna.looks("suspense")["suspense"]
    assert (lying["amount"], lying["reason"]) == (-2000, "return_unmatched")
    for what, more in (("assign", {"claim": claim.id}), ("send-back", {})):
        assert anna.acts(what, source=lying["source"], **more)["said"] == "refused"
    later = wiring.clock() + timedelta(days=6)
    tell_of_money(look_after_money([branch.creditor.id], desk=wiring.money_desk(), now=later))
    waiting = [(alarm.creditor, alarm.what, alarm.about) for alarm in alarms.of("money_waits")]
    assert (branch.creditor.id, "suspense", lying["source"]) in waiting
    house.invariants(claim)


def test_a_person_who_finds_out_which_payment_it_was_takes_it_back_once(house, branch, claim, reference, alarms):
    branch.account.receives(2000, reference, on=TODAY)
    branch.account.returns(branch.account.part(2000, "", on=TODAY, name="Somebody"), "AC04", on=TODAY, fee=350)
    body = statement(branch.account, on=TODAY)
    branch.hand_in(body)
    anna, bernd = Person("anna", branch.creditor.id), Person("bernd", branch.creditor.id)
    (lying,) = anna.looks("suspense")["suspense"]
    (payment,) = anna.looks("payments", claim=claim.id)["payments"]
    said = {"source": lying["source"], "payment": payment["source"]}
    answers = house.wire.race(*[lambda who=who: who.acts("take-back", **said) for who in (anna, bernd)])
    answers.append(anna.acts("take-back", **said))
    assert {tuple(a["return"]["claims"]) for a in answers if a["status"] == 200} == {(claim.id,)}
    assert answers[-1]["status"] == 200 and house.again(claim).outstanding.total == 4820
    branch.hand_in(body, "noch-einmal.xml")
    kinds = [(e.kind, e.amount) for e in wiring.store().ledger(branch.creditor.id, claim.id)[1:]]
    assert kinds == [(EntryKind.PAYMENT, 2000), (EntryKind.REVERSAL, 2000)]
    later = wiring.clock() + timedelta(days=6)
    tell_of_money(look_after_money([branch.creditor.id], desk=wiring.money_desk(), now=later))
    assert lying["source"] not in [alarm.about for alarm in alarms.of("money_waits")]
    assert anna.looks("suspense")["suspense"] == []
    house.invariants(claim)


def test_what_cannot_be_read_books_nothing_and_says_where_and_why(house, branch, claim, reference, alarms):
    branch.account.receives(2000, reference, on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body[: len(body) // 2]), None)
    refused = branch.refusal()["refused"]
    assert refused["reason"] == "xml_cut" and refused["line"] > 1 and refused["said"].startswith("Die Datei endet")
    assert [alarm.why for alarm in alarms.of("bank_unreadable")] == ["xml_cut"]
    assert branch.messages() == [] and payments(claim) == []


def test_O3_a_statement_of_another_creditor_s_account_books_nothing(house, branch, claim, reference, alarms):
    other = Account("DE89370400440532013000", "Somebody")
    other.receives(2000, reference, on=TODAY)
    intake(branch.put(statement(other, on=TODAY)), None)
    assert branch.refusal()["refused"]["value"] == "…3000"
    assert payments(claim) == []


def test_a_folder_of_a_creditor_nobody_knows_is_told_so(house, branch, alarms):
    key = "bank/nobody/auszug.xml"
    house.aws.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=b"<a/>")
    intake({"detail": {"object": {"key": key, "etag": "e"}}}, None)
    assert [alarm.why for alarm in alarms.of("bank_unreadable")] == ["unknown_creditor"]


def test_logs_facts_keys_and_reports_name_nobody_and_no_amount(house, branch, claim, reference, alarms):
    iban, name, text = "DE89370400440532013000", "Ungewöhnlicher Zahlername", "Sehr eigener Verwendungszweck"
    branch.account.receives(1234, f"{text} {reference}", on=TODAY, name=name, iban=iban)
    branch.account.receives(1235, text, on=TODAY, name=name)
    body = statement(branch.account, on=TODAY)
    report = branch.hand_in(body)
    for secret in (iban, name, text):
        assert secret not in json.dumps(report, ensure_ascii=False) and secret not in alarms
        found = house.everything(branch.creditor.id)
        assert not any(secret in part for key in found for part in key)
        facts = [item for item in found.values() if "facts" in item]
        assert facts and secret not in json.dumps(facts, ensure_ascii=False)
    amounts = re.compile(r"\b123[45]\b|12[.,]3[45]")
    assert not any(amounts.search(str(line.msg) + str(getattr(line, "found", ""))) for line in alarms.lines)
