"""Domain values to DynamoDB attributes and back, driven by the dataclasses' own type hints.

Encoders and decoders are worked out once per class. None is left out; an attribute that is absent takes the
field's default, so that an older item reads well after a field was added.
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Attribute = dict[str, Any]
Encode = Callable[[Any], Attribute]
Decode = Callable[[Attribute], Any]
MICROSECOND = timedelta(microseconds=1)


def moment(value: datetime) -> str:
    """A moment as text that sorts by time: UTC, microseconds, Z. ValueError without a zone: nobody guesses it."""
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain_number(value: float) -> str:
    """A number as the table gives it back, without needless noughts: written twice it is the same word."""
    number = Decimal(repr(value)).normalize() if value else Decimal(0)
    return format(number, "f") if abs(number) < LARGE else str(number)


def _string(attribute: Attribute) -> Any:
    return attribute["S"]


# From here on a number is shorter with its power of ten.
LARGE = Decimal(10) ** 21

_SCALARS: dict[type, tuple[Encode, Decode]] = {
    str: (lambda v: {"S": v}, _string),
    bool: (lambda v: {"BOOL": v}, lambda a: a["BOOL"]),
    int: (lambda v: {"N": str(v)}, lambda a: int(a["N"])),
    float: (lambda v: {"N": plain_number(v)}, lambda a: float(a["N"])),
    datetime: (lambda v: {"S": moment(v)}, lambda a: datetime.fromisoformat(a["S"])),
    time: (lambda v: {"S": v.isoformat()}, lambda a: time.fromisoformat(a["S"])),
    timedelta: (lambda v: {"N": str(v // MICROSECOND)}, lambda a: int(a["N"]) * MICROSECOND),
    date: (lambda v: {"S": v.isoformat()}, lambda a: date.fromisoformat(a["S"])),
}


@cache
def codec(kind: Any) -> tuple[Encode, Decode]:
    """How values of this type are written and read. Raises TypeError for a type the table cannot hold."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union(tuple(a for a in arguments if a is not NoneType))
    if origin is tuple:
        return _tuple(arguments)
    if origin is dict and arguments[1] not in (str, int, float):
        return _mapping(*arguments)
    if origin is dict:
        return (lambda v: {"S": json.dumps(v, sort_keys=True)}, lambda a: json.loads(a["S"]))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return (lambda v: {"S": v.value}, lambda a: kind(a["S"]))
    if isinstance(kind, type) and is_dataclass(kind):
        return (lambda v: {"M": to_item(v)}, lambda a: from_item(kind, a["M"]))
    raise TypeError(f"no way to store {kind!r}")


def _union(kinds: tuple[Any, ...]) -> tuple[Encode, Decode]:
    if len(kinds) == 1:
        return codec(kinds[0])
    by_name = {kind.__name__: kind for kind in kinds}

    def encode(value: Any) -> Attribute:
        return {"M": {"is": {"S": type(value).__name__}, **to_item(value)}}

    def decode(attribute: Attribute) -> Any:
        return from_item(by_name[attribute["M"]["is"]["S"]], attribute["M"])

    return encode, decode


def _tuple(arguments: tuple[Any, ...]) -> tuple[Encode, Decode]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        encode_one, decode_one = codec(arguments[0])
        return (
            lambda v: {"L": [encode_one(x) for x in v]},
            lambda a: tuple(decode_one(x) for x in a["L"]),
        )
    pairs = [codec(argument) for argument in arguments]
    return (
        lambda v: {"L": [encode(x) for (encode, _), x in zip(pairs, v, strict=True)]},
        lambda a: tuple(decode(x) for (_, decode), x in zip(pairs, a["L"], strict=True)),
    )


def _mapping(key: Any, value: Any) -> tuple[Encode, Decode]:
    """A mapping whose values are more than texts and numbers; its keys are texts of their own kind."""
    encode, decode = codec(value)
    return (
        lambda v: {"M": {str(name): encode(held) for name, held in v.items()}},
        lambda a: {key(name): decode(held) for name, held in a["M"].items()},
    )


@cache
def _plan(kind: Any) -> tuple[tuple[str, Encode, Decode, Any], ...]:
    hints = get_type_hints(kind)
    plan = []
    for field in fields(kind):
        default = field.default_factory if field.default_factory is not MISSING else field.default
        plan.append((field.name, *codec(hints[field.name]), default))
    return tuple(plan)


def to_item(value: Any) -> Attribute:
    """A domain object's fields as DynamoDB attributes."""
    item: Attribute = {}
    kind: Any = type(value)
    for name, encode, _, _ in _plan(kind):
        held = getattr(value, name)
        if held is not None:
            item[name] = encode(held)
    return item


def from_item(kind: Any, item: Attribute) -> Any:
    """The domain object an item holds; attributes that are not its fields (keys, markers) are passed over."""
    values = {}
    for name, _, decode, default in _plan(kind):
        attribute = item.get(name)
        if attribute is not None:
            values[name] = decode(attribute)
        elif default is MISSING:
            values[name] = None
    return kind(**values)
