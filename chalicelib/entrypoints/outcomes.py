"""What the channels' providers report of messages: delivered, bounced, complained about."""

import json
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from .logs import logger

outcomes_ = Blueprint(__name__)


@outcomes_.lambda_function(name="outcomes")
def outcomes(event: dict[str, Any], context: Any) -> None:
    """Write each report to its contact. A receipt we do not know yet raises, and the topic sends it again."""
    from ..actions.note_outcome import note_outcome  # the pages load this file too, and need none of it

    for record in event["Records"]:
        notice = _notice(record["Sns"]["Message"])
        said = wiring.mail_outcome(notice) if notice else None
        if said is None:
            logger.info("outcome", extra={"said": "ignored"})
            continue
        receipt, outcome, code, address = said
        noted = note_outcome(receipt, outcome, code, address, store=wiring.store(), now=wiring.clock())
        logger.info("outcome", extra={"said": outcome.value, "noted": noted})


def _notice(text: str) -> dict[str, Any] | None:
    """A report as the topic carries it; None for a plain word, as when the provider was given the topic."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
