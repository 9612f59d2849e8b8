"""Messenger through Meta's Messenger Platform: answers out, what is written to a page in by a signed webhook.

Nobody can be written to here first: somebody is known once they came with a code from their own page (`ref`), and
is answered for a day after they last wrote, by a person for a week.
Source: https://developers.facebook.com/docs/messenger-platform
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Introduced, Message, Reply, Report
from ...domain.errors import DeadAddress, Permanent, Retry, Unknown
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ._meta import MetaChannel, Refusal, RefusedByMeta, entries

# Source: https://developers.facebook.com/docs/messenger-platform/error-codes
OVER = frozenset({(10, 2018278), (10, 2534022), (100, 2018065)})
"""They last wrote longer ago than what is sent may be answered."""
DEAD = frozenset({(100, 2018001), (551, 1545041), (200, 1545041)})
"""Nobody has this number here, or they are not available to us any more."""
RETRY = frozenset({0, 2, 3, 4, 10, 32, 190, 368, 613, 1200, *range(200, 300)})
PERSON = "HUMAN_AGENT"


class Messenger(MetaChannel):
    """Plain text to whoever wrote to the creditor's page; `page_id` is the page's number."""

    terms = ChannelTerms(
        key="messenger",
        kind=ChannelKind.MESSENGER,
        reach=Reach.SENDER,
        shape=Shape.SHORT,
        needs=("page_id",),
    )

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Send the answer once; the answer is the message's id (mid). What comes after the day is sent as a
        person's where one wrote it, and else is a no."""
        settings = creditor.channel(ChannelKind.MESSENGER)
        if settings is None:
            raise Permanent("channel_off")
        page = settings.given["page_id"]
        try:
            answer = self.asked(creditor.id, page, body_of(point, message))
        except RefusedByMeta as no:
            if not _over(no.refusal) or not message.by_person:
                raise _refusal(no.refusal) from no
            answer = self._later(creditor.id, page, body_of(point, message, PERSON))
        receipt = answer.get("message_id")
        if not receipt:
            raise Unknown("answer")
        return str(receipt)

    def _later(self, creditor: str, page: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.asked(creditor, page, body)
        except RefusedByMeta as no:
            raise _refusal(no.refusal) from no

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        """Of a message that arrived. That it was read names no message, and whether it was is not kept."""
        said = notice.get("messenger_delivered")
        if not isinstance(said, str) or not said:
            return None
        return Report(said, Delivery.DELIVERED, "delivered", str(notice.get("sender", "")))

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        said = notice.get("messenger_message")
        if not isinstance(said, dict) or not said.get("mid") or not notice.get("sender"):
            return None
        stamp, answers = notice.get("timestamp"), said.get("reply_to")
        return Reply(
            id=str(said["mid"]),
            channel=ChannelKind.MESSENGER,
            sender=str(notice["sender"]),
            to=str(notice.get("page_id", "")),
            text=str(said.get("text") or ""),
            at=datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else at,
            answers=str(answers["mid"]) if isinstance(answers, dict) and answers.get("mid") else None,
            creditor=str(notice.get("creditor", "")),
        )

    def introduced_in(self, notice: dict[str, Any]) -> Introduced | None:
        code, sender = notice.get("messenger_ref"), notice.get("sender")
        if not isinstance(code, str) or not code or not sender:
            return None
        page = str(notice.get("page_id", ""))
        return Introduced(str(notice.get("creditor", "")), ChannelKind.MESSENGER, str(sender), page, code)

    def hears(self, creditor: Creditor, to: str) -> bool:
        """One app at Meta has one webhook for all its pages: only what comes to the creditor's own is for it."""
        own = (held.given.get("page_id") for held in creditor.channels if held.terms.key == self.key)
        return to in own

    def parts(self, told: object) -> Iterable[dict[str, Any]]:
        """Each message, delivery and referral of a webhook; what the page itself said (an echo), and what was only
        seen, is none of them."""
        for entry in entries(told):
            events = entry.get("messaging")
            for event in events if isinstance(events, list) else ():
                if isinstance(event, dict):
                    yield from _parts_of(event, str(entry.get("id", "")))


def _parts_of(event: dict[str, Any], page: str) -> Iterable[dict[str, Any]]:
    about = {"sender": str(_dict(event, "sender").get("id", "")), "page_id": page}
    message, postback = _dict(event, "message"), _dict(event, "postback")
    if message.get("is_echo"):
        return
    for place in (event, postback, message):
        # Before what was said: whoever says it is known by then.
        if ref := _dict(place, "referral").get("ref"):
            yield {**about, "messenger_ref": ref}
    if message:
        yield {**about, "messenger_message": message, "timestamp": event.get("timestamp")}
    mids = _dict(event, "delivery").get("mids")
    for mid in mids if isinstance(mids, list) else ():
        yield {**about, "messenger_delivered": mid}


def body_of(point: ContactPoint, message: Message, tag: str = "") -> dict[str, Any]:
    """The message as the Send API takes it: an answer's own words with its link, else its short text."""
    text = f"{message.words}\n{message.link}" if message.words else message.short
    kind = {"messaging_type": "MESSAGE_TAG", "tag": tag} if tag else {"messaging_type": "RESPONSE"}
    return {"recipient": {"id": point.value}, "message": {"text": text.strip()}, **kind}


def _over(no: Refusal) -> bool:
    return (no.code, no.subcode) in OVER


def _refusal(no: Refusal) -> Exception:
    said = f"{no.code}.{no.subcode}" if no.subcode else str(no.code or no.status)
    if _over(no):
        return Permanent(said)
    if (no.code, no.subcode) in DEAD:
        return DeadAddress(said)
    if no.code in RETRY or no.status == 429:
        return Retry(said)
    return Unknown(said) if no.status >= 500 else Permanent(said)


def _dict(held: dict[str, Any], key: str) -> dict[str, Any]:
    found = held.get(key)
    return found if isinstance(found, dict) else {}


CHANNEL = Messenger()
