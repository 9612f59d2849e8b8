"""Exported tables lie in the bucket as query engines find them, the same rows as the same bytes."""

import io
from datetime import UTC, date, datetime

import duckdb
import pytest

from chalicelib.adapters.exports import BucketExports, key
from chalicelib.domain.export import TABLES, Column, Kind

DAY = date(2026, 11, 23)
SMALL = {
    "decisions": (Column("contact", Kind.TEXT, "", str), Column("place", Kind.WHOLE, "", int)),
    "outcomes": (Column("contact", Kind.TEXT, "", str), Column("sent_at", Kind.MOMENT, "", str)),
}
ROWS = [
    ("decisions", ("c-1", 0)),
    ("outcomes", ("c-1", datetime(2026, 11, 23, 9, tzinfo=UTC))),
    ("decisions", ("c-2", 1)),
]


@pytest.fixture(scope="module")
def s3(client):
    found = client("s3")
    where = {"LocationConstraint": found.meta.region_name}
    found.create_bucket(Bucket="exports", CreateBucketConfiguration=where)
    return found


@pytest.fixture
def exports(s3):
    return BucketExports("exports", s3)


def body(s3, table, creditor):
    return s3.get_object(Bucket="exports", Key=key(table, creditor, DAY))["Body"].read()


def test_each_table_is_one_file_a_creditor_and_day_and_its_partitions_are_read_from_its_name(
    exports, s3, tmp_path
):
    assert exports.write("nordlicht", DAY, SMALL, iter(ROWS)) == 3
    for table in SMALL:
        place = tmp_path / key(table, "nordlicht", DAY)
        place.parent.mkdir(parents=True)
        place.write_bytes(body(s3, table, "nordlicht"))
    ask = "SELECT creditor, contact, place FROM read_parquet(?) ORDER BY place"
    read = duckdb.connect().execute(ask, [str(tmp_path / "exports/decisions/*/*.parquet")])
    assert read.fetchall() == [("nordlicht", "c-1", 0), ("nordlicht", "c-2", 1)]


def test_the_same_night_twice_is_the_same_object(exports, s3):
    exports.write("twice", DAY, SMALL, ROWS)
    before = {table: body(s3, table, "twice") for table in SMALL}
    exports.write("twice", DAY, SMALL, ROWS)
    assert {table: body(s3, table, "twice") for table in SMALL} == before
    assert len(s3.list_objects_v2(Bucket="exports", Prefix="exports/decisions/creditor=twice/")["Contents"]) == 1


def test_a_day_without_rows_leaves_no_file(exports, s3):
    assert exports.write("nobody", DAY, SMALL, ()) == 0
    assert "Contents" not in s3.list_objects_v2(Bucket="exports", Prefix="exports/decisions/creditor=nobody/")


def test_a_table_that_broke_off_halfway_leaves_what_was_there(exports, s3):
    exports.write("broken", DAY, SMALL, ROWS)
    before = body(s3, "decisions", "broken")

    def breaks():
        yield ROWS[0]
        raise RuntimeError("the table is out of reach")

    with pytest.raises(RuntimeError):
        exports.write("broken", DAY, SMALL, breaks())
    assert body(s3, "decisions", "broken") == before


def test_every_column_of_the_real_tables_has_its_place(exports, s3):
    empty = [(name, (None,) * len(columns)) for name, columns in TABLES.items()]
    exports.write("empty", DAY, TABLES, empty)
    for table, columns in TABLES.items():
        assert io.BytesIO(body(s3, table, "empty")).read(4) == b"PAR1" and len(columns) > 7
