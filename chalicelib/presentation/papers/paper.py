"""A Paper: what one letter says, block by block, before it is set in type (templates/documents/paper.typ).

Every figure, date and name in it is already a word. It travels to the press as JSON, so the press needs to know
neither the catalogues nor the domain.
"""

import io
import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime, tzinfo
from typing import Literal, Self

from ...domain.claim import Claim
from ...domain.factors import plain
from ...domain.matter import Matter
from ...domain.money import Money
from ...domain.parties import ActingAs, Creditor, Debtor
from ...domain.reference import shown
from ..colour import accent
from ..i18n import NBSP, Locale, negotiate, one_line

# Around foreign text: it then cannot turn its neighbours around, nor they it (Unicode TR 9, isolates).
ISOLATE, END = "\u2068", "\u2069"
TURNING = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


@dataclass(frozen=True)
class Words:
    text: str
    kind: Literal["words"] = "words"


@dataclass(frozen=True)
class Hello(Words):
    """The first words; `unnamed` is how they are said where no typeface can show the name."""

    unnamed: str = ""


@dataclass(frozen=True)
class Calm:
    """The one sentence that is larger than the others."""

    text: str
    kind: Literal["calm"] = "calm"


@dataclass(frozen=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Facts:
    """Labels and their values, one pair a line."""

    rows: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Column:
    """`figures` stand at the end of the line; a `wide` one takes what room is left."""

    text: str
    figures: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Table:
    """Figures by line; `sums` close them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, ...], ...] = ()
    kind: Literal["money"] = "money"


@dataclass(frozen=True)
class Farewell:
    """The end of a letter, whose lines stay together on one page."""

    lines: tuple[str, ...]
    kind: Literal["farewell"] = "farewell"


@dataclass(frozen=True)
class Door:
    """Where the matter is found on the web: in words, and as a code to be photographed (an SVG)."""

    text: str
    code: str
    about: str
    kind: Literal["door"] = "door"


@dataclass(frozen=True)
class Giro:
    """A transfer ready to be photographed: its code (an SVG), and the same in words."""

    code: str
    about: str
    rows: tuple[tuple[str, str], ...]
    kind: Literal["giro"] = "giro"


@dataclass(frozen=True)
class Original:
    """The same in the language that the law was written in, beside its translation."""

    language: str
    direction: str
    heading: str
    blocks: tuple[Words | Facts | Table, ...]
    kind: Literal["original"] = "original"


@dataclass(frozen=True)
class Small:
    """What must be said, and need not be read first."""

    text: str
    kind: Literal["small"] = "small"


Block = Words | Calm | Heading | Facts | Table | Farewell | Door | Giro | Small | Original


@dataclass(frozen=True)
class Sender:
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """One letter. `about` describes it to screen readers; `page` holds "{page}" and "{pages}" to be filled in.

    `unnamed` stands in the place of a recipient whose script no typeface of the press has. `window` is the address
    as it stands in the window of an envelope, line by line, under `back`, the sender in one line; empty for what
    is not posted (DIN 5008, form B).
    """

    language: str
    direction: str
    accent: str
    title: str
    about: str
    sender: Sender
    recipient: str
    unnamed: str
    date: str
    page: str
    footer: tuple[str, ...]
    blocks: tuple[Block, ...]
    window: tuple[str, ...] = ()
    back: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def isolated(text: object, *, always: bool) -> str:
    """Foreign text for the middle of a letter: cleaned, and set apart where directions could mix."""
    shown = one_line(text)
    return f"{ISOLATE}{shown}{END}" if shown and (always or TURNING.search(shown)) else shown


class Written(Locale):
    """A language as letters use it: each value inside a sentence keeps its own direction."""

    @classmethod
    def of(cls, locale: Locale) -> Self:
        return cls(**{field.name: getattr(locale, field.name) for field in fields(locale)})

    def text(self, key: str, count: int | None = None, **values: object) -> str:
        if count is not None:
            values["count"] = count
        return self.raw(key, count).format_map({name: self.foreign(value) for name, value in values.items()})

    def foreign(self, value: object) -> str:
        """A name, an address or a figure by itself."""
        return isolated(value, always=self.direction == "rtl")


@dataclass(frozen=True)
class Case:
    """What a letter is written from. `unsaid` are factors of the door that this letter must not print."""

    creditor: Creditor
    matter: Matter
    claim: Claim
    about: str
    words: Written
    home: Written
    now: datetime
    zone: tzinfo
    unsaid: tuple[str, ...] = ()

    @property
    def debtor(self) -> Debtor:
        return self.matter.debtor

    def money(self, amount: int, words: Written | None = None) -> str:
        used = words or self.words
        return used.foreign(used.money(Money(amount, self.claim.currency)))

    def today(self, words: Written | None = None) -> str:
        return (words or self.words).date(self.now.astimezone(self.zone).date())

    def said(self, text: str) -> str:
        """The creditor's own words; empty where they hold what the door asks for."""
        held = plain(text)
        return "" if any(plain(factor) in held for factor in self.unsaid if plain(factor)) else text

    @property
    def reference(self) -> str:
        return self.said(shown(self.claim.reference) or self.claim.id)

    @property
    def collected(self) -> bool:
        return self.creditor.acting_as is ActingAs.COLLECTOR

    @property
    def owed_to(self) -> str:
        collected_for = self.creditor.on_behalf_of if self.collected else None
        return collected_for or self.creditor.legal_name


def paper(case: Case, title: str, *blocks: Block | None) -> Paper:
    """The letter around its blocks: who writes to whom and when, and what stands at the foot of each page."""
    words, creditor = case.words, case.creditor
    where = creditor.address
    address = f"{where.street}, {where.postcode} {where.city}"
    register = creditor.register_number or creditor.register_entry
    foot = [words.text("mail.imprint", creditor=creditor.legal_name, address=address)]
    if register:
        foot.append(words.text("mail.register", register=register))
    if not words.reviewed:
        foot.append(words.text("frame.machine"))
    heading = words.text(title)
    reached = (where.street, f"{where.postcode} {where.city}", dialled(creditor), creditor.help_email)
    return Paper(
        language=words.language,
        direction=words.direction,
        accent=accent(creditor.colour).button,
        title=heading,
        about=f"{heading}, {one_line(creditor.legal_name)}",
        sender=Sender(one_line(creditor.legal_name), tuple(words.foreign(line) for line in reached)),
        recipient=words.foreign(case.debtor.name),
        unnamed=words.text("paper.unnamed", reference=case.reference) if case.reference else "",
        date=case.today(),
        page=words.raw("paper.page"),
        footer=tuple(foot),
        blocks=tuple(block for block in (*blocks, door(case)) if block is not None),
    )


def door(case: Case) -> Door | None:
    """The way from paper to the page, for whoever would rather not follow a link in a message."""
    reference = case.said(case.claim.reference)
    if not reference or case.unsaid:  # what was mailed came with a link of its own
        return None
    import segno

    start = f"{case.creditor.public_url}/start"
    drawn = io.BytesIO()
    segno.make(f"{start}?reference={reference}", error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    words = case.words
    return Door(
        # One word, also at the end of a line.
        text=words.text(
            "paper.door", start=start.partition("://")[2], reference=shown(reference).replace("-", "\u2011")
        ),
        code=drawn.getvalue().decode(),
        about=words.text("paper.door.code"),
    )


def dialled(creditor: Creditor) -> str:
    return creditor.help_phone.replace(" ", NBSP)


def hello(case: Case) -> Hello:
    words = case.words
    return Hello(words.text("mail.hello", name=case.debtor.name), unnamed=words.text("mail.code.hello"))


def parties(case: Case, words: Written) -> tuple[tuple[str, str], ...]:
    """To whom it is owed, and who collects it."""
    rows = [("subject.owed_to", case.owed_to)]
    if case.collected:
        rows.append(("subject.collected_by", case.creditor.legal_name))
    return tuple((words.text(label), words.foreign(value)) for label, value in rows if value)


def subject(case: Case, *, mailed: bool = False, words: Written | None = None) -> Facts:
    """What it is about. What travels by mail names neither the invoice nor anything that holds its number."""
    used = words or case.words
    ground = case.claim.ground
    lines = list(parties(case, used))
    if what := case.said(ground.what):
        lines.append((used.text("subject.what"), used.foreign(what)))
    if not mailed:
        day = used.date(ground.invoice_date)
        invoice = used.text("subject.invoice.of", number=ground.invoice_number, day=day)
        lines.append((used.text("subject.invoice"), invoice))
    if case.reference:
        lines.append((used.text("subject.reference"), used.foreign(case.reference)))
    return Facts(tuple(lines))


def farewell(case: Case, *lines: str) -> Farewell:
    """The last words of a letter, then whom to ask, and who signs."""
    words, creditor = case.words, case.creditor
    talk = words.text("mail.talk", phone=dialled(creditor), hours=words.hours(creditor.help_hours))
    return Farewell((*lines, talk, words.text("paper.regards", creditor=creditor.legal_name)))


def at_home(creditor: Creditor) -> Written:
    """The language the law of the creditor's country is written in."""
    return Written.of(negotiate(None, None, None, creditor.country))


def original(case: Case, *blocks: Words | Facts | Table) -> Original | None:
    """The legal text as it stands at home, where the letter is in another language."""
    home = case.home
    if home.language == case.words.language:
        return None
    return Original(home.language, home.direction, home.text("notice.original"), blocks)
