"""A reader at the pages: sends what API Gateway sends the functions, and reads what comes back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
HOST = "zahlen.nordlicht.example"
# What a browser sends along with a form of our own page.
OWN = {"Host": HOST, "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Answer:
    """A page or a redirect as it came."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        """What a person reads of it, non-breaking spaces as spaces."""
        body = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", " ", self.text)
        return " ".join(unescape(body).replace("\xa0", " ").replace("\u202f", " ").split())

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """(where it posts to, its fields) of every form."""
        reading = _Forms()
        reading.feed(self.text)
        return reading.found

    def form(self, ending: str, **wanted: str) -> tuple[str, dict[str, str]]:
        """The form that posts to an address with this ending and holds these fields."""
        for action, fields in self.forms():
            if urlsplit(action).path.endswith(ending) and wanted.items() <= fields.items():
                return action, fields
        raise AssertionError(f"no form to {ending} with {wanted} among {self.forms()}")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form" and at.get("method", "get").lower() == "post":
            self.found.append((at["action"], {}))
            self._open = True
        elif tag == "input" and self._open and "name" in at:
            if at.get("type") in ("radio", "checkbox") and "checked" not in at:
                return
            self.found[-1][1][at["name"]] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def route_of(path: str) -> tuple[str, dict[str, str]]:
    """The route of the app a path belongs to, and its parameters."""
    from app import app

    for route in app.routes:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route)
        if hit := re.fullmatch(pattern, path):
            return route, hit.groupdict()
    raise AssertionError(f"no route for {path}")


def api_event(method: str, url: str, body: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """A REST API's proxy event (Lambda proxy integration, payload 1.0)."""
    parts = urlsplit(url)
    route, parameters = route_of(parts.path)
    return {
        "resource": route,
        "path": parts.path,
        "httpMethod": method,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": parse_qs(parts.query, keep_blank_values=True) or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {"resourcePath": route, "httpMethod": method, "path": parts.path, "identity": {}},
        "body": body or None,
        "isBase64Encoded": False,
    }


def answered(method: str, url: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """Ask the app. In the package two of the routes have functions of their own; the code is the same."""
    from app import app

    said = app(api_event(method, url, body, headers or {}), None)
    cookies = said.get("multiValueHeaders", {}).get("Set-Cookie", [])
    plain = {name.lower(): value for name, value in said["headers"].items()}
    cookies = [plain.pop("set-cookie"), *cookies] if "set-cookie" in plain else cookies
    return Answer(said["statusCode"], plain, cookies, said["body"])


@dataclass
class Reader:
    """One browser with a link. `cookies=None` keeps none; `sends` is what it sends with every request."""

    token: str = ""
    cookies: dict[str, str] | None = field(default_factory=dict)
    sends: dict[str, str] = field(default_factory=lambda: {"Host": HOST, "Accept-Language": "de"})

    def at(self, place: str = "") -> str:
        return f"/p/{quote(self.token)}" + (place if place[:1] in ("", "?") else f"/{place}")

    def get(self, place: str = "", method: str = "GET", **headers: str) -> Answer:
        return self._ask(method, place if place[:1] == "/" else self.at(place), "", headers)

    def post(self, place: str = "", fields: Mapping[str, str] | None = None, **headers: str) -> Answer:
        sent = {**OWN, "Content-Type": FORM, **{name.replace("_", "-"): text for name, text in headers.items()}}
        url = place if place[:1] == "/" else self.at(place)
        return self._ask("POST", url, urlencode(fields or {}), {n: text for n, text in sent.items() if text})

    def press(self, answer: Answer, ending: str, **typed: str) -> Answer:
        """Fill in the form that posts there and send it, as it stands on the page."""
        action, fields = answer.form(ending)
        return self.post(action, {**fields, **typed})

    def on(self, answer: Answer) -> Answer:
        """Follow a redirect that stays with us."""
        assert answer.status == 303, answer.words
        return self.get(answer.location)

    def through_the_door(self, postcode: str = "10437", **proof: str) -> Answer:
        """Open the link, prove the postcode (or what else is given), and stand before the matter."""
        door = self.get()
        proven = self.press(door, self.token, **(proof or {"factor": "postcode", "postcode": postcode}))
        return self.on(proven) if proven.status == 303 else proven

    def _ask(self, method: str, url: str, body: str, headers: Mapping[str, str]) -> Answer:
        sent = {**self.sends, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = answered(method, url, body, sent)
        if self.cookies is not None:
            for cookie in answer.cookies:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
        return answer


def sqs(*bodies: object) -> dict[str, Any]:
    """Messages as a queue hands them to a function."""
    records = []
    for number, body in enumerate(bodies):
        text = body if isinstance(body, str) else json.dumps(body)
        records.append({"messageId": f"m{number}", "eventSource": "aws:sqs", "body": text})
    return {"Records": records}
