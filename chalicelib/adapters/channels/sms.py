"""SMS through Amazon SNS: the short shape of a message, under the creditor's sender name."""

from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ...domain.contact import Contact, Message
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ._sending import client, translated

OPTED_OUT = frozenset({"OptedOut", "OptedOutException"})
INVALID = frozenset({"InvalidParameter", "InvalidParameterException"})


def _dead(code: str, message: str) -> bool:
    """SNS says InvalidParameter of the number, but also of the sender or the text: only the number is dead."""
    return code in OPTED_OUT or (code in INVALID and "phonenumber" in message.replace(" ", "").lower())


class SmsChannel:
    """A sender name cannot receive answers, so the way to stop stands in the text as a link."""

    key = ChannelKind.SMS

    @cached_property
    def _sns(self) -> Any:
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
        attributes = {
            "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": creditor.sender_sms},
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        }
        try:
            answer = self._sns.publish(
                PhoneNumber=point.value, Message=message.short, MessageAttributes=attributes
            )
        except (ClientError, BotoCoreError) as error:
            raise translated(error, _dead) from error
        receipt: str = answer["MessageId"]
        return receipt


CHANNEL = SmsChannel()
