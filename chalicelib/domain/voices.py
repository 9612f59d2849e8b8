"""Who is read to: those who chose it, by an automatic voice in a language that has one, and nobody else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from .channel import ChannelKind
from .choices import Choices
from .consent import Consent
from .parties import ContactPoint, Creditor, Debtor, purpose_of

# The languages in which an automatic voice can be had.
# Source: https://docs.aws.amazon.com/polly/latest/dg/available-voices.html; Ukrainian has none.
VOICED = frozenset({"ar", "de", "en", "es", "fr", "it", "pl", "ro", "ru", "tr"})


def has_voice(language: str | None) -> bool:
    """Whether a machine can read in this language; a variant is read like what it is a variant of."""
    return (language or "de").partition("-")[0] in VOICED


def only_asked(kinds: Iterable[ChannelKind], debtor: Debtor) -> frozenset[ChannelKind]:
    """These ways without the automatic voice, where its owner did not choose it or it cannot speak to them: a
    machine calls nobody who did not ask for it (UWG §7(2) no. 2)."""
    chosen = debtor.choices.channel is ChannelKind.VOICE and has_voice(debtor.language)
    return frozenset(kind for kind in kinds if chosen or kind is not ChannelKind.VOICE)


def number_for(debtor: Debtor, creditor: Creditor) -> ContactPoint | None:
    """The number an automatic voice may call once its owner chooses that: the one they have for it, else the first
    at which they get texts. None where the creditor does not call so, or their language has no voice."""
    if creditor.channel(ChannelKind.VOICE) is None or not has_voice(debtor.language):
        return None
    return debtor.point(ChannelKind.VOICE) or debtor.point(ChannelKind.SMS)


def with_voice(debtor: Debtor, creditor: Creditor, words: str, now: datetime) -> Debtor:
    """Their card once they chose to be read to: their number is one for it too, and they allowed that, in the
    `words` of this version. As it was where it is one already, or no number may be called."""
    number = number_for(debtor, creditor)
    if number is None or number.channel is ChannelKind.VOICE:
        return debtor
    point = replace(number, channel=ChannelKind.VOICE)
    allowed = Consent(purpose_of(ChannelKind.VOICE), True, now, words)
    return replace(debtor, points=(*debtor.points, point), consents=(*debtor.consents, allowed))


def wish_of(debtor: Debtor) -> Choices:
    """What they chose; who chose to be read to in a language that has no voice is called by a person."""
    choices = debtor.choices
    if choices.channel is ChannelKind.VOICE and not has_voice(debtor.language):
        return replace(choices, channel=ChannelKind.PHONE)
    return choices
