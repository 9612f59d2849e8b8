"""What ministack 1.5.33 leaves out and the local stack needs.

It does not keep the mails it has "sent", nor the stream records that no function has read yet (it keeps the
reading positions, so after a restart new records would pass unread), it does not note when an SMS went, and what
S3 tells EventBridge of an object lacks the object's version.
"""

import copy
import json
import time
from contextvars import ContextVar

from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, eventbridge, lambda_svc, s3, ses, sns

from local import attachments, iam_gaps


class _Stamped(list):
    """The messages to one telephone number; each gets the time at which it is added."""

    def append(self, record: dict) -> None:
        # A copy of the list is built by appending too: the first time stays.
        super().append({"Timestamp": time.time(), **record})


def _stamped_log(number: str) -> list:
    records = sns._sms_messages.get(number)
    if not isinstance(records, _Stamped):
        records = sns._sms_messages[number] = _Stamped(records or [])
    return records


_fire, _dispatch = s3._fire_s3_event, eventbridge._dispatch_event
_version: ContextVar[str | None] = ContextVar("version", default=None)


def _fire_with_version(*about: object, **more: object) -> None:
    """Tell of an object; each telling runs in a context of its own."""
    _version.set(more.get("version_id"))
    _fire(*about, **more)


def _dispatch_with_version(event: dict, *more: object) -> object:
    """The object's version stands beside its key, where the bucket keeps versions (EventBridge's shape for S3)."""
    if event.get("Source") == "aws.s3" and _version.get():
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = _version.get()
        event = {**event, "Detail": json.dumps(detail)}
    return _dispatch(event, *more)


def fill() -> None:
    """Called once, before the server starts: note the time of each SMS, and bring back what was saved."""
    sns._sms_log_for = _stamped_log
    s3._fire_s3_event = _fire_with_version
    eventbridge._dispatch_event = _dispatch_with_version
    iam_gaps.fill()
    attachments.fill()
    if mails := persistence.load_state("local_mails"):
        ses._sent_emails.update(mails["entries"])
    if streams := persistence.load_state("local_streams"):
        dynamodb._stream_records.update(streams["records"])
        dynamodb._stream_trimmed.update(streams["trimmed"])
        dynamodb._stream_seq_counter = streams["counter"]


def _mails() -> dict:
    return {"entries": copy.deepcopy(ses._sent_emails)}


def _unread_records() -> dict:
    """The records of each stream from its slowest reader on, and how many were cut off before them."""
    records, trimmed = AccountRegionScopedDict(), AccountRegionScopedDict()
    positions = read_positions()
    for scope, kept in dynamodb._stream_records._data.items():
        cut = dynamodb._stream_trimmed._data.get(scope, 0)
        start = max(positions.get(scope, cut), cut)
        records._data[scope] = copy.deepcopy(kept[start - cut :])
        trimmed._data[scope] = start
    return {"records": records, "trimmed": trimmed, "counter": dynamodb._stream_seq_counter}


def read_positions() -> dict[tuple, int]:
    """How far each table's stream has been read by its slowest function, by (account, region, table)."""
    positions: dict[tuple, int] = {}
    for account, region, mapping in lambda_svc._iter_all_esms():
        source = mapping.get("EventSourceArn", "")
        if ":dynamodb:" not in source:
            continue
        scope = (account, region, source.split("/")[1])
        read = lambda_svc._dynamodb_stream_positions._data.get((account, region, mapping["UUID"]), 0)
        positions[scope] = min(positions.get(scope, read), read)
    return positions


# What a snapshot holds beyond ministack's own services, by the name of its file.
STATES = {"local_mails": _mails, "local_streams": _unread_records}
