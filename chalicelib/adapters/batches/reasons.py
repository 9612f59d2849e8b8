"""What a creditor is told about a refusal: one sentence that says what is wrong, one that says what to do."""

from datetime import date

from ...domain.profile import FileProfile, amount_text, date_text
from . import reasons_de, reasons_en, strategy_reasons_de, strategy_reasons_en

LANGUAGES = {
    "de": {**reasons_de.SENTENCES, **strategy_reasons_de.SENTENCES},
    "en": {**reasons_en.SENTENCES, **strategy_reasons_en.SENTENCES},
}
# For a remark that is not the creditor's to mend, such as a model that was not there to score the claim.
REMARKS = {
    "de": ("Das System hat hierzu etwas vermerkt.", "Für Sie ist nichts zu tun."),
    "en": ("The system has made a note of this.", "There is nothing for you to do."),
}


PLAIN = FileProfile("plain")


def told(reason: str, language: str, profile: FileProfile = PLAIN) -> dict[str, str]:
    """The reason's key with its two sentences; a reason without any is passed on as the remark it is.

    Where a sentence shows an amount or a day, it is written as `profile` declares. A language not offered here
    is answered in English.
    """
    language = language if language in LANGUAGES else "en"
    said, mend = LANGUAGES[language].get(reason, REMARKS[language])
    return {"reason": reason, "said": said, "mend": _with_examples(mend, profile)}


def _with_examples(sentence: str, profile: FileProfile) -> str:
    day, amount = date_text(date(2026, 12, 31), profile), amount_text(123456, profile)
    return sentence.replace("{day}", day).replace("{amount}", amount)
