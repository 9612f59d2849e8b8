"""The wire between this process and AWS: calls are counted, met on their way, cut, or made to wait for others.

It stands on botocore's own events, so nothing of the house is replaced: whatever happens here looks to the
code as it would if the network, the service or another process had done it.
"""

import io
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.httpsession import URLLib3Session

PATIENCE = 20


class Death(BaseException):
    """The process is gone at this point: nothing of ours may catch it."""


class _Words(io.BytesIO):
    """The body of an answer, as the library reads one off the line."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def too_much(request: Any) -> AWSResponse:
    """The table's answer to a request beyond what it takes just now."""
    said = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Rate exceeded"}
    headers = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 400, headers, _Words(json.dumps(said).encode()))


def lost() -> ConnectionClosedError:
    """The line broke: whoever asked does not know whether it was done."""
    return ConnectionClosedError(endpoint_url="the line")


@dataclass
class Meeting:
    """Something that happens at one call: the `left`-th of this name from now."""

    name: str
    after: bool
    left: int
    do: Callable[[], object]


@dataclass
class Wire:
    """All calls of one botocore session, each as "service.Operation"."""

    calls: list[str] = field(default_factory=list)
    followers: list[Any] = field(default_factory=list)
    """Others who are to meet every call: a client of the library hears only whom it knew when it was made."""
    _meetings: list[Meeting] = field(default_factory=list)
    _answers_to_lose: dict[str, bool] = field(default_factory=dict)
    _throttles: dict[str, tuple[int, list[float]]] = field(default_factory=dict)
    _gates: dict[int, tuple[threading.Event, threading.Event]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def over(self, session: Any) -> "Wire":
        session.register("before-call", self._before)
        session.register("after-call", self._after)
        session.register("before-send", self._send)
        return self

    def _before(self, model: Any, **more: Any) -> None:
        name = f"{model.service_model.service_name}.{model.name}"
        self.calls.append(name)
        gate = self._gates.pop(threading.get_ident(), None)
        if gate:
            gate[0].set()
            gate[1].wait(PATIENCE)
        self._meet(name, after=False)
        for follower in self.followers:
            follower.before(model=model, **more)

    def _after(self, model: Any, **more: Any) -> None:
        self._meet(f"{model.service_model.service_name}.{model.name}", after=True)
        for follower in self.followers:
            follower.after(model=model, **more)

    def _send(self, request: Any, event_name: str, **more: Any) -> AWSResponse | None:
        """One HTTP request of a call; the library may send several of them for one."""
        for follower in self.followers:
            follower.send(request=request, event_name=event_name, **more)
        name = event_name.removeprefix("before-send.")
        if self._answers_to_lose.pop(name, None):
            URLLib3Session().send(request)
            raise lost()
        if name not in self._throttles:
            return None
        left, moments = self._throttles[name]
        moments.append(time.monotonic())
        self._throttles[name] = (left - 1, moments)
        return too_much(request) if left > 0 else None

    @contextmanager
    def throttled(self, name: str, times: int) -> Iterator[list[float]]:
        """The next requests of this name, so many, are answered with the service's word for too much; the moment
        of every request: how long to wait and how often to ask again is the library's and the house's affair."""
        moments: list[float] = []
        self._throttles[name] = (times, moments)
        try:
            yield moments
        finally:
            del self._throttles[name]
        assert moments, f"{name} was never called"

    @contextmanager
    def answer_lost(self, name: str) -> Iterator[None]:
        """The next request of this name is done and its answer never arrives: what the library makes of that,
        trying again or not, is part of what is shown."""
        self._answers_to_lose[name] = True
        yield
        assert name not in self._answers_to_lose, f"{name} was never called"

    def _meet(self, name: str, *, after: bool) -> None:
        due = []
        with self._lock:
            for meeting in self._meetings:
                if (meeting.name, meeting.after) == (name, after) and meeting.left > 0:
                    meeting.left -= 1
                    due += [meeting] if meeting.left == 0 else []
        for meeting in due:
            meeting.do()

    @contextmanager
    def at(
        self, name: str, do: Callable[[], object] | BaseException, *, after: bool = False, nth: int = 1
    ) -> Iterator[None]:
        """Once, at the nth call of this name: do something, or raise. `after`: the call itself was done.

        Fails when that call never came: a fault that did not happen shows nothing.
        """

        def strike() -> None:
            assert isinstance(do, BaseException)
            raise do

        meeting = Meeting(name, after, nth, strike if isinstance(do, BaseException) else do)
        self._meetings.append(meeting)
        try:
            yield
        finally:
            self._meetings.remove(meeting)
        assert meeting.left == 0, f"{name} was called too seldom for the fault to happen"

    @contextmanager
    def counted(self) -> Iterator[Counter[str]]:
        """The calls made inside, by name."""
        start, found = len(self.calls), Counter[str]()
        yield found
        found.update(self.calls[start:])

    def race[Answer](self, *acts: Callable[[], Answer]) -> list[Answer]:
        """Run these at once, each in a thread held at its first call until all have come to theirs.

        They are started one after the other, because the framework keeps the request it reads in one place.
        """
        go, answers, errors = threading.Event(), dict[int, Answer](), list[BaseException]()

        def run(number: int, act: Callable[[], Answer], arrived: threading.Event) -> None:
            self._gates[threading.get_ident()] = (arrived, go)
            try:
                answers[number] = act()
            except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
                errors.append(error)
            finally:
                arrived.set()

        threads = []
        for number, act in enumerate(acts):
            arrived = threading.Event()
            threads.append(threading.Thread(target=run, args=(number, act, arrived)))
            threads[-1].start()
            assert arrived.wait(PATIENCE)
        go.set()
        for thread in threads:
            thread.join(PATIENCE)
        if errors:
            raise errors[0]
        return [answers[number] for number in range(len(acts))]
