"""Who was forgotten, in the bucket: a restored table knows nothing of what was erased after its moment.

erasures/<creditor>/<day>/<debtor number>, percent-encoded; the object is empty, for its name says it all. Names
sort by day, so what came since a moment is read without the years before.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, unquote

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from .aws import client as aws_client


class BucketErasures:
    """The Erasures over one bucket."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._s3 = client or aws_client("s3")

    def note(self, creditor: str, number: str, at: datetime) -> None:
        """Before anything is erased, so that no erasure is without its note. Raises Retry when out of reach."""
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key(creditor, number, at), Body=b"")
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error

    def since(self, creditor: str, day: date) -> Iterator[str]:
        """Each number once, however often it was noted, in order of its first note."""
        prefix, told = f"erasures/{creditor}/", set[str]()
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, StartAfter=f"{prefix}{day.isoformat()}"
        )
        try:
            for page in pages:
                for item in page.get("Contents", []):
                    number = unquote(item["Key"].removeprefix(prefix).partition("/")[2])
                    if number not in told:
                        told.add(number)
                        yield number
        except (ClientError, BotoCoreError) as error:
            raise Retry("bucket out of reach") from error


def key(creditor: str, number: str, at: datetime) -> str:
    return f"erasures/{creditor}/{at.astimezone(UTC).date().isoformat()}/{quote(number, safe='')}"
