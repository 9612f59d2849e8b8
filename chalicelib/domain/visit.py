"""A Visit: a proven factor, for 30 minutes, carried by the reader and sealed by us."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .errors import BrokenRule
from .pay_link import Scope

LASTS = timedelta(minutes=30)
SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Visit:
    """Whoever shows this has proven a factor for this link at `issued_at` or renewed it then."""

    link: str
    creditor: str
    debtor: str
    claim: str
    issued_at: datetime
    scope: Scope = Scope.ALL

    def require(self, needed: Scope) -> None:
        """BrokenRule("not_yours") for a reader who may not do as much as this."""
        if not self.scope.covers(needed):
            raise BrokenRule("not_yours")


def at_the_desk(staff: str, creditor: str, debtor: str, claim: str, now: datetime) -> Visit:
    """The visit of a debtor who proved to somebody of the staff who they are, for what they ask them to do now."""
    return Visit(f"desk:{staff}", creditor, debtor, claim, now, Scope.ARRANGE)


def _mac(key: bytes, body: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, body.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def sealed(visit: Visit, key_id: str, key: bytes) -> str:
    """The visit as text for a cookie or a hidden field: body, key id and HMAC-SHA-256, URL-safe."""
    fields = [visit.link, visit.creditor, visit.debtor, visit.claim, int(visit.issued_at.timestamp())]
    fields.append(visit.scope.value)
    body = base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")
    signed = f"{body}.{key_id}"
    return f"{signed}.{_mac(key, signed)}"


def opened(text: str, keys: Mapping[str, bytes], now: datetime) -> Visit | None:
    """The visit in a sealed text, or None when it is forged, of an unknown key, or older than 30 minutes."""
    signed, _, mac = text.rpartition(".")
    body, _, key_id = signed.rpartition(".")
    key = keys.get(key_id)
    if key is None or not hmac.compare_digest(_mac(key, signed).encode(), mac.encode()):
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        link, creditor, debtor, claim, issued, scope = fields
        reach = Scope(scope)
    except (binascii.Error, ValueError):
        return None
    visit = Visit(link, creditor, debtor, claim, datetime.fromtimestamp(issued, UTC), reach)
    if not visit.issued_at - SKEW <= now <= visit.issued_at + LASTS:
        return None
    return visit


def form_proof(purpose: str, link: str, key: bytes) -> str:
    """A proof that a form was served by us for this link and purpose; it opens nothing else."""
    return _mac(key, f"form\n{purpose}\n{link}")[:32]
