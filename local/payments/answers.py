"""What the double says back, and how it refuses: in the provider's own shapes of errors.

Source: https://docs.stripe.com/api/errors.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One HTTP request: `path` is without its query, and the names of the headers are in lower case."""

    method: str
    path: str
    query: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Answer:
    """One HTTP answer: a dict goes out as JSON, a str as HTML; `lost` closes the line without a word."""

    status: int
    body: dict[str, Any] | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


class Refused(Exception):
    """The provider's refusal; `saved` says whether its idempotency layer remembers it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = False,
    ):
        super().__init__(message)
        self.status, self.saved = status, saved
        self.error = {"message": message, "type": kind}
        self.error |= {name: value for name, value in (("code", code), ("param", param)) if value}

    def answer(self) -> Answer:
        """The refusal as the provider words it."""
        return Answer(self.status, {"error": self.error})


def missing(param: str) -> Refused:
    """A parameter that must be there is not."""
    return Refused(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_object(kind: str, object_id: str, param: str) -> Refused:
    """No such thing, or not this account's."""
    return Refused(404, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)
