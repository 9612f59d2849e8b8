"""The pages API Gateway shows by itself, when a request never reaches a function.

API Gateway answers with the template for application/json whatever the reader accepts, so the page stands
under that name and the Content-Type header says what it is. A `$` would be read as a variable. A header's
value stands in quotes and may hold none of its own, so the content policy stands in the page.
"""

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any

GATEWAY = Path(__file__).parent / "gateway"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def gateway_responses() -> dict[str, dict[str, Any]]:
    """SAM's GatewayResponses: one kind page, in German and English, for each way to miss a function."""
    frame = (GATEWAY / "frame.html").read_text("utf-8")
    style = (GATEWAY / "frame.css").read_text("utf-8").replace("\n", "")
    texts = json.loads((GATEWAY / "pages.json").read_text("utf-8"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    found = {}
    for kind, text in texts.items():
        page = frame.replace("{{style}}", style).replace("{{digest}}", digest)
        for language in ("de", "en"):
            title, words = text[language]
            page = page.replace(f"{{{{{language}_title}}}}", escape(title))
            page = page.replace(f"{{{{{language}_text}}}}", escape(words))
        if "$" in page or "{{" in page:
            raise ValueError(f"infra/gateway: the page for {kind} has a $ or an unfilled place")
        response: dict[str, Any] = {
            "ResponseTemplates": {"application/json": page},
            "ResponseParameters": {"Headers": {name: f"'{value}'" for name, value in HEADERS.items()}},
        }
        if "status" in text:
            response["StatusCode"] = text["status"]
        found[kind] = response
    return found
