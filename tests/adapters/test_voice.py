"""Spoken messages, to a double of ours: who is read to, what is said, what comes of it."""

import os
import threading
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.plan_contact import plan_contact, reachable
from chalicelib.adapters.channels.phone import CHANNEL as PHONE
from chalicelib.adapters.channels.voice import CHANNEL, OUTCOMES, VOICES, ssml
from chalicelib.domain.channel import ChannelSettings, Shape
from chalicelib.domain.choices import Choices
from chalicelib.domain.contact import Delivery, Message, MessageKind, Purpose, Tone
from chalicelib.domain.decision import Allowed, Wait
from chalicelib.domain.errors import Permanent, Retry, Unknown
from chalicelib.domain.parties import ChannelKind, ContactPoint
from chalicelib.domain.policies._rules import Situation
from chalicelib.domain.voices import VOICED, has_voice
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages
from local.messages.double import MessagesDouble, spoken_words, voice_event
from tests.adapters.test_channels import ABOUT
from tests.builders import NOW, claim, collector, creditor, debtor
from tests.fakes.world import POLICIES, STRATEGIES

GIVEN = {"configuration_set": "kulanz", "origination": "+493023125099"}
BY_VOICE = creditor(channels=(ChannelSettings(CHANNEL.terms, GIVEN),))
NUMBER = ContactPoint(ChannelKind.VOICE, "+491713920012")
SAID = Message(
    "de", "", "", "Guten Tag & hallo.\nBitte rufen Sie an: +493023125010.\n", "", "v1", shape=Shape.SPOKEN
)


@pytest.fixture(scope="module")
def double(house):
    published = []
    server = MessagesDouble(0, published.append)
    server.published = published
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = os.environ.get("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2")
    os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] = server.url
    CHANNEL.__dict__.pop("_voice", None)
    yield server
    CHANNEL.__dict__.pop("_voice", None)
    if before is None:
        del os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"]
    else:
        os.environ["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] = before
    server.shutdown()
    server.server_close()


def say(message=SAID, who=BY_VOICE):
    return CHANNEL.deliver(who, NUMBER, message, ABOUT)


def test_it_is_said_by_the_languages_voice_with_the_number_slowly(double):
    double.messages.clear()
    receipt = say()
    (sent,) = double.messages
    asked = sent["asked"]
    assert (sent["channel"], sent["id"], asked["VoiceId"]) == ("voice", receipt, "VICKI")
    assert asked["MessageBodyTextType"] == "SSML" and "&amp;" in asked["MessageBody"]
    assert '<say-as interpret-as="telephone">+493023125010</say-as>' in asked["MessageBody"]
    assert asked["OriginationIdentity"] == "+493023125099" and asked["Context"] == {"contact": ABOUT.id}
    assert spoken_words(asked) == "Guten Tag & hallo.\nBitte rufen Sie an: +493023125010."


def test_a_language_without_a_voice_is_not_read_and_nothing_leaves(double):
    double.messages.clear()
    with pytest.raises(Permanent, match="no_voice"):
        say(replace(SAID, language="uk"))
    with pytest.raises(Permanent, match="channel_off"):
        say(who=creditor())
    assert double.messages == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 429, "body": {"__type": "ThrottlingException", "message": "no"}}, Retry),
        ({"status": 400, "body": {"__type": "ValidationException", "message": "no"}}, Permanent),
        ({"status": 500, "body": {"__type": "InternalServerException", "message": "no"}}, Unknown),
        ({"lose_answer": True, "event": ""}, Unknown),
    ],
)
def test_what_an_answer_means(double, answer, error):
    double.answers.append(answer)
    with pytest.raises(error):
        say()


@pytest.mark.parametrize("kind", sorted(OUTCOMES))
def test_what_came_of_it_is_told_by_its_receipt(kind):
    asked = {"OriginationIdentity": "+493023125099", "DestinationPhoneNumber": NUMBER.value}
    told = CHANNEL.report_in(voice_event(asked, "m-1", kind))
    assert (told.receipt, told.outcome, told.code, told.address) == ("m-1", OUTCOMES[kind], kind, NUMBER.value)
    assert CHANNEL.report_in(voice_event(asked, "m-1", "VOICE_RINGING")) is None


def test_nobody_picked_up_is_no_dead_number():
    assert OUTCOMES["VOICE_NO_ANSWER"] is Delivery.PASSING


def test_the_house_and_the_channel_know_the_same_voices():
    assert set(VOICES) == VOICED and not has_voice("uk") and has_voice("de-simple") and has_voice(None)


# What is said, and to whom


@pytest.mark.parametrize("language", languages())
def test_P6_it_says_who_calls_and_how_to_hear_it_and_nothing_of_the_matter(language):
    said = compose(
        MessageKind.REMINDER,
        creditor=BY_VOICE,
        debtor=debtor(),
        claim=claim(),
        link_url="https://zahlen.nordlicht.example/p/token",
        stop_url="https://zahlen.nordlicht.example/p/token/stop",
        tone=Tone.FRIENDLY,
        language=language,
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        shape=Shape.SPOKEN,
    )
    text = said.long
    assert "Nordlicht Energie GmbH" in text and text.count("+493023125010") == 2 and "Marta Lindqvist" in text
    for secret in ("48", "2026-4711", "R-1001", "Strom", "/p/", "10437", "Abrechnung"):
        assert secret not in text
    assert "!" not in text and ssml(text, "+493023125010").startswith("<speak>")


def test_a_collectors_name_that_tells_is_not_said():
    who = collector(legal_name="Fair Inkasso GmbH", sender_sms="Fairservice", channels=BY_VOICE.channels)
    told = {"link_url": "https://x/p/t", "stop_url": "https://x/p/t/stop", "tone": Tone.FRIENDLY, "now": NOW}
    said = compose(
        MessageKind.NEW_LINK,
        creditor=who,
        debtor=debtor(),
        claim=claim(),
        language="de",
        zone=ZoneInfo("Europe/Berlin"),
        shape=Shape.SPOKEN,
        **told,
    )
    assert "Inkasso" not in said.long and "Fairservice" in said.long


def card(language="de", chosen=ChannelKind.VOICE):
    points = (*debtor().points, NUMBER, ContactPoint(ChannelKind.PHONE, NUMBER.value))
    return debtor(points=points, language=language, choices=Choices(channel=chosen))


def by_voice_and_people():
    return creditor(channels=(*BY_VOICE.channels, ChannelSettings(PHONE.terms)))


def planned(person):
    return plan_contact(
        by_voice_and_people(),
        person,
        claim(),
        step=0,
        after=NOW,
        now=NOW,
        policy=POLICIES["DE"],
        strategy=STRATEGIES["balanced"],
    ).contact


def test_a_machine_calls_nobody_who_did_not_choose_it():
    assert ChannelKind.VOICE not in reachable(card(chosen=None), by_voice_and_people())
    assert planned(card(chosen=None)).channel is not ChannelKind.VOICE
    assert planned(card()).channel is ChannelKind.VOICE


def test_in_a_language_without_a_voice_a_person_calls_instead():
    assert planned(card("uk")).channel is ChannelKind.PHONE


def test_even_an_answer_is_spoken_by_day_only():
    night = NOW.replace(hour=22)
    situation = Situation(BY_VOICE, card(), claim(), Purpose.ANSWER, MessageKind.ANSWER, ChannelKind.VOICE)
    asleep = POLICIES["DE"].may_contact(situation, night)
    assert isinstance(asleep, Wait) and asleep.until > night + timedelta(hours=6)
    assert isinstance(POLICIES["DE"].may_contact(situation, NOW), Allowed)
    by_mail = replace(situation, channel=ChannelKind.EMAIL)
    assert isinstance(POLICIES["DE"].may_contact(by_mail, night), Allowed)
