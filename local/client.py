"""AWS clients for the local stack, with the dummy credentials that stand for the account itself."""

from typing import Any

import boto3
from botocore.config import Config

from local.places import Places

REGION = "eu-central-1"


ACCOUNT = {"AccessKeyId": "test", "SecretAccessKey": "test"}


def aws_client(places: Places, service: str, key: dict[str, str] = ACCOUNT) -> Any:
    """A client of the local AWS, with the account's own rights unless another access key is given.

    The account's own requests are not asked for the time of their signature: who stands outside the stack's
    clock may send them.
    """
    return boto3.client(
        service,
        endpoint_url=places.address("aws"),
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        config=Config(retries={"total_max_attempts": 3}, proxies={}),
    )
