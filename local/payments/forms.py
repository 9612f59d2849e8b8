"""The bracket notation of the provider's requests, read into plain values: `a[b][0][c]=1`.

Source: https://docs.stripe.com/api (form-encoded request bodies), as `stripe` encodes them.
"""

import re
from typing import Any
from urllib.parse import parse_qsl

from local.payments.answers import Refused, missing

NAME = re.compile(r"[^\[\]]+|\[\]")


def read(encoded: str) -> dict[str, Any]:
    """The parameters of a body or query as nested dicts and lists of strings."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        *way, last = NAME.findall(key) or [key]
        place = tree
        for step in way:
            place = place.setdefault(step if step != "[]" else str(len(place)), {})
            if not isinstance(place, dict):
                raise Refused(400, f"Invalid {key}", param=key)
        place[last if last != "[]" else str(len(place))] = value
    return {key: _lists(value) for key, value in tree.items()}


def _lists(value: Any) -> Any:
    """Dicts whose keys are 0, 1, 2 ... are lists."""
    if not isinstance(value, dict):
        return value
    if all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}


def whole(params: dict[str, Any], name: str, default: int | None = None, *, shown: str = "") -> int:
    """A whole number among the parameters; `shown` is its full name in a refusal."""
    value = params.get(name)
    if value is None:
        if default is None:
            raise missing(shown or name)
        return default
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,12}", value):
        raise Refused(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=shown or name)
    return int(value)


def labels(params: dict[str, Any], name: str = "metadata") -> dict[str, str]:
    """Metadata within the provider's bounds: 50 keys of 40 characters, values of 500."""
    given = params.get(name) or {}
    if not isinstance(given, dict) or len(given) > 50:
        raise Refused(400, "Invalid hash", param=name)
    for key, value in given.items():
        if not isinstance(value, str) or len(key) > 40 or len(value) > 500:
            raise Refused(400, f"Metadata values can have up to 500 characters: {key}", param=name)
    return given


def known(params: dict[str, Any], names: set[str]) -> None:
    """Refuse what the double does not understand, as the provider refuses what it does not."""
    for name in params:
        if name not in names:
            raise Refused(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
