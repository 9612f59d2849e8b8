"""Fax: the letter as a PDF, mailed to a gateway that dials the number before the @."""

from datetime import UTC
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Message
from ...domain.errors import Permanent
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ...settings import optional
from ._channel import ChannelFile

if TYPE_CHECKING:
    from ..documents.press import Press


class Fax(ChannelFile):
    """The creditor names the domain of its gateway (fax.example.net); what the gateway charges is between them.

    The gateway's own mails about it go to the creditor's help address: this side hears only that it took the mail.
    """

    terms = ChannelTerms(
        key="fax",
        kind=ChannelKind.FAX,
        reach=Reach.FAX,
        shape=Shape.LETTER,
        durable=True,
        needs=("gateway",),
    )

    @cached_property
    def _ses(self) -> Any:
        from ._sending import client

        return client("ses")

    @cached_property
    def _press(self) -> "Press":
        from ..documents.press import Press

        fonts = optional("FONTS")
        return Press(Path(fonts) if fonts else None)

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Hand the PDF to the gateway once; the answer is the mail's id at SES."""
        from email.message import EmailMessage

        from ._sending import told

        settings = creditor.channel(ChannelKind.FAX)
        if settings is None:
            raise Permanent("channel_off")
        at = contact.reserved_at or contact.due_at
        mail = EmailMessage()
        mail["From"] = creditor.sender_email
        mail["To"] = f"{point.value.removeprefix('+')}@{settings.given['gateway']}"
        mail["Reply-To"] = creditor.help_email
        mail["Subject"] = contact.id
        mail["X-Kulanz-Contact"] = contact.id
        pdf = self._press.printed(message.letter, at.astimezone(UTC).replace(hour=0, minute=0, second=0))
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{contact.id}.pdf")
        with told():
            answer = self._ses.send_raw_email(RawMessage={"Data": mail.as_bytes()})
        receipt: str = answer["MessageId"]
        return receipt


CHANNEL = Fax()
