"""What the desk calls things: tasks, motions, holds, states, parts of a day, consents, ways."""

from ...domain.claim import ClaimState, HoldKind
from ...domain.consent import ConsentPurpose
from ...domain.motion import MotionKind
from ...domain.parties import ChannelKind
from ...domain.task import DaySlot, TaskKind
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
HOLDS = {
    HoldKind.PAYMENT_UNDER_WAY: "desk.hold.payment_under_way",
    HoldKind.TASK_OPEN: "desk.hold.task_open",
    HoldKind.OPERATOR: "desk.hold.operator",
    HoldKind.UNRELEASED: "desk.hold.unreleased",
    HoldKind.DISPUTE: "desk.hold.dispute",
    HoldKind.DEFERRAL: "desk.hold.deferral",
    HoldKind.PLAN: "desk.hold.plan",
    HoldKind.TRANSFERRED: "desk.hold.transferred",
    HoldKind.NEEDS_CARE: "desk.hold.needs_care",
    HoldKind.INSOLVENCY: "desk.hold.insolvency",
    HoldKind.BREATHING_SPACE: "desk.hold.breathing_space",
    HoldKind.REPRESENTATIVE: "desk.hold.representative",
    HoldKind.CHARGEBACK: "desk.hold.chargeback",
    HoldKind.MINOR: "desk.hold.minor",
    HoldKind.DECEASED: "desk.hold.deceased",
    HoldKind.WRONG_PERSON: "desk.hold.wrong_person",
}
STATES = {
    ClaimState.OPEN: "desk.state.open",
    ClaimState.ON_PLAN: "desk.state.on_plan",
    ClaimState.CLOSED: "desk.state.closed",
}
SLOTS = {
    DaySlot.MORNING: "desk.slot.morning",
    DaySlot.MIDDAY: "desk.slot.midday",
    DaySlot.AFTERNOON: "desk.slot.afternoon",
    DaySlot.EVENING: "desk.slot.evening",
}
CONSENTS = {
    ConsentPurpose.CARE: "desk.consent.care",
    ConsentPurpose.EMAIL: "desk.consent.email",
    ConsentPurpose.SMS: "desk.consent.sms",
    ConsentPurpose.CHANNEL: "desk.consent.channel",
    ConsentPurpose.HELPER: "desk.consent.helper",
}
WAYS = {
    ChannelKind.EMAIL: "desk.way.email",
    ChannelKind.SMS: "desk.way.sms",
    ChannelKind.WHATSAPP: "desk.way.whatsapp",
    ChannelKind.MESSENGER: "desk.way.messenger",
    ChannelKind.LETTER: "desk.way.letter",
    ChannelKind.FAX: "desk.way.fax",
    ChannelKind.PHONE: "desk.way.phone",
    ChannelKind.VOICE: "desk.way.voice",
}


def way_name(frame: DeskFrame, channel: ChannelKind | None) -> str:
    """How something came or went; a channel that has no name here has its own."""
    if channel is None:
        return frame.locale.text("desk.way.page")
    return frame.locale.text(WAYS[channel]) if channel in WAYS else channel.value.capitalize()
