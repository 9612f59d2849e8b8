"""WhatsApp through Meta's Cloud API: templates out, statuses and answers back by a signed webhook.

Meta's business policy has barred debt collection: nothing goes this way before the creditor holds a written
permission and names it (`permission_reference`).
Source: https://developers.facebook.com/docs/whatsapp/cloud-api
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Message, MessageKind, Reply, Report
from ...domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ._meta import MetaChannel, Refusal, RefusedByMeta, entries

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
# Meta's name of a language, where it is not ours.
LANGUAGES = {"de-simple": "de"}


class WhatsApp(MetaChannel):
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
        template = settings.given.get(f"template_{contact.kind.value}") or f"kulanz_{contact.kind.value}"
        body = body_of(template, creditor, point, message)
        try:
            answer = self.asked(creditor.id, settings.given["phone_number_id"], body)
        except RefusedByMeta as no:
            raise _refusal(no.refusal) from no
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

    def parts(self, told: object) -> Iterable[dict[str, Any]]:
        """Each status and each text of a webhook."""
        for entry in entries(told):
            changes = entry.get("changes")
            for change in changes if isinstance(changes, list) else ():
                ours = isinstance(change, dict) and change.get("field") == "messages"
                value = change.get("value") if ours else None
                if not isinstance(value, dict):
                    continue
                number = (value.get("metadata") or {}).get("phone_number_id", "")
                for status in value.get("statuses") or ():
                    yield {"whatsapp_status": status, "phone_number_id": number}
                for text in value.get("messages") or ():
                    yield {"whatsapp_message": text, "phone_number_id": number}


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


def _refusal(no: Refusal) -> Exception:
    code, status = no.code, no.status
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


CHANNEL = WhatsApp()
