"""Domain values to DynamoDB attributes and back, driven by the dataclasses' own type hints.

Encoders and decoders are worked out once per field, when the first value of it is read or written: a page that
meets no plan opens no plan's file. None is left out; an attribute that is absent takes the field's default, so
that an older item reads well after a field was added.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Attribute = dict[str, Any]
Encode = Callable[[Any], Attribute]
Decode = Callable[[Attribute], Any]
MICROSECOND = timedelta(microseconds=1)
NOTHING_LISTED: Attribute = {"L": []}  # of whatever kind


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


# Where a type lies that a class of the domain names for its readers alone: it is opened for its first value.
OPENED_LATER = {
    "AccountChange": "account_change",
    "Attempt": "payments",
    "BankAccount": "account_change",
    "BankForm": "bank_form",
    "CentreSettings": "centre",
    "Choice": "chosen",
    "Claim": "claim",
    "CollectionFee": "collection_fee",
    "Contact": "contact",
    "Debtor": "parties",
    "Decision": "decision",
    "Deferral": "deferral",
    "Dispute": "dispute",
    "Document": "document",
    "Evidence": "evidence",
    "FileProfile": "profile",
    "Interest": "interest",
    "Mandate": "mandate",
    "ModelHealth": "model_health",
    "Offer": "offer",
    "OwnStrategy": "strategies._base",
    "PayoutTerms": "payout_terms",
    "Plan": "plan",
    "Score": "score",
    "Task": "task",
    "Wish": "terms",
}


# Kept as one text, for it is always read whole, and its parts are looked for by nobody.
PACKED = frozenset({("Claim", "recent")})


class _Opened(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        """A type by its name; KeyError for one that the class has imported itself."""
        return getattr(import_module(f"chalicelib.domain.{OPENED_LATER[name]}"), name)


@cache
def hint(kind: Any, name: str) -> Any:
    """The type of this field. Raises NameError for one that nobody can tell where it lies."""
    owner, written = _written(kind, name)
    alone = SimpleNamespace(__annotations__={name: written})
    return get_type_hints(alone, vars(sys.modules[owner.__module__]), _Opened())[name]


def _written(kind: Any, name: str) -> tuple[Any, Any]:
    """The class that names this field, and its type as it stands there: as text where its file says so."""
    owner = next(one for one in kind.__mro__ if name in one.__dict__.get("__annotations__", ()))
    return owner, owner.__annotations__[name]


@cache
def _may_be_none(kind: Any, name: str) -> bool:
    """Whether this field may hold None, told without opening what else it may hold."""
    _, written = _written(kind, name)
    return "None" in written.split(" | ") if isinstance(written, str) else NoneType in get_args(written)


def held_in(kind: Any, name: str) -> Any:
    """What the values of this mapping are."""
    return get_args(hint(kind, name))[1]


def _packed(kind: Any) -> tuple[Encode, Decode]:
    """The list as one text; one that was kept as a list is read as well."""
    encode, decode = codec(kind)
    return (
        lambda v: {"S": json.dumps(_bare(encode(v)), ensure_ascii=False, separators=(",", ":"))},
        lambda a: decode(_typed(json.loads(a["S"], **READ_AS)) if "S" in a else a),
    )


def _bare(attribute: Attribute) -> Any:
    """An attribute as JSON has it: without the signs of its types, which its text need not carry."""
    ((sign, held),) = attribute.items()
    if sign == "M":
        return {name: _bare(one) for name, one in held.items()}
    if sign == "L":
        return [_bare(one) for one in held]
    return (int(held) if held.lstrip("-").isdecimal() else float(held)) if sign == "N" else held


def _typed(held: Any) -> Attribute:
    """The attribute that was read from JSON as READ_AS says: numbers and mappings have their signs already."""
    if isinstance(held, dict):
        return held
    if isinstance(held, list):
        return {"L": [_typed(one) for one in held]}
    return {"BOOL" if isinstance(held, bool) else "S": held}


def _number(text: str) -> Attribute:
    return {"N": text}


READ_AS: dict[str, Any] = {
    "parse_int": _number,
    "parse_float": _number,
    "object_hook": lambda held: {"M": {name: _typed(one) for name, one in held.items()}},
}


class _Field:
    """One field of a class: how a value of it is written and read is worked out for the first one there is."""

    __slots__ = ("decode", "default", "encode", "kind", "name")

    def __init__(self, kind: Any, name: str, default: Any) -> None:
        self.kind, self.name, self.default = kind, name, default
        self.encode: Encode = self._encode_first
        self.decode: Decode = self._decode_first

    def _encode_first(self, value: Any) -> Attribute:
        self._open()
        return self.encode(value)

    def _decode_first(self, attribute: Attribute) -> Any:
        if attribute == NOTHING_LISTED:
            return ()
        self._open()
        return self.decode(attribute)

    def _open(self) -> None:
        as_one = (self.kind.__name__, self.name) in PACKED
        self.encode, self.decode = (_packed if as_one else codec)(hint(self.kind, self.name))


@cache
def _plan(kind: Any) -> tuple[_Field, ...]:
    return tuple(
        _Field(kind, field.name, field.default if field.default_factory is MISSING else field.default_factory)
        for field in fields(kind)
    )


def to_item(value: Any) -> Attribute:
    """A domain object's fields as DynamoDB attributes."""
    item: Attribute = {}
    kind: Any = type(value)
    for field in _plan(kind):
        held = getattr(value, field.name)
        if held is not None:
            item[field.name] = field.encode(held)
    return item


def from_item(kind: Any, item: Attribute) -> Any:
    """The domain object an item holds; attributes that are not its fields (keys, markers) are passed over.

    Raises KeyError for an item without a field that must be there.
    """
    values, get = {}, item.get
    for field in _plan(kind):
        name = field.name
        attribute = get(name)
        if attribute is not None:
            values[name] = field.decode(attribute)
        elif field.default is MISSING:
            if not _may_be_none(kind, name):
                raise KeyError(f"{kind.__name__}.{name}")
            values[name] = None
    return kind(**values)
