"""A mail as it came in: whose it is, what it answers, and its words, out of whatever mail programs send.

Source: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

import re
from datetime import datetime
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

from ...domain.contact import Reply
from ...domain.parties import ChannelKind

# As much of a mail as is read: words come first, pictures behind them.
LARGEST = 1024 * 1024
MOST_LETTERS = 50_000
# SES writes the id it gave us into the Message-ID it sends.
OURS = re.compile(r"<([0-9A-Za-z_-]{8,100})@(?:[a-z0-9-]+\.)?amazonses\.com>")
# What Python's own parser of headers raises where they are written as nobody should.
UNREADABLE = (ValueError, IndexError, AttributeError, TypeError, KeyError)
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})
TAG = re.compile(r"<[^>]*>?")
BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3"})


def place_of(notice: dict[str, Any]) -> tuple[str, str] | None:
    """The bucket and the object in which SES laid a mail; None for a notice of anything else."""
    receipt = notice.get("receipt")
    action = receipt.get("action") if notice.get("notificationType") == "Received" and receipt else None
    if not isinstance(action, dict) or action.get("type") != "S3":
        return None
    bucket, key = action.get("bucketName"), action.get("objectKey")
    return (bucket, key) if isinstance(bucket, str) and isinstance(key, str) else None


def reply_from(notice: dict[str, Any], raw: bytes, at: datetime) -> Reply | None:
    """The reply that this mail is; None for what a machine answered (RFC 3834), and for what bears a virus.

    Its sender counts only where the domain it names vouches for it: anybody can write any sender.
    """
    receipt, told = notice["receipt"], notice.get("mail") or {}
    mail = _parsed(raw)
    if _verdict(receipt, "virus") == "FAIL" or _by_machine(mail, told):
        return None
    stamp = told.get("timestamp")
    return Reply(
        id=f"mail-{told.get('messageId', '')}",
        channel=ChannelKind.EMAIL,
        sender=parseaddr(_head(mail, "From"))[1].lower(),
        to=next(iter(receipt.get("recipients") or ()), "").lower(),
        text=_kept(_words(mail, raw))[:MOST_LETTERS],
        at=datetime.fromisoformat(stamp) if isinstance(stamp, str) else at,
        answers=_answered(mail),
        proven=_proven(receipt),
    )


def _parsed(raw: bytes) -> Any:
    """The mail; where its headers are beyond the parser that understands them, by the one that leaves them be."""
    try:
        return BytesParser(policy=policy.default).parsebytes(raw)
    except UNREADABLE:
        return BytesParser(policy=policy.compat32).parsebytes(raw)


def _verdict(receipt: dict[str, Any], of: str) -> str:
    return str((receipt.get(f"{of}Verdict") or {}).get("status", ""))


def _proven(receipt: dict[str, Any]) -> bool:
    """DMARC compares the sender with who is vouched for; a domain without it (GRAY) must sign its mail."""
    dmarc, dkim = _verdict(receipt, "dmarc"), _verdict(receipt, "dkim")
    vouched = dmarc == "PASS" or (dmarc == "GRAY" and dkim == "PASS")
    return vouched and _verdict(receipt, "spam") != "FAIL"


def _by_machine(mail: Any, told: dict[str, Any]) -> bool:
    """Out of office, undeliverable, a list: nobody wrote that, and whoever answers it writes for ever."""
    submitted = _head(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    bulk = _head(mail, "Precedence").strip().lower() in BULK
    marked = any(_head(mail, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    return submitted not in ("", "no") or bulk or marked or told.get("source") in ("", "<>")


def _head(mail: Any, name: str) -> str:
    """A header as text; one that no parser can read says nothing."""
    try:
        return str(mail.get(name, ""))
    except UNREADABLE:
        return ""


def _answered(mail: Any) -> str | None:
    """The receipt of the last mail of ours that this one says it answers."""
    found = OURS.findall(_head(mail, "In-Reply-To")) or OURS.findall(_head(mail, "References"))
    return found[-1] if found else None


def _words(mail: Any, raw: bytes) -> str:
    """What was written: the plain part, else the drawn one's text; the subject where there is nothing else."""
    try:
        part: Any = mail.get_body(preferencelist=("plain", "html"))
    except UNREADABLE:
        part = _first_text(raw)
    text = _content(part) if part is not None else ""
    if part is not None and part.get_content_type() == "text/html":
        text = _undrawn(text)
    if text.strip():
        return text.strip()
    subject = _head(mail, "Subject").strip()
    # Of an answer it is our own.
    return "" if ":" in subject[:6] else subject


def _first_text(raw: bytes) -> Any:
    """The first plain part, else the first drawn one, of a mail whose headers no parser understands."""
    parts = list(BytesParser(policy=policy.compat32).parsebytes(raw).walk())
    texts = [part for kind in ("text/plain", "text/html") for part in parts if part.get_content_type() == kind]
    return next(iter(texts), None)


def _content(part: Any) -> str:
    raw = part.get_payload(decode=True) or b""
    try:
        return str(raw.decode(part.get_content_charset("utf-8"), "replace"))
    except (LookupError, ValueError):  # no such alphabet, or one that is none of letters
        return str(raw.decode("latin-1"))


def _kept(text: str) -> str:
    """The text without halves of letters, which some alphabets yield and nothing can write down."""
    return text.encode("utf-8", "replace").decode()


class _Text(HTMLParser):
    """The words of a drawn mail, without the mail it quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in UNSEEN:
            self.inside.append(tag)
        elif tag in BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(re.sub(r"\s+", " ", data))


def _undrawn(html: str) -> str:
    reader = _Text()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # it stumbles over a declaration that is none: what stands behind it is plain enough
        reader.said = [TAG.sub("\n", html)]
    lines = (line.strip() for line in "".join(reader.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
