"""The line to AWS and to the payment provider: its calls are numbered, and one of them can be made to fail.

It stands on botocore's events and on the HTTP client of the provider's library, so nothing of the house is
replaced. The library's own second tries are not waited for: their pauses are cut, what they do is not.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import stripe
from botocore.exceptions import ClientError, ConnectTimeoutError
from botocore.httpsession import URLLib3Session

from tests.wire import Death, lost

ACTIONS = str(Path(__file__).parents[3] / "chalicelib/actions")
READING = ("Get", "Query", "Scan", "List", "Head", "Describe", "BatchGet", "GET ")


class Mode(StrEnum):
    """How one call fails. The first three: before anything was done."""

    REFUSED = "refused"
    THROTTLED = "throttled"
    TIMED_OUT = "timed-out"
    CONFLICT = "conflict"
    """A transaction meets another one, once."""
    LOST = "lost"
    """It was done, and no answer to it or to the library's own second tries ever comes."""
    HEARD_LATE = "heard-late"
    """It was done, its answer is lost, and the library's own second try is answered."""
    DIES_BEFORE = "dies-before"
    DIES_AFTER = "dies-after"


BEFORE = (Mode.REFUSED, Mode.THROTTLED, Mode.TIMED_OUT)
READS = (Mode.THROTTLED, Mode.TIMED_OUT, Mode.DIES_BEFORE)
WRITES = (*BEFORE, Mode.LOST, Mode.DIES_BEFORE, Mode.DIES_AFTER)


def reads(call: str) -> bool:
    """Whether a call, as "service.Operation", only asks."""
    return call.partition(".")[2].startswith(READING)


def modes_of(call: str, nth: int) -> tuple[Mode, ...]:
    """The ways in which this call can fail. Of many reads alike, shard after shard, every fourth does."""
    if reads(call):
        ways = (Mode.REFUSED, *READS) if call.startswith("provider.") else READS
        if nth > ALIKE:
            return () if nth % ALIKE else (ways[nth // ALIKE % len(ways)],)
        return ways
    if call == "dynamodb.TransactWriteItems":
        return (*WRITES, Mode.CONFLICT, Mode.HEARD_LATE)
    return (*WRITES, Mode.HEARD_LATE) if call.startswith("provider.") else WRITES


ALIKE = 4
THROTTLES = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "ses": "Throttling",
    "sns": "Throttling",
    "sqs": "RequestThrottled",
    "s3": "SlowDown",
}


def refusal(call: str, mode: Mode) -> BaseException:
    """What AWS, or the library for it, says to a call that was not done."""
    service, _, operation = call.partition(".")
    if mode is Mode.TIMED_OUT:
        return ConnectTimeoutError(endpoint_url="the line")
    code, status = "InternalFailure", 500
    if service == "dynamodb":
        code = "InternalServerError"
    if mode is Mode.THROTTLED:
        code, status = THROTTLES.get(service, "ThrottlingException"), 400
        if operation == "TransactWriteItems":
            code = "ThrottlingException"
        if service == "s3":
            status = 503
    said: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if mode is Mode.CONFLICT:
        said["Error"]["Code"] = "TransactionCanceledException"
        said["CancellationReasons"] = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    return ClientError(said, operation)


@dataclass(frozen=True)
class Fault:
    """The `nth` call of this name (from 1) fails like this."""

    call: str
    nth: int
    mode: Mode


@dataclass
class Line:
    """One process's calls while something is watched. `met` says whether the fault happened."""

    calls: list[str] = field(default_factory=list)
    written_by: set[str] = field(default_factory=set)
    """The actions' functions, as module.function, that stood on the stack when something was written."""
    fault: Fault | None = None
    met: bool = False
    watching: bool = False
    death: Callable[[], Any] = Death
    """How the process dies; one that really ends never comes back from it."""
    _late: str = ""

    def over(self, session: Any) -> "Line":
        """Stand between this botocore session, this process's provider library, and the world."""
        session.register("before-call", self.before)
        session.register("after-call", self.after)
        session.register("before-send", self.send)
        return self.before_the_provider()

    def on(self, wire: Any) -> "Line":
        """The same where a wire stands over the session already, and clients have been made."""
        wire.followers.append(self)
        return self.before_the_provider()

    def before_the_provider(self) -> "Line":
        stripe.RequestsClient = client_on(self)  # type: ignore[misc]
        return self

    @contextmanager
    def watched(self, fault: Fault | None = None) -> Iterator["Line"]:
        """Count the calls made inside; let one of them fail."""
        self.calls, self.fault, self.met, self.watching, self._late = [], fault, False, True, ""
        try:
            yield self
        finally:
            self.watching, self.fault = False, None

    def arrives(self, call: str) -> Mode | None:
        """A call is about to be made: how it fails, if it is this one's turn."""
        if not self.watching:
            return None
        self.calls.append(call)
        if not reads(call):
            self.written_by |= set(acting())
        fault = self.fault
        if fault is None or self.met or call != fault.call or self.calls.count(call) != fault.nth:
            return None
        self.met = True
        return fault.mode

    def before(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        call = f"{model.service_model.service_name}.{model.name}"
        mode = self.arrives(call)
        context["fails"] = mode
        if mode is Mode.DIES_BEFORE:
            raise self.death()
        if mode in (*BEFORE, Mode.CONFLICT):
            raise refusal(call, mode)
        if mode is Mode.HEARD_LATE:
            self._late = call

    def after(self, context: dict[str, Any], **_: Any) -> None:
        mode = context.get("fails")
        if mode is Mode.DIES_AFTER:
            raise self.death()
        if mode is Mode.LOST:
            raise lost()

    def send(self, request: Any, event_name: str, **_: Any) -> None:
        if self._late and event_name.removeprefix("before-send.") == self._late:
            self._late = ""
            URLLib3Session().send(request)
            raise lost()


def acting() -> Iterator[str]:
    """The functions of actions on the stack, as module.function."""
    frame: Any = sys._getframe()
    while frame:
        path = frame.f_code.co_filename
        if path.startswith(ACTIONS):
            yield f"{Path(path).stem}.{frame.f_code.co_qualname.partition('.')[0]}"
        frame = frame.f_back


def client_on(line: Line) -> type[stripe.RequestsClient]:
    """The provider library's own HTTP client, met on its way by `line`."""

    class OnTheLine(Plain):
        _mode: Mode | None = None
        _tries = 0

        def _sleep_time_seconds(self, num_retries: int) -> float:
            return 0.0

        def request_with_retries(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
            path = re.sub(
                r"/[a-z]+_[A-Za-z0-9_]*[0-9A-Z][A-Za-z0-9_]*", "/{id}", url.partition("/v1")[2].partition("?")[0]
            )
            self._mode, self._tries = line.arrives(f"provider.{method.upper()} /v1{path}"), 0
            return super().request_with_retries(method, url, *rest, **more)

        def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
            self._tries += 1
            mode = self._mode
            if mode is Mode.DIES_BEFORE:
                raise line.death()
            if mode in (Mode.REFUSED, Mode.THROTTLED):
                return answer_of(mode)
            first = self._tries == 1
            if mode is Mode.TIMED_OUT or (mode is Mode.LOST and not first):
                raise unheard()
            said = super().request(method, url, *rest, **more)
            if mode is Mode.DIES_AFTER:
                raise line.death()
            if mode is Mode.LOST or (mode is Mode.HEARD_LATE and first):
                raise unheard()
            return said

    return OnTheLine


Plain = stripe.RequestsClient


def answer_of(mode: Mode) -> tuple[str, int, dict[str, str]]:
    """A trouble of the provider's, as it words it."""
    status = 429 if mode is Mode.THROTTLED else 500
    kind = "rate_limit_error" if mode is Mode.THROTTLED else "api_error"
    return json.dumps({"error": {"type": kind, "message": "Try again later."}}), status, {}


def unheard() -> stripe.APIConnectionError:
    """What the library makes of a line that broke or an answer that did not come in time."""
    return stripe.APIConnectionError("the line", should_retry=True)
