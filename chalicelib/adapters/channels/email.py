"""E-mail through Amazon SES: one MIME message with plain text, HTML, and what goes along."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...domain.channel import EMAIL, REPLY_TO
from ...domain.contact import Contact, Delivery, Message, MessageKind, Reply, Report
from ...domain.errors import DeadAddress
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ...settings import setting
from ._channel import ChannelFile

if TYPE_CHECKING:
    from email.message import EmailMessage


ANSWERING = (MessageKind.REPLY, MessageKind.NOTED, MessageKind.ANSWER)


class EmailChannel(ChannelFile):
    """The long shape of a message, from the creditor's own sender address."""

    terms = EMAIL

    @cached_property
    def _ses(self) -> Any:
        from ._sending import client

        return client("ses")

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Hand the message to SES once; the answer is SES's message id, under which its outcomes come back."""
        from ._sending import told

        mail = mime(creditor, point, message, contact, attachments)
        with told():
            answer = self._ses.send_raw_email(RawMessage={"Data": mail.as_bytes()})
        receipt: str = answer["MessageId"]
        return receipt

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        return outcome_in(notice)

    # What comes in, by a rule of SES that lays each mail into our bucket

    @cached_property
    def _s3(self) -> Any:
        from ._sending import client

        return client("s3")

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        """The mail that this notice tells of. One that is not there any more was taken already."""
        from ._inbound_mail import LARGEST, place_of, reply_from

        place = place_of(notice)
        if place is None or place[0] != setting("MAIL_BUCKET"):
            return None
        try:
            held = self._s3.get_object(Bucket=place[0], Key=place[1], Range=f"bytes=0-{LARGEST - 1}")
        except self._s3.exceptions.NoSuchKey:
            return None
        return reply_from(notice, held["Body"].read(), at)

    def hears(self, creditor: Creditor, to: str) -> bool:
        return to.lower() == answered_at(creditor).lower()

    def forget(self, notice: dict[str, Any]) -> None:
        """The words are kept with the message they answer: the mail itself is not."""
        from ._inbound_mail import place_of
        from ._sending import told

        place = place_of(notice)
        if place and place[0] == setting("MAIL_BUCKET"):
            with told():
                self._s3.delete_object(Bucket=place[0], Key=place[1])


def answered_at(creditor: Creditor) -> str:
    """Where answers to this creditor's mails go: to us where it set that up, else to its own help address."""
    settings = creditor.channel(ChannelKind.EMAIL)
    return (settings.given.get(REPLY_TO) if settings else "") or creditor.help_email


def mime(
    creditor: Creditor,
    point: ContactPoint,
    message: Message,
    contact: Contact,
    attachments: tuple[Attachment, ...] = (),
) -> EmailMessage:
    """The mail as it leaves: sender by the creditor's name, answers to where it reads them, PDFs behind the text.

    The mail program's own button for "no more of these" is one POST without a question (RFC 8058): it silences the
    address this mail went to, and nothing else.
    """
    from email.errors import HeaderParseError
    from email.headerregistry import Address
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"] = Address(message.sender or creditor.legal_name, addr_spec=creditor.sender_email)
    try:
        mail["To"] = Address(addr_spec=point.value)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise DeadAddress("address") from error
    mail["Reply-To"] = Address(addr_spec=answered_at(creditor))
    mail["Subject"] = message.subject
    mail["X-Kulanz-Contact"] = contact.id
    # Nobody's out-of-office answers a machine, and two machines do not answer each other (RFC 3834).
    mail["Auto-Submitted"] = "auto-replied" if contact.kind in ANSWERING else "auto-generated"
    if message.stop:
        mail["List-Unsubscribe"] = f"<{message.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.long, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for attached in attachments:
        mail.add_attachment(
            attached.content, maintype="application", subtype="pdf", filename=f"{attached.name}.pdf"
        )
    # Last: what is set before the second shape moves into the first one's own headers.
    mail["Content-Language"] = message.language
    return mail


# Source: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
KINDS = {
    ("Delivery", ""): Delivery.DELIVERED,
    ("Bounce", "Permanent"): Delivery.DEAD,
    ("Bounce", "Transient"): Delivery.PASSING,
    ("Bounce", "Undetermined"): Delivery.PASSING,
    ("Complaint", ""): Delivery.COMPLAINT,
    # Taken, and then not sent: something that goes along looked like a virus.
    ("Reject", ""): Delivery.FAILED,
}


def outcome_in(notice: dict[str, Any]) -> Report | None:
    """(receipt, what happened, SES's code, the address) of a notice; None for what is no news of a delivery."""
    kind = notice.get("notificationType") or notice.get("eventType") or ""
    detail = notice.get("bounce", {})
    found = KINDS.get((kind, detail.get("bounceType", "") if kind == "Bounce" else ""))
    mail = notice.get("mail", {})
    receipt = mail.get("messageId")
    if found is None or not receipt:
        return None
    code = ".".join(part for part in (kind, detail.get("bounceType"), detail.get("bounceSubType")) if part)
    # Each of our mails goes to one address.
    address = next(iter(mail.get("destination") or ()), "")
    return Report(receipt, found, code, address)


CHANNEL = EmailChannel()
