"""The payment double served in this process, a webhook endpoint that listens, and a clock one can move."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlencode, urlsplit

from local.payments.server import Server

KEY, SECRET = "sk_test_nordlicht", "whsec_nordlicht"


class Clock:
    """The machine's time plus what it was moved by."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds


class Listener:
    """A webhook endpoint: keeps every body and signature, answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.heard: list[tuple[bytes, str]] = []
        self._came = Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with listener._came:
                    listener.heard.append((body, self.headers["Stripe-Signature"]))
                    self.send_response(listener.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    listener._came.notify_all()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/nordlicht/stripe"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in list(self.heard)]

    def kinds(self) -> list[str]:
        return [event["type"] for event in self.events()]

    def wait_for(self, kind: str, times: int = 1, *, seconds: float = 8) -> list[dict[str, Any]]:
        """The events of this type, once that many have come."""
        found: list[dict[str, Any]] = []
        with self._came:
            self._came.wait_for(
                lambda: len(found := [e for e in self.events() if e["type"] == kind]) >= times, seconds
            )
        found = [event for event in self.events() if event["type"] == kind]
        assert len(found) >= times, f"{kind} came {len(found)} times, not {times}: {self.kinds()}"
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Office:
    """A running double with one account whose webhooks go to `listener`."""

    def __init__(self, folder: Any) -> None:
        self.folder, self.clock, self.listener = folder, Clock(), Listener()
        self.server = Server(folder, clock=self.clock).start()
        self.register()

    @property
    def url(self) -> str:
        return self.server.url

    def register(self, **changes: Any) -> dict[str, Any]:
        wish = {"api_key": KEY, "webhook_url": self.listener.url, "webhook_secret": SECRET, **changes}
        return self.lever("POST", "accounts", **wish)

    def lever(self, method: str, path: str, /, **wish: Any) -> dict[str, Any]:
        status, _, body = self.http(method, f"/_double/{path}", json.dumps(wish).encode() if wish else b"")
        assert status == 200, body
        return json.loads(body)

    def fault(self, name: str, /, **wish: Any) -> None:
        self.lever("POST", "faults", fault=name, **wish)

    def http(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        line = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            line.close()

    def press(self, url: str, method: str) -> tuple[int, str]:
        """Press pay on a hosted page: the status and where it leads."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"method": method}).encode()
        status, headers, _ = self.http("POST", urlsplit(url).path, body, form)
        return status, headers.get("Location", "")

    def events(self) -> list[dict[str, Any]]:
        return self.lever("GET", "events")["events"]

    def until(self, holds: Callable[[], bool], *, seconds: float = 8) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.02)

    def restart(self) -> None:
        """Stop and start over the same folder; the port is another one."""
        self.server.stop()
        self.server = Server(self.folder, clock=self.clock).start()

    def close(self) -> None:
        self.server.stop()
        self.listener.close()
