"""What the channels' providers report of messages: delivered, bounced, complained about."""

import json
from typing import Any

from chalice.app import Blueprint

from .. import wiring
from ..actions.note_outcome import note_outcome
from .logs import logger

outcomes_ = Blueprint(__name__)


@outcomes_.lambda_function(name="outcomes")
def outcomes(event: dict[str, Any], context: Any) -> None:
    """Write each report to its contact. A receipt we do not know yet raises, and the topic sends it again."""
    for record in event["Records"]:
        said = wiring.mail_outcome(json.loads(record["Sns"]["Message"]))
        if said is None:
            logger.info("outcome", extra={"said": "ignored"})
            continue
        receipt, outcome, code, address = said
        noted = note_outcome(receipt, outcome, code, address, store=wiring.store(), now=wiring.clock())
        logger.info("outcome", extra={"said": outcome.value, "noted": noted})
