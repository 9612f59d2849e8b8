"""HTTP around the double: the API under /v1, the hosted pages under /c/pay, the levers under /_double."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from local.payments import api, control, page
from local.payments.answers import Answer, Asked, Refused
from local.payments.world import Double

LARGEST_BODY = 1 << 20


class Server(ThreadingHTTPServer):
    """The double on a loopback port of its own; port 0 takes a free one."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, folder: Path, port: int = 0, *, clock: Any = None, public_url: str = ""):
        self.double = Double(folder, clock) if clock else Double(folder)
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.double.start(public_url or self.url)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> "Server":
        """Serve in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the file; the same folder can be served again."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        self.double.stop()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 75
    wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: what happened is to be seen under /_double/events."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            return self._send(Refused(413, "The body is too large.").answer())
        place = urlsplit(self.path)
        asked = Asked(
            method="GET" if self.command == "HEAD" else self.command,
            path=place.path,
            query=place.query,
            body=self.rfile.read(length),
            headers={name.lower(): value for name, value in self.headers.items()},
        )
        said = self._room(asked.path).answer(self.server.double, asked)
        if said.lost:
            self.close_connection = True
            return None
        return self._send(said)

    def _room(self, path: str) -> Any:
        if path.startswith("/c/pay/"):
            return page
        return control if path.startswith("/_double/") else api

    def _send(self, said: Answer) -> None:
        if isinstance(said.body, dict):
            body, kind = json.dumps(said.body, indent=2).encode(), "application/json"
        else:
            body, kind = said.body.encode(), "text/html; charset=utf-8"
        try:
            self.send_response(said.status)
            for name, value in {"Content-Type": kind, "Cache-Control": "no-store", **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
        except OSError:  # the asker went away
            self.close_connection = True
