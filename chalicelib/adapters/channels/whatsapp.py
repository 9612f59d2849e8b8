"""WhatsApp through Meta's Cloud API: templates out, statuses and answers back by a signed webhook.

Meta's business policy has barred debt collection: nothing goes this way before the creditor holds a written
permission and names it (`permission_reference`).
Source: https://developers.facebook.com/docs/whatsapp/cloud-api
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Message, MessageKind, Reply, Report
from ...domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ...settings import optional
from ..errors import MissingSecret
from ._channel import ChannelFile, secret_name

if TYPE_CHECKING:
    from ..secrets import Secrets

API = "https://graph.facebook.com/v23.0"
SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024

# Source: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
RETRY = frozenset(
    {
        *(0, 3, 10, 190, 368, 131005, 131031, 131042, 133010),  # who we are: mended here, then it may go
        *range(200, 300),
        *(2, 4, 80007, 130429, 131016, 131048, 131056, 131057, 133004),  # too fast, or not now
    }
)
DEAD = frozenset({131026})
"""Nobody with WhatsApp has this number, or nobody who would get our messages."""
STOPPED = frozenset({131050})
OUTCOMES = {"delivered": Delivery.DELIVERED, "read": Delivery.DELIVERED, "failed": Delivery.FAILED}
SIGNATURE = "x-hub-signature-256"
# Meta's name of a language, where it is not ours.
LANGUAGES = {"de-simple": "de"}


class WhatsApp(ChannelFile):
    """One template for each kind of message: two values (who writes, about what) and a button that bears the link.

    The template's name is the creditor's (`template_reminder: ...`), else kulanz_<kind>.
    """

    terms = ChannelTerms(
        key="whatsapp",
        kind=ChannelKind.WHATSAPP,
        reach=Reach.PHONE,
        shape=Shape.SHORT,
        needs=("phone_number_id",),
        may=tuple(f"template_{kind.value}" for kind in MessageKind),
        permitted=True,
    )

    @cached_property
    def _secrets(self) -> "Secrets":
        from ..secrets import Secrets

        return Secrets()

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Send the template once; the answer is the message's id at WhatsApp (wamid)."""
        settings = creditor.channel(ChannelKind.WHATSAPP)
        if settings is None:
            raise Permanent("channel_off")
        token = self._token(creditor.id)
        base = optional("WHATSAPP_API_BASE", API).rstrip("/")
        template = settings.given.get(f"template_{contact.kind.value}") or f"kulanz_{contact.kind.value}"
        asked = Request(  # noqa: S310 - our own address
            f"{base}/{settings.given['phone_number_id']}/messages",
            data=json.dumps(body_of(template, creditor, point, message)).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method="POST",
        )
        answer = _asked(asked)
        try:
            receipt: str = answer["messages"][0]["id"]
        except (KeyError, IndexError, TypeError) as strange:
            raise Unknown("answer") from strange
        return receipt

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        """Of a status that comes by our own topic, each by itself (`notices`)."""
        said = notice.get("whatsapp_status")
        if not isinstance(said, dict) or said.get("status") not in OUTCOMES or not said.get("id"):
            return None
        outcome, code = OUTCOMES[said["status"]], str(said["status"])
        if outcome is Delivery.FAILED:
            failed = next((e.get("code") for e in said.get("errors") or () if isinstance(e, dict)), 0)
            outcome, code = _failed(failed), f"failed.{failed}"
        return Report(str(said["id"]), outcome, code, _number(said.get("recipient_id")))

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        said = notice.get("whatsapp_message")
        if not isinstance(said, dict) or not said.get("id") or not said.get("from"):
            return None
        stamp = str(said.get("timestamp", ""))
        return Reply(
            id=str(said["id"]),
            channel=ChannelKind.WHATSAPP,
            sender=_number(said["from"]),
            to=str(notice.get("phone_number_id", "")),
            text=_text_of(said),
            at=datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() else at,
            answers=(said.get("context") or {}).get("id"),
            creditor=str(notice.get("creditor", "")),
        )

    def hears(self, creditor: Creditor, to: str) -> bool:
        """One app at Meta has one webhook for all its numbers: only what comes to the creditor's own is for it."""
        own = (held.given.get("phone_number_id") for held in creditor.channels if held.terms.key == self.key)
        return to in own

    # What comes by the webhook

    def handshake(self, creditor: str, query: Mapping[str, str]) -> str | None:
        """The challenge to give back, where the verify token is the creditor's; None: a stranger asks."""
        token = query.get("hub.verify_token", "")
        known = any(_same(token, held.get("verify_token")) for held in self._held(creditor))
        if query.get("hub.mode") != "subscribe" or not known:
            return None
        return query.get("hub.challenge", "")

    def notices(self, creditor: str, body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
        """Each status and each text of a webhook by itself; nothing of a body whose signature does not fit.

        Raises Permanent for that. The signature is over the bytes as they came, with the app's secret, of which
        two versions count while one is rotated in (W10).
        """
        given = headers.get(SIGNATURE, "")
        fits = False
        for held in self._held(creditor):
            secret = str(held.get("app_secret") or "").encode()
            mac = hmac.new(secret, body, hashlib.sha256).hexdigest()
            fits |= bool(secret) and _same(given, f"sha256={mac}")
        if not fits:
            raise Permanent("signature")
        try:
            told = json.loads(body)
        except ValueError as broken:
            raise Permanent("body") from broken
        return tuple({"creditor": creditor, **notice} for notice in _each(told))

    def _token(self, creditor: str) -> str:
        """The key messages are sent with; without one nothing leaves, and the contact waits for it (I14)."""
        try:
            held = self._held(creditor)
        except MissingSecret as missing:
            raise Retry("secret missing") from missing
        if not held or not held[0].get("access_token"):
            raise Retry("secret incomplete")
        return str(held[0]["access_token"])

    def _held(self, creditor: str) -> list[dict[str, Any]]:
        versions = self._secrets.versions(secret_name(creditor, self.key))
        return [held for held in map(json.loads, versions) if isinstance(held, dict)]


def body_of(template: str, creditor: Creditor, point: ContactPoint, message: Message) -> dict[str, Any]:
    """The message as the Cloud API takes it: a template by name and language, its values in order; to somebody who
    wrote here within the day, the words of an answer as they are.

    Source: https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages (customer service window)
    """
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": point.value.removeprefix("+")}
    if message.words:
        text = {"preview_url": False, "body": f"{message.words}\n{message.link}"}
        return {**to, "type": "text", "text": text}
    path = message.link.removeprefix(f"{creditor.public_url}/p/")
    # The numbers to answer with are no other template: they stand behind what it is about.
    about = f"{message.subject}. {message.numbers}" if message.numbers else message.subject
    values = [message.sender or creditor.legal_name, about]
    return {
        **to,
        "type": "template",
        "template": {
            "name": template,
            "language": {"code": LANGUAGES.get(message.language, message.language)},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": " ".join(v.split())} for v in values]},
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "0",
                    "parameters": [{"type": "text", "text": path}],
                },
            ],
        },
    }


def _asked(asked: Request) -> dict[str, Any]:
    """What the API answers; Retry where nothing left, Permanent on a no, Unknown where nobody knows."""
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - our own address
            return _json(answer.read(LARGEST_ANSWER))
    except HTTPError as refused:
        with refused:
            error = _json(refused.read(LARGEST_ANSWER)).get("error")
        code = error.get("code") if isinstance(error, dict) else None
        raise _refusal(code, refused.code) from refused
    except URLError as failed:
        # The connection never stood: a name nobody knows, a door nobody opens.
        unanswered = isinstance(failed.reason, TimeoutError)
        raise (Unknown("timeout") if unanswered else Retry("out of reach")) from failed
    except (OSError, HTTPException) as cut:
        raise Unknown(type(cut).__name__) from cut


def _refusal(code: object, status: int) -> Exception:
    if code in RETRY or status == 429:
        return Retry(str(code))
    if code in STOPPED:
        return OptedOut(str(code))
    if code in DEAD:
        return DeadAddress(str(code))
    return Unknown(str(code or status)) if status >= 500 else Permanent(str(code or status))


def _failed(code: object) -> Delivery:
    if code in DEAD:
        return Delivery.DEAD
    return Delivery.COMPLAINT if code in STOPPED else Delivery.FAILED


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _each(told: object) -> Iterable[dict[str, Any]]:
    """The parts of a notice that we know; what else Meta tells of is passed over (W12)."""
    entries = told.get("entry") if isinstance(told, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for change in changes if isinstance(changes, list) else ():
            value = change.get("value") if isinstance(change, dict) and change.get("field") == "messages" else None
            if not isinstance(value, dict):
                continue
            number = (value.get("metadata") or {}).get("phone_number_id", "")
            for status in value.get("statuses") or ():
                yield {"whatsapp_status": status, "phone_number_id": number}
            for text in value.get("messages") or ():
                yield {"whatsapp_message": text, "phone_number_id": number}


def _text_of(said: dict[str, Any]) -> str:
    """The words of a text or of a pressed button; empty for a picture, a voice, a place."""
    kind = said.get("type")
    part = said.get(str(kind)) or {}
    if kind == "text":
        return str(part.get("body", ""))
    if kind == "button":
        return str(part.get("text", ""))
    if kind == "interactive":
        chosen = part.get(str(part.get("type"))) or {}
        return str(chosen.get("title", ""))
    return ""


def _number(raw: object) -> str:
    """As a ContactPoint writes it: WhatsApp leaves the plus away."""
    return f"+{raw}" if raw else ""


def _same(given: str, held: object) -> bool:
    return bool(held) and hmac.compare_digest(given.encode(), str(held).encode())


CHANNEL = WhatsApp()
