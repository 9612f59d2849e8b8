"""What the double answers: discovery, a page on which one clicks who one is, tokens, keys, and the way out.

GET /.well-known/openid-configuration · GET /authorize · POST /authorize {sub, request} · POST /token · GET /jwks ·
GET /end-session. Codes are good once, for a minute, for the client, the address and the verifier (PKCE, S256) they
were asked with. Tokens are signed (RS256), although whoever asks for them over TLS need not look.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CODE_LASTS = 60.0
TOKEN_LASTS = 300
KEY_ID = "local"
NEEDED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
STYLE = """
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { font: 1.05rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem;
  background: #fbf8f2; color: #24201b }
button { display: block; width: 100%; font: inherit; text-align: start; margin: .6rem 0; padding: .9rem 1rem;
  border: 1px solid #8a7f72; border-radius: 12px; background: #fff; color: inherit; cursor: pointer }
small { display: block; color: #544c43 }
@media (prefers-color-scheme: dark) {
  body { background: #1a1815; color: #f3eee6 }
  button { background: #292520 }
  small { color: #cfc6b9 }
}
"""


@dataclass(frozen=True)
class Asked:
    """One wish to sign in, as the app sent its reader here with it."""

    client: str
    back: str
    nonce: str
    challenge: str


class IdentityDouble(ThreadingHTTPServer):
    """`people` are those one may click on: {sub, name, email, email_verified, what}. `skew` moves its clock, and
    `twist` may change what an ID token says, for tests."""

    daemon_threads = True

    def __init__(self, port: int, people: Callable[[], tuple[dict[str, Any], ...]]) -> None:
        super().__init__(("127.0.0.1", port), _Requests)
        self.people = people
        self.clients: dict[str, str | None] = {}
        self.codes: dict[str, tuple[Asked, str, float]] = {}
        self.lock = threading.Lock()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.twist: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.trouble: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def register(self, client: str, secret: str | None) -> None:
        """A client of this provider; without a secret it proves itself by PKCE alone."""
        self.clients[client] = secret

    def code_for(self, asked: Asked, sub: str) -> str:
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.codes[code] = (asked, sub, time.time())
        return code

    def spend(self, code: str) -> tuple[Asked, str] | None:
        """What a code was given for; a second time it is worth nothing."""
        with self.lock:
            asked, sub, at = self.codes.pop(code, (None, "", 0.0))
        return (asked, sub) if asked and time.time() - at <= CODE_LASTS else None

    def id_token(self, asked: Asked, person: dict[str, Any]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": asked.client,
            "sub": person["sub"],
            "iat": now,
            "exp": now + TOKEN_LASTS,
            "nonce": asked.nonce,
            **{name: person[name] for name in ("name", "email", "email_verified") if name in person},
        }
        head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
        signed = f"{_packed(json.dumps(head).encode())}.{_packed(json.dumps(self.twist(claims)).encode())}"
        return f"{signed}.{_packed(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def keys(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        n, e = (value.to_bytes((value.bit_length() + 7) // 8) for value in (numbers.n, numbers.e))
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": _packed(n), "e": _packed(e)}
        return {"keys": [key]}


class _Requests(BaseHTTPRequestHandler):
    server: IdentityDouble
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        match address.path:
            case "/":
                self._page(200, "<h1>Identity double</h1><p>It signs in whom one clicks on.</p>")
            case "/.well-known/openid-configuration":
                self._json(200, self._discovery())
            case "/jwks":
                self._json(200, self.server.keys())
            case "/authorize":
                self._authorize(asked)
            case "/end-session":
                self._go(asked.get("post_logout_redirect_uri", "/"))
            case _:
                self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        said = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        if self.server.trouble:
            self._json(self.server.trouble.pop(0), {"error": "temporarily_unavailable"})
        elif self.path == "/token":
            self._token(said)
        elif urlsplit(self.path).path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self._clicked(asked, said.get("sub", ""))
        else:
            self._json(404, {"error": "not_found"})

    def _discovery(self) -> dict[str, Any]:
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
            "end_session_endpoint": f"{url}/end-session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def _fault(self, asked: dict[str, str]) -> str:
        """What is wrong with a wish to sign in; empty for a good one."""
        if asked.get("client_id") not in self.server.clients:
            return "unknown client"
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
            return "only codes, and only with S256"
        return next((f"{name} is missing" for name in NEEDED if not asked.get(name)), "")

    def _authorize(self, asked: dict[str, str]) -> None:
        if fault := self._fault(asked):
            self._page(400, f"<h1>{escape(fault)}</h1>")
            return
        rows = "".join(
            f'<button name="sub" value="{escape(one["sub"])}">{escape(one["name"])}'
            f"<small>{escape(one.get('what', ''))}</small></button>"
            for one in self.server.people()
        )
        self._page(
            200,
            f'<h1>Who are you?</h1><p>A double: one click signs you in.</p><form method="post">{rows}'
            '<button name="sub" value="">Nobody: turn back</button></form>',
        )

    def _clicked(self, asked: dict[str, str], sub: str) -> None:
        if fault := self._fault(asked):
            self._page(400, f"<h1>{escape(fault)}</h1>")
            return
        if sub not in {one["sub"] for one in self.server.people()}:
            self._go(_with(asked["redirect_uri"], {"error": "access_denied", "state": asked["state"]}))
            return
        wish = Asked(asked["client_id"], asked["redirect_uri"], asked["nonce"], asked["code_challenge"])
        self._go(_with(asked["redirect_uri"], {"code": self.server.code_for(wish, sub), "state": asked["state"]}))

    def _token(self, said: dict[str, str]) -> None:
        client = said.get("client_id", "")
        secret = self.server.clients.get(client)
        if secret is not None and self._basic() != (client, secret):
            self._json(401, {"error": "invalid_client"})
            return
        spent = self.server.spend(said.get("code", ""))
        proof = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        if (
            said.get("grant_type") != "authorization_code"
            or spent is None
            or (spent[0].client, spent[0].back) != (client, said.get("redirect_uri"))
            or spent[0].challenge != _packed(proof)
        ):
            self._json(400, {"error": "invalid_grant"})
            return
        person = next(one for one in self.server.people() if one["sub"] == spent[1])
        token = self.server.id_token(spent[0], person)
        more = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": TOKEN_LASTS}
        self._json(200, {"id_token": token, **more})

    def _basic(self) -> tuple[str, str] | None:
        kind, _, packed = (self.headers.get("Authorization") or "").partition(" ")
        if kind != "Basic":
            return None
        name, _, secret = base64.b64decode(packed).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def _go(self, url: str) -> None:
        self.send_response(303)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, status: int, body: str) -> None:
        html = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Identity double</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f"<style>{STYLE}</style><main>{body}</main></html>"
        )
        self._answer(status, "text/html; charset=utf-8", html.encode())

    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses hold codes."""


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _with(address: str, more: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(more)}"
