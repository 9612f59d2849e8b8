"""Texts in the signs every bank of the Single Euro Payments Area takes.

Source: European Payments Council, EPC217-08 (SEPA Requirements for an Extended Character Set), which also gives
the Latin letters for Greek and Cyrillic ones; for German letters, DFÜ-Abkommen, Anlage 3.
"""

import re
import unicodedata

TAKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
# A sign and what is written for it, the small letters only; SIGNS has no case.
LATIN = "äae öoe üue ßss æae œoe øo đd ðd þth łl ıi ħh"
GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
CYRILLIC = (
    "аa бb вv гg дd еe жzh зz иi йy кk лl мm нn оo пp рr сs тt уu фf хh цts чch шsh щsht ъa ыy ьy эe юyu яya"
)
FURTHER = "ёe іi їyi єye ґg ўu ђdj јj љlj њnj ћc џdz ѓg ќk ѕdz"
SIGNS = "€E &+ @(at) –- —- _- „' “' ”' ’' ‘' «' »' \"' `' ´' ;, !. *. =- #Nr %pc ….."
# For a sign that has no Latin letter.
STAND_IN = "."


def _pairs(table: str) -> dict[str, str]:
    return {pair[0]: pair[1:] for pair in table.split(" ")}


SMALL = _pairs(" ".join((LATIN, GREEK, CYRILLIC, FURTHER)))
WRITTEN = SMALL | {sign.upper(): text.capitalize() for sign, text in SMALL.items() if len(sign.upper()) == 1}
WRITTEN |= _pairs(SIGNS) | {"ẞ": "Ss"}


def in_sepa_signs(text: str, longest: int) -> str:
    """The text in those signs, at most so long; a letter with an accent loses it, what has no letter is a dot."""
    signs = unicodedata.normalize("NFC", text)
    followed = zip(signs, f"{signs} "[1:], strict=True)
    said = "".join(_written(sign, loud=sign.isupper() and after.isupper()) for sign, after in followed)
    return " ".join(said.split())[:longest].strip()


def reference_in_sepa_signs(text: str, longest: int) -> str:
    """As a bank takes a reference: no slash at either end, and never two of them together."""
    return re.sub(r"/{2,}", "/", in_sepa_signs(text, longest)).strip("/ ")


def _written(sign: str, *, loud: bool) -> str:
    """What is written for one sign; `loud`: among capitals all of it is one."""
    if sign in TAKEN:
        return sign
    if sign in WRITTEN:
        return WRITTEN[sign].upper() if loud else WRITTEN[sign]
    if sign.isspace():
        return " "
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    known = "".join(part if part in TAKEN else WRITTEN.get(part, "") for part in bare)
    if known or unicodedata.category(sign) in ("Mn", "Me", "Cf", "Cc"):
        return known
    return STAND_IN
