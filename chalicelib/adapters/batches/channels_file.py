"""The `channels` of a creditor's YAML: what it writes by beyond mail and plain text messages, and with what."""

from collections.abc import Mapping

from ...domain.batch import Problem
from ...domain.channel import PERMISSION, REPLY_TO, ChannelSettings, ChannelTerms
from ...ports import Channel
from .words import is_email

Given = Mapping[str, Mapping[str, str]]


def channel_problems(given: Given, known: Mapping[str, ChannelTerms]) -> list[Problem]:
    """What of these settings no channel has, what a channel still needs, and which of two are for the same."""
    found = []
    kinds: dict[str, str] = {}
    for key, settings in given.items():
        terms = known.get(key)
        if terms is None:
            found.append(Problem(f"channels.{key}", "not_known", f"{key} ({', '.join(sorted(known))})"))
            continue
        if kinds.setdefault(terms.kind, key) != key:
            found.append(Problem(f"channels.{key}", "channel_twice", kinds[terms.kind]))
        allowed = {*terms.needs, *terms.may, *((PERMISSION,) if terms.permitted else ())}
        found += [Problem(f"channels.{key}.{name}", "unknown_setting") for name in settings if name not in allowed]
        found += [Problem(f"channels.{key}.{name}", "missing") for name in terms.needs if not settings.get(name)]
        if REPLY_TO in settings and not is_email(settings[REPLY_TO]):
            found.append(Problem(f"channels.{key}.{REPLY_TO}", "email_form"))
    return found


def channel_settings(given: Given, known: Mapping[str, ChannelTerms]) -> tuple[ChannelSettings, ...]:
    """The same as the house keeps it, in the order of the file."""
    return tuple(ChannelSettings(known[key], dict(settings)) for key, settings in given.items())


def terms_of(channels: Mapping[str, Channel]) -> dict[str, ChannelTerms]:
    """What the files of the channels say of themselves, by key."""
    return {key: channel.terms for key, channel in channels.items()}
