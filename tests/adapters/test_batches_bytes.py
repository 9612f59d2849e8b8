"""A creditor's bytes: encodings, packs, bombs and files that end early (B5, B6, B9)."""

import gzip
import io
import zipfile
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.batches.rows import Reading, Survey, read_rows, survey
from chalicelib.adapters.batches.unpack import FileRefused, Unpacked
from chalicelib.domain.batch import Quarantined, Refused
from chalicelib.domain.row import Row
from tests.builders import FIELDS, creditor, profile

HEADER = ",".join(FIELDS)
GOOD = (
    "R-{n},K-{n},person,{name},Weg 1,10115,Berlin,a{n}@example.com,0171 3920012,Strom,RE-{n},2026-08-01,"
    "2026-08-15,48.20,0,0.00,2026-11-20"
)


def text(*names, end="\r\n"):
    lines = [HEADER, *(GOOD.format(n=n, name=name) for n, name in enumerate(names, 1))]
    return end.join(lines) + end


class Trickle(io.RawIOBase):
    """A body that gives a few bytes at a time, as a network may."""

    def __init__(self, body, step):
        self._body, self._step = io.BytesIO(body), step

    def read(self, size=-1):
        return self._body.read(min(self._step, size) if size > 0 else self._step)


def taken(body, name="x.csv", **form):
    who = creditor(profile=profile(**form))
    found = survey(io.BytesIO(body), who, name)
    assert isinstance(found, Survey), found
    return list(read_rows(io.BytesIO(body), who, name)), found


def refusal(body, name="x.csv", **form):
    found = survey(io.BytesIO(body), creditor(profile=profile(**form)), name)
    assert isinstance(found, Refused), found
    return found


@pytest.mark.parametrize(
    ("declared", "codec", "name"),
    [
        ("utf-8", "utf-8", "Żaneta Wójcik"),
        ("utf-8", "utf-8-sig", "خالد منصور"),
        ("cp1252", "cp1252", "Käthe Groß–Œuvre €"),
        ("utf-16", "utf-16", "王小明 𠀋"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 65536])
def test_B6_a_file_in_its_declared_encoding_is_read_as_written(declared, codec, name, step):
    body = text(name, "Anna Brandt").encode(codec)
    rows = list(read_rows(Trickle(body, step), creditor(profile=profile(encoding=declared))))
    assert [row.name for row in rows] == [name, "Anna Brandt"]


def test_B6_utf_16_of_either_byte_order_is_read_by_its_mark():
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        rows, _ = taken(mark + text("Anna").encode(codec), encoding="utf-16")
        assert rows[0].name == "Anna"


def test_B6_one_byte_that_does_not_fit_refuses_the_whole_file_with_its_position():
    body = text("Anna", "Käthe").encode("cp1252")
    place = body.index(b"\xe4")
    assert refusal(body) == Refused("encoding", byte=place, line=3, value="e4 74 68 65")


def test_B6_the_position_counts_from_the_first_byte_of_the_file_mark_and_blocks_included():
    filler = text(*["Anna"] * 2000).encode()
    body = b"\xef\xbb\xbf" + filler + b"R-\xff\r\n"
    found = refusal(body)
    assert (found.byte, found.line) == (body.index(b"\xff"), 2002)


@pytest.mark.parametrize("declared", ["utf-8", "cp1252", "utf-16"])
def test_B6_a_nul_character_refuses_the_file(declared):
    body = text("An\0na").encode(declared)
    codec = "utf-16-le" if declared == "utf-16" else declared
    found = refusal(body, encoding=declared)
    assert found.reason == "nul_byte"
    assert body[found.byte : found.byte + 2].decode(codec, "replace").startswith("\0")


def test_B6_a_mark_that_contradicts_the_declaration_refuses_the_file():
    assert refusal(text("Anna").encode("utf-8-sig"), encoding="cp1252").reason == "encoding_mark"
    assert refusal(text("Anna").encode("utf-16"), encoding="utf-8").reason == "encoding_mark"
    assert refusal(text("Anna").encode("utf-16-le"), encoding="utf-16").reason == "encoding_no_mark"
    assert refusal(text("Anna").encode("utf-8"), encoding="utf-16").reason == "encoding_no_mark"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["utf-8", "cp1252"])
def test_B6_utf_16_without_its_mark_is_called_what_it_looks_like(declared, codec):
    body = text("Käthe").encode(codec)
    assert refusal(body, encoding=declared) == Refused("encoding_utf16", 0, 1, body[:4].hex(" "))


def test_every_kind_of_line_break_is_one():
    for end in ("\n", "\r\n", "\r"):
        rows, found = taken(text("Anna", "Ute", end=end).encode())
        assert [row.line for row in rows] == [2, 3]
        assert not found.cut


def test_B5_a_file_cut_in_the_middle_of_a_row_loads_the_rows_before():
    body = text("Anna", "Ute", "Can").encode()
    for lost in (3, 20, 60):
        rows, found = taken(body[:-lost])
        assert found.cut
        assert [row.name for row in rows[:2]] == ["Anna", "Ute"]
        assert rows[2].problems[0].reason == "cut_off"


def test_B5_a_last_line_without_its_break_may_be_cut_so_it_is_not_taken():
    rows, found = taken(text("Anna", "Ute").encode().rstrip())
    assert found.cut
    assert isinstance(rows[0], Row)
    assert isinstance(rows[1], Quarantined)


def test_B5_a_file_cut_inside_a_character_or_a_quoted_cell_is_partial():
    rows, found = taken(text("Anna").encode() + "R-2,K-2,person,Kä".encode()[:-1])
    assert found.cut
    assert isinstance(rows[0], Row)
    rows, found = taken(text("Anna").encode() + b'R-2,K-2,person,"Ute\n')
    assert found.cut
    assert rows[1].problems[0].reason == "cut_off"


@pytest.mark.parametrize("kind", ["csv.gz", "csv.zip", "zip"])
def test_a_packed_file_is_read_like_a_plain_one(kind):
    body = text("Anna", "Käthe").encode()
    rows, found = taken(packed(body, kind), f"x.{kind}")
    assert [row.name for row in rows] == ["Anna", "Käthe"]
    assert found.size == len(body)


def packed(body, kind, **how):
    if kind == "csv.gz":
        return gzip.compress(body, mtime=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **({"compression": zipfile.ZIP_DEFLATED} | how)) as pack:
        pack.writestr("rows.csv", body)
    return out.getvalue()


class Pipe(io.RawIOBase):
    """Somewhere to write that cannot go back, so that a zip states its sizes behind the data."""

    def __init__(self):
        self.body = b""

    def writable(self):
        return True

    def write(self, block):
        self.body += bytes(block)
        return len(block)


def test_a_zip_that_was_written_as_a_stream_is_read_and_checked():
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("rows.csv", text("Anna"))
    rows, _ = taken(pipe.body, "x.zip")
    assert rows[0].name == "Anna"


def test_several_gzip_members_are_one_file():
    body = text("Anna").encode()
    rows, _ = taken(gzip.compress(body[:50]) + gzip.compress(body[50:]), "x.csv.gz")
    assert rows[0].name == "Anna"


@pytest.mark.parametrize("kind", ["csv.gz", "zip"])
def test_B5_a_pack_cut_short_loads_the_rows_before_the_cut(kind):
    body = text(*[f"Anna {n * 7919}" for n in range(3000)]).encode()
    pack = packed(body, kind)
    rows, found = taken(pack[: len(pack) // 2], f"x.{kind}")
    assert found.cut
    assert sum(isinstance(row, Row) for row in rows) > 500
    assert [row.reason for put_aside in rows[-1:] for row in put_aside.problems] == ["cut_off"]


@pytest.mark.parametrize("kind", ["csv.gz", "zip"])
def test_B9_a_bomb_is_refused_before_it_unfolds(kind):
    pack = packed((HEADER + "\n").encode() + b"0" * 5_000_000, kind)
    unpacked = Unpacked(io.BytesIO(pack), f"x.{kind}")
    with pytest.raises(FileRefused) as refused:
        list(unpacked)
    assert refused.value.why.reason == "bomb"
    assert unpacked.size < 1_000_000


def test_B9_more_bytes_than_the_limit_are_refused_without_being_held():
    source = Unpacked(Trickle(b"a,b\n" * 1000, 64), "x.csv", most_bytes=500)
    with pytest.raises(FileRefused) as refused:
        list(source)
    assert refused.value.why == Refused("too_large", byte=500)


def test_a_damaged_pack_is_refused_whole():
    body = text(*["Anna"] * 50).encode()
    for kind in ("csv.gz", "zip"):
        pack = bytearray(packed(body, kind))
        pack[len(pack) // 3] ^= 0xFF
        found = survey(io.BytesIO(bytes(pack)), creditor(), f"x.{kind}")
        assert isinstance(found, Refused) or found.cut, kind
    assert refusal(b"not a zip at all, certainly", "x.zip").reason == "damaged_pack"
    assert refusal(packed(body, "csv.gz")[:-8] + b"\0" * 8, "x.csv.gz").reason == "damaged_pack"


def test_a_zip_of_two_files_or_of_another_kind_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a.csv", text("Anna"))
        pack.writestr("b.csv", text("Ute"))
    assert refusal(out.getvalue(), "x.zip").reason == "many_files"
    stored = packed(b"x", "zip", compression=zipfile.ZIP_STORED)
    assert refusal(stored, "x.zip").reason == "pack_method"
    assert refusal(b"", "rows.xlsx").reason == "file_kind"


def test_memory_stays_bounded_whatever_the_file():
    endless = (b"x" * 65536 for _ in iter(int, 1))

    class Endless:
        def read(self, size, /):
            return next(endless)

    found = survey(Endless(), creditor(), "x.csv")
    assert found == Refused("line_too_long", line=1)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from(["x.csv", "x.csv.gz", "x.zip"]),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    st.booleans(),
)
def test_any_bytes_give_rows_or_a_refusal_and_never_a_crash(noise, name, encoding, headed):
    body = (HEADER + "\n").encode(encoding) + noise if headed else noise
    who = creditor(profile=profile(encoding=encoding))
    for given_bytes in (body, gzip.compress(body)):
        found = survey(io.BytesIO(given_bytes), who, name)
        assert isinstance(found, Survey | Refused)
        if isinstance(found, Survey):
            reading = Reading(io.BytesIO(given_bytes), who, name)
            assert len(list(reading)) == found.rows
            assert reading.cut == found.cut


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet='",;\r\n ab1', max_size=200))
def test_any_arrangement_of_quotes_and_breaks_leaves_the_good_rows_after_it(noise):
    body = text("Anna") + noise + "\n" * 25 + GOOD.format(n=9, name="Ute") + "\n"
    rows = list(read_rows(io.BytesIO(body.encode()), creditor()))
    names = [row.name for row in rows if isinstance(row, Row)]
    assert names[0] == "Anna"
    assert names[-1] == "Ute"


def test_rows_come_one_by_one_before_the_file_is_read_to_its_end():
    body = text(*["Anna"] * 20_000).encode()
    stream = io.BytesIO(body)
    first = list(islice(read_rows(stream, creditor()), 3))
    assert len(first) == 3
    assert stream.tell() < len(body) / 4
