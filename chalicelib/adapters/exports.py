"""A day's exported tables in the bucket: exports/<table>/creditor=<creditor>/day=<day>.parquet."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from ..domain.export import Column
from ..ports import ExportedRow
from .aws import client as aws_client
from .parquet import TableWriter

# What a table may take of memory before it goes on in a file.
IN_MEMORY = 8 * 1024 * 1024
TYPE = "application/vnd.apache.parquet"


class BucketExports:
    """The Exports over one bucket; the names of partitions are such as query engines read."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._s3 = client or aws_client("s3")

    def write(
        self, creditor: str, day: date, tables: Mapping[str, tuple[Column, ...]], rows: Iterable[ExportedRow]
    ) -> int:
        """All tables are put in place once all rows were read. Raises Retry when the bucket is out of reach."""
        with ExitStack() as held:
            files = {name: held.enter_context(SpooledTemporaryFile(IN_MEMORY)) for name in tables}
            writers = {name: TableWriter(files[name], columns) for name, columns in tables.items()}
            for table, row in rows:
                writers[table].add(row)
            found = sum(writer.count for writer in writers.values())
            for name, writer in writers.items() if found else ():
                writer.close()
                files[name].seek(0)
                self._put(key(name, creditor, day), files[name])
        return found

    def _put(self, key: str, body: Any) -> None:
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=TYPE)
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error


def key(table: str, creditor: str, day: date) -> str:
    return f"exports/{table}/creditor={creditor}/day={day.isoformat()}.parquet"
