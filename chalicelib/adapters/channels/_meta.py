"""What Meta's channels have in common: one Graph API to ask, and one way its webhooks prove themselves.

Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ...domain.errors import Permanent, Retry, Unknown
from ...settings import optional
from ..errors import MissingSecret
from ._channel import ChannelFile, secret_name

if TYPE_CHECKING:
    from ..secrets import Secrets

API = "https://graph.facebook.com/v23.0"
SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024
SIGNATURE = "x-hub-signature-256"


class Refusal(NamedTuple):
    """What the API said no with: its own code and the finer one, None where it named none, and HTTP's status."""

    code: object
    subcode: object
    status: int


class RefusedByMeta(Exception):
    """The API answered, and it was a no; the channel's file knows what its codes mean."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.code or refusal.status))
        self.refusal = refusal


class MetaChannel(ChannelFile, ABC):
    """A channel of Meta's: its keys lie in one secret (access_token, app_secret, verify_token)."""

    @cached_property
    def _secrets(self) -> "Secrets":
        from ..secrets import Secrets

        return Secrets()

    def handshake(self, creditor: str, query: Mapping[str, str]) -> str | None:
        """The challenge to give back, where the verify token is the creditor's; None: a stranger asks."""
        token = query.get("hub.verify_token", "")
        known = any(_same(token, held.get("verify_token")) for held in self._held(creditor))
        if query.get("hub.mode") != "subscribe" or not known:
            return None
        return query.get("hub.challenge", "")

    def notices(self, creditor: str, body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
        """Each part of a webhook by itself; nothing of a body whose signature does not fit.

        Raises Permanent for that. The signature is over the bytes as they came, with the app's secret, of which
        two versions count while one is rotated in (W10).
        """
        given = headers.get(SIGNATURE, "")
        fits = False
        for held in self._held(creditor):
            secret = str(held.get("app_secret") or "").encode()
            mac = hmac.new(secret, body, hashlib.sha256).hexdigest()
            fits |= bool(secret) and _same(given, f"sha256={mac}")
        if not fits:
            raise Permanent("signature")
        try:
            told = json.loads(body)
        except ValueError as broken:
            raise Permanent("body") from broken
        return tuple({"creditor": creditor, **notice} for notice in self.parts(told))

    @abstractmethod
    def parts(self, told: object) -> Iterable[dict[str, Any]]:
        """The parts of a webhook that this channel knows; what else Meta tells of is passed over (W12)."""

    def asked(self, creditor: str, sender: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the API answers to this message of ours; RefusedByMeta on a no, Retry where nothing left, Unknown
        where nobody knows."""
        token = self._token(creditor)
        base = optional("META_API_BASE", API).rstrip("/")
        return _asked(
            Request(  # noqa: S310 - our own address
                f"{base}/{sender}/messages",
                data=json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                method="POST",
            )
        )

    def _token(self, creditor: str) -> str:
        """The key messages are sent with; without one nothing leaves, and the contact waits for it (I14)."""
        try:
            held = self._held(creditor)
        except MissingSecret as missing:
            raise Retry("secret missing") from missing
        if not held or not held[0].get("access_token"):
            raise Retry("secret incomplete")
        return str(held[0]["access_token"])

    def _held(self, creditor: str) -> list[dict[str, Any]]:
        versions = self._secrets.versions(secret_name(creditor, self.key))
        return [held for held in map(json.loads, versions) if isinstance(held, dict)]


def entries(told: object) -> Iterable[dict[str, Any]]:
    """The entries of a webhook, whatever they are about."""
    found = told.get("entry") if isinstance(told, dict) else None
    for entry in found if isinstance(found, list) else ():
        if isinstance(entry, dict):
            yield entry


def _asked(asked: Request) -> dict[str, Any]:
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - our own address
            return _json(answer.read(LARGEST_ANSWER))
    except HTTPError as refused:
        with refused:
            error = _json(refused.read(LARGEST_ANSWER)).get("error")
        error = error if isinstance(error, dict) else {}
        raise RefusedByMeta(Refusal(error.get("code"), error.get("error_subcode"), refused.code)) from refused
    except URLError as failed:
        # The connection never stood: a name nobody knows, a door nobody opens.
        unanswered = isinstance(failed.reason, TimeoutError)
        raise (Unknown("timeout") if unanswered else Retry("out of reach")) from failed
    except (OSError, HTTPException) as cut:
        raise Unknown(type(cut).__name__) from cut


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _same(given: str, held: object) -> bool:
    return bool(held) and hmac.compare_digest(given.encode(), str(held).encode())
