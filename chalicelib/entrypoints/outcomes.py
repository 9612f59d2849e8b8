"""What the channels' providers report of messages, and what people wrote back by them."""

import json
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from .logs import alarm, logger

outcomes_ = Blueprint(__name__)


@outcomes_.lambda_function(name="outcomes")
def outcomes(event: dict[str, Any], context: Any) -> None:
    """Write each report to its contact, and keep each reply. A receipt we do not know yet raises, and the topic
    sends it again."""
    for record in event["Records"]:
        notice = _notice(record["Sns"]["Message"])
        if notice is None or not _heard(notice, _at(record["Sns"])):
            logger.info("outcome", extra={"said": "ignored"})


def _heard(notice: dict[str, Any], at: datetime) -> bool:
    return _centre(notice) or _reported(notice) or _introduced(notice) or _replied(notice, at)


def _introduced(notice: dict[str, Any]) -> bool:
    """Somebody goes on by another channel, with a code from the page."""
    from ..actions.link_sender import Linked, link_sender

    found = wiring.introduced(notice)
    if found is None:
        return False
    ear = wiring.ear()
    linked = link_sender(found, ear=ear, now=wiring.clock())
    logger.info("introduced", extra={"channel": found.channel.value, "linked": linked.value})
    if linked is Linked.STRANGE:
        alarm("reply_unplaced", channel=found.channel.value)
    return True


def _centre(notice: dict[str, Any]) -> bool:
    """What somebody in a creditor's contact centre wrote or closed."""
    if "centre" not in notice:
        return False
    from ..actions.hear_centre import Heard, hear_centre

    centre = wiring.contact_centres().get(notice["centre"])
    word = centre.word_in(notice) if centre else None
    if word is None:
        return False
    heard = hear_centre(
        word,
        lists=wiring.task_lists(),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )
    logger.info("contact centre", extra={"creditor": word.creditor, "task": word.task, "heard": heard.value})
    if heard is Heard.UNPLACED:
        alarm("reply_unplaced", channel=notice["centre"])
    return True


def _reported(notice: dict[str, Any]) -> bool:
    from ..actions.note_outcome import note_outcome  # the pages load this file too, and need none of it

    found = wiring.reported(notice)
    if found is None:
        return False
    channel, said = found
    noted = note_outcome(
        said.receipt,
        said.outcome,
        said.code,
        said.address,
        micros=said.micros,
        store=wiring.store(),
        now=wiring.clock(),
    )
    channel.forget(notice)
    logger.info("outcome", extra={"said": said.outcome.value, "noted": noted})
    return True


def _replied(notice: dict[str, Any], at: datetime) -> bool:
    from ..actions.answer_reply import Became
    from ..actions.take_reply import take_reply

    found = wiring.replied(notice, at)
    if found is None:
        return False
    channel, said = found
    became = take_reply(said, ear=wiring.ear(), now=wiring.clock())
    channel.forget(notice)
    logger.info("reply", extra={"channel": said.channel.value, "became": became.value})
    if became is Became.UNPLACED:
        alarm("reply_unplaced", channel=said.channel.value)
    return True


def _at(record: dict[str, Any]) -> datetime:
    """When the topic took it."""
    stamp = record.get("Timestamp")
    return datetime.fromisoformat(stamp) if stamp else wiring.clock()


def _notice(text: str) -> dict[str, Any] | None:
    """A report as the topic carries it; None for a plain word, as when the provider was given the topic."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
