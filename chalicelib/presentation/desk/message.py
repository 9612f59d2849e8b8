"""One message at the desk: what it said, how it came to be sent, and what the law answered."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from ...domain.channel import Shape
from ...domain.contact import Contact, Message
from ...domain.decision import Allowed, Decision, Wait
from ...domain.matter import Matter
from .. import why
from .frame import DeskFrame, DeskView
from .timeline import MESSAGES, STATES
from .words import way_name


@dataclass(frozen=True)
class MessageView(DeskView):
    """`words` as they were kept, `reasons` of the choice, `answers` of the policy, each in the order they came."""

    template: ClassVar[str] = "desk/message.html"
    title: str = ""
    state: str = ""
    when: str = ""
    subject: str = ""
    words: str = ""
    language: str = ""
    reasons: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    back: str = ""


def message_view(
    frame: DeskFrame, matter: Matter, contact: Contact, message: Message | None, zone: tzinfo
) -> MessageView:
    """`message` is the copy that was kept, None where it is gone or was never written; `zone` is the debtor's."""
    text, claim = frame.locale.text, matter.claims[contact.claim]
    title = text("desk.t.message", what=text(MESSAGES[contact.kind]), way=way_name(frame, contact.channel))
    at = contact.sent_at or contact.reserved_at or contact.due_at
    chosen = why.for_staff(contact.choice, frame.locale, claim.currency, zone) if contact.choice else []
    short = message is not None and message.shape is Shape.SHORT
    return MessageView(
        frame=frame,
        title=title,
        state=text(STATES[contact.state]) if contact.state in STATES else contact.state.value,
        when=frame.moment(at),
        subject=message.subject if message else "",
        words=(message.short if short else message.long) if message else "",
        language=message.language if message else "",
        reasons=tuple(chosen),
        answers=tuple(_said(frame, decision) for decision in contact.decisions),
        back=frame.of(contact.creditor, contact.debtor),
    )


def _said(frame: DeskFrame, decision: Decision) -> str:
    """An answer of the policy: what, by which rule, and because of what."""
    if isinstance(decision, Allowed):
        return frame.locale.text("desk.law.allowed", rule=decision.rule)
    if isinstance(decision, Wait):
        until = frame.moment(decision.until)
        return frame.locale.text("desk.law.wait", rule=decision.rule, until=until, because=decision.because)
    return frame.locale.text("desk.law.refused", rule=decision.rule, because=decision.because)
