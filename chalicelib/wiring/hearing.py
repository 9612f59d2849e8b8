"""What the channels' providers tell us: of our messages, and what somebody wrote back."""

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from .carriers import channels
from .house import hash_point, policies, scheduler, store

if TYPE_CHECKING:
    from ..actions.converse import Guide
    from ..actions.take_reply import Ear
    from ..domain.contact import Introduced, Reply, Report
    from ..domain.parties import ChannelKind, Creditor, Debtor
    from ..ports import Channel

__all__ = ["ear", "guide", "introduced", "replied", "reported"]


def reported(notice: dict[str, Any]) -> "tuple[Channel, Report] | None":
    """What became of a message, and the channel whose provider says so; None for what is no such news."""
    told = ((channel, channel.report_in(notice)) for channel in channels().values())
    return next(((channel, said) for channel, said in told if said), None)


def replied(notice: dict[str, Any], at: datetime) -> "tuple[Channel, Reply] | None":
    """What somebody wrote back, and the channel it came by; None for what is no reply."""
    told = ((channel, channel.reply_in(notice, at)) for channel in channels().values())
    return next(((channel, said) for channel, said in told if said), None)


def introduced(notice: dict[str, Any]) -> "Introduced | None":
    """Who brought a code of ours along, by whichever channel."""
    told = (channel.introduced_in(notice) for channel in channels().values())
    return next((said for said in told if said), None)


@cache
def ear() -> "Ear":
    """What hears a reply: the words of every language there is, and whom an address of ours belongs to."""
    from ..actions.take_reply import Ear
    from ..domain.reply_words import Said, vocabulary
    from ..presentation.i18n import tongues

    def hears(creditor: "Creditor", channel: "ChannelKind", to: str) -> bool:
        # Whoever stops writing by a channel goes on hearing by it.
        held = (settings.terms for settings in creditor.channels if settings.terms.kind is channel)
        terms = creditor.terms_of(channel) or next(held, None)
        return bool(terms and terms.key in channels() and channels()[terms.key].hears(creditor, to))

    return Ear(
        store=store(),
        scheduler=scheduler(),
        policies=policies(),
        hash_point=hash_point,
        hears=hears,
        known=vocabulary({said: tongue.replies.get(said, ()) for said in Said} for tongue in tongues()),
        guide=guide(),
    )


@cache
def guide() -> "Guide":
    """The declared dialogue, in the words of the catalogues."""
    from ..actions.converse import Guide
    from ..presentation.dialogues import topics, words_of
    from ..presentation.i18n import locale, negotiate

    def says(key: str, language: str, day: date | None = None, title: str = "") -> str:
        words = locale(language)
        if day:
            return words.text(key, day=words.weekday_date(day))
        return words.text(key, title=words.text(title)) if title else words.text(key)

    def language_of(debtor: "Debtor", creditor: "Creditor") -> str:
        return negotiate(None, debtor.language, None, creditor.country).language

    return Guide(topics(), words_of, says, language_of)
