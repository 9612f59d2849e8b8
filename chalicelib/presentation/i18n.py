"""Words, money and dates in the reader's language. A language is one file, templates/locale/<lang>.po.

The header of a catalogue says everything that differs between languages besides the words: its own name (and
how text messages spell it, where they cannot hold it), its direction, how an amount and a date are written,
the months as they stand in a date, and the countries it is at home in ("*": where no other one is). Nothing in
the code asks which language it is.
"""

import ast
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from markupsafe import Markup, escape

from .. import registry
from ..domain.money import MINOR_DIGITS, Money

TEMPLATES = Path(__file__).parents[2] / "templates"
LOCALES = TEMPLATES / "locale"
PATTERNS = ("money", "decimal", "group", "date", "short-date", "weekday-date", "time")
REPLIES = "x-reply-"
# What only the staff read. Their pages are in the languages whose catalogue says `X-Desk: yes`.
DESK = "desk."
# In this language a text of the desk is shown where the reader's own lacks it.
LAST = "en"
NBSP = "\u00a0"
# RFC 5646, 4.4.1: no tag that anybody uses is longer; what is, was not written by a browser.
LONGEST_TAG = 35
# How hard a text may be in a language whose catalogue does not say: by the formula that needs to know no language.
READING = "lix 50"
# How a percentage is written in a language whose catalogue does not say.
PERCENT = f"{{figure}}{NBSP}%"
SYMBOLS = {
    "EUR": "€",
    "GBP": "£",
    "USD": "$",
    "PLN": "zł",
    "CZK": "Kč",
    "DKK": "kr.",
    "SEK": "kr",
    "NOK": "kr",
}

# Marks that turn the direction of the text around them (Unicode TR 9), the byte order mark, and the line
# and paragraph separators. Joiners stay: Persian and emoji need them.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class MissingText(KeyError):
    """A text was asked for that the catalogue does not have: a key is never shown to a reader."""


class _Missing(NullTranslations):
    def gettext(self, message: str) -> str:
        raise MissingText(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise MissingText(msgid1)


class _Beyond(NullTranslations):
    """What the catalogue of a language lacks: of the desk's words those that stand apart, then English; else an
    error."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        return self._words(message).gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._words(msgid1).ngettext(msgid1, msgid2, n)

    def _words(self, key: str) -> NullTranslations:
        found = _desk_words(self.language) if key.startswith(DESK) else None
        if found is None:
            raise MissingText(key)
        return found


# How creditors write when somebody answers; its days are read by their place in the week.
DAYS_OF_HOURS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
HOURS = re.compile(
    rf"(?P<first>{'|'.join(DAYS_OF_HOURS)}) bis (?P<last>{'|'.join(DAYS_OF_HOURS)}),? "
    r"(?P<at>\d{1,2})(?:[:.](?P<past>\d\d))? bis (?P<to>\d{1,2})(?:[:.](?P<over>\d\d))? Uhr"
)


def clean(text: str) -> str:
    """Foreign text without control characters and direction overrides (P16)."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("", _TURNS.sub("", text))


def one_line(text: object) -> str:
    """Foreign text for the middle of a sentence: cleaned, and unable to begin a line of its own."""
    cleaned = clean(str(text))
    return cleaned if cleaned.isprintable() else re.sub(r"[\t\r\n]+", " ", cleaned)


# Figures that belong together (a telephone number, an amount, hours). Whatever follows a Latin letter is left
# as it is: it keeps its order by itself.
_RUNS = re.compile(
    r"(?P<as_is>[A-Za-z\u00c0-\u024f][^\u0590-\u08ff\n]*)"
    r"|(?:[+(\u2212]\d|\d(?=[\d.,:]*[ /()\u2013\u00a0-]+[\d€$£%]))(?:[\d /()\u2013\u00a0-]|[.,:](?=\d))*\d"
    r"(?:[ \u00a0][€$£%])?"
)


def figures_isolated(text: str) -> str:
    """A plain text of a right-to-left language whose telephone numbers and amounts keep their order.

    A page has <bdi> for this; a plain mail has only the invisible signs of Unicode TR 9. Addresses stay
    untouched: an invisible sign in a link breaks it.
    """
    return _RUNS.sub(lambda run: run[0] if run["as_is"] else f"\u2066{run[0]}\u2069", text)


def isolated(text: object) -> Markup:
    """Foreign text as markup that cannot turn its neighbours around: cleaned, escaped, in its own <bdi>."""
    return Markup(f"<bdi>{escape(one_line(text))}</bdi>")  # noqa: S704 - escaped right here


@dataclass(frozen=True)
class Locale:
    """One language with its habits. `text` gives plain words, `html` the same as markup.

    `name` is what it calls itself, `sms_name` the same in letters of a text message, `word` its word for
    "language". `reading` is how hard its texts may be, for ReadingLevel.of. `replies` are the words by which
    somebody who writes back is understood, by what they mean. `desk`: the staff's pages speak it too.
    """

    language: str
    name: str
    sms_name: str
    word: str
    direction: str
    countries: tuple[str, ...]
    reviewed: bool
    never_said: tuple[str, ...]
    never_outside: tuple[str, ...]
    never_sold: tuple[str, ...]
    reading: str
    patterns: Mapping[str, str]
    percent_pattern: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    replies: Mapping[str, tuple[str, ...]]
    desk: bool = False

    def raw(self, key: str, count: int | None = None) -> str:
        """A sentence with its places still empty; with `count`, the form this language has for that many."""
        catalogue = _catalogue(self.language)
        return catalogue.gettext(key) if count is None else catalogue.ngettext(key, key + ".many", count)

    def text(self, key: str, count: int | None = None, **values: object) -> str:
        """Plain words, for subjects, titles and text messages."""
        if count is not None:
            values["count"] = count
        shown = {name: one_line(value) for name, value in values.items()}
        return self.raw(key, count).format_map(shown)

    def html(self, key: str, count: int | None = None, **values: object) -> Markup:
        """Words for a page: the sentence is escaped, each value stands in its own <bdi>."""
        if count is None:
            sentence = _escaped(self.language, key)
            if not values and "{" not in sentence and "}" not in sentence:
                return sentence
        else:
            values["count"] = count
            sentence = escape(self.raw(key, count))
        shown = {name: v if isinstance(v, Markup) else isolated(v) for name, v in values.items()}
        # Every part is markup already: a string's own way to fill places is many times faster than Markup's.
        return Markup(str.format_map(sentence, shown))  # noqa: S704 - all of it escaped above

    def listed(self, words: Iterable[str]) -> str:
        """Card, direct debit, PayPal: with the comma that leans the way the language is written."""
        return ("\u060c " if self.direction == "rtl" else ", ").join(words)

    def money(self, money: Money) -> str:
        """€48.20 or 48,20 €: exact, grouped, with non-breaking spaces."""
        digits = MINOR_DIGITS[money.currency]
        whole, part = divmod(abs(money.amount), 10**digits)
        grouped = f"{whole:,}".replace(",", self.patterns["group"])
        amount = f"{grouped}{self.patterns['decimal']}{part:0{digits}d}" if digits else grouped
        symbol = SYMBOLS.get(money.currency, money.currency)
        if symbol[-1].isalpha() and not self.patterns["money"].startswith("{amount}"):
            symbol += NBSP
        sign = "\u2212" if money.amount < 0 else ""
        return sign + self.patterns["money"].format(amount=amount, symbol=symbol)

    def percent(self, hundredths: int) -> str:
        """6,52 %, or %6,52: to the hundredth."""
        figure = f"{hundredths // 100}{self.patterns['decimal']}{hundredths % 100:02d}"
        return self.percent_pattern.format(figure=figure)

    def date(self, day: Day) -> str:
        """5 December 2026, 5. Dezember 2026."""
        return self.patterns["date"].format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def short_date(self, day: Day) -> str:
        return self.patterns["short-date"].format(day=day.day, month=day.month, year=day.year)

    def weekday_date(self, day: Day) -> str:
        """Saturday, 5 December 2026."""
        return self.patterns["weekday-date"].format(
            weekday=self.weekdays[day.weekday()],
            day=day.day,
            month=self.months[day.month - 1],
            year=day.year,
        )

    def time(self, moment: datetime, zone: tzinfo) -> str:
        there = moment.astimezone(zone)
        return self.patterns["time"].format(hour=there.hour, minute=there.minute)

    def hours(self, told: str) -> str:
        """When somebody answers, as creditors write it ("Montag bis Freitag 8 bis 18 Uhr"), in this language; as
        it stands where it is written in another way."""
        found = None if self.language.startswith("de") else HOURS.fullmatch(told)
        if found is None:
            return told
        first, last = (self.weekdays[DAYS_OF_HOURS.index(found[day])] for day in ("first", "last"))
        opens, closes = (
            f"{int(found[at])}:{found[past] or '00'}" for at, past in (("at", "past"), ("to", "over"))
        )
        return f"{first}–{last} {opens}–{closes}"


@cache
def _escaped(language: str, key: str) -> Markup:
    return escape(_catalogue(language).gettext(key))


# ---- catalogues -----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def read_catalogue(po_text: str) -> Mapping[str | tuple[str, str], str | tuple[str, ...]]:
    """The entries of a .po text: msgid -> msgstr, and (msgid, msgid_plural) -> all plural forms.

    Fuzzy entries are refused: a sentence nobody is sure of is not shown to anybody.
    """
    entries: dict[str | tuple[str, str], str | tuple[str, ...]] = {}
    parts: dict[str, str] = {}
    field = ""

    def done() -> None:
        if "msgid" not in parts:
            return
        forms = tuple(parts[name] for name in sorted(p for p in parts if p.startswith("msgstr[")))
        key = (parts["msgid"], parts["msgid_plural"]) if forms else parts["msgid"]
        if key in entries:
            raise ValueError(f"twice in the catalogue: {key}")
        entries[key] = forms or parts["msgstr"]
        parts.clear()

    for number, line in enumerate(po_text.splitlines(), 1):
        line = line.strip()
        if line.startswith("#,") and "fuzzy" in line:
            raise ValueError(f"line {number}: a fuzzy entry")
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "msgid":
            done()
        if not line.startswith('"'):
            field, line = word, rest
            parts[field] = ""
        parts[field] += ast.literal_eval(line)
    done()
    return entries


def compile_catalogue(po_text: str, wanted: Callable[[str], bool] = lambda key: True) -> bytes:
    """The same catalogue in gettext's binary form (.mo), for the package; of its texts those that are `wanted`."""
    pairs = []
    for key, value in read_catalogue(po_text).items():
        if not wanted(key[0] if isinstance(key, tuple) else key):
            continue
        ids = "\0".join(key) if isinstance(key, tuple) else key
        texts = "\0".join(value) if isinstance(value, tuple) else value
        pairs.append((ids.encode(), texts.encode()))
    pairs.sort()
    ids_at = 28
    texts_at = ids_at + 8 * len(pairs)
    at = texts_at + 8 * len(pairs)
    tables: list[bytes] = []
    pool = b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), at + len(pool)))
            pool += pair[side] + b"\0"
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(pairs), ids_at, texts_at, 0, at)
    return head + b"".join(tables) + pool


@cache
def catalogues() -> dict[str, Path]:
    """The file of each language: compiled ones in the package, written ones in the work tree."""
    return registry.collect_files(LOCALES, ".mo") or registry.collect_files(LOCALES, ".po")


@cache
def _catalogue(language: str) -> GNUTranslations:
    path = catalogues()[language]
    data = path.read_bytes() if path.suffix == ".mo" else compile_catalogue(path.read_text(encoding="utf-8"))
    catalogue = GNUTranslations(BytesIO(data))
    catalogue.add_fallback(_Beyond(language))
    return catalogue


def compiled_parts(po_text: str) -> tuple[bytes, bytes | None]:
    """A catalogue as the package holds it, in two files: what debtors read, and the desk's words apart, None where
    it has none. A debtor's page then never pays for the second."""
    pages = compile_catalogue(po_text, lambda key: not key.startswith(DESK))
    if not any((key[0] if isinstance(key, tuple) else key).startswith(DESK) for key in read_catalogue(po_text)):
        return pages, None
    return pages, compile_catalogue(po_text, lambda key: not key or key.startswith(DESK))


@cache
def _desk_words(language: str) -> NullTranslations | None:
    """The desk's words that the catalogue itself does not hold: of the language, else in English."""
    apart = LOCALES / "desk" / f"{language}.mo"
    own = GNUTranslations(BytesIO(apart.read_bytes())) if apart.exists() else None
    if own is None and language == LAST:
        return None
    other = _catalogue(LAST)
    if own is None:
        return other
    own.add_fallback(_Missing() if language == LAST else other)
    return own


def _head(language: str) -> dict[str, str]:
    """The header alone: a page names every language but reads the words of one."""
    path = catalogues()[language]
    if path.suffix == ".mo":
        data = path.read_bytes()
        # The header's id is the empty string, which sorts before all others.
        size, at = struct.unpack_from("<II", data, struct.unpack_from("<I", data, 16)[0])
        return head_of(data[at : at + size].decode())
    return head_of(str(read_catalogue(path.read_text(encoding="utf-8"))[""]))


def head_of(header: str) -> dict[str, str]:
    """The fields of a catalogue's header, by their names in small letters."""
    fields = (line.partition(":") for line in header.splitlines())
    return {name.strip().lower(): value.strip() for name, _, value in fields}


@cache
def languages() -> tuple[str, ...]:
    """Every language there is a catalogue for, by its code."""
    return tuple(sorted(catalogues()))


@cache
def locale(language: str) -> Locale:
    """The habits and words of one language; KeyError for one without a catalogue."""
    if language not in languages():
        raise KeyError(language)
    head = _head(language)
    return Locale(
        language=language,
        name=head["x-language-name"],
        sms_name=head.get("x-sms-name", head["x-language-name"]),
        word=head["x-language-word"],
        direction=head["x-direction"],
        countries=tuple(head["x-countries"].split()),
        reviewed=head["x-reviewed"] == "yes",
        never_said=tuple(head["x-never-said"].split("|")),
        never_outside=tuple(head["x-never-outside"].split("|")),
        never_sold=tuple(filter(None, head.get("x-never-sold", "").split("|"))),
        reading=head.get("x-reading", READING),
        patterns={name: head[f"x-{name}-pattern"].strip("'") for name in PATTERNS},
        percent_pattern=head.get("x-percent-pattern", PERCENT).strip("'"),
        # A name of two words holds a non-breaking space, which split() alone would break.
        months=tuple(head["x-months"].split(" ")),
        weekdays=tuple(head["x-weekdays"].split(" ")),
        replies={
            name.removeprefix(REPLIES): tuple(filter(None, words.split("|")))
            for name, words in head.items()
            if name.startswith(REPLIES)
        },
        desk=head.get("x-desk") == "yes",
    )


@cache
def tongues() -> tuple[Locale, ...]:
    """Every language in the order in which lists name them: by what each calls itself."""
    return tuple(sorted(map(locale, languages()), key=lambda one: one.name))


# ---- which language -------------------------------------------------------------------------------------


def _accepted(header: str) -> Iterable[str]:
    """Language ranges of an Accept-Language header, the most wanted first (RFC 9110, 12.5.4)."""
    wanted = []
    for position, item in enumerate(header[:500].split(",")):
        name, _, weight = item.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if quality > 0:
            wanted.append((-quality, position, name.strip()))
    return (name for _, _, name in sorted(wanted))


def known(tag: str | None) -> str | None:
    """The catalogue for a language tag such as de, de-AT or DE_de; None when there is none.

    The whole tag comes first, then what is left of it without its last part (RFC 4647, 3.4), so a variant
    such as de-simple is found by whoever asks for it and by nobody else.
    """
    wanted = (tag or "")[:LONGEST_TAG].replace("_", "-").lower()
    while wanted and wanted not in languages():
        wanted = wanted.rpartition("-")[0]
    return wanted or None


def negotiate(chosen: str | None, stored: str | None, accept: str | None, country: str) -> Locale:
    """The reader's language: what they chose, else what is known of them, else what their browser asks for,
    else the language of the creditor's country."""
    for tag in (chosen, stored, *_accepted(accept or "")):
        found = known(tag)
        if found:
            return locale(found)
    return _at_home(country.upper()) or _at_home("*") or locale(languages()[0])


@cache
def desk_languages() -> tuple[str, ...]:
    """The languages the staff's pages are in."""
    return tuple(language for language in languages() if locale(language).desk)


def negotiate_desk(chosen: str | None, accept: str | None) -> Locale:
    """The language of somebody at the desk: what they chose, else what their browser asks for, else English."""
    for tag in (chosen, *_accepted(accept or "")):
        wanted = (tag or "")[:LONGEST_TAG].partition("-")[0].lower()
        if wanted in desk_languages():
            return locale(wanted)
    return locale(LAST)


def _at_home(country: str) -> Locale | None:
    return next((locale(code) for code in languages() if country in locale(code).countries), None)


def folded(text: str) -> str:
    """Text in one case, for comparing. The four letters I of Turkish count as one: which of them a phone
    makes of a typed i depends on its keyboard."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()
