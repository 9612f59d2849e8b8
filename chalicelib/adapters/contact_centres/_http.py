"""How a contact centre is asked over HTTP, and how its webhooks are proven."""

import hashlib
import hmac
import json
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ...domain.errors import Permanent, Retry
from ..errors import MissingSecret

if TYPE_CHECKING:
    from ..secrets import Secrets

SECONDS = 8.0
LARGEST_ANSWER = 256 * 1024


def secret_name(creditor: str, key: str) -> str:
    """Where a creditor's keys to its contact centre lie in Secrets Manager."""
    return f"kulanz/centres/{creditor}/{key}"


def asked(
    method: str, url: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any] | list[Any] | None:
    """What it answers; None where it knows no such thing (404).

    Raises Retry where nobody knows what became of it: whatever is told is told under an id of ours, and asked for
    before it is told again. Permanent on a no.
    """
    data = json.dumps(body).encode() if body is not None else None
    told = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
    return opened(Request(url, data=data, headers=told, method=method))  # noqa: S310 - the creditor's own address


def opened(request: Request) -> dict[str, Any] | list[Any] | None:
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the creditor's own address
            said: dict[str, Any] | list[Any] | None = _json(answer.read(LARGEST_ANSWER))
            return said
    except HTTPError as refused:
        with refused:
            if refused.code == 404:
                return None
            # Who we are is mended by an operator, and then it goes.
            again = refused.code in (401, 403, 408, 409, 425, 429) or refused.code >= 500
        raise (Retry(str(refused.code)) if again else Permanent(str(refused.code))) from refused
    except (URLError, OSError, HTTPException) as failed:
        raise Retry("out of reach") from failed


def keys_of(secrets: "Secrets", creditor: str, key: str) -> dict[str, Any]:
    """The keys to ask with; without them nothing is told, and the task waits for them."""
    try:
        found = versions_of(secrets, creditor, key)
    except MissingSecret as missing:
        raise Retry("secret missing") from missing
    if not found:
        raise Retry("secret incomplete")
    return found[0]


def versions_of(secrets: "Secrets", creditor: str, key: str) -> list[dict[str, Any]]:
    """Both versions of the keys, while one is rotated in."""
    held = map(json.loads, secrets.versions(secret_name(creditor, key)))
    return [one for one in held if isinstance(one, dict)]


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def told_in(body: bytes) -> dict[str, Any]:
    """A webhook's body once its signature fits; Permanent where it is no object."""
    found = _json(body)
    if not isinstance(found, dict):
        raise Permanent("body")
    return found


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return {}


def name_of(given: Any, said: dict[str, Any]) -> str:
    """The provider's own name of what it tells; where it gives none, the same notice has the same one."""
    return str(given) if given else hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def part(of: Any, name: str) -> dict[str, Any]:
    """A part of an answer, empty where there is none or it is something else."""
    return mapping(mapping(of).get(name))


def mapping(found: Any) -> dict[str, Any]:
    """What was found, empty where it is no mapping."""
    return found if isinstance(found, dict) else {}
