"""Channels: what leaves, what an answer means, and what a provider reports later."""

import email
import json
import re
import urllib.request
from dataclasses import replace
from datetime import date, timedelta
from email import policy
from pathlib import Path

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from chalicelib import registry, wiring
from chalicelib.adapters import channels
from chalicelib.adapters.channels._sending import NOTHING_LEFT, translated
from chalicelib.adapters.channels.email import EmailChannel, mime, outcome_in
from chalicelib.adapters.channels.sms import SmsChannel, _dead
from chalicelib.domain.channel import ChannelSettings, Cost, Reach, Shape
from chalicelib.domain.contact import Delivery, Message
from chalicelib.domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
from chalicelib.domain.law_data import endings
from chalicelib.domain.parties import ChannelKind, ContactPoint
from chalicelib.ports import Attachment
from tests.adapters.test_store_contract import contact
from tests.builders import NOW, creditor

TEXT = Message(
    "de",
    "Ihre Rechnung vom 1. August",
    "kurz: https://x/p/t",
    "lang ü\n",
    "<p>lang ü</p>",
    "v1",
    link="https://x/p/t",
    stop="https://x/p/t/stop",
)
MAIL = ContactPoint(ChannelKind.EMAIL, "marta.lindqvist@example.com")
PHONE = ContactPoint(ChannelKind.SMS, "+491713920012")
ABOUT = contact("nordlicht")


FOUND = registry.collect(channels, "CHANNEL")
each = pytest.mark.parametrize("key", sorted(FOUND))


@each
def test_a_channel_says_all_that_anybody_asks_of_it(key):
    channel = FOUND[key]
    assert channel.key == channel.terms.key == key
    assert channel.terms.kind in ChannelKind and channel.terms.shape in Shape and channel.terms.reach in Reach
    assert not set(channel.terms.needs) & set(channel.terms.may)
    assert channel.units(TEXT) >= 1
    assert channel.report_in({}) is None and channel.reply_in({}, NOW) is None
    assert channel.report_in({"Type": "Notification", "eventType": "Strange"}) is None


@each
def test_what_a_channel_costs_is_dated_and_looked_up_within_the_year(key):
    prices = FOUND[key].prices
    if prices is None:
        return  # what a person's time costs is the creditor's to know
    assert prices.source and prices.rows
    assert prices.reviewed_through > date.today() + timedelta(days=60)
    last = prices.of(3, prices.reviewed_through, "DE")
    assert last == Cost(3 * prices.of(1, prices.reviewed_through, "DE").micros, last.currency)
    assert prices.of(1, prices.reviewed_through + timedelta(days=1), "DE") is None
    assert prices.of(1, date(1999, 12, 31), "DE") is None


def test_a_price_list_that_ends_soon_is_told_of_as_the_tables_of_the_law_are():
    (prices,) = [prices for prices in wiring.prices() if prices.name == "prices_letter"]
    assert [ending.table for ending in endings(prices.last - timedelta(days=59), [prices])] == ["prices_letter"]
    assert endings(prices.last - timedelta(days=61), [prices]) == ()


def test_every_kind_that_the_house_speaks_of_has_a_channel():
    assert {channel.terms.kind for channel in FOUND.values()} == set(ChannelKind)


def test_without_a_word_of_its_own_every_creditor_writes_by_mail_and_text_message():
    assert [settings.terms for settings in creditor().open_channels] == [FOUND["email"].terms, FOUND["sms"].terms]


def test_what_a_creditor_set_up_for_a_kind_takes_the_place_of_the_simple_way():
    mine = creditor(channels=(ChannelSettings(FOUND["sms_v2"].terms, {"configuration_set": "kulanz"}),))
    assert mine.terms_of(ChannelKind.SMS).key == "sms_v2" and len(mine.open_channels) == 2


def test_nothing_goes_by_whatsapp_before_a_permission_is_named():
    settings = ChannelSettings(FOUND["whatsapp"].terms, {"phone_number_id": "1"})
    assert creditor(channels=(settings,)).channel(ChannelKind.WHATSAPP) is None
    named = replace(settings, given={**settings.given, "permission_reference": "Meta, 2026-10-01"})
    assert creditor(channels=(named,)).channel(ChannelKind.WHATSAPP) == named


# What leaves


def test_an_email_is_one_mime_message_in_both_shapes():
    mail = email.message_from_bytes(mime(creditor(), MAIL, TEXT, ABOUT).as_bytes(), policy=policy.default)
    assert mail["From"] == "Nordlicht Energie GmbH <service@nordlicht.example>"
    assert mail["To"] == MAIL.value
    assert mail["Reply-To"] == "hilfe@nordlicht.example"
    assert (mail["Subject"], mail["Content-Language"]) == (TEXT.subject, "de")
    assert mail["X-Kulanz-Contact"] == ABOUT.id
    assert mail["List-Unsubscribe"] == "<https://x/p/t/stop>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), plain.get_content()) == ("text/plain", "lang ü\n")
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>lang ü</p>")


def test_what_goes_along_comes_after_both_shapes_of_the_text_under_its_name():
    along = (Attachment("Unsere Vereinbarung, für Sie", b"%PDF-1.7 x"),)
    raw = mime(creditor(), MAIL, TEXT, ABOUT, along).as_bytes()
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert (mail["Subject"], mail["Content-Language"]) == (TEXT.subject, "de")
    text, pdf = mail.iter_parts()
    assert [part.get_content_type() for part in text.iter_parts()] == ["text/plain", "text/html"]
    assert (pdf.get_content_type(), pdf.get_content()) == ("application/pdf", b"%PDF-1.7 x")
    assert (pdf.get_content_disposition(), pdf.get_filename()) == (
        "attachment",
        "Unsere Vereinbarung, für Sie.pdf",
    )


def test_a_creditors_name_with_signs_does_not_break_its_address():
    mail = mime(creditor(legal_name='Müller, Söhne & "Co" <GmbH>'), MAIL, TEXT, ABOUT).as_bytes()
    (sender,) = email.message_from_bytes(mail, policy=policy.default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ('Müller, Söhne & "Co" <GmbH>', "service@nordlicht.example")


@pytest.mark.parametrize("value", ["", "@", "a@", "a b@example.com", "a@b@c", "a@example.com\nBcc: x@y.z", "(x)"])
def test_an_address_that_is_none_is_dead_and_nothing_leaves(value):
    with pytest.raises(DeadAddress):
        mime(creditor(), ContactPoint(ChannelKind.EMAIL, value), TEXT, ABOUT)


def test_a_subject_of_two_lines_never_becomes_a_header_of_its_own():
    with pytest.raises(ValueError, match="linefeed|newline|CR|header"):
        mime(creditor(), MAIL, replace(TEXT, subject="a\nBcc: x@y.z"), ABOUT)


def test_an_email_leaves_through_ses_once_with_its_receipt(house):
    ses = house.aws.client("ses")
    ses.verify_domain_identity(Domain="nordlicht.example")
    receipt = EmailChannel().deliver(creditor(), MAIL, TEXT, ABOUT)
    with urllib.request.urlopen(f"{house.aws.url}/_ministack/ses/messages", timeout=5) as answer:
        assert receipt in answer.read().decode()


def test_a_sender_nobody_verified_is_a_no(house):
    with pytest.raises(Permanent):
        EmailChannel().deliver(creditor(sender_email="a@nobody-verified.example"), MAIL, TEXT, ABOUT)


def test_an_sms_leaves_through_sns_with_the_short_text(house):
    receipt = SmsChannel().deliver(creditor(), PHONE, TEXT, ABOUT)
    with urllib.request.urlopen(f"{house.aws.url}/_ministack/sns/sms-messages", timeout=5) as answer:
        said = json.dumps(json.loads(answer.read()))
    assert receipt and TEXT.short in said and PHONE.value in said


# What an answer means


def refused(code, status=400, message=""):
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Send")


@pytest.mark.parametrize("code", sorted(NOTHING_LEFT))
def test_turned_away_at_the_door_nothing_left_and_it_may_be_tried_again(code):
    assert type(translated(refused(code))) is Retry


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("MessageRejected"), Permanent),
        (refused("InternalFailure", 500), Unknown),
        (refused("ServiceUnavailable", 503), Unknown),
        (refused("Throttling", 503), Retry),
        (EndpointConnectionError(endpoint_url="x"), Retry),
        (ConnectTimeoutError(endpoint_url="x"), Retry),
        (NoCredentialsError(), Retry),
        (ReadTimeoutError(endpoint_url="x"), Unknown),
        (ConnectionClosedError(endpoint_url="x"), Unknown),
        (ParamValidationError(report="x"), Permanent),
    ],
    ids=lambda value: getattr(value, "__name__", str(value))[:40],
)
def test_I13_only_what_certainly_did_not_leave_is_tried_again(error, kind):
    assert type(translated(error)) is kind


def test_an_error_that_is_none_of_the_clients_stays_what_it_is():
    mine = KeyError("mine")
    assert translated(mine) is mine


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (
            "InvalidParameter",
            "Invalid parameter: PhoneNumber Reason: +000 is not valid to publish to",
            DeadAddress,
        ),
        ("OptedOut", "", OptedOut),
        ("InvalidParameter", "Invalid parameter: SenderID", Permanent),
        ("InvalidParameter", "Invalid parameter: Message too long", Permanent),
    ],
)
def test_a_number_is_dead_only_when_the_number_is_what_is_wrong(code, message, kind):
    assert type(translated(refused(code, message=message), _dead)) is kind


# What is reported later


def notice(kind, **detail):
    mail = {"messageId": "m-1", "destination": [MAIL.value]}
    return {"notificationType": kind, "mail": mail, **detail}


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        (notice("Delivery", delivery={}), Delivery.DELIVERED, "Delivery"),
        (
            notice("Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "General"}),
            Delivery.DEAD,
            "Bounce.Permanent.General",
        ),
        (
            notice("Bounce", bounce={"bounceType": "Transient", "bounceSubType": "MailboxFull"}),
            Delivery.PASSING,
            "Bounce.Transient.MailboxFull",
        ),
        (notice("Bounce", bounce={"bounceType": "Undetermined"}), Delivery.PASSING, "Bounce.Undetermined"),
        (notice("Complaint", complaint={}), Delivery.COMPLAINT, "Complaint"),
        (notice("Reject", reject={"reason": "Bad content"}), Delivery.FAILED, "Reject"),
        ({**notice(""), "eventType": "Delivery"}, Delivery.DELIVERED, "Delivery"),
    ],
)
def test_each_report_of_ses_is_understood(said, outcome, code):
    assert outcome_in(said) == ("m-1", outcome, code, MAIL.value, None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        notice("AmazonSnsSubscriptionSucceeded"),
        notice("Open"),
        {"notificationType": "Delivery"},
        {"notificationType": "Delivery", "mail": {}},
        notice("Bounce", bounce={"bounceType": "Strange"}),
    ],
)
def test_what_is_no_news_of_a_delivery_is_passed_over(said):
    assert outcome_in(said) is None


def test_a_report_without_an_address_kills_none():
    assert outcome_in({"notificationType": "Delivery", "mail": {"messageId": "m-1"}})[3] == ""


# The manual


def test_the_manual_names_every_channel_with_what_it_needs_and_whether_it_can_be_kept():
    manual = (Path(__file__).parents[2] / "docs/channels.md").read_text()
    rows = [
        row.split("|")[1:6]
        for row in manual.splitlines()
        if row.startswith("| ") and row.endswith(("yes |", "no |"))
    ]
    told = {re.findall(r"`(\w+)`", row[0])[-1]: row for row in rows}
    assert set(told) == set(FOUND)
    for key, row in told.items():
        terms = FOUND[key].terms
        assert (row[4].strip() == "yes") == terms.durable
        assert {need for need in terms.needs if f"`{need}`" not in row[2]} == set()
