"""Letters: a PDF for a window envelope, laid into a bucket that a print house empties.

`out/<creditor>/<contact>.pdf` is the letter. The print house says what became of it by an empty object
`receipts/<creditor>/<contact>.<word>`: `taken` when it has fetched the file, `posted`, `returned` (nobody there
has this name) or `refused`. Whatever the word, the file is taken away then: it holds a person, and is needed no
more.
"""

import re
from datetime import UTC
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Message, Report
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ...settings import optional, setting
from ._channel import ChannelFile

if TYPE_CHECKING:
    from ..documents.press import Press

OUTCOMES = {
    "taken": Delivery.PASSING,
    "posted": Delivery.DELIVERED,
    "returned": Delivery.DEAD,
    "refused": Delivery.FAILED,
}
RECEIPT = re.compile(r"receipts/([a-z0-9-]{1,40})/([0-9A-Za-z_.-]{1,64})\.(taken|posted|returned|refused)")


class Letter(ChannelFile):
    """The letter shape of a message; what goes along by mail lies behind the reference too."""

    terms = ChannelTerms(key="letter", kind=ChannelKind.LETTER, reach=Reach.POST, shape=Shape.LETTER, durable=True)

    @cached_property
    def _s3(self) -> Any:
        from ._sending import client

        return client("s3")

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
        """Print it and lay it out; the answer is the name its receipts bear. One contact has one file only."""
        from ._sending import told

        at = contact.reserved_at or contact.due_at
        pdf = self._press.printed(message.letter, at.astimezone(UTC).replace(hour=0, minute=0, second=0))
        with told(again={"NoSuchBucket"}):
            self._s3.put_object(
                Bucket=setting("PRINT_BUCKET"),
                Key=f"out/{creditor.id}/{contact.id}.pdf",
                Body=pdf,
                ContentType="application/pdf",
            )
        return name_of(contact.id)

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        found = _receipt(notice)
        return Report(name_of(found[2]), OUTCOMES[found[3]], found[3], "") if found else None

    def forget(self, notice: dict[str, Any]) -> None:
        """The file and the word about it: nothing of a letter stays in the print house's bucket."""
        from ._sending import told

        if (found := _receipt(notice)) is None:
            return
        for key in (f"out/{found[1]}/{found[2]}.pdf", found[0]):
            with told():
                self._s3.delete_object(Bucket=setting("PRINT_BUCKET"), Key=key)


def name_of(contact: str) -> str:
    return f"print-{contact}"


def _receipt(notice: dict[str, Any]) -> "re.Match[str] | None":
    """What an object that appeared in the bucket says; None for anything else (EventBridge's shape for S3)."""
    told = notice.get("detail")
    thing = told.get("object") if notice.get("source") == "aws.s3" and isinstance(told, dict) else None
    return RECEIPT.fullmatch(str(thing.get("key", ""))) if isinstance(thing, dict) else None


CHANNEL = Letter()
