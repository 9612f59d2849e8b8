"""Secrets by name from Secrets Manager: two versions valid during a rotation, remembered for five minutes."""

import time
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from .aws import client as aws_client
from .errors import MissingSecret

CACHED_SECONDS = 300.0
STAGES = ("AWSCURRENT", "AWSPREVIOUS")


class Secrets:
    """Each secret's current version and, while a rotation overlaps, the one before it."""

    def __init__(self, client: Any = None) -> None:
        config = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=3, read_timeout=5)
        self._client = client or aws_client("secretsmanager", config)
        self._known: dict[str, tuple[float, tuple[str, ...]]] = {}

    def versions(self, name: str, *, fresh: bool = False) -> tuple[str, ...]:
        """The current value first. `fresh` asks again at most every half minute: a key may just have turned.

        Raises MissingSecret when there is none, Retry when Secrets Manager cannot be reached.
        """
        age = time.monotonic() - self._known[name][0] if name in self._known else None
        if age is not None and age < (30.0 if fresh else CACHED_SECONDS):
            return self._known[name][1]
        values = tuple(v for v in (self._value(name, stage) for stage in STAGES) if v is not None)
        if not values:
            raise MissingSecret(name)
        self._known[name] = (time.monotonic(), values)
        return values

    def current(self, name: str) -> str:
        return self.versions(name)[0]

    def _value(self, name: str, stage: str) -> str | None:
        try:
            answer = self._client.get_secret_value(SecretId=name, VersionStage=stage)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ResourceNotFoundException", "InvalidRequestException"):
                return None
            if error.response["Error"]["Code"] == "AccessDeniedException":
                raise MissingSecret(name) from error
            raise Retry("secrets out of reach") from error
        except BotoCoreError as error:
            raise Retry("secrets out of reach") from error
        text: str = answer["SecretString"]
        return text
