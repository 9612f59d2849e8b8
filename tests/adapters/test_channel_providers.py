"""Text messages by End User Messaging and templates by WhatsApp, over their real protocols to a double of ours."""

import json
import os
import threading
from dataclasses import replace

import pytest

from chalicelib import registry
from chalicelib.adapters import channels
from chalicelib.adapters.channels.sms_v2 import SmsVoiceV2
from chalicelib.adapters.channels.whatsapp import WhatsApp, body_of
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.contact import Delivery, MessageKind
from chalicelib.domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
from chalicelib.domain.parties import ChannelKind, ContactPoint
from local.messages.double import MessagesDouble, inbound_sms, sms_event, status_of, text_of
from tests.adapters.test_channels import ABOUT, TEXT
from tests.adapters.test_store_contract import contact
from tests.builders import NOW, creditor

FOUND = registry.collect(channels, "CHANNEL")
NUMBER = ContactPoint(ChannelKind.SMS, "+491713920012")
PERSON = ContactPoint(ChannelKind.WHATSAPP, "+491713920012")
BY_TEXT = creditor(
    sender_sms="+4915799900001",
    channels=(ChannelSettings(FOUND["sms_v2"].terms, {"configuration_set": "kulanz"}),),
)
GIVEN = {"phone_number_id": "106540352242922", "permission_reference": "Meta, 2026-10-01"}
BY_WHATSAPP = creditor(channels=(ChannelSettings(FOUND["whatsapp"].terms, GIVEN),))


@pytest.fixture(scope="module")
def double(house):
    published = []
    server = MessagesDouble(0, published.append)
    server.published = published
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] = server.url
    os.environ["META_API_BASE"] = f"{server.url}/v23.0"
    keys = {"access_token": "EAAtoken", "app_secret": "app-secret", "verify_token": "agreed"}
    house.secrets.create_secret(Name="kulanz/channels/nordlicht/whatsapp", SecretString=json.dumps(keys))
    server.accounts[GIVEN["phone_number_id"]] = {**keys, "webhook": "http://127.0.0.1:9/"}
    yield server
    del os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"], os.environ["META_API_BASE"]
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_said(double):
    double.messages.clear()
    double.published.clear()
    double.answers.clear()


def sms():
    return SmsVoiceV2().deliver(BY_TEXT, NUMBER, TEXT, ABOUT)


def whatsapp(about=ABOUT, who=BY_WHATSAPP):
    return WhatsApp().deliver(who, PERSON, replace(TEXT, link=f"{who.public_url}/p/abc"), about)


# What leaves


def test_a_text_leaves_by_the_creditors_number_with_its_configuration_set(double):
    receipt = sms()
    (sent,) = double.messages
    asked = sent["asked"]
    assert (sent["id"], asked["MessageBody"]) == (receipt, TEXT.short)
    assert asked["OriginationIdentity"] == "+4915799900001" and asked["ConfigurationSetName"] == "kulanz"
    assert asked["MessageType"] == "TRANSACTIONAL" and asked["Context"] == {"contact": ABOUT.id}


def test_a_pool_is_asked_for_where_the_creditor_names_one(double):
    settings = replace(BY_TEXT.channels[0], given={"configuration_set": "kulanz", "origination": "pool-1"})
    SmsVoiceV2().deliver(replace(BY_TEXT, channels=(settings,)), NUMBER, TEXT, ABOUT)
    assert double.messages[0]["asked"]["OriginationIdentity"] == "pool-1"


def test_a_template_leaves_by_name_and_language_and_its_button_bears_the_link(double):
    receipt = whatsapp()
    (sent,) = double.messages
    asked = sent["asked"]
    assert sent["id"] == receipt and asked["to"] == "491713920012" and asked["type"] == "template"
    template = asked["template"]
    assert (template["name"], template["language"]) == (f"kulanz_{ABOUT.kind.value}", {"code": "de"})
    body, button = template["components"]
    assert [value["text"] for value in body["parameters"]] == ["Nordlicht Energie GmbH", TEXT.subject]
    # A legal name that tells what the matter is shows on no lock screen.
    told = body_of("x", creditor(legal_name="Nord Inkasso GmbH"), PERSON, replace(TEXT, sender="Nordservice"))
    assert "Inkasso" not in str(told) and "Nordservice" in str(told)
    assert (button["sub_type"], button["parameters"]) == ("url", [{"type": "text", "text": "abc"}])
    assert "lang" not in json.dumps(body)


def test_a_creditor_may_call_its_templates_as_it_likes(double):
    settings = replace(BY_WHATSAPP.channels[0], given={**GIVEN, "template_notice": "erste_nachricht"})
    whatsapp(replace(contact("nordlicht"), kind=MessageKind.NOTICE), replace(BY_WHATSAPP, channels=(settings,)))
    assert double.messages[0]["asked"]["template"]["name"] == "erste_nachricht"


# What an answer means


def aws(kind, reason="", status=400):
    return {"status": status, "body": {"__type": kind, "message": "no", **({"Reason": reason} if reason else {})}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (aws("ThrottlingException"), Retry),
        (aws("AccessDeniedException"), Retry),
        (aws("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"), Retry),
        (aws("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND"), Retry),
        (aws("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"), OptedOut),
        (aws("ValidationException", "INVALID_PARAMETER"), Permanent),
        (aws("ResourceNotFoundException"), Permanent),
        (aws("InternalServerException", status=500), Unknown),
        ({"hang_up": True}, Unknown),
    ],
    ids=str,
)
def test_each_refusal_of_end_user_messaging_is_understood(double, answer, kind):
    double.answers.append(answer)
    with pytest.raises((Retry, Permanent, Unknown)) as raised:
        sms()
    assert raised.type is kind and double.messages == []


def meta(code, status=400):
    return {"status": status, "body": {"error": {"message": "no", "type": "OAuthException", "code": code}}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (meta(130429), Retry),
        (meta(131056), Retry),
        (meta(190, 401), Retry),
        (meta(131042), Retry),
        (meta(131026), DeadAddress),
        (meta(131050), OptedOut),
        (meta(132001, 404), Permanent),
        (meta(100), Permanent),
        (meta(131000, 500), Unknown),
        ({"status": 502, "body": "<html>"}, Unknown),
        ({"status": 429, "body": {}}, Retry),
        ({"hang_up": True}, Unknown),
    ],
    ids=str,
)
def test_each_refusal_of_whatsapp_is_understood(double, answer, kind):
    double.answers.append(answer)
    with pytest.raises((Retry, Permanent, Unknown)) as raised:
        whatsapp()
    assert raised.type is kind and double.messages == []


@pytest.mark.parametrize("deliver", [sms, whatsapp])
def test_I13_accepted_and_the_answer_lost_nobody_knows_and_nothing_is_sent_again(double, deliver):
    double.answers.append({"lose_answer": True, "event": None})
    with pytest.raises(Unknown):
        deliver()
    assert len(double.messages) == 1


def test_I14_without_its_keys_nothing_leaves_by_whatsapp_and_the_contact_waits(double):
    with pytest.raises(Retry):
        whatsapp(who=replace(BY_WHATSAPP, id="without-keys"))
    assert double.messages == []


def test_a_provider_that_cannot_be_reached_got_nothing(double):
    os.environ["META_API_BASE"], kept = "http://127.0.0.1:9", os.environ["META_API_BASE"]
    try:
        with pytest.raises(Retry):
            whatsapp()
    finally:
        os.environ["META_API_BASE"] = kept


# What is told later

ASKED = {"DestinationPhoneNumber": NUMBER.value, "OriginationIdentity": "+4915799900001"}


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("TEXT_DELIVERED", Delivery.DELIVERED),
        ("TEXT_SUCCESSFUL", Delivery.DELIVERED),
        ("TEXT_INVALID", Delivery.DEAD),
        ("TEXT_UNREACHABLE", Delivery.PASSING),
        ("TEXT_BLOCKED", Delivery.FAILED),
        ("TEXT_SPAM", Delivery.FAILED),
        ("TEXT_TTL_EXPIRED", Delivery.PASSING),
    ],
)
def test_each_final_event_of_a_text_is_understood_with_what_it_cost(kind, outcome):
    told = FOUND["sms_v2"].report_in(sms_event(ASKED, "m-1", kind))
    assert told == ("m-1", outcome, kind, NUMBER.value, 105_800)


def test_what_is_not_final_is_no_news():
    assert FOUND["sms_v2"].report_in(sms_event(ASKED, "m-1", "TEXT_QUEUED", final=False)) is None
    assert FOUND["sms_v2"].report_in(sms_event(ASKED, "m-1", "TEXT_SUCCESSFUL", final=False)) is None


@pytest.mark.parametrize(
    ("status", "code", "outcome", "said"),
    [
        ("delivered", None, Delivery.DELIVERED, "delivered"),
        ("read", None, Delivery.DELIVERED, "read"),
        ("failed", 131026, Delivery.DEAD, "failed.131026"),
        ("failed", 131050, Delivery.COMPLAINT, "failed.131050"),
        ("failed", 131049, Delivery.FAILED, "failed.131049"),
    ],
)
def test_each_status_of_whatsapp_is_understood(status, code, outcome, said):
    notice = {"whatsapp_status": status_of("wamid.1", PERSON.value, status, code)}
    assert FOUND["whatsapp"].report_in(notice) == ("wamid.1", outcome, said, PERSON.value, None)
    assert FOUND["whatsapp"].report_in({"whatsapp_status": status_of("wamid.1", "1", "sent")}) is None


def test_what_somebody_wrote_is_kept_word_for_word():
    said = FOUND["sms_v2"].reply_in(inbound_sms(NUMBER.value, "+4915799900001", "STOP", "m-1"), NOW)
    assert (said.channel, said.sender, said.to) == (ChannelKind.SMS, NUMBER.value, "+4915799900001")
    assert (said.text, said.answers, said.at) == ("STOP", "m-1", NOW)
    text = text_of(PERSON.value, "Ich rufe morgen an 🙂", "wamid.1")
    said = FOUND["whatsapp"].reply_in({"creditor": "nordlicht", "whatsapp_message": text}, NOW)
    assert (said.sender, said.text, said.answers) == (PERSON.value, "Ich rufe morgen an 🙂", "wamid.1")
    assert said.creditor == "nordlicht" and said.id == text["id"]


def test_a_number_hears_for_the_creditor_whose_it_is_and_a_pool_or_a_name_for_nobody():
    for key in ("sms", "sms_v2"):
        hears = FOUND[key].hears
        assert hears(replace(BY_TEXT, sender_sms="+491570"), "+491570")
        assert not hears(replace(BY_TEXT, sender_sms="+491570"), "+491571")
        assert not hears(replace(BY_TEXT, sender_sms="Nordlicht"), "+491570")
    pool = replace(BY_TEXT.channels[0], given={"configuration_set": "kulanz", "origination": "pool-1"})
    assert not FOUND["sms_v2"].hears(replace(BY_TEXT, channels=(pool,), sender_sms="Nordlicht"), "+491570")
    own = replace(pool, given={"configuration_set": "kulanz", "origination": "+491570"})
    assert FOUND["sms_v2"].hears(replace(BY_TEXT, channels=(own,)), "+491570")


def test_the_numbers_to_answer_with_stand_behind_what_it_is_about_in_the_one_template():
    def values(message):
        first, second = body_of("kulanz_noted", BY_WHATSAPP, PERSON, message)["template"]["components"][0][
            "parameters"
        ]
        return first["text"], second["text"]

    offered = replace(TEXT, subject="Ihre Nachricht ist da", numbers="Oder antworten: 1 bezahlt")
    assert values(offered)[1] == "Ihre Nachricht ist da. Oder antworten: 1 bezahlt"
    assert values(replace(offered, numbers=""))[1] == "Ihre Nachricht ist da"


def test_a_pressed_button_is_words_and_a_picture_is_none():
    told = {**text_of(PERSON.value, ""), "type": "button", "button": {"text": "Später", "payload": "later"}}
    assert FOUND["whatsapp"].reply_in({"whatsapp_message": told}, NOW).text == "Später"
    told = {**text_of(PERSON.value, ""), "type": "image", "image": {"id": "1"}}
    assert FOUND["whatsapp"].reply_in({"whatsapp_message": told}, NOW).text == ""


def test_within_the_day_an_answer_says_its_words_by_whatsapp_and_else_it_is_a_template(double):
    link = f"{BY_WHATSAPP.public_url}/p/abc/chat"
    told = body_of("kulanz_answer", BY_WHATSAPP, PERSON, replace(TEXT, link=link, words="Wir rechnen neu."))
    assert (told["type"], told["text"]["body"]) == ("text", f"Wir rechnen neu.\n{link}")
    about = replace(ABOUT, kind=MessageKind.ANSWER)
    WhatsApp().deliver(BY_WHATSAPP, PERSON, replace(TEXT, link=link, words="Wir rechnen neu."), about)
    assert double.messages[-1]["link"] == link
    assert body_of("kulanz_answer", BY_WHATSAPP, PERSON, replace(TEXT, link=link))["type"] == "template"
