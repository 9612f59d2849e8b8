"""Writes Parquet files, as far as a table of plain columns needs it: one page a column, PLAIN, gzip.

The libraries that do this bring more than the whole package may hold (ADR 0024). What is written is the format as
https://parquet.apache.org/docs/file-format/ has it: data pages of version 1, every column optional, and the footer
in Thrift's compact protocol. The same rows give the same bytes.
"""

import gzip
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import IO, Any

from ..domain.export import Column, Kind

MAGIC = b"PAR1"
# Rows that lie in memory at once: a page of each column.
ROWS_A_GROUP = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The numbers the format gives to what is used here (parquet.thrift).
PLAIN, RLE, GZIP, OPTIONAL, DATA_PAGE = 0, 3, 2, 1, 0
UTF8, TIMESTAMP_MICROS = 0, 10
STRING_TYPE, TIMESTAMP_TYPE, MICROS = 1, 8, 2


class Physical(IntEnum):
    """How a value lies in the file."""

    BOOLEAN = 0
    INT64 = 2
    DOUBLE = 5
    BYTE_ARRAY = 6


PHYSICAL = {
    Kind.TEXT: Physical.BYTE_ARRAY,
    Kind.MOMENT: Physical.INT64,
    Kind.WHOLE: Physical.INT64,
    Kind.NUMBER: Physical.DOUBLE,
    Kind.YES_NO: Physical.BOOLEAN,
}


class TableWriter:
    """One Parquet file, written row by row to a stream; what lies in memory is one group of rows."""

    def __init__(self, out: IO[bytes], columns: Sequence[Column]) -> None:
        self._out, self._columns = out, columns
        self._held: list[tuple[Any, ...]] = []
        self._groups: list[_Field] = []
        self._position = out.write(MAGIC)
        self.count = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """A row, with a value or None for each column."""
        self._held.append(row)
        self.count += 1
        if len(self._held) == ROWS_A_GROUP:
            self._write_group()

    def close(self) -> None:
        """The rows that are held, and the footer by which a reader finds everything."""
        if self._held:
            self._write_group()
        schema = [_root(self._columns), *(_element(column) for column in self._columns)]
        about = ((1, _i32(1)), (2, _list(schema)), (3, _i64(self.count)), (4, _list(self._groups)))
        footer = _struct(*about, (6, _text("kulanz"))).body
        self._out.write(footer + struct.pack("<I", len(footer)) + MAGIC)

    def _write_group(self) -> None:
        chunks, size = [], 0
        for place, column in enumerate(self._columns):
            page = _page(column, [row[place] for row in self._held])
            chunks.append(_chunk(column, page, self._position, len(self._held)))
            self._position += self._out.write(page.body)
            size += page.plain
        self._groups.append(_struct((1, _list(chunks)), (2, _i64(size)), (3, _i64(len(self._held)))))
        self._held.clear()


@dataclass(frozen=True)
class _Page:
    """A column's page with its header; `plain` is how long both would be uncompressed."""

    body: bytes
    plain: int


def _page(column: Column, values: list[Any]) -> _Page:
    there = [value is not None for value in values]
    levels = _bits(there, run=True)
    plain = struct.pack("<I", len(levels)) + levels + _values(column.kind, [v for v in values if v is not None])
    packed = gzip.compress(plain, 6, mtime=0)
    about = _struct((1, _i32(len(values))), (2, _i32(PLAIN)), (3, _i32(RLE)), (4, _i32(RLE)))
    sizes = ((1, _i32(DATA_PAGE)), (2, _i32(len(plain))), (3, _i32(len(packed))))
    header = _struct(*sizes, (5, about)).body
    return _Page(header + packed, len(header) + len(plain))


def _values(kind: Kind, values: list[Any]) -> bytes:
    match kind:
        case Kind.TEXT:
            texts = [str(value).encode() for value in values]
            return b"".join(struct.pack("<I", len(text)) + text for text in texts)
        case Kind.MOMENT:
            return b"".join(struct.pack("<q", _micros(value)) for value in values)
        case Kind.WHOLE:
            return struct.pack(f"<{len(values)}q", *values)
        case Kind.NUMBER:
            return struct.pack(f"<{len(values)}d", *values)
        case Kind.YES_NO:
            return _bits(values)


def _micros(at: datetime) -> int:
    """Whole microseconds since 1970; in whole numbers, for a float forgets the last of them."""
    past = at - EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def _bits(values: list[bool], *, run: bool = False) -> bytes:
    """Yes and no as bits, the first the lowest; for levels as one bit-packed `run` of the hybrid encoding."""
    octets = bytearray((len(values) + 7) // 8)
    for place, value in enumerate(values):
        octets[place // 8] |= bool(value) << place % 8
    return (_varint(len(octets) << 1 | 1) if run else b"") + bytes(octets)


def _chunk(column: Column, page: _Page, position: int, rows: int) -> "_Field":
    about = _struct(
        (1, _i32(PHYSICAL[column.kind])),
        (2, _list([_i32(PLAIN), _i32(RLE)])),
        (3, _list([_text(column.name)])),
        (4, _i32(GZIP)),
        (5, _i64(rows)),
        (6, _i64(page.plain)),
        (7, _i64(len(page.body))),
        (9, _i64(position)),
    )
    return _struct((2, _i64(position)), (3, about))


def _root(columns: Sequence[Column]) -> "_Field":
    return _struct((4, _text("schema")), (5, _i32(len(columns))))


def _element(column: Column) -> "_Field":
    """A column in the schema; text and moments say what they are, as older readers and as newer ones want it."""
    kept = ((1, _i32(PHYSICAL[column.kind])), (3, _i32(OPTIONAL)), (4, _text(column.name)))
    if column.kind is Kind.TEXT:
        return _struct(*kept, (6, _i32(UTF8)), (10, _struct((STRING_TYPE, _struct()))))
    if column.kind is Kind.MOMENT:
        in_utc = _struct((1, _Field(1, b"")), (2, _struct((MICROS, _struct()))))
        return _struct(*kept, (6, _i32(TIMESTAMP_MICROS)), (10, _struct((TIMESTAMP_TYPE, in_utc))))
    return _struct(*kept)


@dataclass(frozen=True)
class _Field:
    """A value in Thrift's compact protocol, with the number of its type there."""

    type: int
    body: bytes


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    return bytes((*octets, number))


def _i32(number: int) -> _Field:
    return _Field(5, _varint(number << 1 if number >= 0 else (-number << 1) - 1))


def _i64(number: int) -> _Field:
    return _Field(6, _i32(number).body)


def _text(text: str) -> _Field:
    return _Field(8, _varint(len(text.encode())) + text.encode())


def _list(values: Sequence[_Field]) -> _Field:
    """A list, whose values are all of one type; an empty one is of structs, as the format's own are."""
    kind, size = values[0].type if values else 12, len(values)
    head = bytes([size << 4 | kind]) if size < 15 else bytes([0xF0 | kind]) + _varint(size)
    return _Field(9, head + b"".join(value.body for value in values))


def _struct(*fields: tuple[int, _Field]) -> _Field:
    """Fields by their numbers, which rise by less than 16 from one to the next."""
    body, last = b"", 0
    for number, field in fields:
        body += bytes([(number - last) << 4 | field.type]) + field.body
        last = number
    return _Field(12, body + b"\0")
