"""Numbers to answer with: one message offers them, and a number means something only where it did.

What is offered and what is heard is one rule: a message written with the line of numbers bears a mark on the
version of its words, and that mark is looked for when a number comes.
"""

import re
import unicodedata
from datetime import datetime, timedelta

from .contact import Contact, MessageKind
from .matter import Matter
from .parties import ChannelKind, Creditor
from .reply_words import Said, fresh
from .signal import LEFT
from .task import TaskKind

CHOICES = (Said.PAID, Said.LATER, Said.INSTALMENTS)
"""What 1, 2 and 3 stand for."""
OFFERED_FOR = timedelta(days=30)
MARK = "+numbers"


def may_offer(contact: Contact, matter: Matter, creditor: Creditor) -> bool:
    """Whether this message is the one: it tells somebody whose words no rule knows that a person reads them, goes
    back to the address they came from, and can be answered where it is read."""
    task = matter.tasks.get(contact.about or "")
    if (
        contact.kind is not MessageKind.NOTED
        or contact.to is None
        or task is None
        or task.kind is not TaskKind.REPLY
    ):
        return False
    if contact.channel is ChannelKind.SMS:
        return creditor.texts_can_be_answered
    return contact.channel in (ChannelKind.WHATSAPP, ChannelKind.MESSENGER)


def marked(version: str) -> str:
    """The version of words that offer the numbers."""
    return version + MARK


def offered(matter: Matter, claim: str, channel: ChannelKind, to: str, at: datetime) -> bool:
    """Whether the address of the keyed hash `to` had been offered the numbers about this claim, by this channel,
    in the 30 days before `at`."""
    return any(
        contact.claim == claim
        and contact.channel is channel
        and contact.to == to
        and contact.state in LEFT
        and contact.text.endswith(MARK)
        and contact.sent_at is not None
        and contact.sent_at <= at <= contact.sent_at + OFFERED_FOR
        for contact in matter.contacts.values()
    )


# A digit with at most what a list sets around it.
LONGEST = 20
ALONE = re.compile(r"\(?(.)[.):]?")


def chosen(text: str) -> Said | None:
    """What the one digit stands for that is all somebody wrote, in whatever script; None for anything else."""
    number = digit(text)
    return CHOICES[number - 1] if number and number <= len(CHOICES) else None


def digit(text: str) -> int | None:
    """The one digit that is all somebody wrote, in whatever script; None for anything else."""
    written = fresh(text)
    if len(written) > LONGEST:
        return None
    found = ALONE.fullmatch("".join(letter for letter in written if not _unseen(letter)))
    return unicodedata.digit(found[1], None) if found else None


def _unseen(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return letter.isspace() or kind == "Cf" or kind[0] == "M"
