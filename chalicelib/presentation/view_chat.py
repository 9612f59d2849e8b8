"""The conversation: all that was said, the newest at the end, and a box to say more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.claim import Claim
from ..domain.conversation import Conversation, Speaker, Utterance
from ..domain.dialogue import Topic, asked
from ..domain.task import Task
from .frame import PLACES, Frame, Problems, View, moment

# What a page that is offered is called.
TITLES = {
    "pay": "pay.h1",
    "later": "way.later",
    "plan": "way.plan",
    "sent": "transfer.go",
    "wrong": "way.wrong",
    "talk": "way.talk",
    "represent": "talk.represent",
    "care": "talk.care",
    "complain": "talk.complain",
    "origin": "way.origin",
    "data": "way.data",
    "not-me": "way.not_me",
    "stop": "stop.go",
    "choices": "way.choices",
    "points": "way.points",
}
# A long conversation is shown from here on back.
MOST_SHOWN = 60


@dataclass(frozen=True)
class Offered:
    """A page that solves it: its place, what it is about there, and what it is called."""

    place: str
    about: str
    title: str


@dataclass(frozen=True)
class Line:
    """One thing that was said: who said it, when, and the pages it leads to. `mine`: the reader's side said it."""

    who: str
    when: str
    words: str
    language: str
    mine: bool
    offers: tuple[Offered, ...] = ()


@dataclass(frozen=True)
class Chat(View):
    """`due` is by when a person answers, None while none is asked; `asked`: one wrote last, and may have asked
    something; `polls`: the little script may look for more.

    `after` is the id of the last thing that is shown; `last` is which line the reader's side said last, None where
    something needs mending first; `choices` are the words to choose from, where one is asked.
    `due` is the day by which a person answers, `late` that it is over; its hour is none in which people are there.
    `goes_on`: they may go on in Messenger, by a link that is to be asked for; `messenger` is that link.
    """

    template: ClassVar[str] = "chat.html"
    script: ClassVar[str] = "chat.js"
    lines: tuple[Line, ...]
    after: str
    last: int | None
    due: str | None
    late: bool
    asked: bool
    polls: bool
    photo: str
    choices: tuple[str, ...]
    words: str
    problems: Problems
    goes_on: bool
    messenger: str


def chat(
    frame: Frame,
    claim: Claim,
    held: Conversation | None,
    said: Sequence[Utterance],
    now: datetime,
    *,
    topics: Mapping[str, Topic],
    asks: Utterance | None = None,
    waiting: Task | None = None,
    words: str = "",
    problems: Problems = (),
    page_id: str = "",
    code: str = "",
) -> Chat:
    """What was said to this debtor and by them; `asks` is the question that is open to this reader, `waiting` the
    Task by which a person answers. `page_id` is the creditor's page at Messenger, `code` what they go on there
    with."""
    shown = tuple(said)[-MOST_SHOWN:]
    question = asked(topics, held.topic, held.step) if held and not waiting and asks in shown else None
    due = None
    if waiting:
        due = frame.locale.weekday_date(waiting.due_at.astimezone(frame.zone).date())
    lines = tuple(_line(frame, one, now) for one in shown)
    return Chat(
        frame,
        lines=lines,
        after=shown[-1].id if shown else "",
        last=None if problems else max((at for at, one in enumerate(lines, 1) if one.mine), default=None),
        due=due,
        late=waiting is not None and waiting.due_at <= now,
        asked=bool(shown) and shown[-1].by is Speaker.PERSON,
        polls=waiting is not None and frame.carried is None,
        photo="evidence" if claim.dispute else "wrong",
        choices=question.choices if question else (),
        words=words,
        problems=problems,
        goes_on=bool(page_id) and not code and frame.may("all"),
        messenger=f"https://m.me/{page_id}?ref={code}" if page_id and code else "",
    )


def _line(frame: Frame, one: Utterance, now: datetime) -> Line:
    return Line(
        who=_who(frame, one),
        when=moment(frame, one.at, now),
        words=one.words,
        language=one.language,
        mine=one.by in (Speaker.DEBTOR, Speaker.HELPER),
        offers=tuple(filter(None, (_offered(frame, offer) for offer in one.offers))),
    )


def _who(frame: Frame, one: Utterance) -> str:
    """By name, where it is a person's; the dialogue says that it is none."""
    text, creditor = frame.locale.text, frame.who.legal_name if frame.who else ""
    if one.by is Speaker.PERSON:
        if one.signed:
            return text("chat.named", name=one.signed, creditor=creditor)
        return text("chat.someone", creditor=creditor)
    return text({Speaker.BOT: "chat.guided", Speaker.HELPER: "chat.helper"}.get(one.by, "chat.you"))


def _offered(frame: Frame, offer: str) -> Offered | None:
    """The page of an offer; None for one that is not this reader's to open."""
    place, _, about = offer.partition("?about=")
    if place not in PLACES or place not in TITLES or (place in OWN and not frame.may("all")):
        return None
    return Offered(place, about, frame.locale.text(TITLES[place]))


# The debtor's alone: somebody who helps them is not led there.
OWN = frozenset({"represent", "care", "data", "stop", "choices", "points"})
