"""One sample of every page, in every state a reader can meet it, for tests and for the gallery."""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.actions.open_task import noted
from chalicelib.actions.plan_contact import plan_answer
from chalicelib.actions.speak import spoken
from chalicelib.domain.allocation import ClaimType, Split
from chalicelib.domain.channel import ChannelSettings, ChannelTerms, Reach, Shape
from chalicelib.domain.claim import Claim, ClaimState, Ground, Hold, HoldKind
from chalicelib.domain.collection_fee import CollectionFee
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.conversation import Conversation, Speaker, Utterance
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.dialogue import ASKED_BACK
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.evidence import Evidence, EvidenceProblem, EvidenceState
from chalicelib.domain.ledger import booked, opening, waived
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import (
    ActingAs,
    Address,
    Authority,
    ChannelKind,
    ContactPoint,
    Creditor,
    Debtor,
    Factor,
)
from chalicelib.domain.pay_link import PayLink, link_id
from chalicelib.domain.task import DaySlot, HelpRequest, Representative, Task, TaskKind
from chalicelib.domain.transfer import transfer_of
from chalicelib.ports import UploadForm
from chalicelib.presentation import views
from chalicelib.presentation.composer import compose
from chalicelib.presentation.dialogues import topics
from chalicelib.presentation.frame import Problem
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.message_words import REPLIES

from .samples_agreed import agreed_samples
from .samples_appointments import appointment_samples
from .samples_back import back_samples
from .samples_choices import choices_samples
from .samples_own import own_samples

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TOKEN = "q7Xc2LmVb9TzRk4WnYp3Hg"
SEALED = "WyJhYmMiLCJub3JkbGljaHQiXQ.k1.1Xc2LmVb9TzRk4WnYp3Hgq7Xc2LmVb9TzRk4WnYp3Hg"

CREDITOR = Creditor(
    id="nordlicht",
    legal_name="Nordlicht Energie GmbH",
    address=Address("Am Kai 4", "20457", "Hamburg"),
    acting_as=ActingAs.OWN_NAME,
    country="DE",
    profile=None,
    strategy="gentle",
    sender_email="service@nordlicht.example",
    sender_sms="Nordlicht",
    provider="stripe",
    provider_secret="kulanz/creditors/nordlicht/stripe",
    payee="Nordlicht Energie GmbH",
    iban="DE21301204000000015228",
    help_phone="+49 30 23125 010",
    help_hours="Mo–Fr 8–18 Uhr",
    help_email="hilfe@nordlicht.example",
    imprint_url="https://nordlicht.example/impressum",
    privacy_url="https://nordlicht.example/datenschutz",
    public_url="https://zahlen.nordlicht.example",
    register_entry="Amtsgericht Hamburg, HRB 118 204",
)
READS = ChannelTerms("voice", ChannelKind.VOICE, Reach.PHONE, Shape.SPOKEN)
BY_VOICE = replace(CREDITOR, channels=(ChannelSettings(READS),))
COLLECTOR = replace(
    CREDITOR,
    id="fairkasso",
    legal_name="Fairkasso GmbH",
    acting_as=ActingAs.COLLECTOR,
    colour="#f2a900",
    payee="Fairkasso GmbH Treuhandkonto",
    register_entry=None,
    register_number="3712/E1-2214/26",
    authority=Authority("Bundesamt für Justiz", "Adenauerallee 99–103, 53113 Bonn", "poststelle@bfj.bund.de"),
    on_behalf_of="Morgenrot Möbel AG, Werkstraße 12, 70469 Stuttgart",
)
DEBTOR = Debtor(
    creditor="nordlicht",
    number="K-501",
    name="Marta Lindqvist",
    is_business=False,
    address=Address("Lindenweg 7", "10437", "Berlin"),
    birth_date=date(1984, 3, 9),
    language="de",
    points=(
        ContactPoint(ChannelKind.EMAIL, "marta.lindqvist@example.com"),
        ContactPoint(ChannelKind.SMS, "+49 171 3920012"),
    ),
)
BARE = Claim(
    creditor="nordlicht",
    debtor="K-501",
    id="R-1001",
    ground=Ground("Strom, Abrechnung 2025", date(2024, 2, 12), "2026-4711", date(2026, 8, 1)),
    due=date(2026, 8, 15),
    currency="EUR",
    claim_type=ClaimType.GOODS_OR_SERVICE,
    outstanding=Split(principal=4820, interest=63, costs=500),
    as_of=date(2026, 11, 20),
    registered_at=NOW - timedelta(days=3),
    batch="batch-1",
    row_hash="0" * 64,
    default_since=date(2026, 8, 16),
    version=3,
    reference="K7M4QX2D9TRP",
)
AHEAD = replace(
    BARE, due=date(2026, 11, 28), outstanding=Split(principal=4820), default_since=None, reference="N3P8RW4YHX7C"
)
OPENING = opening(BARE.outstanding, "EUR", "batch-1:1", BARE.as_of, BARE.registered_at)
CLAIM = replace(BARE, chain=OPENING.hash)
PART, FIRST = booked(CLAIM, 2000, "pi_1", date(2026, 11, 21), NOW - timedelta(days=2))
DONE, SECOND = booked(PART, 3883, "pi_2", date(2026, 11, 23), NOW)
ENTRIES = (OPENING, FIRST, SECOND)
LINK = PayLink(
    id=link_id(TOKEN),
    creditor="nordlicht",
    debtor="K-501",
    claim="R-1001",
    contact="c-1",
    issued_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=179),
    factors=(Factor.POSTCODE, Factor.BIRTH_DATE, Factor.INVOICE_NUMBER),
)
TASK = Task(
    id="t-1",
    creditor="nordlicht",
    debtor="K-501",
    claim="R-1001",
    kind=TaskKind.CALL_BACK,
    request=HelpRequest("Ich habe Fragen zum Zählerstand.", DaySlot.AFTERNOON, "de", "+491713920012"),
    opened_at=NOW,
    due_at=datetime(2026, 11, 25, 17, 0, tzinfo=UTC),
    owner="nordlicht",
)
PROMISED = replace(TASK.request, day=date(2026, 11, 25))
CALL_AT = replace(TASK, request=PROMISED, due_at=datetime(2026, 11, 25, 16, 0, tzinfo=UTC))
ADVISER = Representative("Jana Kowalski", "Schuldnerberatung Mitte", "+493012345678", None)
GOOD_UNTIL = date(2026, 12, 7)
DISPUTE = Dispute(
    id="d-1",
    creditor="nordlicht",
    debtor="K-501",
    claim="R-1001",
    reason=DisputeReason.WRONG_AMOUNT,
    words="Der Zählerstand war niedriger.\nDas Foto ist vom 2. August.",
    admitted=2000,
    answer_by=ChannelKind.EMAIL,
    language="de",
    task="t-2",
    opened_at=NOW - timedelta(hours=1),
    due_at=NOW + timedelta(days=7),
)
UPLOAD = UploadForm(
    "https://bucket.s3.eu-central-1.amazonaws.com/",
    (("x-amz-meta-about", "WyJub3JkbGljaHQiXQ=="), ("key", "uploads/nordlicht/q7Xc2LmVb9TzRk4WnYp3Hg")),
)


def sent(name, *, ago=0, problem=None, pages=0):
    """A file about the dispute, `ago` hours old."""
    state = EvidenceState.REFUSED if problem else EvidenceState.TAKEN
    at, kind = NOW - timedelta(hours=ago), "" if problem else "application/pdf" if pages else "image/jpeg"
    return Evidence(
        name, "nordlicht", "K-501", "R-1001", "d-1", state, at, at, problem=problem, media_type=kind, pages=pages
    )


NEARLY, _ = booked(CLAIM, 5300, "pi_3", date(2026, 11, 22), NOW - timedelta(days=1))
LET_GO, _ = waived(NEARLY, "pi_3", date(2026, 11, 22), NOW - timedelta(days=1))
# The same reader's other claims.
GAS = replace(
    BARE,
    id="R-1002",
    ground=Ground("Gas, Abschlag Oktober 2026", date(2024, 2, 12), "2026-5102", date(2026, 10, 1)),
    due=date(2026, 10, 15),
    outstanding=Split(principal=8900),
)
SMALL = replace(
    BARE,
    id="R-1003",
    ground=Ground("Hausanschluss, Gerätetausch", None, "2026-5340", date(2026, 10, 20)),
    due=date(2026, 11, 3),
    outstanding=Split(principal=1290),
)
SEVERAL = (CLAIM, GAS, SMALL)
SUM = sum(claim.outstanding.total for claim in SEVERAL)
MATTER = Matter(DEBTOR, {claim.id: claim for claim in SEVERAL})


def held(kind, until=None):
    return CLAIM.held(Hold(kind, NOW, until, "test"))


def page_samples(language, *, carried=None, chosen=False):
    """Name -> view, for one language; `carried` draws them for a reader without cookies."""
    words = locale(language)

    def at(place="", creditor=CREDITOR):
        return views.frame(
            words,
            zone=ZONE,
            creditor=creditor,
            token=TOKEN,
            place=place,
            carried=carried,
            chosen=chosen,
            proof="p" * 32,
        )

    def unnamed(place=""):
        return views.frame(words, zone=ZONE, place=place, chosen=chosen)

    nobody = unnamed()
    bare_new_link = views.frame(words, zone=ZONE, place="new-link", chosen=chosen)
    tried = replace(LINK, tries=2)
    one = replace(LINK, factors=(Factor.POSTCODE,))
    resting = replace(LINK, rests=1, rests_until=NOW + timedelta(hours=1))
    resting_long = replace(LINK, rests=2, rests_until=NOW + timedelta(hours=24))
    inside = views.of_claim
    return {
        "door": views.door(at(), LINK),
        "door_collector": views.door(at(creditor=COLLECTOR), one),
        "door_failed": views.door(at(), tried, preset=Factor.BIRTH_DATE, failed=True),
        "door_last_try": views.door(at(), replace(LINK, tries=4), failed=True),
        "door_empty": views.door(
            at(),
            LINK,
            preset=Factor.BIRTH_DATE,
            problems=(Problem("birth_date", "problem.birth_date.form"),),
        ),
        "matter": inside(at("matter"), CREDITOR, DEBTOR, CLAIM, (OPENING,), NOW, good_until=GOOD_UNTIL),
        "matter_part_paid": inside(at("matter"), CREDITOR, DEBTOR, PART, (OPENING, FIRST), NOW),
        "matter_two_payments": views.matter(at("matter"), CREDITOR, DEBTOR, PART, ENTRIES, NOW),
        "matter_our_move": inside(
            at("matter"), CREDITOR, DEBTOR, held(HoldKind.TASK_OPEN, TASK.due_at), (OPENING,), NOW
        ),
        "matter_asked": inside(
            at("matter"), CREDITOR, DEBTOR, held(HoldKind.TASK_OPEN), (OPENING,), NOW, asked=True
        ),
        "matter_offered": inside(at("matter"), CREDITOR, DEBTOR, CLAIM, (OPENING,), NOW, offered=True),
        "matter_disputed": inside(
            at("matter"),
            CREDITOR,
            DEBTOR,
            replace(held(HoldKind.DISPUTE), dispute=DISPUTE.id),
            (OPENING,),
            NOW,
            answer_due=DISPUTE.due_at,
        ),
        "matter_begun": inside(
            at("matter"), CREDITOR, DEBTOR, held(HoldKind.PAYMENT_UNDER_WAY), (OPENING,), NOW, begun=True
        ),
        "matter_lapsed": inside(at("matter"), CREDITOR, DEBTOR, CLAIM, (OPENING,), NOW, lapsed=True),
        "matter_agreed": inside(at("matter"), CREDITOR, DEBTOR, held(HoldKind.DEFERRAL), (OPENING,), NOW),
        "matter_collector": inside(at("matter", COLLECTOR), COLLECTOR, DEBTOR, CLAIM, (OPENING,), NOW),
        "pay": views.pay(at("pay"), CREDITOR, CLAIM, provider_name="Stripe", least=500, good_until=GOOD_UNTIL),
        "pay_all_of_it_only": views.pay(at("pay"), CREDITOR, CLAIM, provider_name="Stripe"),
        "pay_instalment": views.pay(at("pay"), CREDITOR, CLAIM, provider_name="Stripe", least=500, part=2000),
        "pay_instalments": views.pay(
            at("pay"), CREDITOR, CLAIM, provider_name="Stripe", least=500, part=2000, parts=2
        ),
        "pay_changed": views.pay(at("pay"), CREDITOR, PART, provider_name="Stripe", least=500, asked_again=True),
        "pay_mend": views.pay(
            at("pay"),
            CREDITOR,
            CLAIM,
            provider_name="Stripe",
            least=500,
            chosen="other",
            typed="2,50",
            problems=views.out_of_bounds(words, CLAIM, 500),
        ),
        "pay_all": views.pay_all(at("pay-all"), CREDITOR, SEVERAL, provider_name="Stripe"),
        "pay_all_changed": views.pay_all(
            at("pay-all"), CREDITOR, SEVERAL, provider_name="Stripe", over=True, left_out=True, asked_again=True
        ),
        "transfer": views.transfer(
            at("transfer"), CLAIM, transfer_of(CREDITOR, CLAIM, 5383), good_until=GOOD_UNTIL
        ),
        "transfer_announced": views.transfer(
            at("transfer"), CLAIM, transfer_of(CREDITOR, CLAIM, 2000), announced=True
        ),
        "transfer_sent": views.transfer(at("sent"), CLAIM, transfer_of(CREDITOR, CLAIM, 5383)),
        "transfer_small": views.transfer(at("transfer"), CLAIM, transfer_of(CREDITOR, CLAIM, 32), small=True),
        "pay_small": views.pay(at("pay"), CREDITOR, replace(CLAIM, outstanding=Split(32), currency="CHF")),
        "transferred": views.transferred(at("transfer"), datetime(2026, 12, 2, 19, 0, tzinfo=UTC)),
        "matter_several": inside(
            at("matter"),
            CREDITOR,
            DEBTOR,
            CLAIM,
            (OPENING,),
            NOW,
            good_until=GOOD_UNTIL,
            others=views.others_of(at("matter"), MATTER, CLAIM, NOW),
        ),
        "matter_transferred": inside(
            at("matter"),
            CREDITOR,
            DEBTOR,
            held(HoldKind.TRANSFERRED, datetime(2026, 12, 2, 19, 0, tzinfo=UTC)),
            (OPENING,),
            NOW,
        ),
        "matter_transfer_missing": inside(
            at("matter"), CREDITOR, DEBTOR, held(HoldKind.TRANSFERRED, NOW), (OPENING,), NOW, good_until=GOOD_UNTIL
        ),
        "closed_several": views.closed(
            at("matter"),
            CREDITOR,
            LET_GO,
            LET_GO.recent,
            others=views.others_of(at("matter"), MATTER, DONE, NOW),
        ),
        "thanks_several": views.thanks(
            at("matter"), DONE, SECOND, over=((DONE, SECOND), (SMALL, FIRST)), more_open=True
        ),
        "thanks_waived": views.thanks(at("matter"), LET_GO, LET_GO.recent[-2]),
        "receipt_waived": views.receipt(at("receipt"), CREDITOR, DEBTOR, LET_GO, (OPENING, *LET_GO.recent), NOW),
        "on_its_way": inside(at("matter"), CREDITOR, DEBTOR, held(HoldKind.PAYMENT_UNDER_WAY), (OPENING,), NOW),
        "on_its_way_unfinished": views.on_its_way(at("matter"), resume=True),
        "thanks": views.thanks(at("matter"), replace(DONE), replace(SECOND, surplus=0)),
        "thanks_part": views.thanks(at("matter"), PART, FIRST),
        "thanks_surplus": views.thanks(at("matter"), DONE, SECOND),
        "closed": inside(at("matter"), CREDITOR, DEBTOR, DONE, ENTRIES, NOW),
        "closed_by_creditor": views.closed(
            at("matter"), CREDITOR, replace(CLAIM, state=ClaimState.CLOSED, closed_at=NOW)
        ),
        "receipt": views.receipt(at("receipt"), CREDITOR, DEBTOR, DONE, ENTRIES, NOW),
        "receipt_part": views.receipt(at("receipt"), CREDITOR, DEBTOR, PART, (OPENING, FIRST), NOW),
        "not_me": views.not_me(at("not-me")),
        "not_me_again": views.not_me(at("not-me"), problems=(Problem("", "problem.again"),)),
        "not_me_done": views.not_me_done(at("not-me")),
        "stop": views.stop(at("stop")),
        "stop_done": views.stop_done(at("stop")),
        "talk": views.talk(at("talk"), DEBTOR),
        "talk_mend": views.talk(
            at("talk"),
            DEBTOR,
            typed={"phone": "12", "slot": "noon", "words": "Guten Tag"},
            problems=(
                Problem("phone", "problem.phone.form"),
                Problem("slot", "problem.slot"),
                Problem("words", "problem.words.long"),
            ),
        ),
        "talk_done": views.talk_done(at("talk"), TASK),
        **asking_samples(at),
        "talk_by_phone": views.talk_by_phone(at("talk")),
        **evidence_samples(at),
        "new_link": views.new_link(at("new-link")),
        "link_sent": views.link_sent(at("new-link")),
        "expired": views.expired(at()),
        "expired_bare": views.expired(nobody),
        "new_link_bare": views.new_link(bare_new_link),
        "link_sent_bare": views.link_sent(bare_new_link),
        "locked": views.locked(at(), resting, NOW),
        "locked_long": views.locked(at(), resting_long, NOW),
        "not_found": views.not_found(nobody),
        "trouble": views.trouble(at()),
        "trouble_bare": views.trouble(nobody),
        "cross_site": views.cross_site(nobody),
        "too_large": views.too_large(nobody),
        "returning": views.returning(nobody),
        "left": views.returning(nobody, left=True),
        **own_samples(at, sys.modules[__name__]),
        **agreed_samples(at, sys.modules[__name__]),
        **back_samples(at, sys.modules[__name__]),
        **choices_samples(at, unnamed, sys.modules[__name__]),
    }


def asking_samples(at):
    """Something is wrong, and talking to a person, in every state."""
    held = replace(CLAIM, dispute=DISPUTE.id).held(Hold(HoldKind.DISPUTE, NOW, None, TASK.id))
    begun = CLAIM.held(Hold(HoldKind.PAYMENT_UNDER_WAY, NOW, NOW + timedelta(hours=1), "a-1"))
    named = replace(TASK, request=None, kind=TaskKind.REPRESENTATIVE, representative=ADVISER)
    due, late = TASK.due_at, DISPUTE.due_at + timedelta(hours=1)
    pages = {
        f"wrong_{reason.value}": views.wrong_details(at("wrong"), DEBTOR, CLAIM, reason, due, NOW)
        for reason in DisputeReason
    }
    mended = views.wrong_details(
        at("wrong"),
        DEBTOR,
        replace(begun, plan="p-1"),
        DisputeReason.ALREADY_PAID,
        due,
        NOW,
        typed={"admitted": "viel", "words": "Guten Tag", "paid_on": "Anfang Oktober"},
        problems=(Problem("admitted", "problem.admitted.form"), Problem("words", "problem.words.long")),
    )
    misused = replace(DISPUTE, reason=DisputeReason.NAME_MISUSED, words="", admitted=None, answer_by=None)
    minor = replace(DISPUTE, reason=DisputeReason.MINOR, admitted=None, words="Ich war 16.")
    empty = (Problem("words", "problem.words.empty"),)
    return pages | {
        "wrong": views.wrong(at("wrong")),
        "wrong_several": views.wrong(replace(at("wrong"), one_of=CLAIM)),
        "wrong_mend": mended,
        "disputed": views.disputed(at("wrong"), held, DISPUTE, NOW, form=UPLOAD),
        "disputed_misused": views.disputed(at("wrong"), held, misused, NOW),
        "disputed_minor": views.disputed(at("wrong"), held, minor, NOW, form=UPLOAD, files=True),
        "disputed_asked": views.disputed(at("wrong"), held, DISPUTE, NOW, form=UPLOAD, asked=True),
        "disputed_late": views.disputed(at("wrong"), held, DISPUTE, late),
        "disputed_mend": views.disputed(at("wrong"), held, DISPUTE, NOW, problems=empty),
        "withdraw": views.withdraw(at("wrong")),
        "withdrawn": views.withdrawn(at("wrong")),
        "matter_late": views.of_claim(
            at("matter"), CREDITOR, DEBTOR, held, (OPENING,), late, answer_due=DISPUTE.due_at
        ),
        "matter_represented": views.of_claim(
            at("matter"),
            CREDITOR,
            DEBTOR.held(Hold(HoldKind.REPRESENTATIVE, NOW, None, TASK.id)),
            CLAIM,
            (OPENING,),
            NOW,
        ),
        "talk_waiting": views.talk(at("talk"), DEBTOR, waiting=TASK, changes=True),
        "talk_waiting_elsewhere": views.talk(at("talk"), DEBTOR, waiting=TASK),
        "talk_no_more": views.withdraw(at("talk"), TASK),
        "talk_taken_back": views.call_taken_back(at("talk")),
        "talk_voice": views.talk(at("talk"), DEBTOR, creditor=BY_VOICE),
        "talk_helper": views.talk(at("talk"), DEBTOR, alone=False),
        "talk_helper_moves": views.talk(at("talk"), DEBTOR, waiting=TASK, changes=True, alone=False),
        "talk_helper_moved": views.talk_done(at("talk"), TASK, number=False),
        **chat_samples(at),
        "represent": views.represent(at("represent")),
        "represent_mend": views.represent(
            at("represent"),
            typed={"email": "jana", "phone": "12"},
            problems=(
                Problem("name", "problem.name.empty"),
                Problem("phone", "problem.phone.form"),
                Problem("email", "problem.email.form"),
            ),
        ),
        "represent_unreachable": views.represent(
            at("represent"), typed={"name": "Eva"}, problems=(Problem("phone", "problem.reach.empty"),)
        ),
        "represented": views.represented(at("represent"), named),
        "represented_lasting": views.represented(at("represent"), replace(named, done_at=NOW)),
        "represented_no_more": views.represented_no_more(at("represent")),
        "complain": views.complain(at("complain"), CREDITOR, due),
        "complain_collector": views.complain(at("complain", COLLECTOR), COLLECTOR, due),
        "complain_mend": views.complain(at("complain"), CREDITOR, due, problems=empty),
        "complaint_heard": views.complaint_heard(at("complain"), TASK),
        "care": views.care(at("care"), due),
        "care_mend": views.care(at("care"), due, problems=(Problem("consent", "problem.consent"),)),
        "care_given": views.care_given(at("care"), TASK),
        "care_lasting": views.care_given(at("care"), None),
        "care_ended": views.care_ended(at("care")),
    }


def chat_samples(at):
    """The conversation: nothing said yet, a page that is offered, a question, one asked back, a person."""
    text = at("chat").locale.text
    mine = replace(
        BY_A_PERSON, id="u-0", by=Speaker.DEBTOR, words="Kann ich in Raten zahlen?", signed="", who=None
    )
    offered = replace(BY_THE_BOT, words=text("dialogue.plan"), offers=("plan",))
    asked = replace(BY_THE_BOT, words=text("dialogue.meter.number"))
    stands = Conversation(CLAIM.creditor, CLAIM.debtor, CLAIM.id, NOW, topic="meter", step="meter_number")
    empty = (Problem("words", "problem.words.empty"),)
    more = {"topics": topics()}
    hurried = replace(mine, words="Raten")
    back = replace(BY_THE_BOT, words=text("dialogue.asked_back", title=text("way.plan")))
    unsure = replace(stands, topic="plan", step=ASKED_BACK.key)
    return {
        "chat": views.chat(at("chat"), CLAIM, None, (), NOW, **more),
        "chat_offered": views.chat(at("chat"), CLAIM, None, (mine, offered), NOW, **more),
        "chat_asked": views.chat(at("chat"), CLAIM, stands, (mine, asked), NOW, problems=empty, **more),
        "chat_asked_back": views.chat(at("chat"), CLAIM, unsure, (hurried, back), NOW, asks=back, **more),
        "chat_long": views.chat(
            at("chat"),
            CLAIM,
            None,
            (),
            NOW,
            words="Sehr geehrte Damen und Herren, " * 150,
            problems=(Problem("words", "problem.words.long.chat"),),
            **more,
        ),
        "chat_waiting": views.chat(at("chat"), CLAIM, None, (mine, BY_A_PERSON), NOW, waiting=TASK, **more),
    }


def evidence_samples(at):
    """Photos and papers: none yet, one on its way, some kept and some not, as many as there may be."""
    kept = (sent("e-1", ago=50, pages=3), sent("e-2", ago=1), sent("e-3", ago=2, problem=EvidenceProblem.LOCKED))
    five = [sent(f"e-{number}", ago=number) for number in range(5)]
    refused = {
        f"evidence_{problem.value}": views.evidence(
            at("evidence"), DISPUTE, [sent("e-1", problem=problem)], NOW, form=UPLOAD, just="e-1"
        )
        for problem in EvidenceProblem
        if problem is not EvidenceProblem.TOO_MANY
    }
    return refused | {
        "evidence": views.evidence(at("evidence"), DISPUTE, (), NOW, form=UPLOAD),
        "evidence_waiting": views.evidence(
            at("evidence"), DISPUTE, (), NOW, form=UPLOAD, just="e-1", waiting="?key=uploads&etag=1"
        ),
        "evidence_taken": views.evidence(at("evidence"), DISPUTE, kept[:1], NOW, form=UPLOAD, just="e-1"),
        "evidence_some": views.evidence(at("evidence"), DISPUTE, kept, NOW, form=UPLOAD),
        "evidence_full": views.evidence(at("evidence"), DISPUTE, five, NOW),
        "evidence_none": views.evidence(at("evidence"), None, (), NOW),
        "evidence_sent": views.evidence_sent(at("evidence")),
    }


LINK_URL = f"{CREDITOR.public_url}/p/{TOKEN}"
NOTICED = replace(
    CLAIM,
    creditor="fairkasso",
    history={
        "interest_rate": "6,27 % im Jahr",
        "costs_kind": "Geschäftsgebühr 0,5 nach RVG VV 2300",
        "costs_origin": "unsere Beauftragung am 20. November 2026",
        "vat_reclaimable": "yes",
    },
)
FREE = replace(NOTICED, outstanding=Split(principal=4820), history={})
HALF = ((CostKind.COLLECTION, 1575), (CostKind.EXPENSES, 315), (CostKind.VAT, 359))
CHARGED = replace(
    FREE,
    outstanding=Split(principal=4820, costs=2249, kinds=HALF),
    fee=CollectionFee("c-1", NOW.date(), 4820, vat=True, flat=False, half=HALF),
)


# Drawn by mail and as a text message; the reminders are drawn on every channel (samples_channels).
TONED = ("courtesy",)
# Answers to a reply differ in one sentence: in the gallery two of them stand for all.
ALIKE = (*(f"reply_{page}" for page in ("plan", "talk", "sent", "wrong", "start", "here")), "answer_there")
# What was said: by somebody of the staff, and by the dialogue.
BY_A_PERSON = Utterance(
    "u-1",
    CLAIM.creditor,
    CLAIM.debtor,
    CLAIM.id,
    Speaker.PERSON,
    NOW,
    "Vielen Dank für das Foto.\nIhr Zählerstand stimmt: Wir rechnen neu und schreiben Ihnen bis Freitag.",
    "de",
    who="s-1",
    signed="Jana",
)
BY_THE_BOT = replace(BY_A_PERSON, id="u-2", by=Speaker.BOT, words="Welche Nummer steht am Zähler?", signed="")


def message_samples(language, reference="NL4711REF"):
    """Name -> message, in every kind, tone and state."""

    def said(kind, creditor=CREDITOR, claim=CLAIM, **more):
        words = {"tone": Tone.FRIENDLY, "language": language, "now": NOW, "zone": ZONE} | more
        return compose(
            kind,
            creditor=creditor,
            debtor=words.pop("debtor", DEBTOR),
            claim=claim,
            link_url=words.pop("link_url", LINK_URL),
            stop_url=f"{LINK_URL}/stop",
            **words,
        )

    def answering(about):
        page = {"stop": "", "start": "", "talk": "/call"}.get(about, f"/{about}")
        contact = plan_answer(DEBTOR, CLAIM, MessageKind.REPLY, what=about, now=NOW)
        return said(MessageKind.REPLY, contact=replace(contact, about=about), link_url=f"{LINK_URL}{page}")

    def told(utterance, **more):
        contact = spoken(Matter(DEBTOR), CLAIM, utterance, NOW)
        return said(MessageKind.ANSWER, contact=contact, said=utterance, link_url=f"{LINK_URL}/chat", **more)

    traced = replace(DEBTOR, address=replace(DEBTOR.address, traced=True))
    vat = replace(NOTICED, history=NOTICED.history | {"vat_reclaimable": "no", "above_statutory": "Ihr Vertrag"})
    return {
        "reminder_friendly": said(MessageKind.REMINDER, first=True, good_until=GOOD_UNTIL),
        "reminder_matter_of_fact": said(MessageKind.REMINDER, tone=Tone.MATTER_OF_FACT),
        "reminder_last_notice": said(MessageKind.REMINDER, tone=Tone.LAST_NOTICE, good_until=GOOD_UNTIL),
        "courtesy": said(MessageKind.COURTESY, claim=AHEAD, first=True),
        "notice": said(MessageKind.NOTICE, COLLECTOR, NOTICED, first=True, good_until=GOOD_UNTIL),
        "notice_traced": said(MessageKind.NOTICE, COLLECTOR, vat, debtor=traced),
        "notice_charged": said(MessageKind.NOTICE, COLLECTOR, CHARGED),
        "notice_free": said(MessageKind.NOTICE, COLLECTOR, FREE),
        "receipt": said(MessageKind.RECEIPT, claim=DONE, payment=SECOND),
        "receipt_part": said(MessageKind.RECEIPT, claim=PART, payment=FIRST),
        "new_link": said(MessageKind.NEW_LINK),
        "noted": said(
            MessageKind.NOTED,
            contact=noted(DEBTOR, TASK, CLAIM, NOW),
            matter=Matter(DEBTOR, tasks={TASK.id: replace(TASK, kind=TaskKind.COMPLAINT)}),
        ),
        "noted_call": said(
            MessageKind.NOTED,
            contact=noted(DEBTOR, TASK, CLAIM, NOW),
            matter=Matter(DEBTOR, tasks={TASK.id: CALL_AT}),
        ),
        **{f"reply_{about}": answering(about) for about in REPLIES},
        "answer_person": told(BY_A_PERSON),
        "answer_there": told(BY_THE_BOT, wrote_there=True),
        "origin": said(MessageKind.ORIGIN, COLLECTOR, NOTICED),
        "code": said(MessageKind.CODE, code="204817"),
        **appointment_samples(said, DEBTOR, CLAIM, reference),
    }
