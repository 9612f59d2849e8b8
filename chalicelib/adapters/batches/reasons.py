"""What a creditor is told about a refusal: one sentence that says what is wrong, one that says what to do."""

from . import reasons_de, reasons_en

LANGUAGES = {"de": reasons_de.SENTENCES, "en": reasons_en.SENTENCES}
# For a remark that is not the creditor's to mend, such as a model that was not there to score the claim.
REMARKS = {
    "de": ("Das System hat hierzu etwas vermerkt.", "Für Sie ist nichts zu tun."),
    "en": ("The system has made a note of this.", "There is nothing for you to do."),
}


def told(reason: str, language: str) -> dict[str, str]:
    """The reason's key with its two sentences; a reason without any is passed on as the remark it is.

    A language not offered here is answered in English.
    """
    language = language if language in LANGUAGES else "en"
    said, mend = LANGUAGES[language].get(reason, REMARKS[language])
    return {"reason": reason, "said": said, "mend": mend}
