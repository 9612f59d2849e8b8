"""Documents in the bucket: each written once under its id, read by us, opened by its reader for two minutes."""

from functools import cached_property
from typing import Any
from urllib.parse import quote

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ...domain.document import Document
from ...domain.errors import Retry
from ..aws import client as aws_client

OPEN_SECONDS = 120
# Addresses at the bucket's own regional name, which is what the pages' security policy names.
SIGNED = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
TAKEN = ("PreconditionFailed", "412")


class BucketArchive:
    """The Archive over one bucket, under documents/<creditor>/<document>.pdf."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket, self._given = bucket, client

    @cached_property
    def _s3(self) -> Any:
        return self._given or aws_client("s3", SIGNED)

    def keep(self, creditor: str, document: str, pdf: bytes) -> bytes:
        """Write it unless it is there; the answer is what lies there now. Raises Retry when out of reach."""
        where = {"Bucket": self._bucket, "Key": key(creditor, document)}
        try:
            self._s3.put_object(**where, Body=pdf, ContentType="application/pdf", IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in TAKEN:
                raise Retry("archive out of reach") from error
            return self._opened(creditor, document)
        except BotoCoreError as error:
            raise Retry("archive out of reach") from error
        return pdf

    def read(self, document: Document) -> bytes:
        return self._opened(document.creditor, document.id)

    def _opened(self, creditor: str, document: str) -> bytes:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key(creditor, document))
            content: bytes = answer["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise Retry("archive out of reach") from error
        return content

    def address(self, document: Document, name: str) -> str:
        """Where its reader finds it for two minutes, shown in the browser under `name`."""
        return str(
            self._s3.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key(document.creditor, document.id),
                    "ResponseContentType": "application/pdf",
                    "ResponseContentDisposition": f"inline; filename*=UTF-8''{quote(name, safe='')}.pdf",
                    "ResponseCacheControl": "no-store",
                },
                ExpiresIn=OPEN_SECONDS,
            )
        )

    def forget(self, creditor: str, document: str) -> None:
        """Every version of it goes at once: the bucket keeps what was deleted for a month otherwise."""
        where = {"Bucket": self._bucket, "Prefix": key(creditor, document)}
        try:
            for page in self._s3.get_paginator("list_object_versions").paginate(**where):
                for held in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    self._s3.delete_object(Bucket=self._bucket, Key=held["Key"], VersionId=held["VersionId"])
        except (ClientError, BotoCoreError) as error:
            raise Retry("archive out of reach") from error


def key(creditor: str, document: str) -> str:
    return f"documents/{creditor}/{document}.pdf"
