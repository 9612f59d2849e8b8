"""Every message the local AWS has "sent", read back from it: nothing leaves the machine."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from html.parser import HTMLParser

from local.control import get
from local.messages.double import spoken_words

# A gateway that dials what stands before the @, given a PDF and no word.
FAXED = re.compile(r"(\d{5,15})@[^@\s]+")
LINK = re.compile(r"https?://[^\s<>\"'\u00a0]+[^\s<>\"'\u00a0.,;:!?)\]]")


@dataclass(frozen=True)
class Sent:
    """One message as its receiver would have it. `at` is the stack's time in ISO 8601, UTC."""

    channel: str  # "sms", "email", "whatsapp", "letter", "fax", "phone" ...
    to: str
    sender: str
    subject: str
    text: str
    html: str
    links: list[str]
    at: str
    files: list[dict[str, str]] = field(default_factory=list)  # name, type, file: /attached/<file> is its content

    def as_json(self) -> dict:
        whole = asdict(self)
        whole["from"] = whole.pop("sender")
        return whole


def sent_messages(aws: str, messages: str = "", to: str = "", calls: Iterable[Sent] = ()) -> list[Sent]:
    """All messages, newest first, those of the local AWS, those of the double of the other providers
    (`messages`, its address) and the `calls` to be made; with `to`, those to a receiver containing it: a part of
    an address, or of a number as a file may write it (0171 3920078, 0049 171 ...)."""
    wanted = to.strip().lower()
    # A leading zero, or two, stand for what the receiver's own number begins with a plus and a country.
    digits = re.sub(r"[^\d]", "", wanted).lstrip("0") if re.fullmatch(r"[+\d\s/().-]+", wanted) else ""
    found = [
        message
        for message in [*_short_messages(aws), *_mails(aws), *(_others(messages) if messages else []), *calls]
        if wanted in message.to.lower() or (digits and digits in message.to)
    ]
    return sorted(found, key=lambda message: message.at, reverse=True)


def _short_messages(aws: str) -> list[Sent]:
    by_number = get(f"{aws}/_ministack/sns/sms-messages")["sms_messages"]
    return [_short_message(number, record) for number, records in by_number.items() for record in records]


def _short_message(number: str, record: dict) -> Sent:
    text = record.get("Message") or record.get("message") or ""
    attributes = record.get("MessageAttributes") or {}
    sender = (attributes.get("AWS.SNS.SMS.SenderID") or {}).get("StringValue", "")
    return Sent("sms", number, sender, "", text, "", links_in(text), _moment(record))


def _others(messages: str) -> list[Sent]:
    """What the double of the message providers took: texts, templates, letters."""
    readers = {
        "sms": _by_number,
        "whatsapp": _template,
        "messenger": _in_messenger,
        "letter": _letter,
        "voice": _spoken,
    }
    return [readers[each["channel"]](each) for each in get(f"{messages}/_double/messages")]


def _by_number(record: dict) -> Sent:
    asked = record["asked"]
    text = asked["MessageBody"]
    return Sent(
        "sms", record["to"], asked.get("OriginationIdentity", ""), "", text, "", links_in(text), record["at"]
    )


def _spoken(record: dict) -> Sent:
    """What an automatic voice says to whoever picks up, as words."""
    asked = record["asked"]
    text = f"{spoken_words(asked)}\n\n{asked['VoiceId'].title()}"
    return Sent("voice", record["to"], asked["OriginationIdentity"], "", text, "", [], record["at"])


def _template(record: dict) -> Sent:
    """A template as its reader sees it: the values in their order, and the button under them; or plain words."""
    if record["asked"]["type"] == "text":
        text = record["asked"]["text"]["body"]
        return Sent("whatsapp", record["to"], "", "", text, "", [record["link"]], record["at"])
    template = record["asked"]["template"]
    parts = {part["type"]: part["parameters"] for part in template["components"]}
    values = [each["text"] for each in parts["body"]]
    text = f"{values[1]}\n\n{template['name']} ({template['language']['code']})"
    return Sent("whatsapp", record["to"], values[0], "", text, "", [record["link"]], record["at"])


def _in_messenger(record: dict) -> Sent:
    text = record["asked"]["message"]["text"]
    return Sent("messenger", record["to"], "", "", text, "", links_in(text), record["at"])


def _letter(record: dict) -> Sent:
    files = [{"name": "PDF", "type": "application/pdf", "file": record["file"]}]
    return Sent("letter", record["contact"], record["creditor"], "", "", "", [], record["at"], files)


def _mails(aws: str) -> list[Sent]:
    by_account = get(f"{aws}/_ministack/ses/messages")["messages"]
    attached = get(f"{aws}/_local/attached")
    return [
        _mail(record, attached.get(record.get("MessageId"), []))
        for records in by_account.values()
        for record in records
    ]


def _mail(record: dict, files: list[dict[str, str]]) -> Sent:
    text, html = record.get("BodyText") or "", record.get("BodyHtml") or ""
    links = list(dict.fromkeys([*links_in(text), *_anchors(html)]))
    receivers = ", ".join(_readable(each) for each in record.get("To") or [])
    sender, subject = _readable(record.get("Source") or ""), _readable(record.get("Subject") or "")
    if (number := FAXED.fullmatch(receivers)) and files and not text.strip():
        return Sent("fax", f"+{number[1]}", sender, "", "", "", [], _moment(record), files)
    return Sent("email", receivers, sender, subject, text, html, links, _moment(record), files)


def links_in(text: str) -> list[str]:
    """The web addresses in a plain text, in order, each once; the full stop behind one is not part of it."""
    return list(dict.fromkeys(LINK.findall(text)))


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag == "a" else None
        if target and target.startswith(("http://", "https://")):
            self.found.append(target)


def _anchors(html: str) -> list[str]:
    parser = _Anchors()
    parser.feed(html)
    return parser.found


def _readable(header: str) -> str:
    """A mail header with its encoded words decoded."""
    return str(make_header(decode_header(header))) if "=?" in header else header


def _moment(record: dict) -> str:
    stamp = record.get("Timestamp") or record.get("timestamp") or 0
    if isinstance(stamp, str):
        return datetime.fromisoformat(stamp).astimezone(UTC).isoformat()
    return datetime.fromtimestamp(stamp, UTC).isoformat()
