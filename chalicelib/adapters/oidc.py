"""The staff's identity provider, by OpenID Connect: any that has a discovery document.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 6749, RFC 7636. The ID token comes
from the token endpoint over TLS and not by way of the browser, so that who signed it is known by whom we asked
(Core 3.1.3.7, 6); what it says is checked all the same. docs/decisions/0032 says why.
"""

import base64
import binascii
import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from ..domain.errors import Permanent, Retry
from ..ports import Identity

TIMEOUT_S = 5
LARGEST = 256 * 1024
KNOWN_S = 3600.0
SKEW_S = 120
OLDEST_S = 600
SCOPE = "openid email profile"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A code or a secret is never handed on to wherever an answer points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class OpenIdProvider:
    """The IdentityProvider at one issuer. `secret` gives the client's; None: a public client, by PKCE alone."""

    def __init__(self, issuer: str, client: str, secret: Callable[[], str] | None) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("the issuer must be reached by https")
        self.issuer, self.client, self.secret = issuer.rstrip("/"), client, secret
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._known: tuple[float, dict[str, Any]] | None = None

    def way_in(self, *, back: str, state: str, nonce: str, challenge: str, language: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": self.client,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with(self._address("authorization_endpoint"), asked)

    def proven(self, code: str, *, back: str, verifier: str, nonce: str, now: datetime) -> Identity:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.client,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.secret:
            secret = self.secret()
            if "client_secret_basic" in self._discovered().get(
                "token_endpoint_auth_methods_supported", ["client_secret_basic"]
            ):
                # RFC 6749, 2.3.1: both are form-encoded before they are joined.
                pair = f"{quote_plus(self.client)}:{quote_plus(secret)}"
                headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
            else:
                said["client_secret"] = secret
        answer = self._asked(self._address("token_endpoint"), urlencode(said).encode(), headers)
        return self._identity(_claims_of(answer.get("id_token")), nonce, now)

    def way_out(self, back: str) -> str | None:
        if "end_session_endpoint" not in self._discovered():
            return None
        # The second name is what Amazon Cognito calls the first.
        asked = {"client_id": self.client, "post_logout_redirect_uri": back, "logout_uri": back}
        return _with(self._address("end_session_endpoint"), asked)

    def _identity(self, claims: Mapping[str, Any], nonce: str, now: datetime) -> Identity:
        """What an ID token says of somebody; Permanent where it is not for us, not of now, or not asked for."""
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        at, subject = now.timestamp(), claims.get("sub")
        fits = (
            str(claims.get("iss", "")).rstrip("/") == self.issuer
            and self.client in audiences
            and (claims.get("azp") == self.client if "azp" in claims or len(audiences) > 1 else True)
            and claims.get("nonce") == nonce
            and _number(claims.get("exp")) > at - SKEW_S
            and at - OLDEST_S <= _number(claims.get("iat")) <= at + SKEW_S
            and isinstance(subject, str)
            and bool(subject)
        )
        if not fits:
            raise Permanent("the identity provider's word does not fit")
        word, email, name = claims.get("email_verified"), claims.get("email"), claims.get("name")
        vouched = word is True or word == "true"
        return Identity(
            subject=hashlib.sha256(f"{self.issuer}\n{subject}".encode()).hexdigest()[:40],
            email=email.strip().casefold() if vouched and isinstance(email, str) and email else None,
            name=name if isinstance(name, str) else "",
        )

    def _address(self, name: str) -> str:
        address = self._discovered().get(name)
        if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self.issuer).scheme:
            raise Permanent(f"the identity provider names no {name}")
        return address

    def _discovered(self) -> dict[str, Any]:
        """What the issuer says of itself, remembered for an hour."""
        if self._known and time.monotonic() - self._known[0] < KNOWN_S:
            return self._known[1]
        found = self._asked(f"{self.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise Permanent("the identity provider calls itself something else")
        self._known = time.monotonic(), found
        return found

    def _asked(
        self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(url, body, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - https, or loopback
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                found = json.loads(answer.read(LARGEST))
        except urllib.error.HTTPError as refused:
            if refused.code in (408, 429) or refused.code >= 500:
                raise Retry("the identity provider is in trouble") from refused
            raise Permanent("the identity provider said no") from refused
        except (OSError, ValueError) as trouble:
            raise Retry("the identity provider does not answer") from trouble
        if not isinstance(found, dict):
            raise Permanent("the identity provider's answer is none")
        return found


def _claims_of(token: object) -> dict[str, Any]:
    """What a token says, unproven: see above why that is enough here."""
    try:
        _, body, _ = str(token).split(".")
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error):
        raise Permanent("the identity provider gave no token") from None
    if not isinstance(found, dict):
        raise Permanent("the identity provider gave no token")
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"
