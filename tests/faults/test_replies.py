"""What comes back by each channel: twice, late, in the wrong order, too early, or from nobody we know."""

import hmac
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from chalicelib import registry, wiring
from chalicelib.actions.hold_sending import hold_sending
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.domain.channel import EMAIL, ChannelSettings
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose, Reached, Tone
from chalicelib.domain.decision import Allowed
from chalicelib.domain.errors import Retry
from chalicelib.domain.gate import Halt
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.pay_link import LinkState
from chalicelib.domain.reply_numbers import marked
from chalicelib.domain.task import TaskKind
from chalicelib.entrypoints.outcomes import outcomes
from chalicelib.ports import Commit
from local.messages.double import inbound_sms, mail_from, received_mail, text_of, webhook_of
from tests.reader import Reader, answered

WHATSAPP = registry.collect(channels, "CHANNEL")["whatsapp"].terms
PHONE_ID = "106540352242922"
NUMBER = "+4915700000000"
OURS = "antwort@nordlicht.example"
WAYS = ("sms", "whatsapp", "email")


class Side:
    """Somebody with a telephone and a mailbox of their own, and a message they got by one channel."""

    def __init__(self, house, by, number):
        self.house, self.by = house, ChannelKind(by)
        self.phone, self.mail = f"+49171{number:07d}", f"m{number}@example.com"
        given = {"phone_number_id": PHONE_ID, "permission_reference": "Meta, 2026-10-01"}
        held = (ChannelSettings(WHATSAPP, given), ChannelSettings(EMAIL, {"reply_to": OURS}))
        self.creditor = house.open_creditor(channels=held, sender_sms=NUMBER)
        if by == "whatsapp":
            keys = {"access_token": "EAA", "app_secret": "app", "verify_token": "agreed"}
            name = f"kulanz/channels/{self.creditor.id}/whatsapp"
            house.secrets.create_secret(Name=name, SecretString=json.dumps(keys))
        row = {"email": self.mail, "phone": None} if by == "email" else {"email": None, "phone": self.phone}
        self.claim = house.register(self.creditor, **row)
        self.sent = self.send() if by != "whatsapp" else self.as_if_sent()

    def send(self):
        planned = self.house.planned(self.claim)
        assert self.house.send(planned) is Sent.SENT
        return self.contacts()[planned.id]

    def as_if_sent(self):
        """Where no provider answers here: what its sending leaves in the table."""
        now, point = wiring.clock(), wiring.hash_point(self.phone)
        planned = self.house.planned(self.claim)
        contact = Contact(
            f"c-{self.claim.id}", self.creditor.id, self.claim.debtor, self.claim.id, Purpose.REMINDER,
            MessageKind.REMINDER, self.by, Tone.FRIENDLY, planned.due_at, now, state=ContactState.SENT,
            sent_at=now, reserved_at=now, receipt=f"wamid.{self.claim.id}", decisions=(Allowed("DE/test"),),
        )  # fmt: skip
        reached = Reached(point, self.by, self.creditor.id, self.claim.debtor, contact.id)
        wiring.store().commit(self.creditor.id, Commit((), contacts=(contact,), reached=reached))
        return self.contacts()[contact.id]

    def notice(self, text, *, sender=None, answers="", at=None, name="1"):
        """(what tells of it, what it is handed to): the provider's own shape."""
        answers = self.sent.receipt if answers == "" else answers
        if self.by is ChannelKind.SMS:
            said = inbound_sms(sender or self.phone, NUMBER, text, answers)
            return {**said, "inboundMessageId": f"{self.claim.id}-{name}"}
        if self.by is ChannelKind.EMAIL:
            key = f"{self.claim.id}-{name}"
            told = {"from": sender or self.mail, "to": OURS, "text": text, "answers": answers}
            s3 = self.house.aws.client("s3")
            s3.put_object(Bucket="kulanz-mail", Key=f"in/{key}", Body=mail_from(told))
            said = received_mail(sender or self.mail, OURS, key, "kulanz-mail")
            if at:
                said["mail"]["timestamp"] = at.isoformat()
            return said
        said = {**text_of(sender or self.phone, text, answers), "id": f"wamid.in-{self.claim.id}-{name}"}
        return {**said, "timestamp": str(int((at or wiring.clock()).timestamp()))}

    def tell(self, notice, at=None):
        if self.by is ChannelKind.WHATSAPP:
            value = {"metadata": {"phone_number_id": PHONE_ID}, "messages": [notice]}
            body = json.dumps(webhook_of(value))
            mark = "sha256=" + hmac.new(b"app", body.encode(), sha256).hexdigest()
            headers = {"X-Hub-Signature-256": mark, "Content-Type": "application/json"}
            where = f"/webhooks/{self.creditor.id}/whatsapp"
            assert answered("POST", where, body, headers).status == 200
            self.house.hear_outcomes()
            return
        stamp = (at or wiring.clock()).isoformat()
        outcomes({"Records": [{"Sns": {"Message": json.dumps(notice), "Timestamp": stamp}}]}, None)

    def says(self, text, **how):
        notice = self.notice(text, **how)
        self.tell(notice, how.get("at"))
        return notice

    def matter(self):
        return self.house.matter(self.claim)

    def contacts(self):
        return self.matter().contacts

    def of(self, kind):
        return [contact for contact in self.contacts().values() if contact.kind is kind]

    def states(self):
        return {p.state for p in self.matter().debtor.points if p.value in (self.phone, self.mail)}

    def replies(self):
        return wiring.store().replies(self.creditor.id, self.sent.id)

    def change(self, **parts):
        wiring.store().commit(self.creditor.id, Commit((), **parts))


NUMBERS = iter(range(3_000_000, 3_999_999))


@pytest.fixture(params=WAYS)
def side(house, request):
    house.queued("outcomes")
    side = Side(house, request.param, next(NUMBERS))
    yield side
    house.invariants(side.claim)


def test_W1_the_same_reply_five_times_is_one_task_and_one_answer(side, alarms):
    notice = side.notice("Guten Tag, ich war im Urlaub")
    for _ in range(5):
        side.tell(notice)
    (kept,) = side.replies()
    assert (kept.text, kept.debtor, kept.contact) == (
        "Guten Tag, ich war im Urlaub", side.claim.debtor, side.sent.id,
    )  # fmt: skip
    (task,) = side.matter().tasks.values()
    assert (task.kind, task.words) == (TaskKind.REPLY, "Guten Tag, ich war im Urlaub")
    assert len(side.of(MessageKind.NOTED)) == 1 and side.contacts()[side.sent.id].replied_at
    assert "Urlaub" not in alarms and side.phone not in alarms and side.mail not in alarms


def test_W1_a_word_five_times_is_answered_once_with_its_page(side):
    notice = side.notice("Ratenzahlung")
    for _ in range(5):
        side.tell(notice)
    (answer,) = side.of(MessageKind.REPLY)
    assert (answer.about, answer.channel, answer.purpose) == ("plan", side.by, Purpose.ANSWER)
    if side.by is not ChannelKind.WHATSAPP:
        assert side.house.send(answer) is Sent.SENT
        left = side.house.mails(side.mail) or side.house.texts(side.phone)
        assert "/plan" in left[-1]
    assert not side.matter().tasks and side.states() == {PointState.ACTIVE}


@pytest.mark.parametrize("by", ["sms", "whatsapp"])
def test_W1_a_number_counts_once_the_message_that_offers_it_left_and_is_answered_once_with_its_page(house, by):
    house.queued("outcomes")
    side = Side(house, by, next(NUMBERS))
    side.says("1", name="before")
    (task,) = side.matter().tasks.values()
    (noted,) = side.of(MessageKind.NOTED)
    assert task.words == "1" and side.of(MessageKind.REPLY) == []
    if by == "sms":
        assert house.send(noted) is Sent.SENT
        assert "1 bezahlt, 2 später, 3 Raten" in house.texts(side.phone)[-1]
    else:
        # Where no provider answers here: what its sending leaves in the table.
        taken = replace(noted.moved(ContactState.RESERVED), text=marked("noted.de.0"))
        side.change(contacts=(replace(taken, decisions=(Allowed("DE/test"),)),))
        left = side.contacts()[noted.id].moved(ContactState.SENT)
        side.change(contacts=(replace(left, sent_at=wiring.clock(), receipt=f"wamid.{noted.id}"),))
    answers = side.contacts()[noted.id].receipt
    notice = side.notice("\u0663", answers=answers, name="then", at=wiring.clock() + timedelta(seconds=2))
    for _ in range(5):
        side.tell(notice, wiring.clock() + timedelta(seconds=2))
    (answer,) = side.of(MessageKind.REPLY)
    assert (answer.about, answer.channel) == ("plan", side.by)
    assert [(t.words, t.done_at) for t in side.matter().tasks.values()] == [("1", None)]
    house.invariants(side.claim)


def test_P17_a_stop_while_the_next_reminder_is_queued_and_it_does_not_leave(side):
    waiting = [c for c in side.contacts().values() if c.state is ContactState.PLANNED]
    side.says("STOP")
    assert side.states() == {PointState.OPTED_OUT}
    for contact in waiting:
        assert side.house.send(contact) in (Sent.DUPLICATE, Sent.CANCELLED)
    (answer,) = side.of(MessageKind.REPLY)
    assert answer.about == "stop"


def test_P17_the_text_that_confirms_a_stop_does_not_tell_them_to_write_it_again(house):
    side = Side(house, "sms", next(NUMBERS))
    assert "STOP" in side.house.texts(side.phone)[-1]
    side.says("STOP")
    (answer,) = side.of(MessageKind.REPLY)
    assert side.house.send(answer) is Sent.SENT
    said = side.house.texts(side.phone)[-1]
    assert "Notiert: keine Erinnerungen mehr" in said and "STOP" not in said


def test_P18_a_wrong_number_is_forgotten_at_once_and_its_link_is_dead(side):
    side.says("falsche Nummer")
    debtor = side.matter().debtor
    assert side.states() == set() and len(debtor.blocked) == 1
    assert not [c for c in side.contacts().values() if c.state is ContactState.PLANNED]
    if side.sent.link:
        assert wiring.store().link(side.sent.link).state is LinkState.DISOWNED


def test_W3_a_reply_before_its_message_is_settled_is_told_again_and_not_lost(side):
    reserved = replace(
        side.sent, state=ContactState.RESERVED, receipt=None, sent_at=None, reserved_at=wiring.clock()
    )
    side.change(contacts=(reserved,))
    notice = side.notice("Später", answers="not-known-yet")
    with pytest.raises(Retry):
        side.tell(notice)
    assert side.replies() == ()
    held = side.contacts()[side.sent.id]
    side.change(contacts=(replace(held, state=ContactState.SENT, receipt="known-now", sent_at=wiring.clock()),))
    side.tell(notice)
    assert len(side.replies()) == 1 and [c.about for c in side.of(MessageKind.REPLY)] == ["later"]


def test_W_late_and_without_its_message_the_sender_leads_to_what_was_written_last(side):
    side.says("Später", answers=None, at=wiring.clock() - timedelta(days=20))
    (kept,) = side.replies()
    assert kept.contact == side.sent.id and [c.about for c in side.of(MessageKind.REPLY)] == ["later"]


def test_W4_a_start_that_comes_after_a_later_stop_opens_nothing(side):
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    first, then = (
        side.notice("START", name="1", at=start),
        side.notice("STOP", name="2", at=start + timedelta(seconds=5)),
    )
    side.tell(then, start + timedelta(seconds=5))
    side.tell(first, start)
    assert side.states() == {PointState.OPTED_OUT}


def test_W5_from_nobody_we_know_it_is_kept_and_somebody_is_told(side, alarms):
    stranger = "+4917999999901" if side.by is not ChannelKind.EMAIL else "stranger@example.com"
    side.says("Wer sind Sie?", sender=stranger, answers=None)
    assert len(alarms.of("reply_unplaced")) == 1 and "Wer sind" not in alarms
    assert side.replies() == () and not side.matter().tasks


def test_after_the_claim_is_closed_words_go_to_a_person_and_a_stop_still_counts(side):
    claim = side.house.again(side.claim)
    side.change(claims=(replace(claim, state=ClaimState.CLOSED, closed_at=wiring.clock()),))
    side.says("Raten")
    assert [t.kind for t in side.matter().tasks.values()] == [TaskKind.REPLY]
    side.says("STOP", name="2")
    assert side.states() == {PointState.OPTED_OUT}
    held = side.house.again(side.claim)
    side.change(claims=(replace(held, state=ClaimState.OPEN, closed_at=None),))


def test_G1_after_a_person_was_forgotten_their_words_are_kept_with_nobody(side, alarms):
    card = replace(side.matter().debtor, erased_at=wiring.clock(), points=(), name="")
    side.change(debtor=card)
    side.says("Ich bin Marta")
    assert side.replies() == () and not side.matter().tasks and alarms.of("reply_unplaced")


def test_O1_while_everything_is_held_an_answer_waits_and_nothing_leaves(side):
    side.says("Raten")
    (answer,) = side.of(MessageKind.REPLY)
    hold_sending(Halt("anna", wiring.clock(), side.creditor.id), store=wiring.store(), gates=wiring.gates())
    assert side.house.send(answer) is Sent.HELD
    assert side.contacts()[answer.id].state is ContactState.PLANNED


def test_the_timeline_shows_what_they_wrote_word_for_word(side):
    side.says("Ich rufe <b>morgen</b> an")
    reader = Reader(side.house.link_to(side.claim))
    reader.through_the_door()
    assert "Ich rufe &lt;b&gt;morgen&lt;/b&gt; an" in reader.get("history").text


def test_O3_what_came_to_another_creditors_address_is_not_taken_for_this_ones(house, side, alarms):
    if side.by is ChannelKind.WHATSAPP:
        return  # its webhook belongs to one creditor: tests/faults/test_channel_webhooks.py
    for text in ("Falsche Nummer", "Raten"):
        side.tell(to_another(side, side.notice(text, answers=None, name=text)))
    assert side.states() == {PointState.ACTIVE} and not side.of(MessageKind.REPLY)
    assert len(alarms.of("reply_unplaced")) == 2


def to_another(side, notice):
    """The same, but come to an address that is not this creditor's."""
    if side.by is ChannelKind.SMS:
        notice["destinationNumber"] = "+4915799999999"
    else:
        notice["receipt"]["recipients"] = ["antwort@another.example"]
    return notice


def test_O3_a_stop_to_an_address_of_one_who_wrote_there_too_is_that_ones_alone(house):
    house.queued("outcomes")
    side = Side(house, "sms", next(NUMBERS))
    other = Side(house, "sms", next(NUMBERS))
    number = "+4915799999997"
    other.change(creditor=replace(wiring.store().creditor(other.creditor.id), sender_sms=number))
    point = ContactPoint(ChannelKind.SMS, side.phone)
    other.change(
        debtor=replace(other.matter().debtor, points=(point,)),
        reached=Reached(
            wiring.hash_point(side.phone), side.by, other.creditor.id, other.claim.debtor, other.sent.id
        ),
    )
    notice = side.notice("STOP", answers=None)
    notice["destinationNumber"] = number
    side.tell(notice)
    assert side.states() == {PointState.ACTIVE}
    assert {p.state for p in other.matter().debtor.points} == {PointState.OPTED_OUT}


@pytest.mark.parametrize("by", ["sms", "email"])
def test_P17_a_stop_to_an_address_that_is_no_creditors_own_is_obeyed_and_nobody_is_alarmed(house, alarms, by):
    house.queued("outcomes")
    side = Side(house, by, next(NUMBERS))
    notice = to_another(side, side.notice("STOP", answers=None))
    for _ in range(3):
        side.tell(notice)
    assert side.states() == {PointState.OPTED_OUT} and not alarms.of("reply_unplaced")
    assert [c.about for c in side.of(MessageKind.REPLY)] == ["stop"]
    waiting = [c for c in side.contacts().values() if c.purpose is Purpose.REMINDER]
    assert ContactState.PLANNED not in {c.state for c in waiting}
    house.invariants(side.claim)


def test_P17_a_stop_to_a_number_of_this_minute_counts_while_older_settings_are_remembered(house):
    house.queued("outcomes")
    side, new, store = Side(house, "sms", next(NUMBERS)), "+4915799999998", wiring.store()
    remembered = store.creditor(side.creditor.id)
    store.commit(remembered.id, Commit((), creditor=replace(remembered, sender_sms=new)))
    store._creditors[remembered.id] = (wiring.clock(), remembered)
    notice = side.notice("STOP", answers=None)
    notice["destinationNumber"] = new
    side.tell(notice)
    assert side.states() == {PointState.OPTED_OUT}


@pytest.fixture
def by_mail(house):
    return Side(house, "email", next(NUMBERS))


def test_a_mail_is_deleted_once_its_words_are_kept_and_told_again_changes_nothing(by_mail):
    notice = by_mail.says("Später")
    found = by_mail.house.aws.client("s3").list_objects_v2(Bucket="kulanz-mail", Prefix=f"in/{by_mail.claim.id}-")
    assert found.get("Contents", []) == []
    before = by_mail.house.everything()
    by_mail.tell(notice)
    assert by_mail.house.everything() == before


@pytest.mark.parametrize("bucket", ["kulanz-house", "another"])
def test_a_notice_that_names_another_bucket_is_passed_over(by_mail, bucket):
    notice = by_mail.notice("STOP")
    notice["receipt"]["action"]["bucketName"] = bucket
    before = by_mail.house.everything()
    by_mail.tell(notice)
    assert by_mail.house.everything() == before


@pytest.mark.parametrize(
    "notice", [{"notificationType": "Received"}, {"notificationType": "Received", "receipt": {}}]
)
def test_W12_what_tells_of_no_mail_is_passed_over(by_mail, notice):
    before = by_mail.house.everything()
    by_mail.tell(notice)
    assert by_mail.house.everything() == before


def test_a_mail_whose_sender_nobody_vouches_for_is_no_word_of_theirs(by_mail, alarms):
    notice = by_mail.notice("STOP", answers=None)
    for verdict in ("spf", "dkim", "dmarc"):
        notice["receipt"][f"{verdict}Verdict"] = {"status": "FAIL"}
    by_mail.tell(notice)
    assert by_mail.states() == {PointState.ACTIVE} and alarms.of("reply_unplaced")


def test_I14_without_the_key_of_addresses_nothing_is_decided(by_mail):
    held = os.environ.pop("PEPPER_SECRET")
    try:
        with pytest.raises(Exception, match="PEPPER_SECRET"):
            by_mail.says("STOP")
    finally:
        os.environ["PEPPER_SECRET"] = held
    assert by_mail.states() == {PointState.ACTIVE}


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize(
    ("word", "page", "seen"),
    [
        ("Später", "later", "Bis wann?"),
        ("Raten", "plan", "Monat"),
        ("bezahlt", "sent", "überwiesen"),
        ("Bitte anrufen", "call", "Wie dürfen wir Sie erreichen?"),
        ("Hilfe", "call", "Wie dürfen wir Sie erreichen?"),
    ],
)
def test_the_link_of_an_answer_leads_through_the_door_to_exactly_its_page(by_mail, cookies, word, page, seen):
    by_mail.says(word)
    (answer,) = by_mail.of(MessageKind.REPLY)
    assert by_mail.house.send(answer) is Sent.SENT
    (token,) = set(re.findall(rf"/p/([\w-]+)/{page}", by_mail.house.mails(by_mail.mail)[-1]))
    reader = Reader(token, {} if cookies else None)
    door = reader.get(page)
    action, fields = next(form for form in door.forms() if "to" in form[1])
    assert fields["to"] == {"call": "talk"}.get(page, page)
    shown = reader.post(action, {**fields, "factor": "postcode", "postcode": "10437"})
    shown = reader.on(shown) if cookies else shown
    assert seen in shown.words and shown.status == 200
