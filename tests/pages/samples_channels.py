"""One sample of a reminder in every tone on every channel there is, as each channel writes it."""

from datetime import timedelta

from chalicelib.domain.channel import Shape
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind
from chalicelib.presentation.composer import compose

from .samples import CLAIM, CREDITOR, DEBTOR, GOOD_UNTIL, LINK_URL, NOW, OPENING, ZONE

SHAPES = {
    ChannelKind.EMAIL: Shape.LONG,
    ChannelKind.SMS: Shape.SHORT,
    ChannelKind.WHATSAPP: Shape.SHORT,
    ChannelKind.LETTER: Shape.LETTER,
    ChannelKind.FAX: Shape.LETTER,
    ChannelKind.PHONE: Shape.CALL,
    ChannelKind.VOICE: Shape.SPOKEN,
}
# What a call's notes tell of: the two messages that went before it.
BEFORE = tuple(
    Contact(
        f"c-{number}",
        "nordlicht",
        "K-501",
        "R-1001",
        Purpose.REMINDER,
        MessageKind.REMINDER,
        channel,
        Tone.FRIENDLY,
        due_at=at,
        planned_at=OPENING.booked_at,
        step=number,
        state=ContactState.DELIVERED,
        sent_at=at,
    )
    for number, (channel, at) in enumerate(
        (
            (ChannelKind.EMAIL, NOW - timedelta(days=12)),
            (ChannelKind.SMS, NOW - timedelta(days=5, hours=-3)),
        )
    )
)
MATTER = Matter(DEBTOR, {CLAIM.id: CLAIM}, contacts={contact.id: contact for contact in BEFORE})


def channel_samples(language):
    """(channel, tone) -> message, in the order of a strategy's steps."""
    return {
        (channel, tone): compose(
            MessageKind.REMINDER,
            creditor=CREDITOR,
            debtor=DEBTOR,
            claim=CLAIM,
            link_url=LINK_URL,
            stop_url=f"{LINK_URL}/stop",
            tone=tone,
            language=language,
            now=NOW,
            zone=ZONE,
            good_until=GOOD_UNTIL,
            matter=MATTER,
            shape=shape,
        )
        for channel, shape in SHAPES.items()
        for tone in Tone
    }
