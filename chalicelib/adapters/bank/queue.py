"""Entries of a statement as a message to the money function, encrypted at rest, and back."""

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ...domain.bank import BankEntry, Side
from ...domain.errors import Retry
from ...ports import EntryChunk
from ..aws import client as aws_client


class SqsEntryQueue:
    """The EntryQueue over SQS."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or aws_client("sqs")

    def send_entries(self, chunk: EntryChunk) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=chunk_text(chunk))
        except (ClientError, BotoCoreError) as error:
            raise Retry("queue out of reach") from error


def chunk_text(chunk: EntryChunk) -> str:
    return json.dumps({"bank": asdict(chunk)}, ensure_ascii=False, default=date.isoformat, separators=(",", ":"))


def chunk_from(body: dict[str, Any]) -> EntryChunk | None:
    """The chunk in a message's body; None for a message about something else."""
    said = body.get("bank")
    if said is None:
        return None
    entries = tuple(_entry(entry) for entry in said.pop("entries"))
    return EntryChunk(**said, entries=entries)


DATES = tuple(f.name for f in fields(BankEntry) if f.type in (date, date | None))


def _entry(said: dict[str, Any]) -> BankEntry:
    days = {name: date.fromisoformat(said[name]) for name in DATES if said[name] is not None}
    return BankEntry(**{**said, **days, "side": Side(said["side"]), "part_of": tuple(said["part_of"])})
