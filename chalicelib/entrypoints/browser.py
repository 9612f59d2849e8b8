"""One request of a reader's browser: language, cookies, form, where it came from, and the answer's headers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalice.app import Response

from .. import wiring
from ..domain.claim import Claim
from ..domain.errors import BrokenRule
from ..domain.parties import Creditor
from ..domain.pay_link import PayLink, Scope, link_id
from ..domain.policies._country import CountryPolicy
from ..domain.visit import Visit, form_proof, opened, sealed
from ..presentation import i18n, render, views
from ..settings import optional
from .logs import logger

FORM = "application/x-www-form-urlencoded"
VISIT_COOKIE = "__Host-visit"
SEEN_COOKIE = "__Host-seen"
TONGUE_COOKIE = "__Host-tongue"
COOKIE = "; Path=/; Secure; HttpOnly; SameSite=Lax"
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 60
FORM_PROOF = "silence"
# An id of our own, or the word for a reason.
ABOUT = re.compile(r"[0-9A-Za-z_.-]{1,64}")
# As a creditor's file may name a claim.
CLAIM_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z ._:/+-]{0,63}")


@dataclass
class Browser:
    """What one request brought. `link` and `creditor` are set once the link was looked up; `one_of` is the
    claim at hand, once read, where its debtor has several."""

    token: str
    method: str
    now: datetime
    query: Mapping[str, str]
    posted: Mapping[str, Sequence[str]]
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    too_large: bool = False
    link: PayLink | None = None
    creditor: Creditor | None = None
    visit: Visit | None = None
    one_of: Claim | None = None
    set_cookies: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, request: Any, token: str) -> "Browser":
        body: bytes = request.raw_body if request.method == "POST" else b""
        kind = request.headers.get("content-type", "") if request.method == "POST" else ""
        posted = None if len(body) > LARGEST_FORM else _posted(body.decode("utf-8", "replace"), kind)
        return cls(
            token=token,
            method=request.method,
            now=wiring.clock(),
            query=dict(request.query_params or {}),
            posted=posted or {},
            cookies=_cookies(request.headers.get("cookie", "")),
            headers=request.headers,
            too_large=posted is None,
        )

    @property
    def has_cookies(self) -> bool:
        """The door's marker came back, so this browser keeps cookies."""
        return SEEN_COOKIE in self.cookies

    @property
    def chosen_language(self) -> str | None:
        """Picked on this page, or on an earlier one of this browser: it outlasts the way over the hosted page."""
        return self._picked() or i18n.known(self.cookies.get(TONGUE_COOKIE))

    def speak(self, language: str) -> None:
        """From this answer on the reader is spoken to in this language, as if they had picked it on the page."""
        self.posted = {**self.posted, "lang": [language]}

    def words_of(self, key: str) -> str:
        """The version of a sentence that is agreed to here: its language and a hash of its words."""
        locale = self.locale()
        return f"{locale.language}:{sha256(locale.text(key).encode()).hexdigest()[:12]}"

    def _picked(self) -> str | None:
        return i18n.known(self.query.get("lang") or (self.posted.get("lang") or [""])[0])

    def foreign(self) -> bool:
        """A form that was not sent from our own page (P12). Without both headers the form's Visit decides."""
        if self.headers.get("sec-fetch-site", "same-origin") in ("cross-site", "same-site"):
            return True
        origin = self.headers.get("origin")
        if origin is None:
            return False
        own = {self.headers.get("host")}
        if self.creditor:
            own.add(urlsplit(self.creditor.public_url).netloc)
        try:
            sender = urlsplit(origin).netloc
        except ValueError:
            return True
        return (sender or "nowhere") not in own

    def look_up(self) -> PayLink | None:
        """The link behind the token, with its creditor; None when there is none that still works.

        A link that never was, one that is over and one that was disowned cost the same reads and look the
        same from outside (P8).
        """
        link = wiring.store().link(link_id(self.token))
        if link is None or link.expired_at(self.now) or link.state != "active":
            return None
        self.link, self.creditor = link, wiring.store().creditor(link.creditor)
        return link if self.creditor else None

    def proven(self) -> Visit | None:
        """The Visit this reader carries for this very link, in the cookie or in the form."""
        if self.link is None:
            return None
        carried = (self.posted.get("visit") or [""])[0]
        for text in (self.cookies.get(VISIT_COOKIE, ""), carried):
            visit = opened(text, wiring.visit_keys(), self.now) if text else None
            if visit and visit.link == self.link.id and visit.scope is self.link.scope:
                if self.link.left_since(visit.issued_at):
                    continue
                self.visit = replace(visit, claim=self._named_claim() or visit.claim)
                return self.visit
        return None

    def _named_claim(self) -> str | None:
        """The claim this request is about, where its reader has several. Only its form is looked at here: it must
        be one of the debtor's own, and whoever reads the matter finds it there or does not."""
        named = (self.posted.get("claim") or [self.query.get("claim", "")])[0]
        return named if CLAIM_ID.fullmatch(named) else None

    @property
    def other_claim(self) -> str | None:
        """The claim at hand where it is not the one the link was sent for."""
        if self.visit is None or self.link is None or self.visit.claim == self.link.claim:
            return None
        return self.visit.claim

    @property
    def policy(self) -> CountryPolicy:
        return wiring.policies()[self.creditor.country if self.creditor else "DE"]

    @property
    def today(self) -> date:
        """The day it is where the debtor is asked."""
        return self.now.astimezone(self.policy.zone).date()

    def locale(self, stored: str | None = None) -> i18n.Locale:
        remembered = stored or (self.link.language if self.link else None)
        country = self.creditor.country if self.creditor else "DE"
        return i18n.negotiate(self.chosen_language, remembered, self.headers.get("accept-language"), country)

    def frame(self, place: str = "", *, proof: bool = False) -> views.Frame:
        """The surroundings of a page of this link; a renewed Visit goes into the cookie or into its forms."""
        carried = None
        if self.visit and self.link:
            text = self._seal(self.visit)
            if self.has_cookies:
                self.set_cookies.append(f"{VISIT_COOKIE}={text}{COOKIE}")
            else:
                carried = text
        return views.frame(
            self.locale(),
            zone=self.policy.zone,
            creditor=self.creditor,
            token=self.token,
            place=place,
            carried=carried,
            chosen=self.chosen_language is not None,
            proof=self.proof() if proof else None,
            claim=self.other_claim,
            one_of=self.one_of,
            about=self.about() if place and self.visit else "",
            scope=self.visit.scope if self.visit else Scope.ALL,
            addressed=bool(self.link and self.link.point),
        )

    def bare_frame(self, place: str = "") -> views.Frame:
        """Surroundings that know neither creditor nor token."""
        locale = i18n.negotiate(self.chosen_language, None, self.headers.get("accept-language"), "DE")
        chosen = self.chosen_language is not None
        return views.frame(locale, zone=wiring.policies()["DE"].zone, place=place, chosen=chosen)

    def proof(self) -> str:
        """Shows that a form without a Visit was served by us for this link."""
        key = next(iter(wiring.visit_keys().values()))
        return form_proof(FORM_PROOF, link_id(self.token), key)

    def proof_fits(self, text: str) -> bool:
        keys = wiring.visit_keys().values()
        proofs = (form_proof(FORM_PROOF, link_id(self.token), key) for key in keys)
        return any(compare_digest(text.encode(), proof.encode()) for proof in proofs)

    def enter(self, visit: Visit) -> None:
        """From now on this reader is in, by this link: back from paying they come to it, not to an earlier one."""
        self.visit = visit
        if self.has_cookies and self.cookies[SEEN_COOKIE] != self.token:
            self.set_cookies.append(f"{SEEN_COOKIE}={self.token}{COOKIE}")

    def _seal(self, visit: Visit) -> str:
        key_id, key = next(iter(wiring.visit_keys().items()))
        # The Visit is the debtor's; which claim is at hand stands beside it, for each tab its own.
        own = self.link.claim if self.link else visit.claim
        renewed = replace(visit, claim=own, issued_at=self.now)
        return sealed(renewed, key_id, key)

    def show(self, view: views.View, *, marker: bool = False, status: int | None = None) -> Response:
        """The page as an answer."""
        page = render.page(view)
        checkout = optional("CHECKOUT_ORIGIN", "https://checkout.stripe.com")
        headers: dict[str, Any] = dict(page.headers(checkout, optional("BUCKET_ORIGIN")))
        cookies = list(self.set_cookies)
        picked = self._picked()
        if picked and self.has_cookies and picked != self.cookies.get(TONGUE_COOKIE):
            cookies.append(f"{TONGUE_COOKIE}={picked}{COOKIE}")
        if marker and not self.has_cookies:
            cookies.append(f"{SEEN_COOKIE}={self.token}{COOKIE}")
        if cookies:
            headers["Set-Cookie"] = cookies if len(cookies) > 1 else cookies[0]
        code = status or page.status
        logger.info("page", extra={"shown": view.template, "status": code, "link": self.link_name()})
        return Response("" if self.method == "HEAD" else page.body, headers=headers, status_code=code)

    def go(self, url: str) -> Response:
        """On to another page, by GET."""
        headers: dict[str, Any] = {
            "Location": url,
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "Content-Type": "text/plain; charset=utf-8",
        }
        if self.set_cookies:
            headers["Set-Cookie"] = self.set_cookies if len(self.set_cookies) > 1 else self.set_cookies[0]
        logger.info("page", extra={"shown": "redirect", "status": 303, "link": self.link_name()})
        return Response("", headers=headers, status_code=303)

    def about(self) -> str:
        """The one thing the reader points at on a page: the id in the form or in the address."""
        named = (self.posted.get("about") or [self.query.get("about", "")])[0]
        return named if ABOUT.fullmatch(named) else ""

    @property
    def alone(self) -> bool:
        """The debtor reads this, and not somebody who helps them."""
        return self.visit is not None and self.visit.scope.covers(Scope.ALL)

    def known_creditor(self) -> Creditor:
        """The creditor of this link; BrokenRule where there is none to speak for."""
        if self.creditor is None:
            raise BrokenRule("not_found")
        return self.creditor

    def leave(self) -> None:
        """Forget the Visit, here and in this browser."""
        self.visit = None
        if self.has_cookies:
            self.set_cookies.append(f"{VISIT_COOKIE}=; Max-Age=0{COOKIE}")

    def file(self, body: str, media_type: str, name: str) -> Response:
        """Something to keep, as a download under this name."""
        headers: dict[str, Any] = {
            "Content-Type": f"{media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "X-Robots-Tag": "noindex",
        }
        logger.info("page", extra={"shown": name, "status": 200, "link": self.link_name()})
        return Response(body, headers=headers, status_code=200)

    def link_name(self) -> str:
        """The link's id, shortened for the log; it opens nothing."""
        return self.link.id[:12] if self.link else "-"


# What a mail program sends, where it takes the richer of the two forms that RFC 8058 lets it send.
ONE_CLICK = re.compile(r'name="?List-Unsubscribe"?\r?\n(?:[^\r\n]+\r?\n)*\r?\nOne-Click\r?\n')


def _posted(text: str, kind: str) -> dict[str, list[str]] | None:
    """The fields of a form. No form of ours is multipart: of such a one only the mail programs' word is read."""
    if not kind.lower().startswith("multipart/form-data"):
        return _fields(text)
    return {"List-Unsubscribe": ["One-Click"]} if ONE_CLICK.search(text) else {}


def _fields(text: str) -> dict[str, list[str]] | None:
    """The fields of a form; None where there are more than any form of ours has."""
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None


def _cookies(header: str) -> dict[str, str]:
    try:
        jar: SimpleCookie = SimpleCookie(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}
