"""What the launcher hears from the stack's own processes, and from the operators' door, when it is no JSON."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from infra import operate
from infra.refusals import in_words
from local import control
from local.places import Trouble


class Saying(HTTPServer):
    """Answers everything with the same status and words."""

    def __init__(self, status: int, words: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.said = status, words
        self.address = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, words = self.server.said
        self.send_response(status)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    do_POST = do_GET

    def log_message(self, *said: object) -> None:
        return


@pytest.fixture
def saying():
    servers = []

    def start(status: int, words: bytes) -> str:
        servers.append(Saying(status, words))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1].address

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("speak", [control.get, control.post])
def test_an_answer_that_is_no_json_names_who_gave_it_and_how_it_begins(saying, speak):
    address = saying(200, b"<html>soon</html>")
    with pytest.raises(Trouble, match=f"{address}/clock answered what is no JSON: b'<html>soon"):
        speak(f"{address}/clock")


def test_a_look_that_brought_nothing_is_done_again(monkeypatch):
    monkeypatch.setattr(control, "PAUSE_S", 0)
    looks = iter([b"", b"<html>", b'{"planned": 3}'])
    assert control.read(lambda: next(looks), "activity") == {"planned": 3}


def test_an_act_may_be_answered_with_nothing(saying):
    assert control.post(saying(200, b"")) == {}


@pytest.mark.parametrize(
    ("status", "words", "known", "said"),
    [
        (200, b'{"acts": []}', 200, None),
        (409, b'{"said": "refused"}', 409, "refused"),
        (403, b"<html>", 403, "refused_by_gateway"),
        (429, b"<html>", 429, "turned_away"),
        (504, b"<html>", 504, "not_answered"),
        (200, b"", 502, "not_answered"),
    ],
)
def test_who_speaks_at_the_door_hears_who_answered(saying, status, words, known, said):
    keys = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-central-1")
    found, answer = operate.ask(keys, saying(status, words), "GET", "/operator/_all/acts", {}, "eu-central-1")
    assert (found, answer.get("said")) == (known, said)


def spoken_to(address):
    keys = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-central-1")
    return operate.ask(keys, address, "POST", "/operator/_all/hold", {}, "eu-central-1")


def test_who_speaks_where_nobody_listens_hears_that_nobody_answered():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    assert spoken_to(f"http://127.0.0.1:{port}") == (504, {"said": "not_answered"})


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 409 Conflict\r\nContent-Length: 99\r\n\r\n{",
        b"Who is there?\r\n\r\n",
    ],
    ids=["dropped", "cut short", "a refusal cut short", "no HTTP"],
)
def test_who_is_left_in_the_middle_of_an_answer_hears_that_nobody_answered(words):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def leave():
            there, _ = server.accept()
            with there:
                there.recv(65_536)
                there.sendall(words)

        talk = threading.Thread(target=leave)
        talk.start()
        assert spoken_to(f"http://127.0.0.1:{server.getsockname()[1]}") == (504, {"said": "not_answered"})
        talk.join()


def test_who_waits_longer_than_is_waited_hears_that_nobody_answered(monkeypatch):
    monkeypatch.setattr(operate, "TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = spoken_to(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert answer == (504, {"said": "not_answered"})


def test_nobody_is_told_of_a_missing_right_when_the_function_only_took_too_long():
    assert "IAM" not in in_words({"said": "not_answered"}) and "Look first" in in_words({"said": "not_answered"})
