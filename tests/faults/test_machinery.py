"""Contacts that come twice, late or never; processes dying between two calls; no secret, no model: I1 to I15."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from chalicelib import wiring
from chalicelib.actions.choose_arm import Chooser
from chalicelib.actions.draw_instalment import Looked
from chalicelib.actions.forget_person import Forgotten
from chalicelib.actions.read_row import registration_of
from chalicelib.actions.register_claim import register_claim
from chalicelib.actions.watch_over import watch_over
from chalicelib.adapters.bus import EventBus
from chalicelib.adapters.onnx.scorer import OnnxScorer
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.law_data import endings
from chalicelib.domain.parties import ChannelKind
from chalicelib.entrypoints.events import relay
from chalicelib.entrypoints.schedules import contact, nightly
from chalicelib.ports import Commit, RowPlace
from tests.builders import collector, row
from tests.reader import Reader, sqs
from tests.wire import Death, lost

from .files import Inbox

MAIL = "ses.SendRawEmail"
ZONE = wiring.policies()["DE"].zone


def refused(code, status=400):
    """What AWS says when it did nothing."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation")


@pytest.fixture
def address(creditor):
    """A mail address of this test alone."""
    return f"reader.of.{creditor.id}@example.com"


@pytest.fixture
def claim(house, creditor, address):
    return house.register(creditor, email=address, phone=None)


@pytest.fixture
def waiting(house, claim):
    """An answer the debtor asked for, as it lies in the queue: it may go at any hour."""
    house.queued()
    Reader(house.link_to(claim)).post("new-link")
    (body,) = house.queued()
    return body


def state(house, claim, body):
    return house.matter(claim).contacts[body["contact"]].state


def test_I7_a_contact_brought_twice_is_sent_once(house, claim, waiting, address):
    answers = [contact(sqs(waiting, waiting), None), contact(sqs(waiting), None)]
    assert answers == [{"batchItemFailures": []}] * 2
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_I7_a_contact_brought_to_four_at_the_same_time_is_sent_once(house, claim, waiting, address):
    house.wire.race(*[lambda: contact(sqs(waiting), None)] * 4)
    contact(sqs(waiting), None)
    assert len(house.mails(address)) == 1
    assert state(house, claim, waiting) is ContactState.SENT
    house.invariants(claim)


def test_I7_a_reminder_brought_to_four_at_the_same_time_is_sent_once_and_followed_by_one(house, claim, address):
    planned = house.planned(claim)
    said = house.wire.race(*[lambda: house.send(planned).value] * 4)
    assert sorted(said) == ["duplicate", "duplicate", "duplicate", "sent"]
    assert len(house.mails(address)) == 1
    assert house.planned(claim).step == planned.step + 1
    house.invariants(claim)


def test_I8_a_contact_that_comes_three_hours_late_asks_the_policy_again(house, creditor, address):
    claim = house.register(creditor, email=address, phone=None)
    planned = house.planned(claim)
    evening = datetime.combine(planned.due_at.astimezone(ZONE).date(), datetime.min.time(), ZONE)
    assert house.send(planned, now=evening + timedelta(hours=20, minutes=30)).value == "moved"
    again = house.planned(claim)
    assert again.id != planned.id
    assert again.decisions[-1].because == "quiet_hours"
    assert not house.mails(address)
    assert house.send(again).value == "sent"
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_a_contact_that_comes_too_early_waits_for_its_hour(house, claim, address):
    planned = house.planned(claim)
    assert house.send(planned, now=planned.due_at - timedelta(hours=3)).value == "early"
    assert not house.mails(address)
    assert house.send(planned).value == "sent"
    house.invariants(claim)


@pytest.mark.parametrize("error", [lost(), refused("InternalFailure", 500)])
def test_I13_a_message_nobody_knows_the_fate_of_is_never_sent_again(house, claim, waiting, address, alarms, error):
    with house.wire.at(MAIL, error, after=True):
        assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert state(house, claim, waiting) is ContactState.LOST
    assert [alarm.contact for alarm in alarms.of("contact_lost")] == [waiting["contact"]]
    contact(sqs(waiting), None)
    assert len(house.mails(address)) == 1, "it had left, and no second one follows"
    house.invariants(claim)


def test_I13_the_library_does_not_send_again_what_it_heard_no_answer_to(house, claim, waiting, address):
    with house.wire.answer_lost(MAIL):
        assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert state(house, claim, waiting) is ContactState.LOST
    contact(sqs(waiting), None)
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_a_text_that_broke_a_rule_rings_its_alarm_and_no_mail_leaves(house, claim, waiting, address, alarms):
    store = wiring.store()
    held = store.creditor(claim.creditor)
    store.commit(held.id, Commit((), creditor=replace(held, sender_sms="Inkasso24")))
    assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert [alarm.contact for alarm in alarms.of("text_refused")] == [waiting["contact"]]
    assert house.matter(claim).contacts[waiting["contact"]].decisions[-1].because == "text_refused"
    assert not house.mails(address)
    house.invariants(claim)


def test_I13_a_text_nobody_knows_the_fate_of_is_not_sent_again_either(house, creditor):
    number = "+491713920070"
    claim = house.register(creditor, email=None, phone=number)
    planned = house.planned(claim)
    with house.wire.answer_lost("sns.Publish"):
        assert house.send(planned).value == "unknown"
    assert house.send(planned).value == "duplicate"
    assert len(house.texts(number)) == 1
    house.invariants(claim)


def test_when_certainly_nothing_left_the_contact_comes_back_and_goes_out_once(house, claim, address):
    planned = house.planned(claim)
    with house.wire.at(MAIL, refused("Throttling")), pytest.raises(Exception, match="Throttling"):
        house.send(planned)
    assert house.planned(claim).id == planned.id
    assert house.send(planned).value == "sent"
    assert len(house.mails(address)) == 1
    sends = wiring.store().sends(wiring.hash_point(address))
    assert sends.at == (planned.due_at,), "the place under the cap was given back and taken once"
    house.invariants(claim)


def test_what_others_counted_while_nothing_left_stays_counted(house, claim, address):
    planned, store = house.planned(claim), wiring.store()
    point = wiring.hash_point(address)

    def another_creditor_writes_and_ours_is_throttled():
        known = store.sends(point)
        store.commit("somebody", Commit((), sends=replace(known, at=(*known.at, planned.due_at + timedelta(1)))))
        raise refused("Throttling")

    with (
        house.wire.at(MAIL, another_creditor_writes_and_ours_is_throttled),
        pytest.raises(Exception, match="Throttling"),
    ):
        house.send(planned)
    assert store.sends(point).at == (planned.due_at + timedelta(1),)
    assert house.planned(claim).id == planned.id
    house.invariants(claim)


def test_a_crash_between_reserving_and_delivering_sends_nothing_and_the_night_names_it(
    house, claim, address, alarms
):
    planned = house.planned(claim)
    with house.wire.at(MAIL, Death()), pytest.raises(Death):
        house.send(planned, now=max(planned.due_at, wiring.clock()))
    assert house.send(planned).value == "duplicate"
    assert not house.mails(address)
    kept = house.matter(claim).contacts[planned.id]
    assert kept.state is ContactState.RESERVED
    night(house, claim, now=kept.reserved_at + timedelta(hours=1), lost=[planned.id])
    assert house.matter(claim).contacts[planned.id].state is ContactState.LOST
    assert house.planned(claim).step == planned.step + 1, "the strategy goes on"
    house.invariants(claim)


def test_a_crash_between_delivering_and_noting_it_sends_nothing_again(house, claim, address):
    planned = house.planned(claim)
    with house.wire.at("dynamodb.TransactWriteItems", Death(), nth=2), pytest.raises(Death):
        house.send(planned)
    assert house.send(planned).value == "duplicate"
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def night(house, claim, *, now, lost):
    """The nightly run's look at the contacts, at another moment than the machine's."""
    found = watch_over(
        (),
        watch=wiring.watch(),
        store=wiring.store(),
        gateway=wiring.gateway(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        publish=lambda facts: None,
        forget=lambda creditor, number: Forgotten.KEPT,
        look_after=lambda mandate: Looked.RESTS,
        returns=lambda creditor, since: (),
        choose=wiring.chunk_queue().choose,
        now=now,
    )
    own = house.matter(claim).contacts
    assert [name for name in found.lost if name in own] == lost


def test_a_crash_between_moving_a_contact_and_its_schedule_is_mended_when_the_message_comes_back(
    house, creditor, claim
):
    planned = house.planned(claim)
    late = datetime.combine(planned.due_at.astimezone(ZONE).date(), datetime.min.time(), ZONE)
    late += timedelta(hours=21)
    with house.wire.at("scheduler.CreateSchedule", Death()), pytest.raises(Death):
        house.send(planned, now=late)
    assert Inbox(house, creditor).unscheduled()
    assert house.send(planned, now=late).value == "duplicate"
    assert Inbox(house, creditor).unscheduled() == []
    house.invariants(claim)


def test_a_crash_between_the_next_step_and_its_schedule_is_mended_at_night(house, creditor, claim):
    planned = house.planned(claim)
    with house.wire.at("scheduler.CreateSchedule", Death()), pytest.raises(Death):
        house.send(planned)
    follow = house.planned(claim)
    assert Inbox(house, creditor).unscheduled() == [follow.id]
    night(house, claim, now=follow.due_at - timedelta(hours=30), lost=[])
    assert Inbox(house, creditor).unscheduled() == []
    house.invariants(claim)


def test_I2_a_reservation_whose_answer_was_lost_sends_nothing_twice(house, claim, waiting, address):
    with house.wire.at("dynamodb.TransactWriteItems", lost(), after=True):
        contact(sqs(waiting), None)
    contact(sqs(waiting), None)
    assert len(house.mails(address)) <= 1
    assert state(house, claim, waiting) in (ContactState.RESERVED, ContactState.SENT)
    house.invariants(claim)


def test_I3_a_throttled_table_makes_the_contact_come_back(house, claim, waiting, address):
    with house.wire.at("dynamodb.TransactWriteItems", refused("ProvisionedThroughputExceededException")):
        assert contact(sqs(waiting), None)["batchItemFailures"]
    assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_I4_a_conflict_of_transactions_is_tried_again_and_loses_nothing(house, claim, waiting, address):
    conflict = refused("TransactionCanceledException")
    conflict.response["CancellationReasons"] = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    with house.wire.at("dynamodb.TransactWriteItems", conflict):
        assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_two_claims_of_one_person_share_the_cap_even_at_the_same_moment(house, creditor, address):
    """Also over two creditors: the caps count per address."""
    other = house.open_creditor()
    claims = [
        house.register(creditor, email=address, phone=None, debtor="K-1"),
        house.register(creditor, email=address, phone=None, debtor="K-1"),
        house.register(other, email=address, phone=None),
    ]
    hour = max(house.planned(claim).due_at for claim in claims)
    sends = [lambda c=claim: house.send(house.planned(c), now=hour).value for claim in claims]
    told = sorted(house.wire.race(*sends))
    assert told.count("sent") == 1 and set(told) <= {"moved", "sent", "duplicate"}, (
        "or moved onto the one that went"
    )
    assert len(house.mails(address)) == 1
    house.invariants(*claims)


def test_a_payment_that_comes_between_the_policys_yes_and_the_reservation_stops_the_reminder(
    house, creditor, provider, claim, address
):
    planned = house.planned(claim)
    payment = provider.takes(4820, claim=claim)
    notice = provider.notice("payment_intent.succeeded", payment)
    with house.wire.at("dynamodb.TransactWriteItems", lambda: provider.told(notice)):
        assert house.send(planned).value in ("duplicate", "cancelled")
    assert not house.mails(address)
    house.invariants(claim)


def test_I14_without_the_pepper_nothing_is_sent_and_the_contact_waits(house, claim, waiting, address, alarms):
    reader = Reader(house.link_to(claim))
    page = reader.get("stop")
    value = house.secrets.get_secret_value(SecretId="kulanz/pepper")["SecretString"]
    house.secrets.delete_secret(SecretId="kulanz/pepper", ForceDeleteWithoutRecovery=True)
    house.forget_secrets()
    before = house.everything()
    try:
        assert contact(sqs(waiting), None)["batchItemFailures"]
        assert [alarm.secret for alarm in alarms.of("secret_missing")] == ["kulanz/pepper"]
        assert reader.press(page, "/stop").status == 503
        assert house.everything() == before
    finally:
        house.secrets.create_secret(Name="kulanz/pepper", SecretString=value)
    assert contact(sqs(waiting), None) == {"batchItemFailures": []}
    assert reader.press(page, "/stop").status == 200
    assert len(house.mails(address)) == 1
    house.invariants(claim)


def test_an_opt_out_that_comes_by_file_between_the_yes_and_the_reservation_counts(house, creditor, claim, address):
    planned = house.planned(claim)

    def the_creditor_hands_in_what_it_was_told():
        house.register(creditor, debtor=claim.debtor, email=address, phone=None, opt_out_email=True)

    with house.wire.at("dynamodb.TransactWriteItems", the_creditor_hands_in_what_it_was_told):
        assert house.send(planned).value == "cancelled"
    assert not house.mails(address)
    house.invariants(claim)


def test_a_call_for_help_between_the_yes_and_the_reservation_stops_the_reminder(house, claim, address):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    planned, page = house.planned(claim), reader.get("talk")
    wish = {"words": "Bitte rufen Sie an.", "slot": "morning", "language": "de", "phone": "0171 3920012"}
    with house.wire.at("dynamodb.TransactWriteItems", lambda: reader.press(page, "/talk", **wish)):
        assert house.send(planned).value == "moved"
    assert not house.mails(address)
    (moved,) = (c for c in house.matter(claim).planned_for(claim.id) if c.purpose is Purpose.REMINDER)
    assert moved.decisions[-1].because == "task_open"
    house.invariants(claim)


@pytest.mark.parametrize("model", ["nowhere-2026-01-01.onnx", "corrupt-2026-01-01.onnx"])
def test_I15_without_a_model_the_strategys_default_order_counts_and_the_row_is_flagged(
    house, creditor, tmp_path, model
):
    path = tmp_path / model
    if model.startswith("corrupt"):
        path.write_bytes(b"\x00" * 100)
        path.with_suffix(".json").write_text("{}")
    scorer, place = OnnxScorer(path), RowPlace("batch", 1, 2)
    said = register_claim(
        registration_of(row(), creditor, place, wiring.clock()),
        store=wiring.store(),
        batches=wiring.batches(),
        chooser=Chooser(scorer, lambda *of: 0.0),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        hash_point=wiring.hash_point,
        new_reference=wiring.new_reference,
        now=wiring.clock(),
    )
    assert said.value == "taken"
    claim = house.claim(creditor.id, "K-501", "R-1001")
    assert claim.score.flagged and claim.score.probability is None
    planned = house.planned(claim)
    assert (planned.channel, planned.why) == (ChannelKind.EMAIL, "strategy_default")
    (outcome,) = wiring.batches().rows(creditor.id, "batch", 1)
    assert outcome.flags == (claim.score.flagged,)
    assert scorer.trouble, "the worker raises its alarm"
    house.invariants(claim)


NOTICED = {"contract_date": date(2025, 1, 2)}


@pytest.fixture
def agency(house):
    whole = collector()
    named = ("acting_as", "register_number", "authority", "on_behalf_of", "legal_name")
    return house.open_creditor(**{name: getattr(whole, name) for name in named})


def test_a_collectors_first_word_is_the_whole_notice_by_mail_and_a_text_may_follow(house, agency):
    address = f"reader.of.{agency.id}@example.com"
    number = f"+49171{int(agency.id.removeprefix('creditor')):07d}"
    claim = house.register(agency, email=address, phone=number, **NOTICED)
    planned = house.planned(claim)
    assert (planned.kind, planned.channel) == (MessageKind.NOTICE, ChannelKind.EMAIL)
    assert house.send(planned).value == "sent"
    (mail,) = house.mails(address)
    for named in ("Nordlicht Energie GmbH", "3712/E1-2214/26", "Bundesamt für Justiz", "48,20", "Strom"):
        assert named in mail
    for factor in ("10437", "2026-4711", "1984"):
        assert factor not in mail, "what the door asks for is never printed"
    token = re.search(r"/p/([A-Za-z0-9_-]{22})", mail)[1]
    assert Reader(token).get().status == 200
    assert not house.texts(number)
    assert house.planned(claim).kind is MessageKind.REMINDER
    house.invariants(claim)


def test_a_collector_may_text_a_person_only_after_the_notice(house, agency):
    number = "+491713920078"
    claim = house.register(agency, email=f"x.{agency.id}@example.com", phone=number, **NOTICED)
    assert house.send(house.planned(claim)).value == "sent"
    follow = house.planned(claim)
    text = replace(follow, id="c-text", channel=ChannelKind.SMS, version=0)
    early = house.register(agency, email=f"y.{agency.id}@example.com", phone=number, **NOTICED)
    unlawful = replace(house.planned(early), id="c-unlawful", channel=ChannelKind.SMS, version=0)
    wiring.store().commit(agency.id, Commit((), contacts=(text, unlawful)))
    assert house.send(unlawful, now=follow.due_at).value == "cancelled"
    assert not house.texts(number)
    assert house.send(text, now=follow.due_at).value == "sent"
    assert len(house.texts(number)) == 1
    house.invariants(claim, early)


def test_a_collector_without_a_mail_address_or_without_a_whole_notice_writes_to_nobody(house, agency):
    number = "+491713920079"
    places = {}
    for wanted, changes in {
        "notice_needs_durable_medium": {"email": None, **NOTICED},
        "notice_incomplete": {"email": f"z.{agency.id}@example.com"},
    }.items():
        claim = house.register(agency, phone=number, **changes)
        assert not house.matter(claim).planned_for(claim.id)
        outcomes = [i for k, i in house.everything(agency.id).items() if k[1].startswith("ROW#")]
        places = {i["claim"]["S"]: i["not_contacted"]["S"] for i in outcomes}
        assert places[claim.id] == wanted
    assert not house.texts(number)


def test_the_nightly_run_says_again_what_the_bus_never_heard(house, creditor, claim):
    """The stream forgot the facts of an hour ago; the run finds them by their marker."""
    table, hour_ago = house.aws.client("dynamodb"), wiring.clock() - timedelta(hours=1)
    unsaid = {k: i for k, i in house.everything(creditor.id).items() if "unrelayed" in i}
    assert unsaid
    for item in unsaid.values():
        table.put_item(TableName="kulanz", Item={**item, "sk2": {"S": f"{hour_ago:%Y-%m-%dT%H:%M:%S.%fZ}"}})
    assert nightly({}, None)["facts"] >= len(unsaid)
    assert not [i for i in house.everything(creditor.id).values() if "unrelayed" in i]


def test_I1_a_write_cut_off_in_the_middle_leaves_all_or_nothing(house, creditor):
    """The line breaks before the table hears of it, and after: each time the whole row is there or none of it."""
    for after in (False, True):
        before = house.everything(creditor.id)
        with (
            house.wire.at("dynamodb.TransactWriteItems", lost(), after=after),
            pytest.raises(Exception, match="reach"),
        ):
            house.register(creditor, claim=f"R-{after}", debtor=f"K-{after}")
        kinds = {k[1].partition("#")[0] for k in house.everything(creditor.id) if k not in before}
        assert kinds == ({"DEBTOR", "CLAIM", "CONTACT", "ENTRY", "FACTS", "ROW", "WAY"} if after else set())


def test_M16_the_night_tells_each_table_of_the_law_that_ends_soon_and_no_other(house, alarms):
    soon = endings(wiring.clock().date())
    assert nightly({}, None)["ending"] == len(soon)
    told = [(alarm.table, alarm.last, alarm.ended) for alarm in alarms.of("law_data_ends")]
    assert told == [(ending.table, ending.last.isoformat(), ending.ended) for ending in soon]


def test_I5_what_the_bus_took_only_in_part_is_handed_over_again_and_nothing_is_lost(
    house, creditor, provider, claim, monkeypatch
):
    assert provider.tells(provider.notice("payment_intent.succeeded", provider.takes(4820, claim=claim))) == 200
    taken, refused = [], [1, 0]

    class Bus:
        def put_events(self, Entries):
            failed = refused.pop(0) if refused else 0
            taken.extend(Entries[failed:])
            return {"FailedEntryCount": failed}

    monkeypatch.setattr(wiring, "bus", lambda: EventBus("kulanz", Bus()))

    def unrelayed():
        return [item for item in house.everything(creditor.id).values() if "unrelayed" in item]

    told = {fact.name.value for item in unrelayed() for fact in wiring.facts_in(item)}
    for _ in range(2):
        records = [{"dynamodb": {"NewImage": i, "SequenceNumber": str(n)}} for n, i in enumerate(unrelayed())]
        answer = relay({"Records": records}, None)
        assert bool(answer["batchItemFailures"]) == bool(unrelayed())
    assert unrelayed() == [] and told == {entry["DetailType"] for entry in taken}
    assert told
