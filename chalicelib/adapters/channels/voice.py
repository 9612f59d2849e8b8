"""Spoken messages through AWS End User Messaging (SMS and Voice v2): an automatic voice, for who chose it.

It says who calls, that there is a message, and how to hear it; nothing of the matter, since nobody is proven.
"""

from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any

from ...domain.channel import ORIGINATION, ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Delivery, Message, Reply, Report
from ...domain.errors import Permanent
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ._channel import ChannelFile

# One voice for each language, of those the service has (VoiceId). A language without one is called by a person.
VOICES = {
    "ar": "ZEINA",
    "de": "VICKI",
    "en": "AMY",
    "es": "LUCIA",
    "fr": "LEA",
    "it": "BIANCA",
    "pl": "EWA",
    "ro": "CARMEN",
    "ru": "TATYANA",
    "tr": "FILIZ",
}
NO_ORIGINATION = frozenset({"NO_ORIGINATION_IDENTITIES_FOUND", "RESOURCE_NOT_ACTIVE", "RESOURCE_NOT_ACCESSIBLE"})
# Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html. What rings or
# begins is no outcome yet.
OUTCOMES = {
    "VOICE_COMPLETED": Delivery.DELIVERED,
    "VOICE_NO_ANSWER": Delivery.PASSING,
    "VOICE_BUSY": Delivery.PASSING,
    "VOICE_TTL_EXPIRED": Delivery.PASSING,
    "VOICE_FAILED": Delivery.FAILED,
}
# What nobody took within this time is not said at an hour nobody asked about.
QUARTER = 900


def ssml(text: str, phone: str) -> str:
    """The text with a pause after each line, and the number to call slowly, figure by figure."""
    lines = [escape(line, quote=False) for line in text.splitlines() if line.strip()]
    said = '<break time="700ms"/>'.join(lines)
    number = escape(phone, quote=False)
    slow = f'<prosody rate="slow"><say-as interpret-as="telephone">{number}</say-as></prosody>'
    return f"<speak>{said.replace(number, slow) if number else said}</speak>"


class Voice(ChannelFile):
    """The creditor names a configuration set, whose event destination is our topic of outcomes (voice events), and
    the number it calls from: one that can make calls (`origination`)."""

    terms = ChannelTerms(
        key="voice",
        kind=ChannelKind.VOICE,
        reach=Reach.PHONE,
        shape=Shape.SPOKEN,
        needs=("configuration_set", ORIGINATION),
    )

    @cached_property
    def _voice(self) -> Any:
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
        """Have it said once; the answer is the service's message id, which each of its events bears.

        Permanent ("no_voice") for a language nobody reads: what is planned for it goes to a person instead.
        """
        from ._sending import told

        settings = creditor.channel(ChannelKind.VOICE)
        voice = VOICES.get(message.language.partition("-")[0])
        if settings is None:
            raise Permanent("channel_off")
        if voice is None:
            raise Permanent("no_voice")
        with told(again=NO_ORIGINATION):
            answer = self._voice.send_voice_message(
                DestinationPhoneNumber=point.value,
                OriginationIdentity=settings.given[ORIGINATION],
                MessageBody=ssml(message.long, creditor.help_phone),
                MessageBodyTextType="SSML",
                VoiceId=voice,
                ConfigurationSetName=settings.given["configuration_set"],
                TimeToLive=QUARTER,
                Context={"contact": contact.id},
            )
        receipt: str = answer["MessageId"]
        return receipt

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        """How the call ended; what rings is no end."""
        kind, receipt = notice.get("eventType"), notice.get("messageId")
        if not isinstance(kind, str) or not receipt or kind not in OUTCOMES:
            return None
        return Report(str(receipt), OUTCOMES[kind], kind, str(notice.get("destinationPhoneNumber", "")))

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        """Nobody answers a machine."""
        return None


CHANNEL = Voice()
