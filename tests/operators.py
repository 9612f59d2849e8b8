"""People at the operators' door: what API Gateway hands the function once it has proven a signature."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.reader import api_event

ACCOUNT = "123456789012"


@dataclass
class Person:
    """Somebody with credentials of their own; `role` is one they were lent."""

    name: str
    creditor: str
    role: str = ""
    arn: str = ""

    @property
    def principal(self) -> str:
        if self.arn:
            return self.arn
        if self.role:
            return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.role}/{self.name}"
        return f"arn:aws:iam::{ACCOUNT}:user/{self.name}"

    def looks(self, what: str, **query: str) -> dict[str, Any]:
        status, answer = self.asks("GET", what, query=query)
        assert status == 200, answer
        return answer

    def acts(self, what: str, **said: str) -> dict[str, Any]:
        status, answer = self.asks("POST", what, body=json.dumps(said))
        return {"status": status, **answer}

    def asks(
        self, method: str, what: str, *, body: str = "", query: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        from app import app

        url = f"/operator/{self.creditor}/{what}" + (f"?{urlencode(query)}" if query else "")
        event = api_event(method, url, body, {"Content-Type": "application/json"})
        event["requestContext"]["identity"] = {"userArn": self.principal} if self.principal != "-" else {}
        answer = app(event, None)
        return answer["statusCode"], json.loads(answer["body"])
