"""The orders in which the bundled strategies try the channels, and the hours they write at."""

from datetime import time

from ..channel import ChannelKind

# What costs more, or takes a person, where nothing else reaches somebody.
LAST = (ChannelKind.WHATSAPP, ChannelKind.LETTER, ChannelKind.FAX, ChannelKind.PHONE, ChannelKind.VOICE)
MAIL_FIRST = (ChannelKind.EMAIL, ChannelKind.SMS, *LAST)
TEXT_FIRST = (ChannelKind.SMS, ChannelKind.EMAIL, *LAST)
# By nothing that rings, as long as something else is left.
PAPER_BEFORE_TEXT = (
    ChannelKind.EMAIL,
    ChannelKind.LETTER,
    ChannelKind.SMS,
    ChannelKind.WHATSAPP,
    ChannelKind.FAX,
    ChannelKind.PHONE,
    ChannelKind.VOICE,
)

HOURS = {
    ChannelKind.EMAIL: time(9),
    ChannelKind.SMS: time(17),
    ChannelKind.WHATSAPP: time(17),
    ChannelKind.LETTER: time(9),
    ChannelKind.FAX: time(9),
    ChannelKind.PHONE: time(10),
    ChannelKind.VOICE: time(10),
}
