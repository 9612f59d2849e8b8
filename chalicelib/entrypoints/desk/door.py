"""How a route of the desk is guarded: who sits there, what they may, and the page of what went wrong.

A page of the desk is a function under @desk_route, in a file that rooms.py imports::

    @desk_route("/desk/c/{creditor}/{debtor}", "GET", needs=May.SEE)
    def matter(clerk: Clerk, creditor: str, debtor: str) -> Response:
        settings = clerk.creditor_of(creditor)
        clerk.see(creditor, debtor, None, "matter")
        found = wiring.store().matter(creditor, debtor)
        if found is None:
            raise BrokenRule("not_found")
        return clerk.show(...)
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache, wraps
from typing import Any, ClassVar
from urllib.parse import unquote, urlencode, urlsplit

from chalice.app import Blueprint, Chalice, Response

from ... import wiring
from ...domain.audit import Look
from ...domain.errors import AlreadyDone, BrokenRule, Retry, StaleVersion
from ...domain.parties import Creditor
from ...domain.presence import Presence
from ...domain.seat import Seat, form_proof, seat_opened, seat_sealed, served_in
from ...domain.staff import May, Staff
from ...presentation import i18n, render
from ...presentation.desk import states
from ...presentation.desk.frame import DeskFrame, DeskView, desk_frame
from ...settings import MissingSetting, optional
from ..browser import COOKIE, FORM, TONGUE_COOKIE, Browser
from ..doors import ODD
from ..logs import alarm, logger, story

desks = Blueprint(__name__)

SEAT_COOKIE = "__Host-desk"
# Where somebody goes on after signing in: a page of the desk and nothing else.
PAGE = re.compile(r"/desk(?:/[\w.~%:+,;=@-]+)*(?:\?[\w.~%:+,;=@&/-]*)?", re.ASCII)
LONGEST_PAGE = 500

type OpenHandler = Callable[..., Response]


@dataclass(frozen=True)
class Needs:
    """What a route asks of who comes: None, a seat and no more; `opens`: not even that."""

    may: May | None
    opens: bool = False


# (route, method) -> what it needs; every route of the desk is in here, and a test walks all of them.
NEEDED: dict[tuple[str, str], Needs] = {}


class Unwritten(Retry):
    """It could not be written down who looks, so nothing is shown."""


@dataclass
class Caller:
    """One request to the desk by whoever it is."""

    browser: Browser
    path: str
    staff: Staff | None = None
    seat: Seat | None = None
    set_cookies: list[str] = field(default_factory=list)

    place: ClassVar[str] = ""

    @property
    def now(self) -> datetime:
        return self.browser.now

    @property
    def query(self) -> dict[str, str]:
        return dict(self.browser.query)

    @property
    def posted(self) -> dict[str, list[str]]:
        return {name: list(values) for name, values in self.browser.posted.items()}

    def typed(self, name: str) -> str:
        """What was typed there, trimmed; empty where nothing was."""
        return (self.browser.posted.get(name) or [""])[0].strip()

    @property
    def locale(self) -> i18n.Locale:
        picked = self.query.get("lang") or self.typed("lang") or self.browser.cookies.get(TONGUE_COOKIE)
        return i18n.negotiate_desk(picked, self.browser.headers.get("accept-language"))

    @property
    def zone(self) -> tzinfo:
        """Of the first creditor somebody works for."""
        for creditor in self.staff.creditors if self.staff else ():
            if settings := wiring.store().creditor(creditor):
                return wiring.policies()[settings.country].zone
        return wiring.policies()["DE"].zone

    def frame(self, place: str = "") -> DeskFrame:
        """The surroundings of a page; `place` is the way it belongs to ("list", "team", "staff", "audit")."""
        proof = form_proof(self.seat, next(iter(wiring.desk_keys().values()))) if self.seat else ""
        asked = tuple(self.query.items()) if self.browser.method != "POST" else ()
        return desk_frame(
            self.locale, zone=self.zone, now=self.now, staff=self.staff, proof=proof, place=place, asked=asked
        )

    def bare_frame(self) -> DeskFrame:
        """Surroundings that need neither a key nor a table: for what went wrong."""
        zone = wiring.policies()["DE"].zone
        return desk_frame(self.locale, zone=zone, now=self.now)

    def show(self, view: DeskView, *, status: int | None = None) -> Response:
        page = render.page(view)
        code = status or page.status
        headers: dict[str, Any] = dict(page.headers())
        picked = self.query.get("lang", "")
        if picked in i18n.desk_languages() and picked != self.browser.cookies.get(TONGUE_COOKIE):
            self.set_cookies.append(f"{TONGUE_COOKIE}={picked}{COOKIE}")
        return self._answer(page.body, headers, code, view.template)

    def go(self, url: str) -> Response:
        """On to another page, by GET."""
        headers = {"Location": url, "Content-Type": "text/plain; charset=utf-8"}
        return self._answer("", headers, 303, "redirect")

    def file(self, body: str, media_type: str, name: str) -> Response:
        """Something to keep, as a download under this name."""
        headers = {
            "Content-Type": f"{media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Robots-Tag": "noindex",
        }
        return self._answer(body, headers, 200, name)

    def _answer(self, body: str, headers: dict[str, Any], status: int, shown: str) -> Response:
        headers |= {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        self._keep_seat()
        if self.set_cookies:
            headers["Set-Cookie"] = self.set_cookies if len(self.set_cookies) > 1 else self.set_cookies[0]
        who = self.staff.id if self.staff else "-"
        logger.info("desk", extra={"shown": shown, "status": status, "staff": who})
        return Response(body, headers=headers, status_code=status)

    def _keep_seat(self) -> None:
        """The seat is good for another half hour from this answer on."""
        if self.seat:
            key_id, key = next(iter(wiring.desk_keys().items()))
            text = seat_sealed(self.seat.renewed(self.now), key_id, key)
            self.set_cookies.append(f"{SEAT_COOKIE}={text}{COOKIE}")

    def leave(self) -> None:
        """Nobody sits here any more, as far as this browser knows."""
        self.staff = self.seat = None
        self.set_cookies.append(f"{SEAT_COOKIE}=; Max-Age=0{COOKIE}")

    def foreign(self) -> bool:
        """A form that was not sent from a page of the desk."""
        origin, own = self.browser.headers.get("origin"), urlsplit(optional("DESK_ORIGIN")).netloc
        if origin and own and urlsplit(origin).netloc == own:
            return self.browser.headers.get("sec-fetch-site", "same-origin") != "same-origin"
        return self.browser.foreign()


@dataclass
class Clerk(Caller):
    """One request of somebody who sits at the desk."""

    staff: Staff
    seat: Seat

    def may(self, what: May) -> bool:
        return self.staff.may(what)

    def creditor_of(self, creditor: str) -> Creditor:
        """The creditor, where this person works for it: of any other they do not see that there is one (O3).

        Whether there is none or it is another's, nothing is read and the answer is the same.
        """
        if not self.staff.works_for(creditor):
            raise BrokenRule("not_found")
        found = wiring.store().creditor(creditor)
        if found is None:
            raise BrokenRule("not_found")
        return found

    def creditors(self) -> dict[str, Creditor]:
        """Those this person works for, by their ids."""
        found = {name: wiring.store().creditor(name) for name in self.staff.creditors}
        return {name: creditor for name, creditor in found.items() if creditor is not None}

    def see(self, creditor: str, debtor: str | None, claim: str | None, what: str) -> None:
        """Write down that this person is shown this, before anything personal of it is read: without the row there
        is no page. Once a request; `what` is the page's name."""
        look = Look(creditor, self.staff.id, self.now, what, debtor, claim)
        try:
            wiring.looks().note(look)
        except Retry as trouble:
            raise Unwritten("who looks could not be written down") from trouble


def desk_route(
    path: str, *methods: str, needs: May | None, posts: May | None = None
) -> Callable[[OpenHandler], OpenHandler]:
    """Register a page of the desk for whoever may `needs`; its forms for whoever may `posts` (else the same).

    The handler is given the Clerk and the parts of the path by name, as they are called.
    """

    def register(handler: OpenHandler) -> OpenHandler:
        @wraps(handler)
        def answer(**parts: str) -> Response:
            caller = _caller()
            return mapped(caller, lambda: _seated(caller, handler, parts, needed))

        needed = {m: Needs(posts or needs) if m == "POST" else Needs(needs) for m in methods}
        return _register(path, handler, answer, needed)

    return register


def open_route(path: str, *methods: str) -> Callable[[OpenHandler], OpenHandler]:
    """Register a page on the way into the desk: its handler is given a Caller, whoever that is."""

    def register(handler: OpenHandler) -> OpenHandler:
        @wraps(handler)
        def answer(**parts: str) -> Response:
            caller = _caller()
            return mapped(caller, lambda: handler(caller, **parts))

        return _register(path, handler, answer, {method: Needs(None, opens=True) for method in methods})

    return register


def _register(path: str, handler: OpenHandler, answer: OpenHandler, needed: dict[str, Needs]) -> OpenHandler:
    if not PAGE.fullmatch(re.sub(r"\{\w+\}", "x", path)):
        raise ValueError(f"{path} is no page of the desk")
    name = f"desk_{path.replace('/', '_')}"
    for method, needs in needed.items():
        if method not in ("GET", "POST") or (path, method) in NEEDED:
            raise ValueError(f"{method} {path}")
        NEEDED[path, method] = needs
        more = {"content_types": [FORM, *ODD]} if method == "POST" else {}
        desks.route(path, methods=[method], name=f"{name}_{method}", **more)(answer)
    return handler


def _caller() -> Caller:
    """The path as its route and its parts say it: what the gateway calls the path may hold its own stage."""
    request = desks.current_request
    query = urlencode({name: value for name, value in (request.query_params or {}).items() if name != "lang"})
    path = request.path.format_map(request.uri_params or {})
    return Caller(Browser.of(request, ""), f"{path}?{query}" if query else path)


def _seated(caller: Caller, handler: OpenHandler, parts: dict[str, str], needed: dict[str, Needs]) -> Response:
    """Who sits there is asked before anything else is; what they may is read afresh with every request."""
    if not optional("DESK_ISSUER"):
        return caller.show(states.Closed(caller.bare_frame()))
    posting = caller.browser.method == "POST"
    if posting and caller.browser.too_large:
        return caller.show(states.state(caller.bare_frame(), "too_large"))
    if posting and caller.foreign():
        return caller.show(states.state(caller.bare_frame(), "foreign"))
    clerk = _clerk(caller)
    stands = _stands_on(caller, reads="GET" in needed)
    if clerk is None:
        return _sign_in(caller, stands)
    if (
        posting
        and (served := served_in(clerk.typed("proof"), clerk.staff.id, wiring.desk_keys())) != clerk.seat.id
    ):
        return _old_form(clerk, stands, known=served is not None)
    needs = needed[caller.browser.method].may
    if needs is not None and not clerk.may(needs):
        return clerk.show(states.state(clerk.frame(), "not_yours"))
    _seen(clerk)
    named = {name: unquote(part) for name, part in parts.items()}
    return mapped(clerk, lambda: handler(clerk, **named))


def _seen(clerk: Clerk) -> None:
    """Whoever answers is here, so that what waits may be given to them; no page waits for that to be written."""
    if clerk.may(May.ANSWER):
        with suppress(Retry):
            wiring.presences().tell(Presence(clerk.staff.id, clerk.now))


def _clerk(caller: Caller) -> Clerk | None:
    """Whoever sits there by a seat that still counts."""
    seat = seat_opened(caller.browser.cookies.get(SEAT_COOKIE, ""), wiring.desk_keys())
    staff = wiring.roster().staff_member(seat.staff) if seat else None
    if seat is None or staff is None or not seat.holds(staff, caller.now):
        return None
    return Clerk(browser=caller.browser, path=caller.path, staff=staff, seat=seat)


def _stands_on(caller: Caller, *, reads: bool) -> str:
    """The page that a request is of: itself, or the one whose form goes to it."""
    return page_of_ours(caller.path if reads else caller.path.partition("?")[0].rpartition("/")[0])


def _sign_in(caller: Caller, page: str) -> Response:
    """In the page's own place, so that who has signed in stands where they wanted to be; with what they had typed
    before their seat was over, which nobody keeps but that page."""
    if caller.browser.method == "POST":
        action = page_of_ours(caller.path)
        if view := states.kept(caller.bare_frame(), caller.browser.posted, action=action, page=page):
            return caller.show(view)
    wanted = page if caller.browser.method == "GET" else ""
    why = "desk.sign_in.over" if caller.browser.cookies.get(SEAT_COOKIE) else ""
    return caller.show(states.SignIn(caller.bare_frame(), to=wanted, why=why))


def _old_form(clerk: Clerk, page: str, *, known: bool) -> Response:
    """A form of an earlier sign-in does nothing. What was typed into it is shown: to be sent once more where we
    served it to this very person, else to be copied, so that nobody sends what somebody else put there."""
    action, frame = page_of_ours(clerk.path), clerk.frame()
    view = states.kept(frame, clerk.browser.posted, action=action, page=page, known=known)
    return clerk.show(view or states.state(frame, "old_form"))


def page_of_ours(wanted: str) -> str:
    """The page of the desk that is meant, without what would lead elsewhere; empty for the first one."""
    if len(wanted) > LONGEST_PAGE or not PAGE.fullmatch(wanted):
        return ""
    # However they are written, a browser makes a step up of them.
    steps = {unquote(step) for step in wanted.partition("?")[0].split("/")}
    return "" if steps & {".", ".."} else wanted


STATE_OF_RULE = {"not_found": "not_found", "not_yours": "not_yours"}


def mapped(caller: Caller, act: Callable[[], Response]) -> Response:
    """What `act` answers; what it raises becomes the page of that state, and the log gets no word of it."""
    try:
        return act()
    except BrokenRule as broken:
        logger.info("broken rule", extra={"rule": broken.rule})
        return _state(caller, STATE_OF_RULE.get(broken.rule, "cannot"))
    except (StaleVersion, AlreadyDone):
        return _state(caller, "changed")
    except Unwritten as unwritten:
        logger.warning("trouble", extra={"why": str(unwritten)})
        return _state(caller, "unwritten")
    except Retry as passing:
        logger.warning("trouble", extra={"why": str(passing)})
        return _state(caller, "trouble")
    except (wiring.MissingSecret, MissingSetting) as missing:
        alarm("secret_missing", secret=str(missing))
        return _bare(caller)
    except Exception as unforeseen:  # noqa: BLE001 - the reader gets a page, the log the whole story
        logger.error("unforeseen", extra=story(unforeseen))
        return _bare(caller)


def _state(caller: Caller, name: str) -> Response:
    try:
        return caller.show(states.state(caller.frame(), name))
    except (Retry, wiring.MissingSecret, MissingSetting):
        return _bare(caller)


def _bare(caller: Caller) -> Response:
    """In trouble the seat is left as it is, and its key is not asked for."""
    plain = Caller(caller.browser, caller.path)
    return plain.show(states.state(plain.bare_frame(), "trouble"))


@cache
def _alone() -> Chalice:
    from . import rooms

    app = Chalice(app_name="kulanz-desk", configure_logs=False)
    app.register_blueprint(rooms.desks)
    return app


@desks.lambda_function(name="desk")
def desk(event: dict[str, Any], context: Any) -> Any:
    """Answer one of the desk's routes, given the API's own event."""
    return _alone()(event, context)
