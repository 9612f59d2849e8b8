"""Speaking JSON to the stack's own processes on loopback; never through a proxy of the machine."""

import json
import urllib.request
from typing import Any

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str) -> Any:
    with OPENER.open(url, timeout=15) as answer:
        return json.load(answer)


def post(url: str, content: dict | None = None) -> Any:
    """Send an object and read one. A refusal raises urllib.error.HTTPError."""
    body = json.dumps(content or {}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
    with OPENER.open(request, timeout=90) as answer:
        return json.loads(answer.read() or b"{}")
