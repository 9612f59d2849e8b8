"""Chatwoot by an API inbox: a task is a contact with one conversation, an answer comes by a signed webhook.

Never run against Chatwoot itself: the shapes are those of its documentation and its public source.
Source: https://developers.chatwoot.com/api-reference
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...domain.centre import CentreSettings, CentreWord, Told
from ...domain.errors import Permanent, Retry
from ...domain.task import Task
from ...settings import optional
from ..notice_age import is_of_now
from ._http import asked, keys_of, mapping, name_of, part, same, told_in, versions_of
from ._words import attributes, opening

if TYPE_CHECKING:
    from ..secrets import Secrets

SIGNATURE, STAMP = "x-chatwoot-signature", "x-chatwoot-timestamp"


class Chatwoot:
    """`address` is the creditor's Chatwoot, `account` its number there, `inbox` the identifier of an inbox of the
    kind API."""

    key = "chatwoot"
    needs = ("address", "account", "inbox")

    @cached_property
    def _secrets(self) -> "Secrets":
        from ..secrets import Secrets

        return Secrets()

    def hand_over(self, told: Told, settings: CentreSettings) -> str:
        """A contact under the task's id, its one conversation, and the first message: each asked for before it is
        made, so that told twice it is there once."""
        contacts = self._contacts(settings)
        contact = f"{contacts}/{told.task}"
        if asked("GET", contact) is None:
            named = {"name": told.name} if told.name else {"name": told.task}
            made = {"source_id": told.task, **named, "custom_attributes": attributes(told)}
            if asked("POST", contacts, made) is None:
                raise Permanent("no such inbox")
        known = asked("GET", f"{contact}/conversations")
        talk = known[0] if isinstance(known, list) and known else None
        if talk is None:
            talk = asked("POST", f"{contact}/conversations", {"custom_attributes": attributes(told)})
        number = mapping(talk).get("id")
        if number is None:
            raise Permanent("no conversation")
        messages = f"{contact}/conversations/{number}/messages"
        said = asked("GET", messages)
        if not (isinstance(said, list) and said):
            asked("POST", messages, {"content": opening(told), "echo_id": told.task})
        return str(number)

    def forget(self, task: Task, settings: CentreSettings) -> None:
        """The contact goes, and its conversation with it; the inbox knows by the task's id which one it is.

        Source: https://developers.chatwoot.com/api-reference/contacts/delete-contact
        """
        known = mapping(asked("GET", f"{self._contacts(settings)}/{task.id}"))
        if not known:
            return
        account = settings.given.get("account", "")
        if not (account and known.get("id")):
            raise Permanent("no account")
        token = str(keys_of(self._secrets, task.creditor, self.key).get("api_access_token") or "")
        if not token:
            raise Retry("secret incomplete")
        contact = f"{_base(settings)}/api/v1/accounts/{quote(account, safe='')}/contacts/{known['id']}"
        if asked("DELETE", contact, None, {"api_access_token": token}) is None:
            # Gone just now, or not of this account: the inbox knows next time.
            raise Retry("the inbox knows it, the account does not")

    def _contacts(self, settings: CentreSettings) -> str:
        return f"{_base(settings)}/public/api/v1/inboxes/{quote(settings.given['inbox'], safe='')}/contacts"

    def notices(
        self, creditor: str, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> tuple[dict[str, Any], ...]:
        """The one thing a webhook tells. The signature is over its time and the bytes, with its secret; its time
        is judged as a payment provider's is."""
        given, stamp, fits = headers.get(SIGNATURE, ""), headers.get(STAMP, ""), False
        for held in versions_of(self._secrets, creditor, self.key):
            secret = str(held.get("webhook_secret") or "").encode()
            mac = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            fits |= bool(secret and stamp) and same(given, f"sha256={mac}")
        if not fits:
            raise Permanent("signature")
        if not (stamp.isascii() and stamp.isdigit() and is_of_now(int(stamp), now)):
            raise Permanent("too old")
        return ({"creditor": creditor, "centre": self.key, "chatwoot": told_in(body)},)

    def word_in(self, notice: dict[str, Any]) -> CentreWord | None:
        """A person's answer, not what they note among themselves, a bot says or a rule sends; or that the
        conversation is resolved."""
        said = part(notice, "chatwoot")
        if said.get("event") == "message_created":
            talk = part(said, "conversation")
            outgoing = said.get("message_type") in ("outgoing", 1) and not said.get("private")
            sender, task, words = part(said, "sender"), _task(talk), str(said.get("content") or "")
            if not (outgoing and sender.get("type") == "user" and task and words.strip()):
                return None
            agent = str(sender.get("name") or "")
            moment = _moment(said.get("created_at"))
            name = f"m{name_of(said.get('id'), said)}"
            return CentreWord(name, str(notice["creditor"]), task, words, False, agent, moment)
        if said.get("event") == "conversation_status_changed" and said.get("status") == "resolved":
            task = _task(said)
            moment = _moment(said.get("updated_at") or said.get("timestamp"))
            name = f"c{name_of(said.get('id'), said)}"
            return CentreWord(name, str(notice["creditor"]), task, closes=True, at=moment) if task else None
        return None


def _base(settings: CentreSettings) -> str:
    return optional("CHATWOOT_API_BASE") or settings.given["address"].rstrip("/")


def _task(talk: dict[str, Any]) -> str:
    return str(part(talk, "contact_inbox").get("source_id") or "")


def _moment(raw: Any) -> datetime | None:
    """Seconds in some notices, a text in others."""
    try:
        if isinstance(raw, int | float):
            return datetime.fromtimestamp(raw, UTC)
        found = datetime.fromisoformat(str(raw))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else None


CENTRE = Chatwoot()
