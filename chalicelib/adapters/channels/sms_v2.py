"""SMS through AWS End User Messaging (SMS and Voice v2): with receipts, with a number that can be answered."""

from datetime import datetime
from functools import cached_property
from typing import Any

from ...domain.channel import ORIGINATION, ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Message, Reply, Report
from ...domain.errors import Permanent
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...domain.sms_parts import segments
from ...ports import Attachment
from ._channel import ChannelFile

# Why a request was refused, of all reasons that the service gives (ConflictExceptionReason, ValidationException-
# Reason): those that speak of the receiver's number, and those that somebody here mends before it is sent again.
DEAD = frozenset({"DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"})
MENDED_HERE = frozenset({"NO_ORIGINATION_IDENTITIES_FOUND", "RESOURCE_NOT_ACTIVE", "RESOURCE_NOT_ACCESSIBLE"})

# Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
OUTCOMES = {
    "TEXT_SUCCESSFUL": Delivery.DELIVERED,
    "TEXT_DELIVERED": Delivery.DELIVERED,
    "TEXT_INVALID": Delivery.DEAD,
    "TEXT_UNREACHABLE": Delivery.PASSING,
    "TEXT_CARRIER_UNREACHABLE": Delivery.PASSING,
    "TEXT_TTL_EXPIRED": Delivery.PASSING,
    "TEXT_UNKNOWN": Delivery.PASSING,
    "TEXT_INVALID_MESSAGE": Delivery.FAILED,
    "TEXT_BLOCKED": Delivery.FAILED,
    "TEXT_CARRIER_BLOCKED": Delivery.FAILED,
    "TEXT_PROTECT_BLOCKED": Delivery.FAILED,
    "TEXT_SPAM": Delivery.FAILED,
}
# A text that nobody took within a day says what is no longer so.
DAY = 86_400


def _dead(code: str, message: str) -> bool:
    return code in DEAD


class SmsVoiceV2(ChannelFile):
    """The creditor names a configuration set, whose event destination is our topic of outcomes. Its sender is the
    number or name of `sender_sms`, or the pool in `origination`; what is sent to a number comes back over the
    same topic, once two-way messaging is switched on for it."""

    terms = ChannelTerms(
        key="sms_v2",
        kind=ChannelKind.SMS,
        reach=Reach.PHONE,
        shape=Shape.SHORT,
        needs=("configuration_set",),
        may=(ORIGINATION,),
    )

    @cached_property
    def _sms(self) -> Any:
        from ._sending import client

        return client("pinpoint-sms-voice-v2")

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """Hand the text over once; the answer is the service's message id, which each of its events bears."""
        from ._sending import told

        settings = creditor.channel(ChannelKind.SMS)
        if settings is None:
            raise Permanent("channel_off")
        with told(_dead, again=MENDED_HERE):
            answer = self._sms.send_text_message(
                DestinationPhoneNumber=point.value,
                OriginationIdentity=settings.given.get(ORIGINATION) or creditor.sender_sms,
                MessageBody=message.short,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=settings.given["configuration_set"],
                TimeToLive=DAY,
                Context={"contact": contact.id},
            )
        receipt: str = answer["MessageId"]
        return receipt

    def units(self, message: Message) -> int:
        return segments(message.short)

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        """Only what is final: until then the service goes on trying."""
        kind, receipt = notice.get("eventType"), notice.get("messageId")
        if not isinstance(kind, str) or not receipt or not notice.get("isFinal") or kind not in OUTCOMES:
            return None
        said = [notice.get(part) for part in ("totalMessagePrice", "totalCarrierFee")]
        paid = sum(part for part in said if isinstance(part, int | float))
        micros = round(paid * 1_000_000) if isinstance(said[0], int | float) else None
        return Report(str(receipt), OUTCOMES[kind], kind, str(notice.get("destinationPhoneNumber", "")), micros)

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        """Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html"""
        name, sender = notice.get("inboundMessageId"), notice.get("originationNumber")
        if not isinstance(name, str) or not isinstance(sender, str):
            return None
        return Reply(
            id=f"sms-{name}",
            channel=ChannelKind.SMS,
            sender=sender,
            to=str(notice.get("destinationNumber", "")),
            text=str(notice.get("messageBody", "")),
            at=at,
            answers=notice.get("previousPublishedMessageId") or None,
        )

    def hears(self, creditor: Creditor, to: str) -> bool:
        """A creditor's own number hears for it alone. Which numbers a pool has only AWS knows: what comes to one
        is placed by the message it answers, or not at all."""
        settings = creditor.channel(ChannelKind.SMS)
        return to in (creditor.sender_sms, settings.given.get(ORIGINATION) if settings else None)


CHANNEL = SmsVoiceV2()
