"""A public reply (a review site, social media): it never tells that somebody is a debtor here, nor who they are.

What stands in the matter is looked for in every spelling that a reader would still recognise: in capitals, without
its accents, with ae for ä, spelt with spaces, dots or dashes between its letters, with letters of another script
that look the same.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ..domain.matter import Matter
from ..domain.money import MINOR_DIGITS
from ..domain.parties import Creditor
from .forms._fields import digits
from .i18n import Locale, tongues
from .tone_check import FIGURES

TOKEN = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\d+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
# Letters of Cyrillic and Greek that are drawn like Latin ones.
ALIKE = str.maketrans("авекмнорстухіјѕԁοαερτν", "abekmhopctyxijsdoaeptv")
# A part of a name that is shorter stands in too many words to be looked for inside of them.
INSIDE = 5
LEAST = 2
LEAST_DIGITS = 3


@dataclass(frozen=True)
class Told:
    """Something that a public text tells: what it is, and the word of the matter. For the writer's eyes alone."""

    what: str
    word: str


def tells(text: str, creditor: Creditor, matter: Matter) -> tuple[Told, ...]:
    """What this text would tell about somebody's matter; empty where it may be public."""
    found = dict.fromkeys((*_words(text, creditor, matter), *_numbers(text, matter)))
    if amount := FIGURES.search(digits(text)):
        found[Told("amount", amount[0])] = None
    return tuple(found)


def suggested(creditor: Creditor, words: Locale) -> str:
    """A text that tells nothing, to begin with; the way on is by telephone or mail, where nobody listens."""
    return words.text(
        "desk.suggest.public", creditor=creditor.legal_name, phone=creditor.help_phone, mail=creditor.help_email
    )


def _words(text: str, creditor: Creditor, matter: Matter) -> Iterator[Told]:
    spellings = [TOKEN.findall(spelt) for spelt in _spelt(text)]
    ours = {
        token
        for spelt in _spelt(f"{creditor.legal_name} {creditor.address.city}")
        for token in TOKEN.findall(spelt)
    }
    for what, value in _secrets(matter):
        for part in _parts(what, value):
            if any(variant in ours for variant in part):
                continue
            if any(_stands(variant, tokens) for variant in part for tokens in spellings):
                yield Told(what, value)


def _secrets(matter: Matter) -> Iterator[tuple[str, str]]:
    """What must not be public, each by what it is."""
    card = matter.debtor
    yield "name", card.name
    yield "street", re.sub(r"\s*\d.*$", "", card.address.street)
    yield "city", card.address.city
    yield "number", card.number
    for point in card.points:
        yield "address", point.value.partition("@")[0] if "@" in point.value else ""
    for task in matter.tasks.values():
        if task.representative:
            yield "name", task.representative.name
    for claim in matter.claims.values():
        yield from (("claim", name) for name in (claim.id, claim.ground.invoice_number, claim.reference))


def _parts(what: str, value: str) -> Iterator[tuple[str, ...]]:
    """What is looked for of it, each in all its spellings: every part of a name, the whole of anything else."""
    pieces = value.split() if what == "name" else [value]
    for piece in pieces:
        variants = tuple(dict.fromkeys("".join(TOKEN.findall(spelt)) for spelt in _spelt(piece)))
        if all(len(variant) >= LEAST for variant in variants) and any(c.isalpha() for c in variants[0]):
            yield variants


def _stands(wanted: str, tokens: Sequence[str]) -> bool:
    """Whether it stands there: as a word or the beginning of one, inside a longer one, or spelt in pieces."""
    for at, token in enumerate(tokens):
        if token == wanted or (len(wanted) >= INSIDE and wanted in token):
            return True
        if len(token) <= len(wanted) + LEAST and token.startswith(wanted) and len(wanted) > LEAST:
            return True
        joined = token
        for after in tokens[at + 1 : at + len(wanted)]:
            if not wanted.startswith(joined):
                break
            joined += after
            if joined == wanted:
                return True
    return False


def _numbers(text: str, matter: Matter) -> Iterator[Told]:
    plain = digits(text)
    runs = NUMBER.findall(plain)
    for what, wanted, value in _figures(matter):
        if len(wanted) >= LEAST_DIGITS and _runs_to(wanted, runs):
            yield Told(what, value)
    born = matter.debtor.birth_date
    if born and _names_day(born, plain, runs):
        yield Told("birth_date", born.isoformat())


def _figures(matter: Matter) -> Iterator[tuple[str, str, str]]:
    """(what it is, its figures, as it stands in the matter)."""
    card = matter.debtor
    values = [("postcode", card.address.postcode), ("number", card.number)]
    values += [("iban", card.iban or ""), ("phone", "")]
    values += [("phone", point.value) for point in card.points if point.value.startswith("+")]
    for claim in matter.claims.values():
        values += [("claim", name) for name in (claim.id, claim.ground.invoice_number, claim.reference)]
        minor = 10 ** MINOR_DIGITS[claim.currency]
        for amount in {claim.outstanding.total, claim.outstanding.principal, claim.paid}:
            if amount:
                yield "amount", str(amount), str(amount)
                yield "amount", str(amount // minor) if amount % minor == 0 else "", str(amount)
    for what, value in values:
        wanted = "".join(NUMBER.findall(value))
        yield what, wanted, value
        if what == "phone":
            # As it is dialled at home, without the country's two figures.
            yield what, wanted[2:], value


def _runs_to(wanted: str, runs: Sequence[str]) -> bool:
    """Whether these figures stand there, in one piece or in several that follow each other; few of them by
    themselves, more of them inside of others too."""

    def fits(figures: str) -> bool:
        return wanted in figures if len(wanted) >= INSIDE else wanted == figures

    for at, run in enumerate(runs):
        joined = run
        if fits(joined):
            return True
        for after in runs[at + 1 : at + len(wanted)]:
            if not any(joined.endswith(wanted[:size]) for size in range(1, len(wanted))):
                break
            joined += after
            if fits(joined):
                return True
    return False


def _names_day(day: date, text: str, runs: Sequence[str]) -> bool:
    """The day in figures, in any order, or with the name of its month in any language."""
    years = {str(day.year), f"{day.year % 100:02d}"}
    forms = {str(day.day), f"{day.day:02d}"}, {str(day.month), f"{day.month:02d}"}, years
    for triple in zip(runs, runs[1:], runs[2:], strict=False):
        for first, second, third in ((0, 1, 2), (1, 0, 2), (2, 1, 0), (2, 0, 1)):
            if triple[0] in forms[first] and triple[1] in forms[second] and triple[2] in forms[third]:
                return True
    whole = {f"{day:%d%m%Y}", f"{day:%Y%m%d}", f"{day:%m%d%Y}", f"{day:%d%m%y}"}
    if any(form in run for run in runs for form in whole):
        return True
    months = {folded for words in tongues() for folded in _spelt(words.months[day.month - 1])}
    named = any(month in spelt for spelt in _spelt(text) for month in months)
    near = any(one in forms[0] and other in years for one, other in (*pairwise(runs), *pairwise(reversed(runs))))
    return named and near


def _spelt(text: str) -> Iterable[str]:
    """The text in small letters without accents; once as it is, and once with ae for ä."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    folded = visible.casefold()
    return tuple(dict.fromkeys(_bare(spelt) for spelt in (folded, folded.translate(UMLAUTS))))


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(ALIKE)
