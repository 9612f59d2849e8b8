"""The double of the message providers: what it took stands in the outbox, and outlives a restart."""

import json
import threading
import urllib.request

import pytest

from local.messages.double import MessagesDouble
from local.messages.print_house import PrintHouse, posted
from local.outbox import _others


def ask(url, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


@pytest.fixture
def start(tmp_path):
    running = []

    def begin(published=None):
        double = MessagesDouble(0, (published if published is not None else []).append, tmp_path / "double.json")
        double.letters = tmp_path / "letters"
        threading.Thread(target=double.serve_forever, daemon=True).start()
        running.append(double)
        return double

    yield begin
    for double in running:
        double.shutdown()
        double.server_close()


def test_a_text_a_template_and_a_letter_stand_in_the_outbox_also_after_a_restart(start, tmp_path):
    double = start()
    sms = {
        "DestinationPhoneNumber": "+491701",
        "OriginationIdentity": "+4915",
        "MessageBody": "Hallo https://x.y/p/t",
    }
    ask(double.url, sms, **{"X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage"})
    account = {"phone_number_id": "1", "access_token": "t", "app_secret": "s"}
    ask(f"{double.url}/_double/accounts", {**account, "webhook": "http://127.0.0.1:9", "button": "http://h/p/"})
    values = [{"type": "text", "text": "Musterladen GmbH"}, {"type": "text", "text": "Ihre Rechnung"}]
    button = {"type": "button", "parameters": [{"type": "text", "text": "abc"}]}
    template = {
        "name": "kulanz_reminder",
        "language": {"code": "de"},
        "components": [{"type": "body", "parameters": values}, button],
    }
    whatsapp = {"to": "491701", "type": "template", "template": template}
    ask(f"{double.url}/v23.0/1/messages", whatsapp, Authorization="Bearer t")
    (tmp_path / "letters").mkdir()
    about = {"creditor": "a", "contact": "c-1", "at": "2026-11-23T08:00:00+00:00"}
    (tmp_path / "letters/c-1.json").write_text(json.dumps(about))
    for url in (double.url, start().url):
        found = {each.channel: each for each in _others(url)}
        assert set(found) == {"sms", "whatsapp", "letter"}
        assert found["sms"].links == ["https://x.y/p/t"] and found["whatsapp"].links == ["http://h/p/abc"]
        assert found["whatsapp"].sender == "Musterladen GmbH" and found["letter"].files[0]["file"] == "c-1.pdf"


def test_the_print_house_takes_a_letter_once_and_says_so(house, tmp_path):
    s3 = house.aws.client("s3")
    s3.create_bucket(Bucket="prints", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="prints", Key="out/a/c-1.pdf", Body=b"%PDF")
    press = PrintHouse(tmp_path, "prints", s3)
    assert press.look() == 1
    assert [each["contact"] for each in posted(tmp_path)] == ["c-1"]
    words = [item["Key"] for item in s3.list_objects_v2(Bucket="prints", Prefix="receipts/")["Contents"]]
    assert words == ["receipts/a/c-1.posted", "receipts/a/c-1.taken"]
    s3.delete_object(Bucket="prints", Key="out/a/c-1.pdf")
    assert press.look() == 0 and (tmp_path / "c-1.pdf").read_bytes() == b"%PDF"
