"""SMS through Amazon SNS, the simple way: the short shape of a message, under the creditor's sender."""

from functools import cached_property
from typing import Any

from ...domain.channel import SMS
from ...domain.contact import Contact, Message
from ...domain.parties import ContactPoint, Creditor
from ...domain.sms_parts import segments
from ...ports import Attachment
from ._channel import ChannelFile

INVALID = frozenset({"InvalidParameter", "InvalidParameterException"})


def _dead(code: str, message: str) -> bool:
    """SNS says InvalidParameter of the number, but also of the sender or the text: only the number is dead."""
    return code in INVALID and "phonenumber" in message.replace(" ", "").lower()


class SmsChannel(ChannelFile):
    """No receipts and no replies come back: who needs them sends by sms_v2."""

    terms = SMS

    @cached_property
    def _sns(self) -> Any:
        from ._sending import client

        return client("sns")

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Hand the text to SNS once; the answer is SNS's message id."""
        from ._sending import told

        sender = "AWS.MM.SMS.OriginationNumber" if creditor.texts_can_be_answered else "AWS.SNS.SMS.SenderID"
        attributes = {
            sender: {"DataType": "String", "StringValue": creditor.sender_sms},
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        }
        with told(_dead):
            answer = self._sns.publish(
                PhoneNumber=point.value, Message=message.short, MessageAttributes=attributes
            )
        receipt: str = answer["MessageId"]
        return receipt

    def units(self, message: Message) -> int:
        return segments(message.short)

    def hears(self, creditor: Creditor, to: str) -> bool:
        """Where its sender is a number that was made two-way; a name cannot be answered."""
        return to == creditor.sender_sms


CHANNEL = SmsChannel()
