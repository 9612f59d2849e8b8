"""The voice of the house as a check: what our words never say, and what no lock screen may show.

The words that are never used stand in each catalogue's header, so a language brings its own.
"""

import re

from ..domain.contact import Message
from .i18n import Locale, folded
from .sms import fits

LONGEST_SENTENCE = 32
FIGURES = re.compile(r"\d[.,]\d{2}(?!\d)|[€$£]")


def _found(words: tuple[str, ...], text: str) -> list[str]:
    plain = folded(text)
    return [word for word in words if re.search(rf"(?<!\w){re.escape(folded(word))}", plain)]


def of_text(text: str, locale: Locale) -> tuple[str, ...]:
    """What is wrong with any of our own sentences: threats, blame, raised voices, breathless length."""
    faults = [f"never said: {word}" for word in _found(locale.never_said, text)]
    if "!" in text or "¡" in text:
        faults.append("exclamation mark")
    if any(word.isupper() for word in re.findall(r"[^\W\d_]{6,}", text)):
        faults.append("capitals for force")
    for sentence in re.split(r"[.?:;؟؛\n]\s", text):
        if len(sentence.split()) > LONGEST_SENTENCE:
            faults.append(f"long sentence: {sentence[:40]}")
    return tuple(faults)


def outside(text: str, locale: Locale) -> tuple[str, ...]:
    """What must not be read over a shoulder: the nature of the matter and any amount. For subjects, text
    messages, sender names and addresses of links."""
    without_links = re.sub(r"https?://\S+", lambda link: re.sub(r"/p/\S+", "/p/", link[0]), text)
    faults = [f"never outside: {word}" for word in _found(locale.never_outside, without_links)]
    without_dates = re.sub(r"\d{1,2}[./]\d{1,2}[./](\d{4})?", "", without_links)
    if FIGURES.search(without_dates):
        faults.append("an amount")
    return tuple(faults)


def of_message(message: Message, locale: Locale) -> tuple[str, ...]:
    """Every fault of one composed message; empty when it may go out."""
    faults = [*outside(message.subject, locale), *outside(message.short, locale)]
    faults += [f for text in (message.subject, message.short, message.long) for f in of_text(text, locale)]
    if "\n" in message.subject or len(message.subject) > 78:
        faults.append("subject too long")
    if not fits(message.short):
        faults.append("text message too long")
    return tuple(faults)
