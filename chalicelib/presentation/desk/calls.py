"""The page of one call: the script, what was said before, a link to send, and what came of it in two clicks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ...domain.calling import CallEnded, CallNext, CallOutcome, LinkSent
from ...domain.parties import ChannelKind, Debtor
from ...domain.task import Task
from ..call_script import CallScript
from .frame import DeskFrame, DeskView

OUTCOMES = {
    CallOutcome.SETTLED: ("desk.call.settled", "desk.call.settled.next"),
    CallOutcome.THINKS: ("desk.call.thinks", "desk.call.thinks.next"),
    CallOutcome.NOBODY: ("desk.call.nobody", "desk.call.nobody.next"),
    CallOutcome.WRONG_NUMBER: ("desk.call.wrong_number", "desk.call.wrong_number.next"),
    CallOutcome.NOT_AGAIN: ("desk.call.not_again", "desk.call.not_again.next"),
}
NEXT = {
    CallNext.PLANNED: "desk.call.done.planned",
    CallNext.PEACE: "desk.call.done.peace",
    CallNext.TRY_AGAIN: "desk.call.done.try_again",
    CallNext.ASK_AGAIN: "desk.call.done.ask_again",
    CallNext.SILENT: "desk.call.done.silent",
}
LINKS = {ChannelKind.SMS: "desk.call.link.sms", ChannelKind.EMAIL: "desk.call.link.email"}


@dataclass(frozen=True)
class Choice:
    """What may have come of it: its value, its name, and what happens then."""

    value: str
    name: str
    then: str


@dataclass(frozen=True)
class CallPage(DeskView):
    """`links` are the ways a link can be sent by, `sent` says of each that was asked for when it left. `done` says
    what happens next, once somebody said what came of the call; `refused` why what was asked for cannot be.
    `moved_at` is when its debtor last moved it; `others`: somebody else holds it.
    """

    template: ClassVar[str] = "desk/call.html"
    name: str
    call: CallScript
    due: tuple[str, str] | None
    tries: int
    moved_at: str
    others: bool
    outcomes: tuple[Choice, ...]
    links: tuple[tuple[str, str], ...]
    sent: tuple[str, ...]
    matter: str
    here: str
    done: str = ""
    refused: str = ""


def call_page(
    frame: DeskFrame,
    debtor: Debtor,
    task: Task,
    call: CallScript,
    links: Iterable[LinkSent],
    *,
    done: CallEnded | None = None,
    refused: str = "",
) -> CallPage:
    words, zone = frame.locale, frame.zone
    ways = tuple(
        (kind.value, words.text(key)) for kind, key in LINKS.items() if debtor.point(kind, answering=True)
    )
    due = words.weekday_date(task.due_at.astimezone(zone).date()), words.time(task.due_at, zone)
    return CallPage(
        frame=frame,
        name=debtor.name,
        call=call,
        due=None if task.done_at else due,
        tries=task.tries,
        moved_at=task.moved_at.isoformat() if task.moved_at else "",
        others=not task.is_free and (frame.staff is None or frame.staff.id != task.owner),
        outcomes=tuple(
            Choice(one.value, words.text(name), words.text(then)) for one, (name, then) in OUTCOMES.items()
        ),
        links=ways,
        sent=tuple(_sent(frame, link) for link in links),
        matter=frame.of(task.creditor, task.debtor),
        here=frame.of(task.creditor, task.debtor, "call", task.id),
        done=_done(frame, done) if done else "",
        refused=words.text(refused) if refused else "",
    )


def _done(frame: DeskFrame, ended: CallEnded) -> str:
    words, at = frame.locale, ended.at
    key = NEXT[ended.next]
    if at is None or ended.next not in (CallNext.PLANNED, CallNext.TRY_AGAIN):
        return words.text(key)
    return words.text(
        key, day=words.weekday_date(at.astimezone(frame.zone).date()), time=words.time(at, frame.zone)
    )


def _sent(frame: DeskFrame, link: LinkSent) -> str:
    words = frame.locale
    way = words.text(LINKS[link.channel])
    if link.failed:
        return words.text("desk.call.link.failed", way=way)
    if link.left_at:
        return words.text("desk.call.link.left", way=way, time=words.time(link.left_at, frame.zone))
    return words.text("desk.call.link.waits", way=way, time=words.time(link.asked_at, frame.zone))
