"""Who is read to: those who chose it, by an automatic voice in a language that has one, and nobody else."""

from collections.abc import Iterable
from dataclasses import replace

from .channel import ChannelKind
from .choices import Choices
from .parties import Debtor

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


def wish_of(debtor: Debtor) -> Choices:
    """What they chose; who chose to be read to in a language that has no voice is called by a person."""
    choices = debtor.choices
    if choices.channel is ChannelKind.VOICE and not has_voice(debtor.language):
        return replace(choices, channel=ChannelKind.PHONE)
    return choices
