"""What the shapes of one message draw on: who writes, about what, and every figure and date as a word already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from ..domain.claim import Claim, HoldKind
from ..domain.contact import MessageKind, Tone
from ..domain.conversation import Speaker, Utterance
from ..domain.entry import LedgerEntry
from ..domain.matter import Matter
from ..domain.notice import Particulars
from ..domain.parties import ActingAs, Creditor, Debtor
from ..domain.task import HelpRequest
from .appointment import Appointment
from .colour import accent
from .day_parts import hours_of
from .frame import Row
from .i18n import NBSP, Locale, known, negotiate, one_line
from .message_words import OPENINGS, SHORTS, STAYS_OPEN, SUBJECTS
from .notice_list import no_list, notice_list, origin_list
from .receipts import received
from .went_back import came_back

# Of several invoices nothing is said that is true of one alone: neither its day nor that it is the last time.
TOGETHER, TOGETHER_SHORT = "mail.reminder.together", "sms.reminder.together"
CALLED_SHORT = "sms.noted.call"

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
    transfer_missing: bool
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
    numbers: str | None = None
    answer: tuple[str, ...] = ()
    answered_by: str | None = None
    said_here: str | None = None
    called_by: str | None = None
    call_hours: str | None = None


@dataclass(frozen=True)
class Occasion:
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
    said: Utterance | None = None
    called_by: datetime | None = None
    asked: HelpRequest | None = None

    def __post_init__(self) -> None:
        if self.kind is MessageKind.RECEIPT and self.payment is None:
            raise ValueError("a receipt needs the payment it answers for")
        if self.kind is MessageKind.CODE and self.code is None:
            raise ValueError("this answer needs its code")
        if self.kind is MessageKind.REPLY and self.reply is None:
            raise ValueError("this answer needs to know what it answers")
        if self.kind is MessageKind.ANSWER and self.said is None:
            raise ValueError("an answer needs its words")

    @property
    def together(self) -> bool:
        """Whether it reminds of several claims at once."""
        return self.kind is MessageKind.REMINDER and self.matters > 1


def letter_about(on: Occasion, words: Locale, creditor: Creditor, debtor: Debtor, claim: Claim) -> Letter:
    """The words of this occasion, in the language of `words`."""
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
        short=_short_of(on),
        name=debtor.name,
        sender=creditor.name_in_texts,
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
        hours=words.hours(creditor.help_hours),
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
        transfer_missing=any(hold.kind is HoldKind.TRANSFERRED for hold in claim.holds),
        tongues=on.first or unspoken,
        particulars=rows(words),
        original=rows(home) if translated else (),
        drawn_particulars=rows(words, markup=True),
        drawn_original=rows(home, markup=True) if translated else (),
        home=home,
        colour=accent(creditor.colour).button,
        matters=on.matters if on.together else 1,
        answer=lines_of(on.said) if on.said else (),
        answered_by=_signed(on.said, words, creditor) if on.said else None,
        called_by=words.time(on.called_by, on.called_by.tzinfo) if on.called_by and on.called_by.tzinfo else None,
        call_hours=hours_of(words, on.asked.day, on.asked.slot) if on.asked and on.asked.day else None,
    )


def _short_of(on: Occasion) -> str:
    """The key of its text message: whoever asked to be called is told the hour there too."""
    if on.called_by:
        return CALLED_SHORT
    return TOGETHER_SHORT if on.together else SHORTS.get((on.kind, on.tone)) or SHORTS[on.kind]


def lines_of(said: Utterance) -> tuple[str, ...]:
    """The words that were said, a line each; where nothing is said in a line, an empty one."""
    return tuple(one_line(line.rstrip()) for line in said.words.strip().splitlines())


def _signed(said: Utterance, words: Locale, creditor: Creditor) -> str:
    """Who says it: a person by their first name; the dialogue never poses as one."""
    if said.by is Speaker.PERSON:
        return words.text("mail.answer.person", name=said.signed or creditor.legal_name)
    return words.text("mail.answer.bot", creditor=creditor.legal_name)
