"""Records of a CSV file (RFC 4180, delimiter and quote as declared), each with the line it begins on."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...domain.profile import FileProfile

# A quoted cell may hold line breaks, but no cell holds a page: beyond this the quote was never closed.
MOST_LINES = 20
UNCLOSED = "unexpected end of data"


@dataclass(frozen=True)
class Record:
    """The cells of one record, or the `fault` that kept them from being told apart (`cells` is then the
    line as it stands). `broken_off`: the file ended before the record did."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""
    broken_off: bool = False

    @property
    def blank(self) -> bool:
        return not self.fault and not any(cell.strip() for cell in self.cells)


class Records:
    """The records of a file, its header first.

    A stray quote must not swallow the rows after it: when a record that spans lines never closes, or has
    the wrong number of cells, its first line alone is at fault and reading resumes on the next one. Only
    where the file itself ends inside a quoted cell are the lines of that cell not read as rows: they may be
    somebody's words, and words must not turn into claims.
    """

    def __init__(self, lines: Iterable[str], profile: FileProfile) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self._distrusted = 0
        self._profile = profile
        self._number = 0

    def __iter__(self) -> Iterator[Record]:
        width = 0
        while first := self._next():
            self._number += 1
            if self._distrusted:
                self._distrusted -= 1
                yield self._faulty(first, self._number, "cut_off", broken_off=True)
                continue
            record = self._record(first, self._number, width)
            width = width or len(record.cells)
            yield record

    def _next(self) -> str:
        return self._ahead.popleft() if self._ahead else next(self._lines, "")

    def _record(self, first: str, number: int, width: int) -> Record:
        held = [first]
        while True:
            try:
                cells = self._parsed(held)
                break
            except csv.Error as fault:
                if UNCLOSED not in str(fault):
                    return self._only_first(held, number, "quoting")
            if len(held) == MOST_LINES:
                return self._only_first(held, number, "open_quote")
            if not (more := self._next()):
                return self._ended(held, number, width)
            held.append(more)
        if not held[-1].endswith(("\n", "\r")):
            return self._cut_off(held, number)
        if width and len(cells) != width and any(cell.strip() for cell in cells):
            return self._only_first(held, number, "column_count" if len(held) == 1 else "open_quote")
        self._number += len(held) - 1
        return Record(number, cells)

    def _ended(self, held: list[str], number: int, width: int) -> Record:
        """The file ended in a quoted cell: by a stray quote in an otherwise whole line, or by a cut."""
        whole = held[0].count(self._profile.delimiter) >= max(width - 1, 1)
        if whole and held[-1].endswith(("\n", "\r")):
            return self._only_first(held, number, "open_quote")
        return self._cut_off(held, number)

    def _cut_off(self, held: list[str], number: int) -> Record:
        self._distrusted = len(held) - 1
        return self._only_first(held, number, "cut_off", broken_off=True)

    def _parsed(self, lines: list[str]) -> tuple[str, ...]:
        form = self._profile
        parsed = csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True)
        return tuple(next(parsed, ()))

    def _only_first(self, held: list[str], number: int, fault: str, broken_off: bool = False) -> Record:
        self._ahead.extendleft(reversed(held[1:]))
        return self._faulty(held[0], number, fault, broken_off)

    def _faulty(self, line: str, number: int, fault: str, broken_off: bool) -> Record:
        return Record(number, (line.rstrip("\r\n"),), fault, broken_off)
