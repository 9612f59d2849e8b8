"""What every catalogue must say; a gap in any language fails the build and the tests by name
(`python -m infra.catalogues` tells the gaps and nothing else).

The catalogue that is written first is the German one: every other says the same things with the same values,
in as many plural forms as its own language has.
"""

import re
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from string import Formatter

from chalicelib.domain.reply_words import Said, vocabulary
from chalicelib.presentation.i18n import DESK, PATTERNS, REPLIES, head_of, read_catalogue
from chalicelib.presentation.tone_check import Voice, of_text

FIRST = "de"
SUGGESTED = f"{DESK}suggest."
HEADER = (
    *("language", "plural-forms", "x-language-name", "x-language-word", "x-direction", "x-countries"),
    *("x-reviewed", "x-months", "x-weekdays", "x-never-said", "x-never-outside"),
    *(f"x-{name}-pattern" for name in PATTERNS),
    *(f"{REPLIES}{said.value}" for said in Said),
)
COUNTED = range(200)
"""The numbers for which a plural must have words; every rule of Unicode's repeats itself below a hundred."""

Entries = dict[str, tuple[str, ...]]


LOCALES = Path(__file__).parent.parent / "templates/locale"


class Gap(Exception):
    """A catalogue does not say what it must."""


def check(folder: Path) -> None:
    """Raise Gap with every fault of every catalogue in `folder`."""
    found = faults({path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.po"))})
    if found:
        raise Gap("\n".join(found))


def faults(catalogues: dict[str, str]) -> list[str]:
    """What is wrong, a sentence a fault, each beginning with its language. `catalogues`: language -> .po text."""
    first = entries(catalogues[FIRST])
    found = []
    for language, text in catalogues.items():
        try:
            head, said = head_of(str(read_catalogue(text)[""])), entries(text)
        except (ValueError, KeyError, SyntaxError) as broken:
            found.append(f"{language}: cannot be read: {broken}")
            continue
        told = [*_of_head(language, head), *_of_keys(first, said, head), *_of_texts(first, said, head)]
        told += _of_voice(said, head)
        found += [f"{language}: {fault}" for fault in told]
    return found or _of_replies(catalogues)


def _of_replies(catalogues: dict[str, str]) -> list[str]:
    """What somebody writes back means one thing, whichever language it is taken for."""
    heads = [head_of(str(read_catalogue(text)[""])) for text in catalogues.values()]
    try:
        vocabulary({said: _listed(head, f"{REPLIES}{said.value}") for said in Said} for head in heads)
    except ValueError as twofold:
        return [f"replies: {twofold}"]
    return []


def entries(po_text: str) -> Entries:
    """key -> all its texts, the header left out."""
    found: Entries = {}
    for key, text in read_catalogue(po_text).items():
        name = key[0] if isinstance(key, tuple) else key
        if name:
            found[name] = text if isinstance(text, tuple) else (text,)
    return found


def placeholders(text: str) -> set[str]:
    """The names of the values a text has room for."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _of_head(language: str, head: dict[str, str]) -> Iterator[str]:
    yield from (f"its header lacks {name}" for name in HEADER if name not in head)
    if head.get("language", language) != language:
        yield f"its header says it is {head['language']}"
    for name, wanted in (("x-months", 12), ("x-weekdays", 7)):
        if len(head.get(name, "").split(" ")) != wanted:
            yield f"its header has {len(head.get(name, '').split(' '))} words in {name}, not {wanted}"
    if "plural-forms" in head and _plurals(head) is None:
        yield f"its header has a plural rule nobody can read: {head['plural-forms']}"


def must_have(key: str, head: dict[str, str]) -> bool:
    """Whether a catalogue with this header must say it. What only the staff read stands in those of their own
    languages; what the desk suggests to be said to a debtor, in all."""
    return not key.startswith(DESK) or key.startswith(SUGGESTED) or head.get("x-desk") == "yes"


def _of_keys(first: Entries, said: Entries, head: dict[str, str]) -> Iterator[str]:
    yield from (f"lacks {key}" for key in first if key not in said and must_have(key, head))
    yield from (f"has {key}, which {FIRST} has not" for key in said if key not in first)


def _of_texts(first: Entries, said: Entries, head: dict[str, str]) -> Iterator[str]:
    rule = _plurals(head)
    for key in first.keys() & said.keys():
        texts = said[key]
        if not all(text.strip() for text in texts):
            yield f"says nothing for {key}"
        try:
            wanted, given = (set().union(*map(placeholders, forms)) for forms in (first[key], texts))
        except ValueError as broken:
            yield f"{key} has a brace too many or too few: {broken}"
            continue
        if given != wanted:
            yield f"{key} has the values {sorted(given)}, not {sorted(wanted)}"
        plural = len(first[key]) > 1
        if plural and rule:
            yield from _of_forms(key, texts, *rule)
        elif plural != (len(texts) > 1) and rule and rule[0] > 1:
            yield f"{key} is {'one text' if plural else 'a plural'}, which {FIRST} has not"


def _of_voice(said: Entries, head: dict[str, str]) -> Iterator[str]:
    """No text threatens, blames, sells or raises its voice: what that means is the language's own to say."""
    voice = Voice(*(_listed(head, name) for name in ("x-never-said", "x-never-sold")))
    for key, texts in said.items():
        yield from (f"{key}: {fault}" for text in texts for fault in of_text(text, voice))


def _listed(head: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(filter(None, head.get(name, "").split("|")))


def _of_forms(key: str, texts: tuple[str, ...], count: int, form: list[int]) -> Iterator[str]:
    """As many forms as the language has, each naming the number wherever it stands for more than one."""
    if len(texts) != count:
        yield f"{key} has {len(texts)} plural forms, its language has {count}"
        return
    whole = placeholders(texts[-1])
    for index, text in enumerate(texts):
        numbers = [n for n in COUNTED if form[n] == index]
        few = len(numbers) <= 1
        if placeholders(text) not in ([whole, whole - {"count"}] if few else [whole]):
            yield f"{key}[{index}] has the values {sorted(placeholders(text))}, not {sorted(whole)}"


def _plurals(head: dict[str, str]) -> tuple[int, list[int]] | None:
    """How many forms there are, and which one each of COUNTED takes; None for a rule nobody can read."""
    found = re.fullmatch(r"nplurals=(\d+);\s*plural=(.+?);?", head.get("plural-forms", ""))
    if not found:
        return None
    try:
        rule = c2py(found[2])
    except ValueError:
        return None
    forms = [int(rule(n)) for n in COUNTED]
    return (int(found[1]), forms) if set(forms) <= set(range(int(found[1]))) else None


def main() -> None:
    """Say what is missing, or that nothing is."""
    try:
        check(LOCALES)
    except Gap as gap:
        raise SystemExit(str(gap)) from None
    print(f"{len(list(LOCALES.glob('*.po')))} languages, no gap")


if __name__ == "__main__":
    main()
