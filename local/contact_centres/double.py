"""What the doubles keep, and what they tell afterwards: signed webhooks, twice or late if one wants.

Genesys Cloud: POST /oauth/token, POST /api/v2/conversations/messages/<integration>/inbound/open/message,
GET /api/v2/analytics/conversations/<talk>/details, POST /api/v2/gdpr/requests
Chatwoot: GET and POST under /public/api/v1/inboxes/<inbox>/contacts, DELETE /api/v1/accounts/<n>/contacts/<id>
Levers are methods: `writes` and `closes` make the notice an agent's doing would make, `deliver` posts it, signed.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

# What the doubles sign with unless they are told.
HOOK = "hook"
# With what whoever deletes a contact of Chatwoot's says who they are.
TOKEN = "token"  # noqa: S105 - of a double
INBOUND = re.compile(r"/api/v2/conversations/messages/([^/]+)/inbound/open/message")
DETAILS = re.compile(r"/api/v2/analytics/conversations/([^/]+)/details")
ACCOUNT = re.compile(r"/api/v1/accounts/1/contacts/(\d+)")
CONTACTS = re.compile(r"/public/api/v1/inboxes/([^/]+)/contacts(?:/([^/]+)(/conversations(?:/(\d+)/messages)?)?)?")


class CentreDouble(ThreadingHTTPServer):
    """`refuses` are statuses the next requests are answered with; `loses` cuts the next answers after acting.

    `forgotten` are the tasks whose people it was told to delete, each time it was."""

    daemon_threads = True

    def __init__(
        self,
        port: int = 0,
        *,
        client: tuple[str, str] = ("client", "secret"),
        secret: str = HOOK,
        token: str = TOKEN,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Requests)
        self.client, self.secret, self.token = client, secret, token
        self.lock = threading.Lock()
        self.refuses: list[int] = []
        self.loses = 0
        self.contacts: dict[str, dict[str, Any]] = {}
        self.talks: dict[int, dict[str, Any]] = {}
        self.inbound: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.forgotten: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> "CentreDouble":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self


class GenesysDouble(CentreDouble):
    def writes(self, task: str, words: str, number: int = 1, at: datetime | None = None) -> dict[str, Any]:
        """An agent's text, as the platform tells it."""
        return self._outbound(task, number, at) | {"type": "Text", "text": words}

    def closes(self, task: str, number: int = 9, at: datetime | None = None) -> dict[str, Any]:
        left = {"eventType": "Presence", "presence": {"type": "Disconnect"}}
        return self._outbound(task, number, at) | {"type": "Event", "events": [left]}

    def _outbound(self, task: str, number: int, at: datetime | None) -> dict[str, Any]:
        channel = {
            "id": "integration",
            "platform": "Open",
            "type": "Private",
            "messageId": f"out-{task}-{number}",
            "to": {"id": task, "idType": "Opaque"},
            "from": {"id": "integration", "nickname": "Jule"},
            "time": (at or datetime.now(UTC)).isoformat().replace("+00:00", "Z"),
        }
        return {"id": f"g{number}", "channel": channel, "direction": "Outbound", "originatingEntity": "Human"}

    def signed(self, notice: dict[str, Any], at: datetime | None = None) -> tuple[bytes, dict[str, str]]:
        """It says no time of its own."""
        body = json.dumps(notice).encode()
        mac = base64.b64encode(hmac.new(self.secret.encode(), body, hashlib.sha256).digest()).decode()
        return body, {"X-Hub-Signature-256": f"sha256={mac}"}


class ChatwootDouble(CentreDouble):
    def writes(self, task: str, words: str, number: int = 1, at: datetime | None = None) -> dict[str, Any]:
        """An agent's answer, as the inbox's webhook tells it."""
        return {
            "event": "message_created",
            "id": number,
            "content": words,
            "message_type": "outgoing",
            "private": False,
            "created_at": (at or datetime.now(UTC)).isoformat(),
            "sender": {"id": 1, "name": "Jule", "type": "user"},
            "conversation": {"id": 1, "contact_inbox": {"source_id": task}, "status": "open"},
        }

    def closes(self, task: str, number: int = 9, at: datetime | None = None) -> dict[str, Any]:
        moment = (at or datetime.now(UTC)).timestamp()
        return {
            "event": "conversation_status_changed",
            "id": number,
            "status": "resolved",
            "timestamp": moment,
            "contact_inbox": {"source_id": task},
        }

    def signed(self, notice: dict[str, Any], at: datetime | None = None) -> tuple[bytes, dict[str, str]]:
        body, stamp = json.dumps(notice).encode(), str(int((at or datetime.now(UTC)).timestamp()))
        mac = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return body, {"X-Chatwoot-Signature": f"sha256={mac}", "X-Chatwoot-Timestamp": stamp}


def deliver(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Post a notice to a webhook; the status it is answered with."""
    request = Request(address, data=body, headers={"Content-Type": "application/json", **headers}, method="POST")
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code


class _Requests(BaseHTTPRequestHandler):
    server: CentreDouble

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        with self.server.lock:
            self.server.asked.append(f"{method} {path}")
            if self.server.refuses:
                return self._say(self.server.refuses.pop(0), {})
            status, said = self._act(method, path, body)
            if self.server.loses:
                self.server.loses -= 1
                self.close_connection = True
                return None
        return self._say(status, said)

    def _act(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if path == "/oauth/token":
            pair = base64.b64encode(":".join(self.server.client).encode()).decode()
            fits = self.headers.get("Authorization") == f"Basic {pair}"
            asked = parse_qs(body.decode()).get("grant_type") == ["client_credentials"]
            return (200, {"access_token": "token", "expires_in": 86400}) if fits and asked else (400, {})
        if found := INBOUND.fullmatch(path):
            if self.headers.get("Authorization") != "Bearer token":
                return 401, {}
            told = json.loads(body)
            name = told["channel"]["messageId"]
            held = self.server.inbound.setdefault(name, {**told, "conversationId": f"talk-{name}"})
            return 202, {"id": name, "conversationId": held["conversationId"], "integration": found[1]}
        if found := DETAILS.fullmatch(path):
            return self._details(found[1])
        if path == "/api/v2/gdpr/requests":
            return self._forgets(json.loads(body))
        if found := ACCOUNT.fullmatch(path):
            return self._deletes(int(found[1])) if method == "DELETE" else (404, {})
        found = CONTACTS.fullmatch(path)
        return self._chatwoot(method, found, json.loads(body) if body else {}) if found else (404, {})

    def _details(self, talk: str) -> tuple[int, Any]:
        """Who took part, as long as they are known: the customer has an external contact."""
        if self.headers.get("Authorization") != "Bearer token":
            return 401, {}
        name = next((one for one, told in self.server.inbound.items() if told["conversationId"] == talk), None)
        if name is None:
            return 404, {}
        customer = {"participantId": "p-1", "purpose": "customer", "externalContactId": f"person-{name}"}
        return 200, {"conversationId": talk, "participants": [customer, {"participantId": "p-2"}]}

    def _forgets(self, told: dict[str, Any]) -> tuple[int, Any]:
        if self.headers.get("Authorization") != "Bearer token":
            return 401, {}
        confirmed = parse_qs(self.path.partition("?")[2]).get("deleteConfirmed") == ["true"]
        name = str(told.get("subject", {}).get("externalContactId", "")).removeprefix("person-")
        if not confirmed or told.get("requestType") != "GDPR_DELETE" or not name:
            return 400, {}
        self.server.forgotten.append(name)
        self.server.inbound.pop(name, None)
        return 202, {
            "id": f"gdpr-{len(self.server.forgotten)}",
            "requestType": "GDPR_DELETE",
            "status": "INITIATED",
        }

    def _deletes(self, number: int) -> tuple[int, Any]:
        server = self.server
        if self.headers.get("api_access_token") != server.token:
            return 401, {"error": "Invalid Access Token"}
        name = next((one for one, contact in server.contacts.items() if contact["id"] == number), None)
        if name is None:
            return 404, {"error": "Resource could not be found"}
        server.forgotten.append(name)
        for talk in server.contacts.pop(name)["talks"]:
            del server.talks[talk]
        return 200, {}

    def _chatwoot(self, method: str, found: "re.Match[str]", told: dict[str, Any]) -> tuple[int, Any]:
        _, name, talks, number = found.groups()
        server = self.server
        if name is None:
            new = len(server.contacts) + len(server.forgotten) + 1
            made = server.contacts.setdefault(told["source_id"], {"id": new, "talks": [], **told})
            return 200, {"source_id": told["source_id"], "id": made["id"], "name": made.get("name")}
        if name not in server.contacts:
            return 404, {"error": "Resource could not be found"}
        contact = server.contacts[name]
        if talks is None:
            return 200, {"source_id": name, "id": contact["id"], "name": contact.get("name")}
        if number is None:
            if method == "POST":
                new = len(server.talks) + 1
                server.talks[new] = {"id": new, "messages": [], **told}
                contact["talks"].append(new)
                return 200, server.talks[new]
            return 200, [server.talks[one] for one in contact["talks"]]
        talk = server.talks[int(number)]
        if method == "POST":
            talk["messages"].append({"id": len(talk["messages"]) + 1, **told})
            return 200, talk["messages"][-1]
        return 200, talk["messages"]

    def _say(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
