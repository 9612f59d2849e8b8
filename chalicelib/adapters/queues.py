"""The queue from intake to the workers: one message per chunk of rows, encrypted at rest."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from ..domain.row import Row
from ..ports import Chunk
from .aws import client as aws_client


class SqsChunkQueue:
    """The ChunkQueue over SQS."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or aws_client("sqs")

    def send(self, chunk: Chunk) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=chunk_text(chunk))
        except (ClientError, BotoCoreError) as error:
            raise Retry("queue out of reach") from error


def chunk_text(chunk: Chunk) -> str:
    rows = [row.to_json() for row in chunk.rows]
    return json.dumps(
        {"creditor": chunk.creditor, "batch": chunk.batch, "chunk": chunk.number, "rows": rows},
        ensure_ascii=False,
    )


def chunk_from(text: str) -> Chunk:
    body = json.loads(text)
    rows = tuple(Row.from_json(row) for row in body["rows"])
    return Chunk(body["creditor"], body["batch"], body["chunk"], rows)
