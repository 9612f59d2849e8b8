"""Files that come twice, changed, broken, cut or in other letters, and workers that die over them: B1 to B15."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.load_batch import take_chunk
from chalicelib.domain.batch import Batch, BatchStatus, batch_id
from chalicelib.domain.contact import Purpose
from chalicelib.entrypoints.events import claims
from chalicelib.entrypoints.uploads import intake
from chalicelib.ports import Chunk
from tests.builders import NOW, row
from tests.reader import sqs
from tests.wire import Death, lost

from .files import Inbox, chunk_of, line, text_of


@pytest.fixture
def inbox(house, creditor):
    return Inbox(house, creditor)


def hashes(inbox):
    """The chain of every claim's ledger, by claim."""
    ledgers = {claim: wiring.store().ledger(inbox.creditor.id, claim) for claim in inbox.claims()}
    return {claim: [entry.hash for entry in entries] for claim, entries in ledgers.items()}


def invariants(house, inbox):
    for claim in inbox.claims():
        debtor = wiring.store().debtor_of_claim(inbox.creditor.id, claim)
        house.invariants(house.claim(inbox.creditor.id, debtor, claim))


def test_B1_the_same_file_announced_twice_loads_once(house, inbox):
    event = inbox.put([line(n) for n in range(3)])
    intake(event, None)
    assert len(inbox.work()) == 1
    before = house.everything()
    intake(event, None)
    assert inbox.chunks() == []
    assert house.everything() == before
    assert inbox.report(event)["counts"]["taken"] == 3
    invariants(house, inbox)


def test_B1_a_file_read_by_two_at_once_and_a_chunk_worked_on_by_two_at_once_load_once(house, inbox):
    event = inbox.put([line(n) for n in range(3)])
    house.wire.race(lambda: tolerant(intake, event), lambda: tolerant(intake, event))
    waiting = inbox.chunks()
    assert waiting
    answers = house.wire.race(*[lambda: claims(sqs(waiting[0]), None)] * 2)
    for chunk in waiting if any(answer["batchItemFailures"] for answer in answers) else ():
        assert claims(sqs(chunk), None) == {"batchItemFailures": []}
    assert inbox.claims() == ["R-0", "R-1", "R-2"]
    assert len(inbox.planned()) == 3
    report = inbox.report(event)
    assert (report["status"], report["counts"]["taken"], report["progress"]["chunks_done"]) == ("done", 3, 1)
    invariants(house, inbox)


def tolerant(act, event):
    """One of two may be told to come back; the platform brings it."""
    try:
        act(event, None)
    except Exception:  # noqa: BLE001 - what counts is what was written
        act(event, None)


def test_B2_the_same_rows_under_a_new_name_are_unchanged(house, inbox):
    inbox.load([line(n) for n in range(3)])
    planned, ledger = inbox.planned(), hashes(inbox)
    report = inbox.load([line(n) for n in range(3)], "again.csv")
    assert report["counts"] == {"taken": 0, "unchanged": 3, "quarantined": 0, "differing": 0}
    assert (inbox.planned(), hashes(inbox)) == (planned, ledger)
    invariants(house, inbox)


def test_B3_a_row_that_reads_otherwise_is_reported_as_differing_and_changes_nothing(house, inbox):
    inbox.load([line(1), line(2)])
    claim, ledger = house.claim(inbox.creditor.id, "K-1", "R-1"), hashes(inbox)
    report = inbox.load([line(1, principal="99.00"), line(2)], "corrected.csv")
    assert report["counts"] == {"taken": 0, "unchanged": 1, "quarantined": 0, "differing": 1}
    assert [(said["claim"], said["outcome"]) for said in report["rows"]] == [("R-1", "differing")]
    assert house.again(claim) == claim
    assert hashes(inbox) == ledger
    invariants(house, inbox)


def test_B3_a_claim_id_of_another_debtor_is_reported_and_moves_nothing(house, inbox):
    inbox.load([line(1)])
    report = inbox.load([line(1, debtor="K-9")], "other.csv")
    assert report["counts"]["differing"] == 1
    assert wiring.store().debtor_of_claim(inbox.creditor.id, "R-1") == "K-1"
    assert inbox.claims() == ["R-1"]
    invariants(house, inbox)


def test_B4_B7_B10_B12_B13_what_is_wrong_is_put_aside_with_its_place_and_the_rest_loads(house, inbox):
    report = inbox.load(
        [
            line(1),
            line(2, due="31.02.2026"),
            line(3, principal="1.234,56"),
            line(4, principal="0.00"),
            line(5, principal="NaN"),
            line(6, principal="99999999999.00"),
            line(7, phone="12", email="nobody"),
            line(8, claim="R-1"),
            line(9),
        ]
    )
    aside = {said["line"]: [(p["column"], p["value"]) for p in said["problems"]] for said in report["rows"]}
    assert aside == {
        3: [("due", "31.02.2026")],
        4: [("principal", "1.234,56")],
        5: [("principal", "0.00")],
        6: [("principal", "NaN")],
        7: [("principal", "99999999999.00")],
        8: [],
        9: [("claim", "R-1")],
    }
    for said in report["rows"]:
        assert all(problem["said"] and problem["mend"] for problem in said["problems"])
    (flagged,) = [said for said in report["rows"] if said["line"] == 8]
    assert {flag["reason"] for flag in flagged["flags"]} >= {"bad_phone", "bad_email"}
    assert flagged["not_contacted"]["reason"] == "no_contact_point"
    assert report["counts"] == {"taken": 3, "unchanged": 0, "quarantined": 6, "differing": 0}
    assert inbox.claims() == ["R-1", "R-7", "R-9"], "nothing of what was put aside is in the table"
    assert house.claim(inbox.creditor.id, "K-1", "R-1").outstanding.total == 4820
    invariants(house, inbox)


def test_B5_a_file_that_ends_early_loads_what_stands_before_the_cut(house, inbox):
    whole = text_of([line(n) for n in range(5)])
    report = inbox.load(whole[: whole.rindex("R-4") + 30])
    assert (report["status"], report["file_ends_early"]) == ("partial", True)
    assert inbox.claims() == ["R-0", "R-1", "R-2", "R-3"]
    invariants(house, inbox)


def test_B6_a_file_in_other_letters_than_declared_is_refused_whole_with_the_byte_and_an_alarm(
    house, inbox, alarms
):
    body = text_of([line(1), line(2, name="Jörg Müller")]).encode("cp1252")
    report = inbox.load(body)
    assert report["status"] == "refused"
    assert report["refused"]["byte"] == body.index(b"\xf6")
    assert report["refused"]["said"] and report["refused"]["mend"]
    assert inbox.claims() == []
    assert [alarm.creditor for alarm in alarms.of("batch_unreadable")] == [inbox.creditor.id]


def test_B11_what_is_due_in_the_future_is_taken_and_waits(house, inbox):
    """Even where it lies further ahead than the holidays are known."""
    soon = (wiring.clock() + timedelta(days=40)).date()
    report = inbox.load([line(1, due=soon.isoformat()), line(2, due="2099-12-31")])
    assert (report["status"], report["counts"]["taken"]) == ("done", 2)
    reminders = [contact for contact in inbox.planned() if contact.purpose is Purpose.REMINDER]
    notes = [contact for contact in inbox.planned() if contact.purpose is Purpose.COURTESY]
    due = {contact.claim: contact.due_at for contact in reminders}
    assert due["R-1"].date() > soon
    assert [(note.claim, note.due_at.date() < soon) for note in notes] == [("R-1", True)], "a note before the day"
    assert due["R-2"] == wiring.policies()["DE"].hours.last_open, "asked again while something is known"
    assert inbox.unscheduled() == []
    invariants(house, inbox)


def begun(creditor, name, chunks=1, rows=3):
    """A batch whose chunks are with the workers; its id follows from a name, not from the creditor."""
    batch = Batch(batch_id("", name, ""), creditor.id, f"inbox/{creditor.id}/{name}", "", NOW)
    held = wiring.batches().begin(batch)
    return wiring.batches().save(replace(held, status=BatchStatus.LOADING, rows=rows, chunks=chunks))


def test_B14_a_poison_row_keeps_neither_its_neighbours_nor_other_messages_out(house, creditor, inbox):
    """No file brings a day of the year 9999 this far; here it stands for whatever always fails."""
    batch = begun(creditor, "poison.csv", chunks=2)
    rows = [row(line=n, claim=f"R-{n}", debtor=f"K-{n}") for n in (2, 3, 4)]
    rows[1] = replace(rows[1], due=date(9999, 12, 31))
    poisoned = chunk_of(creditor, batch.id, *rows)
    good = json.loads(chunk_of(creditor, batch.id, row(line=5, claim="R-5", debtor="K-5"))) | {"chunk": 1}
    for _ in range(2):
        assert claims(sqs(poisoned, good), None) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
        assert inbox.claims() == ["R-2", "R-4", "R-5"]
    assert wiring.batches().batch(creditor.id, batch.id).chunks_done == 1
    assert inbox.unscheduled() == []
    invariants(house, inbox)


ROWS = [row(line=n, claim=f"R-{n}", debtor=f"K-{n // 2}", principal=100 * n) for n in range(2, 8)]


def worked(creditor, batch):
    """The worker's action over these rows, at one moment, so that two runs may be compared."""
    chunk = Chunk(creditor.id, batch.id, 0, tuple(ROWS))
    register = wiring.registrar()
    return take_chunk(
        chunk,
        lambda one, place: register(creditor.id, one, place, NOW),
        wiring.releaser(),
        batches=wiring.batches(),
        reports=wiring.bucket(),
        now=NOW,
    )


@pytest.fixture(scope="module")
def without_a_crash(house):
    creditor = house.open_creditor()
    assert worked(creditor, begun(creditor, "crash.csv", rows=6)).status is BatchStatus.DONE
    inbox = Inbox(house, creditor)
    return hashes(inbox), len(inbox.planned())


CRASHES = [
    *[("dynamodb.TransactWriteItems", False, k) for k in (1, 3, 6, 7)],
    *[("dynamodb.TransactWriteItems", True, k) for k in (1, 3, 6, 7)],
    *[("scheduler.CreateSchedule", after, k) for after in (False, True) for k in (1, 6)],
    ("s3.PutObject", False, 1),
    ("dynamodb.PutItem", True, 1),
]


@pytest.mark.matrix(1)
@pytest.mark.parametrize(("call", "after", "nth"), CRASHES)
def test_B15_a_crash_at_row_k_ends_in_the_same_ledger(house, creditor, inbox, without_a_crash, call, after, nth):
    batch = begun(creditor, "crash.csv", rows=6)
    with house.wire.at(call, Death(), after=after, nth=nth), pytest.raises(Death):
        worked(creditor, batch)
    done = worked(creditor, batch)
    assert (done.status, done.counts, done.chunks_done) == (BatchStatus.DONE, {"taken": 6}, 1)
    assert (hashes(inbox), len(inbox.planned())) == without_a_crash
    assert inbox.unscheduled() == []
    invariants(house, inbox)


@pytest.mark.parametrize("nth", [1, 4, 7])
def test_I2_a_worker_whose_answers_are_lost_ends_in_the_same_ledger(house, creditor, inbox, without_a_crash, nth):
    batch = begun(creditor, "crash.csv", rows=6)
    with (
        house.wire.at("dynamodb.TransactWriteItems", lost(), after=True, nth=nth),
        pytest.raises(Exception, match="reach"),
    ):
        worked(creditor, batch)
    assert worked(creditor, batch).counts == {"taken": 6}
    assert hashes(inbox) == without_a_crash[0]
    assert inbox.unscheduled() == []
    invariants(house, inbox)


@pytest.mark.parametrize("nth", [1, 2])
def test_B15_intake_that_dies_half_way_goes_over_the_same_rows_again(house, creditor, inbox, nth):
    event = inbox.put([line(n) for n in range(25)])
    with house.wire.at("sqs.SendMessage", Death(), nth=nth), pytest.raises(Death):
        intake(event, None)
    intake(event, None)
    assert all(answer == {"batchItemFailures": []} for answer in inbox.work())
    report = inbox.report(event)
    assert (report["status"], report["counts"]["taken"], report["progress"]["chunks_done"]) == ("done", 25, 2)
    assert len(inbox.claims()) == 25


def test_two_rows_of_one_debtor_in_two_chunks_at_once_both_load(house, creditor, inbox):
    batch = begun(creditor, "two.csv", chunks=2, rows=2)
    chunks = [
        json.loads(chunk_of(creditor, batch.id, row(line=n, claim=f"R-{n}", debtor="K-1"))) | {"chunk": n}
        for n in (0, 1)
    ]
    answers = house.wire.race(*[lambda c=chunk: claims(sqs(c), None) for chunk in chunks])
    assert answers == [{"batchItemFailures": []}] * 2
    assert inbox.claims() == ["R-0", "R-1"]
    assert wiring.batches().batch(creditor.id, batch.id).status is BatchStatus.DONE
    invariants(house, inbox)
