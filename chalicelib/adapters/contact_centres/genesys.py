"""Genesys Cloud by its Open Messaging API: a task is an inbound message, an answer comes by a signed webhook.

Never run against Genesys itself: the shapes are those its documentation and public clients show.
Source: https://developer.genesys.cloud/commdigital/digital/openmessaging/
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from urllib.request import Request

from ...domain.centre import CentreSettings, CentreWord, Told
from ...domain.errors import Permanent, Retry
from ...domain.task import Task
from ...settings import optional
from ._http import asked, keys_of, mapping, name_of, opened, part, same, told_in, versions_of
from ._words import attributes, opening

if TYPE_CHECKING:
    from ..secrets import Secrets

SIGNATURE = "x-hub-signature-256"
# A token is asked for anew so long before it ends.
EARLY_SECONDS = 60.0


class Genesys:
    """`integration` is the id of the creditor's Open Messaging integration, `region` a domain (mypurecloud.de)."""

    key = "genesys"
    needs = ("integration", "region")

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[str, float]] = {}

    @cached_property
    def _secrets(self) -> "Secrets":
        from ..secrets import Secrets

        return Secrets()

    def hand_over(self, told: Told, settings: CentreSettings) -> str:
        """An inbound message from the task itself; its id is the task's, so that told twice it is one message."""
        base = _base(settings)
        sender = {"id": told.task, "idType": "Opaque"}
        if told.name:
            sender["nickname"] = told.name
        body = {
            "channel": {
                "platform": "Open",
                "type": "Private",
                "messageId": told.task,
                "from": sender,
                "time": told.asked_at.isoformat(),
                "metadata": {"customAttributes": attributes(told)},
            },
            "type": "Text",
            "text": opening(told),
            "direction": "Inbound",
        }
        path = (
            f"/api/v2/conversations/messages/{quote(settings.given['integration'], safe='')}/inbound/open/message"
        )
        bearer = {"Authorization": f"Bearer {self._token(told.creditor, settings)}"}
        answer = asked("POST", f"{base}{path}?prefetchConversationId=true", body, bearer)
        if answer is None:
            raise Permanent("no such integration")
        said = answer if isinstance(answer, dict) else {}
        return str(said.get("conversationId") or told.task)

    def forget(self, task: Task, settings: CentreSettings) -> None:
        """Its own deletion by the GDPR, of the external contact who wrote the task's conversation. It is told to
        delete, not that it has: that takes it some days.

        Source: https://developer.genesys.cloud/platform/general-data-protection-regulation/
        """
        if task.reference is None and not settings.speaks_of(task):
            # It was refused there: nothing was kept.
            return
        if task.reference in (None, task.id):
            raise Permanent("no conversation known")
        base, bearer = _base(settings), {"Authorization": f"Bearer {self._token(task.creditor, settings)}"}
        talk = quote(str(task.reference), safe="")
        found = asked("GET", f"{base}/api/v2/analytics/conversations/{talk}/details", None, bearer)
        if found is None:
            return
        people = found.get("participants") if isinstance(found, dict) else None
        wrote = {
            str(person["externalContactId"])
            for person in (people if isinstance(people, list) else ())
            if mapping(person).get("purpose") == "customer" and person.get("externalContactId")
        }
        if not wrote:
            raise Permanent("no external contact")
        for person in sorted(wrote):
            body = {
                "name": task.id,
                "requestType": "GDPR_DELETE",
                "subject": {"externalContactId": person},
            }
            if asked("POST", f"{base}/api/v2/gdpr/requests?deleteConfirmed=true", body, bearer) is None:
                raise Permanent("no such request")

    def notices(
        self, creditor: str, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> tuple[dict[str, Any], ...]:
        """The one thing a webhook tells. The signature is over the bytes, with the integration's secret, and
        says no time: what is told again is known by its id."""
        given, fits = headers.get(SIGNATURE, ""), False
        for held in versions_of(self._secrets, creditor, self.key):
            secret = str(held.get("webhook_secret") or "").encode()
            mac = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
            fits |= bool(secret) and same(given, f"sha256={mac}")
        if not fits:
            raise Permanent("signature")
        return ({"creditor": creditor, "centre": self.key, "genesys": told_in(body)},)

    def word_in(self, notice: dict[str, Any]) -> CentreWord | None:
        """A person's text, or that they closed the conversation; receipts, typing and bots are none of ours."""
        said = part(notice, "genesys")
        channel = part(said, "channel")
        task = str(part(channel, "to").get("id") or "")
        if not task or said.get("direction") != "Outbound":
            return None
        closes = any(_ends(event) for event in said.get("events") or ())
        words = str(said.get("text") or "") if said.get("type") == "Text" else ""
        if said.get("originatingEntity") == "Bot" or not (closes or words.strip()):
            return None
        return CentreWord(
            name_of(channel.get("messageId") or said.get("id"), said),
            str(notice["creditor"]),
            task,
            words,
            closes,
            str(part(channel, "from").get("nickname") or ""),
            _moment(channel.get("time")),
        )

    def _token(self, creditor: str, settings: CentreSettings) -> str:
        known = self._tokens.get(creditor)
        if known and time.monotonic() < known[1]:
            return known[0]
        held = keys_of(self._secrets, creditor, self.key)
        pair = f"{held.get('client_id', '')}:{held.get('client_secret', '')}".encode()
        base = optional("GENESYS_API_BASE") or f"https://login.{settings.given['region']}"
        request = Request(  # noqa: S310 - the creditor's own address
            f"{base}/oauth/token",
            data=urlencode({"grant_type": "client_credentials"}).encode(),
            headers={
                "Authorization": f"Basic {base64.b64encode(pair).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            method="POST",
        )
        answer = opened(request)
        said = answer if isinstance(answer, dict) else {}
        token = str(said.get("access_token") or "")
        if not token:
            raise Retry("no token")
        lasts = float(said.get("expires_in") or 0) - EARLY_SECONDS
        self._tokens[creditor] = (token, time.monotonic() + lasts)
        return token


def _base(settings: CentreSettings) -> str:
    return optional("GENESYS_API_BASE") or f"https://api.{settings.given['region']}"


def _ends(event: Any) -> bool:
    """The agent, or their system, left the conversation for good."""
    return part(event, "presence").get("type") == "Disconnect"


def _moment(raw: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(raw))
    except ValueError:
        return None
    return found if found.tzinfo else None


CENTRE = Genesys()
