"""The voice of the house as a check: what our words never say, what no lock screen may show, what must be there.

It is asked of every text when it is built and of every message before it leaves. The words that are never used
stand in each catalogue's header, and so does how hard it may be to read: a language brings its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import unescape

from ..domain.contact import Message
from .i18n import NBSP, Locale, folded, one_line
from .reading_level import ReadingLevel
from .sms import fits, gsm, segments

LONGEST_SENTENCE = 32
LONGEST_SUBJECT = 78
# A mail is read in a minute or two; a notice lists what the law wants.
LONGEST_MAIL = 12_000
CURRENCY = r"€|EUR\b|zł|z[lł]\b|Kč|CHF|USD|GBP|[$£₺₴]|TL\b|lei\b|руб|грн"
FIGURES = re.compile(rf"\d[.,]\d{{2}}(?!\d)|[€$£₺₴]|\d[ \u00a0]?(?:{CURRENCY})", re.IGNORECASE)
LINK = re.compile(r"https?://\S+")
TOKEN = re.compile(r"/p/\S+")
DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./](\d{4})?")
LOUD = re.compile(r"[^\W\d_]{6,}")
SENTENCE = re.compile(r"[.?:;؟؛\n]\s")
TAG = re.compile(r"<[^>]+>")
# What only directs the eye (Unicode TR 9).
UNSEEN = re.compile("[\u061c\u200e\u200f\u2066-\u2069]+")


@dataclass(frozen=True)
class Must:
    """What one message has to say, and which of its words are not ours.

    `given` are names, addresses and the like: whoever is called Sofort is still written to. `stop` is every form
    in which a text message may tell how to end it. `facts` must stand in each long shape, each under the name it
    has in a refusal. `linked`: its text message leads to the page. `parts` is the most text messages it may be
    sent as, where the strategy says so.
    """

    link: str
    stop_link: str
    stop: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    given: tuple[str, ...] = ()
    linked: bool = True
    parts: int | None = None


@cache
def _beginnings(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(folded(word)) for word in words)})")


def _found(words: tuple[str, ...], text: str) -> list[str]:
    return list(dict.fromkeys(_beginnings(words).findall(folded(text)))) if words else []


@dataclass(frozen=True)
class Voice:
    """What a language never says, and never sells, by the beginnings of words."""

    never_said: tuple[str, ...]
    never_sold: tuple[str, ...]


def of_text(text: str, voice: Voice | Locale) -> tuple[str, ...]:
    """What is wrong with any of our own sentences: threats, blame, raised voices, selling, breathless length."""
    faults = [f"never said: {word}" for word in _found(voice.never_said, text)]
    faults += [f"never sold: {word}" for word in _found(voice.never_sold, text)]
    if "!" in text or "¡" in text:
        faults.append("exclamation mark")
    if any(word.isupper() for word in LOUD.findall(text)):
        faults.append("capitals for force")
    for sentence in SENTENCE.split(text):
        if len(sentence.split()) > LONGEST_SENTENCE:
            faults.append(f"long sentence: {sentence[:40]}")
    return tuple(faults)


def outside(text: str, locale: Locale) -> tuple[str, ...]:
    """What must not be read over a shoulder: the nature of the matter and any amount. For subjects, text
    messages, sender names and addresses of links."""
    without_links = LINK.sub(lambda link: TOKEN.sub("/p/", link[0]), text)
    faults = [f"never outside: {word}" for word in _found(locale.never_outside, without_links)]
    if FIGURES.search(DAY.sub("", without_links)):
        faults.append("an amount")
    return tuple(faults)


def of_message(message: Message, locale: Locale, must: Must) -> tuple[str, ...]:
    """Every fault of one composed message; empty when it may go out."""
    long = _seen(message.long)
    drawn = _seen(unescape(TAG.sub("", message.html)))
    shown = (message.subject, message.short, message.sender)
    faults = [fault for text in shown for fault in outside(text, locale)]
    faults += _too_long(message, must)
    faults += _no_way_to_stop(message, must)
    for shape, text in (("mail", long), ("drawn mail", drawn)):
        faults += [f"lacks: {name} ({shape})" for name, fact in must.facts if _bare(fact) not in text]
    given = sorted({_bare(value) for value in must.given if value}, key=len, reverse=True)
    ours = _ours(long, given)
    for text in (_ours(message.subject, given), _ours(message.short, given), ours):
        faults += of_text(text, locale)
    if hard := ReadingLevel.of(locale.reading).too_hard(ours):
        faults.append(f"too hard: {hard}")
    return tuple(faults)


def _too_long(message: Message, must: Must) -> Iterable[str]:
    if "\n" in message.subject or len(message.subject) > LONGEST_SUBJECT:
        yield "too long: subject"
    if not fits(message.short) or (must.parts and segments(message.short) > must.parts):
        yield f"too long: {segments(message.short)} text messages"
    if len(message.long) > LONGEST_MAIL:
        yield "too long: mail"


def _no_way_to_stop(message: Message, must: Must) -> Iterable[str]:
    """Every message can be ended where it is read: by its own link, or by words that say how."""
    if must.linked and must.link not in message.short:
        yield "no way in: text message"
    said = (must.stop_link, *must.stop, *map(gsm, must.stop))
    if not any(words in message.short for words in said):
        yield "no way to stop: text message"
    for shape, text in (("mail", message.long), ("drawn mail", message.html)):
        if must.link not in text:
            yield f"no way in: {shape}"
        if must.stop_link not in text:
            yield f"no way to stop: {shape}"


def _bare(text: str) -> str:
    return _seen(one_line(text))


def _seen(text: str) -> str:
    """The text as it is read: without invisible signs, each space the same."""
    return text if text.isascii() else UNSEEN.sub("", text.replace(NBSP, " "))


def _ours(text: str, given: Iterable[str]) -> str:
    """The text without what is not ours, the longest first, since one may stand inside another; nor is any link,
    whose token is drawn by lot."""
    text = LINK.sub("…", _seen(text))
    for value in given:
        if value in text:
            text = _cut(text, value)
    return text


def _cut(text: str, value: str) -> str:
    """Each place of `value` that is not a part of a longer word becomes three dots."""
    kept, start = [], 0
    while (at := text.find(value, start)) >= 0:
        end = at + len(value)
        within = text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()
        kept += [text[start:at], value if within else "…"]
        start = end
    return "".join((*kept, text[start:]))
