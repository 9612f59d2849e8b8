"""What the desk calls things: tasks, motions, holds, ways."""

from ...domain.claim import HoldKind
from ...domain.motion import MotionKind
from ...domain.parties import ChannelKind
from ...domain.task import TaskKind
from .frame import DeskFrame

KINDS = {
    TaskKind.CALL_BACK: "desk.task.call_back",
    TaskKind.CALL: "desk.task.call",
    TaskKind.DISPUTE: "desk.task.dispute",
    TaskKind.OFFER: "desk.task.offer",
    TaskKind.CARE: "desk.task.care",
    TaskKind.REPRESENTATIVE: "desk.task.representative",
    TaskKind.COMPLAINT: "desk.task.complaint",
    TaskKind.REVIEW: "desk.task.review",
    TaskKind.ERASURE: "desk.task.erasure",
    TaskKind.REPLY: "desk.task.reply",
}
MOTIONS = {
    MotionKind.ACCEPT_DISPUTE: "desk.motion.accept_dispute",
    MotionKind.CORRECT: "desk.motion.correct",
    MotionKind.WRITE_OFF: "desk.motion.write_off",
    MotionKind.PLAN: "desk.motion.plan",
    MotionKind.DATE: "desk.motion.date",
    MotionKind.LIFT: "desk.motion.lift",
}
HOLDS = {kind: f"desk.hold.{kind.value}" for kind in HoldKind}
WAYS = {
    ChannelKind.EMAIL: "desk.way.email",
    ChannelKind.SMS: "desk.way.sms",
    ChannelKind.WHATSAPP: "desk.way.whatsapp",
    ChannelKind.MESSENGER: "desk.way.messenger",
    ChannelKind.LETTER: "desk.way.letter",
    ChannelKind.PHONE: "desk.way.phone",
}


def way_name(frame: DeskFrame, channel: ChannelKind | None) -> str:
    """How something came or went; a channel that has no name here has its own."""
    if channel is None:
        return frame.locale.text("desk.way.page")
    return frame.locale.text(WAYS[channel]) if channel in WAYS else channel.value.capitalize()
