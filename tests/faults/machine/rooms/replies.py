"""What somebody writes back: done, answered with its page, put before a person, or kept because it fits nobody."""

import json
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.channel import EMAIL, ChannelSettings
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.parties import PointState
from chalicelib.domain.pay_link import LinkPurpose, PayLink, sender_id
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from local.messages.double import inbound_sms, mail_from, received_mail

from ..scenario import scenario
from ..stage import Wakes

OUTCOMES = "chalicelib.entrypoints.outcomes:outcomes"


OURS = "+4915799900001"


def written_to(stage, **settings):
    """The message that a reply answers."""
    stage.open(**settings)
    planned = stage.house.planned(stage.claim(email=None, phone=stage.phone))
    stage.sends(planned).wake()
    return stage.matter().contacts[planned.id]


def says(stage, text, sent=None, name="in-1", at=""):
    said = inbound_sms(stage.phone, OURS, text, sent.receipt if sent else None)
    record = {
        "Message": json.dumps({**said, "inboundMessageId": name}),
        "Timestamp": at or wiring.clock().isoformat(),
    }
    return Wakes(OUTCOMES, {"Records": [{"Sns": record}]})


def of(stage, kind):
    return [contact for contact in stage.matter().contacts.values() if contact.kind is kind]


@scenario()
def a_word_is_answered_with_its_page(stage):
    sent = written_to(stage)
    yield says(stage, "Bitte anrufen", sent)
    (answer,) = of(stage, MessageKind.REPLY)
    assert answer.about == "talk"
    assert wiring.store().reply(stage.creditor.id, "sms-in-1", sent.id).contact == sent.id


@scenario()
def a_stop_silences_its_address(stage):
    sent = written_to(stage)
    yield says(stage, "Stopp", sent)
    assert {point.state for point in stage.matter().debtor.points} == {PointState.OPTED_OUT}
    assert [answer.about for answer in of(stage, MessageKind.REPLY)] == ["stop"]


@scenario()
def a_stop_to_a_number_that_is_nobodys_silences_its_address(stage):
    written_to(stage)
    yield says(stage, "Stopp")
    assert {point.state for point in stage.matter().debtor.points} == {PointState.OPTED_OUT}
    assert [answer.about for answer in of(stage, MessageKind.REPLY)] == ["stop"]
    assert wiring.store().reply("-", "sms-in-1") is None


@scenario()
def a_number_that_was_offered_is_answered_with_its_page(stage):
    sent = written_to(stage, sender_sms=OURS)
    says(stage, "Guten Tag", sent, "in-0").wake()
    (noted,) = of(stage, MessageKind.NOTED)
    stage.sends(noted).wake()
    offered = stage.matter().contacts[noted.id]
    yield says(stage, "3.", offered, at=(offered.sent_at + timedelta(hours=1)).isoformat())
    assert [answer.about for answer in of(stage, MessageKind.REPLY)] == ["plan"]
    (task,) = stage.matter().tasks.values()
    assert task.words == "Guten Tag" and task.done_at is None


@scenario()
def a_wrong_number_is_forgotten(stage):
    sent = written_to(stage)
    yield says(stage, "Falsche Nummer", sent)
    debtor = stage.matter().debtor
    assert debtor.points == () and len(debtor.blocked) == 1


@scenario()
def what_no_rule_reads_is_for_a_person(stage):
    sent = written_to(stage)
    yield says(stage, "Ich habe nicht bezahlt", sent)
    (task,) = stage.matter().tasks.values()
    assert (task.kind, task.words) == (TaskKind.REPLY, "Ich habe nicht bezahlt")
    assert len(of(stage, MessageKind.NOTED)) == 1


@scenario()
def a_reply_that_the_dialogue_knows_is_answered_by_it(stage):
    sent = written_to(stage)
    yield says(stage, "Der Zählerstand ist falsch abgelesen", sent)
    (answer,) = of(stage, MessageKind.ANSWER)
    head, said = wiring.store().talk(stage.creditor.id, stage.matter().debtor.number)
    assert [one.by for one in said] == [Speaker.DEBTOR, Speaker.BOT] and said[1].id == answer.about
    assert (head.topic, head.step) == ("meter", "meter_number") and not stage.matter().tasks


@scenario()
def a_yes_to_what_was_asked_back_leads_there(stage):
    sent = written_to(stage)
    says(stage, "Der Zählerstand auf der Rechnung ist falsch", sent, "in-0").wake()
    debtor = stage.matter().debtor.number
    assert wiring.store().talk(stage.creditor.id, debtor)[0].step == "asked_back"
    yield says(stage, "1", sent)
    head, said = wiring.store().talk(stage.creditor.id, debtor)
    assert [one.by for one in said] == [Speaker.DEBTOR, Speaker.BOT] * 2 and len(
        of(stage, MessageKind.ANSWER)
    ) == 2
    assert (head.topic, head.step) == ("meter", "meter_number") and not stage.matter().tasks


@scenario()
def a_reply_of_nobody_we_know_is_kept(stage):
    stage.open()
    yield says(stage, "Wer sind Sie?")
    assert wiring.store().reply("-", "sms-in-1").text == "Wer sind Sie?"


@scenario()
def a_mail_is_read_once_and_deleted(stage):
    to = "antwort@nordlicht.example"
    stage.open(channels=(ChannelSettings(EMAIL, {"reply_to": to}),))
    planned = stage.house.planned(stage.claim())
    stage.sends(planned).wake()
    receipt = stage.matter().contacts[planned.id].receipt
    s3 = stage.house.aws.client("s3")
    wish = {"from": stage.address, "to": to, "text": "Später", "answers": receipt}
    s3.put_object(Bucket="kulanz-mail", Key="in/m-1", Body=mail_from(wish))
    told = received_mail(stage.address, to, "m-1", "kulanz-mail")
    told["mail"]["timestamp"] = wiring.clock().isoformat()
    yield Wakes(OUTCOMES, {"Records": [{"Sns": {"Message": json.dumps(told)}}]})
    (answer,) = of(stage, MessageKind.REPLY)
    assert answer.about == "later"
    assert "Contents" not in s3.list_objects_v2(Bucket="kulanz-mail", Prefix="in/m-1")


@scenario()
def whoever_brings_a_code_goes_on_in_messenger(stage):
    terms = wiring.channels()["messenger"].terms
    stage.open(channels=(ChannelSettings(terms, {"page_id": "1784140"}),))
    claim = stage.claim()
    now = wiring.clock()
    code = PayLink(
        id=sender_id("a code"),
        creditor=claim.creditor,
        debtor=claim.debtor,
        claim=claim.id,
        contact="messenger de:1",
        issued_at=now,
        expires_at=now + timedelta(minutes=30),
        factors=(),
        purpose=LinkPurpose.SENDER,
    )
    wiring.store().commit(claim.creditor, Commit((), links=(code,)))
    told = {"creditor": claim.creditor, "page_id": "1784140", "sender": "24601", "messenger_ref": "a code"}
    record = {"Message": json.dumps(told), "Timestamp": now.isoformat()}
    yield Wakes(OUTCOMES, {"Records": [{"Sns": record}]})
    assert "24601" in [point.value for point in stage.matter().debtor.points]
    assert [answer.about for answer in of(stage, MessageKind.REPLY)] == ["here"]
