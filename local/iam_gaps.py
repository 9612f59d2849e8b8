"""Where ministack 1.5.33 enforces IAM, it does not always see what a request is about as AWS does.

It takes every schedule for one of the group "default", and a mail for one from no identity. Policies are
written for AWS, so here the local AWS learns to name both.
"""

import base64
import json
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from ministack.core import iam_actions

_named_by_ministack = iam_actions.extract_resource_arn


def fill() -> None:
    """Called once, before the server starts."""
    iam_actions.extract_resource_arn = resource_of


def resource_of(
    service: str, method: str, path: str, headers: dict, body: bytes, params: dict, region: str, account: str
) -> str:
    """The ARN of what a request is about, as policies name it; "*" where there is none."""
    resource = _named_by_ministack(service, method, path, headers, body, params, region, account)
    if service == "scheduler" and ":schedule/default/" in resource:
        group = _first(params, "groupName") or (json.loads(body).get("GroupName") if body else "") or "default"
        return resource.replace(":schedule/default/", f":schedule/{group}/")
    if service == "ses" and _first(params, "Action") == "SendRawEmail":
        sender = _first(params, "Source") or _sender(_first(params, "RawMessage.Data"))
        return f"arn:aws:ses:{region}:{account}:identity/{sender}"
    return resource


def _first(params: dict, name: str) -> str:
    value = params.get(name) or ""
    return value[0] if isinstance(value, list) else value


def _sender(encoded: str) -> str:
    mail = message_from_bytes(base64.b64decode(encoded), policy=default)
    return parseaddr(str(mail["From"]))[1]
