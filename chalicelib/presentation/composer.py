"""Messages from templates/messages: the same calm words as a text message, a plain mail and a drawn mail.

What a lock screen shows (sender, subject, text message) never says what it is about nor how much; no message
prints a factor the door asks for; every message says who writes, why, and how to end it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cache, partial
from typing import Any

from ..domain.channel import Shape
from ..domain.claim import Claim
from ..domain.contact import Contact, Message, MessageKind, Tone
from ..domain.conversation import Utterance
from ..domain.entry import LedgerEntry
from ..domain.errors import BrokenRule, TextRefused
from ..domain.matter import Matter
from ..domain.notice import Particulars, gaps
from ..domain.parties import Creditor, Debtor
from ..domain.policies._figures import ContactRules
from ..domain.reply_numbers import marked, may_offer
from ..domain.task import Task, TaskKind
from .appointment import appointment
from .i18n import (
    LOCALES,
    NBSP,
    TEMPLATES,
    Locale,
    figures_isolated,
    languages,
    negotiate,
    tongues,
)
from .letter import Letter, Occasion, letter_about
from .message_words import REPLIES
from .render import environment
from .required import Saying, missing
from .sms import TooLong, fitted, segments
from .tone_check import Must, of_message, outside

# Every line that tells the reader of a text message how to end it, or that it has ended.
STOPS = ("sms.stop_there", "sms.stop_word", "reply.stop")
RIGHT_TO_LEFT = "\u200f"


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
    said: Utterance | None = None,
    wrote_there: bool = False,
) -> Message:
    """The text of one contact, in `language` where there is a catalogue for it, else in the creditor's.

    `first` adds the line of language names; `payment` is the entry a receipt answers for; `good_until`, the
    day to which the amount stays as it is, is printed while it lies ahead in `zone`; `contact` and `matter` tell
    what an answer about an offer, a plan or a dispute is about; `most_parts` is the most text messages it may be
    sent as; `rules` are the country's figures, with what its law wants said; `matters` is how many claims it
    speaks for, this one among them; `said` is what an answer answers, and `wrote_there` that its reader wrote by
    this very channel within the day. Raises BrokenRule ("notice_incomplete") rather than compose a notice that
    lacks a part of the list (domain/notice.py), and TextRefused rather than a message that leaves out what a law
    wants said or breaks a rule of tone_check.
    """
    known = particulars or Particulars.of(claim)
    if kind is MessageKind.NOTICE and (lacking := _lacking(creditor, claim, known, rules)):
        raise BrokenRule("notice_incomplete", missing=lacking)
    words = negotiate(None, language, None, creditor.country)
    call = _call(kind, contact, matter)
    on = Occasion(
        kind,
        tone,
        link_url,
        stop_url,
        first,
        good_until if good_until and good_until >= now.astimezone(zone).date() else None,
        payment,
        _answer_day(kind, contact, matter, zone),
        appointment(kind, contact, matter, claim, words, zone),
        REPLIES[contact.about or ""] if kind is MessageKind.REPLY and contact else None,
        code,
        known,
        matter,
        matters,
        said,
        call.due_at.astimezone(zone) if call else None,
        call.request if call else None,
    )
    required = rules.required(kind, creditor.acting_as) if rules else ()
    peace = rules.notice.peace if rules and rules.notice else timedelta(0)
    saying = Saying(creditor, words, stop_url, words.date((now + peace).astimezone(zone).date()))
    letter = letter_about(on, words, creditor, debtor, claim)
    letter = replace(letter, law=saying.sentences(required), law_says=saying.values())
    if contact and matter and may_offer(contact, matter, creditor):
        letter = _offering(kind, letter, words, most_parts)
    if wrote_there:
        letter = _telling(kind, letter, words, most_parts)
    if shape is Shape.CALL and matter is not None:
        return _spoken(kind, letter, words, creditor, matter, claim, zone)
    if shape is Shape.SPOKEN:
        return _read_out(kind, letter, words, creditor, debtor)
    posted = _posted(on, letter, words, creditor, matter, claim, now, zone) if shape is Shape.LETTER else ""
    message = _written(kind, letter, words, creditor, shape, posted)
    unsaid = tuple(f"lacks: {name} (by law)" for name in missing(required, message, saying))
    if faults := (*unsaid, *of_message(message, words, must(letter, words, most_parts))):
        raise TextRefused(faults)
    return message


def _offering(kind: MessageKind, letter: Letter, words: Locale, most_parts: int | None) -> Letter:
    """The letter with its line of numbers to answer with, where its text message has room for that."""
    numbered = replace(letter, numbers=words.text("sms.numbers"))
    try:
        parts = segments(_short(partial(_drawn, kind, numbered, words)))
    except TooLong:
        return letter
    return numbered if parts <= (most_parts or parts) else letter


def _telling(kind: MessageKind, letter: Letter, words: Locale, most_parts: int | None) -> Letter:
    """The answer with its words in its text message too, where anybody may see them there and they have room."""
    said = " ".join(filter(None, letter.answer))
    telling = replace(letter, short="sms.answer.words", said_here=said)
    if not said or outside(said, words):
        return letter
    try:
        parts = segments(_short(partial(_drawn, kind, telling, words)))
    except TooLong:
        return letter
    return telling if parts <= (most_parts or parts) else letter


def _spoken(
    kind: MessageKind,
    letter: Letter,
    words: Locale,
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    zone: tzinfo,
) -> Message:
    """Spoken, not sent: there is nothing to press in it, and nothing that opens a door."""
    from .call_sheet import call_sheet

    notes = call_sheet(creditor, matter, claim, words, words.text(letter.opening), zone)
    return Message(words.language, letter.subject, "", notes, "", version(kind, words.language), shape=Shape.CALL)


def _read_out(kind: MessageKind, letter: Letter, words: Locale, creditor: Creditor, debtor: Debtor) -> Message:
    """What an automatic voice says to whoever picks up: nobody is proven, so nothing of it is told (P6)."""
    who, phone = _sender(creditor, words, letter.home), creditor.help_phone
    lines = (
        words.text("voice.hello", creditor=who),
        words.text("voice.message", name=debtor.name),
        words.text("voice.hear", phone=phone, hours=words.hours(creditor.help_hours)),
        words.text("voice.again", phone=phone),
        words.text("voice.stop"),
        words.text("voice.end"),
    )
    said = "\n".join(lines).replace(NBSP, " ") + "\n"
    return Message(
        words.language, who, "", said, "", version(kind, words.language), shape=Shape.SPOKEN, sender=who
    )


def _written(
    kind: MessageKind, letter: Letter, words: Locale, creditor: Creditor, shape: Shape, posted: str
) -> Message:
    draw = partial(_drawn, kind, letter, words)
    try:
        return Message(
            language=words.language,
            subject=letter.subject,
            short=_short(draw),
            long=draw("long.txt"),
            html=draw("long.html"),
            version=marked(version(kind, words.language)) if letter.numbers else version(kind, words.language),
            letter=posted,
            link=letter.link,
            stop=letter.stop,
            shape=shape,
            sender=_sender(creditor, words, letter.home),
            numbers=letter.numbers or "",
            words=letter.said_here or "",
        )
    except TooLong as too_long:
        raise TextRefused((f"too long: {too_long}",)) from too_long


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
    # What somebody answers is theirs, as whole lines; what the house must not let out stands with the desk.
    given = (*given, letter.said_here, *letter.answer)
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
    on: Occasion,
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


def _call(kind: MessageKind, contact: Contact | None, matter: Matter | None) -> Task | None:
    """The call that whoever asked for it was promised on the page, and is told of; None of anything else."""
    if kind is not MessageKind.NOTED or matter is None or contact is None:
        return None
    task = matter.tasks[contact.about or ""]
    return task if task.kind is TaskKind.CALL_BACK else None


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
