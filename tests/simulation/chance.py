"""Chance by name: every step, world and notice draws from a stream of its own, the same for the same seed."""

import hashlib
import random
from collections.abc import Iterable
from typing import Any
from zlib import crc32


def stream(*names: object) -> random.Random:
    """The stream of this name; names are joined as they print."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return random.Random(int.from_bytes(digest[:8]))


def one_of[Thing](draw: random.Random, things: Iterable[Thing], name: Any = str) -> Thing | None:
    """One of these, by its own name: whether others are there too hardly ever changes which."""
    salt = f"{draw.getrandbits(48):012x}"
    return max(things, key=lambda thing: (crc32(f"{salt}{name(thing)}".encode()), name(thing)), default=None)


class Draws:
    """An endless iterator of numbers out of whatever stream is the current one."""

    def __init__(self) -> None:
        self.stream = random.Random(0)

    def __iter__(self) -> "Draws":
        return self

    def __next__(self) -> int:
        return self.stream.getrandbits(60)
