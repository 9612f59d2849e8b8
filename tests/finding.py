"""Looks for words in a text as a reader would: digits inside a longer token are nobody's postcode."""

import re
from collections.abc import Iterable


def said(words: Iterable[str], text: object) -> list[str]:
    """Those of `words` that stand in the text, whatever their case.

    Figures count only where no letter or digit touches them: a hash, a token or a fraction of a second
    holds any five digits sooner or later.
    """
    text = str(text).lower()
    return [word for word in words if re.search(_as_written(word.lower()), text)]


def _as_written(word: str) -> str:
    found = re.escape(word)
    return rf"(?<![0-9a-z.]){found}(?![0-9a-z])" if word.isdigit() else found
