"""Reconciliation over the real protocol: what is lost, doubled or done by hand is found, mended, and told once."""

import json
import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.compare_books import compare_books
from chalicelib.actions.record_payment import record_payment
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.payout_terms import PayoutTerms
from chalicelib.domain.reference import shown
from chalicelib.entrypoints.events import money
from chalicelib.entrypoints.schedules import NightlyFailed, nightly
from chalicelib.entrypoints.uploads import intake
from chalicelib.ports import Commit
from infra.chain import proven
from local.bank.messages import statement
from tests.operators import Person
from tests.reader import sqs
from tests.wire import Death, lost

from .test_bank import Branch

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=4)


@pytest.fixture
def branch(house, creditor):
    return Branch(house, creditor)


def asked(house, creditor):
    """The wishes that lie in the outbox, as the bus brings them."""
    found = []
    for item in house.everything(creditor.id).values():
        for fact in wiring.facts_in(item) if "facts" in item else ():
            if fact.name is FactName.RECONCILIATION_ASKED:
                detail = {"creditor": fact.creditor, **dict(fact.about), "at": fact.at.isoformat()}
                found.append({"detail-type": fact.name.value, "detail": detail})
    return found


def reconciled(house, anna, creditor, first=FIRST, last=TODAY):
    """A person asks for these days, and the bus wakes the night's function: (found, repaired, left)."""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    assert anna.acts("reconcile", **days)["said"] == "done"
    nightly(asked(house, creditor)[-1], None)
    shown = anna.looks("reconciled", **days)["reconciliation"]
    assert shown["state"] == "done"
    return shown["found"], shown.get("repaired", 0), shown.get("count", 0)


def kinds(anna):
    days = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    found = anna.looks("reconciled", **days)["reconciliation"]
    return sorted(one["kind"] for one in found.get("left", ()))


def pulls(house, where, **said):
    return house.payments.lever("POST", where, **said)


def entries(claim, kind=EntryKind.PAYMENT):
    ledger = wiring.store().ledger(claim.creditor, claim.id)
    return [entry.amount for entry in ledger if entry.kind is kind]


def test_W15_what_four_days_without_webhooks_lost_is_found_and_booked_by_a_wish(
    house, creditor, provider, claim, anna, alarms
):
    payments = [provider.takes(amount, claim=claim) for amount in (1000, 2000)]
    refund = {"api_key": provider.key, "payment_intent": payments[0], "amount": 300}
    pulls(house, "refunds", **refund)
    pulls(house, "disputes", api_key=provider.key, payment_intent=payments[1])
    assert reconciled(house, anna, creditor) == (4, 4, 0)
    assert sorted(entries(claim)) == [1000, 2000]
    assert sorted(entries(claim, EntryKind.REVERSAL)) == [300, 2000]
    assert reconciled(house, anna, creditor) == (0, 0, 0)
    assert alarms.of("books_differ") == []
    told = [(act["by"], act["what"]) for act in anna.looks("acts")["acts"]]
    assert set(told) == {("anna", "reconcile")}


def test_W15_the_night_compares_too_and_says_how_many_are_left(house, creditor, provider, claim, anna):
    key = f"creditors/{creditor.id}.yaml"
    house.aws.client("s3").put_object(Bucket="kulanz-house", Key=key, Body=b"id: x")
    provider.takes(4820, claim=claim)
    said = nightly({}, None)
    assert (said["found"], said["differing"], said["failed"]) == (1, 0, 0)
    assert anna.looks("reconciled")["reconciliation"]["id"] == "night"
    house.aws.client("s3").delete_object(Bucket="kulanz-house", Key=key)


def test_a_wish_for_some_days_is_no_start_of_the_night(house, creditor, claim, anna, alarms):
    """infra/watch.py counts what the night says as it begins, and rings where a day brings none."""

    def begun():
        return [line for line in alarms.lines if getattr(line, "night", None) == "begun"]

    reconciled(house, anna, creditor)
    assert begun() == []
    nightly({}, None)
    assert len(begun()) == 1


def test_two_people_let_a_difference_stand_at_the_door(house, creditor, provider, claim, anna, alarms):
    payment = wiring.gateway().payment(creditor.id, provider.takes(4000, claim=claim))
    wrong = replace(payment, received=4820)
    record_payment(creditor.id, wrong, event=None, **wiring.till().writing(wiring.clock()))
    reconciled(house, anna, creditor)
    days = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    named = {"difference": f"amount_differs/{payment.object_id}", **days}
    assert anna.acts("accept", **named)["because"] == "reason_missing"
    once = anna.acts("accept", reason="settled by letter", **named)
    assert (once["status"], once["said"], len(once["acceptance"]["releases"])) == (200, "done", 1)
    assert anna.acts("accept", **named)["because"] == "same_person"
    bernd = Person("bernd", creditor.id)
    assert bernd.acts("accept", **named)["said"] == "done"
    assert bernd.acts("accept", **named)["because"] == "accepted_already"
    shown = anna.looks("reconciled", **days)["reconciliation"]
    assert (shown["count"], [one["kind"] for one in shown["accepted"]]) == (0, ["amount_differs"])
    assert reconciled(house, anna, creditor) == (1, 0, 0)
    (told,) = anna.looks("accepted")["accepted"]
    assert [one["by"] for one in told["releases"]] == ["anna", "bernd"] and told["because"] == "settled by letter"
    assert [act["by"] for act in anna.looks("acts")["acts"] if act["what"] == "accept"] == ["anna", "bernd"]
    assert len(alarms.of("books_differ")) == 1 and "settled by letter" not in alarms
    stranger = Person("anna", house.open_creditor().id)
    assert stranger.looks("accepted")["accepted"] == []
    assert stranger.acts("accept", reason="x", **named)["status"] == 404, "O3"
    key = f"reports/{creditor.id}/reconciliation-{FIRST}-{TODAY}.csv"
    csv = house.aws.client("s3").get_object(Bucket=os.environ["BUCKET"], Key=key)["Body"].read().decode()
    assert "amount_differs" in csv and "1 " in csv.splitlines()[-1]


def test_a_payment_booked_by_hand_with_another_amount_is_told_once_and_reported(
    house, creditor, provider, claim, anna, alarms
):
    payment = wiring.gateway().payment(creditor.id, provider.takes(4000, claim=claim))
    wrong = replace(payment, received=4820)
    record_payment(creditor.id, wrong, event=None, **wiring.till().writing(wiring.clock()))
    for _ in range(2):
        assert reconciled(house, anna, creditor) == (1, 0, 1)
    assert kinds(anna) == ["amount_differs"]
    (alarm,) = alarms.of("books_differ")
    assert (alarm.creditor, alarm.left) == (creditor.id, 1)
    key = f"reports/{creditor.id}/reconciliation-{FIRST}-{TODAY}"
    read = house.aws.client("s3").get_object
    report = json.loads(read(Bucket=os.environ["BUCKET"], Key=f"{key}.json")["Body"].read())
    (one,) = report["differences"]
    assert (one["kind"], one["about"], one["theirs"], one["ours"]) == (
        "amount_differs",
        payment.object_id,
        4000,
        4820,
    )
    csv = read(Bucket=os.environ["BUCKET"], Key=f"{key}.csv")["Body"].read().decode("utf-8-sig")
    assert payment.object_id in csv and "40,00" in csv and "48,20" in csv
    debtor = house.matter(claim).debtor
    for secret in (debtor.name, debtor.points[0].value):
        assert secret not in csv and secret not in json.dumps(report) and secret not in alarms
    assert "4000" not in alarms and "4820" not in alarms, "logs hold ids alone"


def test_a_reversal_that_was_lost_is_booked(house, creditor, provider, claim, anna):
    payment = provider.takes(4820, claim=claim)
    provider.told(provider.notice("payment_intent.succeeded", payment))
    pulls(house, "refunds", api_key=provider.key, payment_intent=payment, amount=820)
    assert reconciled(house, anna, creditor) == (1, 1, 0)
    assert entries(claim, EntryKind.REVERSAL) == [820]
    assert reconciled(house, anna, creditor) == (0, 0, 0)


def test_a_doubled_bank_file_and_a_lost_message_leave_every_entry_booked_once(
    house, creditor, branch, claim, anna
):
    branch.account.receives(2000, shown(claim.reference), on=TODAY)
    branch.account.receives(700, "ohne Zeichen", on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    branch.messages()  # the queue loses them
    now = wiring.clock() + timedelta(hours=1)
    found = compare_books(creditor.id, FIRST, TODAY, room=wiring.counting_room(), now=now)
    assert [one.kind for one in found.differences] == ["entry_not_booked"]
    branch.hand_in(body, "noch-einmal.xml")
    branch.hand_in(body)
    assert reconciled(house, anna, creditor) == (0, 0, 0)
    assert entries(claim) == [2000]


def test_entries_the_queue_lost_are_booked_from_the_banks_own_file(house, creditor, branch, claim, alarms):
    from chalicelib.actions.reconcile_books import reconcile_night
    from chalicelib.entrypoints.schedules import tell_of_books

    branch.account.receives(2000, shown(claim.reference), on=TODAY)
    branch.account.receives(700, "ohne Zeichen", on=TODAY)
    body = statement(branch.account, on=TODAY)
    intake(branch.put(body), None)
    branch.messages()  # the queue loses them
    for found in (1, 0):
        now = wiring.clock() + timedelta(hours=1)
        done = reconcile_night(creditor.id, room=wiring.counting_room(), tell=tell_of_books, now=now)
        assert (done.compared.found, done.compared.count) == (found, 0)
    assert entries(claim) == [2000]
    assert branch.report(body)["counts"]["suspense"] == 1
    assert alarms.of("books_differ") == []


def test_a_gap_between_statements_is_told_once_and_closes_when_the_missing_one_comes(
    house, creditor, branch, claim, anna, alarms
):
    bodies = []
    for amount in (100, 200, 300):
        branch.account.receives(amount, shown(claim.reference), on=TODAY)
        bodies.append(statement(branch.account, on=TODAY))
    branch.hand_in(bodies[0], "1.xml")
    branch.hand_in(bodies[2], "3.xml")
    for _ in range(2):
        assert reconciled(house, anna, creditor) == (2, 0, 2)
    assert kinds(anna) == ["balance_gap", "statement_gap"]
    assert len(alarms.of("books_differ")) == 1
    branch.hand_in(bodies[1], "2.xml")
    assert reconciled(house, anna, creditor) == (0, 0, 0)


def test_a_payout_the_bank_never_told_of_is_told_once(house, creditor, branch, claim, provider, anna, alarms):
    """The provider paid it out nine days ago, as the comparison's hour has it."""
    branch.account.pays(10, "Gebühr", on=TODAY)
    branch.hand_in(statement(branch.account, on=TODAY))
    held = wiring.store().fresh_creditor(creditor.id)
    wiring.store().commit(creditor.id, Commit((), creditor=replace(held, payout_terms=PayoutTerms())))
    house.payments.register(api_key=provider.key, webhook_secret=f"whsec_{creditor.id}", available_seconds=0)
    provider.takes(4820, claim=claim)
    made = pulls(house, "payouts", api_key=provider.key)
    pulls(house, f"payouts/{made['id']}/settle", outcome="paid")
    assert reconciled(house, anna, creditor)[2] == 0, "it has five bank days to arrive"
    later = wiring.clock() + timedelta(days=20)  # however many holidays are in between
    found = compare_books(creditor.id, FIRST, later.date(), room=wiring.counting_room(), now=later)
    assert [(one.kind, one.about) for one in found.differences] == [("not_arrived", made["id"])]


def test_a_refund_that_ended_while_nobody_listened_moves_its_order_on(house, creditor, provider, claim, anna):
    payment = provider.takes(6000, claim=claim)
    provider.told(provider.notice("payment_intent.succeeded", payment))
    (order,) = anna.looks("refunds")["refunds"]
    for who in ("anna", "bernd"):
        Person(who, creditor.id).acts("release", order=order["id"])
    labels = {"order": order["id"], "creditor": creditor.id}
    wiring.gateway().refund_payment(creditor.id, payment, 1180, key=order["id"], labels=labels)
    assert reconciled(house, anna, creditor) == (2, 2, 0)
    assert wiring.outgoing().refund(creditor.id, order["id"]).state is LeavingState.DONE
    assert reconciled(house, anna, creditor) == (0, 0, 0)


def test_two_reconciliations_at_once_and_the_notice_between_them_book_once(house, creditor, provider, claim, anna):
    payment = provider.takes(3000, claim=claim)
    notice = provider.notice("payment_intent.succeeded", payment)
    provider.tells(notice)
    kept = json.loads(notice[0])["id"]
    detail = {"creditor": creditor.id, "first": FIRST.isoformat(), "last": TODAY.isoformat()}
    wish = {"detail-type": "ReconciliationAsked", "detail": detail}
    booking = sqs({"detail": {"creditor": creditor.id, "event": kept}})
    house.wire.race(lambda: nightly(wish, None), lambda: money(booking, None), lambda: nightly(wish, None))
    assert entries(claim) == [3000]
    assert reconciled(house, anna, creditor) == (0, 0, 0)


@pytest.mark.matrix(1)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_I1_I2_a_death_at_any_write_is_mended_by_the_next_run(house, creditor, provider, claim, anna, nth, after):
    provider.takes(1000, claim=claim)
    provider.takes(500, claim=claim)
    wish = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    anna.acts("reconcile", **wish)
    with (
        pytest.raises(Death),
        house.wire.at("dynamodb.TransactWriteItems", Death(), after=after, nth=nth),
    ):
        nightly(asked(house, creditor)[-1], None)
    nightly(asked(house, creditor)[-1], None)
    assert sorted(entries(claim)) == [500, 1000]
    assert anna.looks("reconciled", **wish)["reconciliation"]["state"] == "done"


def test_I3_a_provider_that_fails_once_fails_the_run_and_not_the_books(house, creditor, provider, claim, anna):
    provider.takes(1000, claim=claim)
    anna.acts("reconcile", first=FIRST.isoformat(), last=TODAY.isoformat())
    with house.wire.at("dynamodb.Query", lost()), pytest.raises(Retry):
        nightly(asked(house, creditor)[-1], None)
    nightly(asked(house, creditor)[-1], None)
    assert entries(claim) == [1000]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-11-02", "2026-11-01", "no_such_span"),
        (f"{TODAY}", f"{TODAY + timedelta(days=1)}", "in_the_future"),
        ("2026-01-01", "2026-06-30", "span_too_long"),
    ],
)
def test_a_span_that_cannot_be_compared_is_refused_by_name(house, creditor, claim, anna, first, last, why):
    answer = anna.acts("reconcile", first=first, last=last)
    assert (answer["status"], answer["because"]) == (409, why)
    assert asked(house, creditor) == []


@pytest.mark.parametrize(("first", "last"), [("gestern", "2026-11-01"), ("2026-02-30", "2026-03-01")])
def test_a_day_that_is_none_is_unfit(house, claim, anna, first, last):
    answer = anna.acts("reconcile", first=first, last=last)
    assert (answer["status"], answer["field"]) == (422, "first")


def test_O3_another_creditors_books_are_as_if_they_did_not_exist(house, creditor, claim, provider, anna):
    provider.takes(1000, claim=claim)
    other = house.open_creditor()
    assert reconciled(house, Person("anna", other.id), other) == (0, 0, 0)
    assert entries(claim) == []


def test_anybody_who_may_look_works_the_chain_of_a_claim_out_anew(house, creditor, provider, claim, anna):
    wrong = wiring.gateway().payment(creditor.id, provider.takes(1000, claim=claim))
    record_payment(creditor.id, wrong, event=None, **wiring.till().writing(wiring.clock()))
    shown = anna.looks("ledger", claim=claim.id)
    line = proven(shown)
    assert line == f"the chain holds: 2 entries, 38.20 EUR owed, head {house.again(claim).chain}"
    assert shown["broken_at"] is None
    for at, field, value in ((1, "amount", 999), (0, "source", "x"), (1, "value_date", "2020-01-01")):
        forged = json.loads(json.dumps(shown))
        forged["ledger"][at][field] = value
        with pytest.raises(SystemExit, match=f"breaks at entry {at}"):
            proven(forged)
    with pytest.raises(SystemExit, match="does not end as the claim says"):
        proven({**shown, "ledger": shown["ledger"][:1]})
    assert anna.asks("GET", "ledger", query={"claim": "R-nobody"})[0] == 404
    stranger = Person("anna", house.open_creditor().id)
    assert stranger.asks("GET", "ledger", query={"claim": claim.id})[0] == 404, "O3"


def test_an_entry_changed_in_the_table_itself_is_found_by_the_comparison_and_by_the_chain(
    house, creditor, provider, claim, anna, alarms
):
    wrong = wiring.gateway().payment(creditor.id, provider.takes(1000, claim=claim))
    record_payment(creditor.id, wrong, event=None, **wiring.till().writing(wiring.clock()))
    table = house.aws.client("dynamodb")
    ((key, held),) = [
        (key, item)
        for key, item in house.everything(creditor.id).items()
        if key[1].startswith("ENTRY#") and item["source"]["S"] == wrong.object_id
    ]
    table.update_item(
        TableName="kulanz",
        Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        UpdateExpression="SET amount = :less",
        ExpressionAttributeValues={":less": {"N": "900"}},
    )
    reconciled(house, anna, creditor)
    assert "ledger_broken" in kinds(anna)
    assert alarms.of("books_differ")
    shown = anna.looks("ledger", claim=claim.id)
    assert shown["broken_at"] == 1
    with pytest.raises(SystemExit, match="breaks at entry 1"):
        proven(shown)
    table.put_item(TableName="kulanz", Item=held)
    reconciled(house, anna, creditor)
    assert kinds(anna) == []


@pytest.mark.parametrize("apart", [10, pytest.param(-10, marks=pytest.mark.long)])
def test_I9_with_clocks_ten_minutes_apart_two_comparisons_in_the_midst_of_notices_book_each_movement_once(
    house, creditor, provider, claim, anna, monkeypatch, apart
):
    first, second = (provider.takes(amount, claim=claim) for amount in (1000, 2000))
    pulls(house, "refunds", api_key=provider.key, payment_intent=first, amount=300)
    pulls(house, "disputes", api_key=provider.key, payment_intent=second)
    notices = [provider.notice("payment_intent.succeeded", one) for one in (first, second)]
    assert [provider.tells(notice) for notice in notices] == [200, 200]
    kept = [wiring.store().event(creditor.id, json.loads(body)["id"]) for body, _ in notices]
    days = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    assert anna.acts("reconcile", **days)["said"] == "done"
    wish, skew = asked(house, creditor)[-1], dict[int, int]()
    monkeypatch.setattr(
        wiring, "clock", lambda: datetime.now(UTC) + timedelta(minutes=skew.get(threading.get_ident(), 0))
    )

    def told_by(minutes, act):
        def run():
            skew[threading.get_ident()] = minutes
            with suppress(Retry, NightlyFailed):  # whoever woke it wakes it again
                act()

        return run

    house.wire.race(
        told_by(apart, lambda: nightly(wish, None)),
        *[told_by(-apart, lambda one=one: house.money_told(creditor.id, one)) for one in kept],
        told_by(-apart, lambda: nightly(wish, None)),
        *[told_by(apart, lambda one=one: house.money_told(creditor.id, one)) for one in kept],
    )
    nightly(wish, None)
    assert kinds(anna) == []
    assert sorted(entries(claim)) == [1000, 2000]
    assert sorted(entries(claim, EntryKind.REVERSAL)) == [300, 2000]
