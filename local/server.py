"""The two addresses one clicks: the proxy in front of the API, and the outbox page with the clock.

`python -m local.server --dir .run`, started by the launcher under the stack's clock.

Outbox: GET / (`to`, `page`, `follow`) · GET /messages.json (`to`) · GET /attached/<file> · GET /letters/<file> ·
GET /clock · POST /clock, which takes the buttons' form (`move`) or JSON {"to": an ISO moment} or
{"move": "next" | "tomorrow" | "week"}.
"""

import argparse
import json
import re
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.parse import parse_qs, quote, urlsplit

from botocore.exceptions import BotoCoreError

from local.calls import Calls
from local.client import aws_client
from local.clock_control import ClockControl, NotNow
from local.debtors import Debtors
from local.outbox import Sent, sent_messages
from local.outbox_page import STOPPED, in_berlin, outbox_page, stopped_page
from local.places import LOOPBACK, Places, read_json
from local.proxy import Proxy

ATTACHED = re.compile(r"/attached/[0-9a-f]{64}")
LETTER = re.compile(r"/letters/[0-9A-Za-z_-]{1,64}\.pdf")
# What asking a local AWS that has ended comes to; a browser that has gone is told nothing.
UNREACHABLE = (URLError, TimeoutError, ConnectionError, HTTPException, BotoCoreError)


class Outbox(ThreadingHTTPServer):
    """Serves the page; knows where the local AWS is and who moves the clock."""

    daemon_threads = True

    def __init__(self, places: Places, clock: ClockControl, debtors: Debtors, calls: Calls) -> None:
        self.aws = places.address("aws")
        self.messages = places.address("messages")
        self.files = places.aws / "attached"
        self.letters = places.messages / "letters"
        self.debtors = debtors
        self.calls = calls
        self.clock = clock
        super().__init__((LOOPBACK, places.ports()["outbox"]), OutboxRequests)


class OutboxRequests(BaseHTTPRequestHandler):
    """One request to the outbox page."""

    server: Outbox
    protocol_version = "HTTP/1.1"
    server_version = "local"
    sys_version = ""

    def do_GET(self) -> None:
        try:
            self._get()
        except UNREACHABLE:
            with suppress(ConnectionError):
                self._stopped()

    def _get(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        match address.path:
            case "/":
                self._page(asked)
            case "/messages.json":
                found = self._sent(asked.get("to", ""))
                self._json(200, [message.as_json() for message in found])
            case "/clock":
                self._json(200, self.server.clock.reading())
            case path if ATTACHED.fullmatch(path):
                self._file(self.server.files / path.rpartition("/")[2])
            case path if LETTER.fullmatch(path):
                self._file(self.server.letters / path.rpartition("/")[2])
            case _:
                self._json(404, {"message": "not found"})

    def _sent(self, to: str) -> list[Sent]:
        return sent_messages(self.server.aws, self.server.messages, to, self.server.calls())

    def _file(self, path: Path) -> None:
        """A file that came with a mail, or a letter: PDFs all."""
        try:
            self._answer(200, "application/pdf", path.read_bytes())
        except FileNotFoundError:
            self._json(404, {"message": "not found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self._post(body)
        except UNREACHABLE:
            with suppress(ConnectionError):
                self._stopped()

    def _post(self, body: bytes) -> None:
        if urlsplit(self.path).path != "/clock":
            self._json(404, {"message": "not found"})
        elif self.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            self._json(403, {"message": "only this page moves the clock"})
        elif "json" in self.headers.get("Content-Type", ""):
            self._move_by_json(body)
        else:
            self._move_by_form(body)

    def _page(self, asked: dict[str, str]) -> None:
        to, page = asked.get("to", ""), asked.get("page", "0")
        found = self._sent(to)
        html = outbox_page(
            found,
            self.server.debtors.behind(found),
            self.server.clock.reading(),
            to=to,
            page=int(page) if page.isdecimal() else 0,
            follow="follow" in asked,
            said=asked.get("said", ""),
        )
        self._answer(200, "text/html; charset=utf-8", html.encode())

    def _move_by_json(self, body: bytes) -> None:
        try:
            wish = json.loads(body)
            clock = self.server.clock
            target = _moment(wish["to"]) if "to" in wish else clock.target_of(wish["move"])
            self._json(200, clock.move_to(target))
        except NotNow as reason:
            self._json(409, {"message": str(reason)})
        except (ValueError, KeyError, TypeError):
            self._json(400, {"message": 'send {"to": an ISO moment} or {"move": next, tomorrow or week}'})

    def _move_by_form(self, body: bytes) -> None:
        move = parse_qs(body.decode("utf-8", "replace")).get("move", [""])[-1]
        try:
            reading = self.server.clock.move_to(self.server.clock.target_of(move))
            said = f"It is now {in_berlin(reading['now'])}."
            if not reading["settled"]:
                said += " Still sending: what has become due is under way. Refresh in a moment."
        except NotNow as reason:
            said = f"Not moved: {reason}."
        self.send_response_only(303)
        self.send_header("Location", f"/?said={quote(said)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _stopped(self) -> None:
        """The local AWS has ended, or answers nothing that could be read."""
        if urlsplit(self.path).path == "/" or "html" in self.headers.get("Accept", ""):
            self._answer(503, "text/html; charset=utf-8", stopped_page().encode())
        else:
            self._json(503, {"message": STOPPED})

    def _json(self, status: int, content: object) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses of receivers are in the queries."""


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def deployed(places: Places, output: str) -> Callable[[], str]:
    """Answers with this output of the last deployment; reads the file again only when it has been replaced."""
    kept = {"seen": -1, "value": ""}

    def value() -> str:
        try:
            changed = places.deployment.stat().st_mtime_ns
        except FileNotFoundError:
            return ""
        if changed != kept["seen"]:
            kept.update(seen=changed, value=read_json(places.deployment).get("outputs", {}).get(output, ""))
        return str(kept["value"])

    return value


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, required=True)
    places = Places(arguments.parse_args().dir)
    ports = places.ports()
    table, client = deployed(places, "TableName"), cache(partial(aws_client, places, "dynamodb"))
    servers = [
        Proxy(ports["proxy"], ports["aws"], deployed(places, "ApiId")),
        Outbox(places, ClockControl(places), Debtors(table, client), Calls(table, client)),
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    threading.Event().wait()


if __name__ == "__main__":
    main()
