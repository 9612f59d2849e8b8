"""One EventBridge schedule per planned contact, named after it; what is due goes to the queue at once.

What nobody waits for is spread: due at the same second, it leaves over the window in which its channel's provider
and the scheduler itself keep up (domain/pace.py). Its hour stays what it is; it leaves then or later, never
before, and whoever sends it asks the policy again.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.contact import Contact, Purpose
from ..domain.errors import Retry
from ..domain.pace import Pace, spread, window
from .aws import client as aws_client

# EventBridge Scheduler refuses the past and fires to the minute; nearer than this goes to the queue.
SOON = timedelta(seconds=90)
AT_LEAST = SOON + timedelta(seconds=1)
NAME_LENGTH = 64
NAME_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-")
MAXIMUM_AGE_SECONDS = 3 * 3600
ATTEMPTS = 20
OWN_PACE = Path(__file__).parent / "scheduler_pace.json"


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
        paces: Callable[[Contact], tuple[Pace, ...]] = lambda contact: (),
        scheduler: Any = None,
        sqs: Any = None,
    ) -> None:
        self._group, self._role, self._dead = group, role_arn, dead_letters_arn
        self._queue_url, self._queue_arn, self._paces = queue_url, queue_arn, paces
        self._scheduler = scheduler or aws_client("scheduler")
        self._sqs = sqs or aws_client("sqs")

    def at(self, contact: Contact, now: datetime) -> bool:
        """Bring the contact back at its due time, or a little later; asked twice it comes once."""
        if len(contact.id) > NAME_LENGTH or not NAME_LETTERS.issuperset(contact.id):
            raise ValueError("a contact's id is the name of its schedule")
        leaves = self._moment(contact, now)
        try:
            if leaves <= now + SOON:
                self._send(contact, leaves, now)
            else:
                self._create(contact, leaves)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException":
                raise Retry(error.response["Error"]["Code"]) from error
            return False
        except BotoCoreError as error:
            raise Retry("scheduler out of reach") from error
        return True

    def _moment(self, contact: Contact, now: datetime) -> datetime:
        """When it leaves. What waited beyond its own moment, as for a hold to be lifted, is spread from now on;
        whatever is spread goes by the scheduler, which takes nothing nearer than SOON."""
        paces = self._paces(contact) if contact.purpose is not Purpose.ANSWER else ()
        if not paces:
            return contact.due_at
        over = window(paces, now.astimezone(UTC).date())
        moment = spread(contact.id, contact.due_at, over)
        return max(moment if moment > now else spread(contact.id, now, over), now + AT_LEAST)

    def cancel(self, contact: Contact) -> None:
        """Take a schedule away. The contact's own state already keeps it from being sent."""
        try:
            self._scheduler.delete_schedule(Name=contact.id, GroupName=self._group)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise Retry(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise Retry("scheduler out of reach") from error

    def _send(self, contact: Contact, leaves: datetime, now: datetime) -> None:
        """Into the queue, where it stays out of sight until then."""
        wait = max(0, ceil((leaves - now).total_seconds()))
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body_of(contact), DelaySeconds=wait)

    def _create(self, contact: Contact, leaves: datetime) -> None:
        # Scheduler knows whole seconds: rounded up, so that it never fires before the due time.
        due = (leaves + timedelta(seconds=1, microseconds=-1)).astimezone(UTC)
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
