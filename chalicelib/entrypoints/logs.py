"""What the functions say of themselves: one JSON line a request, ids only."""

import traceback
from pathlib import PurePath

from aws_lambda_powertools import Logger

logger = Logger(service="kulanz", use_rfc3339=True)


def alarm(kind: str, **ids: object) -> None:
    """Say that a person has to look: infra/ makes a metric of it, docs/runbook.md says what to do."""
    logger.error(kind, extra={"alarm": kind, **ids})


def story(error: BaseException) -> dict[str, object]:
    """Where an error came from, without its words: those may hold what a log must not."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"why": type(error).__name__, "steps": steps[-12:]}
