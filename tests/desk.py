"""Somebody at the desk: a browser with a seat there, or on its way to one."""

from datetime import datetime
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPErrorProcessor, build_opener

from chalicelib import wiring
from chalicelib.domain.seat import Seat, seat_sealed
from chalicelib.domain.staff import Staff
from tests.reader import Answer, Reader

SEAT = "__Host-desk"


def at_the_desk(staff: Staff, *, language: str = "en", since: datetime | None = None) -> Reader:
    """A browser in which this person has signed in."""
    now = since or wiring.clock()
    reader = Reader()
    reader.sends["Accept-Language"] = language
    key_id, key = next(iter(wiring.desk_keys().items()))
    reader.cookies = {SEAT: seat_sealed(Seat(wiring.new_token(), staff.id, now, now), key_id, key)}
    return reader


class _Stays(HTTPErrorProcessor):
    def http_response(self, request, response):  # type: ignore[no-untyped-def]
        return response

    https_response = http_response


def clicked(address: str, sub: str) -> str:
    """Where the identity provider's page sends somebody who clicks there: an address of ours."""
    with build_opener(_Stays).open(address, urlencode({"sub": sub}).encode(), timeout=5) as answer:
        back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def signed_in(reader: Reader, sub: str, page: str = "/desk") -> Answer:
    """The whole way in, from the page that was asked for."""
    start = reader.get(page).text.split('class="primary" href="')[1].split('"')[0].replace("&amp;", "&")
    return reader.get(clicked(reader.get(start).location, sub))
