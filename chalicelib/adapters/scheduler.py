"""One EventBridge schedule per planned contact, named after it; what is due goes to the queue at once."""

import json
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.contact import Contact
from ..domain.errors import Retry
from .aws import client as aws_client

# EventBridge Scheduler refuses the past and fires to the minute; nearer than this goes to the queue.
SOON = timedelta(seconds=90)
NAME_LENGTH = 64
NAME_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
MAXIMUM_AGE_SECONDS = 3 * 3600
ATTEMPTS = 20


class EventBridgeScheduler:
    """The Scheduler over EventBridge and the contacts' queue."""

    def __init__(
        self,
        *,
        group: str,
        role_arn: str,
        queue_url: str,
        queue_arn: str,
        dead_letters_arn: str,
        scheduler: Any = None,
        sqs: Any = None,
    ) -> None:
        self._group, self._role, self._dead = group, role_arn, dead_letters_arn
        self._queue_url, self._queue_arn = queue_url, queue_arn
        self._scheduler = scheduler or aws_client("scheduler")
        self._sqs = sqs or aws_client("sqs")

    def at(self, contact: Contact, now: datetime) -> None:
        """Bring the contact back at its due time; asked twice it comes once."""
        if len(contact.id) > NAME_LENGTH or not NAME_LETTERS.issuperset(contact.id):
            raise ValueError("a contact's id is the name of its schedule")
        soon = contact.due_at <= now + SOON
        try:
            if soon:
                self._send(contact, now)
            else:
                self._create(contact)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise Retry(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise Retry("scheduler out of reach") from error

    def cancel(self, contact: Contact) -> None:
        """Take a schedule away. The contact's own state already keeps it from being sent."""
        try:
            self._scheduler.delete_schedule(Name=contact.id, GroupName=self._group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise Retry(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise Retry("scheduler out of reach") from error

    def _send(self, contact: Contact, now: datetime) -> None:
        """Into the queue, where it stays out of sight until it is due."""
        wait = max(0, ceil((contact.due_at - now).total_seconds()))
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body_of(contact), DelaySeconds=wait)

    def _create(self, contact: Contact) -> None:
        # Scheduler knows whole seconds: rounded up, so that it never fires before the due time.
        due = (contact.due_at + timedelta(seconds=1, microseconds=-1)).astimezone(UTC)
        self._scheduler.create_schedule(
            Name=contact.id,
            GroupName=self._group,
            ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": self._queue_arn,
                "RoleArn": self._role,
                "Input": body_of(contact),
                "DeadLetterConfig": {"Arn": self._dead},
                "RetryPolicy": {
                    "MaximumEventAgeInSeconds": MAXIMUM_AGE_SECONDS,
                    "MaximumRetryAttempts": ATTEMPTS,
                },
            },
        )


def body_of(contact: Contact) -> str:
    """What the contact function is woken with: ids only."""
    return json.dumps({"creditor": contact.creditor, "debtor": contact.debtor, "contact": contact.id})
