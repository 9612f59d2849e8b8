"""What the functions say of themselves: one JSON line a request, ids only."""

from aws_lambda_powertools import Logger

logger = Logger(service="kulanz", use_rfc3339=True)


def alarm(kind: str, **ids: object) -> None:
    """Say that a person has to look: infra/ makes a metric of it, docs/runbook.md says what to do."""
    logger.error(kind, extra={"alarm": kind, **ids})
