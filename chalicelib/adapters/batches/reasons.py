"""What a creditor is told about a refusal: one sentence that says what is wrong, one that says what to do."""

from . import reasons_de, reasons_en

LANGUAGES = {"de": reasons_de.SENTENCES, "en": reasons_en.SENTENCES}


def told(reason: str, language: str) -> dict[str, str]:
    """The reason's key with its two sentences. A language not offered here is answered in English."""
    said, mend = LANGUAGES.get(language, reasons_en.SENTENCES)[reason]
    return {"reason": reason, "said": said, "mend": mend}
