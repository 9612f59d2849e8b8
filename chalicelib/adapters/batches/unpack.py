"""The plain bytes of a plain, gzip or zip file, streamed, and never more than was bargained for.

RFC 1952 (gzip), APPNOTE 6.3 (zip). A zip is read front to back by its local header, because the body of a
bucket object cannot be read backwards; it may hold one file only.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import Protocol

from ...domain.batch import Refused

MOST_BYTES = 2 * 1024**3
MOST_RATIO = 100
STEP = 64 * 1024
LOCAL_HEADER = b"PK\x03\x04"


class Bytes(Protocol):
    """What a bucket object's body can do."""

    def read(self, size: int, /) -> bytes: ...


class FileRefused(Exception):
    """Nothing of this file is taken; `why` says the reason and the place."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.reason)
        self.why = why


class Unpacked:
    """An iterator over the plain bytes of a packed or plain file.

    `cut` is true once a packed stream ended before its own end mark (B5); `size` and `digest` (SHA-256)
    grow with what was given. Raises FileRefused for a bomb
    (more than MOST_RATIO times its packed size, or more than MOST_BYTES: B9) and for a damaged pack.
    """

    def __init__(self, stream: Bytes, name: str, most_bytes: int = MOST_BYTES) -> None:
        self.cut = False
        self._stream = stream
        self._most = most_bytes
        self.size = 0
        self.digest = hashlib.sha256()
        self._name = name.lower()

    def __iter__(self) -> Iterator[bytes]:
        if self._name.endswith(".csv"):
            return self._counted(self._read())
        if self._name.endswith(".csv.gz"):
            return self._counted(self._gunzipped())
        if self._name.endswith(".zip"):
            return self._counted(self._unzipped())
        raise FileRefused(Refused("file_kind", value=self._name.rpartition("/")[2][:80]))

    def _read(self) -> Iterator[bytes]:
        while block := self._stream.read(STEP):
            yield block

    def _counted(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.size += len(block)
            if self.size > self._most:
                raise FileRefused(Refused("too_large", byte=self._most))
            self.digest.update(block)
            yield block

    def _inflated(self, inflate: "zlib._Decompress", first: bytes, before: int) -> Iterator[bytes]:
        """What one deflate stream holds. `before` counts packed bytes read ahead of `first`; afterwards
        `inflate.unused_data` holds what follows the stream."""
        given, packed = 0, before
        for block in self._blocks(first):
            packed += len(block)
            while True:
                try:
                    plain = inflate.decompress(block, STEP)
                except zlib.error as damage:
                    raise FileRefused(Refused("damaged_pack", byte=self.size)) from damage
                block = inflate.unconsumed_tail
                given += len(plain)
                if given > MOST_RATIO * (packed - len(block)):
                    raise FileRefused(Refused("bomb", byte=self.size))
                if plain:
                    yield plain
                if inflate.eof:
                    return
                if not block and len(plain) < STEP:
                    break
        self.cut = True

    def _blocks(self, first: bytes) -> Iterator[bytes]:
        if first:
            yield first
        yield from self._read()

    def _gunzipped(self) -> Iterator[bytes]:
        rest = b""
        while True:
            inflate = zlib.decompressobj(wbits=31)
            yield from self._inflated(inflate, rest, 0)
            if self.cut:
                return
            rest = inflate.unused_data or next(self._read(), b"")
            if not rest:
                return

    def _unzipped(self) -> Iterator[bytes]:
        head = self._exactly(b"", 30)
        if len(head) < 30 or head[:4] != LOCAL_HEADER:
            raise FileRefused(Refused("damaged_pack", byte=0))
        bits, method = struct.unpack("<HH", head[6:10])
        checksum, _, plain_size, name_size, extra_size = struct.unpack("<IIIHH", head[14:30])
        if bits & 1 or method != 8:
            raise FileRefused(Refused("pack_method", byte=0))
        head = self._exactly(head, 30 + name_size + extra_size)
        name = head[30 : 30 + name_size].decode("cp437")
        if not name.lower().endswith(".csv"):
            raise FileRefused(Refused("file_kind", value=name[-80:]))
        inflate = zlib.decompressobj(wbits=-15)
        sum_so_far = size = 0
        for block in self._inflated(inflate, head[30 + name_size + extra_size :], 30 + name_size):
            sum_so_far, size = zlib.crc32(block, sum_so_far), size + len(block)
            yield block
        if self.cut:
            return
        tail = self._exactly(inflate.unused_data, 28)
        if bits & 8:
            tail, checksum, plain_size = _descriptor(tail)
        if checksum != sum_so_far or plain_size not in (size & 0xFFFFFFFF, 0xFFFFFFFF):
            raise FileRefused(Refused("damaged_pack", byte=self.size))
        if tail[:4] == LOCAL_HEADER:
            raise FileRefused(Refused("many_files"))

    def _exactly(self, have: bytes, size: int) -> bytes:
        """At least `size` bytes, if the stream has them."""
        for block in self._read() if len(have) < size else ():
            have += block
            if len(have) >= size:
                break
        return have


def _descriptor(tail: bytes) -> tuple[bytes, int, int]:
    """Checksum and size that follow the data where the header could not know them (APPNOTE 4.3.9)."""
    if tail[:4] == b"PK\x07\x08":
        tail = tail[4:]
    if len(tail) < 12:
        return b"", 0, 0
    checksum, _, size = struct.unpack("<III", tail[:12])
    if tail[12:14] != b"PK" and tail[20:22] == b"PK":
        return tail[20:], checksum, struct.unpack("<Q", tail[12:20])[0] & 0xFFFFFFFF
    return tail[12:], checksum, size
