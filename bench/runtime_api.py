"""A Runtime API on loopback for one function at a time, as awslambdaric wants it, and what it saw.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

SECONDS = 60


class Failed(Exception):
    """The function did not answer; the message says what it said instead."""


@dataclass(frozen=True)
class First:
    """A first response: seconds from the start of the process until it asked for work, until it answered."""

    ready: float
    answered: float
    answer: Any


class _Quiet(ThreadingHTTPServer):
    """Each process is ended after its answer, in the middle of a connection: nothing to tell of."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _Work:
    """One event for one process, and what came of it."""

    def __init__(self, event: Any) -> None:
        self.event = json.dumps(event).encode()
        self.given, self.done = False, Event()
        self.ready, self.answered = 0.0, 0.0
        self.kind, self.body = "", b""


def first_response(
    command: Sequence[str], task: Path, environment: Mapping[str, str], event: Any, log: Path
) -> First:
    """Start the process in `task`, hand it the event, take its first answer and end it.

    Each process has an address of its own: what one that was ended still had on its way reaches no other.
    """
    work = _Work(event)
    server = _Quiet(("127.0.0.1", 0), _handler(work))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"}
    try:
        with log.open("ab") as lines:
            began = time.perf_counter()
            process = subprocess.Popen(command, cwd=task, env=settings, stdout=lines, stderr=lines)
            try:
                while not work.done.wait(0.25):
                    if process.poll() is not None or time.perf_counter() - began > SECONDS:
                        raise Failed(f"no answer from {command[-1]}: {_tail(log)}")
            finally:
                process.kill()
                process.wait(10)
    finally:
        server.shutdown()
        server.server_close()
    if work.kind != "response":
        raise Failed(f"{command[-1]}: {work.body.decode(errors='replace')[:2000]}")
    return First(work.ready - began, work.answered - began, json.loads(work.body))


def _handler(work: _Work) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if work.given:  # the second question: nothing more comes, the process is ended meanwhile
                time.sleep(SECONDS)
                return
            work.given, work.ready = True, time.perf_counter()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "11111111-2222-4333-8444-555555555555")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + SECONDS) * 1000)))
            arn = "arn:aws:lambda:eu-central-1:000000000000:function:kulanz"
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
            self.send_header("Content-Type", "application/json")
            self._end(work.event)

        def do_POST(self) -> None:
            answered = time.perf_counter()
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not work.done.is_set():
                work.answered, work.kind, work.body = answered, self.path.rpartition("/")[2], body
                work.done.set()
            self.send_response(202)
            self._end(b"{}")

        def _end(self, body: bytes) -> None:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _tail(log: Path) -> str:
    return log.read_bytes()[-2000:].decode(errors="replace")
