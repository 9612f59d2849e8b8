"""Messages from templates/messages: the same calm words as a text message, a plain mail and a drawn mail.

What a lock screen shows (sender, subject, text message) never says what it is about nor how much; no message
prints a factor the door asks for; every message says who writes, why, and how to end it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, partial
from typing import Any

from ..domain.channel import Shape
from ..domain.claim import Claim
from ..domain.contact import Contact, Message, MessageKind, Tone
from ..domain.entry import LedgerEntry
from ..domain.errors import BrokenRule, TextRefused
from ..domain.matter import Matter
from ..domain.notice import Particulars, gaps
from ..domain.parties import ActingAs, Creditor, Debtor
from ..domain.policies._figures import ContactRules
from .appointment import Appointment, appointment
from .colour import accent
from .frame import Row
from .i18n import (
    LOCALES,
    NBSP,
    TEMPLATES,
    Locale,
    figures_isolated,
    known,
    languages,
    negotiate,
    tongues,
)
from .message_words import OPENINGS, REPLIES, SHORTS, STAYS_OPEN, SUBJECTS
from .notice_list import no_list, notice_list, origin_list
from .receipts import received
from .render import environment
from .required import Saying, missing
from .sms import TooLong, fitted
from .tone_check import Must, of_message, outside
from .went_back import came_back

# Of several invoices nothing is said that is true of one alone: neither its day nor that it is the last time.
TOGETHER, TOGETHER_SHORT = "mail.reminder.together", "sms.reminder.together"
# Every line that tells the reader of a text message how to end it, or that it has ended.
STOPS = ("sms.stop_there", "sms.stop_word", "reply.stop")
RIGHT_TO_LEFT = "\u200f"

# What a kind of message lists of the claim, line by line.
LISTS = {MessageKind.NOTICE: notice_list, MessageKind.ORIGIN: origin_list}


@dataclass(frozen=True)
class Letter:
    """What the three shapes of one message draw on; every figure and date is already a word."""

    subject: str
    short: str
    name: str
    sender: str
    answerable: bool
    legal_name: str
    address: str
    on_behalf_of: str | None
    register: str | None
    what: str
    invoice_day: str
    invoice_day_short: str
    due: str
    due_short: str
    opening: str
    stays_open: str | None
    link: str
    stop: str
    phone: str
    hours: str
    email: str
    imprint: str
    privacy: str
    good_until: str | None
    received: str | None
    received_day: str | None
    received_rows: tuple[Row, ...]
    waived: str | None
    surplus: str | None
    settled: bool
    code: str | None
    answer_day: str | None
    answer_day_short: str | None
    agreed: Appointment | None
    reply: str | None
    came_back: bool
    tongues: bool
    particulars: tuple[Row, ...]
    original: tuple[Row, ...]
    drawn_particulars: tuple[Row, ...]
    drawn_original: tuple[Row, ...]
    home: Locale
    colour: str
    matters: int = 1
    law: tuple[str, ...] = ()
    law_says: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Occasion:
    """What this one contact is about, beside the parties and the claim."""

    kind: MessageKind
    tone: Tone
    link: str
    stop: str
    first: bool
    good_until: date | None
    payment: LedgerEntry | None
    answer_day: date | None
    agreed: Appointment | None
    reply: str | None
    code: str | None
    particulars: Particulars
    matter: Matter | None
    matters: int = 1

    @property
    def together(self) -> bool:
        """Whether it reminds of several claims at once."""
        return self.kind is MessageKind.REMINDER and self.matters > 1


def compose(
    kind: MessageKind,
    *,
    creditor: Creditor,
    debtor: Debtor,
    claim: Claim,
    link_url: str,
    stop_url: str,
    tone: Tone,
    language: str | None,
    now: datetime,
    zone: tzinfo,
    first: bool = False,
    good_until: date | None = None,
    payment: LedgerEntry | None = None,
    contact: Contact | None = None,
    matter: Matter | None = None,
    code: str | None = None,
    shape: Shape = Shape.LONG,
    most_parts: int | None = None,
    particulars: Particulars | None = None,
    rules: ContactRules | None = None,
    matters: int = 1,
) -> Message:
    """The text of one contact, in `language` where there is a catalogue for it, else in the creditor's.

    `first` adds the line of language names; `payment` is the entry a receipt answers for; `good_until`, the
    day to which the amount stays as it is, is printed while it lies ahead in `zone`; `contact` and `matter` tell
    what an answer about an offer, a plan or a dispute is about; `most_parts` is the most text messages it may be
    sent as; `rules` are the country's figures, with what its law wants said; `matters` is how many claims it
    speaks for, this one among them. Raises BrokenRule ("notice_incomplete") rather than compose a notice that
    lacks a part of the list (domain/notice.py), and TextRefused rather than a message that leaves out what a law
    wants said or breaks a rule of tone_check.
    """
    known = particulars or Particulars.of(claim)
    if kind is MessageKind.NOTICE and (lacking := _lacking(creditor, claim, known, rules)):
        raise BrokenRule("notice_incomplete", missing=lacking)
    if kind is MessageKind.RECEIPT and payment is None:
        raise ValueError("a receipt needs the payment it answers for")
    if kind is MessageKind.CODE and code is None:
        raise ValueError("this answer needs its code")
    if kind is MessageKind.REPLY and contact is None:
        raise ValueError("this answer needs to know what it answers")
    if good_until is not None and good_until < now.astimezone(zone).date():
        good_until = None
    words = negotiate(None, language, None, creditor.country)
    answered = _answer_day(kind, contact, matter, zone)
    agreed = appointment(kind, contact, matter, claim, words, zone)
    reply = REPLIES[contact.about or ""] if kind is MessageKind.REPLY and contact else None
    occasion = _Occasion(
        kind,
        tone,
        link_url,
        stop_url,
        first,
        good_until,
        payment,
        answered,
        agreed,
        reply,
        code,
        known,
        matter,
        matters,
    )
    required = rules.required(kind, creditor.acting_as) if rules else ()
    peace = rules.notice.peace if rules and rules.notice else timedelta(0)
    saying = Saying(creditor, words, stop_url, words.date((now + peace).astimezone(zone).date()))
    letter = _letter(occasion, words, creditor, debtor, claim)
    letter = replace(letter, law=saying.sentences(required), law_says=saying.values())
    printed = shape is Shape.LETTER
    draw = partial(_drawn, kind, letter, words)
    if shape is Shape.CALL and matter is not None:
        # Spoken, not sent: there is nothing to press in it, and nothing that opens a door.
        from .call_sheet import call_sheet

        notes = call_sheet(creditor, matter, claim, words, words.text(letter.opening), zone)
        return Message(words.language, letter.subject, "", notes, "", version(kind, words.language), shape=shape)
    try:
        message = Message(
            language=words.language,
            subject=letter.subject,
            short=_short(draw),
            long=draw("long.txt"),
            html=draw("long.html"),
            version=version(kind, words.language),
            letter=_posted(occasion, letter, words, creditor, matter, claim, now, zone) if printed else "",
            link=link_url,
            stop=stop_url,
            shape=shape,
            sender=_sender(creditor, words, letter.home),
        )
    except TooLong as too_long:
        raise TextRefused((f"too long: {too_long}",)) from too_long
    unsaid = tuple(f"lacks: {name} (by law)" for name in missing(required, message, saying))
    if faults := (*unsaid, *of_message(message, words, must(letter, words, most_parts))):
        raise TextRefused(faults)
    return message


def _sender(creditor: Creditor, *locales: Locale) -> str:
    """The name a mail shows on a lock screen: the legal one, unless that tells; then `sender_sms`."""
    tells = any(outside(creditor.legal_name, words) for words in locales)
    return creditor.sender_sms if tells else creditor.legal_name


def must(letter: Letter, words: Locale, most_parts: int | None = None) -> Must:
    """What this message has to say, and which of its words are its parties' own."""
    rows = (*letter.particulars, *letter.original)
    facts = {
        "who writes": letter.legal_name,
        "address": letter.address,
        "register": letter.register,
        "on whose behalf": letter.on_behalf_of,
        "phone": letter.phone,
        "imprint": letter.imprint,
        "privacy": letter.privacy,
    }
    listed = tuple(("listed", row.value) for row in rows)
    said = (letter.name, letter.what, letter.sender, letter.hours, letter.email, letter.code, words.name)
    reference = letter.agreed.reference if letter.agreed else None
    given = (*facts.values(), *said, reference, *(part for row in rows for part in (row.label, row.value)))
    return Must(
        link=letter.link,
        stop_link=letter.stop,
        stop=tuple(words.text(key) for key in STOPS),
        linked=letter.code is None,
        facts=(*((name, fact) for name, fact in facts.items() if fact), *listed),
        given=tuple(value for value in given if value),
        parts=most_parts,
    )


def _lacking(creditor: Creditor, claim: Claim, known: Particulars, rules: ContactRules | None) -> tuple[str, ...]:
    """What a notice lacks of what this country's law wants in it; without its figures, of the whole list."""
    lacking = gaps(creditor, claim, known)
    if rules is None or rules.notice is None:
        return lacking
    return tuple(name for name in lacking if name in rules.notice.wants)


def _posted(
    on: _Occasion,
    letter: Letter,
    words: Locale,
    creditor: Creditor,
    matter: Matter | None,
    claim: Claim,
    now: datetime,
    zone: tzinfo,
) -> str:
    """The same as a letter for the press, as JSON; the room of papers is opened for it alone."""
    from .papers.build import posted

    if matter is None:
        raise ValueError("a letter needs the matter it is about")
    # What is said between the greeting and the link: nothing that leads to a page but its reference.
    bare = replace(letter, link="", stop="")
    template = environment().get_template(f"messages/{on.kind.value}/long.txt")
    context = template.new_context(
        {"letter": bare, "locale": words, "t": words.text, "plain": words.text, "tongues": None}
    )
    # What a reminder is about stands below, line by line.
    told_below = on.kind is MessageKind.REMINDER and not letter.came_back
    briefly = (words.text(key) for key in (letter.opening, letter.stays_open) if key)
    said = "\n\n".join(briefly) if told_below else "".join(template.blocks["said"](context)).strip()
    values: dict[str, Any] = dict(letter.law_says)
    said = "\n\n".join((said, *(words.text(key, **values) for key in letter.law)))
    return posted(
        on.kind,
        letter.subject,
        said,
        creditor=creditor,
        matter=matter,
        claim=claim,
        words=words,
        now=now,
        zone=zone,
        until=letter.good_until,
    ).as_json()


def _answer_day(kind: MessageKind, contact: Contact | None, matter: Matter | None, zone: tzinfo) -> date | None:
    """The day by which a person answers what this message has noted."""
    if kind is not MessageKind.NOTED:
        return None
    task = matter.tasks.get(contact.about or "") if matter and contact else None
    if task is None:
        raise ValueError("this answer needs the task it tells of")
    return task.due_at.astimezone(zone).date()


def _letter(on: _Occasion, words: Locale, creditor: Creditor, debtor: Debtor, claim: Claim) -> Letter:
    where, collector = creditor.address, creditor.acting_as is ActingAs.COLLECTOR
    day = words.date(claim.ground.invoice_date)
    home = negotiate(None, None, None, creditor.country)
    # The list as the law wrote it stands beside its translation where a collector demands; not where one answers.
    translated = on.kind is MessageKind.NOTICE and home.language != words.language
    rows = partial(LISTS.get(on.kind, no_list), creditor, debtor, claim, on.particulars)
    said = Tone.FRIENDLY if on.together else on.tone
    subject = SUBJECTS.get((on.kind, said)) or SUBJECTS[on.kind]
    due = words.date(claim.due)
    told = on.agreed.day if on.agreed else (due if on.kind is MessageKind.COURTESY else day)
    paid = received(words, claim, on.payment, on.matter) if on.payment else None
    # Whoever cannot read this language is told which ones there are, each time.
    unspoken = debtor.language is not None and known(debtor.language) is None
    return Letter(
        subject=words.text(subject, day=told),
        short=TOGETHER_SHORT if on.together else SHORTS.get((on.kind, on.tone)) or SHORTS[on.kind],
        name=debtor.name,
        sender=creditor.legal_name if creditor.texts_can_be_answered else creditor.sender_sms,
        answerable=creditor.texts_can_be_answered,
        legal_name=creditor.legal_name,
        address=f"{where.street}, {where.postcode} {where.city}",
        on_behalf_of=creditor.on_behalf_of if collector else None,
        register=creditor.register_number or creditor.register_entry,
        what=claim.ground.what,
        invoice_day=day,
        invoice_day_short=words.short_date(claim.ground.invoice_date),
        due=due,
        due_short=words.short_date(claim.due),
        opening=TOGETHER if on.together else OPENINGS[on.tone],
        stays_open=None if on.together else STAYS_OPEN.get(on.tone),
        link=on.link,
        stop=on.stop,
        phone=creditor.help_phone.replace(" ", NBSP),
        hours=creditor.help_hours,
        email=creditor.help_email,
        imprint=creditor.imprint_url,
        privacy=creditor.privacy_url,
        good_until=words.date(on.good_until) if on.good_until else None,
        received=paid.amount if paid else None,
        received_day=paid.day if paid else None,
        received_rows=paid.rows if paid else (),
        waived=paid.waived if paid else None,
        surplus=paid.surplus if paid else None,
        settled=paid.settled if paid else claim.outstanding.total == 0,
        code=on.code,
        answer_day=words.weekday_date(on.answer_day) if on.answer_day else None,
        answer_day_short=words.short_date(on.answer_day) if on.answer_day else None,
        agreed=on.agreed,
        reply=on.reply,
        came_back=came_back(claim.recent) is not None,
        tongues=on.first or unspoken,
        particulars=rows(words),
        original=rows(home) if translated else (),
        drawn_particulars=rows(words, markup=True),
        drawn_original=rows(home, markup=True) if translated else (),
        home=home,
        colour=accent(creditor.colour).button,
        matters=on.matters if on.together else 1,
    )


def _named() -> str:
    """The line of language names, each as its readers write it."""
    return ", ".join(one.name for one in tongues())


def _spelt() -> str:
    """The same in letters that text messages have."""
    return ", ".join(one.sms_name for one in tongues())


def _coded() -> str:
    """The same where not even those have room."""
    return " ".join(code.upper() for code in languages() if "-" not in code)


def _short(draw: Callable[..., str]) -> str:
    """The text message: with a way to stop of its own where that costs no second one, and with the language
    names in full where three do."""
    try:
        return fitted(
            partial(draw, "short.txt", tongue_names=_spelt, stop_shown=True),
            partial(draw, "short.txt", tongue_names=_spelt),
        )
    except TooLong:
        return fitted(partial(draw, "short.txt", tongue_names=_coded))


def _drawn(
    kind: MessageKind,
    letter: Letter,
    words: Locale,
    shape: str,
    *,
    tongue_names: Callable[[], str] = _named,
    stop_shown: bool = False,
) -> str:
    template = environment().get_template(f"messages/{kind.value}/{shape}")
    t: Callable[..., object] = words.html if shape.endswith(".html") else words.text
    drawn = template.render(
        letter=letter,
        locale=words,
        t=t,
        plain=words.text,
        stop_shown=stop_shown,
        short=letter.short,
        tongues=tongue_names() if letter.tongues else None,
    )
    if shape.endswith(".html"):
        return drawn
    lines = (line.rstrip() for line in drawn.replace(NBSP, " ").strip().split("\n"))
    text = "\n".join(lines)
    if shape == "short.txt":
        # A telephone takes a line's direction from its first letter, and that is the sender's.
        return f"{RIGHT_TO_LEFT}{text}" if words.direction == "rtl" else text
    return (figures_isolated(text) if words.direction == "rtl" else text) + "\n"


@cache
def version(kind: MessageKind, language: str) -> str:
    """Which words: a hash over the templates of this message and the catalogue of this language."""
    digest = hashlib.sha256()
    folder = TEMPLATES / "messages"
    for path in sorted((*folder.glob("*.*"), *(folder / kind.value).iterdir())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    words = next(p for p in (LOCALES / f"{language}.po", LOCALES / f"{language}.mo") if p.exists())
    digest.update(words.read_bytes())
    return f"{kind.value}.{language}.{digest.hexdigest()[:12]}"
