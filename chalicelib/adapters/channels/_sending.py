"""How an AWS client's answers read for a channel: nothing left, refused for good, or nobody knows."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)

from ...domain.errors import DeadAddress, OptedOut, Permanent, Retry, Unknown
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
    # Turned away at the door because of who we are: mended by an operator, then it may go. A contact must not
    # be spent on it.
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "OptInRequired",
    "ServiceQuotaExceededException",
}
# The request did not reach the other side.
NEVER_SENT = (
    EndpointConnectionError,
    ConnectTimeoutError,
    ProxyConnectionError,
    NoCredentialsError,
    CredentialRetrievalError,
)


def client(service: str) -> Any:
    return aws_client(service, ONCE)


Dead = Callable[[str, str], bool]
# The owner of a number told the phone company to stop, in the words of both services.
STOPPED = frozenset({"OptedOut", "OptedOutException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"})


@contextmanager
def told(dead: Dead | None = None, again: Collection[str] = ()) -> Iterator[None]:
    """Whatever the client raises in here leaves in the house's words (see `translated`)."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translated(error, dead, again) from error


def translated(error: Exception, dead: Dead | None = None, again: Collection[str] = ()) -> Exception:
    """The house's word for what a client raised: Retry, Permanent (DeadAddress, OptedOut) or Unknown.

    `dead` says whether an error's code and message mean that the address itself is no good; `again` are codes of
    a provider's own that somebody here mends. Where a service gives a reason of its own, that is the code.
    """
    if isinstance(error, ClientError):
        code = str(error.response.get("Reason") or error.response["Error"]["Code"])
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in again or not NOTHING_LEFT.isdisjoint({code, error.response["Error"]["Code"]}):
            return Retry(code)
        if code in STOPPED:
            return OptedOut(code)
        if dead and dead(code, error.response["Error"].get("Message", "")):
            return DeadAddress(code)
        return Unknown(code) if status >= 500 else Permanent(code)
    if isinstance(error, NEVER_SENT):
        return Retry("out of reach")
    if isinstance(error, ParamValidationError):
        return Permanent("parameters")
    if isinstance(error, BotoCoreError):
        return Unknown(type(error).__name__)
    return error
