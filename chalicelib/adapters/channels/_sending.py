"""How an AWS client's answers read for a channel: nothing left, refused for good, or nobody knows."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, EndpointConnectionError

from ...domain.errors import DeadAddress, Permanent, Retry, Unknown
from ..aws import client as aws_client

# One attempt only: the library's own retry after a lost answer would send a second message.
ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=3, read_timeout=10)

NOTHING_LEFT = {
    "Throttling",
    "ThrottlingException",
    "Throttled",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "AccountSendingPausedException",
    "ConfigurationSetSendingPausedException",
    "MailFromDomainNotVerifiedException",
    "KMSThrottling",
    "KMSThrottlingException",
}


def client(service: str) -> Any:
    return aws_client(service, ONCE)


def translated(error: Exception, dead_codes: frozenset[str] = frozenset()) -> Exception:
    """The house's word for what a client raised: Retry, Permanent (DeadAddress) or Unknown."""
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in NOTHING_LEFT:
            return Retry(code)
        if code in dead_codes:
            return DeadAddress(code)
        return Unknown(code) if status >= 500 else Permanent(code)
    if isinstance(error, EndpointConnectionError):
        return Retry("out of reach")
    if isinstance(error, ConnectionClosedError | BotoCoreError):
        return Unknown(type(error).__name__)
    return error
