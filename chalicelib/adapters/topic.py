"""The topic that carries what channels' providers tell of messages, also of those that tell it by HTTP."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..domain.errors import Retry
from .aws import client as aws_client


class OutcomesTopic:
    """Hands notices on, at least once each; they are heard as if the provider had published them itself."""

    def __init__(self, arn: str) -> None:
        self._arn, self._client = arn, aws_client("sns")

    def publish(self, notice: dict[str, Any]) -> None:
        # Half a letter, as of a picture cut in two, cannot be written down: a question mark stands for it.
        text = json.dumps(notice, ensure_ascii=False).encode("utf-8", "replace").decode()
        try:
            self._client.publish(TopicArn=self._arn, Message=text)
        except (ClientError, BotoCoreError) as error:
            raise Retry("topic out of reach") from error
