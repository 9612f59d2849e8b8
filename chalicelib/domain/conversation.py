"""A Conversation: all that a debtor and the house have said to each other, by whatever channel, as one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .channel import ChannelKind

LONGEST = 4_000


class Speaker(StrEnum):
    """Who said something."""

    DEBTOR = "debtor"
    HELPER = "helper"
    """Somebody whom the debtor let in."""
    BOT = "bot"
    """The declared dialogue; it says that it is one."""
    PERSON = "person"
    """Somebody of the staff; `Utterance.who` says who."""


@dataclass(frozen=True)
class Utterance:
    """One thing that was said, word for word. `id` sorts by time within its conversation.

    `channel` is how it came or went, None: on the page. `reply` is the id of the Reply it came by, `contact` that
    of the message it went by. `who` is the id of the staff member who said it, `signed` the first name they said
    it under. `offers` are the pages it leads to.
    """

    id: str
    creditor: str
    debtor: str
    claim: str
    by: Speaker
    at: datetime
    words: str
    language: str
    channel: ChannelKind | None = None
    who: str | None = None
    contact: str | None = None
    reply: str | None = None
    offers: tuple[str, ...] = ()
    signed: str = ""


@dataclass(frozen=True)
class Learnt:
    """What the debtor told when they were asked: `key` names the question. It is never asked again."""

    key: str
    words: str


@dataclass(frozen=True)
class Conversation:
    """Where the talk stands. `topic` and `step` are those of the declared dialogue, None: nothing is being asked.

    `task` is the Task by which a person answers, while one is open; then the dialogue keeps still. `learnt` is
    told to whoever answers.
    """

    creditor: str
    debtor: str
    claim: str
    begun_at: datetime
    topic: str | None = None
    step: str | None = None
    learnt: tuple[Learnt, ...] = ()
    task: str | None = None
    last_at: datetime | None = None
    version: int = 0
