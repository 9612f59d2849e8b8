"""A Seat at the desk: somebody of the staff who has signed in, carried by their browser and sealed by us."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from .staff import Staff

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
SIGNING_IN = timedelta(minutes=10)
SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Seat:
    """Who sits at the desk since `since`, and was last seen there at `renewed_at`. `id` is random: it tells one
    sign-in from another, and a form of one from that of another."""

    id: str
    staff: str
    since: datetime
    renewed_at: datetime

    def renewed(self, now: datetime) -> "Seat":
        return replace(self, renewed_at=now)

    def holds(self, staff: Staff, now: datetime) -> bool:
        """Whether it still counts: half an hour after the last page, ten hours after signing in, after signing
        out or when whoever sat there has left, it does not."""
        if self.staff != staff.id or staff.left_at is not None:
            return False
        if staff.signed_out_at is not None and self.since <= staff.signed_out_at:
            return False
        return self.renewed_at - SKEW <= now <= min(self.renewed_at + IDLE, self.since + LONGEST)


@dataclass(frozen=True)
class SigningIn:
    """Somebody is at the identity provider's page just now: what must come back from there, kept in their browser
    alone. `verifier` proves there that it is the same browser (PKCE), `to` is the page they had asked for."""

    state: str
    nonce: str
    verifier: str
    to: str
    begun_at: datetime


def sealed(fields: Sequence[str], key_id: str, key: bytes) -> str:
    """Texts as one text for a cookie: body, key id and HMAC-SHA-256, URL-safe."""
    body = base64.urlsafe_b64encode(json.dumps(list(fields), separators=(",", ":")).encode()).decode().rstrip("=")
    signed = f"{body}.{key_id}"
    return f"{signed}.{_mac(key, signed)}"


def opened(text: str, keys: Mapping[str, bytes]) -> list[str] | None:
    """The texts in it; None where it is forged, or sealed with a key nobody knows."""
    signed, _, mac = text.rpartition(".")
    body, _, key_id = signed.rpartition(".")
    key = keys.get(key_id)
    if key is None or not hmac.compare_digest(_mac(key, signed).encode(), mac.encode()):
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return None
    return fields if isinstance(fields, list) and all(isinstance(field, str) for field in fields) else None


def seat_sealed(seat: Seat, key_id: str, key: bytes) -> str:
    return sealed(("seat", seat.id, seat.staff, seat.since.isoformat(), seat.renewed_at.isoformat()), key_id, key)


def seat_opened(text: str, keys: Mapping[str, bytes]) -> Seat | None:
    """The seat in a sealed text, however old: whether it still counts is the staff record's to say."""
    match opened(text, keys):
        case ["seat", name, staff, since, renewed]:
            return Seat(name, staff, _moment(since), _moment(renewed))
    return None


def signing_in_sealed(way: SigningIn, key_id: str, key: bytes) -> str:
    return sealed(("way", way.state, way.nonce, way.verifier, way.to, way.begun_at.isoformat()), key_id, key)


def signing_in_opened(text: str, keys: Mapping[str, bytes], now: datetime) -> SigningIn | None:
    """What was begun in this browser, up to ten minutes ago."""
    match opened(text, keys):
        case ["way", state, nonce, verifier, to, at]:
            begun = _moment(at)
            if begun - SKEW <= now <= begun + SIGNING_IN:
                return SigningIn(state, nonce, verifier, to, begun)
    return None


def challenge_of(verifier: str) -> str:
    """What the identity provider is told of the verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def form_proof(seat: Seat, key: bytes) -> str:
    """Shows that a form was served by us in this very sign-in; it opens nothing."""
    return f"{seat.id}.{_form_mac(key, seat.id, seat.staff)}"


def served_in(proof: str, staff: str, keys: Mapping[str, bytes]) -> str | None:
    """The id of the sign-in of this person, however long ago, in which a form with this proof was served by us."""
    seat, _, mac = proof.rpartition(".")
    fits = (hmac.compare_digest(mac.encode(), _form_mac(key, seat, staff).encode()) for key in keys.values())
    return seat if any(fits) else None


def _form_mac(key: bytes, seat: str, staff: str) -> str:
    return _mac(key, f"desk form\n{seat}\n{staff}")[:32]


def _mac(key: bytes, body: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, body.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def _moment(text: str) -> datetime:
    """Only what we sealed ourselves comes here."""
    return datetime.fromisoformat(text).astimezone(UTC)
