"""What a page weighs on its way to an old phone, and that one response is all of it."""

import gzip
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from app import app
from bench.ground import Ground
from bench.rows import Row, at_most
from chalicelib.entrypoints.events import money

AT_MOST = 14 * 1024
SETTLED = 150  # ms after the page has loaded, for what a browser might still ask
LEVEL = 6  # what API Gateway's MinimumCompressionSize does is not said; 6 is the usual level of zlib
LANGUAGES = ("de", "en")
HEAVIEST = ("uk", "ru")
PAGES = ("door", "matter", "pay", "closed", "talk")
FETCHED_BY = {"src", "srcset", "poster", "background", "data", "imagesrcset", "manifest"}
IN_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!['\"]?data:)", re.I)


@dataclass(frozen=True)
class Page:
    """A page as the app answered it."""

    name: str
    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def weight(self) -> int:
        return len(gzip.compress(self.body.encode(), LEVEL))


def pages(ground: Ground) -> list[Page]:
    """Each kind of page in each language, of real claims; the closed one was paid through the provider."""
    triggers = ground.triggers
    owed, token = triggers.claim, triggers.token
    paid, paid_token = _paid(ground)
    asked = {
        "door": (token, "", None),
        "matter": (token, "", triggers.visit_of(owed, token)),
        "pay": (token, "/pay", triggers.visit_of(owed, token)),
        "closed": (paid_token, "", triggers.visit_of(paid, paid_token)),
        "talk": (token, "/talk", triggers.visit_of(owed, token)),
    }
    found = []
    for name in PAGES:
        of, path, visit = asked[name]
        for language in LANGUAGES:
            answer = app(triggers.page(of, path, visit=visit, lang=language), None)
            assert answer["statusCode"] == 200, (name, answer)
            headers = {k: v for k, v in answer["headers"].items() if k != "Set-Cookie"}
            assert headers["Content-Language"] == language, (name, headers)
            found.append(Page(f"{name}.{language}", f"/{name}/{language}", headers, answer["body"]))
    return found


def heaviest_sample(*, quick: bool) -> tuple[str, int]:
    """Of every page the tests have a sample of, as readers without cookies get it: forms weigh more than links.

    Quickly in the two languages that came out heaviest, since the tests weigh every page in every language.
    """
    from chalicelib.presentation import i18n, render
    from tests.pages.samples import SEALED, page_samples

    weights = {
        f"{name}, {language}": len(gzip.compress(render.page(view).body.encode(), LEVEL))
        for language in (HEAVIEST if quick else i18n.languages())
        for name, view in page_samples(language, carried=SEALED).items()
    }
    return max(weights.items(), key=lambda one: one[1])


def _paid(ground: Ground) -> tuple[Any, str]:
    triggers = ground.triggers
    event = triggers.fresh("Money")
    claim, token = triggers.last_paying
    assert money(event, None) == {"batchItemFailures": []}
    held = ground.house.again(claim)
    assert held.state == "closed", held.state
    return held, token


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    drawn = pages(ground)
    heaviest: dict[str, Page] = {}
    for page in drawn:
        name = page.name.partition(".")[0]
        heaviest[name] = max(heaviest.get(name, page), page, key=lambda one: one.weight)
    for name, page in heaviest.items():
        bound, holds = at_most(AT_MOST, page.weight)
        what = f"the page {name}, gzipped, the heavier of both languages"
        yield Row(f"page_weight.{name}", what, page.weight, "bytes", bound=bound, holds=holds)
    name, most = heaviest_sample(quick=quick)
    bound, holds = at_most(AT_MOST, most)
    what = f"the heaviest of all pages in every state and language, gzipped: {name}"
    yield Row("page_weight.heaviest", what, most, "bytes", bound=bound, holds=holds)
    named = sum(len(fetches(page.body)) for page in drawn)
    asked, refused = requests_in_browser(drawn)
    what = "most requests a page costs in headless Chromium; none names more that a browser would fetch"
    holds = asked == 1 and not named and not refused
    yield Row("page_requests", what, asked, "requests", bound="= 1", holds=holds)


class _Fetches(HTMLParser):
    """Everything in a page that makes a browser ask for more."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            fetched = name in FETCHED_BY or (tag == "link" and name == "href")
            if fetched and not (value or "").startswith("data:"):
                self.found.append(f"{tag} {name}")
            elif name == "style" and IN_STYLE.search(value or ""):
                self.found.append(f"{tag} style")
        if tag in ("script", "iframe", "frame", "embed"):
            self.found.append(tag)
        if tag == "meta" and ("http-equiv", "refresh") in attrs:
            self.found.append("meta refresh")

    def handle_data(self, data: str) -> None:
        if self._in_style and IN_STYLE.search(data):
            self.found.append("style sheet")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False


def fetches(body: str) -> list[str]:
    parser = _Fetches()
    parser.feed(body)
    return parser.found


def requests_in_browser(drawn: list[Page]) -> tuple[int, list[str]]:
    """The most requests any page costs, as the server and the browser both count; and what was refused."""
    from playwright.sync_api import sync_playwright

    from tests.browser import Missing, chromium

    by_path = {page.path: page for page in drawn}
    most, refused = 0, []
    with _Served(by_path) as served, sync_playwright() as play:
        try:
            browser = chromium(play)
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 0, [str(missing)]
        for page in drawn:
            served.asked.clear()
            tab, sent = browser.new_page(viewport={"width": 390, "height": 844}), []
            tab.on("request", lambda request, sent=sent: sent.append(request.url))
            tab.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
            tab.goto(served.url + page.path, wait_until="load")
            tab.wait_for_timeout(SETTLED)
            tab.close()
            from_network = [url for url in sent if not url.startswith("data:")]
            most = max(most, len(served.asked), len(from_network))
        browser.close()
    return most, refused


class _Served:
    """The pages on loopback with their own headers, and every path that was asked for."""

    def __init__(self, by_path: Mapping[str, Page]) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                page = by_path.get(self.path)
                body = page.body.encode() if page else b""
                self.send_response(200 if page else 404)
                for name, value in (page.headers if page else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "_Served":
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
