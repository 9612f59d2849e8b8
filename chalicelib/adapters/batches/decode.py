"""Physical lines of text out of a creditor's bytes, in the declared encoding and no other (B6)."""

import codecs
import re
from collections.abc import Iterator

from ...domain.batch import Refused
from ...domain.profile import FileProfile
from .unpack import FileRefused, Unpacked

# A line longer than this is not a claim; it bounds what is ever held in memory, in characters.
MOST_LINE = 1024 * 1024
BREAK = re.compile(r"\r\n|\n|\r")
MARKS = {
    "utf-8": (codecs.BOM_UTF8,),
    "cp1252": (),
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
KNOWN_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENOUGH = 64
MOSTLY = 0.75
CODECS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Lines:
    """The physical lines of a file, each with its line break, the byte order mark taken off.

    `cut` is true when the bytes ended inside a character, inside a line or inside their pack (B5).
    Raises FileRefused at the first byte that does not fit the declared encoding, at a NUL character and at
    a byte order mark that contradicts the declaration: with its position, counted in unpacked bytes.
    """

    def __init__(self, source: Unpacked, profile: FileProfile) -> None:
        self.cut = False
        self._source = source
        self._encoding = profile.encoding

    def __iter__(self) -> Iterator[str]:
        held, number = "", 1
        for text in self._texts():
            held += text
            end = 0
            # A carriage return at the very end may be half of a line break: it waits for the next block.
            for found in BREAK.finditer(held, 0, len(held) - held.endswith("\r")):
                number += 1
                yield held[end : found.end()]
                end = found.end()
            held = held[end:]
            if len(held) > MOST_LINE:
                raise FileRefused(Refused("line_too_long", line=number))
        if held.endswith("\r"):
            yield held
        elif held:
            self.cut = True
            yield held
        self.cut = self.cut or self._source.cut

    def _texts(self) -> Iterator[str]:
        """Decoded blocks, each checked."""
        blocks = iter(self._source)
        first = _first(blocks)
        mark = self._mark(first)
        codec = CODECS[mark] if mark else self._encoding
        decoder = codecs.getincrementaldecoder(codec)()
        place = Place(len(mark))
        for block in _chain(first[len(mark) :], blocks):
            yield self._decoded(decoder, codec, block, place)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.cut = True

    def _mark(self, first: bytes) -> bytes:
        found = next((mark for mark in KNOWN_MARKS if first.startswith(mark)), b"")
        if found and found not in MARKS[self._encoding]:
            raise FileRefused(Refused("encoding_mark", byte=0, line=1, value=CODECS[found]))
        if not found and self._encoding != "utf-16" and _like_utf_16(first):
            raise FileRefused(Refused("encoding_utf16", byte=0, line=1, value=first[:4].hex(" ")))
        if not found and self._encoding == "utf-16" and first:
            raise FileRefused(Refused("encoding_no_mark", byte=0, line=1, value=first[:2].hex(" ")))
        return found

    def _decoded(self, decoder: codecs.IncrementalDecoder, codec: str, block: bytes, place: "Place") -> str:
        waiting: bytes = decoder.getstate()[0]
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as misfit:
            data = waiting + block
            good = data[: misfit.start].decode(codec)
            byte = place.byte + misfit.start
            bad = data[misfit.start : misfit.start + 4].hex(" ")
            raise FileRefused(Refused("encoding", byte, place.line + _breaks(good), bad)) from misfit
        if "\0" in text:
            good = text[: text.index("\0")]
            byte = place.byte + len(good.encode(codec))
            raise FileRefused(Refused("nul_byte", byte, place.line + _breaks(good), "00"))
        place.byte += len(waiting) + len(block) - len(decoder.getstate()[0])
        place.line += _breaks(text)
        return text


class Place:
    """How far a file has been read: bytes before this point, and the line it lies in."""

    def __init__(self, byte: int) -> None:
        self.byte = byte
        self.line = 1


def _breaks(text: str) -> int:
    """Line breaks in a text. One that straddles two blocks may count twice, which shifts only the line
    named beside a byte position."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _like_utf_16(first: bytes) -> bool:
    """Whether every second byte is a NUL, as in Western words written as UTF-16; a stray NUL is not enough."""
    odd, even = first[1:ENOUGH:2], first[:ENOUGH:2]
    nuls = sorted((odd.count(0) / len(odd), even.count(0) / len(even))) if odd else [0.0, 0.0]
    return nuls[0] < MOSTLY / 2 and nuls[1] > MOSTLY


def _first(blocks: Iterator[bytes]) -> bytes:
    """Enough bytes to see any byte order mark, or that one is missing."""
    have = b""
    for block in blocks:
        have += block
        if len(have) >= ENOUGH:
            break
    return have


def _chain(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from blocks
