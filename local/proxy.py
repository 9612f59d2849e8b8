"""The origin root of the local stack: every path of the API under http://127.0.0.1:<port>/.

API Gateway's own local address has a long path before each route, and `__Host-` cookies need Path=/. So this
process hands each request on, unchanged, and adds what API Gateway adds. Pages link by absolute PUBLIC_URL
or by relative path, so nothing in the answer is rewritten.
"""

import http.client
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.places import LOOPBACK

LARGEST_BODY = 10 * 1024 * 1024  # API Gateway's limit
LONGEST_WAIT = 29.0  # seconds; API Gateway's limit
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
}
# Written by API Gateway itself: whatever the caller claims is replaced, or comes first in the list.
FORWARDED = {"x-forwarded-proto", "x-forwarded-port", "x-forwarded-for"}


class TooLarge(Exception):
    """The body is larger than API Gateway takes."""


class Proxy(ThreadingHTTPServer):
    """Listens on loopback; `api_id` answers with the id of the deployed API, or "" before there is one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, aws_port: int, api_id: Callable[[], str], stage: str = "api") -> None:
        self.aws_port = aws_port
        self.api_id = api_id
        self.stage = stage
        super().__init__((LOOPBACK, port), Passing)


class Passing(BaseHTTPRequestHandler):
    """One connection from a browser: each request is passed on and its answer passed back."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    server_version = "local"
    sys_version = ""
    timeout = 75
    disable_nagle_algorithm = True

    def _pass(self) -> None:
        api = self.server.api_id()
        if not api:
            self._say(503, "The stack is not deployed yet")
            return
        try:
            body = self._body()
        except TooLarge:
            self.close_connection = True
            self._say(413, "Request Too Long")
            return
        path = self.path if self.path.startswith("/") else "/" + self.path
        target = f"/restapis/{api}/{self.server.stage}/_user_request_{path}"
        try:
            answer, content = self._ask(target, body)
        except TimeoutError:
            self._say(504, "Endpoint request timed out")
            return
        except (OSError, http.client.HTTPException):
            self._say(502, "The local AWS does not answer")
            return
        self._hand_back(answer, content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self._pass_over(length)
            raise TooLarge
        return self.rfile.read(length)

    def _pass_over(self, length: int) -> None:
        """Read a body nobody wants, so that its sender comes to read the answer; to a limit."""
        left = min(length, 10 * LARGEST_BODY)
        while left > 0 and (read := self.rfile.read(min(left, 1 << 16))):
            left -= len(read)

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
            if len(body) > LARGEST_BODY:
                raise TooLarge
        while self.rfile.readline().strip():
            continue
        return body

    def _ask(self, target: str, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        """One connection for one request: a kept one may have been closed by the other side, and then
        nobody can tell whether a POST was heard or must be sent again."""
        connection = http.client.HTTPConnection(LOOPBACK, self.server.aws_port, timeout=LONGEST_WAIT)
        try:
            answer = self._send(connection, target, body)
            return answer, answer.read()
        finally:
            connection.close()

    def _send(self, to: http.client.HTTPConnection, target: str, body: bytes) -> http.client.HTTPResponse:
        to.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP | FORWARDED:
                to.putheader(name, value)
        client = self.client_address[0]
        before = self.headers.get("X-Forwarded-For")
        to.putheader("X-Forwarded-For", f"{before}, {client}" if before else client)
        to.putheader("X-Forwarded-Proto", "http")
        to.putheader("X-Forwarded-Port", str(self.server.server_address[1]))
        if body or self.command in {"POST", "PUT", "PATCH"}:
            to.putheader("Content-Length", str(len(body)))
        to.endheaders(body or None)
        return to.getresponse()

    def _hand_back(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        bodyless = answer.status in {204, 304}
        if self.command == "HEAD" and (length := answer.getheader("Content-Length")):
            self.send_header("Content-Length", length)
        elif not bodyless:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and not bodyless:
            self.wfile.write(content)

    def _say(self, status: int, message: str) -> None:
        """An answer of the gateway itself, in API Gateway's own shape."""
        content = json.dumps({"message": message}).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: paths carry link tokens, and access logs omit them."""
