"""The page of one call: the script, what was said before, a link to send, and what came of it in two clicks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ...actions.send_link import LinkSent
from ...domain.calling import CallEnded, CallNext, CallOutcome
from ...domain.parties import ChannelKind, Debtor
from ...domain.task import Task, TaskKind
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
