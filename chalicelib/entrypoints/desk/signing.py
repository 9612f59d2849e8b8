"""Signing in by the house's identity provider, and out again."""

from contextlib import suppress
from hmac import compare_digest

from chalice.app import Response

from ... import wiring
from ...actions.take_seat import Stranger, leave_seat, take_seat
from ...domain.errors import Permanent, Retry
from ...domain.seat import Seat, SigningIn, challenge_of, signing_in_opened, signing_in_sealed
from ...presentation.desk import states
from ...settings import setting
from ..browser import COOKIE
from ..logs import logger
from .door import Caller, Clerk, desk_route, open_route, page_of_ours

WAY_COOKIE = "__Host-desk-way"


@open_route("/desk/sign-in", "GET")
def sign_in(caller: Caller) -> Response:
    """On to the provider's page. What must come back from there lies in this browser alone; nothing is kept."""
    provider = wiring.identity_provider()
    if provider is None:
        return caller.show(states.Closed(caller.bare_frame()))
    to = page_of_ours(caller.query.get("to", ""))
    way = SigningIn(wiring.new_token(), wiring.new_token(), wiring.new_secret(), to, caller.now)
    address = provider.way_in(
        back=_back(),
        state=way.state,
        nonce=way.nonce,
        challenge=challenge_of(way.verifier),
        language=caller.locale.language,
    )
    key_id, key = next(iter(wiring.desk_keys().items()))
    caller.set_cookies.append(f"{WAY_COOKIE}={signing_in_sealed(way, key_id, key)}{COOKIE}")
    return caller.go(address)


@open_route("/desk/back", "GET")
def back(caller: Caller) -> Response:
    """From the provider's page. Only the browser that was sent there comes in, and only once for each code."""
    provider = wiring.identity_provider()
    if provider is None:
        return caller.show(states.Closed(caller.bare_frame()))
    way = signing_in_opened(caller.browser.cookies.get(WAY_COOKIE, ""), wiring.desk_keys(), caller.now)
    caller.set_cookies.append(f"{WAY_COOKIE}=; Max-Age=0{COOKIE}")
    state, code = caller.query.get("state", ""), caller.query.get("code", "")
    if way is None or not compare_digest(state.encode(), way.state.encode()):
        return _again(caller, "desk.sign_in.took_long")
    if not code:
        return _again(caller, "desk.sign_in.refused", way)
    try:
        identity = provider.proven(code, back=_back(), verifier=way.verifier, nonce=way.nonce, now=caller.now)
    except Permanent as refused:
        logger.warning("sign-in refused", extra={"why": str(refused)})
        return _again(caller, "desk.sign_in.refused", way)
    staff = take_seat(identity, roster=wiring.roster(), store=wiring.store(), now=caller.now)
    if isinstance(staff, Stranger):
        unproven = staff is Stranger.UNPROVEN
        return caller.show(states.Unknown(caller.bare_frame(), subject=identity.subject, unproven=unproven))
    caller.staff = staff
    caller.seat = Seat(wiring.new_token(), staff.id, caller.now, caller.now)
    return caller.go(way.to or "/desk")


@desk_route("/desk/sign-out", "POST", needs=None)
def sign_out(clerk: Clerk) -> Response:
    """Over here and in every other browser."""
    leave_seat(clerk.staff.id, roster=wiring.roster(), store=wiring.store(), now=clerk.now)
    clerk.leave()
    return clerk.go("/desk/signed-out")


@open_route("/desk/signed-out", "GET")
def signed_out(caller: Caller) -> Response:
    """And on to the provider's own way out, where it has one: by a link, since a form may lead nowhere else."""
    provider, away = wiring.identity_provider(), None
    with suppress(Retry, Permanent):
        away = provider.way_out(f"{setting('DESK_ORIGIN')}/desk/signed-out") if provider else None
    return caller.show(states.SignedOut(caller.bare_frame(), away=away or ""))


def _again(caller: Caller, why: str, way: SigningIn | None = None) -> Response:
    return caller.show(states.SignIn(caller.bare_frame(), to=way.to if way else "", why=why))


def _back() -> str:
    return f"{setting('DESK_ORIGIN')}/desk/back"
