"""What the law of a country wants a message to say: each text by its name in the country's figures.

Most of it the templates say anyway, and it is only looked for; the rest has a sentence of its own, which is added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..domain.contact import Message
from ..domain.parties import ChannelKind, Creditor
from ..domain.policies._figures import EVERY, RequiredText
from .i18n import NBSP, Locale, figures_isolated
from .sms import gsm

# Sentences that no message says unless a law wants it to. None of them goes where others may read along.
SENTENCES = {"collector": "law.collector", "validation": "law.validation"}
_ISOLATES = "\u2066\u2069"


@dataclass(frozen=True)
class Saying:
    """What a message is looked through for: who writes, how to end it, and what the added sentences tell.

    `until` is the day, in words, to which a notice may be questioned.
    """

    creditor: Creditor
    words: Locale
    stop: str
    until: str

    def sentences(self, required: Iterable[RequiredText]) -> tuple[str, ...]:
        """The keys of the sentences to add, in their order."""
        return tuple(SENTENCES[text.name] for text in required if text.name in SENTENCES)

    def values(self) -> dict[str, object]:
        return {"creditor": self.creditor.legal_name, "day": self.until}


def missing(required: Iterable[RequiredText], message: Message, saying: Saying) -> tuple[str, ...]:
    """The names of the texts that this message should say and does not, in any shape that needs them."""
    shapes = {
        ChannelKind.SMS.value: (message.short,),
        ChannelKind.EMAIL.value: (message.long, message.html),
    }
    return tuple(
        text.name
        for text in required
        for channel, shape in shapes.items()
        if {channel, EVERY} & text.channels
        if not all(any(_plain(said) in _plain(part) for said in _LOOKS[text.name](saying, part)) for part in shape)
    )


def _plain(text: str) -> str:
    for sign in _ISOLATES:
        text = text.replace(sign, "")
    return text.replace(NBSP, " ")


def _writer(saying: Saying, part: str) -> tuple[str, ...]:
    return saying.creditor.legal_name, saying.creditor.sender_sms


def _stop(saying: Saying, part: str) -> tuple[str, ...]:
    # A number is answered; a name has the way to stop behind its link. Whoever stopped is told so, and not how.
    answered = saying.creditor.texts_can_be_answered
    there = saying.words.text("sms.stop_word" if answered else "sms.stop_there")
    ended = saying.words.text("reply.stop")
    return saying.stop, there, gsm(there), ended, gsm(ended)


def _privacy(saying: Saying, part: str) -> tuple[str, ...]:
    return (saying.creditor.privacy_url,)


def _sentence(name: str) -> Callable[[Saying, str], tuple[str, ...]]:
    def looked_for(saying: Saying, part: str) -> tuple[str, ...]:
        key, who, day = SENTENCES[name], saying.creditor.legal_name, saying.until
        said = saying.words.text(key, creditor=who, day=day)
        return said, figures_isolated(said), str(saying.words.html(key, creditor=who, day=day))

    return looked_for


_LOOKS: Mapping[str, Callable[[Saying, str], tuple[str, ...]]] = {
    "writer": _writer,
    "stop": _stop,
    "privacy": _privacy,
    **{name: _sentence(name) for name in SENTENCES},
}
KNOWN = frozenset(_LOOKS)
