"""A Conversation: all that a debtor and the house have said to each other, by whatever channel, as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .channel import ChannelKind

LONGEST = 4_000
ANSWERED_FOR = timedelta(days=7)
KEPT_IN_MIND = timedelta(days=30)
"""So long a question of the dialogue waits; what is said later is said of its own accord."""


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
    """What the debtor told when asked, or by the way: `key` names the question, or the note. It is not asked again
    about this claim until a person has settled it."""

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


def told(held: Conversation | None, claim: str, key: str, now: datetime) -> str:
    """What was told of this about the claim within the last month, so that no page asks it again; else nothing."""
    if held is None or held.claim != claim or held.last_at is None or now - held.last_at > KEPT_IN_MIND:
        return ""
    return next((one.words for one in held.learnt if one.key == key), "")


def open_question(
    held: Conversation | None,
    said: Sequence[Utterance],
    claim: str,
    by: Speaker,
    at: datetime,
    *,
    channel: ChannelKind | None = None,
    after: str = "",
) -> Utterance | None:
    """What the dialogue asked, where words of this speaker about this claim, said then, are an answer to it.

    It is for whoever it was asked of, about the claim it was asked about. By a channel, it is what was asked
    there before; on the page, what they had seen when they spoke: `after` is the last thing they had. The debtor
    sees there what went by a channel, too; who helps them does not.
    """
    if held is None or not held.topic or not held.step:
        return None
    asked = next((one for one in reversed(said) if one.by is Speaker.BOT), None)
    if asked is None or asked.claim != claim or at - asked.at > ANSWERED_FOR or _asked_of(asked, said) is not by:
        return None
    if channel:
        return asked if asked.channel is channel and asked.at < at else None
    return asked if after >= asked.id else None


def _asked_of(asked: Utterance, said: Sequence[Utterance]) -> Speaker | None:
    """Who spoke where it was asked, and was answered by it."""
    spoke = (
        one.by
        for one in reversed(said)
        if one.id < asked.id
        and one.by in (Speaker.DEBTOR, Speaker.HELPER)
        and (one.claim, one.channel) == (asked.claim, asked.channel)
    )
    return next(spoke, None)
