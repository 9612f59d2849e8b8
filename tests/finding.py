"""Looks for words in a text as a reader would: five digits inside a longer token are nobody's postcode."""

import re
from collections.abc import Iterable

# A fraction of a second has six figures, and a hash holds any five sooner or later; seven never come by chance.
BY_CHANCE = 6


def said(words: Iterable[str], text: object) -> list[str]:
    """Those of `words` that stand in the text, whatever their case.

    Up to six figures count only where no letter or digit touches them; more count anywhere, as a telephone number
    does behind its country's.
    """
    text = str(text).lower()
    return [word for word in words if re.search(_as_written(word.lower()), text)]


def _as_written(word: str) -> str:
    found = re.escape(word)
    return rf"(?<![0-9a-z]){found}(?![0-9a-z])" if word.isdigit() and len(word) <= BY_CHANCE else found
