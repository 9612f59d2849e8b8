"""The telephone: no machine calls. A Task with notes and history is written for a person, who does."""

from ...domain.channel import ChannelTerms, Reach, Shape
from ...domain.contact import Contact, Message
from ...domain.parties import ChannelKind, ContactPoint, Creditor
from ...ports import Attachment
from ._channel import ChannelFile


class Phone(ChannelFile):
    """What a person's time costs is the creditor's to know: there is no price. What came of the call is said by
    whoever closes the Task."""

    terms = ChannelTerms(key="phone", kind=ChannelKind.PHONE, reach=Reach.PHONE, shape=Shape.CALL, by_person=True)

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str:
        """The Task lies with the reservation already: nothing leaves, and this is its receipt."""
        return f"call-{contact.id}"


CHANNEL = Phone()
