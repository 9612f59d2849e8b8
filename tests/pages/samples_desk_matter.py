"""Samples of the desk's page of a matter: one with everything on it, one as its creditor's reader sees it."""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.actions.hold_claim import ON_CLAIM, ON_DEBTOR
from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import Contact, ContactState, Message, MessageKind, Purpose, Tone
from chalicelib.domain.conversation import Conversation, Learnt, Speaker, Utterance
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.matter import Matter
from chalicelib.domain.motion import Motion, MotionKind, MotionState
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.plan import Instalment
from chalicelib.domain.task import FRONT_OFFICE, DaySlot, HelpRequest, Task, TaskKind
from chalicelib.presentation.desk.matter import Read, matter_view
from chalicelib.presentation.desk.message import message_view
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import tongues
from tests.builders import claim, creditor, debtor, opening_of

from .samples_desk_frame import NOW, ZONE, frame_of

WHOSE = {"creditor": "nordlicht", "debtor": "K-501", "claim": "R-1001"}
EARLIER, LATER = NOW - timedelta(days=3), NOW + timedelta(hours=30)
TURKISH = "Sayaç 4711 gösteriyordu, fatura 5211 diyor. Fotoğraf ekte."
NAMES = {"s-1": "Anna Berg", "s-2": "Ben Yılmaz", "s-3": "Cem Ateş"}


def _task(name, kind, owner, hours=4, **more):
    return Task(name, **WHOSE, kind=kind, request=more.pop("request", None), opened_at=EARLIER,
                due_at=NOW + timedelta(hours=hours), owner=owner, language="tr", **more)  # fmt: skip


def _contact(name, kind, state, days, **more):
    at = NOW + timedelta(days=days)
    sent = at if state in (ContactState.SENT, ContactState.DELIVERED, ContactState.FAILED) else None
    return Contact(name, **WHOSE, purpose=more.pop("purpose", Purpose.REMINDER), kind=kind,
                   channel=more.pop("channel", ChannelKind.EMAIL), tone=Tone.FRIENDLY, due_at=at,
                   planned_at=EARLIER, state=state, sent_at=sent, **more)  # fmt: skip


def _said(number, by, words, channel=None, **more):
    at = NOW - timedelta(minutes=90 - number)
    return Utterance(f"{at.isoformat()}#{number}", **WHOSE, by=by, at=at, words=words, language="tr",
                     channel=channel, **more)  # fmt: skip


def the_matter():
    one = claim(outstanding=Split(4820, 61, 250), dispute="x-1",
                holds=(Hold(HoldKind.DISPUTE, EARLIER, None, "t-1"),))  # fmt: skip
    other = claim(id="R-1002", dispute=None)
    contacts = (
        _contact("c-1", MessageKind.REMINDER, ContactState.DELIVERED, -9),
        _contact("c-2", MessageKind.REMINDER, ContactState.FAILED, -5, channel=ChannelKind.SMS),
        _contact("c-3", MessageKind.NOTED, ContactState.SENT, -3, purpose=Purpose.ANSWER),
        _contact("c-4", MessageKind.REMINDER, ContactState.PLANNED, 6, channel=ChannelKind.LETTER),
    )
    request = HelpRequest("Akşam arayın lütfen.", DaySlot.EVENING, "tr", "+491713920012", plain=True)
    tasks = (
        _task("t-1", TaskKind.DISPUTE, "s-1", hours=-2, about="x-1"),
        _task("t-2", TaskKind.CALL_BACK, FRONT_OFFICE, hours=26, request=request),
        _task("t-3", TaskKind.REPLY, "s-2", hours=28, words="Merhaba, kimse var mı?"),
    )
    dispute = Dispute("x-1", **WHOSE, reason=DisputeReason.WRONG_AMOUNT, words=TURKISH, admitted=2_000,
                      answer_by=ChannelKind.EMAIL, language="tr", task="t-1", opened_at=EARLIER,
                      due_at=LATER)  # fmt: skip
    evidence = Evidence("e-1", **WHOSE, dispute="x-1", state=EvidenceState.TAKEN, sent_at=EARLIER,
                        done_at=EARLIER, media_type="image/jpeg")  # fmt: skip
    parts = (Instalment(1, date(2026, 12, 1), 2_000), Instalment(2, date(2027, 1, 1), 3_131))
    offer = Offer("o-1", **WHOSE, kind=OfferKind.PLAN, owed=5_131, currency="EUR", language="tr", made_at=EARLIER,
                  good_until=LATER, instalments=parts)  # fmt: skip
    paper = Document("d-1", **WHOSE, kind=DocumentKind.STATEMENT, about="R-1001", language="tr", sha256="0" * 64,
                     size=9000, made_at=EARLIER)  # fmt: skip
    whose = debtor(
        name="Ayşe Öztürk-Lindqvist",
        language="tr",
        holds=(Hold(HoldKind.NEEDS_CARE, EARLIER, None, "care"),),
        consents=(Consent(ConsentPurpose.CARE, True, EARLIER, "de:1"),),
    )
    return Matter(
        whose,
        claims={one.id: one, other.id: other},
        contacts={c.id: c for c in contacts},
        tasks={t.id: t for t in tasks},
        disputes={dispute.id: dispute},
        evidence={evidence.id: evidence},
        offers={offer.id: offer},
        documents={paper.id: paper},
    )


def read(matter):
    said = (
        _said(1, Speaker.DEBTOR, "Merhaba, faturayı anlamıyorum", ChannelKind.WHATSAPP),
        _said(2, Speaker.BOT, "Sayaç numarası nedir?", ChannelKind.WHATSAPP, offers=("wrong",)),
        _said(3, Speaker.DEBTOR, "4711-88", ChannelKind.WHATSAPP),
        _said(9, Speaker.PERSON, "Fotoğraf için teşekkürler, bakıyorum.", who="s-1", signed="Anna"),
    )
    motion = Motion("m-1", **WHOSE, kind=MotionKind.ACCEPT_DISPUTE, by="s-2", at=NOW, why="Haklısınız.",
                    amount=500, task="t-1")  # fmt: skip
    refused = replace(motion, id="m-2", state=MotionState.REFUSED, second="s-3", second_at=NOW, at=EARLIER)
    talk = Conversation(**WHOSE, begun_at=EARLIER, task="t-3", learnt=(Learnt("meter_number", "4711-88"),))
    return Read(
        creditor(),
        matter,
        {name: (opening_of(one),) for name, one in matter.claims.items()},
        talk,
        said,
        (motion, refused),
        NAMES,
        tuple(NAMES),
        {"x-1": "Der Zähler zeigte 4711, die Rechnung sagt 5211. Foto anbei."},
        [kind.value for kind in (*ON_CLAIM, *ON_DEBTOR)],
    )


def matter_samples(language):
    tongue = [(one.language, one.name) for one in tongues()]
    lead = frame_of(language, "lead", place="list", id="s-1")
    reader = frame_of(language, "reader", place="list")
    matter = the_matter()
    quiet = Matter(debtor(), claims={"R-1001": claim()})
    problems = (Problem("amount-t-1", "desk.refused.amount"),)
    typed = {"task": "t-1", "words": "Kısmen haklısınız.", "step": "part", "amount": "viel"}
    contact = matter.contacts["c-2"]
    answered = replace(
        contact,
        decisions=(Allowed("de/hours"), Wait(LATER, "quiet_hours", "de/hours"), Refused("dispute", "de/blocks")),
    )
    words = Message(language, "Eine Nachricht", "Kurz", "Guten Tag\n\nbitte sehen Sie nach.", "", "v1")
    return {
        "matter": matter_view(lead, read(matter), languages=tongue),
        "matter_mend": matter_view(lead, read(matter), languages=tongue, problems=problems, typed=typed),
        "matter_done": matter_view(lead, read(matter), languages=tongue, note="desk.done.answered"),
        "matter_quiet": matter_view(lead, replace(read(quiet), talk=None, said=(), motions=()), languages=tongue),
        "matter_reader": matter_view(reader, read(matter), languages=tongue),
        "message": message_view(lead, matter, answered, words, ZONE),
        "message_planned": message_view(lead, matter, matter.contacts["c-4"], None, ZONE),
    }
