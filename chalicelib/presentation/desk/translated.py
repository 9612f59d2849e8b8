"""A machine translation beside somebody's own words: always marked as one, and never in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..i18n import Locale

if TYPE_CHECKING:
    from ...ports import Translator


@dataclass(frozen=True)
class Translated:
    """`words` in the reader's language, None where nobody can translate just now; `note` says which it is."""

    words: str | None
    note: str


def translated(words: str, language: str, ours: Locale, translator: Translator | None) -> Translated | None:
    """What stands beside the original. None where nothing has to: it is in the reader's language already, or
    translation is switched off."""
    if translator is None or language.partition("-")[0] == ours.language.partition("-")[0] or not words.strip():
        return None
    said = translator(words, language, ours.language)
    return Translated(said, ours.text("desk.translated" if said else "desk.untranslated"))
