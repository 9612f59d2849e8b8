"""The operators' door: people who decide on money and on messages, known by who signed their request.

API Gateway proves the signature (AWS_IAM) before anything of ours runs, and says who it was; nothing in the body
says it. What people may do is IAM's to say too: `execute-api:Invoke` on `/operator/<creditor>/<what>`. A function
of its own answers, which holds no key of the provider: what two people released leaves by another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, IAMAuthorizer, Response

from .. import wiring
from ..domain.errors import Retry
from ..settings import MissingSetting
from .logs import logger, story

if TYPE_CHECKING:  # what operators ask for is loaded when one of them asks: the pages share this app
    from .commands.answers import Said

operators = Blueprint(__name__)

SIGNED = IAMAuthorizer()
JSON = "application/json"
CREDITOR = re.compile(r"[a-z][a-z0-9-]{1,39}")


@operators.route("/operator/{creditor}/{what}", methods=["GET"], authorizer=SIGNED)
def look(creditor: str, what: str) -> Response:
    """What waits for somebody's decision, and what was decided; nothing changes."""
    from .commands import LISTS

    return _answered(creditor, what, LISTS, lambda by: LISTS[what](creditor, _query()))


@operators.route("/operator/{creditor}/{what}", methods=["POST"], content_types=[JSON], authorizer=SIGNED)
def act(creditor: str, what: str) -> Response:
    """One person's decision; written with who, when and what."""
    from .commands import ACTS

    return _answered(creditor, what, ACTS, lambda by: ACTS[what](creditor, by, _body()))


def _answered(creditor: str, what: str, known: dict[str, Any], do: Callable[[str], Said]) -> Response:
    from ..domain.person import person_of
    from .commands.answers import Unfit

    identity = operators.current_request.context.get("identity") or {}
    by = person_of(identity.get("userArn") or "")
    if by is None:
        return _said(403, {"said": "nobody"}, creditor, what)
    try:
        if what not in known or not _concerns(creditor, what):
            return _said(404, {"said": "not_found"}, creditor, what)
        answer = do(by)
    except Unfit as unfit:
        return _said(422, {"said": "unfit", "field": unfit.what}, creditor, what)
    except (Retry, MissingSetting, wiring.MissingSecret):
        return _said(503, {"said": "try_again"}, creditor, what)
    except Exception as unforeseen:  # noqa: BLE001 - the framework would log its words
        logger.error("unforeseen", extra={"creditor": creditor, **story(unforeseen)})
        return _said(503, {"said": "try_again"}, creditor, what)
    status = {"refused": 409, "not_found": 404}.get(answer["said"], 200)
    return _said(status, answer, creditor, what)


def _concerns(creditor: str, what: str) -> bool:
    """Whether there is such a creditor; what is held back may be all creditors' at once."""
    from ..domain.gate import HOUSE
    from .commands import HOUSE_WIDE

    if creditor == HOUSE:
        return what in HOUSE_WIDE
    return bool(CREDITOR.fullmatch(creditor)) and wiring.store().creditor(creditor) is not None


def _said(status: int, answer: Said, creditor: str, what: str) -> Response:
    ids = {"creditor": creditor, "what": what} if status not in (403, 404) else {}
    logger.info("operator", extra={"status": status, "said": answer["said"], **ids})
    text = json.dumps(answer, default=str, ensure_ascii=False)
    return Response(text, status_code=status, headers={"Content-Type": JSON, "Cache-Control": "no-store"})


def _query() -> dict[str, str]:
    return dict(operators.current_request.query_params or {})


def _body() -> dict[str, Any]:
    from .commands.answers import Unfit

    try:
        body = json.loads(operators.current_request.raw_body or b"{}")
    except ValueError:
        raise Unfit("body") from None
    if not isinstance(body, dict):
        raise Unfit("body")
    return body


@cache
def _alone() -> Chalice:
    app = Chalice(app_name="kulanz-operator", configure_logs=False)
    app.register_blueprint(operators)
    return app


@operators.lambda_function(name="operator")
def operator(event: dict[str, Any], context: Any) -> Any:
    """Answer one of the operators' routes, given the API's own event."""
    return _alone()(event, context)
