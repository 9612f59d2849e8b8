"""Messenger: a code from the page, once, says who writes; then they are answered there, and nowhere first."""

import json
import os
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import registry, wiring
from chalicelib.actions.plan_contact import reachable
from chalicelib.adapters import channels
from chalicelib.adapters.channels.messenger import Messenger
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.pay_link import sender_id
from chalicelib.ports import Commit
from local.messages.double import MessagesDouble, page_webhook_of, signature, written_to_page
from tests.adapters.test_channels import ABOUT, TEXT
from tests.builders import creditor as a_creditor
from tests.reader import Reader, answered

TERMS = registry.collect(channels, "CHANNEL")["messenger"].terms
PAGE, PSID = "1784140", "24601000000000001"
SETTINGS = ChannelSettings(TERMS, {"page_id": PAGE})


def keys_of(creditor):
    return {"access_token": "EAA", "app_secret": f"secret of {creditor}", "verify_token": "agreed"}


def with_keys(house, creditor):
    keys = json.dumps(keys_of(creditor))
    house.secrets.create_secret(Name=f"kulanz/channels/{creditor}/messenger", SecretString=keys)


@pytest.fixture
def creditor(house):
    found = house.open_creditor(channels=(SETTINGS,))
    with_keys(house, found.id)
    house.queued("outcomes")
    return found


@pytest.fixture
def reader(house, creditor, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def code_from(reader):
    page = reader.press(reader.get("chat"), "/chat", step="messenger")
    return re.search(rf"https://m\.me/{PAGE}\?ref=([A-Za-z0-9_-]{{22}})\"", page.text)[1]


def tell(creditor, sender=PSID, page=PAGE, **event):
    body = json.dumps(page_webhook_of(page, sender, **event))
    mark = signature(keys_of(creditor.id), body.encode())
    headers = {"X-Hub-Signature-256": mark, "Content-Type": "application/json"}
    return answered("POST", f"/webhooks/{creditor.id}/messenger", body, headers).status


def brings(house, creditor, code, **more):
    assert tell(creditor, referral={"ref": code, "source": "SHORTLINK"}, **more) == 200
    house.hear_outcomes()


def says(house, creditor, text, **more):
    told = written_to_page(text)
    assert tell(creditor, message=told, **more) == 200
    house.hear_outcomes()
    return told["mid"]


def points(house, claim):
    found = house.matter(claim).debtor.points
    return [p for p in found if p.channel is ChannelKind.MESSENGER]


def test_whoever_brings_the_code_is_the_debtor_there_and_is_told_so_once(house, creditor, claim, reader):
    code = code_from(reader)
    for _ in range(3):
        brings(house, creditor, code)
    assert points(house, claim) == [ContactPoint(ChannelKind.MESSENGER, PSID, confirmed=True)]
    card = house.matter(claim).debtor
    assert [(step.given, step.purpose) for step in card.consents] == [(True, "channel")]
    (answer,) = [c for c in house.matter(claim).contacts.values() if c.about == "here"]
    assert (answer.kind, answer.channel) == (MessageKind.REPLY, ChannelKind.MESSENGER)
    assert ChannelKind.MESSENGER not in reachable(card, creditor)
    assert ChannelKind.MESSENGER in reachable(card, creditor, answering=True)


def test_what_they_write_there_is_heard_and_answered_there(house, creditor, claim, reader):
    brings(house, creditor, code_from(reader))
    says(house, creditor, "Der Zählerstand ist falsch abgelesen")
    said = wiring.store().talk(creditor.id, claim.debtor)[1]
    assert [(one.by, one.channel) for one in said] == [
        (Speaker.DEBTOR, ChannelKind.MESSENGER),
        (Speaker.BOT, ChannelKind.MESSENGER),
    ]
    (answer,) = [c for c in house.matter(claim).contacts.values() if c.kind is MessageKind.ANSWER]
    assert answer.channel is ChannelKind.MESSENGER and answer.to == wiring.hash_point(PSID)
    says(house, creditor, "STOP")
    assert points(house, claim)[0].state is PointState.OPTED_OUT


def test_a_code_counts_once_and_for_half_an_hour(house, creditor, claim, reader, alarms):
    used, late = code_from(reader), code_from(reader)
    brings(house, creditor, used)
    brings(house, creditor, used, sender="24601000000000002")
    held = wiring.store().link(sender_id(late))
    over = replace(held, expires_at=held.issued_at)
    wiring.store().commit(creditor.id, Commit((), links=(over,)))
    assert held.expires_at - held.issued_at == timedelta(minutes=30)
    brings(house, creditor, late, sender="24601000000000003")
    brings(house, creditor, "A" * 22, sender="24601000000000004")
    assert [p.value for p in points(house, claim)] == [PSID]
    assert len(alarms.of("reply_unplaced")) == 3


def test_G1_after_the_night_took_the_addresses_no_code_puts_one_back_and_none_is_given_out(
    house, creditor, claim, reader
):
    code, page = code_from(reader), reader.get("chat")
    card = house.matter(claim).debtor
    restricted = replace(card, points=(), restricted_at=wiring.clock())
    wiring.store().commit(creditor.id, Commit((), debtor=restricted))
    brings(house, creditor, code)
    after = house.matter(claim).debtor
    assert (after.points, after.consents) == ((), card.consents)
    assert "In Messenger weiterschreiben" not in reader.get("chat").words
    before = house.everything()
    assert "m.me/" not in reader.press(page, "/chat", step="messenger").text and house.everything() == before


def test_O3_a_code_counts_for_its_own_creditor_and_at_its_own_page(house, creditor, claim, reader):
    code, other = code_from(reader), house.open_creditor(channels=(SETTINGS,))
    with_keys(house, other.id)
    brings(house, other, code)
    brings(house, creditor, code, page="2065")
    assert points(house, claim) == []


def test_P8_a_code_is_kept_hashed_and_opens_no_door(house, creditor, claim, reader):
    code = code_from(reader)
    assert code not in str(house.everything())
    assert answered("GET", f"/p/{code}", "", {}).status == answered("GET", f"/p/{'B' * 22}", "", {}).status


def test_looking_at_the_page_makes_no_code_and_without_messenger_it_is_not_offered(house, claim, reader):
    before = house.everything()
    assert "In Messenger weiterschreiben" in reader.get("chat").words and house.everything() == before
    plain = house.open_creditor()
    assert plain.channel(ChannelKind.MESSENGER) is None


def test_who_writes_without_a_code_is_nobodys_and_an_echo_is_nothing(house, creditor, claim, alarms):
    before = house.matter(claim)
    mid = says(house, creditor, "Hallo")
    assert wiring.store().reply(creditor.id, mid).text == "Hallo" and house.matter(claim) == before
    assert len(alarms.of("reply_unplaced")) == 1
    told = house.everything()
    tell(creditor, sender=PAGE, message={**written_to_page("Guten Tag"), "is_echo": True})
    tell(creditor, read={"watermark": 1})
    house.hear_outcomes()
    assert house.everything() == told


def test_W6_a_bad_signature_is_400_and_nothing_is_written(house, creditor, claim, reader):
    code = code_from(reader)
    body = json.dumps(page_webhook_of(PAGE, PSID, referral={"ref": code}))
    headers = {"X-Hub-Signature-256": "sha256=" + "0" * 64, "Content-Type": "application/json"}
    before = house.everything()
    assert answered("POST", f"/webhooks/{creditor.id}/messenger", body, headers).status == 400
    assert (house.everything(), house.hear_outcomes()) == (before, 0)


# What leaves, over the real protocol to a double of ours

TO = ContactPoint(ChannelKind.MESSENGER, PSID)
BY = a_creditor(id="by-messenger", channels=(SETTINGS,))
ANSWER = replace(TEXT, words="Wir rechnen neu.", link="https://x.y/p/t/chat")


@pytest.fixture(scope="module")
def double(house):
    server = MessagesDouble(0, lambda event: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["META_API_BASE"] = f"{server.url}/v23.0"
    with_keys(house, BY.id)
    server.accounts[PAGE] = {**keys_of(BY.id), "webhook": "http://127.0.0.1:9/"}
    yield server
    del os.environ["META_API_BASE"]
    server.shutdown()
    server.server_close()


@pytest.fixture
def heard(double):
    double.messages.clear()
    double.answers.clear()
    return double


def no(code, subcode=None, status=400):
    error = {"message": "no", "code": code, **({"error_subcode": subcode} if subcode else {})}
    return {"status": status, "body": {"error": error}}


def test_an_answer_leaves_as_plain_words_with_its_link(heard):
    receipt = Messenger().deliver(BY, TO, ANSWER, ABOUT)
    (sent,) = heard.messages
    assert sent["id"] == receipt and sent["asked"] == {
        "recipient": {"id": PSID},
        "message": {"text": "Wir rechnen neu.\nhttps://x.y/p/t/chat"},
        "messaging_type": "RESPONSE",
    }


def test_after_a_day_a_persons_answer_goes_as_a_persons_and_any_other_is_a_no(heard):
    over = no(10, 2018278)
    heard.answers.append(over)
    Messenger().deliver(BY, TO, replace(ANSWER, by_person=True), ABOUT)
    (sent,) = heard.messages
    assert (sent["asked"]["messaging_type"], sent["asked"]["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    heard.answers += [over, over, over]
    for message in (ANSWER, replace(ANSWER, by_person=True)):
        with pytest.raises(Permanent):
            Messenger().deliver(BY, TO, message, ABOUT)
    assert len(heard.messages) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (no(613), Retry),
        (no(190, status=401), Retry),
        (no(10), Retry),
        (no(551, 1545041), DeadAddress),
        (no(100, 2018001), DeadAddress),
        (no(100), Permanent),
        (no(1, status=500), Unknown),
        ({"hang_up": True}, Unknown),
    ],
    ids=str,
)
def test_each_refusal_of_messenger_is_understood(heard, answer, kind):
    heard.answers.append(answer)
    with pytest.raises((Retry, Permanent, Unknown, OptedOut)) as raised:
        Messenger().deliver(BY, TO, ANSWER, ABOUT)
    assert raised.type is kind and heard.messages == []


def test_that_a_message_arrived_is_told_by_its_id():
    told = page_webhook_of(PAGE, PSID, delivery={"mids": ["m_1", "m_2"], "watermark": 1})
    found = [Messenger().report_in(notice) for notice in Messenger().parts(told)]
    assert [(said.receipt, said.outcome) for said in found] == [("m_1", "delivered"), ("m_2", "delivered")]
