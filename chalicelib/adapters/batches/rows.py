"""Rows of a creditor's file, one by one: each is taken as a Row or put aside as Quarantined, and says why."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from ...domain.batch import Problem, Quarantined, Refused
from ...domain.parties import Creditor
from ...domain.profile import FileProfile
from ...domain.row import Row
from .decode import Lines
from .one_row import Places, places_of, read_row
from .records import Record, Records
from .unpack import Bytes, FileRefused, Unpacked

MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Survey:
    """What a first reading of the whole file found: data rows (blank ones not counted), whether it ends
    early, its unpacked bytes and their SHA-256."""

    rows: int
    cut: bool
    size: int
    sha256: str


class Reading:
    """One reading of a file: iterate over it once, then ask whether it was cut (B5)."""

    def __init__(self, stream: Bytes, creditor: Creditor, name: str = "rows.csv") -> None:
        self._source = Unpacked(stream, name)
        self._lines = Lines(self._source, creditor.profile)
        self._records = Records(self._lines, creditor.profile)
        self._creditor = creditor
        self._broken_off = False

    @property
    def cut(self) -> bool:
        return self._lines.cut or self._broken_off

    def survey(self) -> Survey:
        """Read all, take nothing: so that a file is refused whole or not at all."""
        rows = sum(1 for _ in self._data())
        return Survey(rows, self.cut, self._source.size, self._source.digest.hexdigest())

    def __iter__(self) -> Iterator[Row | Quarantined]:
        seen: set[bytes] = set()
        for record, places in self._data():
            answer = read_row(record, places, self._creditor)
            if isinstance(answer, Row):
                known = hashlib.blake2b(answer.claim.encode(), digest_size=8).digest()
                if known in seen:
                    answer = _twin(answer, self._creditor.profile)
                seen.add(known)
            yield answer

    def _data(self) -> Iterator[tuple[Record, Places]]:
        records = iter(self._records)
        header = next((record for record in records if not record.blank), None)
        if header is None:
            raise FileRefused(Refused("empty"))
        places = places_of(header, self._creditor.profile)
        count = 0
        for record in records:
            if record.blank:
                continue
            count += 1
            if count > MOST_ROWS:
                raise FileRefused(Refused("too_many_rows", line=record.line, value=str(MOST_ROWS)))
            self._broken_off = self._broken_off or record.broken_off
            yield record, places


def survey(stream: Bytes, creditor: Creditor, name: str) -> Survey | Refused:
    """The first of two readings: what the file holds, or why none of it is taken (B6, B9)."""
    try:
        return Reading(stream, creditor, name).survey()
    except FileRefused as refused:
        return refused.why


def read_rows(stream: Bytes, creditor: Creditor, name: str = "rows.csv") -> Iterator[Row | Quarantined]:
    """The second reading, after survey() found nothing against the file: its rows in their order."""
    return iter(Reading(stream, creditor, name))


def _twin(row: Row, profile: FileProfile) -> Quarantined:
    """The first row of a claim id is loaded, later ones of the same file are not (B13)."""
    problem = Problem(profile.header_of("claim"), "twin_claim", row.claim)
    return Quarantined(row.line, (problem,), row.claim)
