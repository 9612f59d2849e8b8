"""A Parquet file is what other people's readers say it is: DuckDB opens every one of them."""

import io
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.adapters import parquet
from chalicelib.adapters.parquet import TableWriter
from chalicelib.domain.export import Column, Kind

COLUMNS = tuple(Column(kind.name.lower(), kind, "", lambda of: of) for kind in Kind)
MOMENTS = some.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=some.just(UTC))
VALUES = {
    Kind.TEXT: some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=30),
    Kind.MOMENT: MOMENTS,
    Kind.WHOLE: some.integers(-(2**63), 2**63 - 1),
    Kind.NUMBER: some.floats(allow_nan=False),
    Kind.YES_NO: some.booleans(),
}
ROWS = some.lists(some.tuples(*(some.none() | VALUES[column.kind] for column in COLUMNS)), max_size=40)


def written(rows, columns=COLUMNS):
    out = io.BytesIO()
    writer = TableWriter(out, columns)
    for row in rows:
        writer.add(row)
    writer.close()
    return out.getvalue()


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    place = tmp_path_factory.mktemp("parquet") / "table.parquet"
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")

    def reading(body, ask="SELECT * FROM '{}'"):
        place.write_bytes(body)
        return base.execute(ask.format(place)).fetchall()

    return reading


@given(rows=ROWS)
def test_what_was_written_is_what_is_read(read, rows):
    assert read(written(rows)) == rows


def test_the_columns_say_what_they_are(read):
    kinds = [(name, kind) for name, kind, *_ in read(written([]), "DESCRIBE SELECT * FROM '{}'")]
    assert kinds == [
        ("text", "VARCHAR"),
        ("moment", "TIMESTAMP WITH TIME ZONE"),
        ("whole", "BIGINT"),
        ("number", "DOUBLE"),
        ("yes_no", "BOOLEAN"),
    ]


def test_a_table_larger_than_one_group_of_rows_is_written_as_it_comes(read):
    many = 2 * parquet.ROWS_A_GROUP + 7
    rows = ((f"c-{n}", None, n, n / 2, n % 3 == 0) for n in range(many))
    body = written(rows)
    asked = "SELECT count(*), sum(whole), count(moment), count(*) FILTER (yes_no), max(text) FROM '{}'"
    assert read(body, asked) == [(many, many * (many - 1) // 2, 0, (many + 2) // 3, "c-9999")]
    groups = read(body, "SELECT count(DISTINCT row_group_id), min(compression) FROM parquet_metadata('{}')")
    assert groups == [(3, "GZIP")]


def test_the_same_rows_are_the_same_bytes():
    rows = [("a", datetime(2026, 11, 22, tzinfo=UTC), 1, 0.5, True)]
    assert written(rows) == written(rows)


def test_more_columns_than_a_short_list_holds(read):
    wide = tuple(Column(f"c{n}", Kind.WHOLE, "", lambda of: of) for n in range(40))
    assert read(written([tuple(range(40))], wide)) == [tuple(range(40))]
