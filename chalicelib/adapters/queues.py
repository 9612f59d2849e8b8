"""The queue to the workers: one message per chunk of rows, to be registered or released, and per choice.

It is encrypted at rest.
"""

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
        self._hand_over(chunk_text(chunk))

    def let_go(self, creditor: str, batch: str, chunk: int) -> None:
        self._hand_over(json.dumps({"creditor": creditor, "released": batch, "chunk": chunk}))

    def choose(self, creditor: str, debtor: str, contact: str) -> None:
        self._hand_over(json.dumps({"creditor": creditor, "debtor": debtor, "choose": contact}))

    def _hand_over(self, text: str) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=text)
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


def released_in(text: str) -> tuple[str, str, int | None] | None:
    """(creditor, batch, chunk) of a message that speaks of a release; the chunk is None in the bus's own, which
    speaks of the whole batch. None where the message brings rows."""
    body = json.loads(text)
    if "detail" in body:
        return body["detail"]["creditor"], body["detail"]["batch"], None
    return (body["creditor"], body["released"], body["chunk"]) if "released" in body else None


def choice_in(text: str) -> tuple[str, str, str] | None:
    """(creditor, debtor, contact) of a message that wants an arm chosen; None for any other."""
    body = json.loads(text)
    return (body["creditor"], body["debtor"], body["choose"]) if "choose" in body else None
