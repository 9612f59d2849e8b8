"""Speak: what is answered to somebody's own words also goes to them, by the channel they wrote by."""

from dataclasses import replace
from datetime import datetime

from ..domain.claim import Claim
from ..domain.contact import Contact, MessageKind
from ..domain.conversation import Utterance
from ..domain.matter import Matter
from ..domain.parties import ChannelKind
from .plan_contact import plan_answer


def spoken(
    matter: Matter,
    claim: Claim,
    utterance: Utterance,
    now: datetime,
    channel: ChannelKind | None = None,
    to: str | None = None,
) -> Contact | None:
    """The message that carries these words: by the `channel` they wrote by (to the address of the keyed hash
    `to`), else by the one they chose, else by the first they can be answered by.

    None where no address of theirs may be written to: then it stands on the page alone. The same words always have
    the same message.
    """
    by = channel or matter.debtor.choices.channel
    contact = plan_answer(matter.debtor, claim, MessageKind.ANSWER, what=utterance.id, now=now, by=by)
    if contact is None:
        return None
    here = contact.channel is channel
    return replace(contact, about=utterance.id, to=to if here else None)
