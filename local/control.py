"""Speaking JSON to the stack's own processes on loopback; never through a proxy of the machine."""

import json
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from local.places import Trouble

TRIES = 3
PAUSE_S = 0.5
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str) -> Any:
    """Read an object. A refusal raises urllib.error.HTTPError, an answer that stays no JSON Trouble."""

    def look() -> bytes:
        with OPENER.open(url, timeout=15) as answer:
            return bytes(answer.read())

    return read(look, url)


def post(url: str, content: dict | None = None) -> Any:
    """Send an object and read one, or nothing. A refusal raises urllib.error.HTTPError, no JSON Trouble."""
    body = json.dumps(content or {}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
    with OPENER.open(request, timeout=90) as answer:
        return understood(answer.read() or b"{}", url)


def read(look: Callable[[], bytes], source: str) -> Any:
    """What one look brings, in JSON. Looking changes nothing, so it is done again before Trouble."""
    for _ in range(TRIES - 1):
        with suppress(Trouble):
            return understood(look(), source)
        time.sleep(PAUSE_S)
    return understood(look(), source)


def understood(content: bytes, source: str) -> Any:
    """What stands in JSON; Trouble names where the words are from that are none."""
    try:
        return json.loads(content)
    except ValueError:
        raise Trouble(f"{source} answered what is no JSON: {content[:80]!r}") from None
