"""What the double answers, and what it tells afterwards, in the providers' own shapes.

Amazon Translate: POST / with `X-Amz-Target: AWSShineFrontendService_20170701.TranslateText`
SMS v2: POST / with `X-Amz-Target: PinpointSMSVoiceV2.SendTextMessage`, spoken messages `….SendVoiceMessage`
WhatsApp: POST /<version>/<phone number id>/messages
Messenger: POST /<version>/<page id>/messages
Levers: GET /_double/messages · POST /_double/accounts (a WhatsApp number: access_token, app_secret, webhook,
and what its templates' button begins with) ·
POST /_double/answers {status, body, reason} for the next request · POST /_double/replies {channel, from, to, text}
(channel messenger: `ref` for a code from the page, with or without a text; channel email: laid into the bucket of
mails as SES lays them, with `answers`, `subject` and `verdict`)
"""

import hashlib
import hmac
import html
import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from local.messages.print_house import posted

WHATSAPP = re.compile(r"/v[0-9.]+/([0-9A-Za-z_-]+)/messages")
Published = Callable[[dict], None]
# Messages that are written down anew with each that comes.
LITTLE = 500
Laid = Callable[[str, bytes], str]


class MessagesDouble(ThreadingHTTPServer):
    """`publish` hands an event to the outcomes topic; `kept` is where messages and accounts outlive a restart.
    `lay_mail` lays a mail that comes in under a key and answers with the bucket's name."""

    daemon_threads = True

    def __init__(self, port: int, publish: Published, kept: Path | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Requests)
        self.publish = publish
        self.lock = threading.Lock()
        self.answers: list[dict] = []
        self._kept = kept
        self._saved, self._unsaved = 0.0, False
        held = json.loads(kept.read_text()) if kept and kept.exists() else {}
        self.messages: list[dict] = held.get("messages", [])
        self.accounts: dict[str, dict] = held.get("accounts", {})
        self.letters: Path | None = None
        self.lay_mail: Laid | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def save(self, *, now: bool = True) -> None:
        """Write down what was heard: at once while that is little, then once a second, the rest by `save_rest`."""
        self._unsaved = True
        now = now or len(self.messages) < LITTLE
        if self._kept and (now or time.monotonic() - self._saved > 1):
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            beside = self._kept.with_suffix(".next")
            beside.write_text(json.dumps({"messages": self.messages, "accounts": self.accounts}))
            beside.replace(self._kept)
            self._saved, self._unsaved = time.monotonic(), False

    def save_rest(self) -> None:
        """What was heard within the last second."""
        with self.lock:
            if self._unsaved:
                self.save()

    def take(self, message: dict) -> None:
        with self.lock:
            self.messages.append({"at": datetime.now(UTC).isoformat(), **message})
            self.save(now=False)

    def later(self, tell: Callable[[], object]) -> None:
        """A provider tells of a message after it has answered, and never at the same moment."""
        threading.Timer(0.05, tell).start()

    def webhook(self, number: str, value: dict) -> int:
        """Tell the app of this number by its webhook, signed as Meta signs; the status it answered with."""
        metadata = {"display_phone_number": "15550000000", "phone_number_id": number}
        return self.tell(number, webhook_of({"messaging_product": "whatsapp", "metadata": metadata, **value}))

    def tell(self, number: str, told: dict) -> int:
        account, body = self.accounts[number], json.dumps(told).encode()
        asked = Request(
            account["webhook"],
            data=body,
            headers={"Content-Type": "application/json", "X-Hub-Signature-256": signature(account, body)},
            method="POST",
        )
        try:
            with urlopen(asked, timeout=10) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except OSError:
            return 0  # nobody hears it


def webhook_of(value: dict) -> dict:
    """The envelope of Meta's notices."""
    change = {"value": value, "field": "messages"}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}


def page_webhook_of(page: str, sender: str, **event: object) -> dict:
    """The envelope of what Messenger tells about somebody who writes to a page."""
    now = round(time.time() * 1000)
    about = {"sender": {"id": sender}, "recipient": {"id": page}, "timestamp": now, **event}
    return {"object": "page", "entry": [{"id": page, "time": now, "messaging": [about]}]}


def written_to_page(text: str, answers: str | None = None) -> dict:
    """A text that somebody wrote to a page, as Messenger tells it."""
    context = {"reply_to": {"mid": answers}} if answers else {}
    return {"mid": f"m_{uuid.uuid4().hex}", "text": text, **context}


def signature(account: dict, body: bytes) -> str:
    return "sha256=" + hmac.new(account["app_secret"].encode(), body, hashlib.sha256).hexdigest()


def status_of(receipt: str, to: str, status: str = "delivered", code: int | None = None) -> dict:
    """A status as the Cloud API tells it."""
    errors = {"errors": [{"code": code, "title": "Message undeliverable"}]} if code else {}
    priced = {"billable": True, "pricing_model": "PMP", "category": "utility"}
    stamp = str(int(time.time()))
    return {
        "id": receipt,
        "status": status,
        "timestamp": stamp,
        "recipient_id": to.lstrip("+"),
        **({"pricing": priced} if not code else errors),
    }


def text_of(sender: str, text: str, answers: str | None = None) -> dict:
    """A text that somebody wrote, as the Cloud API tells it."""
    context = {"context": {"from": "15550000000", "id": answers}} if answers else {}
    return {
        "from": sender.lstrip("+"),
        "id": f"wamid.{uuid.uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
        **context,
    }


def sms_event(asked: dict, receipt: str, kind: str = "TEXT_DELIVERED", *, final: bool = True) -> dict:
    """An event of a text message, as its event destination publishes it."""
    now = round(time.time() * 1000)
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": now,
        "isFinal": final,
        "originationPhoneNumber": asked.get("OriginationIdentity", ""),
        "destinationPhoneNumber": asked["DestinationPhoneNumber"],
        "isoCountryCode": "DE",
        "mcc": "262",
        "mnc": "01",
        "messageId": receipt,
        "messageRequestTimestamp": now,
        "messageEncoding": "GSM",
        "messageType": asked.get("MessageType", "TRANSACTIONAL"),
        "messageStatus": kind.removeprefix("TEXT_"),
        "messageStatusDescription": "Message has been accepted by phone",
        "context": asked.get("Context", {}),
        "totalMessageParts": 1,
        "totalMessagePrice": 0.1058,
        "totalCarrierFee": 0.0,
    }


def voice_event(asked: dict, receipt: str, kind: str = "VOICE_COMPLETED") -> dict:
    """An event of a spoken message, as its event destination publishes it."""
    now = round(time.time() * 1000)
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": now,
        "isFinal": True,
        "originationPhoneNumber": asked["OriginationIdentity"],
        "destinationPhoneNumber": asked["DestinationPhoneNumber"],
        "isoCountryCode": "DE",
        "messageId": receipt,
        "messageRequestTimestamp": now,
        "messageStatus": kind.removeprefix("VOICE_"),
        "messageStatusDescription": "",
        "context": asked.get("Context", {}),
    }


def translation_of(asked: dict) -> dict:
    """No translation: the same words, marked with the language they were asked for in."""
    source, target = asked["SourceLanguageCode"], asked["TargetLanguageCode"]
    said = f"[{source} > {target}] {asked['Text']}"
    return {"TranslatedText": said, "SourceLanguageCode": source, "TargetLanguageCode": target}


def spoken_words(asked: dict) -> str:
    """What the voice says, line by line."""
    lines = re.sub(r"<break[^>]*>", "\n", asked["MessageBody"])
    return html.unescape(re.sub(r"<[^>]+>", "", lines))


def inbound_sms(sender: str, to: str, text: str, answers: str | None = None) -> dict:
    """What somebody wrote to a number, as two-way messaging publishes it."""
    return {
        "originationNumber": sender,
        "destinationNumber": to,
        "messageKeyword": "keyword",
        "messageBody": text,
        "inboundMessageId": str(uuid.uuid4()),
        **({"previousPublishedMessageId": answers} if answers else {}),
    }


def mail_from(wish: dict) -> bytes:
    """What somebody wrote in answer to a mail, as their mail program sends it."""
    # Mail programs leave ids in one piece, however long.
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=990))
    mail["From"], mail["To"] = wish["from"], wish["to"]
    mail["Subject"] = wish.get("subject", "Re: Ihre Rechnung")
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@mail.example>"
    if answers := wish.get("answers"):
        mail["In-Reply-To"] = mail["References"] = f"<{answers.partition('@')[0]}@eu-central-1.amazonses.com>"
    mail.set_content(wish["text"])
    return mail.as_bytes()


def received_mail(sender: str, to: str, name: str, bucket: str, verdict: str = "PASS") -> dict:
    """That a mail came in and where it lies, as a receipt rule of SES tells it by its topic."""
    stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    said = {"status": verdict}
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": stamp,
            "source": sender,
            "messageId": name,
            "destination": [to],
            "headersTruncated": False,
            "headers": [{"name": "From", "value": sender}, {"name": "To", "value": to}],
            "commonHeaders": {"from": [sender], "to": [to], "subject": "Re: Ihre Rechnung"},
        },
        "receipt": {
            "timestamp": stamp,
            "processingTimeMillis": 512,
            "recipients": [to],
            "spamVerdict": {"status": "PASS"},
            "virusVerdict": {"status": "PASS"},
            "spfVerdict": said,
            "dkimVerdict": said,
            "dmarcVerdict": said,
            "action": {"type": "S3", "bucketName": bucket, "objectKey": f"in/{name}", "objectKeyPrefix": "in/"},
        },
    }


class _Requests(BaseHTTPRequestHandler):
    server: MessagesDouble
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/_double/messages":
            letters = posted(self.server.letters) if self.server.letters else []
            self._answer(200, [*self.server.messages, *({"channel": "letter", **each} for each in letters)])
        else:
            self._answer(200, {"double": "messages"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        lever = self.path.removeprefix("/_double/") if self.path.startswith("/_double/") else ""
        if lever:
            self._answer(200, self._pull(lever, body))
            return
        wished = self.server.answers.pop(0) if self.server.answers else None
        if wished and wished.get("hang_up"):
            self.close_connection = True
            self.connection.close()
            return
        if wished and wished.get("status", 200) >= 400:
            self._answer(wished["status"], wished.get("body", {}))
            return
        if (found := WHATSAPP.fullmatch(self.path)) is not None:
            by = self._messenger if "recipient" in body else self._whatsapp
            by(found[1], body, wished or {})
        elif self.headers.get("X-Amz-Target") == "PinpointSMSVoiceV2.SendTextMessage":
            self._text(body, wished or {})
        elif self.headers.get("X-Amz-Target") == "PinpointSMSVoiceV2.SendVoiceMessage":
            self._voice(body, wished or {})
        elif self.headers.get("X-Amz-Target") == "AWSShineFrontendService_20170701.TranslateText":
            self._answer(200, translation_of(body), "application/x-amz-json-1.1")
        else:
            self._answer(404, {"message": "the double knows no such request"})

    def _voice(self, body: dict, wished: dict) -> None:
        """A call that a machine makes: what it says is kept as its words."""
        receipt, server = str(uuid.uuid4()), self.server
        server.take({"channel": "voice", "id": receipt, "to": body["DestinationPhoneNumber"], "asked": body})
        kind = wished.get("event", "VOICE_COMPLETED")
        if kind:
            server.later(lambda: server.publish(voice_event(body, receipt, kind)))
        if wished.get("lose_answer"):
            self.close_connection = True
            self.connection.close()
            return
        self._answer(200, {"MessageId": receipt}, "application/x-amz-json-1.0")

    def _text(self, body: dict, wished: dict) -> None:
        receipt, server = str(uuid.uuid4()), self.server
        server.take({"channel": "sms", "id": receipt, "to": body["DestinationPhoneNumber"], "asked": body})
        kind = wished.get("event", "TEXT_DELIVERED")
        if kind:
            server.later(lambda: server.publish(sms_event(body, receipt, kind)))
        # Accepted, and the answer is lost on its way (I13).
        if wished.get("lose_answer"):
            self.close_connection = True
            self.connection.close()
            return
        self._answer(200, {"MessageId": receipt}, "application/x-amz-json-1.0")

    def _messenger(self, page: str, body: dict, wished: dict) -> None:
        server, account = self.server, self.server.accounts.get(page)
        if account is None or self.headers.get("Authorization") != f"Bearer {account['access_token']}":
            error = {"message": "Invalid OAuth access token", "type": "OAuthException", "code": 190}
            self._answer(401, {"error": error})
            return
        receipt, to = f"m_{uuid.uuid4().hex}", body["recipient"]["id"]
        server.take({"channel": "messenger", "id": receipt, "to": to, "asked": body})
        if wished.get("event", "delivered"):
            told = page_webhook_of(page, to, delivery={"mids": [receipt], "watermark": round(time.time() * 1000)})
            server.later(lambda: server.tell(page, told))
        if wished.get("lose_answer"):
            self.close_connection = True
            self.connection.close()
            return
        self._answer(200, {"recipient_id": to, "message_id": receipt})

    def _whatsapp(self, number: str, body: dict, wished: dict) -> None:
        server, account = self.server, self.server.accounts.get(number)
        if account is None or self.headers.get("Authorization") != f"Bearer {account['access_token']}":
            error = {"message": "Invalid OAuth access token", "type": "OAuthException", "code": 190}
            self._answer(401, {"error": error})
            return
        receipt = f"wamid.{uuid.uuid4().hex}"
        if body["type"] == "text":
            link = body["text"]["body"].split()[-1]
        else:
            link = account.get("button", "") + body["template"]["components"][-1]["parameters"][0]["text"]
        server.take({"channel": "whatsapp", "id": receipt, "to": f"+{body['to']}", "asked": body, "link": link})
        status, code = wished.get("event", "delivered"), wished.get("code")
        if status:
            told = status_of(receipt, body["to"], status, code)
            server.later(lambda: server.webhook(number, {"statuses": [told]}))
        if wished.get("lose_answer"):
            self.close_connection = True
            self.connection.close()
            return
        contact = {"input": body["to"], "wa_id": body["to"]}
        said = {"id": receipt, "message_status": "accepted"}
        self._answer(200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [said]})

    def _pull(self, lever: str, wish: dict) -> Any:
        server = self.server
        if lever == "accounts":
            server.accounts[wish.get("page_id") or wish["phone_number_id"]] = wish
            server.save()
            return {"known": sorted(server.accounts)}
        if lever == "answers":
            server.answers.append(wish)
            return {"waiting": len(server.answers)}
        if lever == "replies" and wish["channel"] == "sms":
            server.publish(inbound_sms(wish["from"], wish["to"], wish["text"], wish.get("answers")))
            return {"told": "sms"}
        if lever == "replies" and wish["channel"] == "messenger":
            event: dict[str, object] = {}
            if wish.get("ref"):
                event["referral"] = {"ref": wish["ref"], "source": "SHORTLINK", "type": "OPEN_THREAD"}
            if wish.get("text"):
                event["message"] = written_to_page(wish["text"], wish.get("answers"))
            return {"told": server.tell(wish["to"], page_webhook_of(wish["to"], wish["from"], **event))}
        if lever == "replies" and wish["channel"] == "email":
            if server.lay_mail is None:
                return {"message": "no bucket for mail"}
            raw, name = mail_from(wish), uuid.uuid4().hex
            bucket = server.lay_mail(f"in/{name}", raw)
            server.publish(received_mail(wish["from"], wish["to"], name, bucket, wish.get("verdict", "PASS")))
            return {"told": "email"}
        if lever == "replies":
            text = text_of(wish["from"], wish["text"], wish.get("answers"))
            return {"told": server.webhook(wish["to"], {"messages": [text]})}
        return {"message": "no such lever"}

    def _answer(self, status: int, content: object, kind: str = "application/json") -> None:
        body = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: numbers are in what it hears."""
